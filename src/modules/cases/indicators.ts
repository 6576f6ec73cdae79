import { z } from 'zod';
import { sql, type Sql } from '../../kernel/db.ts';
import {
  indicatorSource,
  type DayRange,
  type IndicatorEvidence,
  type IndicatorReading,
  type Tx,
} from '../../kernel/module.ts';
import { instantAt, localDateOf, plusMs, type Instant } from '../../kernel/time.ts';
import { countedCases, isDecided, lastConcluded, percentileOf, type Counted } from './figures.ts';
import { isConcluded, type CaseStatus } from './rules/transitions.ts';

/** Figures over cases and applications: what a plan promises, computed from what happened. */

const items = z.object({ items: z.array(z.string()).min(1) });
const percentile = z.number().min(1).max(100).default(90);
const day = 86_400_000;

const percentileOfCases = indicatorSource({
  name: 'cases.percentileWorkingDays',
  zh: '办结用时（按比例）',
  unit: '工作日',
  explanation:
    '期内作出决定的办件，从受理到决定的净工作日，取第90百分位（九成办件不超过它）；依法中止的时间不计，不予受理和撤回的不计。',
  params: items.extend({ percentile }),
  async compute(tx, params, period) {
    const counts = await countedCases(tx, params.items, period);
    const decided = counts.filter(({ status }) => isDecided(status));
    return {
      value: percentileOf(decided, params.percentile),
      numerator: null,
      denominator: measuredIn(decided),
      excluded: leftOut(counts),
    };
  },
  changedAt: (tx, params) => lastConcluded(tx, params.items),
  behind: (tx, params, period, page) => casesBehind(tx, params.items, period, page),
});

const shareOfCases = indicatorSource({
  name: 'cases.shareWithinWorkingDays',
  zh: '在若干工作日内办结的比例',
  unit: '%',
  explanation: '期内作出决定的办件中，净工作日不超过规定天数的比例；依法中止的时间不计，不予受理和撤回的不计。',
  params: items.extend({ days: z.number() }),
  async compute(tx, params, period) {
    const counts = await countedCases(tx, params.items, period);
    const decided = counts.filter(({ status }) => isDecided(status));
    const within = measuredIn(decided.filter(({ usedDays }) => usedDays !== null && usedDays <= params.days));
    return share(within, measuredIn(decided), leftOut(counts));
  },
  changedAt: (tx, params) => lastConcluded(tx, params.items),
  behind: (tx, params, period, page) => casesBehind(tx, params.items, period, page),
});

const percentileOfApplications = indicatorSource({
  name: 'applications.percentileWorkingDays',
  zh: '一件事全程用时（按比例）',
  unit: '工作日',
  explanation:
    '期内全部办结的申请，从第一项受理到最后一项决定的工作日（半天为0.5），取第90百分位；中止的时间也算在内。',
  params: z.object({ service: z.string(), percentile }),
  async compute(tx, params, period) {
    const found = await tx.one<{ value: number | null; n: number; unmeasured: number }>(sql`
      select percentile_disc(${params.percentile / 100}) within group (order by used_days)::float8 as value, count(used_days)::int as n,
        count(*) filter (where used_days is null)::int as unmeasured
      from cases.application where ${concludedApplications(tx, params.service, period)}`);
    const excluded = found.unmeasured === 0 ? [] : [{ why: '没有受理就结束的', count: found.unmeasured }];
    return { value: found.value, numerator: null, denominator: found.n, excluded };
  },
  async changedAt(tx, { service }) {
    const { at } = await tx.one<{ at: Instant | null }>(sql`select max(concluded_at) as at from cases.application
      where region = ${tx.region} and service_id = ${service} and concluded_at is not null`);
    return at;
  },
  async behind(tx, params, period, page) {
    const where = concludedApplications(tx, params.service, period);
    const rows = await tx.rows<{ no: string; serviceName: string; concludedAt: Instant; usedDays: string | null }>(sql`
      select no, service_name, concluded_at, used_days from cases.application where ${where}
      order by used_days desc nulls last, no limit ${page.size} offset ${(page.page - 1) * page.size}`);
    const { total } = await tx.one<{ total: number }>(
      sql`select count(*)::int as total from cases.application where ${where}`,
    );
    return {
      rows: rows.map((row) => ({
        no: row.no,
        title: row.serviceName,
        link: `/workbench/cases?text=${row.no}`,
        on: localDateOf(row.concludedAt),
        value: daysText(row.usedDays),
        counted: row.usedDays !== null,
        why: row.usedDays === null ? '没有受理就结束' : '',
      })),
      total,
    };
  },
});

const silentAcceptance = indicatorSource({
  name: 'cases.shareAcceptedInTime',
  zh: '按时作出受理决定的比例',
  unit: '%',
  explanation: '期内受理的办件中，五个工作日内由部门作出受理决定的比例；逾期没有告知、依法视为受理的算没有按时。',
  params: z.object({}),
  async compute(tx, _, period) {
    const counts = await tx.one<{ silent: number; n: number }>(sql`
      select (select count(*)::int from cases.case_file where region = ${tx.region} and accepted_at >= ${startOf(period)}
          and accepted_at < ${endOf(period)}) as n,
        (select count(*)::int from cases.case_file where region = ${tx.region} and accepted_at >= ${startOf(period)}
          and accepted_at < ${endOf(period)} and state->'acceptance'->>'how' = 'silence') as silent`);
    return share(counts.n - counts.silent, counts.n, []);
  },
  async changedAt(tx) {
    const { at } = await tx.one<{ at: Instant | null }>(
      sql`select max(accepted_at) as at from cases.case_file where region = ${tx.region} and accepted_at is not null`,
    );
    return at;
  },
  async behind(tx, _, period, page) {
    const where = sql`region = ${tx.region} and accepted_at >= ${startOf(period)} and accepted_at < ${endOf(period)}`;
    const rows = await tx.rows<{ id: string; no: string; itemName: string; acceptedAt: Instant; how: string }>(sql`
      select id, no, item_name, accepted_at, state->'acceptance'->>'how' as how from cases.case_file where ${where}
      order by (state->'acceptance'->>'how' = 'silence') desc, accepted_at desc limit ${page.size} offset ${(page.page - 1) * page.size}`);
    const { total } = await tx.one<{ total: number }>(
      sql`select count(*)::int as total from cases.case_file where ${where}`,
    );
    return {
      rows: rows.map((row) => ({
        no: row.no,
        title: row.itemName,
        link: `/workbench/cases/${row.id}`,
        on: localDateOf(row.acceptedAt),
        value: row.how === 'silence' ? '逾期视为受理' : '按时受理',
        counted: true,
        why: '',
      })),
      total,
    };
  },
});

export const caseIndicators = [percentileOfCases, shareOfCases, percentileOfApplications, silentAcceptance];

function concludedCases(tx: Tx, item: Sql, period: DayRange): Sql {
  return sql`region = ${tx.region} and item_id = ${item} and concluded_at >= ${startOf(period)}
    and concluded_at < ${endOf(period)}`;
}

function concludedApplications(tx: Tx, service: string, period: DayRange): Sql {
  return sql`region = ${tx.region} and service_id = ${service} and concluded_at >= ${startOf(period)} and concluded_at < ${endOf(period)}`;
}

function measuredIn(counts: readonly Counted[]): number {
  return counts.reduce((sum, { usedDays, n }) => sum + (usedDays === null ? 0 : n), 0);
}

/** What the figure leaves out and why: whatever was not decided, and what is not counted in working days. */
function leftOut(counts: readonly Counted[]): IndicatorReading['excluded'] {
  const why: Partial<Record<CaseStatus, string>> = { declined: '不予受理的', withdrawn: '申请人撤回或没有开始的' };
  const out = new Map<string, number>();
  for (const { status, usedDays, n } of counts) {
    if (isDecided(status) && usedDays !== null) continue;
    const name = why[status] ?? '不按工作日计时的';
    out.set(name, (out.get(name) ?? 0) + n);
  }
  return [...out].map(([name, count]) => ({ why: name, count })).sort((a, b) => (a.why < b.why ? -1 : 1));
}

async function casesBehind(
  tx: Tx,
  ids: readonly string[],
  period: DayRange,
  page: { page: number; size: number },
): Promise<IndicatorEvidence> {
  const upTo = page.page * page.size;
  const rows = await tx.rows<{
    id: string;
    no: string;
    itemName: string;
    status: CaseStatus;
    concludedAt: Instant;
    usedDays: string | null;
    // Of each item the slowest, from its index, then those among all: no sorting of a year's cases.
  }>(sql`select slow.* from unnest(${ids as string[]}::text[]) as item(id) cross join lateral (
      select id, no, item_name, status, concluded_at, used_days from cases.case_file where ${concludedCases(tx, sql`item.id`, period)}
      order by used_days desc nulls last, no limit ${upTo}) slow
    order by used_days desc nulls last, no limit ${page.size} offset ${upTo - page.size}`);
  const total = (await countedCases(tx, ids, period)).reduce((sum, { n }) => sum + n, 0);
  return {
    rows: rows.map((row) => {
      const decided = row.status === 'granted' || row.status === 'refused';
      const counted = decided && row.usedDays !== null;
      return {
        no: row.no,
        title: row.itemName,
        link: `/workbench/cases/${row.id}`,
        on: localDateOf(row.concludedAt),
        value: daysText(row.usedDays),
        counted,
        why: counted ? '' : !isConcluded(row.status) || decided ? '不按工作日计时' : '没有作出决定',
      };
    }),
    total,
  };
}

function share(part: number, whole: number, excluded: IndicatorReading['excluded']): IndicatorReading {
  return { value: whole === 0 ? null : (part / whole) * 100, numerator: part, denominator: whole, excluded };
}

function daysText(days: string | null): string {
  return days === null ? '—' : `${Number(days)}个工作日`;
}

function startOf(period: DayRange): Instant {
  return instantAt(period.from, '00:00');
}

function endOf(period: DayRange): Instant {
  return plusMs(instantAt(period.to, '00:00'), day);
}
