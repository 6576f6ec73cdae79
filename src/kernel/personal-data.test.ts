import fc from 'fast-check';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  createPersonalData,
  loadMasterKey,
  maskAddress,
  maskIdNumber,
  maskName,
  maskPhone,
  SealBroken,
} from './personal-data.ts';

const oldKey = Buffer.alloc(32, 1);
const newKey = Buffer.alloc(32, 2);
const data = createPersonalData(oldKey);
const context = 'org.person.idNumber';
const id = '11010519491231002X';

describe('sealing', () => {
  test('what is sealed opens again, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, place) => {
        expect(data.open(data.seal(plain, place), place)).toBe(Buffer.from(plain).toString());
      }),
      { seed: 7 },
    );
    expect(data.open(data.seal('', context), context)).toBe('');
    expect(data.open(data.seal('𠮷𡘙县', context), context)).toBe('𠮷𡘙县');
  });

  test('the text names version and key, hides the value and is never the same twice', () => {
    const sealed = data.seal(id, context);
    expect(sealed).toMatch(/^v1\.[\w-]{8}\.[\w-]{22}\.[\w-]{24}\.[\w-]{43}$/);
    expect(sealed).not.toContain(id);
    expect(data.seal(id, context)).not.toBe(sealed);
  });

  test('every single changed character is noticed', () => {
    const sealed = data.seal(id, context);
    for (let at = 0; at < sealed.length; at++) {
      for (const sign of ['A', 'B', '.', '=', '']) {
        const changed = sealed.slice(0, at) + sign + sealed.slice(at + 1);
        if (changed !== sealed) expect(() => data.open(changed, context)).toThrow(SealBroken);
      }
    }
    // The last character of the MAC carries two bits that decoders ignore.
    const last = sealed.at(-1) ?? '';
    for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      if (sign !== last) expect(() => data.open(sealed.slice(0, -1) + sign, context)).toThrow(SealBroken);
    }
  });

  test('a value moved to another place does not open', () => {
    expect(() => data.open(data.seal(id, context), 'org.person.phone')).toThrow(SealBroken);
    expect(() => data.open('', context)).toThrow(SealBroken);
    expect(() => data.open(id, context)).toThrow(SealBroken);
  });
});

describe('a change of key', () => {
  const rotated = createPersonalData({ current: newKey, previous: oldKey });

  test('opens what the old key sealed and says that it is outdated', () => {
    const before = data.seal(id, context);
    expect(rotated.open(before, context)).toBe(id);
    expect(rotated.isOutdated(before)).toBe(true);
    const after = rotated.seal(id, context);
    expect(rotated.isOutdated(after)).toBe(false);
    expect(() => data.open(after, context)).toThrow(/key that is not known/);
  });

  test('searches under both keys', () => {
    const indexes = rotated.blindIndexes(id, context);
    expect(indexes).toEqual([rotated.blindIndex(id, context), data.blindIndex(id, context)]);
    expect(new Set(indexes).size).toBe(2);
  });

  test('a key of the wrong length is refused', () => {
    expect(() => createPersonalData(Buffer.alloc(16))).toThrow(/16 bytes/);
  });
});

describe('the blind index', () => {
  test('is the same for spellings of one value and different for different values and places', () => {
    const index = data.blindIndex(id, context);
    expect(data.blindIndex(' 11010519491231002x', context)).toBe(index);
    expect(data.blindIndex('１１０１０５１９４９１２３１００２Ｘ', context)).toBe(index);
    expect(data.blindIndex('110105194912310021', context)).not.toBe(index);
    expect(data.blindIndex(id, 'other')).not.toBe(index);
    expect(data.blindIndex('bc', 'a')).not.toBe(data.blindIndex('c', 'ab'));
  });
});

describe('the master key', () => {
  const home = mkdtempSync(join(tmpdir(), 'ys-key-'));
  const trial = { mode: 'trial', dataKey: null, dataKeyPrevious: null } as const;
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test('in trial mode is made once, readable by its owner only', () => {
    const first = loadMasterKey({ ...trial, varDirectory: home });
    expect(first.current).toHaveLength(32);
    expect(loadMasterKey({ ...trial, varDirectory: home }).current.equals(first.current)).toBe(true);
    expect(readdirSync(join(home, 'keys'))).toEqual(['data.key']);
    expect(statSync(join(home, 'keys', 'data.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'keys')).mode & 0o777).toBe(0o700);
  });

  test('a damaged key file is never replaced by a new key', () => {
    writeFileSync(join(home, 'keys', 'data.key'), 'oops');
    expect(() => loadMasterKey({ ...trial, varDirectory: home })).toThrow(/64 位/);
  });

  test('in production comes from the settings only', () => {
    const hex = newKey.toString('hex');
    const given = {
      mode: 'production',
      dataKey: hex,
      dataKeyPrevious: oldKey.toString('hex'),
      varDirectory: home,
    } as const;
    expect(loadMasterKey(given)).toEqual({ current: newKey, previous: oldKey });
    expect(() => loadMasterKey({ ...given, dataKey: null })).toThrow(/YINGSHANG_DATA_KEY/);
  });
});

describe('masks', () => {
  test.each([
    [maskIdNumber, '610329199003070017', '610329********0017'],
    [maskIdNumber, '6103291990', '**********'],
    [maskIdNumber, '', ''],
    [maskPhone, '13812341234', '138****1234'],
    [maskPhone, '0917-7962345', '0917-****345'],
    [maskPhone, '12345', '12345'],
    [maskPhone, '', ''],
    [maskName, '张三', '张*'],
    [maskName, '张三丰', '张**'],
    [maskName, '欧阳娜娜', '欧阳**'],
    [maskName, '欧阳修', '欧阳*'],
    [maskName, '欧阳', '欧*'],
    [maskName, '𠮷野家', '𠮷**'],
    [maskName, '买买提·吐尔逊', '买**·***'],
    [maskName, '张', '*'],
    [maskName, '', ''],
    [maskAddress, '陕西省宝鸡市麟游县九成宫镇西大街12号', '陕西省宝鸡市麟游县九成宫镇****'],
    [maskAddress, '麟游县崔木镇木匠村三组', '麟游县崔木镇****'],
    [maskAddress, '西大街12号', '西大****'],
    [maskAddress, '九成宫镇', '九成****'],
    [maskAddress, '', ''],
  ])('%o of %s is %s', (mask, plain, masked) => expect(mask(plain)).toBe(masked));
});
