import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { sql } from '../../kernel/db.ts';
import type { Tx } from '../../kernel/module.ts';
import { org } from '../org/index.ts';
import { tasks } from './index.ts';
import { loadCounty } from './load.ts';

let platform: TestPlatform;
const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => platform.asSystem(work);
beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks] });
});
afterAll(() => platform.stop());

describe('装入县级数据', () => {
  const state = () =>
    within(async (tx) => ({
      rulebook: await tx.one(sql`select digest from tasks.rulebook`),
      notices: await tx.rows(sql`select year, document_no, state from tasks.calendar_notice order by year, state`),
    }));

  it('再装一次什么都不变', async () => {
    const before = await state();
    await within(loadCounty);
    expect(await state()).toEqual(before);
  });

  it('数据变了才重装；人确认过的通知不动，随数据来的跟着数据走', async () => {
    const before = await state();
    await within(async (tx) => {
      await tx.exec(sql`update kernel.loaded set digest = 'older' where part = 'tasks'`);
      await tx.exec(sql`update tasks.calendar_notice set document_no = '旧文号' where year in (2025, 2026)`);
      await tx.exec(
        sql`update tasks.calendar_notice set proposed_by = ${'01920000-0000-7000-8000-0000000000bb'} where year = 2026`,
      );
    });
    await within(loadCounty);
    const { notices, rulebook } = await state();
    const numberOf = (year: number) =>
      (notices as { year: number; documentNo: string }[]).find((notice) => notice.year === year)?.documentNo;
    expect(numberOf(2026)).toBe('旧文号');
    expect(numberOf(2025)).not.toBe('旧文号');
    expect(rulebook).not.toEqual(before.rulebook);
  });
});
