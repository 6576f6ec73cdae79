import { plusMs, type Instant } from '../../../kernel/time.ts';
import { evolve, fold, type CaseEvent, type CaseState, type StepState } from './case.ts';
import { decide, type CaseCommand } from './decide.ts';
import type { CaseAction, CaseStatus } from './transitions.ts';

/** For tests of the rules: a case in every status, and for every action a command that its status would allow. */

export const filedAt: Instant = '2026-11-23T01:00:00.000Z';
export const silenceAt: Instant = '2026-11-30T15:59:59.999Z';
export const later = (hours: number): Instant => plusMs(filedAt, hours * 3_600_000);

export function step(id: string, more: Partial<StepState> = {}): StepState {
  const base = {
    id,
    name: `环节${id}`,
    unitId: 'approval-bureau',
    kind: 'review',
    term: '1wd',
    after: [],
    excludedGround: '',
  };
  return { ...base, status: 'waiting', opinion: null, note: '', by: '', at: null, ...more };
}

export const standardSteps: readonly StepState[] = [
  step('intake', { kind: 'intake' }),
  step('review', { after: ['intake'] }),
  step('site', { after: ['intake'], kind: 'site', unitId: 'market-regulation' }),
  step('decision', { after: ['review', 'site'], kind: 'decision' }),
  step('delivery', { after: ['decision'], kind: 'delivery' }),
];

export function opened(steps: readonly StepState[] = standardSteps, waitsFor: readonly string[] = []): CaseEvent[] {
  const state: CaseState = {
    id: 'case-1',
    no: 'NO-1',
    applicationId: 'application-1',
    itemId: 'food-business-licence',
    itemVersion: 1,
    unitId: 'approval-bureau',
    status: 'waiting',
    waitsFor,
    filedAt: null,
    acceptance: null,
    correction: null,
    suspension: null,
    extended: false,
    owed: [],
    steps,
    outcome: null,
  };
  return [
    { type: 'opened', at: filedAt, state },
    ...(waitsFor.length === 0 ? [{ type: 'filed', at: filedAt } as const] : []),
  ];
}

const basis = { title: '《中华人民共和国行政许可法》', article: '第三十八条' };

export const commands: { [Action in CaseAction]: Extract<CaseCommand, { action: Action }> } = {
  accept: { action: 'accept' },
  acceptProvisionally: {
    action: 'acceptProvisionally',
    owed: [{ materialId: 'food.health', name: '健康证明', owedWithin: '5wd' }],
  },
  acceptByCommitment: { action: 'acceptByCommitment', allowed: true, signed: true, itemName: '公共场所卫生许可' },
  acceptBySilence: { action: 'acceptBySilence' },
  decline: { action: 'decline', reason: '不属于本机关职权', basis, remedy: '可以申请行政复议', documentNo: '不受1号' },
  requestCorrection: {
    action: 'requestCorrection',
    defects: [{ about: 'material:food.layout', text: '缺布局图' }],
    noticeNo: '补1号',
    answerBy: '2026-12-14',
    silenceAt,
  },
  correct: { action: 'correct' },
  finishStep: { action: 'finishStep', step: 'review', opinion: 'agree', note: '', by: '王建民' },
  suspend: {
    action: 'suspend',
    ground: 'expertReview',
    groundName: '专家评审',
    noticeNo: '中1号',
    plannedUntil: '2026-12-01',
    basis,
  },
  resume: { action: 'resume', reason: '评审结束' },
  extend: {
    action: 'extend',
    allowed: { term: '5wd', basis },
    itemName: '食品经营许可',
    reason: '复杂',
    approvedBy: '负责人',
    noticeNo: '延1号',
  },
  preReview: { action: 'preReview', note: '除用地批文外都齐全', by: '王建民' },
  handOver: { action: 'handOver', step: '', accountId: null, reason: '出差' },
  deliverOwed: { action: 'deliverOwed', materialId: 'food.health', name: '健康证明' },
  grant: { action: 'grant', reason: '', documentNo: '准1号', by: '王建民' },
  refuse: {
    action: 'refuse',
    reason: '布局不合格',
    basis,
    remedy: '可以申请行政复议',
    documentNo: '不准1号',
    by: '王建民',
  },
  withdraw: { action: 'withdraw', reason: '不开了' },
};

/** Runs commands one hour apart; every one must be allowed. */
export function play(events: readonly CaseEvent[], actions: readonly CaseCommand[]): CaseState {
  return actions.reduce<CaseState>(
    (state, command, index) => decide(state, command, later(index + 1)).reduce<CaseState>(evolve, state),
    fold(events),
  );
}

const reviewed = [commands.acceptProvisionally, commands.finishStep, { ...commands.finishStep, step: 'site' }];

/** A case in a status; `accepted` with its review under way, or with everything done and only the decision left. */
export function caseIn(status: CaseStatus | 'ready'): CaseState {
  switch (status) {
    case 'waiting':
      return fold(opened(standardSteps, ['case-0']));
    case 'filed':
      return fold(opened());
    case 'correcting':
      return play(opened(), [commands.requestCorrection]);
    case 'accepted':
      return play(opened(), [commands.acceptProvisionally]);
    case 'ready':
      return play(opened(), reviewed);
    case 'suspended':
      return play(opened(), [commands.acceptProvisionally, commands.suspend]);
    case 'granted':
      return play(opened(), [...reviewed, commands.grant]);
    case 'refused':
      return play(opened(), [...reviewed, commands.refuse]);
    case 'declined':
      return play(opened(), [commands.decline]);
    case 'withdrawn':
      return play(opened(), [commands.withdraw]);
  }
}
