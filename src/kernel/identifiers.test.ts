import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkDocumentNo,
  checkIdNumber,
  checkPhone,
  checkUscc,
  halfWidth,
  isOrganisationCodeSound,
  isOverridableUscc,
  normaliseDocumentNo,
  normalisePhone,
} from './identifiers.ts';

const today = '2026-11-23';

describe('unified social credit code', () => {
  const valid = ['91350100M000100Y43', '91350200776049653A', '91610329MA6X000167', '92610329MA6XABCD5E'];

  test.each(valid)('%s is valid, also typed carelessly', (code) => {
    expect(checkUscc(code)).toBeNull();
    expect(checkUscc(` ${code.toLowerCase()} `)).toBeNull();
    expect(checkUscc(code.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)))).toBeNull();
    expect(isOverridableUscc(code)).toBe(false);
  });

  test('a pilot code fails its check sign, and an officer may let it pass', () => {
    expect(checkUscc('91350211M0000XUF46')).toMatch(/校验位/);
    expect(isOverridableUscc('91350211M0000XUF46')).toBe(true);
    expect(checkUscc('91350211M0000XUF4R')).toBeNull();
  });

  test.each([
    ['', /请填写/],
    ['9161032', /18 位，现在是 7 位/],
    ['9161032OMA6X000167', /“O”/],
    ['91610A29MA6X000167', /第 3 至 8 位/],
  ])('%s is refused for good', (code, message) => {
    expect(checkUscc(code)).toMatch(message);
    expect(isOverridableUscc(code)).toBe(false);
  });

  test('every single wrong sign is noticed', () => {
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    for (const code of valid) {
      for (let at = 0; at < 18; at++) {
        for (const sign of alphabet) {
          if (sign === code[at]) continue;
          expect(checkUscc(code.slice(0, at) + sign + code.slice(at + 1))).not.toBeNull();
        }
      }
    }
  });

  test('the organisation code inside has its own check', () => {
    expect(isOrganisationCodeSound('91350200776049653A')).toBe(true);
    expect(isOrganisationCodeSound('91350200776049663A')).toBe(false);
  });
});

describe('identity number', () => {
  test.each([
    '11010519491231002X',
    '11010519491231002x',
    '６１０３２９１９９００３０７００１７',
    ' 610329 19900307 0017 ',
  ])('%s is valid', (id) => expect(checkIdNumber(id, today)).toBeNull());

  test.each([
    ['', /请填写/],
    ['610329900307001', /15 位/],
    ['61032919900307001', /现在是 17 位/],
    ['61032919900307001Y', /数字或 X/],
    ['610329199002300017', /出生日期不存在/],
    ['610329190002290017', /出生日期不存在/],
    ['610329199003070018', /最后一位/],
    ['610329209003070017', /还没有到/],
  ])('%s is refused', (id, message) => expect(checkIdNumber(id, today)).toMatch(message));

  test('a child registered today is no stranger, one born tomorrow is', () => {
    const id = withCheck('61032920261123001');
    expect(checkIdNumber(id, '2026-11-23')).toBeNull();
    expect(checkIdNumber(id, '2026-11-22')).toMatch(/还没有到/);
    expect(checkIdNumber(withCheck('61032920000229001'), today)).toBeNull();
  });

  test('a swap of neighbours is noticed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15 }), (at) => {
        const id = '610329199003070017';
        const swapped = id.slice(0, at) + id.charAt(at + 1) + id.charAt(at) + id.slice(at + 2);
        expect(checkIdNumber(swapped, today) === null).toBe(swapped === id);
      }),
      { seed: 1 },
    );
  });
});

describe('phone', () => {
  test.each([
    ['13812345678', '13812345678'],
    ['138 1234 5678', '13812345678'],
    ['1381 234 5678', '13812345678'],
    ['+86 138-1234-5678', '13812345678'],
    ['１３８１２３４５６７８', '13812345678'],
    ['0917 796 2345', '0917-7962345'],
    ['0917－7962345', '0917-7962345'],
    ['(0917)7962345', '0917-7962345'],
    ['+86 917 7962345', '0917-7962345'],
    ['010-12345678', null],
    ['010 6655 4433', '010-66554433'],
    ['0917-7962345转801', '0917-7962345转801'],
    ['400 800 1234', '4008001234'],
    ['12345', '12345'],
    ['95598', '95598'],
    ['7962345', null],
    ['12812345678', null],
    ['1381234567', null],
    ['abc', null],
    ['', null],
  ])('%s → %s', (text, stored) => expect(normalisePhone(text)).toBe(stored));

  test('a bare number belongs to the county when its area code is known', () => {
    expect(normalisePhone('796 2345', '0917')).toBe('0917-7962345');
    expect(checkPhone('7962345')).toMatch(/区号/);
    expect(checkPhone('7962345', { areaCode: '0917' })).toBeNull();
    expect(checkPhone('0917-7962345', { mobileOnly: true })).toMatch(/11 位手机/);
    expect(checkPhone(' ')).toMatch(/请填写/);
  });

  test('normalising twice changes nothing', () => {
    for (const text of ['138 1234 5678', '0917 796 2345', '0917-7962345转801', '12345']) {
      const once = normalisePhone(text) ?? '';
      expect(normalisePhone(once)).toBe(once);
    }
  });
});

describe('document number', () => {
  test.each([
    '麟政办发〔2022〕32号',
    '麟政办发[2022]32号',
    '麟政办发（2022）032号',
    '麟政办发(2022) 第32号',
    '麟政办发【２０２２】３２号',
    ' 麟政办发〔2022〕32 ',
  ])('%s is one and the same', (text) => expect(normaliseDocumentNo(text)).toBe('麟政办发〔2022〕32号'));

  test.each(['', '32号', '麟政办发2022-32', '麟政办发〔22〕32号', '麟政办发〔2022〕0号'])('%s is none', (text) => {
    expect(normaliseDocumentNo(text)).toBeNull();
    expect(checkDocumentNo(text)).toMatch(/文号/);
  });
});

test('half width leaves rare characters alone', () => {
  expect(halfWidth('　𠮷ＡＢ１２　')).toBe('𠮷AB12');
});

function withCheck(first17: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(first17[at]), 0);
  return first17 + '10X98765432'.charAt(sum % 11);
}
