import { z } from 'zod';
import { parseTerm, type LightThreshold, type Term } from '../../../calendar/index.ts';

/** How the county watches each kind of task: data/tasks/kinds.yaml and supervision.yaml. */

const text = z.string().trim().min(1);
const threshold = z.union([
  z.strictObject({ shareUsed: z.number().min(0).max(1) }),
  z.strictObject({ workingDaysLeft: z.int().min(0).max(250) }),
  z.strictObject({ hoursLeft: z.number().min(0) }),
]);

const rung = z.strictObject({
  rung: text,
  at: z.union([z.enum(['yellow', 'overdue']), z.strictObject({ workingDaysOverdue: z.int().positive() })]),
  tell: z.enum(['holder', 'unit-leader', 'supervisor', 'leader']),
  words: text,
});
export type Rung = z.infer<typeof rung>;

const kindSettings = z.strictObject({
  kind: text,
  name: text,
  yellow: threshold,
  /** For terms that are too short for a threshold in days. */
  short: threshold,
  rungs: z.array(rung),
  source: text,
});
export type KindSettings = z.infer<typeof kindSettings>;

export const kindsFile = z
  .strictObject({ kinds: z.array(kindSettings) })
  .refine(({ kinds }) => kinds.some(({ kind }) => kind === 'default'), '缺少 default')
  .refine(({ kinds }) => new Set(kinds.map(({ kind }) => kind)).size === kinds.length, '类型重复')
  .refine(
    ({ kinds }) => kinds.every(({ rungs }) => new Set(rungs.map((one) => one.rung)).size === rungs.length),
    '级别重复',
  );

export const supervisionFile = z.strictObject({
  levels: z.array(z.strictObject({ level: text, name: text, replyTerm: text, source: text })).min(1),
  numberFormat: text.refine(
    (format) => format.includes('{n}') && format.includes('{year}'),
    '文号格式要含 {year} 和 {n}',
  ),
  source: text,
});
export type SupervisionSettings = z.infer<typeof supervisionFile>;

/** In force when the county's data says nothing. */
export const defaultKind: KindSettings = {
  kind: 'default',
  name: '一般待办',
  yellow: { workingDaysLeft: 2 },
  short: { shareUsed: 0.75 },
  rungs: [
    { rung: 'yellow', at: 'yellow', tell: 'holder', words: '即将到期' },
    { rung: 'red', at: 'overdue', tell: 'unit-leader', words: '已经超期' },
  ],
  source: '程序缺省值，未核实',
};

export const defaultSupervision: SupervisionSettings = {
  levels: [{ level: 'supervision', name: '督办', replyTerm: '3wd', source: '程序缺省值，未核实' }],
  numberFormat: '督办〔{year}〕{n}号',
  source: '程序缺省值，未核实',
};

/** The settings of a kind: its own, else those of the nearest dotted prefix, else `default`. */
export function settingsOfKind(kinds: readonly KindSettings[], kind: string): KindSettings {
  for (let name = kind; name !== ''; name = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '') {
    const found = kinds.find((one) => one.kind === name);
    if (found !== undefined) return found;
  }
  return kinds.find((one) => one.kind === 'default') ?? defaultKind;
}

/** A threshold in days would paint a term of a day and a half yellow from its first minute. */
export function yellowOf(settings: KindSettings, promisedTerm: string): LightThreshold {
  const { yellow } = settings;
  if (!('workingDaysLeft' in yellow)) return yellow;
  return daysIn(parseTerm(promisedTerm)) < 2 * yellow.workingDaysLeft + 1 ? settings.short : yellow;
}

function daysIn(term: Term): number {
  if (term.unit === 'h') return 0;
  return term.unit === 'mo' ? term.amount * 20 : term.amount;
}
