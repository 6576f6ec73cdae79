import { describe, expect, it } from 'vitest';
import {
  buildCaseNumber,
  buildHandlingCode,
  buildItemCode,
  parseCaseNumber,
  parseHandlingCode,
  parseItemCode,
} from './codes.ts';

describe('codes of service items', () => {
  it.each([
    ['11370800MB285591843370117002011', { uscc: '11370800MB28559184', level: '3', basicCode: '370117002011' }],
    ['12441500196720244T3442199806003', { uscc: '12441500196720244T', level: '3', basicCode: '442199806003' }],
  ])('%s is read and built', (code, parts) => {
    expect(code).toHaveLength(31);
    expect(parseItemCode(code)).toEqual(parts);
    expect(buildItemCode(parts)).toBe(code);
  });

  it.each([
    '',
    '11370800MB28559184337011700201',
    '11370800MB285591847370117002011',
    '11370800IB285591843370117002011',
    '11370800MB285591843370117002011 ',
  ])('%j is no item code', (code) => expect(parseItemCode(code)).toBeNull());

  it('refuses parts that no code can hold', () => {
    expect(() => buildItemCode({ uscc: '', level: '4', basicCode: '000131004001' })).toThrow(RangeError);
  });

  it('adds two characters for what is handled under the item', () => {
    const code = buildHandlingCode('11370800MB285591843370117002011', 7);
    expect(code).toBe('11370800MB28559184337011700201107');
    expect(parseHandlingCode(code)).toEqual({ itemCode: '11370800MB285591843370117002011', handling: '07' });
    expect(() => buildHandlingCode('11370800MB285591843370117002011', 100)).toThrow(RangeError);
  });
});

describe('case numbers', () => {
  const item = '12441500196720244T3442199806003';

  it('are item code, day and serial', () => {
    expect(buildCaseNumber(item, '2022-06-23', 68)).toBe(`${item}202206230068`);
    expect(parseCaseNumber(`${item}202206230068`)).toEqual({ itemCode: item, day: '2022-06-23', serial: 68 });
  });

  it.each([1, 9999, 10_000, 123_456])('serial %i goes and comes back', (serial) => {
    expect(parseCaseNumber(buildCaseNumber(item, '2026-11-23', serial))?.serial).toBe(serial);
  });

  it('grow past four digits instead of starting again', () => {
    expect(buildCaseNumber(item, '2026-11-23', 9999)).toHaveLength(43);
    expect(buildCaseNumber(item, '2026-11-23', 10_000)).toHaveLength(44);
    expect(parseCaseNumber(`${item}2026112300001`)).toBeNull();
  });

  it.each([0, -1, 1.5])('serial %d is refused', (serial) => {
    expect(() => buildCaseNumber(item, '2026-11-23', serial)).toThrow(RangeError);
  });
});
