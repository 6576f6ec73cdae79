import { AppError } from '../../../../kernel/errors.ts';
import type { LegalBasis, RoomTransition } from './transition.ts';

/** 联合验收: one application, one date, one visit, one list of findings, one rectification, one opinion signed by all. */

export const acceptanceStatuses = [
  'applied', // 待定验收日期
  'scheduled', // 已定日期，现场验收
  'rectifying', // 限期整改
  'rechecking', // 复查
  'signing', // 会签意见
  'passed', // 通过
  'failed', // 不通过
  'withdrawn', // 撤回
] as const;
export type AcceptanceStatus = (typeof acceptanceStatuses)[number];
export const acceptanceStatusNames: Readonly<Record<AcceptanceStatus, string>> = {
  applied: '已申请，等待确定验收日期',
  scheduled: '已定日期，等待现场验收',
  rectifying: '请按清单整改',
  rechecking: '整改已报，各部门复查',
  signing: '各部门会签意见',
  passed: '联合验收通过',
  failed: '联合验收未通过',
  withdrawn: '已撤回',
};

export const inspectionResults = ['pass', 'fail', 'notApplicable'] as const;
export type InspectionResult = (typeof inspectionResults)[number];
export const inspectionResultNames: Readonly<Record<InspectionResult, string>> = {
  pass: '符合要求',
  fail: '有问题',
  notApplicable: '不涉及',
};

const reform: LegalBasis = {
  title: '《国务院办公厅关于全面开展工程建设项目审批制度改革的实施意见》（国办发〔2019〕11号）',
  article: '第二部分（联合验收）',
};
const quality: LegalBasis = { title: '《建设工程质量管理条例》', article: '第四十九条' };

export const acceptanceSteps = {
  schedule: { zh: '确定验收日期', from: ['applied', 'scheduled'], basis: reform },
  inspect: { zh: '记录现场验收情况', from: ['scheduled'], basis: reform },
  closeVisit: { zh: '汇总现场验收', from: ['scheduled'], basis: reform },
  reportRectified: { zh: '报告整改完成', from: ['rectifying'], basis: reform },
  recheck: { zh: '复查整改', from: ['rechecking'], basis: reform },
  sign: { zh: '会签验收意见', from: ['signing'], basis: reform },
  conclude: { zh: '出具联合验收意见书', from: ['signing'], basis: quality },
  withdraw: { zh: '撤回验收申请', from: ['applied', 'scheduled', 'rectifying'], basis: reform },
} as const satisfies Record<string, RoomTransition<AcceptanceStatus>>;
export type AcceptanceStep = keyof typeof acceptanceSteps;

export interface Department {
  unitId: string;
  result: InspectionResult | null;
  recheck: { passed: boolean } | null;
  signature: { opinion: 'agree' | 'disagree' } | null;
}

export interface Finding {
  id: string;
  unitId: string;
  /** Looked at again: null until then. */
  resolved: boolean | null;
}

/** Departments that the next step waits for; it is blocked with their names. */
export function missing<D extends Department>(
  status: AcceptanceStatus,
  departments: readonly D[],
): { department: D; what: '现场验收情况' | '复查意见' | '会签' }[] {
  switch (status) {
    case 'scheduled':
      return departments
        .filter((one) => one.result === null)
        .map((department) => ({ department, what: '现场验收情况' }));
    case 'rechecking':
      return departments
        .filter((one) => one.result === 'fail' && one.recheck === null)
        .map((department) => ({ department, what: '复查意见' }));
    case 'signing':
      return departments.filter((one) => one.signature === null).map((department) => ({ department, what: '会签' }));
    default:
      return [];
  }
}

/** A department's record agrees with itself. Throws FINDINGS_MISSING, FINDINGS_CONTRADICT. */
export function refuseContradiction(result: InspectionResult, findings: number, note: string): void {
  if (result === 'fail' && findings === 0) throw new AppError('FINDINGS_MISSING');
  if (result !== 'fail' && findings > 0) throw new AppError('FINDINGS_CONTRADICT');
  if (result === 'notApplicable' && note === '') throw new AppError('FINDINGS_MISSING');
}

/** After the visit: straight to signing, or the one round of rectification. */
export function afterVisit(departments: readonly Department[]): 'signing' | 'rectifying' {
  return departments.some((one) => one.result === 'fail') ? 'rectifying' : 'signing';
}

/** After every recheck it goes to signing, whatever was found: there is no second round. */
export function afterRechecks(departments: readonly Department[]): 'rechecking' | 'signing' {
  return missing('rechecking', departments).length > 0 ? 'rechecking' : 'signing';
}

/** Throws ALREADY_SIGNED, OPINION_WITHOUT_REASON, UNRESOLVED_NOT_AGREEABLE. */
export function refuseSignature(
  department: Department,
  findings: readonly Finding[],
  opinion: 'agree' | 'disagree',
  note: string,
): void {
  if (department.signature !== null) throw new AppError('ALREADY_SIGNED');
  if (opinion === 'disagree' && note === '') throw new AppError('OPINION_WITHOUT_REASON');
  const open = findings.filter((one) => one.unitId === department.unitId && one.resolved !== true).length;
  if (opinion === 'agree' && open > 0) throw new AppError('UNRESOLVED_NOT_AGREEABLE', { open });
}

/** Passed when every finding is resolved and everybody agrees. */
export function isPassed(departments: readonly Department[], findings: readonly Finding[]): boolean {
  return (
    findings.every((one) => one.resolved === true) && departments.every((one) => one.signature?.opinion === 'agree')
  );
}
