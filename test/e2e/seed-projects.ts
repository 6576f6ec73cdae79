import type { Caller } from '../../src/kernel/call.ts';
import { instantAt } from '../../src/kernel/time.ts';
import * as cases from '../../src/modules/cases/contract.ts';
import * as acceptances from '../../src/modules/projects/contract-rooms-acceptance.ts';
import * as commitments from '../../src/modules/projects/contract-rooms-commitments.ts';
import * as consultations from '../../src/modules/projects/contract-rooms-consultation.ts';
import * as questions from '../../src/modules/projects/contract-rooms-questions.ts';
import * as supervision from '../../src/modules/projects/contract-rooms-supervision.ts';
import * as surveys from '../../src/modules/projects/contract-rooms-survey.ts';
import { uploadRoomDocument } from '../../src/modules/projects/contract-rooms-views.ts';
import { projects as projectsModule } from '../../src/modules/projects/index.ts';
import { paper } from '../support/applying.ts';
import { signOff } from '../support/opening.ts';
import { testStart, type TestPlatform } from '../support/platform.ts';
import { fileStage, registerProject } from '../support/projects.ts';

/** Two construction projects in the county: one half-way and in trouble, one built and visited today. */
export interface Projects {
  factory: string;
  warehouse: string;
  consultation: string;
  /** A filed gas line whose promise is to be looked at. */
  commitment: string;
  /** The visit is today; one department has found something, the other has not come. */
  acceptance: string;
  question: string;
  answered: string;
}

/** Sessions end overnight: whoever calls signs in again once the clock has moved on. */
function callerOf(platform: TestPlatform, account: string): Caller {
  let known: { caller: Caller; day: string } | null = null;
  return (async (...call: Parameters<Caller>) => {
    const day = platform.clock.now().slice(0, 10);
    if (known?.day !== day) known = { caller: await platform.signIn(account), day };
    return known.caller(...call);
  }) as Caller;
}

export async function seedProjects(platform: TestPlatform): Promise<Projects> {
  const at = (day: string, time = '10:00') => platform.clock.set(instantAt(day, time));
  const firm = callerOf(platform, 'firm');
  const officer = (unitId: string) => callerOf(platform, `officer-${unitId}`);
  const [approval, nature, fire] = [officer('approval-bureau'), officer('natural-resources'), officer('fire')];

  at('2026-08-24');
  const { projectId: warehouse } = await registerProject(firm, 'small-low-risk', {
    projectName: '麟游县小仓库',
    buildingUse: 'warehouse',
    projectBuildingArea: 900,
    aboveGroundArea: 900,
    landAcquisition: 'owned',
  });
  for (const [stage, day] of [
    ['land', '2026-08-25'],
    ['works', '2026-08-28'],
    ['permit', '2026-09-08'],
  ] as const) {
    at(day);
    const filed = await fileStage(platform, firm, warehouse, stage);
    for (const { caseId } of filed.cases) await signOff(platform, caseId);
    await platform.drain();
  }

  at('2026-09-01');
  const { projectId: factory } = await registerProject(firm, 'standard-factory', {
    wantsGas: true,
    wantsWater: true,
    gasExternalLength: 120,
  });
  at('2026-09-03');
  const landFiled = await fileStage(platform, firm, factory, 'land');
  await platform.drain();
  at('2026-09-04');
  for (const { caseId } of landFiled.cases) await accept(platform, caseId);
  const planning = landFiled.cases.find((one) => one.itemName.includes('用地规划许可'));
  if (planning === undefined) throw new Error('the land stage has no planning permission');
  at('2026-09-07');
  for (const { caseId } of landFiled.cases) if (caseId !== planning.caseId) await signOff(platform, caseId);
  await platform.drain();
  await accept(platform, planning.caseId);
  const { unitId: planner } = await unitOf(platform, planning.caseId);
  await officer(planner)(cases.suspendCase, {
    caseId: planning.caseId,
    ground: 'expertReview',
    noticeNo: '麟审告〔2026〕31号',
    plannedUntil: '2026-09-17',
  });
  // The experts took longer than announced: from then on the days are the office's again.
  at('2026-09-24');
  await officer(planner)(cases.resumeCase, { caseId: planning.caseId, reason: '评审意见已出' });
  at('2026-09-28');
  await grantAll(platform, firm, landFiled.applicationId);
  await platform.drain();

  at('2026-10-12');
  const worksFiled = await fileStage(platform, firm, factory, 'works');
  await platform.drain();
  const [asked] = worksFiled.cases;
  if (asked === undefined) throw new Error('the works stage has no case');
  at('2026-10-14');
  const { unitId: askedUnit } = await unitOf(platform, asked.caseId);
  await officer(askedUnit)(consultations.gatherQuestion, {
    projectId: factory,
    caseId: asked.caseId,
    defects: [{ about: '', text: '总平面图缺绿地率，请补上' }],
  });
  const consulted = await approval(consultations.convene, {
    projectId: factory,
    stage: 'works',
    question: '设计方案是否满足消防和人防要求，厂区出入口与城区道路怎样衔接？',
    askedUnits: ['fire', 'housing-construction', 'natural-resources'],
    term: '3wd',
  });
  await fire(consultations.answerConsultation, {
    consultationId: consulted.id,
    unitId: 'fire',
    opinion: 'conditions',
    note: '',
    conditions: ['消防车道宽度不小于4米', '北侧登高面不得占用'],
  });
  at('2026-10-15');
  for (const { caseId } of worksFiled.cases.slice(1)) await accept(platform, caseId);

  await firm(commitments.fileGasConnection, {
    projectId: factory,
    lengthMetres: 120,
    route: '自东大街市政中压管接至厂区北门',
    startOn: '2026-10-20',
    pledged: true,
  });
  await officer(askedUnit)(supervision.registerOffSystemCase, {
    projectId: factory,
    itemName: '占用城市道路审批',
    unitId: askedUnit,
    receivedOn: '2026-09-29',
    endedOn: '2026-10-09',
    why: '网络中断三天，按应急办法受理',
    documents: [await proof(officer(askedUnit), factory, '纸质审批表.pdf')],
  });

  at('2026-11-18');
  await surveyed(firm, nature, warehouse);
  const applied = await firm(acceptances.applyAcceptance, {
    projectId: warehouse,
    scope: '1号仓库及室外工程',
    readyOn: '2026-11-20',
  });
  const housing = officer('housing-construction');
  await housing(acceptances.scheduleVisit, {
    acceptanceId: applied.id,
    on: '2026-11-23',
    time: '08:30',
    place: '仓库北门',
  });

  const question = await firm(questions.askQuestion, {
    projectId: factory,
    unitId: 'natural-resources',
    subject: '规划条件变更',
    text: '容积率调整要走什么程序？要多久？',
  });
  const answered = await firm(questions.askQuestion, {
    unitId: 'natural-resources',
    subject: '临时建筑要不要办证',
    text: '工地上搭的临时仓库，要不要办规划许可？',
  });
  await nature(questions.answerQuestion, {
    questionId: answered.id,
    text: '要办临时建设工程规划许可证，期限不超过两年。',
  });
  await nature(questions.publishAnswer, {
    questionId: answered.id,
    subject: '临时建筑要不要办规划许可',
    question: '工地上搭的临时仓库，要不要办规划许可？',
    answer: '要办临时建设工程规划许可证，期限不超过两年。',
  });

  platform.clock.set(testStart);
  await nature(acceptances.recordInspection, {
    acceptanceId: applied.id,
    unitId: 'natural-resources',
    result: 'fail',
    note: '',
    findings: [{ place: '北侧围墙', text: '围墙超出用地红线约0.6米', photos: [] }],
  });
  await night(platform);
  const { commitments: promised } = await firm(commitments.projectCommitments, { projectId: factory });
  return {
    factory,
    warehouse,
    consultation: consulted.id,
    commitment: promised[0]?.id ?? '',
    acceptance: applied.id,
    question: question.id,
    answered: answered.id,
  };
}

async function unitOf(platform: TestPlatform, caseId: string) {
  return (await (await platform.signIn('auditor'))(cases.readCase, { caseId })).progress;
}

async function accept(platform: TestPlatform, caseId: string): Promise<void> {
  const { unitId, status } = await unitOf(platform, caseId);
  if (status === 'filed') await (await platform.signIn(`officer-${unitId}`))(cases.acceptCase, { caseId });
}

/** Grants what can be granted until nothing is left, since some cases wait for others. */
async function grantAll(platform: TestPlatform, firm: Caller, applicationId: string): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    const { cases: all } = await firm(cases.myApplication, { applicationId });
    const open = all.filter((one) => one.status === 'filed' || one.status === 'accepted');
    if (open.length === 0) return;
    for (const one of open) await signOff(platform, one.caseId);
    await platform.drain();
  }
}

async function proof(caller: Caller, projectId: string, name: string): Promise<string> {
  return (await caller(uploadRoomDocument, { projectId, document: paper(name) } as never)).id;
}

async function surveyed(firm: Caller, reviewer: Caller, projectId: string): Promise<void> {
  const { id: surveyId } = await firm(surveys.commissionSurvey, {
    projectId,
    surveyor: {
      name: '宝鸡市测绘院',
      uscc: '91610329MA6X000167',
      qualificationNo: '乙测资字61500001',
      validUntil: '2028-12-31',
    },
  });
  const document = await proof(firm, projectId, '测量报告.pdf');
  for (const kind of ['planning', 'completion', 'property'] as const) {
    await firm(surveys.deliverSurveyResult, {
      surveyId,
      kind,
      surveyedOn: '2026-11-16',
      figures: [{ name: '总建筑面积', value: '900.12', unit: '平方米' }],
      documents: [document],
    });
  }
  await reviewer(surveys.reviewSurvey, { surveyId, decision: 'approved', note: '数据一致' });
}

/** What happens by itself after a day: events are told on, projects looked at again. */
async function night(platform: TestPlatform): Promise<void> {
  await platform.drain();
  for (const job of projectsModule.jobs ?? []) {
    if (job.name === 'projects.reproject') await platform.asSystem((tx) => job.run(tx));
  }
  await platform.drain();
}
