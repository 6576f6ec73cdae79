import { describe, expect, test } from 'vitest';
import { localDateOf } from '../kernel/time.ts';
import { buildCalendar } from './calendar.ts';
import { dueOf, type ClockInput } from './clock.ts';
import { type Pause } from './pauses.ts';
import { defaultSettings } from './settings.ts';
import { county } from './test-calendar.ts';
import { parseTerm } from './terms.ts';

function due(start: string, term: string, rest: Partial<ClockInput> = {}): ReturnType<typeof dueOf> {
  return dueOf({ start, term: parseTerm(term), calendar: county, ...rest });
}

function hearing(from: string, to: string | null, plannedUntil: string | null = null): Pause {
  return { from, to, ground: 'hearing', basis: '《行政许可法》第四十五条', noticeNo: '听告〔2022〕1号', plannedUntil };
}

function pausedBy(...pauses: Pause[]): Partial<ClockInput> {
  return { ledger: { pauses, extensions: [] } };
}

describe('the vectors of the domain', () => {
  test.each([
    ['2022-09-29', '5wd', '2022-10-11'],
    ['2022-09-29', '20wd', '2022-11-01'],
    ['2022-09-29', '30wd', '2022-11-15'],
    ['2022-04-28', '5wd', '2022-05-09'],
    ['2022-01-28', '5wd', '2022-02-09'],
    ['2022-05-23', '60wd', '2022-08-16'],
    ['2022-05-23', '95wd', '2022-10-10'],
    ['2022-12-29', '3wd', '2023-01-04'],
    ['2025-01-26', '5wd', '2025-02-08'],
    ['2022-09-11', '20nd', '2022-10-08'],
    ['2022-09-18', '20nd', '2022-10-08'],
    ['2022-04-11', '20nd', '2022-05-05'],
  ])('%s + %s = %s', (start, term, dueOn) => {
    expect(due(start, term)).toMatchObject({ dueOn, session: null, provisional: false });
  });

  test.each([
    ['2022-06-01T09:30', '2022-06-02', 'afternoon'],
    ['2022-06-02T09:30', '2022-06-06', 'afternoon'],
    ['2022-09-30T15:00', '2022-10-09', 'morning'],
  ])('%s + 1.5wd = %s %s', (start, dueOn, session) => {
    expect(due(start, '1.5wd')).toMatchObject({ dueOn, session, provisional: false });
  });
});

describe('the event', () => {
  test('an instant, a local time and a date of the same day agree', () => {
    for (const start of ['2022-09-29', '2022-09-29T10:00', '2022-09-29T02:00:00.000Z', '2022-09-29T10:00:00+08:00']) {
      expect(due(start, '5wd').dueOn).toBe('2022-10-11');
    }
  });

  test('an instant is placed on the county’s day, not on that of UTC', () => {
    // 07:30 on the 30th in the county: before opening, so the morning of the 30th.
    expect(due('2022-09-29T23:30:00.000Z', '0.5wd')).toMatchObject({ dueOn: '2022-09-30', session: 'afternoon' });
  });

  test.each([
    ['on a day off', '2022-10-01', '2022-10-09'],
    ['on an ordinary Sunday', '2022-10-23', '2022-10-25'],
    ['on a make-up Saturday', '2022-10-08', '2022-10-09'],
    ['after close', '2022-10-10T18:01', '2022-10-12'],
    ['at the last minute', '2022-10-10T18:00', '2022-10-11'],
    ['before opening', '2022-10-10T06:00', '2022-10-11'],
    ['after close on a Friday', '2022-10-14T21:00', '2022-10-18'],
  ])('%s', (_, start, dueOn) => {
    expect(due(start, '1wd').dueOn).toBe(dueOn);
  });

  test('the county may let a filing out of hours stand', () => {
    const settings = { ...defaultSettings, offHoursFiling: 'sameDay' } as const;
    expect(due('2022-10-23', '1wd', { settings }).dueOn).toBe('2022-10-24');
    expect(due('2022-10-10T20:00', '1wd', { settings }).dueOn).toBe('2022-10-11');
    expect(due('2022-10-23', '0.5wd', { settings })).toMatchObject({ dueOn: '2022-10-24', session: 'morning' });
    expect(due('2022-10-23', '0wd', { settings }).dueOn).toBe('2022-10-24');
  });

  test.each([
    ['2022-10-10', '2022-10-11', 'morning'],
    ['2022-10-10T12:30', '2022-10-11', 'morning'],
    ['2022-10-10T12:00', '2022-10-10', 'afternoon'],
    ['2022-10-10T19:00', '2022-10-11', 'afternoon'],
    ['2022-10-15T10:00', '2022-10-17', 'afternoon'],
  ])('half a day from %s', (start, dueOn, session) => {
    expect(due(start, '0.5wd')).toMatchObject({ dueOn, session });
  });

  test('today means today, or the next working day', () => {
    expect(due('2022-10-10T09:00', '0wd').dueOn).toBe('2022-10-10');
    expect(due('2022-10-01', '0wd').dueOn).toBe('2022-10-08');
  });
});

describe('the end', () => {
  test('working days end at close of business, by season; a morning at noon', () => {
    expect(due('2022-09-26', '1wd').dueAt).toBe('2022-09-27T10:00:00.000Z');
    expect(due('2022-09-30T15:00', '1.5wd').dueAt).toBe('2022-10-09T04:00:00.000Z');
    const settings = { ...defaultSettings, workingDayEnds: 'midnight' } as const;
    expect(due('2022-09-26', '1wd', { settings }).dueAt).toBe('2022-09-27T15:59:59.999Z');
  });

  test('24:00 is still the due date', () => {
    const { dueOn, dueAt } = due('2022-09-18', '20nd');
    expect(localDateOf(dueAt)).toBe(dueOn);
    const settings = { ...defaultSettings, naturalDayEnds: 'close' } as const;
    expect(due('2022-09-18', '20nd', { settings }).dueAt).toBe('2022-10-08T10:00:00.000Z');
  });

  test('natural days move past an ordinary weekend, unless the county says otherwise', () => {
    expect(due('2022-08-22', '5nd').dueOn).toBe('2022-08-29');
    const settings = { ...defaultSettings, weekendRolls: false };
    expect(due('2022-08-22', '5nd', { settings }).dueOn).toBe('2022-08-27');
    expect(due('2022-09-11', '20nd', { settings }).dueOn).toBe('2022-10-08');
  });

  test.each([
    ['2022-02-15', '1mo', '2022-03-15'],
    ['2022-10-31', '1mo', '2022-11-30'],
    ['2024-01-31', '1mo', '2024-02-29'],
    ['2023-01-31', '1mo', '2023-02-28'],
    ['2022-09-01', '1mo', '2022-10-08'],
    ['2022-11-30', '3mo', '2023-02-28'],
    ['2022-12-15', '12mo', '2023-12-15'],
  ])('%s + %s = %s', (start, term, dueOn) => {
    expect(due(start, term).dueOn).toBe(dueOn);
  });

  test('hours run through nights and holidays, from the moment', () => {
    expect(due('2022-10-01T23:30', '2h')).toMatchObject({ dueOn: '2022-10-02', dueAt: '2022-10-01T17:30:00.000Z' });
    expect(due('2022-10-01T23:30:15', '0.5h').dueAt).toBe('2022-10-01T16:00:15.000Z');
    expect(due('2022-10-01T23:30', '0h').dueAt).toBe('2022-10-01T15:30:00.000Z');
  });

  test('hours from a bare date are refused', () => {
    expect(() => due('2022-10-01', '2h')).toThrow('HOURS_NEED_TIME');
  });

  test.each(['100000wd', '100000nd', '9999999h', '9999mo', '99999.5wd'])('%s is out of range, at once', (term) => {
    expect(() => due('2022-09-29T09:00', term)).toThrow('BEYOND_CALENDAR');
  });

  test.each(['2022-02-30', '2022-13-01', '2022-2-3', '', '2022-09-29T25:00', '2022-09-29 09:30', '２０２２-09-29'])(
    '“%s” is no date',
    (start) => {
      expect(() => due(start, '5wd')).toThrow('BAD_DATE');
    },
  );

  test('a date beyond the calendar is told apart from a wrong one', () => {
    expect(() => due('2150-01-01', '5wd')).toThrow('BEYOND_CALENDAR');
    expect(() => due('2150-02-30', '5wd')).toThrow('BAD_DATE');
  });

  test('a year without a notice gives a provisional date', () => {
    expect(due('2027-03-01', '5wd')).toMatchObject({ dueOn: '2027-03-08', provisional: true });
    expect(due('2026-12-24', '10wd').provisional).toBe(true);
    expect(due('2026-12-24', '2wd').provisional).toBe(true);
    expect(due('2026-12-23', '2wd').provisional).toBe(false);
    expect(due('2026-12-23', '20nd').provisional).toBe(true);
    expect(due('2031-12-23T08:00', '48h').provisional).toBe(false);
  });
});

test('a December day that next year’s notice names is settled, its neighbours are not', () => {
  const days = [{ date: '2029-12-29', kind: 'makeUp', name: '元旦' } as const];
  const calendar = buildCalendar([{ year: 2030, documentNo: '国办发明电〔2029〕1号', title: '通知', url: null, days }]);
  expect(due('2029-12-26', '3nd', { calendar })).toMatchObject({ dueOn: '2029-12-29', provisional: false });
  expect(due('2029-12-25', '3nd', { calendar })).toMatchObject({ dueOn: '2029-12-28', provisional: true });
});

describe('pauses', () => {
  test('whole days, both included', () => {
    expect(due('2022-09-29', '20wd', pausedBy(hearing('2022-10-10', '2022-10-12'))).dueOn).toBe('2022-11-04');
  });

  test('days off inside a pause are not counted twice', () => {
    expect(due('2022-09-29', '5wd', pausedBy(hearing('2022-10-01', '2022-10-07'))).dueOn).toBe('2022-10-11');
    expect(due('2022-09-29', '5wd', pausedBy(hearing('2022-09-30', '2022-10-08'))).dueOn).toBe('2022-10-13');
  });

  test('overlapping pauses count once', () => {
    const both = pausedBy(hearing('2022-10-11', '2022-10-13'), hearing('2022-10-10', '2022-10-12'));
    expect(due('2022-09-29', '20wd', both)).toEqual(
      due('2022-09-29', '20wd', pausedBy(hearing('2022-10-10', '2022-10-13'))),
    );
  });

  test('a pause after the due date rescues nothing, one on the due date moves it', () => {
    expect(due('2022-09-29', '5wd', pausedBy(hearing('2022-10-12', '2022-10-20'))).dueOn).toBe('2022-10-11');
    expect(due('2022-09-29', '5wd', pausedBy(hearing('2022-10-11', '2022-10-11'))).dueOn).toBe('2022-10-12');
  });

  test('in sessions, natural days, months and hours', () => {
    const noon = pausedBy(hearing('2022-10-11T14:00', '2022-10-12T08:00'));
    expect(due('2022-10-10T09:00', '1.5wd', noon)).toMatchObject({ dueOn: '2022-10-12', session: 'morning' });
    expect(due('2022-08-01', '20nd', pausedBy(hearing('2022-08-06', '2022-08-07'))).dueOn).toBe('2022-08-23');
    expect(due('2022-02-15', '1mo', pausedBy(hearing('2022-03-01', '2022-03-02'))).dueOn).toBe('2022-03-17');
    const night = pausedBy(hearing('2022-10-10T21:00', '2022-10-10T22:30'));
    expect(due('2022-10-10T20:00', '2h', night).dueAt).toBe('2022-10-10T15:30:00.000Z');
    const wholeDay = pausedBy(hearing('2022-10-11', '2022-10-11'));
    expect(due('2022-10-10T20:00', '5h', wholeDay).dueAt).toBe('2022-10-11T17:00:00.000Z');
  });

  test('a pause within one day does not win the department that day', () => {
    expect(due('2022-10-10', '2wd', pausedBy(hearing('2022-10-11T16:00', '2022-10-11T17:00'))).dueOn).toBe(
      '2022-10-12',
    );
    expect(due('2022-10-10', '2wd', pausedBy(hearing('2022-10-11T16:00', '2022-10-12T09:00'))).dueOn).toBe(
      '2022-10-13',
    );
  });

  test('an open pause holds until the end announced, no longer', () => {
    expect(due('2022-09-29', '20wd', pausedBy(hearing('2022-10-10', null, '2022-10-12'))).dueOn).toBe('2022-11-04');
    expect(due('2022-09-29', '20wd', pausedBy(hearing('2022-10-10', '2022-11-30', '2022-10-12'))).dueOn).toBe(
      '2022-11-04',
    );
  });

  test('unlawful pauses change nothing', () => {
    const good = hearing('2022-10-10', '2022-10-12');
    for (const bad of [
      { ...good, ground: '领导出差' },
      { ...good, noticeNo: null },
      { ...good, noticeNo: ' ' },
      { ...good, to: null },
    ]) {
      expect(due('2022-09-29', '20wd', pausedBy(bad)).dueOn).toBe('2022-11-01');
    }
  });

  test('a pause that ends before it begins is refused', () => {
    expect(() => due('2022-09-29', '20wd', pausedBy(hearing('2022-10-12', '2022-10-10')))).toThrow('BAD_PAUSE');
  });
});

describe('extensions', () => {
  test('add in the term’s own unit', () => {
    const ledger = { pauses: [], extensions: [{ amount: parseTerm('10wd'), basis: '《行政许可法》第四十二条' }] };
    expect(due('2022-09-29', '20wd', { ledger }).dueOn).toBe('2022-11-15');
    const months = { pauses: [], extensions: [{ amount: parseTerm('1mo'), basis: '' }] };
    expect(due('2023-01-31', '1mo', { ledger: months }).dueOn).toBe('2023-03-31');
  });

  test('in another unit are refused', () => {
    const ledger = { pauses: [], extensions: [{ amount: parseTerm('10nd'), basis: '' }] };
    expect(() => due('2022-09-29', '20wd', { ledger })).toThrow('EXTENSION_UNIT_MISMATCH');
  });
});
