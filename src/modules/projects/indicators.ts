import { z } from 'zod';
import { indicatorSource, type DayRange, type IndicatorSource } from '../../kernel/module.ts';
import { instantAt, localDateOf, plusMs, type Instant } from '../../kernel/time.ts';
import { countShares, listEnded } from './store/projects.ts';

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
    async behind(tx, params, period, page) {
      const { from, to } = instants(period);
      const { rows, total } = await listEnded(tx, { from, to, types: params.types, ...page });
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
    },
  }),
];

function instants({ from, to }: DayRange): { from: Instant; to: Instant } {
  return { from: instantAt(from, '00:00'), to: plusMs(instantAt(to, '00:00'), 86_400_000) };
}

function isWanted(types: readonly string[], typeId: string): boolean {
  return types.length === 0 || types.includes(typeId);
}
