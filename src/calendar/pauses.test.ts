import { describe, expect, test } from 'vitest';
import { countablePauses, pauseAt, type Pause } from './pauses.ts';
import { statutoryGrounds } from './settings.ts';
import { countyGrounds } from './test-calendar.ts';

const good: Pause = {
  from: '2022-10-10',
  to: '2022-10-12',
  ground: 'hearing',
  basis: '《行政许可法》第四十五条',
  noticeNo: '1号',
  plannedUntil: '2022-10-12',
};

function judge(...pauses: Pause[]): ReturnType<typeof countablePauses> {
  return countablePauses({ pauses, extensions: [] }, countyGrounds);
}

describe('which pauses count', () => {
  test('a lawful one, by code or by name', () => {
    expect(judge(good).counted).toHaveLength(1);
    expect(judge({ ...good, ground: '听证' }).ignored).toEqual([]);
  });

  test.each([
    ['GROUND_NOT_LISTED', { ground: '系统维护' }],
    ['GROUND_NOT_ENABLED', { ground: '补正' }],
    ['NO_NOTICE', { noticeNo: null }],
    ['NO_NOTICE', { noticeNo: '  ' }],
    ['NO_PLANNED_END', { to: null, plannedUntil: null }],
  ] as const)('%s', (reason, change) => {
    const { counted, ignored } = judge({ ...good, ...change });
    expect(counted).toEqual([]);
    expect(ignored.map((one) => one.reason)).toEqual([reason]);
    expect(ignored[0]?.why).toMatch(/不停止计时$/);
  });

  test('past the announced end it counts up to there and is ignored beyond', () => {
    const { counted, ignored } = judge({ ...good, to: null });
    expect(counted.map(({ fromMs, toMs }) => (toMs - fromMs) / 86_400_000)).toEqual([3]);
    expect(ignored).toMatchObject([{ reason: 'PAST_PLANNED_END', toMs: Infinity }]);
    expect(ignored[0]?.why).toContain('2022-10-12');
    expect(judge({ ...good, plannedUntil: '2022-10-01' })).toMatchObject({
      counted: [],
      ignored: [{ reason: 'PAST_PLANNED_END' }],
    });
  });

  test('a one-off ground stops the clock once', () => {
    const once = countyGrounds.map((ground) => (ground.code === 'correction' ? { ...ground, enabled: true } : ground));
    const pauses = [
      { ...good, ground: 'correction', from: '2022-11-01', to: '2022-11-02', plannedUntil: null },
      { ...good, ground: 'correction' },
    ];
    const { counted, ignored } = countablePauses({ pauses, extensions: [] }, once);
    expect(counted.map(({ pause }) => pause.from)).toEqual(['2022-10-10']);
    expect(ignored.map(({ reason }) => reason)).toEqual(['GROUND_USED_UP']);
  });

  test('“any” asks no questions but still needs an end', () => {
    const bare = { ...good, ground: 'x', noticeNo: null, plannedUntil: null };
    expect(countablePauses({ pauses: [bare], extensions: [] }, 'any').counted).toHaveLength(1);
    expect(countablePauses({ pauses: [{ ...bare, to: null }], extensions: [] }, 'any').counted).toEqual([]);
  });
});

test('the pause in force at a moment', () => {
  const ledger = { pauses: [{ ...good, to: null }], extensions: [] };
  expect(pauseAt(ledger, '2022-10-09T15:59:59.999Z', countyGrounds)).toBeNull();
  expect(pauseAt(ledger, '2022-10-09T16:00:00.000Z', countyGrounds)?.ground).toBe('hearing');
  expect(pauseAt(ledger, '2022-10-12T15:59:59.999Z', countyGrounds)).not.toBeNull();
  expect(pauseAt(ledger, '2022-10-12T16:00:00.000Z', countyGrounds)).toBeNull();
});

test('the data file holds the eight procedures of national law, and beside them only 公示, by the county’s own choice', () => {
  const enabled = countyGrounds.filter((ground) => ground.enabled);
  const national = enabled.filter((ground) => ground.standing === 'national');
  expect(
    national.map(({ code, name, basis, enabled: on, maxTimes }) => ({ code, name, basis, enabled: on, maxTimes })),
  ).toEqual(statutoryGrounds);
  expect(enabled.filter((ground) => ground.standing !== 'national').map(({ name }) => name)).toEqual(['公示']);
});
