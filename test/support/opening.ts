import type { Caller } from '../../src/kernel/call.ts';
import * as cases from '../../src/modules/cases/contract.ts';
import type { TestPlatform } from './platform.ts';

/** Answers that call for all seven items of 企业开办一件事. */
export const openingAnswers: Record<string, string | number | boolean | string[]> = {
  hiresEmployees: true,
  wantsBankAccount: true,
  enterpriseName: '麟游县张家面馆',
  nameReserved: true,
  enterpriseType: 'sole-proprietorship',
  enterpriseAddress: '麟游县九成宫镇东大街12号',
  town: 'town-610329100',
  premisesKind: 'owned',
  businessScope: '餐饮服务',
  registeredCapital: '10',
  businessTerm: 'long-term',
  shareholders: '张秀兰，出资10万元',
  shareholderCount: 1,
  legalRepresentativeName: '张秀兰',
  legalRepresentativeIdNumber: '610329199003070017',
  legalRepresentativePhone: '13800138000',
  disqualifiedFromLeading: false,
  contactName: '张秀兰',
  contactPhone: '13800138000',
  hasAgent: false,
  deliveryMethod: 'electronic',
  sealKinds: ['official', 'finance'],
  wantsElectronicSeal: true,
  taxpayerKind: 'small-scale',
  accountingMethod: 'agency',
  invoiceKind: 'general',
  invoiceMonthlyCount: 25,
  invoiceOfficerName: '张秀兰',
  invoiceOfficerIdNumber: '610329199003070017',
  insuredCount: 3,
  firstPayMonthOn: '2026-12-01',
  monthlyWageTotal: '12000',
  injuryIndustryClass: 'low',
  fundContributors: 3,
  fundContributionRate: 5,
  bankNetwork: 'rural-credit',
  bankAccountKind: 'basic',
  appointmentOn: '2026-12-02',
};

/** Starts, fills in and files the bundle. */
export async function fileOpening(
  applicant: Caller,
): Promise<{ applicationId: string; no: string; cases: { caseId: string; no: string; itemName: string }[] }> {
  const started = await applicant(cases.startApplication, { service: { kind: 'bundle', id: 'enterprise-opening' } });
  await applicant(cases.saveDraft, { applicationId: started.id, revision: started.revision, answers: openingAnswers });
  const filed = await applicant(cases.fileApplication, { applicationId: started.id });
  return { applicationId: started.id, ...filed };
}

/** Everything the departments do to grant a case, each by its own officer. */
export async function signOff(platform: TestPlatform, caseId: string): Promise<void> {
  const supervisor = await platform.signIn('auditor');
  const unitOf = async () => (await supervisor(cases.readCase, { caseId })).progress;
  const first = await unitOf();
  const lead = await platform.signIn(`officer-${first.unitId}`);
  if (first.status === 'filed') await lead(cases.acceptCase, { caseId });
  for (let round = 0; round < 20; round++) {
    const progress = await unitOf();
    const open = progress.steps.filter(
      (step) => step.status === 'open' && step.kind !== 'decision' && step.kind !== 'delivery',
    );
    if (progress.status !== 'accepted') return;
    if (open.length === 0) {
      await lead(cases.grantCase, { caseId });
      return;
    }
    for (const step of open) {
      const officer = await platform.signIn(`officer-${step.unitId}`);
      await officer(cases.finishStep, { caseId, stepId: step.id, opinion: 'agree', note: '同意' });
    }
  }
}
