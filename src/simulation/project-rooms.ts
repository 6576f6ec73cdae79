import { localDateOf } from '../kernel/time.ts';
import * as projects from '../modules/projects/contract.ts';
import * as acceptances from '../modules/projects/contract-rooms-acceptance.ts';
import * as commitments from '../modules/projects/contract-rooms-commitments.ts';
import * as consultations from '../modules/projects/contract-rooms-consultation.ts';
import * as supervision from '../modules/projects/contract-rooms-supervision.ts';
import * as surveys from '../modules/projects/contract-rooms-survey.ts';
import { uploadRoomDocument } from '../modules/projects/contract-rooms-views.ts';
import { workingDayMinutes } from './office-hours.ts';
import { paperFor } from './papers.ts';
import { officeMoment } from './project-case.ts';
import type { ProjectStory } from './project-story.ts';
import type { Random } from './random.ts';
import type { Town } from './town.ts';
import type { Visitor } from './visitors.ts';

/** What happens around a project, each room once or twice: enough to see it work. */

const approval = 'approval-bureau';
const housing = 'housing-construction';
const land = 'natural-resources';

function after(town: Town, workingDays: number, deed: () => Promise<unknown>): void {
  town.plan(officeMoment(town, town.now(), workingDays * workingDayMinutes + 30), async () => void (await deed()));
}

async function paperIn(town: Town, story: ProjectStory, by: Visitor, name: string): Promise<string> {
  const document = paperFor(name, story.fate.random);
  return (await by.call(uploadRoomDocument, { projectId: story.projectId, document } as never)).id;
}

/** 并联会商: one convenes, the others answer within the term, one set of minutes. */
export async function consult(town: Town, story: ProjectStory): Promise<void> {
  const convener = town.officerOf(approval);
  const plan = await paperIn(town, story, convener, '设计方案');
  const { id: consultationId } = await convener.call(consultations.convene, {
    projectId: story.projectId,
    stage: 'works',
    question: '设计方案的消防车道、人防面积和抗震设防是否满足要求',
    askedUnits: ['fire', housing],
    documents: [plan],
  });
  town.tally.projects.consultations += 1;
  const answer = (unitId: string, opinion: 'agree' | 'conditions', conditions: string[]) =>
    town
      .officerOf(unitId)
      .call(consultations.answerConsultation, { consultationId, unitId, opinion, conditions, note: '已审阅设计方案' });
  after(town, 1, () => answer('fire', 'agree', []));
  after(town, 2, () => answer(housing, 'conditions', ['人防面积按核定数执行']));
  after(town, 3, () =>
    convener.call(consultations.closeConsultation, {
      consultationId,
      heldOn: localDateOf(town.now()),
      attendees: '县行政审批局、县消防救援大队、县住建局',
      text: '各单位同意设计方案，人防面积按核定数执行，施工图中落实。',
    }),
  );
}

/** 燃气外线承诺备案, up to 150 metres: filed today, dug tomorrow. */
export async function fileGas(town: Town, story: ProjectStory): Promise<void> {
  await story.builder.call(commitments.fileGasConnection, {
    projectId: story.projectId,
    lengthMetres: 120,
    route: '自东大街市政中压管接至厂区北门',
    startOn: town.hours.dayAfter(localDateOf(town.now()), 2),
    pledged: true,
  });
}

/** The promise is looked at where it was made: kept, or put right within the term. */
export async function followPromise(town: Town, story: ProjectStory, finding: 'none' | 'kept' | 'mismatch') {
  const { projectId, builder } = story;
  const all = await builder.call(commitments.projectCommitments, { projectId });
  const promise = all.commitments.find((one) => one.kind === 'commitment' && one.status === 'promised');
  if (promise === undefined || finding === 'none') return;
  const inspector = town.officerOf(promise.unitId);
  const commitmentId = promise.id;
  await inspector.call(commitments.inspectCommitment, {
    commitmentId,
    result: finding,
    findings: finding === 'kept' ? '现场与承诺一致，沉沙池和截排水沟已建。' : '截排水沟没有建到位，责令限期整改。',
    inspectedOn: localDateOf(town.now()),
  });
  town.tally.projects.inspections += 1;
  if (finding === 'kept') return;
  after(town, 6, () =>
    builder.call(commitments.reportCorrection, { commitmentId, note: '截排水沟已按方案补建，附照片。' }),
  );
  after(town, 8, () =>
    inspector.call(commitments.recheckCommitment, { commitmentId, corrected: true, findings: '已整改到位。' }),
  );
}

/** 多测合一: one surveyor, three results, one review for everybody. */
export async function surveyTogether(town: Town, story: ProjectStory): Promise<void> {
  const { projectId, builder } = story;
  const today = localDateOf(town.now());
  const { id: surveyId } = await builder.call(surveys.commissionSurvey, {
    projectId,
    surveyor: {
      name: '宝鸡市测绘院',
      uscc: '91610329MA6X000167',
      qualificationNo: '乙测资字61500001',
      grade: '乙级',
      validUntil: `${Number(today.slice(0, 4)) + 2}-12-31`,
    },
  });
  const report = await paperIn(town, story, builder, '测量报告');
  after(town, 2, async () => {
    for (const kind of ['planning', 'completion', 'property'] as const) {
      await builder.call(surveys.deliverSurveyResult, {
        ...{ surveyId, kind, surveyedOn: localDateOf(town.now()), documents: [report] },
        figures: [{ name: '总建筑面积', value: String(story.fate.answers.projectBuildingArea), unit: '平方米' }],
      });
    }
  });
  after(town, 3, () =>
    town.officerOf(land).call(surveys.reviewSurvey, { surveyId, decision: 'approved', note: '数据一致' }),
  );
}

/** 联合验收: one date, one visit, one list, one rectification, one opinion signed by all. */
export async function inspectTogether(town: Town, story: ProjectStory): Promise<void> {
  const { builder, projectId } = story;
  const [lead, planner] = [town.officerOf(housing), town.officerOf(land)];
  const visitOn = town.hours.dayAfter(localDateOf(town.now()), 2);
  const scope = '全部建筑及室外工程';
  const { id: acceptanceId } = await builder.call(acceptances.applyAcceptance, { projectId, scope, readyOn: visitOn });
  town.tally.projects.jointVisits += 1;
  after(town, 0.3, () => lead.call(acceptances.scheduleVisit, { acceptanceId, on: visitOn, time: '09:30' }));
  after(town, 2.2, async () => {
    const inspect = { acceptanceId, note: '已到现场核验' };
    await planner.call(acceptances.recordInspection, { ...inspect, unitId: land, result: 'pass' });
    const findings = [{ place: '东侧安全出口', text: '应急照明灯不亮' }];
    await lead.call(acceptances.recordInspection, { ...inspect, unitId: housing, result: 'fail', findings });
    await lead.call(acceptances.closeVisit, { acceptanceId });
  });
  after(town, 3.2, async () => {
    const { findings } = await builder.call(acceptances.readAcceptance, { acceptanceId });
    const items = findings.map((one) => ({ findingId: one.id, note: '已更换应急照明灯' }));
    await builder.call(acceptances.reportRectified, { acceptanceId, items });
  });
  after(town, 3.7, () => lead.call(acceptances.recheckFindings, { acceptanceId, unitId: housing, note: '已整改' }));
  after(town, 4.2, async () => {
    for (const [by, unitId] of [
      [lead, housing],
      [planner, land],
    ] as const) {
      await by.call(acceptances.signOpinion, { acceptanceId, unitId, opinion: 'agree' });
    }
    await lead.call(acceptances.concludeAcceptance, { acceptanceId, text: '同意通过联合验收。' });
  });
}

/** The one item that was handled outside the system, registered afterwards and looked into. */
export async function registerOffSystem(town: Town, story: ProjectStory): Promise<void> {
  const { projectId } = story;
  const officer = town.officerOf(approval);
  const proof = await paperIn(town, story, officer, '线下审批表');
  const today = localDateOf(town.now());
  const before = town.hours.days.filter(({ day, working }) => working && day < today).map(({ day }) => day);
  await officer.call(supervision.registerOffSystemCase, {
    projectId,
    itemName: '占用城市绿地审批',
    unitId: approval,
    receivedOn: before.at(-6) ?? today,
    endedOn: before.at(-2) ?? today,
    resultNo: `麟审绿〔${today.slice(0, 4)}〕2号`,
    why: '窗口网络中断，先收了纸质材料并线下办结',
    documents: [proof],
  });
  town.tally.projects.offSystem += 1;
  after(town, 1.5, async () => {
    const supervisor = town.staff('supervisor');
    const { alerts } = await supervisor.call(supervision.listOffSystemAlerts, { sign: ['endedOffSystem'], size: 1 });
    const alertId = alerts[0]?.id;
    if (alertId === undefined) return;
    await supervisor.call(supervision.confirmOffSystem, { alertId, reason: '网络恢复后没有及时补录，先办后补。' });
    after(town, 1.5, () =>
      officer.call(supervision.explainOffSystem, { alertId, text: '已批评教育，今后一律先进系统，故障时当天补录。' }),
    );
  });
}

/** Once a week: the companies say when they will be there, the lead units answer what they were warned of. */
export async function answerPushesAndAlerts(town: Town, random: Random): Promise<void> {
  for (const company of ['power-company', 'water-company', 'gas-company']) {
    const officer = town.officerOf(company);
    const { pushes } = await officer.call(supervision.unitPushes, { state: 'waiting', size: 50 });
    for (const { id: pushId } of pushes) {
      if (random.chance(0.1)) continue;
      const plannedOn = localDateOf(new Date(Date.parse(town.now()) + random.whole(10, 60) * 86_400_000).toISOString());
      await officer.call(supervision.receivePush, { pushId, plannedOn, note: '已踏勘，按计划日期到位。' });
    }
  }
  for (const unit of [approval, housing]) {
    const officer = town.officerOf(unit);
    const { alerts } = await officer.call(projects.listProjectAlerts, { size: 20 });
    for (const { id: alertId, unitId } of alerts) {
      if (unitId !== unit || random.chance(0.25)) continue;
      await officer.call(projects.answerAlert, { alertId, answer: '已与承办科室商定，本周内办结并报结果。' });
    }
  }
}
