import { describe, expect, test } from 'vitest';
import { AppError, describeError } from '../../../kernel/errors.ts';
import { casesErrors } from '../errors.ts';
import { possibleActions } from './case.ts';
import { decide } from './decide.ts';
import { caseIn, commands, later } from './sample-case.ts';
import {
  caseActions,
  caseStatuses,
  caseStatusNames,
  transitions,
  type CaseAction,
  type CaseStatus,
} from './transitions.ts';

/** Written down here once more, by hand: the law does not change because somebody edits a table. */
const allowed: Readonly<Record<CaseStatus, readonly CaseAction[]>> = {
  waiting: ['preReview', 'withdraw'],
  filed: [
    'accept',
    'acceptProvisionally',
    'acceptByCommitment',
    'acceptBySilence',
    'decline',
    'requestCorrection',
    'handOver',
    'withdraw',
  ],
  correcting: ['correct', 'withdraw'],
  accepted: ['finishStep', 'suspend', 'extend', 'handOver', 'deliverOwed', 'grant', 'refuse', 'withdraw'],
  suspended: ['resume', 'handOver', 'deliverOwed', 'withdraw'],
  granted: ['finishStep', 'deliverOwed'],
  refused: [],
  declined: [],
  withdrawn: [],
};
const outcomeOf: Partial<Record<CaseAction, CaseStatus>> = {
  accept: 'accepted',
  acceptProvisionally: 'accepted',
  acceptByCommitment: 'accepted',
  acceptBySilence: 'accepted',
  decline: 'declined',
  requestCorrection: 'correcting',
  correct: 'filed',
  suspend: 'suspended',
  resume: 'accepted',
  grant: 'granted',
  refuse: 'refused',
  withdraw: 'withdrawn',
};

describe.each(caseStatuses)('现状 %s', (status) => {
  test.each(caseActions)('动作 %s', (action) => {
    const isDecision = action === 'grant' || action === 'refuse';
    const state = caseIn(status === 'accepted' && isDecision ? 'ready' : status);
    const command =
      status === 'granted' && action === 'finishStep' ? { ...commands.finishStep, step: 'delivery' } : commands[action];
    if (allowed[status].includes(action)) {
      const events = decide(state, command, later(24));
      expect(events.length).toBeGreaterThan(0);
      const target = outcomeOf[action];
      if (target !== undefined) expect(transitions[action].to).toBe(target);
      return;
    }
    const error = refusal(() => decide(state, command, later(24)));
    expect(error.code).toBe('CASE_TRANSITION_IMPOSSIBLE');
    expect(casesErrors.CASE_TRANSITION_IMPOSSIBLE.status).toBe(409);
    const text = describeError(casesErrors.CASE_TRANSITION_IMPOSSIBLE, error.details);
    expect(text).toContain(caseStatusNames[status]);
    expect(text).toContain(transitions[action].zh);
    expect(text).toMatch(/依据：《.+》/);
  });

  test('页面给出的动作都是真能做的', () => {
    const state = caseIn(status);
    for (const action of possibleActions(state)) {
      const command =
        status === 'granted' && action === 'finishStep'
          ? { ...commands.finishStep, step: 'delivery' }
          : commands[action];
      expect(() => decide(state, command, later(24)), action).not.toThrow();
    }
  });
});

test('每个动作都写明依据', () => {
  for (const action of caseActions) expect(transitions[action].basis.title, action).toMatch(/^《/);
});

test('决定前环节没办完、意见不同意、决定环节单独办，都说明原因', () => {
  expect(refusal(() => decide(caseIn('accepted'), commands.grant, later(9))).code).toBe('STEPS_NOT_FINISHED');
  expect(refusal(() => decide(caseIn('accepted'), commands.refuse, later(9))).code).toBe('STEPS_NOT_FINISHED');
  expect(refusal(() => decide(caseIn('accepted'), { ...commands.finishStep, step: 'decision' }, later(9))).code).toBe(
    'SEPARATE_DECISION',
  );
  expect(refusal(() => decide(caseIn('accepted'), { ...commands.finishStep, step: 'nothing' }, later(9))).code).toBe(
    'STEP_NOT_OPEN',
  );
  expect(refusal(() => decide(caseIn('accepted'), { ...commands.finishStep, step: 'delivery' }, later(9))).code).toBe(
    'STEP_NOT_OPEN',
  );
  expect(refusal(() => decide(caseIn('ready'), commands.finishStep, later(9))).details).toMatchObject({
    why: '已经办完',
  });
});

test('补正只能一次，五个工作日后不能再要求，不能不写缺什么', () => {
  const { requestCorrection } = commands;
  const corrected = caseIn('correcting');
  const again = { ...corrected, status: 'filed' as const };
  expect(refusal(() => decide(again, requestCorrection, later(9))).code).toBe('CORRECTION_ALREADY_REQUESTED');
  expect(() => decide(caseIn('filed'), requestCorrection, requestCorrection.silenceAt)).not.toThrow();
  expect(refusal(() => decide(caseIn('filed'), requestCorrection, '2026-11-30T16:00:00.000Z')).code).toBe(
    'CORRECTION_TOO_LATE',
  );
  for (const defects of [[], [{ about: '', text: '  ' }]]) {
    expect(refusal(() => decide(caseIn('filed'), { ...requestCorrection, defects }, later(1))).code).toBe(
      'CORRECTION_WITHOUT_DEFECT',
    );
  }
});

test('容缺、承诺、延期、不予受理的限制', () => {
  const filed = caseIn('filed');
  const { acceptProvisionally, acceptByCommitment, extend, decline, refuse } = commands;
  expect(refusal(() => decide(filed, { ...acceptProvisionally, owed: [] }, later(1))).code).toBe(
    'PROVISIONAL_NOTHING_OWED',
  );
  const notOwable = [{ materialId: 'food.lease', name: '租房合同', owedWithin: null }];
  expect(refusal(() => decide(filed, { ...acceptProvisionally, owed: notOwable }, later(1))).code).toBe(
    'PROVISIONAL_NOT_ALLOWED',
  );
  expect(refusal(() => decide(filed, { ...acceptByCommitment, allowed: false }, later(1))).code).toBe(
    'COMMITMENT_NOT_ALLOWED',
  );
  expect(refusal(() => decide(filed, { ...acceptByCommitment, signed: false }, later(1))).code).toBe(
    'COMMITMENT_NOT_SIGNED',
  );
  expect(refusal(() => decide(filed, { ...decline, reason: ' ' }, later(1))).code).toBe('REFUSAL_WITHOUT_REASON');
  expect(refusal(() => decide(caseIn('ready'), { ...refuse, reason: '' }, later(1))).code).toBe(
    'REFUSAL_WITHOUT_REASON',
  );
  expect(refusal(() => decide(caseIn('accepted'), { ...extend, allowed: null }, later(1))).code).toBe(
    'EXTENSION_NOT_ALLOWED',
  );
  expect(refusal(() => decide({ ...caseIn('accepted'), extended: true }, extend, later(1))).code).toBe(
    'EXTENSION_NOT_ALLOWED',
  );
});

function refusal(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was not refused');
}
