import { addWorkingDays } from '../../../calendar/index.ts';
import { may, type Reach } from '../../../kernel/actor.ts';
import { isUniqueViolation } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { answerText, formFor, stateOf } from '../../catalogue/index.ts';
import { noticesOf } from '../../cases/index.ts';
import { unitDirectory, type UnitDirectory } from '../../org/index.ts';
import { calendarOf, finishTasks } from '../../tasks/index.ts';
import { assessmentViews } from '../assessments.ts';
import { breakersOf } from '../attribution.ts';
import * as contract from '../contract.ts';
import { countyOf } from '../county.ts';
import { registrationFor } from '../deciding.ts';
import { attributionOf, stageViews, trackViews, wholeOf } from '../page.ts';
import { isWithinReach } from '../project.ts';
import { alertNames } from '../reproject.ts';
import {
  alertsOfProjects,
  countOpenAgain,
  listAlertRows,
  loadAlertForDecision,
  settleAlerts,
  type AlertRow,
} from '../store/alerts.ts';
import {
  appendProjectEvents,
  countCap,
  isCodeTaken,
  listProjectRows,
  loadProjectEvents,
  loadProjectForDecision,
  loadProjectRow,
  saveCode,
  type ListedProject,
  type ProjectEvent,
  type ProjectRow,
} from '../store/projects.ts';
import { siteView } from './own.ts';

/** The staff's side: the county's projects, one whole with every day of it, its code, its alerts. */
export const workRoutes = [
  route(contract.listProjects, async ({ tx, input, reach }) => {
    const { breaksWithin, ...filter } = input;
    const today = localDateOf(tx.now);
    const breaks =
      breaksWithin === undefined
        ? null
        : { from: today, to: addWorkingDays(await calendarOf(tx), today, breaksWithin) };
    const { rows, total } = await listProjectRows(tx, { ...filter, reach, breaks });
    const directory = await unitDirectory(tx);
    return {
      projects: rows.map((row) => listed(row, directory)),
      total: Math.min(total, countCap),
      totalIsCapped: total > countCap,
    };
  }),

  route(contract.projectFilters, async ({ tx }) => {
    const county = await countyOf(tx.services);
    const directory = await unitDirectory(tx);
    const named = ({ id, name }: { id: string; name: string }) => ({ id, name });
    return {
      stages: county.stages.map(named),
      types: county.types.map(named),
      themes: county.themes.map(named),
      units: directory.units.map(named),
    };
  }),

  route(contract.readProject, async ({ tx, actor, input }) => {
    const project = await reachable(tx, input.projectId);
    const whole = await wholeOf(tx, project);
    const attribution = attributionOf(whole);
    const [budget] = attribution.budget;
    if (budget === undefined) throw new Error(`project ${project.id} without a budget`);
    const directory = await unitDirectory(tx);
    const { settings } = await countyOf(tx.services);
    tx.note(`project:${project.id}`, '查看项目', { code: project.code });
    return {
      projectId: project.id,
      code: project.code,
      provisional: project.provisional,
      name: project.name,
      theme: { id: project.themeId, name: project.themeName },
      type: {
        id: project.typeId,
        name: project.typeName,
        reasons: project.decision.tried.find(({ typeId }) => typeId === project.typeId)?.reasons ?? [],
      },
      state: project.state,
      stateName: contract.projectStateNames[project.state],
      stageId: project.stageId,
      ownerLabel: project.ownerLabel,
      uscc: project.uscc,
      contact: project.contact,
      site: siteView(project, directory.nameOf(project.town)),
      registeredAt: project.registeredAt,
      completedAt: project.state === 'completed' ? project.endedAt : null,
      facts: await factsOf(tx, project),
      attribution,
      budget,
      breakers: breakersOf(whole.reckoning, whole.timelines, whole.work),
      stages: stageViews(whole),
      tracks: trackViews(whole),
      assessments: await assessmentViews(tx, project),
      alerts: (await alertsOfProjects(tx, [project.id])).map((alert) => alertView(alert, directory)),
      notices: await noticesOf(tx, { type: 'project', id: project.id }),
      history: (await loadProjectEvents(tx, project.id)).map((event) => ({
        at: event.at,
        who: event.actorName,
        what: eventWords(event.body),
      })),
      mayIssueCode: project.provisional && may(actor, 'project.code', settings.codeUnit),
    };
  }),

  route(contract.explainAttribution, async ({ tx, input }) =>
    attributionOf(await wholeOf(tx, await reachable(tx, input.projectId))),
  ),

  route(contract.issueCode, async ({ tx, input, reach }) => {
    const { settings } = await countyOf(tx.services);
    if (reach !== 'all' && !reach.includes(settings.codeUnit)) throw new AppError('FORBIDDEN');
    const project = await loadProjectForDecision(tx, input.projectId);
    if (project === null) throw new AppError('PROJECT_NOT_FOUND');
    if (!project.provisional && project.code !== input.code)
      throw new AppError('PROJECT_CODE_SETTLED', { code: project.code });
    if (project.code === input.code) return { code: project.code };
    if (await isCodeTaken(tx, input.code, project.id)) throw new AppError('PROJECT_CODE_TAKEN', { code: input.code });
    try {
      await saveCode(tx, project.id, input.code);
    } catch (error) {
      if (isUniqueViolation(error, 'project_region_code_key'))
        throw new AppError('PROJECT_CODE_TAKEN', { code: input.code });
      throw error;
    }
    await appendProjectEvents(tx, [
      { projectId: project.id, event: { type: 'codeIssued', code: input.code, before: project.code } },
    ]);
    tx.note(`project:${project.id}`, '赋予项目统一代码', { code: input.code, before: project.code });
    return { code: input.code };
  }),

  route(contract.listProjectAlerts, async ({ tx, input, reach }) => {
    const { rows, total } = await listAlertRows(tx, { ...input, reach });
    const directory = await unitDirectory(tx);
    return {
      alerts: rows.map((row) => ({
        ...alertView(row, directory),
        projectId: row.projectId,
        code: row.code,
        projectName: row.projectName,
      })),
      total,
    };
  }),

  route(contract.answerAlert, async ({ tx, input, reach }) => {
    const found = await loadAlertForDecisionOf(tx, input.alertId, reach);
    if (found.state !== 'open')
      throw new AppError('PROJECT_ALERT_SETTLED', { state: found.state === 'answered' ? '答复过' : '自行消除' });
    await settleAlerts(tx, [found.id], 'answered', input.answer);
    if (found.taskId !== null) await finishTasks(tx, [found.taskId], 'done', input.answer);
    await countOpenAgain(tx, found.projectId);
    await appendProjectEvents(tx, [
      { projectId: found.projectId, event: { type: 'alertAnswered', key: found.key, answer: input.answer } },
    ]);
    tx.note(`project:${found.projectId}`, '答复项目提醒', { alert: found.id });
    return { state: 'answered' as const };
  }),
];

async function loadAlertForDecisionOf(tx: Tx, id: string, reach: Reach): Promise<AlertRow> {
  const alert = await loadAlertForDecision(tx, id);
  if (alert === null || !(reach === 'all' || reach.includes(alert.unitId)))
    throw new AppError('PROJECT_ALERT_NOT_FOUND');
  return alert;
}

async function reachable(tx: Tx, id: string): Promise<ProjectRow> {
  const row = await loadProjectRow(tx, id);
  if (row === null || !isWithinReach(tx, row)) throw new AppError('PROJECT_NOT_FOUND');
  return row;
}

async function factsOf(tx: Tx, project: ProjectRow) {
  const { service } = await registrationFor(tx, project.themeId);
  const sections = new Map<string, { name: string; value: string }[]>();
  for (const { field, asked } of stateOf(formFor(service), project.answers)) {
    const value = answerText(field.element, project.answers[field.element.id]);
    if (asked === 'no' || value === '') continue;
    const { section, name } = field.element;
    sections.set(section, [...(sections.get(section) ?? []), { name, value }]);
  }
  return [...sections].map(([section, rows]) => ({ section, rows }));
}

function alertView(alert: AlertRow, directory: UnitDirectory) {
  return {
    id: alert.id,
    kind: alert.kind,
    at: alert.at,
    unitId: alert.unitId,
    unitName: directory.nameOf(alert.unitId),
    text: `${alertNames[alert.kind]}：${alert.words}`,
    caseId: alert.caseId,
    state: alert.state,
    answer: alert.answer,
    settledAt: alert.settledAt,
  };
}

const holderNames = { applicant: '申请人', nonWorking: '非工作日', none: '' } as const;

function listed(row: ListedProject, directory: UnitDirectory) {
  return {
    projectId: row.id,
    code: row.code,
    provisional: row.provisional,
    name: row.name,
    ownerLabel: row.ownerLabel,
    typeId: row.typeId,
    typeName: row.typeName,
    themeName: row.themeName,
    townName: directory.nameOf(row.town),
    state: row.state,
    stateName: contract.projectStateNames[row.state],
    stageId: row.stageId,
    stageName: row.stageName,
    holderKind: row.holderKind,
    holderName:
      row.holderKind === 'unit'
        ? directory.nameOf(row.holderUnit ?? '')
        : row.holderKind === 'procedure'
          ? row.holderGround
          : holderNames[row.holderKind],
    budgetDays: row.budgetDays,
    usedDays: row.usedDays,
    leftDays: row.leftDays,
    endsOn: row.endsOn,
    breaksOn: row.breaksOn,
    breaker: row.breaker?.why ?? '',
    light: row.light,
    openAlerts: row.openAlerts,
    registeredAt: row.registeredAt,
  };
}

function eventWords(event: ProjectEvent): string {
  switch (event.type) {
    case 'registered':
      return `登记项目，代码${event.code}，${event.typeName}，承诺${event.budgetDays}个工作日`;
    case 'changed':
      return `修改项目情况，${event.typeName}，承诺${event.budgetDays}个工作日`;
    case 'codeIssued':
      return `赋予统一代码${event.code}（原${event.before}）`;
    case 'applicationStarted':
      return `开始申请“${event.name}”（${event.no}）`;
    case 'began':
      return '第一次提交申请';
    case 'completed':
      return `全部办完，用了${event.usedDays}个工作日，承诺${event.budgetDays}个`;
    case 'resumed':
      return event.reason;
    case 'abandoned':
      return `终止项目：${event.reason}`;
    case 'alerted':
      return `提醒：${event.words}`;
    case 'alertAnswered':
      return `答复提醒：${event.answer}`;
  }
}
