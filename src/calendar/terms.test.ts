import { expect, test } from 'vitest';
import { checkTerm, describeTerm, formatTerm, parseTerm } from './terms.ts';

test.each([
  ['20wd', 20, 'wd', '20个工作日'],
  ['1.5wd', 1.5, 'wd', '1.5个工作日'],
  ['0.5wd', 0.5, 'wd', '0.5个工作日'],
  ['0wd', 0, 'wd', '当日'],
  ['2h', 2, 'h', '2小时'],
  ['0h', 0, 'h', '即时'],
  ['0.25h', 0.25, 'h', '0.25小时'],
  ['20nd', 20, 'nd', '20个自然日'],
  ['1mo', 1, 'mo', '1个月'],
])('%s', (text, amount, unit, chinese) => {
  const term = parseTerm(text);
  expect(term).toEqual({ amount, unit });
  expect(formatTerm(term)).toBe(text);
  expect(describeTerm(term)).toBe(chinese);
});

test('blanks around are forgiven, a written zero after the point too', () => {
  expect(parseTerm(' 20wd ')).toEqual({ amount: 20, unit: 'wd' });
  expect(formatTerm(parseTerm('1.0wd'))).toBe('1wd');
});

test.each([
  '',
  '20',
  'wd',
  '20d',
  '-1wd',
  '+1wd',
  '1.3wd',
  '1.25wd',
  '1.5nd',
  '0.5mo',
  '2.005h',
  '1e3wd',
  '20 wd',
  '２０wd',
  '20WD',
  '.5wd',
  '20个工作日',
  '99999999wd',
])('“%s” is refused', (text) => {
  expect(() => parseTerm(text)).toThrow('BAD_TERM');
});

test.each([-1, Number.NaN, Infinity, 0.3])('an amount of %s from data is refused', (amount) => {
  expect(() => checkTerm({ amount, unit: 'wd' })).toThrow('BAD_TERM');
});
