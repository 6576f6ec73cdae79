import { AppError } from '../../../kernel/errors.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { formView, limitText, materialsFor, type Answers, type AnswerValue } from '../../catalogue/index.ts';
import { applicationsOf, caseTimelines, noticesOf, startApplicationFor } from '../../cases/index.ts';
import { enterprisesOf, unitDirectory } from '../../org/index.ts';
import { tasksOf } from '../../tasks/index.ts';
import { assessmentViews } from '../assessments.ts';
import { breakersOf } from '../attribution.ts';
import * as contract from '../contract.ts';
import { registrationFor } from '../deciding.ts';
import { applicationView, attributionOf, stageViews, trackViews, wholeOf, type Whole } from '../page.ts';
import { isOwn } from '../project.ts';
import { changeRegistration, register } from '../registering.ts';
import type { StageView, TrackView } from '../shapes.ts';
import { chosenView, grantedItems, stagesOf, stageState, trackNeed, type StageStanding } from '../standing.ts';
import {
  appendProjectEvents,
  listOwnProjects,
  loadProjectForDecision,
  loadProjectRow,
  saveStandings,
  type ListedProject,
  type ProjectRow,
} from '../store/projects.ts';

/** The firm's side: register, see the map of stages, apply stage by stage. */
export const ownRoutes = [
  route(contract.registerProject, async ({ tx, input }) => {
    const { row, registered } = await register(tx, {
      themeId: input.themeId,
      answers: input.answers,
      site: input.site,
      accountId: ownAccount(tx),
    });
    return { projectId: row.id, code: row.code, provisional: row.provisional, type: registered.decision };
  }),

  route(contract.myProjects, async ({ tx, input }) => {
    const account = ownAccount(tx);
    const usccs = (await enterprisesOf(tx, account)).map(({ uscc }) => uscc);
    const { rows, total } = await listOwnProjects(tx, account, usccs, input.page, input.size);
    return { projects: rows.map(ownListed), total };
  }),

  route(contract.myProject, async ({ tx, input }) => {
    const project = await own(tx, input.projectId);
    const whole = await wholeOf(tx, project);
    const attribution = attributionOf(whole);
    const [budget] = attribution.budget;
    if (budget === undefined) throw new Error(`project ${project.id} without a budget`);
    const [stages, tracks] = [stageViews(whole), trackViews(whole)];
    const directory = await unitDirectory(tx);
    tx.note(`project:${project.id}`, '本单位查看项目', { code: project.code });
    return {
      projectId: project.id,
      code: project.code,
      provisional: project.provisional,
      name: project.name,
      theme: { id: project.themeId, name: project.themeName },
      type: { id: project.typeId, name: project.typeName, reasons: typeReasons(project) },
      state: project.state,
      stateName: contract.projectStateNames[project.state],
      ownerLabel: project.ownerLabel,
      contact: project.contact,
      site: siteView(project, directory.nameOf(project.town)),
      registeredAt: project.registeredAt,
      completedAt: project.state === 'completed' ? project.endedAt : null,
      answers: plainAnswers(project.answers),
      mayChange: mayChange(project, whole),
      mayAbandon: project.state !== 'completed' && project.state !== 'abandoned' && runningItems(whole).length === 0,
      revision: project.revision,
      budget,
      holders: attribution.holders,
      breakers: breakersOf(whole.reckoning, whole.timelines, whole.work),
      stages,
      tracks,
      assessments: await assessmentViews(tx, project),
      mine: project.state === 'abandoned' ? [] : await mineNow(tx, whole, stages, tracks),
      notices: await noticesOf(tx, { type: 'project', id: project.id }),
      downloads: [
        { name: '每一天在谁手里（表格）', href: `/api/my-projects/${project.id}/attribution.xlsx` },
        ...whole.applications
          .filter((one) => one.state === 'filed')
          .map((one) => ({ name: `${one.serviceName}：申请和结果（${one.no}）`, href: `/my/${one.id}` })),
      ],
    };
  }),

  route(contract.myProjectForm, async ({ tx, input }) => {
    const project = await own(tx, input.projectId);
    const { theme, service } = await registrationFor(tx, project.themeId);
    tx.note(`project:${project.id}`, '打开项目情况');
    return { form: formView(service), answers: plainAnswers(project.answers), fixed: Object.keys(theme.fixed) };
  }),

  route(contract.changeProjectAnswers, async ({ tx, input }) => {
    const project = await ownForDecision(tx, input.projectId);
    if (project.revision !== input.revision) throw new AppError('PROJECT_CHANGED');
    // The row may lag behind a filing whose event is still under way: the applications decide.
    const applications = await applicationsOf(tx, { type: 'project', id: project.id });
    if (applications.some(({ state }) => state === 'filed')) throw new AppError('PROJECT_ALREADY_APPLIED');
    const { decision } = await changeRegistration(tx, project, { answers: input.answers, site: input.site });
    return { revision: project.revision + 1, type: decision };
  }),

  route(contract.stagePreview, async ({ tx, input }) => {
    const project = await own(tx, input.projectId);
    const whole = await wholeOf(tx, project);
    const standing = stageNamed(whole.stages, input.stageId);
    const stage = stageViews(whole).find(({ id }) => id === input.stageId);
    if (stage === undefined || standing.service === null) throw new AppError('STAGE_NOT_FOUND');
    const { service } = standing;
    const nameOfItem = (id: string): string =>
      service.items.find(({ definition }) => definition.id === id)?.definition.name ?? id;
    const obstacle = obstacleTo(project, standing);
    return {
      stage,
      chosen: standing.chosen.map((part) =>
        chosenView(part, service.unitNames[part.item.definition.department] ?? '', nameOfItem),
      ),
      materials: materialsFor(service, project.answers).map((need) => ({
        name: need.name,
        need: need.state,
        why:
          need.owedWithin === ''
            ? need.explanation
            : `${need.explanation}（可以容缺，${limitText(need.owedWithin)}内补）`,
      })),
      mayStart: obstacle === null,
      obstacle: obstacle?.words ?? '',
    };
  }),

  route(contract.startStage, async ({ tx, input }) => {
    const project = await ownForDecision(tx, input.projectId);
    const matter = { type: 'project', id: project.id };
    const stages = await stagesOf(tx, project, await caseTimelines(tx, matter), await applicationsOf(tx, matter));
    const standing = stageNamed(stages, input.stageId);
    const obstacle = obstacleTo(project, standing);
    if (obstacle !== null) throw obstacle.error;
    const { stage, timelines, service } = standing;
    const granted = grantedItems(timelines);
    const again = [...new Set(timelines.map(({ itemId }) => itemId))].filter((item) => !granted.has(item));
    const started = await startApplicationFor(tx, {
      service: { kind: 'bundle', id: stage.bundle },
      // What was granted stays granted: only the rest is applied for again.
      ...(again.length === 0 ? {} : { items: again }),
      accountId: ownAccount(tx),
      answers: project.answers,
      matter,
    });
    await appendProjectEvents(tx, [
      {
        projectId: project.id,
        event: {
          type: 'applicationStarted',
          part: 'stage',
          id: stage.id,
          name: stage.name,
          applicationId: started.id,
          no: started.no,
        },
      },
    ]);
    tx.note(`project:${project.id}`, `开始申请阶段：${stage.name}`, { application: started.no });
    const whole = await wholeOf(tx, project);
    const { id: applicationId, no } = started;
    return {
      application: {
        applicationId,
        no,
        state: 'draft' as const,
        serviceName: service?.name ?? stage.name,
        filedAt: null,
      },
      href: `/applications/${applicationId}/form`,
      items: stageViews(whole).find(({ id }) => id === stage.id)?.items ?? [],
    };
  }),

  route(contract.startTrack, async ({ tx, input }) => {
    const project = await ownForDecision(tx, input.projectId);
    refuseEnded(project);
    const track = project.frame.tracks.find(({ item }) => item === input.trackId);
    if (track === undefined) throw new AppError('TRACK_NOT_FOUND');
    if (trackNeed(track, project.answers) === 'no') throw new AppError('TRACK_NOT_NEEDED', { track: track.name });
    const matter = { type: 'project', id: project.id };
    const applications = (await applicationsOf(tx, matter)).filter(
      (one) => one.serviceKind === 'item' && one.serviceId === track.item,
    );
    const timelines = (await caseTimelines(tx, matter)).filter(
      (one) => one.serviceKind === 'item' && one.itemId === track.item,
    );
    const state = stageState({
      isChosen: true,
      isOpen: true,
      timelines,
      hasDraft: applications.some((one) => one.state === 'draft'),
    });
    if (state === 'done') throw new AppError('STAGE_ALREADY_DONE', { stage: track.name });
    if (state === 'draft' || state === 'running')
      throw new AppError('STAGE_ALREADY_RUNNING', { stage: track.name, no: applications.at(-1)?.no ?? '' });
    const started = await startApplicationFor(tx, {
      service: { kind: 'item', id: track.item },
      accountId: ownAccount(tx),
      answers: project.answers,
      matter,
    });
    await appendProjectEvents(tx, [
      {
        projectId: project.id,
        event: {
          type: 'applicationStarted',
          part: 'track',
          id: track.item,
          name: track.name,
          applicationId: started.id,
          no: started.no,
        },
      },
    ]);
    tx.note(`project:${project.id}`, `开始申请并行事项：${track.name}`, { application: started.no });
    const [application] = (await applicationsOf(tx, matter)).filter((one) => one.id === started.id);
    if (application === undefined) throw new Error(`application ${started.id} is gone`);
    return { application: applicationView(application), href: `/applications/${started.id}/form` };
  }),

  route(contract.abandonProject, async ({ tx, input }) => {
    const project = await ownForDecision(tx, input.projectId);
    refuseEnded(project);
    const timelines = await caseTimelines(tx, { type: 'project', id: project.id });
    const running = timelines.filter(({ outcome }) => outcome === null).map(({ itemName }) => itemName);
    if (running.length > 0)
      throw new AppError('PROJECT_HAS_RUNNING_CASES', { items: [...new Set(running)].join('、') });
    await saveStandings(tx, localDateOf(tx.now), [
      {
        ...project,
        state: 'abandoned',
        endedAt: tx.now,
        stageId: null,
        stageName: '',
        holderKind: 'none',
        holderUnit: null,
        light: 'done',
      },
    ]);
    await appendProjectEvents(tx, [{ projectId: project.id, event: { type: 'abandoned', reason: input.reason } }]);
    tx.note(`project:${project.id}`, '终止项目', { reason: input.reason });
    return { state: 'abandoned' as const };
  }),

  route(contract.myAttribution, async ({ tx, input }) =>
    attributionOf(await wholeOf(tx, await own(tx, input.projectId))),
  ),
];

/** What only the firm can do now: what it owes by a day, drafts to finish, stages that are open. */
async function mineNow(tx: Tx, whole: Whole, stages: readonly StageView[], tracks: readonly TrackView[]) {
  const { timelines, project } = whole;
  const byCase = new Map(timelines.map((one) => [one.caseId, one]));
  const tasks = await tasksOf(tx, 'case', [...byCase.keys()]);
  const owed = tasks
    .filter((task) => task.unitId === null && task.state !== 'finished')
    .map((task) => {
      const timeline = byCase.get(task.subjectId);
      const page = `/my/${timeline?.applicationId ?? ''}`;
      const href = task.kind === 'case.correction' ? `${page}/cases/${task.subjectId}/correct` : page;
      return { text: task.title, href, dueOn: task.dueOn };
    })
    .sort((a, b) => (a.dueOn < b.dueOn ? -1 : 1));
  const drafts = whole.applications
    .filter((one) => one.state === 'draft')
    .map((one) => ({ text: `接着填写“${one.serviceName}”`, href: `/applications/${one.id}/form`, dueOn: null }));
  const open = stages
    .filter(({ state }) => state === 'ready' || state === 'again')
    .map((stage) => ({
      text: stage.state === 'ready' ? `可以申请“${stage.name}”` : `“${stage.name}”有事项没办成，可以重新申请`,
      href: `/my/projects/${project.id}/stages/${stage.id}`,
      dueOn: null,
    }));
  const beside = tracks
    .filter((track) => track.state === 'again' || (track.state === 'open' && isNeeded(whole, track.id)))
    .map((track) => ({
      text: `办理“${track.name}”：${track.gate}`,
      href: `/my/projects/${project.id}/tracks/${track.id}`,
      dueOn: null,
    }));
  return [...owed, ...drafts, ...open, ...beside];
}

function isNeeded({ project }: Whole, trackId: string): boolean {
  const track = project.frame.tracks.find(({ item }) => item === trackId);
  return track !== undefined && trackNeed(track, project.answers) === 'yes';
}

/** Why a stage may not be applied for now; null when it may. */
function obstacleTo(project: ProjectRow, standing: StageStanding): { error: AppError; words: string } | null {
  const { name } = standing.stage;
  if (project.state === 'completed' || project.state === 'abandoned') {
    const state = contract.projectStateNames[project.state];
    return { error: new AppError('PROJECT_ENDED', { state }), words: `项目${state}` };
  }
  switch (standing.state) {
    case 'skipped':
      return { error: new AppError('STAGE_NOT_NEEDED', { stage: name }), words: '按项目情况没有要办的事项' };
    case 'draft':
    case 'running': {
      const no = standing.applications.at(-1)?.no ?? '';
      return { error: new AppError('STAGE_ALREADY_RUNNING', { stage: name, no }), words: `已经有一份申请（${no}）` };
    }
    case 'done':
      return { error: new AppError('STAGE_ALREADY_DONE', { stage: name }), words: '已经办好' };
    default: {
      const missing = standing.prerequisites.filter(({ met }) => !met).map((one) => `“${one.name}”`);
      if (missing.length === 0) return null;
      const names = missing.join('、');
      return {
        error: new AppError('STAGE_PREREQUISITE_MISSING', { stage: name, missing: names }),
        words: `要先办好${names}`,
      };
    }
  }
}

function stageNamed(stages: readonly StageStanding[], id: string): StageStanding {
  const found = stages.find(({ stage }) => stage.id === id);
  if (found === undefined) throw new AppError('STAGE_NOT_FOUND');
  return found;
}

function ownAccount(tx: Tx): string {
  if (tx.actor.accountId === null) throw new AppError('NOT_SIGNED_IN');
  return tx.actor.accountId;
}

async function own(tx: Tx, id: string): Promise<ProjectRow> {
  const row = await loadProjectRow(tx, id);
  if (row === null || !(await isOwn(tx, row))) throw new AppError('PROJECT_NOT_FOUND');
  return row;
}

async function ownForDecision(tx: Tx, id: string): Promise<ProjectRow> {
  const row = await loadProjectForDecision(tx, id);
  if (row === null || !(await isOwn(tx, row))) throw new AppError('PROJECT_NOT_FOUND');
  return row;
}

function refuseEnded(project: ProjectRow): void {
  if (project.state === 'completed' || project.state === 'abandoned')
    throw new AppError('PROJECT_ENDED', { state: contract.projectStateNames[project.state] });
}

function mayChange(project: ProjectRow, whole: Whole): boolean {
  return project.state === 'registered' && whole.applications.every(({ state }) => state === 'draft');
}

function runningItems({ timelines }: Whole): string[] {
  return timelines.filter(({ outcome }) => outcome === null).map(({ itemName }) => itemName);
}

export function siteView(project: ProjectRow, townName: string) {
  const { town, address, plotId, point, polygon } = project;
  return { town, townName, address, plotId, point, polygon };
}

/** What decided the type, and for the types before it what spoke against them. */
export function typeReasons({ decision }: ProjectRow): string[] {
  const own = decision.tried.find(({ typeId }) => typeId === decision.typeId);
  return [decision.summary, ...(own?.reasons ?? []).map(({ text }) => text)];
}

export function plainAnswers(answers: Answers): Record<string, string | number | boolean | string[] | null> {
  const plain = (value: AnswerValue | undefined) => (isList(value) ? [...value] : (value ?? null));
  return Object.fromEntries(Object.entries(answers).map(([key, value]) => [key, plain(value)]));
}

function isList(value: AnswerValue | undefined): value is readonly string[] {
  return Array.isArray(value);
}

function ownListed(row: ListedProject) {
  return {
    projectId: row.id,
    code: row.code,
    provisional: row.provisional,
    name: row.name,
    typeName: row.typeName,
    state: row.state,
    stateName: contract.projectStateNames[row.state],
    stageName: row.stageName,
    usedDays: row.usedDays,
    leftDays: row.leftDays,
    budgetDays: row.budgetDays,
    endsOn: row.endsOn,
    light: row.light,
    registeredAt: row.registeredAt,
  };
}
