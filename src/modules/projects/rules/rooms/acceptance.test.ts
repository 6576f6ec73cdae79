import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../kernel/errors.ts';
import {
  acceptanceStatuses,
  acceptanceStatusNames,
  acceptanceSteps,
  afterRechecks,
  afterVisit,
  isPassed,
  missing,
  refuseContradiction,
  refuseSignature,
  type Department,
} from './acceptance.ts';
import { commitmentStatuses, commitmentSteps } from './commitment.ts';
import { consultationStatuses, consultationSteps } from './consultation.ts';
import { isComplete, refuseUnqualified, review, surveyStatuses, surveySteps } from './survey.ts';
import { possibleSteps, refuseImpossible, type RoomTransition } from './transition.ts';

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : 'other';
  }
}

const department = (unitId: string, given: Partial<Department> = {}): Department => ({
  unitId,
  result: null,
  recheck: null,
  signature: null,
  ...given,
});

describe('联合验收', () => {
  test('the table: what may happen from where, and nothing after the end', () => {
    const table = Object.fromEntries(
      acceptanceStatuses.map((status) => [status, possibleSteps(status, acceptanceSteps)]),
    );
    expect(table).toEqual({
      applied: ['schedule', 'withdraw'],
      scheduled: ['schedule', 'inspect', 'closeVisit', 'withdraw'],
      rectifying: ['reportRectified', 'withdraw'],
      rechecking: ['recheck'],
      signing: ['sign', 'conclude'],
      passed: [],
      failed: [],
      withdrawn: [],
    });
    expect(codeOf(() => refuseImpossible('rechecking', acceptanceStatusNames, acceptanceSteps.reportRectified))).toBe(
      'ROOM_STEP_IMPOSSIBLE',
    );
  });

  test('who is missing, by the step that waits', () => {
    const all = [
      department('natural-resources', { result: 'pass' }),
      department('housing-construction', { result: 'fail' }),
      department('fire'),
    ];
    const names = (status: Parameters<typeof missing>[0]) => missing(status, all).map((one) => one.department.unitId);
    expect(names('applied')).toEqual([]);
    expect(names('scheduled')).toEqual(['fire']);
    expect(names('rechecking')).toEqual(['housing-construction']);
    expect(names('signing')).toEqual(['natural-resources', 'housing-construction', 'fire']);
  });

  test.each([
    ['pass', 0, '', 'none'],
    ['pass', 1, '', 'FINDINGS_CONTRADICT'],
    ['fail', 0, '有问题', 'FINDINGS_MISSING'],
    ['fail', 2, '', 'none'],
    ['notApplicable', 0, '', 'FINDINGS_MISSING'],
    ['notApplicable', 0, '没有人防工程', 'none'],
    ['notApplicable', 1, '没有人防工程', 'FINDINGS_CONTRADICT'],
  ] as const)('%s with %d findings, note “%s” → %s', (result, findings, note, code) => {
    expect(codeOf(() => refuseContradiction(result, findings, note))).toBe(code);
  });

  test('one round: after the visit it is rectified once, after the rechecks it is signed whatever they found', () => {
    expect(afterVisit([department('a', { result: 'pass' })])).toBe('signing');
    expect(afterVisit([department('a', { result: 'pass' }), department('b', { result: 'fail' })])).toBe('rectifying');
    const failed = department('b', { result: 'fail' });
    expect(afterRechecks([failed])).toBe('rechecking');
    expect(afterRechecks([{ ...failed, recheck: { passed: false } }])).toBe('signing');
  });

  test('a department agrees only when its own findings are resolved, and signs once', () => {
    const own = department('fire');
    const open = [{ id: '1', unitId: 'fire', resolved: false }];
    expect(codeOf(() => refuseSignature(own, open, 'agree', ''))).toBe('UNRESOLVED_NOT_AGREEABLE');
    expect(codeOf(() => refuseSignature(own, open, 'disagree', ''))).toBe('OPINION_WITHOUT_REASON');
    expect(codeOf(() => refuseSignature(own, open, 'disagree', '喷淋没有整改'))).toBe('none');
    expect(codeOf(() => refuseSignature(own, [{ id: '1', unitId: 'other', resolved: null }], 'agree', ''))).toBe(
      'none',
    );
    const signed = department('fire', { signature: { opinion: 'agree' } });
    expect(codeOf(() => refuseSignature(signed, [], 'agree', ''))).toBe('ALREADY_SIGNED');
  });

  test('passed only when everything is resolved and everybody agrees', () => {
    const agrees = department('a', { signature: { opinion: 'agree' } });
    expect(isPassed([agrees], [])).toBe(true);
    expect(isPassed([agrees], [{ id: '1', unitId: 'b', resolved: null }])).toBe(false);
    expect(isPassed([agrees, department('b', { signature: { opinion: 'disagree' } })], [])).toBe(false);
    expect(isPassed([agrees, department('b')], [])).toBe(false);
  });
});

describe('多测合一', () => {
  const at = '2026-11-20T02:00:00.000Z';
  const later = '2026-11-23T02:00:00.000Z';
  const all = (['planning', 'completion', 'property'] as const).map((kind) => ({ kind, deliveredAt: at }));

  test('complete with three; after a return only when what was returned came again', () => {
    expect(isComplete(all.slice(0, 2), null)).toBe(false);
    expect(isComplete(all, null)).toBe(true);
    expect(isComplete(all, { at: later, kinds: ['planning'] })).toBe(false);
    const [first, ...rest] = all;
    if (first === undefined) throw new Error('three');
    expect(
      isComplete([{ ...first, deliveredAt: '2026-11-24T02:00:00.000Z' }, ...rest], { at: later, kinds: ['planning'] }),
    ).toBe(true);
  });

  test('a second review is refused, a return names the fault', () => {
    expect(review('reviewing', 'approved', [])).toBe('approved');
    expect(review('reviewing', 'returned', [{ kind: 'planning' }])).toBe('returned');
    expect(codeOf(() => review('reviewing', 'returned', []))).toBe('RETURN_WITHOUT_DEFECT');
    expect(codeOf(() => review('approved', 'returned', [{ kind: 'planning' }]))).toBe('SURVEY_ALREADY_REVIEWED');
    expect(codeOf(() => review('returned', 'approved', []))).toBe('ROOM_STEP_IMPOSSIBLE');
  });

  test('a qualification is good to its last day', () => {
    const surveyor = { name: '测绘院', validUntil: '2026-11-23' };
    expect(codeOf(() => refuseUnqualified(surveyor, '2026-11-23'))).toBe('none');
    expect(codeOf(() => refuseUnqualified(surveyor, '2026-11-24'))).toBe('SURVEYOR_NOT_QUALIFIED');
  });
});

test('every step of every room has a basis, a Chinese name and a status that exists', () => {
  const rooms = [
    [acceptanceSteps, acceptanceStatuses],
    [commitmentSteps, commitmentStatuses],
    [consultationSteps, consultationStatuses],
    [surveySteps, surveyStatuses],
  ] as const;
  for (const [steps, statuses] of rooms) {
    for (const { zh, from, basis } of Object.values<RoomTransition<string>>(steps)) {
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
      expect(basis.title).toMatch(/^《/);
      expect(from.length).toBeGreaterThan(0);
      for (const status of from) expect(statuses).toContain(status);
    }
  }
});
