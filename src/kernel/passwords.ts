import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * Passwords under scrypt. The text carries its own cost, so the cost can be raised later: `needsRehash` says so after
 * a good sign-in.
 */
export async function hashPassword(plain: string): Promise<string> {
  const salt = randomBytes(16);
  const { logN, r, p } = today;
  const hash = await derive(plain, salt, today);
  return ['scrypt', logN, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * `encoded` may be null, for a user who does not exist: the answer takes as long as any other, so that nobody can find
 * out who has an account.
 */
export async function verifyPassword(plain: string, encoded: string | null): Promise<boolean> {
  const stored = encoded === null ? null : decode(encoded);
  if (plain.length > longest * 4) return false;
  const { cost, salt, hash } = stored ?? { ...nobody, cost: today };
  const computed = await derive(plain, salt, cost);
  return timingSafeEqual(computed, hash) && stored !== null;
}

/** Whether a stored password was made with another cost than today's. */
export function needsRehash(encoded: string): boolean {
  const stored = decode(encoded);
  if (!stored) return true;
  const { logN, r, p } = stored.cost;
  return logN !== today.logN || r !== today.r || p !== today.p;
}

/**
 * Only for tests, which sign in thousands of times where a person does once: from here on this process hashes with a cost
 * that protects nothing. Answers what undoes it. Nothing in the product calls it.
 */
export function makePasswordsCheapForTests(cost: Cost = { logN: 8, r: 8, p: 1 }): () => void {
  const before = today;
  today = cost;
  return () => void (today = before);
}

/** Null, or why this password will not do. Length beats signs; what everybody tries first is refused. */
export function passwordProblem(plain: string, userName = ''): string | null {
  const signs = Array.from(plain.normalize('NFKC'));
  if (signs.length < shortest) return `密码至少要 ${shortest} 个字，现在是 ${signs.length} 个。`;
  if (signs.length > longest) return `密码最多 ${longest} 个字。`;
  const lower = signs.join('').toLowerCase();
  const name = userName.trim().normalize('NFKC').toLowerCase();
  if (name !== '' && (lower === name || (name.length >= 3 && lower.replaceAll(name, '').length < 4))) {
    return '密码不能就是用户名，请换一个。';
  }
  if (isEasyToGuess(lower)) return '这个密码太容易被猜到，请换一个。几个不相干的词连起来既好记又安全。';
  return null;
}

interface Cost {
  /** N = 2^logN: memory is 128·N·r bytes. */
  logN: number;
  r: number;
  p: number;
}

export const standardPasswordCost: Cost = { logN: 15, r: 8, p: 1 };
let today = standardPasswordCost;
const shortest = 10;
const longest = 128;
const hashBytes = 32;
/** More than we will ever set; a tampered row must not make the process eat the machine's memory. */
const dearest: Cost = { logN: 18, r: 16, p: 4 };

const nobody = { salt: Buffer.alloc(16), hash: Buffer.alloc(hashBytes) };

function derive(plain: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** logN;
  // The same word typed on another keyboard may arrive in other code points.
  const bytes = Buffer.from(plain.normalize('NFKC'), 'utf8');
  return new Promise((answer, fail) => {
    scrypt(bytes, salt, hashBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? fail(error) : answer(key),
    );
  });
}

function decode(encoded: string): { cost: Cost; salt: Buffer; hash: Buffer } | null {
  const parts = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]{16,})\$([\w-]{43})$/.exec(encoded);
  if (!parts) return null;
  const [logN, r, p] = parts.slice(1, 4).map(Number);
  if (!logN || !r || !p || logN > dearest.logN || r > dearest.r || p > dearest.p) return null;
  const [salt, hash] = parts.slice(4).map((text) => Buffer.from(text, 'base64url'));
  return salt && hash?.length === hashBytes ? { cost: { logN, r, p }, salt, hash } : null;
}

function isEasyToGuess(lower: string): boolean {
  if (new Set(lower).size <= 3) return true;
  if (rows.some((row) => row.includes(lower) || [...row].reverse().join('').includes(lower))) return true;
  // A word everybody uses, dressed up with digits and signs, is still that word.
  const core = lower.replace(/[^a-z]/g, '');
  const dressing = lower.length - core.length;
  return commonWords.has(lower) || (commonWords.has(core) && dressing <= 8);
}

const rows = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb',
];

const commonWords = new Set(
  (
    'password passwd passw pass admin administrator root welcome letmein iloveyou monkey dragon sunshine princess ' +
    'qwerty qwer qwertyuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm abc abcd abcdef woaini woaiwojia wodemima mima ' +
    'nihao zhongguo china yingshang linyou test guest user login master changeme default football baseball ' +
    'superman qazwsx qazwsxedc qweasd qweasdzxc aini love baobei laopo laogong shouji dianhua zhengfu zhengwu ' +
    '5201314520 1314520520 1234512345 1122334455 1357924680 2468013579 1233211234567'
  ).split(' '),
);
