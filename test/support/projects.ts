import type { Caller } from '../../src/kernel/call.ts';
import * as cases from '../../src/modules/cases/contract.ts';
import * as projects from '../../src/modules/projects/contract.ts';
import { fillIn, type Answers } from '../../src/simulation/answers.ts';
import { createIdentity } from '../../src/simulation/people.ts';
import { createRandom } from '../../src/simulation/random.ts';
import { upload } from './applying.ts';
import type { TestPlatform } from './platform.ts';

/** What a firm says of its project, enough for every theme; `more` is laid over it. */
export const factoryAnswers: Answers = {
  projectName: '麟游县御泉食品加工厂房',
  enterpriseName: '麟游县御泉餐饮有限公司',
  uscc: '91610329MA6X000167',
  legalRepresentativeName: '赵文斌',
  contactName: '赵文斌',
  contactPhone: '13891712302',
  fundingSource: 'private',
  projectAddress: '麟游县九成宫镇工业园区2号',
  town: 'town-610329100',
  projectInvestment: '3200',
  projectScale: '建设厂房一栋，12000平方米',
  landAcquisition: 'new',
  buildingUse: 'factory',
  projectBuildingArea: 12000,
  aboveGroundArea: 12000,
  undergroundArea: 0,
  buildingHeight: 18,
  singleFunction: true,
  hazards: ['none'],
  involvesHeritage: false,
  involvesCivilDefence: false,
  isSpecialFireWork: false,
};

export function registerProject(firm: Caller, themeId = 'standard-factory', more: Answers = {}) {
  return firm(projects.registerProject, { themeId, answers: { ...factoryAnswers, ...more } });
}

/** Starts a stage, fills in what is left, uploads and files. */
export async function fileStage(
  platform: TestPlatform,
  firm: Caller,
  projectId: string,
  stageId: string,
  more: Answers = {},
): Promise<{ applicationId: string; cases: { caseId: string; itemName: string; no: string }[] }> {
  const { application } = await firm(projects.startStage, { projectId, stageId });
  return fileDraft(platform, firm, application.applicationId, more);
}

export async function fileDraft(platform: TestPlatform, firm: Caller, applicationId: string, more: Answers = {}) {
  const form = await firm(cases.applicationForm, { applicationId });
  const draft = await firm(cases.myApplication, { applicationId });
  const known = Object.fromEntries(Object.entries(draft.answers).filter(([, value]) => value !== null)) as Answers;
  const random = createRandom(5);
  const answers = await fillIn(platform.call, form, {
    random,
    identity: createIdentity(random),
    now: platform.clock.now(),
    advice: new Map([[form.id, { ...known, ...more }]]),
  });
  if (answers === null) throw new Error(`cannot fill in ${form.id}`);
  await firm(cases.saveDraft, { applicationId, revision: draft.revision, answers: { ...answers, ...known, ...more } });
  const { materials } = await firm(cases.checkApplication, { applicationId });
  for (const material of materials) {
    if (material.need === 'needed') await upload(firm, { applicationId, materialId: material.id });
  }
  const filed = await firm(cases.fileApplication, { applicationId });
  return { applicationId, cases: filed.cases };
}
