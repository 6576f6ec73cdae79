import { scryptSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  hashPassword,
  makePasswordsCheapForTests,
  needsRehash,
  passwordProblem,
  standardPasswordCost,
  verifyPassword,
} from './passwords.ts';

describe('passwords', () => {
  // Test files share what they import, and one before this one may have asked for cheap passwords.
  let undo: () => void;
  beforeAll(() => (undo = makePasswordsCheapForTests(standardPasswordCost)));
  afterAll(() => undo());

  test('are cheap only where a test asks for it', async () => {
    const dear = await hashPassword('correct horse 12');
    const back = makePasswordsCheapForTests();
    const cheap = await hashPassword('correct horse 12');
    expect(cheap).toMatch(/^scrypt\$8\$8\$1\$/);
    expect([await verifyPassword('correct horse 12', dear), needsRehash(dear)]).toEqual([true, true]);
    back();
    expect([await verifyPassword('correct horse 12', cheap), needsRehash(cheap)]).toEqual([true, true]);

    const source = resolve(import.meta.dirname, '..');
    const callers = readdirSync(source, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file, 'utf8').includes('makePasswordsCheapForTests'));
    expect(callers).toEqual([join(source, 'kernel/passwords.ts')]);
  });

  test('the right one verifies, a wrong one does not, and no two texts are alike', async () => {
    const encoded = await hashPassword('西大街的槐树开花了吗');
    expect(encoded).toMatch(/^scrypt\$15\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(await verifyPassword('西大街的槐树开花了吗', encoded)).toBe(true);
    expect(await verifyPassword('西大街的槐树开花了', encoded)).toBe(false);
    expect(await verifyPassword('', encoded)).toBe(false);
    expect(await hashPassword('西大街的槐树开花了吗')).not.toBe(encoded);
    expect(needsRehash(encoded)).toBe(false);
  });

  test('full-width typing is the same password', async () => {
    const encoded = await hashPassword('correct horse 12');
    expect(await verifyPassword('ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　１２', encoded)).toBe(true);
  });

  test('an earlier, cheaper text still verifies and asks for a new one', async () => {
    const salt = Buffer.alloc(16, 3);
    const hash = scryptSync('correct horse 12', salt, 32, { N: 1024, r: 8, p: 1 });
    const encoded = `scrypt$10$8$1$${salt.toString('base64url')}$${hash.toString('base64url')}`;
    expect(await verifyPassword('correct horse 12', encoded)).toBe(true);
    expect(needsRehash(encoded)).toBe(true);
  });

  test.each([
    '',
    'plain',
    'scrypt$60$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'scrypt$15$8$1$x$y',
  ])('a damaged text (%s) never verifies and never costs the machine', async (encoded) => {
    expect(await verifyPassword('x', encoded)).toBe(false);
    expect(needsRehash(encoded)).toBe(true);
  });

  test('no account answers no, as slowly as an account does', async () => {
    const encoded = await hashPassword('correct horse 12');
    const timed = async (against: string | null) => {
      const begun = performance.now();
      expect(await verifyPassword('wrong', against)).toBe(false);
      return performance.now() - begun;
    };
    await timed(encoded);
    const [known, unknown] = [await timed(encoded), await timed(null)];
    expect(unknown).toBeGreaterThan(known / 4);
  });
});

describe('passwordProblem', () => {
  test.each([
    ['短密码', '', /至少要 10 个字，现在是 3 个/],
    ['𠮷𠮷𠮷𠮷𠮷', '', /现在是 5 个/],
    ['x'.repeat(129) + 'yzabcd', '', /最多 128/],
    ['wang.xiaoming', 'Wang.Xiaoming', /用户名/],
    ['xiaoming123', 'xiaoming', /用户名/],
    ['aaaaaaaaaaaa', '', /容易被猜到/],
    ['1234567890', '', /容易被猜到/],
    ['0987654321', '', /容易被猜到/],
    ['qwertyuiop', '', /容易被猜到/],
    ['Password123', '', /容易被猜到/],
    ['Admin@2022!', '', /容易被猜到/],
    ['woaini5201314', '', /容易被猜到/],
  ])('%s (user %s) will not do', (plain, user, message) => expect(passwordProblem(plain, user)).toMatch(message));

  test.each(['西大街的槐树开花了吗', 'correct horse battery', 'Ld-7731-qingshui'])('%s will do', (plain) => {
    expect(passwordProblem(plain, 'lidan')).toBeNull();
  });
});
