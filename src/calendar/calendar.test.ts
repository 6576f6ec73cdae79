import chineseDays from 'chinese-days';
import { describe, expect, test } from 'vitest';
import {
  addWorkingDays,
  buildCalendar,
  explainDay,
  isWorkingDay,
  workingDaysBetween,
  type CalendarNotice,
} from './calendar.ts';
import { civilOf, dayNumber, daysInMonth, formatDay, tryParseDay, weekdayOf } from './days.ts';
import { county, countyNotices } from './test-calendar.ts';

describe('day numbers', () => {
  test('agree with the platform’s own dates over the whole range, and back', () => {
    const epoch = Date.UTC(1992, 0, 1);
    for (let at = 0; at < 39_447; at += 1) {
      const native = new Date(epoch + at * 86_400_000);
      const text = native.toISOString().slice(0, 10);
      const day = tryParseDay(text);
      if (day === null || day !== epoch / 86_400_000 + at) expect.fail(text);
      if (formatDay(day) !== text || weekdayOf(day) !== native.getUTCDay()) expect.fail(text);
      const { year, month, date } = civilOf(day);
      if (dayNumber(year, month, date) !== day) expect.fail(text);
    }
  });

  test('months know their length', () => {
    expect([2023, 2024, 2000, 2100].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 29, 28]);
    expect(daysInMonth(2022, 12)).toBe(31);
  });
});

describe('the county’s calendar', () => {
  test.each([
    [2022, 249],
    [2023, 249],
    [2024, 251],
    [2025, 248],
    [2026, 248],
  ])('%i has %i working days', (year, count) => {
    expect(workingDaysBetween(county, `${year - 1}-12-31`, `${year}-12-31`)).toBe(count);
  });

  test('every day of 2022–2026 agrees with chinese-days', () => {
    const differing: string[] = [];
    for (let day = dayNumber(2022, 1, 1); day <= dayNumber(2026, 12, 31); day += 1) {
      const date = formatDay(day);
      if (isWorkingDay(county, date) !== chineseDays.isWorkday(date)) differing.push(date);
    }
    expect(differing).toEqual([]);
  });

  test('says why a day is off or working, with the notice', () => {
    expect(explainDay(county, '2022-10-03')).toMatchObject({
      working: false,
      reason: '国庆节放假（国办发明电〔2021〕11号）',
      provisional: false,
    });
    expect(explainDay(county, '2022-10-08').reason).toBe('周六，因国庆节调休上班（国办发明电〔2021〕11号）');
    expect(explainDay(county, '2022-12-31').notice?.year).toBe(2023);
    expect(explainDay(county, '2022-10-15')).toEqual({
      working: false,
      reason: '周六，双休日',
      notice: null,
      provisional: false,
    });
    expect(explainDay(county, '2022-10-10').reason).toBe('周一，工作日');
  });

  test('a year without a notice is provisional and says so; so are the days its notice may still turn', () => {
    expect(explainDay(county, '2027-10-01')).toMatchObject({ working: true, provisional: true });
    expect(explainDay(county, '2027-10-01').reason).toContain('2027年放假安排尚未录入');
    expect(explainDay(county, '2021-12-31').provisional).toBe(true);
    expect(explainDay(county, '2026-12-27').provisional).toBe(false);
    expect(explainDay(county, '2026-12-28').reason).toContain('2027年放假安排尚未录入');
    expect(explainDay(county, '2025-12-31').provisional).toBe(false);
  });

  test('adds working days and refuses nonsense', () => {
    expect(addWorkingDays(county, '2022-09-29', 5)).toBe('2022-10-11');
    expect(addWorkingDays(county, '2022-10-01', 0)).toBe('2022-10-08');
    expect(addWorkingDays(county, '2022-10-01', 1)).toBe('2022-10-08');
    expect(workingDaysBetween(county, '2022-10-11', '2022-09-29')).toBe(0);
    expect(() => addWorkingDays(county, '2022-09-29', 1.5)).toThrow('BAD_TERM');
    expect(() => addWorkingDays(county, '2022-09-29', -1)).toThrow('BAD_TERM');
    expect(() => addWorkingDays(county, '2022-09-29', 1e9)).toThrow('BEYOND_CALENDAR');
    expect(() => isWorkingDay(county, '2022-02-30')).toThrow('BAD_DATE');
  });
});

describe('building', () => {
  const notice: CalendarNotice = {
    year: 2030,
    documentNo: '国办发明电〔2029〕1号',
    title: '通知',
    url: null,
    days: [{ date: '2029-12-31', kind: 'off', name: '元旦' }],
  };

  test('without notices everything is provisional', () => {
    const bare = buildCalendar([]);
    expect(bare.version).toBe('none');
    expect(explainDay(bare, '2022-10-08')).toMatchObject({ working: false, provisional: true });
  });

  test('the version moves with a day, a number or a notice, not with their order', () => {
    const base = county.version;
    expect(base).toMatch(/^2022-2026#[0-9a-f]{16}$/);
    expect(buildCalendar([...countyNotices].reverse()).version).toBe(base);
    expect(buildCalendar(countyNotices.slice(1)).version).not.toBe(base);
    const touched = countyNotices.map((one) => (one.year === 2024 ? { ...one, days: one.days.slice(1) } : one));
    expect(buildCalendar(touched).version).not.toBe(base);
    const renumbered = countyNotices.map((one) => (one.year === 2024 ? { ...one, documentNo: '更正' } : one));
    expect(buildCalendar(renumbered).version).not.toBe(base);
  });

  test('a day off of the next year’s notice counts in its own year', () => {
    const calendar = buildCalendar([notice]);
    expect(explainDay(calendar, '2029-12-31')).toMatchObject({ working: false, provisional: false });
    expect(explainDay(calendar, '2029-12-28').provisional).toBe(true);
  });

  test.each([
    ['two notices for one year', [notice, notice]],
    ['a day of another year', [{ ...notice, days: [{ date: '2028-10-01', kind: 'off', name: '国庆节' } as const] }]],
    ['a day that does not exist', [{ ...notice, days: [{ date: '2030-02-30', kind: 'off', name: '春节' } as const] }]],
    [
      'one day twice',
      [{ ...notice, days: [...notice.days, { date: '2029-12-31', kind: 'makeUp', name: '元旦' } as const] }],
    ],
    ['a year out of range', [{ ...notice, year: 2200 }]],
  ])('refuses %s', (_, notices: readonly CalendarNotice[]) => {
    expect(() => buildCalendar(notices)).toThrow('BAD_NOTICE');
  });
});
