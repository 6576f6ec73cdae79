import type { OutputOf } from '../../src/kernel/endpoint.ts';
import type { planDifferences } from '../../src/modules/plans/contract-review.ts';
import type { Column } from './csv.ts';

/** Differences between two plans as rows of one table. Pure. */

export interface DifferenceRow {
  how: '新增' | '取消' | '改动';
  tag: string;
  no: string;
  title: string;
  what: string;
  from: string;
  to: string;
}

/** Dropped first, then new, then what changed, one row for each change. */
export function differenceRows({ added, removed, changed }: OutputOf<typeof planDifferences>): DifferenceRow[] {
  const whole = { what: '整条', from: '', to: '' };
  return [
    ...removed.map((one) => ({ ...whole, ...one, how: '取消' as const, tag: 'tag-bad', from: one.title })),
    ...added.map((one) => ({ ...whole, ...one, how: '新增' as const, tag: 'tag-good', to: one.title })),
    ...changed.flatMap(({ no, title, changes }) =>
      changes.map((one) => ({ ...one, no, title, how: '改动' as const, tag: 'tag-warn' })),
    ),
  ];
}

export const differenceColumns: readonly Column<DifferenceRow>[] = [
  { name: '怎么变', value: (row) => row.how },
  { name: '编号', value: (row) => row.no },
  { name: '措施', value: (row) => row.title },
  { name: '改了什么', value: (row) => row.what },
  { name: '原来', value: (row) => row.from },
  { name: '现在', value: (row) => row.to },
];

export function planName({ year, version }: { year: number; version: number }): string {
  return `${year}年第${version}版`;
}
