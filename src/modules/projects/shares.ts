import type { Tx } from '../../kernel/module.ts';
import { localDateOf, plusMs, type Instant } from '../../kernel/time.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import type { projectShares } from './contract.ts';
import { countyOf } from './county.ts';
import { countShares } from './store/projects.ts';

export type Shares = OutputOf<typeof projectShares>;

/**
 * The share of projects that passed all approvals within their promise, by type, of those completed in the period
 * (`to` exclusive; null is open). Running and abandoned ones are outside the denominator and counted beside it.
 */
export async function sharesOf(tx: Tx, { from, to }: { from: Instant | null; to: Instant | null }): Promise<Shares> {
  const county = await countyOf(tx.services);
  const counted = await countShares(tx, from, to);
  const known = county.types.map(({ id, name, limit }) => {
    const row = counted.find((one) => one.typeId === id);
    const { completed = 0, within = 0 } = row ?? {};
    return {
      typeId: id,
      typeName: name,
      budgetDays: Number.parseInt(limit, 10),
      completed,
      within,
      share: completed === 0 ? null : within / completed,
      averageDays: row?.averageDays ?? null,
      longestDays: row?.longestDays ?? null,
      running: row?.running ?? 0,
      runningExceeded: row?.runningExceeded ?? 0,
      abandoned: row?.abandoned ?? 0,
    };
  });
  return {
    from: from === null ? null : localDateOf(from),
    to: to === null ? null : localDateOf(plusMs(to, -1)),
    types: known,
    note: '占比＝期内全部办完、用时没有超过承诺的项目数÷期内全部办完的项目数。用时是部门办理的工作日，依法不计入的程序（另有书面通知）、申请人准备和补正的时间不算。还在办的和申请人终止的项目不进分母，单列。',
  };
}
