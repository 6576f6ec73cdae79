import type { DayRange, Tx } from '../../kernel/module.ts';
import { sm3Hex } from '../../kernel/sm/sm3.ts';
import { chineseDate, instantAt, localDateOf, type LocalDate } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { lateTasks, slipsIssued } from '../tasks/index.ts';
import { countingOf } from './counting.ts';
import { judgedTargets, type JudgedTarget } from './figures.ts';
import { roundsOf } from './rounds.ts';
import { appraise, type Fact, type MeasureResult, type Records, type Scheme, type Score } from './rules/appraisal.ts';
import { stateAt, type MeasureEvent } from './rules/measure.ts';
import { periodEnd, periodOf, periodStart } from './rules/quota.ts';
import { allMeasures, loadEvents, type MeasureRow } from './store/measures.ts';
import type { PlanRow } from './store/plans.ts';
import { submissionsBetween } from './store/reports.ts';
import { targetText } from './rules/target.ts';

/** More than would use up any item's marks. */
const lateTasksCounted = 500;

/** What an appraisal period (`2022`, `2022-H1`) covers; nothing after today has happened yet. */
export function rangeOf(period: string, today: LocalDate): DayRange {
  const end = periodEnd(period);
  return { from: periodStart(period), to: end < today ? end : today };
}

export function schemeOf(plan: PlanRow, period: string): Scheme {
  const { id, name, supporterShare, items } = plan.settings.scheme;
  return { id, name, supporterShare, items, period };
}

/**
 * The table from the records, by the appeals that were upheld. The same records give the same table, byte for byte:
 * nothing in it depends on when or by whom it was asked for, once the period is over.
 */
export async function recompute(
  tx: Tx,
  plan: PlanRow,
  scheme: Scheme,
  upheld: Records['upheld'],
): Promise<{ scores: Score[]; digest: string }> {
  const range = rangeOf(scheme.period, localDateOf(tx.now));
  const measures = await allMeasures(tx, plan.id);
  const scores = appraise(scheme, {
    units: await unitsAppraised(tx, measures),
    facts: await factsOf(tx, plan, scheme.period, range),
    results: await resultsOf(tx, measures, range.to),
    upheld,
  });
  return { scores, digest: digestOf(scheme, scores) };
}

export function digestOf(scheme: Scheme, scores: readonly Score[]): string {
  return sm3Hex(Buffer.from(canonical(scheme, scores)));
}

/** One spelling of the table: what is signed, and what the command line prints. */
export function canonical(scheme: Scheme, scores: readonly Score[]): string {
  return JSON.stringify({
    period: scheme.period,
    scheme: scheme.id,
    units: scores.map(({ unitId, total, rank, items }) => ({
      unit: unitId,
      rank,
      total,
      items: items.map(({ itemId, points, full, entries }) => ({
        item: itemId,
        points,
        full,
        entries: entries.map(({ evidence, points: value, words }) => ({ evidence, points: value, words })),
      })),
    })),
  });
}

/** Every unit that leads or supports a measure, and the towns. */
async function unitsAppraised(tx: Tx, measures: readonly MeasureRow[]): Promise<string[]> {
  const directory = await unitDirectory(tx);
  const towns = directory.units.filter((unit) => unit.kind === 'town').map((unit) => unit.id);
  return [...new Set([...measures.flatMap((row) => [...row.leads, ...row.supporters]), ...towns])].sort();
}

async function factsOf(tx: Tx, plan: PlanRow, period: string, range: DayRange): Promise<Fact[]> {
  return [
    ...(await missedRounds(tx, plan, range)),
    ...(await missedQuotas(tx, plan, range)),
    ...(await lateTasks(tx, range, lateTasksCounted)).map((task) => ({
      id: `task:${task.id}`,
      kind: 'task.late',
      unitId: task.unitId,
      count: 1,
      words: `${task.subjectNo} ${task.title}，应于${chineseDate(task.dueOn)}办结，${chineseDate(localDateOf(task.finishedAt))}才办结`,
      link: task.link,
    })),
    ...(await slipsIssued(tx, range)).map((slip) => ({
      id: `supervision:${slip.id}`,
      kind: 'supervision.issued',
      unitId: slip.unitId,
      count: 1,
      words: `督办单 ${slip.number}：${slip.reason}`,
      link: `/workbench/supervision/${slip.id}`,
    })),
    ...(await publications(tx, plan, range)),
  ];
}

/** A round counts as missed from the day after its date until the unit has reported, and as late for ever. */
async function missedRounds(tx: Tx, plan: PlanRow, range: DayRange): Promise<Fact[]> {
  return (await roundsOf(tx, plan.id))
    .filter((round) => round.dueOn >= range.from && round.dueOn < range.to)
    .filter((round) => round.reportedAt === null || localDateOf(round.reportedAt) > round.dueOn)
    .map((round) => ({
      id: `round:${round.name}`,
      kind: 'report.missing',
      unitId: round.unitId,
      count: 1,
      words:
        round.reportedAt === null || localDateOf(round.reportedAt) > range.to
          ? `${round.name}应于${chineseDate(round.dueOn)}前报送，没有报齐`
          : `${round.name}应于${chineseDate(round.dueOn)}前报送，${chineseDate(localDateOf(round.reportedAt))}才报齐`,
      link: `/workbench/plan/owed?unit=${round.unitId}`,
    }));
}

/** Quotas of every month, half year and year that ended within the period. */
async function missedQuotas(tx: Tx, plan: PlanRow, range: DayRange): Promise<Fact[]> {
  const { quotas, count } = await countingOf(tx, plan, range);
  const periods = new Set<string>();
  for (const { every } of quotas) {
    for (let day = range.from; day <= range.to; day = dayAfter(periodEnd(periodOf(every, day)))) {
      const period = periodOf(every, day);
      // A plan owes nothing for a month that had begun before it.
      if (periodStart(period) < plan.startsOn) continue;
      if (periodEnd(period) < range.to || (periodEnd(period) === range.to && range.to < localDateOf(tx.now))) {
        periods.add(period);
      }
    }
  }
  return [...periods].sort().flatMap((period) =>
    count(period)
      .filter((one) => one.missing > 0)
      .map((one) => ({
        id: `quota:${period}:${one.quotaId}`,
        kind: 'quota.missing',
        unitId: one.unitId,
        count: one.missing,
        words: `${period}“${quotas.find((quota) => quota.id === one.quotaId)?.name ?? one.quotaId}”应报${one.owed}，认定${one.accepted}，少${one.missing}`,
        link: `/workbench/plan/quotas?period=${period}`,
      })),
  );
}

async function publications(tx: Tx, plan: PlanRow, range: DayRange): Promise<Fact[]> {
  const rows = await submissionsBetween(tx, plan.id, range.from, range.to);
  const seen = new Set<string>();
  return rows
    .filter((row) => row.state === 'accepted' && row.kind.startsWith('province-'))
    .flatMap((row) => {
      // One thing in two papers of the same level is one thing.
      const key = `${row.unitId}|${row.subject}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [
        {
          id: `submission:${row.id}`,
          kind: 'submission.province',
          unitId: row.unitId,
          count: 1,
          words: `${chineseDate(row.occurredOn)} ${row.channel}采用：${row.subject}`,
          link: '/workbench/plan/submissions',
        },
      ];
    });
}

/** How far each measure came by a day, for each unit that carries it. */
async function resultsOf(tx: Tx, measures: readonly MeasureRow[], through: LocalDate): Promise<MeasureResult[]> {
  const ids = measures.map((row) => row.id);
  const judged = await judgedTargets(tx, ids, through);
  const events = new Map<string, MeasureEvent[]>();
  for (const { measureId, body } of await loadEvents(tx, ids)) {
    events.set(measureId, [...(events.get(measureId) ?? []), body]);
  }
  return measures.flatMap((row) => {
    const standing = stateAt(events.get(row.id) ?? [], instantAt(through, '23:59'));
    const { attainment, words } = resultOf(row, judged.get(row.id) ?? [], standing?.progress ?? null);
    const of = (unitId: string, role: 'lead' | 'supporter'): MeasureResult => ({
      measureId: row.id,
      measureNo: row.position,
      unitId,
      role,
      attainment,
      words,
      link: `/workbench/plan/measures/${row.id}`,
    });
    const supporters = row.supporters.filter((unit) => !row.leads.includes(unit));
    return [...row.leads.map((unit) => of(unit, 'lead')), ...supporters.map((unit) => of(unit, 'supporter'))];
  });
}

/** With targets the worst of those that can be judged (different promises are not averaged), else the accepted progress. */
function resultOf(
  row: MeasureRow,
  judged: readonly JudgedTarget[],
  progress: number | null,
): { attainment: number | null; words: string } {
  const head = `${row.kind === 'measure' ? '措施' : '改革任务'}${row.no}“${row.title}”`;
  if (judged.length === 0) {
    return progress === null
      ? { attainment: null, words: `${head}还没有列入台账` }
      : { attainment: progress / 100, words: `${head}核定进度${progress}%` };
  }
  const known = judged.filter((one) => one.judgement.attainment !== null);
  const worst = known.reduce<JudgedTarget | null>(
    (found, one) =>
      found === null || (one.judgement.attainment ?? 0) < (found.judgement.attainment ?? 0) ? one : found,
    null,
  );
  if (worst === null) return { attainment: null, words: `${head}的指标还没有数据` };
  return {
    attainment: worst.judgement.attainment,
    words: `${head}：${targetText(worst.target)}，${worst.judgement.why}`,
  };
}

function dayAfter(day: LocalDate): LocalDate {
  return localDateOf(new Date(Date.parse(instantAt(day, '12:00')) + 86_400_000).toISOString());
}
