import chineseDays from 'chinese-days';
import { expect, test } from 'vitest';
import { consumed } from '../../../calendar/index.ts';
import { county } from '../../../calendar/test-calendar.ts';
import { localDateOf, localTimeOf, type Instant, type LocalDate } from '../../../kernel/time.ts';
import { attribute } from './attribution.ts';
import type { AttributionInput, DayKind } from './attribution-types.ts';
import { addDays, randomHistory, sampleGrounds, type HistoryShape } from './sample-project.ts';
import { ledgerOf } from './spans.ts';
import type { ItemTimeline } from './timeline.ts';

/**
 * Five thousand projects against a model that knows nothing of ranks, ranges and runs: it walks dates as strings and
 * asks of each item, morning by morning, who has it.
 */

const shape: HistoryShape = { stages: 3, items: 3, tracks: 2, spread: 20 };
const runs = 5_000;

test('各栏加起来等于经过的自然日，每天恰好一个归属，和逐日推算的模型一致', () => {
  const seen = { unit: 0, applicant: 0, procedure: 0, nonWorking: 0, counting: 0, overlaps: 0, ownTrack: 0 };
  for (let seed = 1; seed <= runs; seed += 1) {
    const history = randomHistory(seed, county, shape);
    const input = history.asOf(addDays(history.startOn, 5 + (seed % 55)));
    const { days, totals, stages, firstOn } = attribute(input);

    const faults: string[] = [];
    if (totals.elapsed !== (Date.parse(input.today) - Date.parse(firstOn)) / 86_400_000) faults.push('elapsed');
    for (const part of [totals, ...stages.map((stage) => stage.totals)]) {
      if (part.unit + part.applicant + part.procedure + part.nonWorking !== part.elapsed) faults.push('columns');
      if (sum(part.byUnit) !== part.unit || sum(part.byGround) !== part.procedure) faults.push('parts of a column');
      if (part.grossWorkingDays > part.workingDays || part.netNaturalDays < part.netWorkingDays) faults.push('totals');
    }

    const model = new Model(input);
    const told = days.map(({ day, kind, unitId, counts, countsFor }) =>
      [day, kind, unitId ?? '', counts, [...countsFor].sort().join()].join('|'),
    );
    const walked: string[] = [];
    for (let day = addDays(firstOn, 1); day <= input.today; day = addDays(day, 1)) {
      const { kind, unitId, counts, countsFor } = model.holder(day);
      walked.push([day, kind, unitId, counts, countsFor.sort().join()].join('|'));
      seen[kind] += 1;
      if (counts) seen.counting += 1;
      if (countsFor.length > 1) seen.overlaps += 1;
      if (model.ranOnOwnTrack) seen.ownTrack += 1;
    }
    if (told.join() !== walked.join()) expect({ seed, told }).toEqual({ seed, told: walked });
    // Days counted for a stage in the project's list are those of the stage on its own.
    for (const { id, totals: own, days: ownDays } of stages) {
      if (ownDays.length !== own.elapsed) faults.push(`days of ${id}`);
      const counted = days.filter(({ countsFor }) => countsFor.includes(id)).length;
      if (own.netWorkingDays !== counted)
        faults.push(`${id}: ${own.netWorkingDays} on its own, ${counted} in the project`);
    }
    if (faults.length > 0) expect({ seed, faults }).toEqual({ seed, faults: [] });
  }
  // The histories hold everything that there is to judge.
  for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(500);
}, 60_000);

test('只有一项时，占用的天数就是时限引擎算出的已用天数', () => {
  let compared = 0;
  let paused = 0;
  for (let seed = 1; seed <= 3_000; seed += 1) {
    const history = randomHistory(seed, county, { stages: 1, items: 1, tracks: 0, spread: 20 });
    const input = history.asOf(addDays(history.startOn, 10 + (seed % 150)));
    const [item] = input.stages.flatMap((stage) => stage.items);
    if (item?.acceptedAt == null) continue;
    const { totals } = attribute(input);
    const used = consumed({
      start: item.acceptedAt,
      term: { amount: 1_000, unit: 'wd' },
      until: item.concludedAt ?? input.today,
      calendar: county,
      ledger: ledgerOf(item),
      settings: { ...input.settings.clock, pauseGrounds: sampleGrounds },
    });
    expect({ seed, days: totals.netWorkingDays }).toEqual({ seed, days: used.used });
    expect({ seed, days: totals.procedure }).toEqual({ seed, days: used.paused });
    compared += 1;
    if (used.paused > 0) paused += 1;
  }
  expect(compared).toBeGreaterThan(500);
  expect(paused).toBeGreaterThan(100);
}, 60_000);

function sum(columns: Readonly<Record<string, number>>): number {
  return Object.values(columns).reduce((total, one) => total + one, 0);
}

interface ModelHolder {
  kind: DayKind;
  unitId: string;
  counts: boolean;
  countsFor: string[];
}

type Spot = 'gone' | 'clock' | 'intake' | 'procedure' | 'applicant' | 'waiting';

/** The slow way. Offices open at eight and close at six all year, as in the standard settings. */
class Model {
  ranOnOwnTrack = false;
  private readonly input: AttributionInput;
  private readonly items: { item: ItemTimeline; stage: string }[];

  constructor(input: AttributionInput) {
    this.input = input;
    this.items = [
      ...input.stages.flatMap((stage) => stage.items.map((item) => ({ item, stage: stage.id }))),
      ...input.tracks.map((item) => ({ item, stage: '' })),
    ];
  }

  holder(day: LocalDate): ModelHolder {
    const nobody = { unitId: '', counts: false, countsFor: [] };
    this.ranOnOwnTrack = false;
    if (!isWorkday(day)) return { kind: 'nonWorking', ...nobody };
    const clocks: ItemTimeline[] = [];
    const countsFor: string[] = [];
    for (const { item, stage } of this.items) {
      if (stage === '' || !(this.spot(item, day) === 'clock' || this.sitsOnOwnTrack(item, day))) continue;
      clocks.push(item);
      if (!countsFor.includes(stage)) countsFor.push(stage);
    }
    if (clocks.length > 0) return { kind: 'unit', unitId: this.last(clocks), counts: true, countsFor };
    for (const isTrack of [false, true]) {
      const candidates = this.items.filter(({ item, stage }) =>
        isTrack
          ? stage === '' && (this.input.settings.trackDaysAreUnits || this.isWaitedFor(item.caseId, day))
          : stage !== '',
      );
      const inHand = candidates
        .filter(({ item }) => ['clock', 'intake'].includes(this.spot(item, day)))
        .map(({ item }) => item);
      if (inHand.length > 0) return { kind: 'unit', unitId: this.last(inHand), counts: false, countsFor: [] };
      const away = candidates.filter(({ item }) => this.spot(item, day) === 'procedure').map(({ item }) => item);
      if (away.length > 0) return { kind: 'procedure', unitId: this.last(away), counts: false, countsFor: [] };
    }
    return { kind: 'applicant', ...nobody };
  }

  private spot(item: ItemTimeline, day: LocalDate): Spot {
    if (item.concludedAt !== null && localDateOf(item.concludedAt) < day) return 'gone';
    if (item.acceptedAt !== null && day > received(item.acceptedAt)) {
      return this.isLawfullyPaused(item, day) ? 'procedure' : 'clock';
    }
    for (const span of item.spans) {
      if (!inForce(span.from, span.to, day)) continue;
      if (span.holder.kind === 'unit' && span.holder.phase === 'intake') {
        return day > received(span.from) ? 'intake' : 'applicant';
      }
      if (span.holder.kind === 'applicant') return 'applicant';
      return span.holder.kind === 'waiting' ? 'waiting' : 'intake';
    }
    return 'gone';
  }

  private isLawfullyPaused(item: ItemTimeline, day: LocalDate): boolean {
    const times: Record<string, number> = {};
    return item.spans.some(({ from, to, holder }) => {
      if (holder.kind !== 'procedure') return false;
      const ground = this.input.grounds.find(({ code }) => code === holder.ground);
      if (ground?.enabled !== true || (holder.noticeNo ?? '') === '') return false;
      if (to === null && holder.plannedUntil === null) return false;
      times[ground.code] = (times[ground.code] ?? 0) + 1;
      if ((times[ground.code] ?? 0) > (ground.maxTimes ?? 99)) return false;
      return inForce(from, to, day) && (holder.plannedUntil === null || day <= holder.plannedUntil);
    });
  }

  private sitsOnOwnTrack(item: ItemTimeline, day: LocalDate): boolean {
    if (!this.input.settings.ownTrackKeepsClockRunning || this.spot(item, day) !== 'waiting') return false;
    if (day <= received(item.openedAt)) return false;
    const sits = item.waitsFor.some((id) =>
      this.input.tracks.some(
        (track) => track.caseId === id && track.unitId === item.unitId && this.spot(track, day) === 'clock',
      ),
    );
    if (sits) this.ranOnOwnTrack = true;
    return sits;
  }

  /** By a stage item, or by a track that a stage item waits for. */
  private isWaitedFor(id: string, day: LocalDate): boolean {
    return this.items.some(
      ({ item, stage }) =>
        item.waitsFor.includes(id) &&
        this.spot(item, day) === 'waiting' &&
        (stage !== '' || this.isWaitedFor(item.caseId, day)),
    );
  }

  /** Unit of the item that ends last. */
  private last(items: readonly ItemTimeline[]): string {
    let chosen = items[0];
    for (const item of items) {
      if (chosen === undefined || item === chosen) continue;
      const [end, best] = [this.end(item), this.end(chosen)];
      const [accepted, first] = [item.acceptedAt ?? '9', chosen.acceptedAt ?? '9'];
      const isEarlier = accepted === first ? item.caseId < chosen.caseId : accepted < first;
      if (end > best || (end === best && isEarlier)) chosen = item;
    }
    return chosen?.unitId ?? '';
  }

  private end(item: ItemTimeline): LocalDate {
    const { today } = this.input;
    if (item.concludedAt !== null) return localDateOf(item.concludedAt);
    if (item.acceptedAt !== null) {
      const due = this.walk(item, received(item.acceptedAt));
      return due < today ? 'never' : due;
    }
    if (item.status === 'filed') return this.walk(item, received(today));
    if (item.status !== 'waiting') return '';
    let start = today;
    for (const id of item.waitsFor) {
      const before = this.items.find((one) => one.item.caseId === id)?.item;
      if (before === undefined || (before.outcome ?? 'granted') !== 'granted') return '';
      const end = this.end(before);
      if (end === '' || end === 'never') return '';
      if (end > start) start = end;
    }
    return item.preReviewedAt === null ? this.walk(item, received(start)) : received(start);
  }

  private walk(item: ItemTimeline, from: LocalDate): LocalDate {
    let day = from;
    for (let left = Number.parseInt(item.promisedTerm, 10); left > 0;) {
      day = addDays(day, 1);
      if (isWorkday(day) && !(item.acceptedAt !== null && this.isLawfullyPaused(item, day))) left -= 1;
    }
    return day;
  }
}

/** At eight in the morning of that day. */
function inForce(from: Instant, to: Instant | null, day: LocalDate): boolean {
  const morning = `${day} 08:00`;
  return local(from) <= morning && (to === null || local(to) > morning);
}

const isWorkday = remembered((day: LocalDate) => chineseDays.isWorkday(day));

const received = remembered((moment: Instant | LocalDate): LocalDate => {
  let day = moment.length === 10 ? moment : localDateOf(moment);
  if (moment.length > 10 && isWorkday(day) && localTimeOf(moment) > '18:00') day = addDays(day, 1);
  while (!isWorkday(day)) day = addDays(day, 1);
  return day;
});

const local = remembered((at: Instant) => `${localDateOf(at)} ${localTimeOf(at)}`);

function remembered<T>(ask: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const answer = ask(text);
    known.set(text, answer);
    return answer;
  };
}
