import { describe, expect, it } from 'vitest';
import { recentCount, workbenchPath } from './recent-alerts.ts';

const now = '2026-11-24T01:00:00.000Z';
const at = (...moments: string[]) => moments.map((one) => ({ at: one }));

describe('recentCount', () => {
  it.each([
    ['nothing read yet', undefined, ''],
    ['none', { alerts: [], hasMore: false }, ''],
    ['only old ones', { alerts: at('2026-11-23T00:59:59.999Z'), hasMore: false }, ''],
    [
      'the last 24 hours, their first moment included',
      {
        alerts: at('2026-11-24T00:59:00.000Z', '2026-11-23T01:00:00.000Z', '2026-11-23T00:59:59.999Z'),
        hasMore: true,
      },
      '2',
    ],
    ['a whole page of new ones with more behind', { alerts: at(now, now), hasMore: true }, '2+'],
    ['a whole page and no more', { alerts: at(now, now), hasMore: false }, '2'],
  ])('%s', (_, first, count) => {
    expect(recentCount(first, now)).toBe(count);
  });
});

describe('workbenchPath', () => {
  it.each([
    ['/workbench/cases/1', '/cases/1'],
    ['/workbench/supervision', '/supervision'],
    ['/supervision/1', '/supervision/1'],
    ['/workbench', '/'],
    ['', null],
    ['//elsewhere.example/x', null],
    ['https://elsewhere.example/x', null],
  ])('%s → %s', (link, path) => {
    expect(workbenchPath(link)).toBe(path);
  });
});
