import * as cases from '../modules/cases/contract.ts';
import * as projects from '../modules/projects/contract.ts';
import { fillIn, type Answers } from './answers.ts';
import { workingDayMinutes } from './office-hours.ts';
import { paperFor } from './papers.ts';
import type { Identity } from './people.ts';
import { followProjectCase, officeMoment, type ProjectCase } from './project-case.ts';
import type { ProjectFate } from './project-plan.ts';
import {
  consult,
  fileGas,
  followPromise,
  inspectTogether,
  registerOffSystem,
  surveyTogether,
} from './project-rooms.ts';
import type { Town } from './town.ts';
import type { Visitor } from './visitors.ts';

/** One construction project under way. */
export interface ProjectStory {
  projectId: string;
  fate: ProjectFate;
  builder: Visitor;
  identity: Identity;
  /** Answers that once met the conditions of a stage of a theme: told from firm to firm. */
  known: Map<string, Answers>;
}

/** From the registration through the four stages; what is beside them happens in `project-rooms`. */
export async function build(town: Town, story: Omit<ProjectStory, 'projectId'>): Promise<void> {
  const { fate, builder } = story;
  const { projectId } = await builder.call(projects.registerProject, { themeId: fate.themeId, answers: fate.answers });
  town.tally.projects.registered += 1;
  const begun: ProjectStory = { ...story, projectId };
  for (const trackId of fate.tracks) {
    later(town, fate.preparing + fate.random.whole(1, 6), () => applyForTrack(town, begun, trackId));
  }
  if (fate.filesGas) later(town, fate.preparing + 6, () => fileGas(town, begun));
  if (fate.promise !== 'none') later(town, fate.preparing + 26, () => followPromise(town, begun, fate.promise));
  if (fate.hasOffSystemCase) later(town, fate.preparing + 12, () => registerOffSystem(town, begun));
  later(town, fate.random.whole(0, 2), () => goOn(town, begun));
}

function later(town: Town, workingDays: number, deed: () => Promise<void>): void {
  town.plan(officeMoment(town, town.now(), workingDays * workingDayMinutes + 45), deed);
}

/** The next stage that may be applied for; none when everything is done. */
async function goOn(town: Town, story: ProjectStory): Promise<void> {
  const { projectId, fate, builder } = story;
  const { stages } = await builder.call(projects.myProject, { projectId });
  const next = stages.find((stage) => stage.state !== 'done' && stage.state !== 'skipped');
  if (next === undefined) return;
  if (fate.isGivenUp && next.id !== 'land') {
    await builder.call(projects.abandonProject, { projectId, reason: '市场变化，资金没有落实，项目不再建设。' });
    return;
  }
  // A track that the stage needs is still with its department.
  if (next.state === 'blocked') {
    later(town, 3, () => goOn(town, story));
    return;
  }
  if (next.state !== 'ready') return;
  const { application } = await builder.call(projects.startStage, { projectId, stageId: next.id });
  await apply(town, story, { applicationId: application.applicationId, stageId: next.id });
  if (fate.consults && next.id === 'works') later(town, 1, () => consult(town, story));
}

async function applyForTrack(town: Town, story: ProjectStory, trackId: string): Promise<void> {
  const { projectId, builder } = story;
  const { application } = await builder.call(projects.startTrack, { projectId, trackId });
  await apply(town, story, { applicationId: application.applicationId, stageId: null, trackId });
}

/** One form, one set of papers; afterwards every item goes its own way. */
async function apply(
  town: Town,
  story: ProjectStory,
  { applicationId, stageId, trackId }: { applicationId: string; stageId: string | null; trackId?: string },
): Promise<void> {
  const { fate, builder, identity } = story;
  const { random } = fate;
  const form = await builder.call(cases.applicationForm, { applicationId });
  const draft = await builder.call(cases.myApplication, { applicationId });
  const given = Object.fromEntries(Object.entries(draft.answers).filter(([, value]) => value !== null)) as Answers;
  const key = `${fate.themeId} ${form.id}`;
  const answers = await fillIn(town.passer, form, {
    random,
    identity,
    now: town.now(),
    advice: new Map([[form.id, { ...story.known.get(key), ...given }]]),
  });
  if (answers === null) throw new Error(`${fate.themeId}: nobody can fill in ${form.id}`);
  story.known.set(key, answers);
  const isPromised = trackId === 'soil-conservation-approval' && fate.promise !== 'none';
  const saved = await builder.call(cases.saveDraft, {
    applicationId,
    revision: draft.revision,
    answers: { ...answers, ...given },
    commitments: isPromised ? [trackId] : [],
  });
  const { materials } = await builder.call(cases.checkApplication, { applicationId });
  for (const { id, name, need } of materials) {
    if (need !== 'needed') continue;
    const document = paperFor(name, random);
    await builder.call(cases.uploadDocument, { applicationId, materialId: id, document } as never);
  }
  await builder.call(
    cases.fileApplication,
    { applicationId, revision: saved.revision },
    { idempotencyKey: `file-${applicationId}` },
  );
  town.tally.applications += 1;
  const filed = await builder.call(cases.myApplication, { applicationId });
  town.tally.cases += filed.cases.length;
  town.tally.projects.cases += filed.cases.length;
  const faulty = stageId !== null && random.chance(0.3) ? 0 : -1;
  const stopped = pauseOf(fate, stageId);
  // The last that runs long enough has its clock stopped; a filing that ends today has none.
  const longest = filed.cases.findLastIndex(({ waitsFor }) => waitsFor.length === 0);
  const items: ProjectCase[] = filed.cases.map((one, at) => ({
    caseId: one.caseId,
    unitId: one.unitId,
    waitsFor: new Set(one.waitsFor.map((earlier) => earlier.caseId)),
    isPreReviewed: false,
    isGranted: false,
    isPromised,
    isFaulty: at === faulty && one.waitsFor.length === 0,
    pause: at === longest ? stopped : null,
    siblings: [],
    fate,
    builder,
    random: random.fork(`${one.itemId}`),
    onGranted: () => {
      if (stageId !== null && items.every(({ isGranted }) => isGranted)) afterStage(town, story, stageId);
    },
  }));
  for (const one of items) {
    one.siblings = items;
    followProjectCase(town, one);
  }
}

function pauseOf(fate: ProjectFate, stageId: string | null): ProjectCase['pause'] {
  const { overrun, random } = fate;
  if (stageId === overrun.stage) return { days: random.whole(3, 6), overrun: overrun.days };
  if (stageId === null || fate.themeId === 'small-low-risk' || !random.chance(0.25)) return null;
  return { days: random.whole(3, 10), overrun: 0 };
}

/** The firm prepares the next stage; between the permit and the acceptance it builds. */
function afterStage(town: Town, story: ProjectStory, stageId: string): void {
  const { fate } = story;
  const days = stageId === 'permit' ? fate.building : fate.preparing;
  if (stageId === 'permit' && fate.hasJointVisit) {
    later(town, Math.max(1, days - 9), () => surveyTogether(town, story));
    later(town, Math.max(5, days - 4), () => inspectTogether(town, story));
  }
  later(town, days, () => goOn(town, story));
}
