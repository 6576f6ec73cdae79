import { localDateOf, type Instant } from '../../kernel/time.ts';
import type { Tx } from '../../kernel/module.ts';
import {
  applicableItems,
  limitText,
  truthOf,
  type ApplicableItem,
  type Answers,
  type Facts,
  type Service,
  type Truth,
} from '../catalogue/index.ts';
import { caseStatusNames, type applicationsOf, type CaseTimeline } from '../cases/index.ts';
import { stageOf } from './attribution.ts';
import { stageService, type Frame, type FrameStage } from './frame.ts';
import type { StageState } from './shapes.ts';

export type MatterApplication = Awaited<ReturnType<typeof applicationsOf>>[number];

/** What one stage has come to. */
export interface StageStanding {
  stage: FrameStage;
  state: StageState;
  /** Stages before it, with whether they are done. */
  prerequisites: readonly { id: string; name: string; met: boolean }[];
  /** What the answers choose from the bundle; `no` is left out. */
  chosen: readonly ApplicableItem[];
  service: Service | null;
  timelines: readonly CaseTimeline[];
  applications: readonly MatterApplication[];
}

/** The stages of a project in their order, from its cases, its drafts and its answers. Throws SERVICE_NOT_FOUND. */
export async function stagesOf(
  tx: Tx,
  project: { frame: Frame; answers: Answers },
  timelines: readonly CaseTimeline[],
  applications: readonly MatterApplication[],
): Promise<StageStanding[]> {
  const standings: StageStanding[] = [];
  for (const stage of project.frame.stages) {
    const service = await stageService(tx, stage);
    const chosen = applicableItems(service, project.answers).filter(({ applies }) => applies !== 'no');
    const own = timelines.filter((one) => stageOf(project.frame, one) === stage.id);
    const applied = applications.filter((one) => one.serviceKind === 'bundle' && one.serviceId === stage.bundle);
    const prerequisites = [
      ...stage.after.map((id) => {
        const earlier = standings.find((one) => one.stage.id === id);
        return {
          id,
          name: earlier?.stage.name ?? id,
          met: earlier === undefined || earlier.state === 'done' || earlier.state === 'skipped',
        };
      }),
      ...gatedTracks(project, stage, timelines),
    ];
    const state = stageState({
      isChosen: chosen.length > 0,
      isOpen: prerequisites.every(({ met }) => met),
      timelines: own,
      hasDraft: applied.some((one) => one.state === 'draft'),
    });
    standings.push({ stage, state, prerequisites, chosen, service, timelines: own, applications: applied });
  }
  return standings;
}

/** One rule for a stage: an item counts as done when one of its cases was granted. */
export function stageState(facts: {
  isChosen: boolean;
  isOpen: boolean;
  timelines: readonly Pick<CaseTimeline, 'itemId' | 'outcome'>[];
  hasDraft: boolean;
}): StageState {
  const { timelines, hasDraft } = facts;
  if (timelines.some(({ outcome }) => outcome === null)) return 'running';
  const granted = grantedItems(timelines);
  if (timelines.length > 0 && timelines.every(({ itemId }) => granted.has(itemId))) return 'done';
  if (hasDraft) return 'draft';
  if (timelines.length > 0) return 'again';
  if (!facts.isChosen) return 'skipped';
  return facts.isOpen ? 'ready' : 'blocked';
}

export function grantedItems(timelines: readonly Pick<CaseTimeline, 'itemId' | 'outcome'>[]): Set<string> {
  return new Set(timelines.filter(({ outcome }) => outcome === 'granted').map(({ itemId }) => itemId));
}

/** When the last stage was done: the project's end; null while any is not, or nothing was ever applied for. */
export function completedAt(stages: readonly StageStanding[]): Instant | null {
  if (!stages.every(({ state }) => state === 'done' || state === 'skipped')) return null;
  const ends = stages.flatMap(({ timelines }) => timelines.flatMap(({ concludedAt }) => concludedAt ?? []));
  return ends.sort().at(-1) ?? null;
}

/** The stage the project is in: the first that is not over; null when all are. */
export function presentStage(stages: readonly StageStanding[]): StageStanding | null {
  return stages.find(({ state }) => state !== 'done' && state !== 'skipped') ?? null;
}

/** Whether a track is needed, by what was answered; `unknown` while the question is open. */
export function trackNeed(track: Frame['tracks'][number], answers: Answers): Truth {
  return truthOf(track.when ?? undefined, answers as Facts);
}

/** A needed track that must come before an earlier step is a prerequisite of the stage after that step. */
function gatedTracks(
  project: { frame: Frame; answers: Answers },
  stage: FrameStage,
  timelines: readonly CaseTimeline[],
): { id: string; name: string; met: boolean }[] {
  const granted = grantedItems(timelines);
  return project.frame.tracks.flatMap((track) =>
    gates[track.before] === stage.id && trackNeed(track, project.answers) === 'yes'
      ? [{ id: track.item, name: track.name, met: granted.has(track.item) }]
      : [],
  );
}

/** By the step that a track gates, the stage that may not be applied for without it. */
const gates: Readonly<Record<Frame['tracks'][number]['before'], string | null>> = {
  works: 'permit',
  permit: 'acceptance',
  start: 'acceptance',
  // Connections are finished with the building: nothing comes after that could be refused.
  acceptance: null,
};

export function whyChosen(part: ApplicableItem): string {
  if (part.note !== '') return part.note;
  return part.condition === '' ? '这个阶段都要办' : `因为${part.condition}`;
}

export function chosenView(part: ApplicableItem, unitName: string, nameOfItem: (id: string) => string) {
  const { definition } = part.item;
  return {
    itemId: definition.id,
    itemName: definition.name,
    unitName,
    applies: part.applies satisfies Truth,
    why: whyChosen(part),
    promisedTerm: limitText(definition.promised.term),
    after: part.after.map(nameOfItem),
  };
}

/** Where a case stands, for lists of items. */
export function itemStanding(
  timeline: CaseTimeline,
  unitName: (id: string) => string,
  nameOfCase: (id: string) => string,
) {
  const holder = timeline.outcome === null ? (timeline.spans.at(-1)?.holder ?? null) : null;
  const waitsFor = holder?.kind === 'waiting' ? holder.forCaseIds.map(nameOfCase) : [];
  const holderName =
    holder === null
      ? ''
      : holder.kind === 'unit'
        ? unitName(holder.unitId)
        : holder.kind === 'applicant'
          ? '申请人'
          : holder.kind === 'procedure'
            ? holder.groundName
            : `等前置：${waitsFor.join('、')}`;
  return {
    itemId: timeline.itemId,
    itemName: timeline.itemName,
    unitId: timeline.unitId,
    unitName: unitName(timeline.unitId),
    why: '',
    caseId: timeline.caseId,
    caseNo: timeline.no,
    status: timeline.status,
    statusName:
      timeline.status === 'waiting' && timeline.preReviewedAt !== null
        ? '预审完成，等前一项办好'
        : caseStatusNames[timeline.status],
    holderName,
    holderKind: holder?.kind ?? ('none' as const),
    preReviewedAt: timeline.preReviewedAt,
    dueOn: timeline.outcome === null && timeline.promisedDueAt !== null ? localDateOf(timeline.promisedDueAt) : null,
    concludedAt: timeline.concludedAt,
    waitsFor,
  };
}
