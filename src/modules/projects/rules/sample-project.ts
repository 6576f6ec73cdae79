import { addWorkingDays, type Calendar, type PauseGround } from '../../../calendar/index.ts';
import { instantAt, localDateOf, localTimeOf, type Instant, type LocalDate } from '../../../kernel/time.ts';
import type { AttributionInput } from './attribution-types.ts';
import { defaultAttributionSettings } from './settings.ts';
import type { ItemTimeline, Span, SpanHolder } from './timeline.ts';

/** For tests and the bench: a project from words, and any number of random ones, each the same for the same seed. */

export const sampleGrounds: readonly PauseGround[] = [
  { code: 'hearing', name: '听证', basis: '《行政许可法》第四十五条', enabled: true, maxTimes: null },
  { code: 'expertReview', name: '专家评审', basis: '《行政许可法》第四十五条', enabled: true, maxTimes: 1 },
  { code: 'publicNotice', name: '公示', basis: '', enabled: false, maxTimes: null },
];

/** `2022-05-23 09:30` of the county. */
export function at(text: string): Instant {
  return instantAt(text.slice(0, 10), text.slice(11));
}

export function sampleItem(id: string, more: Partial<ItemTimeline> = {}): ItemTimeline {
  return {
    caseId: id,
    no: `办${id}`,
    itemId: `item-${id}`,
    itemName: `事项${id}`,
    unitId: 'planning',
    status: 'accepted',
    applicationId: 'application',
    openedAt: more.spans?.[0]?.from ?? more.acceptedAt ?? at('2022-05-23 09:00'),
    filedAt: null,
    acceptedAt: null,
    concludedAt: null,
    outcome: null,
    waitsFor: [],
    preReviewedAt: null,
    promisedDueAt: null,
    promisedTerm: '20wd',
    spans: [],
    ...more,
  };
}

/** Holders in a row: each span ends where the next begins, the last one stays open unless the row ends with `end`. */
export function spansOf(...row: (readonly [string, SpanHolder | 'end'])[]): Span[] {
  return row.flatMap(([from, holder], index): Span[] => {
    const next = row[index + 1];
    return holder === 'end' ? [] : [{ from: at(from), to: next === undefined ? null : at(next[0]), holder }];
  });
}

export const intake = (unitId = 'planning'): SpanHolder => ({ kind: 'unit', unitId, phase: 'intake' });
export const review = (unitId = 'planning'): SpanHolder => ({ kind: 'unit', unitId, phase: 'review' });
export const correcting: SpanHolder = { kind: 'applicant', why: 'correction' };
export const waiting = (...forCaseIds: string[]): SpanHolder => ({ kind: 'waiting', forCaseIds });

export function procedure(ground: string, noticeNo: string | null, plannedUntil: LocalDate | null): SpanHolder {
  const known = sampleGrounds.find(({ code }) => code === ground);
  return {
    kind: 'procedure',
    ground,
    groundName: known?.name ?? ground,
    basis: known?.basis ?? '',
    noticeNo,
    plannedUntil,
  };
}

export function sampleInput(calendar: Calendar, more: Partial<AttributionInput>): AttributionInput {
  return {
    startOn: '2022-05-23',
    endOn: null,
    today: '2022-12-30',
    calendar,
    grounds: sampleGrounds,
    budgetDays: 60,
    stages: [],
    tracks: [],
    settings: defaultAttributionSettings,
    ...more,
  };
}

/** A whole history, and what of it was known at the end of a day. */
export interface History {
  startOn: LocalDate;
  /** Last day on which anything happens. */
  lastOn: LocalDate;
  asOf: (today: LocalDate) => AttributionInput;
}

interface PlannedItem {
  item: ItemTimeline;
  /** When the acceptance became known: silence is known five working days after the filing from which it counts. */
  acceptanceKnownAt: Instant | null;
}

export interface HistoryShape {
  stages: number;
  /** Most items of a stage, and most tracks. */
  items: number;
  tracks: number;
  /** Days over which first filings are spread. */
  spread: number;
  /** Leaves out what can only be known afterwards: silence, which counts from the filing, and pauses ended before opening. */
  noSurprises?: boolean;
}

const units = ['planning', 'construction', 'approval', 'ecology'];
const times = ['07:10', '08:00', '09:30', '12:20', '14:10', '17:59', '18:01', '21:40'];

export function randomHistory(seed: number, calendar: Calendar, shape: HistoryShape): History {
  const dice = diceOf(seed);
  const startOn = addDays('2022-01-04', dice.below(700));
  const stageCount = 1 + dice.below(shape.stages);
  const made: PlannedItem[] = [];
  const itemsOf = (prefix: string, count: number, from: number): PlannedItem[] =>
    Array.from({ length: count }, (_, index) => {
      const one = plan(`${prefix}${index}`, addDays(startOn, from), made, dice, calendar, shape);
      made.push(one);
      return one;
    });
  const tracks = itemsOf('t', dice.below(shape.tracks + 1), 0);
  const stages = Array.from({ length: stageCount }, (_, index) => ({
    id: `stage${index}`,
    name: `第${index + 1}阶段`,
    unitId: dice.of(units),
    budgetDays: dice.chance(0.9) ? 3 + dice.below(30) : null,
    items: itemsOf(`s${index}i`, dice.below(shape.items + 1), dice.below(shape.spread)),
  }));
  const budgetDays = 10 + dice.below(60);
  const settings = {
    ...defaultAttributionSettings,
    trackDaysAreUnits: dice.chance(0.7),
    ownTrackKeepsClockRunning: dice.chance(0.7),
  };
  const ends = made.map(({ item }) => item.concludedAt ?? item.spans.at(-1)?.from ?? item.openedAt);
  const lastOn = ends.reduce((last, end) => (localDateOf(end) > last ? localDateOf(end) : last), startOn);
  return {
    startOn,
    lastOn,
    asOf: (today) => ({
      ...{ startOn, endOn: null, today, calendar, grounds: sampleGrounds, budgetDays, settings },
      stages: stages.map((stage) => ({ ...stage, items: stage.items.flatMap((one) => cut(one, today)) })),
      tracks: tracks.flatMap((one) => cut(one, today)),
    }),
  };
}

function plan(
  caseId: string,
  from: LocalDate,
  before: readonly PlannedItem[],
  dice: Dice,
  calendar: Calendar,
  shape: HistoryShape,
): PlannedItem {
  const unitId = dice.of(units);
  let now = moment(addDays(from, dice.below(shape.spread)), dice);
  const openedAt = now;
  const spans: Span[] = [];
  const hold = (holder: SpanHolder, to: Instant | null): void => {
    if (to === null || to > now) spans.push({ from: now, to, holder });
    if (to !== null) now = to;
  };
  const base = { unitId, openedAt, promisedTerm: `${2 + dice.below(20)}wd` };
  const unfinished = (more: Partial<ItemTimeline>): PlannedItem => ({
    item: sampleItem(caseId, { ...base, spans, ...more }),
    acceptanceKnownAt: null,
  });

  let filedAt = now;
  let acceptedAt: Instant;
  let acceptanceKnownAt: Instant;
  const waitsFor = before.length > 0 && dice.chance(0.3) ? [dice.of(before).item.caseId] : [];
  if (waitsFor.length > 0) {
    const predecessor = before.find(({ item }) => item.caseId === waitsFor[0])?.item;
    const granted = predecessor?.outcome === 'granted' ? predecessor.concludedAt : null;
    const preReviewedAt = dice.chance(0.5) ? later(now, dice.below(5), dice) : null;
    if (granted === null) {
      hold(waiting(...waitsFor), null);
      return unfinished({ status: 'waiting', waitsFor, preReviewedAt });
    }
    if (granted > now) hold(waiting(...waitsFor), granted);
    [filedAt, acceptedAt, acceptanceKnownAt] = [now, now, now];
    Object.assign(base, { waitsFor, preReviewedAt });
  } else {
    if (dice.chance(0.3)) {
      hold(intake(unitId), later(now, dice.below(5), dice));
      hold(correcting, dice.chance(0.1) ? null : later(now, dice.below(12), dice));
      if (spans.at(-1)?.to === null) return unfinished({ status: 'correcting', filedAt });
      filedAt = now;
    }
    const isSilence = shape.noSurprises !== true && dice.chance(0.1);
    const acceptance = isSilence
      ? instantAt(addWorkingDays(calendar, localDateOf(now), 6), '00:00')
      : dice.chance(0.3)
        ? now
        : later(now, dice.below(6), dice);
    hold(intake(unitId), acceptance);
    if (dice.chance(0.08)) {
      return unfinished({ status: 'declined', outcome: 'declined', filedAt, concludedAt: now });
    }
    [acceptedAt, acceptanceKnownAt] = [isSilence ? filedAt : now, now];
  }
  for (let pauses = dice.below(4); pauses > 0; pauses -= 1) {
    hold(review(unitId), later(now, dice.below(8), dice));
    const planned = dice.chance(0.85) ? addDays(localDateOf(now), dice.below(14)) : null;
    const ground = dice.of(['hearing', 'hearing', 'expertReview', 'publicNotice', 'lunch']);
    const noticeNo = dice.of(['通知1号', '通知2号', '通知3号', '', null]);
    const resumedAt = later(now, dice.below(14), dice);
    const isEarly = shape.noSurprises === true && localTimeOf(resumedAt) <= '08:00';
    hold(
      procedure(ground, noticeNo, planned),
      dice.chance(0.05) ? null : isEarly ? at(`${localDateOf(resumedAt)} 08:30`) : resumedAt,
    );
    if (spans.at(-1)?.to === null) {
      return {
        item: sampleItem(caseId, { ...base, spans, status: 'suspended', filedAt, acceptedAt }),
        acceptanceKnownAt,
      };
    }
  }
  const isOpen = dice.chance(0.1);
  hold(review(unitId), isOpen ? null : later(now, dice.below(20), dice));
  const outcome = dice.chance(0.85) ? 'granted' : 'refused';
  const ended: Partial<ItemTimeline> = isOpen ? {} : { status: outcome, outcome, concludedAt: now };
  return { item: sampleItem(caseId, { ...base, spans, filedAt, acceptedAt, ...ended }), acceptanceKnownAt };
}

/** What was known of an item at the end of a day; nothing when it did not exist yet. */
function cut({ item, acceptanceKnownAt }: PlannedItem, today: LocalDate): ItemTimeline[] {
  const end = instantAt(addDays(today, 1), '00:00');
  if (item.openedAt >= end) return [];
  const spans = item.spans
    .filter(({ from }) => from < end)
    .map((span) => (span.to !== null && span.to >= end ? { ...span, to: null } : span));
  const isConcluded = item.concludedAt !== null && item.concludedAt < end;
  const isAccepted = acceptanceKnownAt !== null && acceptanceKnownAt < end;
  const holder = spans.at(-1)?.holder;
  const running =
    holder?.kind === 'waiting'
      ? 'waiting'
      : holder?.kind === 'applicant'
        ? 'correcting'
        : holder?.kind === 'procedure'
          ? 'suspended'
          : isAccepted
            ? 'accepted'
            : 'filed';
  return [
    {
      ...item,
      spans,
      status: isConcluded ? item.status : running,
      outcome: isConcluded ? item.outcome : null,
      concludedAt: isConcluded ? item.concludedAt : null,
      acceptedAt: isAccepted ? item.acceptedAt : null,
      filedAt: item.filedAt !== null && item.filedAt < end ? item.filedAt : null,
      preReviewedAt: item.preReviewedAt !== null && item.preReviewedAt < end ? item.preReviewedAt : null,
    },
  ];
}

export function addDays(day: LocalDate, count: number): LocalDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

interface Dice {
  below: (limit: number) => number;
  chance: (share: number) => boolean;
  of: <T>(choices: readonly T[]) => T;
}

/** Mulberry32. */
function diceOf(seed: number): Dice {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (share) => next() < share,
    of: <T>(choices: readonly T[]): T => {
      const chosen = choices[below(choices.length)];
      if (chosen === undefined && choices.length === 0) throw new Error('nothing to choose from');
      return chosen as T;
    },
  };
}

function moment(day: LocalDate, dice: Dice): Instant {
  return instantAt(day, dice.of(times));
}

/** Some days on, never earlier. */
function later(after: Instant, days: number, dice: Dice): Instant {
  const then = moment(addDays(localDateOf(after), days), dice);
  return then > after ? then : instantAt(localDateOf(after), localTimeOf(after));
}
