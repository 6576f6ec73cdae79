import chineseDays from 'chinese-days';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addWorkingDays, isWorkingDay } from './calendar.ts';
import { dueOf, type ClockInput } from './clock.ts';
import { dayNumber, formatDay } from './days.ts';
import { explainTerm } from './explain.ts';
import { type Pause } from './pauses.ts';
import { county } from './test-calendar.ts';
import { type Term, type TermUnit } from './terms.ts';

/**
 * The clock against two implementations that share nothing with it: the package chinese-days, and a slow walk that
 * ticks through days and sessions one by one on plain strings.
 */

const first = dayNumber(2022, 1, 1);
const dates = fc.integer({ min: first, max: dayNumber(2025, 6, 30) }).map(formatDay);
const times = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const moments = fc.tuple(dates, times).map(([date, time]) => `${date}T${time}`);
const pauseRanges = fc.array(fc.tuple(fc.integer({ min: -5, max: 60 }), fc.integer({ min: 0, max: 12 })), {
  maxLength: 4,
});

function amountOf(unit: TermUnit): fc.Arbitrary<Term> {
  const max = { wd: 240, h: 900, nd: 200, mo: 12 }[unit];
  return fc.integer({ min: 0, max }).map((n) => ({ amount: unit === 'wd' ? n / 2 : n, unit }));
}

const terms = fc.constantFrom<TermUnit>('wd', 'nd', 'mo', 'h').chain(amountOf);
const clocks = fc.tuple(moments, terms, pauseRanges).map(([start, term, ranges]) => clock(start, term, ranges));

function shift(date: string, by: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
}

function pausesOf(start: string, ranges: readonly (readonly [number, number])[]): readonly Pause[] {
  const day = start.slice(0, 10);
  return ranges.map(([from, length]) => ({
    from: shift(day, from),
    to: shift(day, from + length),
    ground: 'hearing',
    basis: '',
    noticeNo: '1',
    plannedUntil: null,
  }));
}

function clock(start: string, term: Term, ranges: readonly (readonly [number, number])[] = []): ClockInput {
  return { start, term, calendar: county, ledger: { pauses: pausesOf(start, ranges), extensions: [] } };
}

describe('against chinese-days', () => {
  test('10 000 random starts and terms agree', () => {
    const differing: string[] = [];
    const check = fc.property(dates, fc.integer({ min: 1, max: 30 }), (start, days) => {
      // Its findWorkday counts from the day itself; the filing rule first moves a day off to the next working day.
      const received = chineseDays.findWorkday(0, start);
      const expected = chineseDays.findWorkday(days, received);
      const { dueOn } = dueOf(clock(start, { amount: days, unit: 'wd' }));
      if (dueOn !== expected) differing.push(`${start} + ${days}wd: ${dueOn}, chinese-days ${expected}`);
    });
    fc.assert(check, { seed: 20_220_929, numRuns: 10_000 });
    expect(differing).toEqual([]);
  }, 60_000);

  test('long terms and starts that stand on a day off agree too', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 370 }), (start, days) => {
        expect(addWorkingDays(county, start, days)).toBe(chineseDays.findWorkday(days, start));
      }),
      { seed: 1, numRuns: 200 },
    );
  }, 60_000);
});

describe('against a walk that ticks', () => {
  const inPause = (pauses: readonly Pause[], date: string): boolean =>
    pauses.some((pause) => pause.from <= date && date <= (pause.to ?? ''));

  test('working days and half days, with pauses', () => {
    fc.assert(
      fc.property(moments, amountOf('wd'), pauseRanges, (start, term, ranges) => {
        fc.pre(term.amount > 0);
        const input = clock(start, term, ranges);
        const { dueOn, session } = dueOf(input);
        const pauses = input.ledger?.pauses ?? [];
        const summer = (date: string): boolean => date.slice(5) >= '05-01' && date.slice(5) <= '09-30';
        let date = start.slice(0, 10);
        let half = start.slice(11) <= '12:00' ? 0 : 1;
        if (!chineseDays.isWorkday(date) || start.slice(11) > '18:00') {
          if (chineseDays.isWorkday(date)) date = shift(date, 1);
          while (!chineseDays.isWorkday(date)) date = shift(date, 1);
          half = 0;
        }
        expect(summer('2022-05-01') && !summer('2022-10-01')).toBe(true);
        let left = term.amount * 2;
        if (Number.isInteger(term.amount)) half = 1;
        while (left > 0) {
          half += 1;
          if (half === 2) {
            half = 0;
            date = shift(date, 1);
          }
          if (chineseDays.isWorkday(date) && !inPause(pauses, date)) left -= 1;
        }
        expect(dueOn).toBe(date);
        expect(session).toBe(Number.isInteger(term.amount) ? null : half === 0 ? 'morning' : 'afternoon');
      }),
      { seed: 2, numRuns: 1500 },
    );
  }, 60_000);

  test('natural days, with pauses', () => {
    fc.assert(
      fc.property(dates, amountOf('nd'), pauseRanges, (start, term, ranges) => {
        fc.pre(term.amount > 0);
        const input = clock(start, term, ranges);
        const pauses = input.ledger?.pauses ?? [];
        let date = start;
        for (let left = term.amount; left > 0;) {
          date = shift(date, 1);
          if (!inPause(pauses, date)) left -= 1;
        }
        while (!chineseDays.isWorkday(date)) date = shift(date, 1);
        expect(dueOf(input).dueOn).toBe(date);
      }),
      { seed: 3, numRuns: 1500 },
    );
  }, 60_000);

  test('hours, with pauses, minute by minute', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 60 }), pauseRanges, (start, amount, ranges) => {
        const input = clock(start, { amount, unit: 'h' }, ranges);
        const pauses = input.ledger?.pauses ?? [];
        let minute = Date.parse(`${start}:00Z`);
        for (let left = amount * 60; left > 0; minute += 60_000) {
          if (!inPause(pauses, new Date(minute).toISOString().slice(0, 10))) left -= 1;
        }
        expect(dueOf(input).dueAt).toBe(new Date(minute - 8 * 3_600_000).toISOString());
      }),
      { seed: 4, numRuns: 200 },
    );
  }, 60_000);
});

describe('properties', () => {
  test('a longer term is never due earlier', () => {
    fc.assert(
      fc.property(clocks, fc.integer({ min: 1, max: 40 }), (input, more) => {
        const step = input.term.unit === 'wd' ? 0.5 : 1;
        const longer = { ...input, term: { ...input.term, amount: input.term.amount + more * step } };
        expect(dueOf(longer).dueAt >= dueOf(input).dueAt).toBe(true);
      }),
      { seed: 5, numRuns: 1500 },
    );
  });

  test('one more pause never makes anything due earlier', () => {
    fc.assert(
      fc.property(clocks, fc.integer({ min: -5, max: 60 }), fc.integer({ min: 0, max: 12 }), (input, from, length) => {
        const pauses = input.ledger?.pauses ?? [];
        const more = {
          ...input,
          ledger: { pauses: [...pauses, ...pausesOf(input.start, [[from, length]])], extensions: [] },
        };
        expect(dueOf(more).dueAt >= dueOf(input).dueAt).toBe(true);
      }),
      { seed: 6, numRuns: 1500 },
    );
  });

  test('the order of pauses and their being split do not matter', () => {
    fc.assert(
      fc.property(clocks, (input) => {
        const pauses = input.ledger?.pauses ?? [];
        const days = pauses.flatMap((pause) => {
          const split: Pause[] = [];
          for (let date = pause.from; date <= (pause.to ?? ''); date = shift(date, 1))
            split.push({ ...pause, from: date, to: date });
          return split;
        });
        expect(dueOf({ ...input, ledger: { pauses: days.reverse(), extensions: [] } })).toEqual(dueOf(input));
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test('working-day and natural-day terms end on a working day', () => {
    fc.assert(
      fc.property(clocks, (input) => {
        fc.pre(input.term.unit !== 'h');
        expect(isWorkingDay(county, dueOf(input).dueOn)).toBe(true);
      }),
      { seed: 8, numRuns: 500 },
    );
  });

  test('the explanation is gapless, ends on the due day and counts the whole term', () => {
    fc.assert(
      fc.property(clocks, (input) => {
        const days = explainTerm(input);
        const { dueOn } = dueOf(input);
        expect(days.at(-1)).toMatchObject({ date: dueOn, outcome: 'due' });
        expect(days.filter(({ outcome }) => outcome === 'due')).toHaveLength(1);
        expect(days.map(({ date }) => date)).toEqual(days.map((_, at) => shift(input.start.slice(0, 10), at)));
        const ordinals = days.flatMap(({ ordinal }) => (ordinal === null ? [] : [ordinal]));
        expect(ordinals).toEqual([...ordinals].sort((a, b) => a - b));
        if (input.term.amount > 0 && input.term.unit !== 'mo') expect(ordinals.at(-1)).toBe(input.term.amount);
        if (input.term.unit === 'wd' && Number.isInteger(input.term.amount)) {
          const counting = days.filter(({ ordinal }) => ordinal !== null).length;
          expect(counting).toBe(input.term.amount);
        }
      }),
      { seed: 9, numRuns: 600 },
    );
  });
});
