import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import { chineseDate, instantAt, localDateOf, plusMs, type LocalDate } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { openTasks } from '../tasks/index.ts';
import { hotTopics, type Hot } from './rules/hot.ts';
import { rateText, ratesOf, ranked, type Rates } from './rules/rates.ts';
import { causeKindNames, ticketClasses, ticketClassNames } from './rules/transitions.ts';
import { countyOf } from './settings.ts';
import {
  causeCounts,
  countsByClass,
  hotCounts,
  insertRemedy,
  lateTickets,
  ratedTickets,
  remediesOf,
  type Period,
  type RatedRow,
} from './store/analysis.ts';

/** What the tickets say together: rates, causes that come again, what is hot, and the week on one page. */

const dayMs = 86_400_000;

export async function rated(tx: Tx, period: Period): Promise<RatedRow[]> {
  const { settings } = await countyOf(tx.services);
  return ratedTickets(tx, period, settings.contactHours.value);
}

export async function leagueOf(tx: Tx, period: Period) {
  const { settings } = await countyOf(tx.services);
  const directory = await unitDirectory(tx);
  const rows = await rated(tx, period);
  const units = grouped(rows, ({ unitId }) => unitId);
  const months = grouped(rows, ({ month }) => month);
  return {
    county: ratesOf(rows, settings.rates),
    units: ranked(
      [...units].map(([unitId, own]) => ({
        ...ratesOf(own, settings.rates),
        unitId,
        unitName: directory.nameOf(unitId),
      })),
    ),
    months: [...months]
      .map(([month, own]) => ({ ...ratesOf(own, settings.rates), month }))
      .sort((a, b) => a.month.localeCompare(b.month)),
  };
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [row]);
    else own.push(row);
  }
  return groups;
}

/** The days up to and with one day. */
export function daysUpTo(on: LocalDate, days: number): Period {
  return { from: shifted(on, 1 - days), to: on };
}

export function shifted(day: LocalDate, days: number): LocalDate {
  return localDateOf(plusMs(instantAt(day, '12:00'), days * dayMs));
}

export async function hotIn(tx: Tx, period: Period): Promise<Hot[]> {
  const { analysis } = (await countyOf(tx.services)).settings;
  return hotTopics(await hotCounts(tx, period, analysis.baselineWeeks.value), {
    baselineWeeks: analysis.baselineWeeks.value,
    leastCount: analysis.leastCount.value,
    factor: analysis.factor.value,
  });
}

/** Daily: a cause named again and again is put before whoever can change it, once until it is done with. */
export async function openRemedies(tx: Tx): Promise<number> {
  const { analysis } = (await countyOf(tx.services)).settings;
  const days = analysis.causeDays.value;
  const causes = await causeCounts(tx, daysUpTo(localDateOf(tx.now), days));
  const known = await remediesOf(tx, plusMs(tx.now, -days * dayMs));
  const fresh = causes.filter(
    ({ kind, subject, ownerUnit, tickets }) =>
      tickets >= analysis.causeTimes.value &&
      ownerUnit !== '' &&
      !known.some((one) => one.causeKind === kind && one.causeSubject === subject && one.ownerUnit === ownerUnit),
  );
  for (const cause of fresh) {
    const id = uuidv7(Date.parse(tx.now));
    const what = cause.subject === '' ? causeKindNames[cause.kind] : `${causeKindNames[cause.kind]}“${cause.subject}”`;
    const [task] = await openTasks(tx, [
      {
        kind: 'hotline.remedy',
        title: `${what}${days}天内引起${cause.tickets}件投诉，请修改`,
        subject: { type: 'remedy', id, no: '' },
        link: '/hotline/remedies',
        unitId: cause.ownerUnit,
        start: tx.now,
        promisedTerm: analysis.causeTerm.value,
        basis: { title: '本县热线办理规则', article: '' },
      },
    ]);
    await insertRemedy(tx, cause, id, task?.id ?? '');
    tx.note(`remedy:${id}`, '反复的根源要求整改', { kind: cause.kind, tickets: cause.tickets });
  }
  return fresh.length;
}

/** Monday to Sunday; without a day the week before this one. */
export function weekOf(on: LocalDate, given: boolean): Period {
  const weekday = (new Date(`${on}T00:00:00Z`).getUTCDay() + 6) % 7;
  const monday = shifted(on, -weekday - (given ? 0 : 7));
  return { from: monday, to: shifted(monday, 6) };
}

export async function briefingOf(tx: Tx, week: Period) {
  const { settings } = await countyOf(tx.services);
  const directory = await unitDirectory(tx);
  const before = { from: shifted(week.from, -7), to: shifted(week.to, -7) };
  const [now, earlier, topics, causes, late, league] = await Promise.all([
    countsByClass(tx, week),
    countsByClass(tx, before),
    hotIn(tx, week),
    causeCounts(tx, week),
    lateTickets(tx, 10),
    leagueOf(tx, week),
  ]);
  const countOf = (rows: typeof now, kind: string) => rows.find((one) => one.class === kind)?.count ?? 0;
  const total = now.reduce((sum, { count }) => sum + count, 0);
  const totalBefore = earlier.reduce((sum, { count }) => sum + count, 0);
  const alone = topics.filter(({ town, class: kind }) => town === '' && kind === '');
  const rising = topics.filter((one) => one.rising);
  return {
    title: `${directory.county.name}12345热线周报`,
    ...week,
    office: directory.nameOf(settings.office.value),
    paragraphs: [
      `${chineseDate(week.from)}至${chineseDate(week.to)}，热线共登记诉求${total}件，前一周${totalBefore}件。`,
      ratesText(league.county),
      alone.length === 0
        ? '本周没有登记诉求。'
        : `反映最多的是${alone
            .slice(0, 3)
            .map(({ topic, count }) => `${topic}（${count}件）`)
            .join('、')}。`,
      rising.length === 0
        ? '没有突然增多的事由。'
        : `突然增多：${rising
            .slice(0, 5)
            .map(({ topic, town, why }) => `${town === '' ? '' : directory.nameOf(town)}${topic}，${why}`)
            .join('；')}。`,
    ],
    classes: ticketClasses.map((kind) => ({
      name: ticketClassNames[kind],
      count: countOf(now, kind),
      before: countOf(earlier, kind),
    })),
    topics: topics.slice(0, 15).map((one) => ({ ...one, townName: one.town === '' ? '' : directory.nameOf(one.town) })),
    units: league.units.slice(0, 20).map((one) => ({
      unitName: one.unitName,
      total: one.total,
      response: rateText(one.response),
      solution: rateText(one.solution),
      satisfaction: rateText(one.satisfaction),
    })),
    causes: causes.slice(0, 10).map(({ kind, subject, ownerUnit, tickets }) => ({
      kindName: causeKindNames[kind],
      subject,
      ownerName: ownerUnit === '' ? '' : directory.nameOf(ownerUnit),
      tickets,
    })),
    late: late.map(({ no, title, leadUnit, dueAt }) => ({ no, title, unitName: directory.nameOf(leadUnit), dueAt })),
  };
}

export type Briefing = Awaited<ReturnType<typeof briefingOf>>;

function ratesText(rates: Rates): string {
  const { response, solution, satisfaction, assessable, excluded } = rates;
  const left = excluded.map(({ why, count }) => `${why}${count}件`).join('、');
  return (
    `计入考核${assessable}件，响应率${rateText(response)}、解决率${rateText(solution)}、满意率${rateText(satisfaction)}` +
    `${left === '' ? '' : `；没有计入的：${left}`}。`
  );
}
