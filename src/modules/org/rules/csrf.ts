import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Two fences for forms of the portal. A signed-in visitor's token is bound to his session; a visitor without a session
 * (registration, sign-in) carries a random value in a cookie and its signature in the form.
 */
export function sessionCsrfToken(secret: string, sessionId: string): string {
  return sign(secret, `session:${sessionId}`);
}

export function isSessionCsrfToken(secret: string, sessionId: string, token: unknown): boolean {
  return typeof token === 'string' && same(sessionCsrfToken(secret, sessionId), token);
}

/** @param visitor the random value of the visitor's cookie (`randomToken()` of the kernel). */
export function visitorCsrfToken(secret: string, visitor: string): string {
  return sign(secret, `visitor:${visitor}`);
}

/** False without a cookie: an empty cookie and the token made from it would otherwise be a pair anyone can make. */
export function isVisitorCsrfToken(secret: string, visitor: string | undefined, token: unknown): boolean {
  return (
    visitor !== undefined &&
    visitor.length >= 20 &&
    typeof token === 'string' &&
    same(visitorCsrfToken(secret, visitor), token)
  );
}

function sign(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
