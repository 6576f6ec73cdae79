import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Services } from '../../kernel/module.ts';
import { isSessionCsrfToken, isVisitorCsrfToken, sessionCsrfToken, visitorCsrfToken } from './rules/csrf.ts';

/** The hidden field of a signed-in visitor's form; '' for a visitor without a session, who uses `visitorTokenOf`. */
export function csrfTokenOf(services: Services, actor: Actor): string {
  return actor.sessionId === null ? '' : sessionCsrfToken(secretOf(services), actor.sessionId);
}

/** Throws CSRF_REJECTED unless the form came from a page of this very session. */
export function checkCsrf(services: Services, actor: Actor, token: unknown): void {
  if (actor.sessionId === null || !isSessionCsrfToken(secretOf(services), actor.sessionId, token))
    throw new AppError('CSRF_REJECTED');
}

/** The hidden field of a visitor's form. @param visitor random value of the visitor's own HttpOnly cookie (`randomToken()`). */
export function visitorTokenOf(services: Services, visitor: string): string {
  return visitorCsrfToken(secretOf(services), visitor);
}

/** Throws CSRF_REJECTED unless cookie and form field belong together. */
export function checkVisitorCsrf(services: Services, visitor: string | undefined, token: unknown): void {
  if (!isVisitorCsrfToken(secretOf(services), visitor, token)) throw new AppError('CSRF_REJECTED');
}

/** Derived from the installation's master key: every process has the same one and none is stored. */
function secretOf(services: Services): string {
  return services.personalData.blindIndex('csrf', 'org.csrfSecret');
}
