import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueOf, type ClockInput } from './clock.ts';
import { consumed, lightOf, lightTimes } from './progress.ts';
import { county } from './test-calendar.ts';
import { parseTerm } from './terms.ts';

function clock(start: string, term: string, pause?: [string, string]): ClockInput {
  const pauses =
    pause === undefined
      ? []
      : [{ from: pause[0], to: pause[1], ground: 'hearing', basis: '', noticeNo: '1', plannedUntil: null }];
  return { start, term: parseTerm(term), calendar: county, ledger: { pauses, extensions: [] } };
}

describe('consumed', () => {
  test.each([
    ['2022-09-29', { used: 0, left: 5, paused: 0, over: 0 }],
    ['2022-09-30', { used: 1, left: 4, paused: 0, over: 0 }],
    ['2022-10-05', { used: 1, left: 4, paused: 0, over: 0 }],
    ['2022-10-11', { used: 5, left: 0, paused: 0, over: 0 }],
    ['2022-10-13T09:00', { used: 5, left: 0, paused: 0, over: 2 }],
    ['2022-09-01', { used: 0, left: 5, paused: 0, over: 0 }],
  ])('5wd from 2022-09-29 at %s', (until, expected) => {
    expect(consumed({ ...clock('2022-09-29', '5wd'), until })).toEqual({ unit: 'wd', total: 5, ...expected });
  });

  test('net and gross of pauses', () => {
    const input = clock('2022-09-29', '20wd', ['2022-10-08', '2022-10-11']);
    expect(consumed({ ...input, until: '2022-10-12' })).toEqual({
      unit: 'wd',
      total: 20,
      used: 2,
      left: 18,
      paused: 4,
      over: 0,
    });
  });

  test('half days begin with their session', () => {
    const input = clock('2022-06-02T09:30', '1.5wd');
    const at = (until: string): number => consumed({ ...input, until }).used;
    expect([at('2022-06-02T10:00'), at('2022-06-02T15:00'), at('2022-06-04'), at('2022-06-06T07:00')]).toEqual([
      0, 0.5, 0.5, 0.5,
    ]);
    expect([at('2022-06-06T08:00'), at('2022-06-06T14:30'), at('2022-06-07')]).toEqual([1, 1.5, 1.5]);
  });

  test('hours, natural days and months', () => {
    expect(consumed({ ...clock('2022-10-01T20:00', '2h'), until: '2022-10-01T21:30' })).toMatchObject({
      used: 1.5,
      left: 0.5,
    });
    expect(consumed({ ...clock('2022-10-01T20:00', '2h'), until: '2022-10-01T15:00:00.000Z' })).toMatchObject({
      over: 1,
    });
    // 1 October is the 20th day; the roll to the 8th is not late.
    expect(consumed({ ...clock('2022-09-11', '20nd'), until: '2022-10-05' })).toMatchObject({
      used: 20,
      left: 0,
      over: 0,
    });
    expect(consumed({ ...clock('2022-09-11', '20nd'), until: '2022-10-10' })).toMatchObject({ over: 2 });
    const month = clock('2022-02-15', '1mo', ['2022-03-01', '2022-03-02']);
    expect(consumed({ ...month, until: '2022-03-05' })).toEqual({
      unit: 'nd',
      total: 28,
      used: 16,
      left: 12,
      paused: 2,
      over: 0,
    });
  });
});

describe('lights', () => {
  const input = clock('2022-09-29', '10wd');

  test('turn when a share is used', () => {
    const { yellowAt, redAt, due } = lightTimes({ ...input, yellow: { shareUsed: 0.8 } });
    expect(due.dueOn).toBe('2022-10-18');
    // The 8th of ten working days: Friday 14 October, from midnight.
    expect(yellowAt).toBe('2022-10-13T16:00:00.000Z');
    expect(redAt).toBe('2022-10-18T10:00:00.001Z');
  });

  test('a share that is not exact in binary does not turn a day late', () => {
    // 0.28 × 25 is 7.000000000000001: the 7th working day, Thursday 13 October.
    const { yellowAt } = lightTimes({ ...clock('2022-09-29', '25wd'), yellow: { shareUsed: 0.28 } });
    expect(yellowAt).toBe('2022-10-12T16:00:00.000Z');
  });

  test('turn when so many working days or hours are left', () => {
    expect(lightTimes({ ...input, yellow: { workingDaysLeft: 2 } }).yellowAt).toBe('2022-10-13T16:00:00.000Z');
    expect(lightTimes({ ...input, yellow: { workingDaysLeft: 0 } }).yellowAt).toBe('2022-10-17T16:00:00.000Z');
    const repair = clock('2022-10-01T20:00', '2h');
    expect(lightTimes({ ...repair, yellow: { hoursLeft: 0.5 } }).yellowAt).toBe('2022-10-01T13:30:00.000Z');
    expect(lightTimes({ ...repair, yellow: { shareUsed: 0.5 } }).yellowAt).toBe('2022-10-01T13:00:00.000Z');
  });

  test('never turn before the start or after the due moment', () => {
    expect(lightTimes({ ...input, yellow: { workingDaysLeft: 500 } }).yellowAt).toBe('2022-09-28T16:00:00.000Z');
    expect(lightTimes({ ...input, yellow: { shareUsed: 0 } }).yellowAt).toBe('2022-09-28T16:00:00.000Z');
    const today = lightTimes({ ...clock('2022-10-10T09:00', '0wd'), yellow: { shareUsed: 0.5 } });
    expect(today.yellowAt <= today.due.dueAt).toBe(true);
  });

  test('a pause moves the light too', () => {
    const paused = clock('2022-09-29', '10wd', ['2022-10-14', '2022-10-14']);
    expect(lightTimes({ ...paused, yellow: { shareUsed: 0.8 } }).yellowAt).toBe('2022-10-16T16:00:00.000Z');
  });

  test.each([
    { shareUsed: 1.5 },
    { shareUsed: -1 },
    { shareUsed: Number.NaN },
    { workingDaysLeft: 1.5 },
    { hoursLeft: -1 },
  ])('refuses %o', (yellow) => {
    expect(() => lightTimes({ ...input, yellow })).toThrow('BAD_THRESHOLD');
  });

  test('green, yellow, red: the last moment is still in time', () => {
    const { due, yellowAt } = lightTimes({ ...input, yellow: { shareUsed: 0.8 } });
    expect(lightOf({ due, yellowAt, now: '2022-10-13T15:59:59.999Z' })).toBe('green');
    expect(lightOf({ due, yellowAt, now: yellowAt })).toBe('yellow');
    expect(lightOf({ due, yellowAt, now: due.dueAt })).toBe('yellow');
    expect(lightOf({ due, yellowAt, now: '2022-10-18T10:00:00.001Z' })).toBe('red');
    const early = lightTimes({ ...input, yellow: { shareUsed: 0.5 }, red: { workingDaysLeft: 1 } });
    expect(lightOf({ due, yellowAt: early.yellowAt, redAt: early.redAt, now: early.redAt })).toBe('red');
  });

  test('the share agrees with what is consumed that day and the day before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 28 }),
        (n, percent, date) => {
          const one = clock(`2022-09-${String(date).padStart(2, '0')}`, `${n}wd`, ['2022-10-09', '2022-10-12']);
          const share = percent / 100;
          const { yellowAt } = lightTimes({ ...one, yellow: { shareUsed: share } });
          const at = consumed({ ...one, until: yellowAt });
          const justBefore = consumed({ ...one, until: new Date(Date.parse(yellowAt) - 1).toISOString() });
          expect(at.used / n).toBeGreaterThanOrEqual(share - 1e-9);
          expect(justBefore.used / n).toBeLessThan(share);
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });
});

test('everything is used on the due day and nothing is over', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.constantFrom('wd', 'nd'), (n, unit) => {
      const one = clock('2022-09-29T15:00', `${unit === 'wd' ? n / 2 : n}${unit}`, ['2022-10-05', '2022-10-14']);
      expect(consumed({ ...one, until: dueOf(one).dueAt })).toMatchObject({ left: 0, over: 0 });
    }),
    { seed: 12, numRuns: 300 },
  );
});
