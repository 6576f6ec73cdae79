import { caseStatusNames, type CaseStatus } from '../../src/modules/cases/rules/transitions.ts';

/** Words used on more than one page. */

export type Light = 'green' | 'yellow' | 'red' | 'paused' | 'done';

export const lightNames: Readonly<Record<Light, string>> = {
  red: '已超期',
  yellow: '快到期',
  green: '正常',
  paused: '暂停计时',
  done: '已办结',
};

/** What the status is called among staff; the public reads `caseStatusNames`. */
export const staffStatusNames: Readonly<Record<CaseStatus, string>> = {
  ...caseStatusNames,
  correcting: '等申请人补正',
  granted: '准予',
  refused: '不予许可',
  declined: '不予受理',
  withdrawn: '申请人撤回',
};

export const needNames = { needed: '要交', waived: '免提交', undecided: '待定' } as const;

export const stepStatusNames = { waiting: '还没开始', open: '正在办', done: '已办完', cancelled: '不再办' } as const;

export const dayOutcomeNames = {
  event: '起算事件',
  counted: '计入',
  skipped: '不计',
  paused: '停表',
  due: '到期',
} as const;

export const unitKindNames = {
  party: '党委部门',
  government: '政府部门',
  judicial: '司法机关',
  institution: '事业单位',
  enterprise: '公用企业',
  park: '园区',
  town: '镇',
} as const;

/** Kinds of task that the queue can be narrowed to. */
export const taskKinds = [
  { kind: 'case.intake', name: '受理' },
  { kind: 'case.step', name: '办件环节' },
  { kind: 'case.clock', name: '办结' },
  { kind: 'supervision.reply', name: '督办单回复' },
  { kind: 'case.correction', name: '等申请人补正' },
  { kind: 'case.owed-material', name: '等申请人补交材料' },
] as const;
