import { z } from 'zod';
import { isWorkingDay, type Calendar } from '../../../calendar/index.ts';
import {
  chineseDate,
  chineseDateTime,
  localDateOf,
  localTimeOf,
  msBetween,
  type Instant,
  type LocalDate,
} from '../../../kernel/time.ts';

/** What a case shows to someone who asks whether it was really handled here (体外循环). */
export interface CaseFacts {
  caseId: string;
  no: string;
  itemName: string;
  unitId: string;
  /** The item has a step that takes looking into (review, site visit…): not decided at the counter. */
  needsReview: boolean;
  /** Decided on a signed promise: at once, and lawfully so. */
  byCommitment: boolean;
  acceptedAt: Instant | null;
  concludedAt: Instant | null;
  outcome: 'granted' | 'refused' | 'declined' | 'withdrawn' | null;
  /** Date written on the document that ends it; null where there is none. */
  documentOn: LocalDate | null;
  /** A result that somebody found or registered although the case did not go its way here. */
  endedElsewhere: { on: LocalDate; how: string } | null;
  steps: readonly StepEntry[];
  /** What the applicant was asked for by hand. */
  requested: readonly RequestedMaterial[];
}

export interface StepEntry {
  id: string;
  name: string;
  /** When and by whom it was entered; null when it never was. An empty `by` is the platform itself. */
  at: Instant | null;
  by: string;
  /** Without it there is no decision. */
  isRequired: boolean;
}

export interface RequestedMaterial {
  id: string;
  name: string;
  at: Instant;
  /** The shared licence that proves the same; null when there is none. */
  covered: { licence: string; validUntil: LocalDate | null } | null;
}

const standing = { source: z.string().min(1), standing: z.string().optional() };
const settingsShape = z.object({
  minMinutes: z.object({ value: z.number().min(0), ...standing }),
  hallHours: z.object({
    value: z.object({ from: z.string().regex(/^\d\d:\d\d$/), to: z.string().regex(/^\d\d:\d\d$/) }),
    ...standing,
  }),
  bulkSteps: z.object({ value: z.number().int().min(2), withinMinutes: z.number().positive(), ...standing }),
  resultBeforeAcceptance: z.object({ value: z.boolean(), ...standing }),
  sharedMaterialAskedAgain: z.object({ value: z.boolean(), ...standing }),
  exceptImmediate: z.object({ value: z.boolean(), ...standing }),
});
export type OffSystemSettings = z.output<typeof settingsShape>;

/** Reads the county's file, `offSystem` of data/projects/settings.yaml. */
export function parseOffSystemSettings(content: unknown): OffSystemSettings {
  return settingsShape.parse(content);
}

export const offSystemSignNames = {
  endedOffSystem: '在系统外办结',
  tooFast: '受理到办结的时间短得不合常理',
  outsideHours: '下班时间集中补录环节',
  resultBeforeAcceptance: '结果日期早于受理日期',
  reRequested: '共享证照能证明的材料又让申请人交',
} as const;
export type OffSystemSignKind = keyof typeof offSystemSignNames;

export interface OffSystemSign {
  /** The same facts give the same key: an alert is raised once. */
  key: string;
  sign: OffSystemSignKind;
  caseId: string;
  no: string;
  itemName: string;
  unitId: string;
  words: string;
  evidence: readonly { name: string; value: string }[];
  /** Where the rule comes from; empty for what needs none. */
  source: string;
}

/** Signs, not verdicts: each goes to the supervising office with its evidence and can be dismissed with a reason. */
export function offSystemSigns(
  cases: readonly CaseFacts[],
  settings: OffSystemSettings,
  calendar: Calendar,
): OffSystemSign[] {
  return [
    ...cases.flatMap((facts) => [
      ...endedOffSystem(facts),
      ...tooFast(facts, settings),
      ...resultBeforeAcceptance(facts, settings),
      ...reRequested(facts, settings),
    ]),
    ...outsideHours(cases, settings, calendar),
  ];
}

function endedOffSystem(facts: CaseFacts): OffSystemSign[] {
  const { endedElsewhere, outcome } = facts;
  if (endedElsewhere !== null) {
    const { on, how } = endedElsewhere;
    return [
      sign('endedOffSystem', facts, on, '', `已于${chineseDate(on)}在系统外有了结果：${how}`, [
        ['系统外办结日期', on],
        ['怎样发现', how],
      ]),
    ];
  }
  const missing = facts.steps.filter((step) => step.isRequired && step.at === null);
  if (outcome !== 'granted' || missing.length === 0) return [];
  const names = missing.map(({ name }) => name).join('、');
  return [
    sign('endedOffSystem', facts, missing.map(({ id }) => id).join(), '', `已经办结，但是没有“${names}”的办理记录`, [
      ['没有记录的环节', names],
      ['办结时间', moment(facts.concludedAt)],
    ]),
  ];
}

function tooFast(facts: CaseFacts, settings: OffSystemSettings): OffSystemSign[] {
  const { acceptedAt, concludedAt, outcome } = facts;
  // A withdrawal is the applicant's; a promise and what is decided at the counter are quick by nature.
  if (acceptedAt === null || concludedAt === null || (outcome !== 'granted' && outcome !== 'refused')) return [];
  if (facts.byCommitment || (!facts.needsReview && settings.exceptImmediate.value)) return [];
  const { value: minutes, source } = settings.minMinutes;
  const took = msBetween(acceptedAt, concludedAt) / 60_000;
  if (took >= minutes) return [];
  const shown = took < 1 ? '不到1' : String(Math.floor(took));
  return [
    sign('tooFast', facts, concludedAt, source, `需要审查，从受理到办结只用了${shown}分钟（少于${minutes}分钟）`, [
      ['受理时间', moment(acceptedAt)],
      ['办结时间', moment(concludedAt)],
    ]),
  ];
}

function resultBeforeAcceptance(facts: CaseFacts, settings: OffSystemSettings): OffSystemSign[] {
  const { acceptedAt, documentOn } = facts;
  if (!settings.resultBeforeAcceptance.value || acceptedAt === null || documentOn === null) return [];
  const acceptedOn = localDateOf(acceptedAt);
  if (documentOn >= acceptedOn) return [];
  const words = `结果文书写的日期是${chineseDate(documentOn)}，早于受理日期${chineseDate(acceptedOn)}`;
  return [
    sign('resultBeforeAcceptance', facts, documentOn, settings.resultBeforeAcceptance.source, words, [
      ['文书日期', documentOn],
      ['受理时间', moment(acceptedAt)],
    ]),
  ];
}

function reRequested(facts: CaseFacts, settings: OffSystemSettings): OffSystemSign[] {
  if (!settings.sharedMaterialAskedAgain.value) return [];
  return facts.requested.flatMap(({ id, name, at, covered }) => {
    if (covered === null) return [];
    // A licence that had run out proved nothing on the day.
    if (covered.validUntil !== null && covered.validUntil < localDateOf(at)) return [];
    const words = `又让申请人交“${name}”，而共享的“${covered.licence}”已经能够证明`;
    return [
      sign('reRequested', facts, id, settings.sharedMaterialAskedAgain.source, words, [
        ['材料', name],
        ['共享证照', covered.licence],
        ['要求时间', moment(at)],
      ]),
    ];
  });
}

/** Many steps entered by one person within minutes while the hall is closed, over however many cases. */
function outsideHours(cases: readonly CaseFacts[], settings: OffSystemSettings, calendar: Calendar): OffSystemSign[] {
  const entries = cases
    .flatMap((facts) => facts.steps.flatMap((step) => entryOf(facts, step)))
    .filter(({ at }) => isOutsideHours(at, settings, calendar))
    .sort((a, b) => (a.by === b.by ? (a.at < b.at ? -1 : 1) : a.by < b.by ? -1 : 1));
  const { value: least, withinMinutes } = settings.bulkSteps;
  const runs: Entry[][] = [];
  // From each entry as many as fit into the window; a run that is done is not told again in parts.
  for (let start = 0; start < entries.length;) {
    const run = entries.slice(start).filter((one) => isWithin(entries[start], one, withinMinutes));
    if (run.length >= least) runs.push(run);
    start += run.length >= least ? run.length : 1;
  }
  return runs.flatMap((run) => {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) return [];
    const nos = [...new Set(run.map(({ facts }) => facts.no))].join('、');
    const words = `${chineseDateTime(first.at)}起${withinMinutes}分钟内，同一个人在下班时间连续录入${run.length}个环节`;
    return [
      sign('outsideHours', first.facts, `${first.by}@${first.at}`, settings.bulkSteps.source, words, [
        ['录入人', first.by],
        ['从', moment(first.at)],
        ['到', moment(last.at)],
        ['环节', run.map(({ name }) => name).join('、')],
        ['办件', nos],
      ]),
    ];
  });
}

interface Entry {
  facts: CaseFacts;
  name: string;
  by: string;
  at: Instant;
}

function entryOf(facts: CaseFacts, step: StepEntry): Entry[] {
  return step.at === null || step.by === '' ? [] : [{ facts, name: step.name, by: step.by, at: step.at }];
}

function isWithin(first: Entry | undefined, one: Entry, minutes: number): boolean {
  if (first === undefined || one.by !== first.by) return false;
  const after = msBetween(first.at, one.at);
  return after >= 0 && after <= minutes * 60_000;
}

function isOutsideHours(at: Instant, settings: OffSystemSettings, calendar: Calendar): boolean {
  const { from, to } = settings.hallHours.value;
  const time = localTimeOf(at);
  return !isWorkingDay(calendar, localDateOf(at)) || time < from || time >= to;
}

function sign(
  kind: OffSystemSignKind,
  facts: CaseFacts,
  detail: string,
  source: string,
  clause: string,
  evidence: readonly (readonly [string, string])[],
): OffSystemSign {
  const { caseId, no, itemName, unitId } = facts;
  return {
    key: `${kind}:${caseId}:${detail}`,
    sign: kind,
    ...{ caseId, no, itemName, unitId },
    words: kind === 'outsideHours' ? `${clause}。` : `“${itemName}”（${no}）${clause}。`,
    evidence: evidence.map(([name, value]) => ({ name, value })),
    source,
  };
}

function moment(at: Instant | null): string {
  return at === null ? '' : chineseDateTime(at);
}
