import { acceptedTypes } from './type.ts';

/** Only what a browser shows without running anything may open in the page; the rest is saved. */
export function dispositionFor(type: string): 'inline' | 'attachment' {
  return inlineTypes.has(type) ? 'inline' : 'attachment';
}

/** The headers under which a stored file leaves the platform, whatever its content is. */
export function fileHeaders(file: { type: string; size?: number; name?: string }): Record<string, string> {
  const known = acceptedTypes.some(({ type }) => type === file.type);
  const name = safeFileName(file.name ?? '', file.type);
  return {
    'content-type': known ? file.type : 'application/octet-stream',
    'content-disposition': `${dispositionFor(file.type)}; filename="${asciiName(name)}"; filename*=UTF-8''${encodeName(name)}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': policyFor(file.type),
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, no-cache',
    ...(file.size === undefined ? {} : { 'content-length': String(file.size) }),
  };
}

/**
 * A file's name as people may see it: no folders, no control or direction-changing signs, and the extension of what the
 * content is. The name never decides anything.
 */
export function safeFileName(name: string, type: string): string {
  const bare = (name.split(/[/\\]/).at(-1) ?? '')
    .normalize('NFC')

    .replace(
      /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]/gu,
      '',
    )
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  const extension = acceptedTypes.find((candidate) => candidate.type === type)?.extension ?? 'bin';
  const dot = bare.lastIndexOf('.');
  const ending = dot > 0 ? bare.slice(dot + 1).toLowerCase() : '';
  const isSame = ending === extension || (extension === 'jpg' && ending === 'jpeg');
  // Only a real ending is cut off: 附件1.2 号 keeps its dot.
  const stem = isSame || /^[a-z0-9]{1,5}$/.test(ending) ? bare.slice(0, dot) : bare;
  return `${Array.from(stem).slice(0, longestStem).join('').trim() || '未命名'}.${isSame ? ending : extension}`;
}

const longestStem = 100;
const inlineTypes = new Set(['application/pdf', 'image/jpeg', 'image/png', 'image/webp']);

/** Browsers refuse to start their PDF viewer in a sandbox; its pages can run no script of ours anyway. */
function policyFor(type: string): string {
  return type === 'application/pdf'
    ? "script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    : "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";
}

function asciiName(name: string): string {
  return name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
