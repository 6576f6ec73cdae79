import type { Tx } from '../../kernel/module.ts';
import { applicationsOf, caseTimelines, type CaseTimeline } from '../cases/index.ts';
import {
  attributionView,
  budgetLines,
  clockworkOf,
  nameOf,
  reckon,
  type Clockwork,
  type Reckoning,
} from './attribution.ts';
import type { AttributionView, ItemView, StageView, TrackView } from './shapes.ts';
import { stageStateNames } from './contract-views.ts';
import {
  itemStanding,
  stagesOf,
  stageState,
  trackNeed,
  whyChosen,
  type MatterApplication,
  type StageStanding,
} from './standing.ts';
import type { ProjectRow } from './store/projects.ts';

/** One project whole, for the firm's page, the officers', the spreadsheet and the command line. */
export interface Whole {
  project: ProjectRow;
  timelines: readonly CaseTimeline[];
  applications: readonly MatterApplication[];
  stages: readonly StageStanding[];
  reckoning: Reckoning;
  work: Clockwork;
}

export async function wholeOf(tx: Tx, project: ProjectRow): Promise<Whole> {
  const matter = { type: 'project', id: project.id };
  const timelines = await caseTimelines(tx, matter);
  const applications = await applicationsOf(tx, matter);
  const work = await clockworkOf(tx);
  return {
    project,
    timelines,
    applications,
    stages: await stagesOf(tx, project, timelines, applications),
    reckoning: reckon(project, timelines, work),
    work,
  };
}

export function attributionOf({ project, timelines, reckoning, work }: Whole): AttributionView {
  return attributionView(project, timelines, reckoning, work);
}

export function stageViews(whole: Whole): StageView[] {
  const { stages, work, timelines, project } = whole;
  const lines = budgetLines(project.frame, whole.reckoning, work);
  return stages.map((one): StageView => {
    const { stage, state } = one;
    const budget = lines.find((line) => line.stageId === stage.id);
    if (budget === undefined) throw new Error(`stage ${stage.id} without a budget line`);
    const why = new Map(one.chosen.map((part) => [part.item.definition.id, whyChosen(part)]));
    const applied = newest(one.timelines).map((timeline): ItemView => ({
      ...itemStanding(timeline, (unit) => nameOf(work, unit), caseName(timelines)),
      why: why.get(timeline.itemId) ?? '',
    }));
    const known = new Set(applied.map(({ itemId }) => itemId));
    // Once applied for, the application decides; before that the answers say what to expect.
    const expected = one.timelines.length > 0 ? [] : one.chosen.filter((part) => !known.has(part.item.definition.id));
    return {
      id: stage.id,
      name: stage.name,
      leadName: nameOf(work, stage.lead),
      state,
      stateName: stageStateNames[state],
      prerequisites: one.prerequisites.map((prerequisite) => ({ ...prerequisite })),
      budget,
      applications: one.applications.map(applicationView),
      items: [
        ...applied,
        ...expected.map(({ item: { definition }, ...part }): ItemView => ({
          ...notApplied(definition.id, definition.name, definition.department, work),
          why: `${part.applies === 'unknown' ? '可能要办：' : ''}${why.get(definition.id) ?? ''}`,
        })),
      ],
    };
  });
}

export function trackViews({ project, timelines, applications, work }: Whole): TrackView[] {
  return project.frame.tracks.map((track): TrackView => {
    const own = timelines.filter((one) => one.serviceKind === 'item' && one.itemId === track.item);
    const applied = applications.filter((one) => one.serviceKind === 'item' && one.serviceId === track.item);
    const need = trackNeed(track, project.answers);
    const reached = stageState({
      isChosen: need !== 'no',
      isOpen: true,
      timelines: own,
      hasDraft: applied.some((one) => one.state === 'draft'),
    });
    const state = reached === 'ready' || reached === 'blocked' ? 'open' : reached;
    return {
      id: track.item,
      name: track.name,
      summary: track.note,
      gate: gateWords[track.before],
      need,
      state,
      stateName: state === 'open' ? (need === 'yes' ? '要办，可以申请' : '看情况，可以申请') : stageStateNames[state],
      why: track.source,
      applications: applied.map(applicationView),
      items: newest(own).map((timeline) => itemStanding(timeline, (unit) => nameOf(work, unit), caseName(timelines))),
    };
  });
}

const gateWords = {
  works: '要在工程建设许可办完前办好',
  permit: '要在取得施工许可前办好',
  start: '要在开工前办好',
  acceptance: '要在竣工验收前办好',
} as const;

export function applicationView({ id, no, state, serviceName, filedAt }: MatterApplication) {
  return { applicationId: id, no, state, serviceName, filedAt };
}

/** Of an item applied for again the newest case; refused ones stay in the history of the application. */
function newest(timelines: readonly CaseTimeline[]): CaseTimeline[] {
  return [...new Map(timelines.map((one) => [one.itemId, one])).values()];
}

function caseName(timelines: readonly CaseTimeline[]): (caseId: string) => string {
  return (caseId) => timelines.find((one) => one.caseId === caseId)?.itemName ?? '前一项';
}

function notApplied(itemId: string, itemName: string, unitId: string, work: Clockwork): ItemView {
  return {
    ...{ itemId, itemName, unitId },
    unitName: nameOf(work, unitId),
    why: '',
    caseId: null,
    caseNo: '',
    status: null,
    statusName: '还没申请',
    holderName: '',
    holderKind: 'none',
    preReviewedAt: null,
    dueOn: null,
    concludedAt: null,
    waitsFor: [],
  };
}
