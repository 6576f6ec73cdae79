import { expect, test } from 'vitest';
import { parseClockSettings, parseNotices, parsePauseGrounds } from './schema.ts';
import { defaultSettings, statutoryGrounds } from './settings.ts';
import { countyGrounds, countyNotices } from './test-calendar.ts';

const { pauseGrounds: _grounds, ...plain } = defaultSettings;

test('the county’s files read', () => {
  expect(countyNotices.map(({ year, days }) => [year, days.length])).toEqual([
    [2022, 38],
    [2023, 34],
    [2024, 36],
    [2025, 33],
    [2026, 39],
  ]);
  expect(countyNotices.every(({ documentNoStanding }) => documentNoStanding === 'unconfirmed')).toBe(true);
  expect(countyGrounds).toHaveLength(11);
});

test.each([
  ['nothing', null],
  ['no list', {}],
  ['an unknown field', { notices: [{ ...countyNotices[0], colour: 'red' }] }],
  [
    'an impossible date',
    { notices: [{ ...countyNotices[0], days: [{ date: '2022-02-30', kind: 'off', name: '春节' }] }] },
  ],
  ['an empty document number', { notices: [{ ...countyNotices[0], documentNo: ' ' }] }],
])('notices: %s is refused with the place', (_, content) => {
  expect(() => parseNotices(content)).toThrow(expect.objectContaining({ code: 'BAD_NOTICE' }));
});

test('the issue names its path', () => {
  try {
    parseNotices({ notices: [{ ...countyNotices[0], days: [{ date: 'x', kind: 'off', name: '春节' }] }] });
    expect.fail('accepted');
  } catch (error) {
    expect(error).toMatchObject({ issues: [{ path: '/notices/0/days/0/date', message: '不是有效的日期' }] });
  }
});

test('pause grounds: a doubled code or name is refused', () => {
  expect(() => parsePauseGrounds({ grounds: [countyGrounds[0], countyGrounds[0]] })).toThrow('BAD_NOTICE');
});

test('settings: what an administrator may not save', () => {
  expect(parseClockSettings(plain, statutoryGrounds)).toEqual(defaultSettings);
  const [summer] = plain.seasons;
  expect(() => parseClockSettings({ ...plain, seasons: [summer] }, [])).toThrow('BAD_NOTICE');
  expect(() => parseClockSettings({ ...plain, source: '' }, [])).toThrow('BAD_NOTICE');
  const overlapping = plain.seasons.map((season) => ({ ...season, morning: { from: '08:00', to: '15:00' } }));
  expect(() => parseClockSettings({ ...plain, seasons: overlapping }, [])).toThrow('BAD_NOTICE');
});
