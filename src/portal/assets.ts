import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

/** The portal's own two files, each under the hash of its content so that browsers keep it for a year. */
export const stylesheet = asset('portal.css', 'css', 'text/css; charset=utf-8');
export const script = asset('portal.js', 'js', 'text/javascript; charset=utf-8');

export function serveAssets(http: FastifyInstance): void {
  for (const { path, type, content } of [stylesheet, script]) {
    http.get(path, (_, reply) =>
      reply.header('content-type', type).header('cache-control', 'public, max-age=31536000, immutable').send(content),
    );
  }
  // Browsers ask for it unbidden; an answer keeps the log clean and costs nothing.
  http.get('/favicon.ico', (_, reply) =>
    reply.header('content-type', 'image/svg+xml').header('cache-control', 'public, max-age=86400').send(icon),
  );
}

export interface Asset {
  path: string;
  type: string;
  content: string;
}

function asset(name: string, extension: string, type: string): Asset {
  const content = withoutSpaces(readFileSync(new URL(name, import.meta.url), 'utf8'), extension);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  return { path: `/assets/portal-${hash}.${extension}`, type, content };
}

/** Kept readable in the source, sent without its indents; the style sheet has no strings in which a space would matter twice. */
function withoutSpaces(text: string, extension: string): string {
  if (extension !== 'css') return text.replace(/^\s*\/\/.*\n/gm, '').replace(/^\s+/gm, '');
  return text
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/([\w-]): /g, '$1:')
    .replaceAll(';}', '}')
    .trim();
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#083a6b"/><path d="M6 14 16 6l10 8v12H6z" fill="none" stroke="#fff" stroke-width="3" stroke-linejoin="round"/><path d="m12 19 3 3 6-6" fill="none" stroke="#fff" stroke-width="3"/></svg>';
