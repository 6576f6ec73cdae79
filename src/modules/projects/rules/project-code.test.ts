import { describe, expect, it } from 'vitest';
import { provisionalCode, readProjectCode } from './project-code.ts';

describe('项目代码', () => {
  it.each([
    ['2204-610329-04-01-123456', 2022, 4],
    ['2017-610329-47-03-012345', 2017, null],
    ['2026-610329-47-03-000001', 2026, null],
    ['2012-610329-04-01-123456', 2020, 12],
    ['220461032904011234 56', 2022, 4],
    ['２２０４－６１０３２９－０４－０１－１２３４５６', 2022, 4],
  ])('%s', (text, year, month) => {
    expect(readProjectCode(text)).toMatchObject({ kind: 'national', year, month, region: '610329' });
  });

  it('统一写成带横线的形式', () => {
    expect(readProjectCode(' 2204 610329 04 01 123456 ')).toMatchObject({ code: '2204-610329-04-01-123456' });
  });

  it.each([
    ['', '24位数字'],
    ['2204-610329-04-01-12345', '24位数字'],
    ['2204-610329-04-01-1234567', '24位数字'],
    ['2213-610329-04-01-123456', '不是年份'],
    ['1999-610329-04-01-123456', '不是年份'],
    ['2204-990329-04-01-123456', '地区代码'],
    ['P-610329-2022-000123', '写法如'],
  ])('“%s”不收：%s', (text, why) => {
    const read = readProjectCode(text);
    expect(read.kind === 'fault' && read.why).toContain(why);
  });

  it('临时编号读得回来；抄错一位、相邻两位对调都不收', () => {
    const code = provisionalCode('610329', 2022, 123);
    expect(readProjectCode(code.toLowerCase())).toEqual({
      kind: 'provisional',
      code,
      year: 2022,
      region: '610329',
      number: 123,
    });
    for (let at = 2; at < code.length; at += 1) {
      const digit = Number(code[at]);
      if (code[at] === '-') continue;
      const wrong = `${code.slice(0, at)}${(digit + 1) % 10}${code.slice(at + 1)}`;
      expect(readProjectCode(wrong).kind, wrong).toBe('fault');
    }
    expect(readProjectCode(code.replace('123', '132')).kind).toBe('fault');
    expect(() => provisionalCode('61032', 2022, 1)).toThrow(RangeError);
  });
});
