import { instantAt } from '../../src/kernel/time.ts';
import * as acceptances from '../../src/modules/projects/contract-rooms-acceptance.ts';
import { fileGasConnection } from '../../src/modules/projects/contract-rooms-commitments.ts';
import { answerQuestion, askQuestion, publishAnswer } from '../../src/modules/projects/contract-rooms-questions.ts';
import * as surveys from '../../src/modules/projects/contract-rooms-survey.ts';
import { uploadRoomDocument } from '../../src/modules/projects/contract-rooms-views.ts';
import { paper } from '../support/applying.ts';
import { signOff } from '../support/opening.ts';
import { testStart, type TestPlatform } from '../support/platform.ts';
import { fileStage, registerProject } from '../support/projects.ts';

/** What a firm that builds has on its pages: one project just registered, one half-way, two built and visited. */
export interface Building {
  fresh: string;
  factory: string;
  /** With a list to put right. */
  warehouse: string;
  rectifying: string;
  /** With its opinion. */
  passed: string;
  opinion: string;
}

export async function seedBuilding(platform: TestPlatform): Promise<Building> {
  const at = (day: string, time = '10:00') => platform.clock.set(instantAt(day, time));
  const firm = () => platform.signIn('firm');

  at('2026-10-19');
  const { projectId: factory } = await registerProject(await firm(), 'standard-factory', {
    wantsGas: true,
    wantsWater: true,
    gasExternalLength: 120,
  });
  at('2026-10-21');
  const land = await fileStage(platform, await firm(), factory, 'land');
  at('2026-10-29');
  for (const { caseId } of land.cases) await signOff(platform, caseId);
  await platform.drain();
  at('2026-11-05');
  await fileStage(platform, await firm(), factory, 'works');
  await platform.drain();
  await (
    await firm()
  )(fileGasConnection, {
    projectId: factory,
    lengthMetres: 120,
    route: '自东大街市政中压管接至厂区北门',
    startOn: '2026-11-20',
    pledged: true,
  });
  const warehouse = await built(platform, '麟游县小仓库');
  const passed = await built(platform, '麟游县冷库');

  platform.clock.set(testStart);
  const { projectId: fresh } = await registerProject(await firm(), 'standard-factory', {
    projectName: '麟游县中药材加工厂房',
  });
  await commission(platform, factory);
  const question = await (
    await firm()
  )(askQuestion, {
    projectId: factory,
    unitId: 'natural-resources',
    subject: '临时建筑要不要办证',
    text: '工地上搭的临时仓库，要不要办规划许可？',
  });
  const nature = await platform.signIn('officer-natural-resources');
  await nature(answerQuestion, { questionId: question.id, text: '要办临时建设工程规划许可证，期限不超过两年。' });
  await nature(publishAnswer, {
    questionId: question.id,
    subject: '临时建筑要不要办规划许可',
    question: '工地上搭的临时仓库，要不要办规划许可？',
    answer: '要办临时建设工程规划许可证，期限不超过两年。',
  });
  const rectifying = await visited(platform, warehouse, true);
  const opinion = await visited(platform, passed, false);
  await platform.drain();
  return { fresh, factory, warehouse, rectifying, passed, opinion };
}

/** A small building with its three first stages granted. */
async function built(platform: TestPlatform, projectName: string): Promise<string> {
  const firm = await platform.signIn('firm');
  const { projectId } = await registerProject(firm, 'small-low-risk', {
    projectName,
    buildingUse: 'warehouse',
    projectBuildingArea: 900,
    aboveGroundArea: 900,
    landAcquisition: 'owned',
  });
  for (const stage of ['land', 'works', 'permit']) {
    const filed = await fileStage(platform, firm, projectId, stage);
    for (const { caseId } of filed.cases) await signOff(platform, caseId);
    await platform.drain();
  }
  return projectId;
}

async function commission(platform: TestPlatform, projectId: string): Promise<string> {
  const firm = await platform.signIn('firm');
  const { id } = await firm(surveys.commissionSurvey, {
    projectId,
    surveyor: {
      name: '宝鸡市测绘院',
      uscc: '91610329MA6X000167',
      qualificationNo: '乙测资字61500001',
      validUntil: '2028-12-31',
    },
  });
  return id;
}

/** Surveyed, applied for and visited today: with something found, or signed by all. */
async function visited(platform: TestPlatform, projectId: string, isFaulty: boolean): Promise<string> {
  const firm = await platform.signIn('firm');
  const surveyId = await commission(platform, projectId);
  const { id: document } = await firm(uploadRoomDocument, { projectId, document: paper('测量报告.pdf') } as never);
  for (const kind of ['planning', 'completion', 'property'] as const) {
    await firm(surveys.deliverSurveyResult, {
      surveyId,
      kind,
      surveyedOn: '2026-11-16',
      figures: [{ name: '总建筑面积', value: '900.12', unit: '平方米' }],
      documents: [document],
    });
  }
  const nature = await platform.signIn('officer-natural-resources');
  await nature(surveys.reviewSurvey, { surveyId, decision: 'approved', note: '数据一致' });
  const applied = await firm(acceptances.applyAcceptance, {
    projectId,
    scope: '仓库及室外工程',
    readyOn: '2026-11-23',
  });
  const acceptanceId = applied.id;
  const lead = await platform.signIn(`officer-${applied.leadId}`);
  await lead(acceptances.scheduleVisit, { acceptanceId, on: '2026-11-23', time: '08:30', place: '北门' });
  const units = applied.departments.map(({ unitId }) => unitId);
  for (const [position, unitId] of units.entries()) {
    const findings =
      isFaulty && position === 0 ? [{ place: '北侧围墙', text: '围墙超出用地红线约0.6米', photos: [] }] : [];
    const officer = await platform.signIn(`officer-${unitId}`);
    const result = findings.length > 0 ? 'fail' : 'pass';
    await officer(acceptances.recordInspection, { acceptanceId, unitId, result, findings });
  }
  await lead(acceptances.closeVisit, { acceptanceId });
  if (isFaulty) return acceptanceId;
  for (const unitId of new Set(units)) {
    const officer = await platform.signIn(`officer-${unitId}`);
    await officer(acceptances.signOpinion, { acceptanceId, unitId, opinion: 'agree' });
  }
  await lead(acceptances.concludeAcceptance, { acceptanceId, text: '同意通过联合验收' });
  return acceptanceId;
}
