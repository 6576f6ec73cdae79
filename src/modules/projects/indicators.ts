import { z } from 'zod';
import {
  indicatorSource,
  type DayRange,
  type IndicatorEvidence,
  type IndicatorSource,
  type Tx,
} from '../../kernel/module.ts';
import { instantAt, localDateOf, plusMs, type Instant } from '../../kernel/time.ts';
import { countShares, daysAtPercentile, listEnded } from './store/projects.ts';

/** How the county's promise over whole projects was kept, for its plan. */
export const projectIndicators: readonly IndicatorSource[] = [
  indicatorSource({
    name: 'projects.shareWithinBudget',
    zh: '工程建设项目在承诺时限内办完的比例',
    unit: '%',
    explanation:
      '期内全部办完的项目中，部门用时没有超过承诺工作日（政府投资95、一般社会投资60、小型低风险15）的比例；依法不计入的程序和申请人的时间不算，还在办的和申请人终止的不进分母。',
    params: z.object({ types: z.array(z.string()).default([]) }),
    async compute(tx, params, period) {
      const { from, to } = instants(period);
      const rows = (await countShares(tx, from, to)).filter((row) => isWanted(params.types, row.typeId));
      const sum = (of: (row: (typeof rows)[number]) => number): number =>
        rows.reduce((total, row) => total + of(row), 0);
      const [within, completed] = [sum((row) => row.within), sum((row) => row.completed)];
      return {
        value: completed === 0 ? null : (within / completed) * 100,
        numerator: within,
        denominator: completed,
        excluded: [
          { why: '还在办的', count: sum((row) => row.running) },
          { why: '申请人终止的', count: sum((row) => row.abandoned) },
        ].filter(({ count }) => count > 0),
      };
    },
    behind: (tx, params, period, page) => endedBehind(tx, params.types, period, page),
  }),
  indicatorSource({
    name: 'projects.percentileWorkingDays',
    zh: '工程建设项目审批用时（按比例）',
    unit: '工作日',
    explanation:
      '期内全部办完的这类项目，部门用时的工作日，取第90百分位（九成项目不超过它）；依法不计入的程序和申请人的时间不算，还在办的和申请人终止的不计。',
    params: z.object({ type: z.string(), percentile: z.number().min(1).max(100).default(90) }),
    async compute(tx, { type, percentile }, period) {
      const { from, to } = instants(period);
      const value = await daysAtPercentile(tx, { from, to, type, percentile });
      const counts = (await countShares(tx, from, to)).find((row) => row.typeId === type);
      return {
        value,
        numerator: null,
        denominator: counts?.completed ?? 0,
        excluded: [
          { why: '还在办的', count: counts?.running ?? 0 },
          { why: '申请人终止的', count: counts?.abandoned ?? 0 },
        ].filter(({ count }) => count > 0),
      };
    },
    behind: (tx, params, period, page) => endedBehind(tx, [params.type], period, page),
  }),
];

async function endedBehind(
  tx: Tx,
  types: readonly string[],
  period: DayRange,
  page: { page: number; size: number },
): Promise<IndicatorEvidence> {
  const { from, to } = instants(period);
  const { rows, total } = await listEnded(tx, { from, to, types, ...page });
  return {
    rows: rows.map((row) => ({
      no: row.code,
      title: row.name,
      link: `/workbench/projects/${row.id}`,
      on: localDateOf(row.endedAt),
      value: `${row.usedDays}/${row.budgetDays}个工作日`,
      counted: row.state === 'completed',
      why: row.state === 'completed' ? '' : '申请人终止',
    })),
    total,
  };
}

function instants({ from, to }: DayRange): { from: Instant; to: Instant } {
  return { from: instantAt(from, '00:00'), to: plusMs(instantAt(to, '00:00'), 86_400_000) };
}

function isWanted(types: readonly string[], typeId: string): boolean {
  return types.length === 0 || types.includes(typeId);
}
