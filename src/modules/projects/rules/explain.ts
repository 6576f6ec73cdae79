import { parseDay, weekdayName } from '../../../calendar/days.ts';
import { chineseDate, type LocalDate } from '../../../kernel/time.ts';
import type {
  Attribution,
  AttributionInput,
  BudgetLine,
  BudgetView,
  DayHolding,
  DayKind,
  ExclusionAlert,
  Totals,
} from './attribution-types.ts';
import { attribute } from './attribution.ts';
import { budgetOf } from './budget.ts';
import { exclusionAlerts } from './exclusions.ts';

/** What `project explain CODE --json` prints: every day with its holder and why, the sums and the budget. */
export interface ProjectExplanation {
  code: string;
  name: string;
  typeName: string;
  /** The days begin after `firstOn`. */
  firstOn: LocalDate;
  lastOn: LocalDate;
  calendarVersion: string;
  provisional: boolean;
  days: readonly ExplainedHolding[];
  totals: Totals;
  budget: BudgetView;
  stages: readonly {
    id: string;
    name: string;
    unitId: string;
    unitName: string;
    state: 'notStarted' | 'running' | 'done';
    startedOn: LocalDate | null;
    endedOn: LocalDate | null;
    totals: Totals;
  }[];
  alerts: readonly ExclusionAlert[];
}

export interface ExplainedHolding extends DayHolding {
  /** `周四`. */
  weekday: string;
  /** Chinese: the unit's name, 申请人, the name of the procedure, 非工作日. */
  holder: string;
  /** Counted working days up to and with this one; null on a day that does not count. */
  ordinal: number | null;
}

export const dayKindNames: Readonly<Record<DayKind, string>> = {
  unit: '部门办理',
  applicant: '申请人',
  procedure: '依法不计入的程序',
  nonWorking: '非工作日',
};

export interface ExplainedProject {
  code: string;
  name: string;
  typeName: string;
}

export function explainProject(project: ExplainedProject, input: AttributionInput): ProjectExplanation {
  const attribution = attribute(input);
  const { firstOn, lastOn, calendarVersion, provisional, totals } = attribution;
  const { code, name, typeName } = project;
  return {
    ...{ code, name, typeName, firstOn, lastOn, calendarVersion, provisional, totals },
    days: explainedDays(attribution, input),
    budget: budgetOf(input, attribution),
    stages: attribution.stages.map((stage) => ({
      ...{ id: stage.id, name: stage.name, unitId: stage.unitId, unitName: nameOf(stage.unitId, input) },
      ...{ state: stage.state, startedOn: stage.startedOn, endedOn: stage.endedOn, totals: stage.totals },
    })),
    alerts: exclusionAlerts(input),
  };
}

export function explainedDays(attribution: Attribution, input: AttributionInput): ExplainedHolding[] {
  let counted = 0;
  return attribution.days.map((day) => {
    if (day.counts) counted += 1;
    return {
      ...day,
      weekday: weekdayName(parseDay(day.day)),
      holder: holderName(day, input),
      ordinal: day.counts ? counted : null,
    };
  });
}

/** The same for a terminal: a table of stretches, the sums, the budget in words. Columns stand under each other in a fixed-width font. */
export function explanationText(explanation: ProjectExplanation, input: AttributionInput): string {
  const { code, name, typeName, firstOn, lastOn, totals, budget, alerts } = explanation;
  const head = [
    `${name}（${code}，${typeName}）`,
    `从${chineseDate(firstOn)}的次日到${chineseDate(lastOn)}，共${totals.elapsed}个自然日。`,
  ];
  if (explanation.provisional) head.push('其中有的日子放假安排还没有公布，暂按周一至周五上班推算。');
  return [
    ...head,
    '',
    ...table(
      ['日期', '天数', '归谁', '计入', '为什么'],
      stretches(explanation.days).map(({ from, to, days, first }) => [
        from === to ? from : `${from} 至 ${to}`,
        String(days),
        first.holder,
        first.counts ? '是' : '否',
        days > 1 && first.kind === 'nonWorking' ? first.why.replace(weekend, '') : first.why,
      ]),
    ),
    '',
    ...sumsOf(totals, input),
    '',
    ...[budget.project, ...budget.stages].flatMap(linesOf),
    ...(alerts.length === 0 ? [] : ['', '不停止计时的“暂停”：', ...alerts.map(({ words }) => `  ${words}。`)]),
    '',
  ].join('\n');
}

/** Which day of the weekend it is does not part one from the other. */
const weekend = /^周[六日]，/;

interface Stretch {
  from: LocalDate;
  to: LocalDate;
  days: number;
  first: ExplainedHolding;
}

/** Days in a row that say the same; days off too, so that a weekend is one line. */
function stretches(days: readonly ExplainedHolding[]): Stretch[] {
  const all: Stretch[] = [];
  for (const day of days) {
    const last = all.at(-1);
    if (last !== undefined && saysTheSame(last.first, day)) {
      last.to = day.day;
      last.days += 1;
    } else {
      all.push({ from: day.day, to: day.day, days: 1, first: day });
    }
  }
  return all;
}

function saysTheSame(a: DayHolding, b: DayHolding): boolean {
  if (a.kind !== b.kind || a.counts !== b.counts) return false;
  if (a.kind === 'nonWorking') return a.why.replace(weekend, '') === b.why.replace(weekend, '');
  return a.why === b.why && a.unitId === b.unitId;
}

function sumsOf(totals: Totals, input: AttributionInput): string[] {
  const units = Object.entries(totals.byUnit).sort(([, a], [, b]) => b - a);
  const grounds = Object.entries(totals.byGround).sort(([, a], [, b]) => b - a);
  const groundName = (code: string) => input.grounds.find((ground) => ground.code === code)?.name ?? code;
  return [
    ...table(
      ['归谁', '天数'],
      [
        ...units.map(([id, days]) => [nameOf(id, input), String(days)]),
        ['申请人', String(totals.applicant)],
        ...grounds.map(([code, days]) => [`${groundName(code)}（不计入）`, String(days)]),
        ['非工作日', String(totals.nonWorking)],
        ['合计', String(totals.elapsed)],
      ],
    ),
    `净用时${totals.netWorkingDays}个工作日（${totals.netNaturalDays}个自然日），加上依法不计入的程序${totals.grossWorkingDays}个工作日（${totals.grossNaturalDays}个自然日）。`,
  ];
}

function linesOf(line: BudgetLine): string[] {
  const [first = '', ...more] = line.words;
  return [first, ...more.map((words) => `  ${words}`)];
}

/** The last column is left as long as it is. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => widthOf(row[column] ?? title))));
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === head.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)),
      )
      .join('  ');
  return [lineOf(head), ...rows.map(lineOf)];
}

/** Columns of a terminal: Chinese characters and their punctuation take two. */
function widthOf(text: string): number {
  return [...text].reduce(
    (width, sign) =>
      width +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6“”‘’]/.test(sign)
        ? 2
        : 1),
    0,
  );
}

function holderName(day: DayHolding, input: AttributionInput): string {
  switch (day.kind) {
    case 'unit':
      return day.unitId === null ? dayKindNames.unit : nameOf(day.unitId, input);
    case 'procedure':
      return day.groundName ?? dayKindNames.procedure;
    default:
      return dayKindNames[day.kind];
  }
}

function nameOf(unitId: string, input: AttributionInput): string {
  const { unitNames } = input.settings;
  return Object.hasOwn(unitNames, unitId) ? (unitNames[unitId] ?? unitId) : unitId;
}
