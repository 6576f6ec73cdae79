import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../kernel/errors.ts';
import {
  answer,
  conclude,
  fallSilent,
  judgeGathered,
  positionWords,
  statusOf,
  type Opinion,
  type Position,
} from './consultation.ts';

const dueAt = '2026-11-30T10:00:00.000Z';
const inTime = '2026-11-30T10:00:00.000Z';
const after = '2026-11-30T10:00:00.001Z';
const empty: Position = { unitId: 'fire', opinion: null, answeredAt: null, silentAt: null, late: null };
const agree = { opinion: 'agree' as const, note: '', conditions: [] };

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : 'other';
  }
}

describe('an answer', () => {
  test('counts up to the last moment of the term, not after it', () => {
    expect(answer(empty, agree, dueAt, 'agree', inTime)).toMatchObject({
      opinion: 'agree',
      answeredAt: inTime,
      late: null,
    });
    const late = answer(empty, { ...agree, opinion: 'disagree', note: '间距不够' }, dueAt, 'agree', after);
    expect(late).toMatchObject({
      opinion: 'agree',
      answeredAt: null,
      silentAt: dueAt,
      late: { opinion: 'disagree', note: '间距不够', at: after },
    });
    expect(positionWords(late)).toBe('逾期未反馈，视为同意；逾期后表示不同意');
  });

  test('is given once, in time or late', () => {
    const once = answer(empty, agree, dueAt, 'agree', inTime);
    expect(codeOf(() => answer(once, agree, dueAt, 'agree', inTime))).toBe('ALREADY_ANSWERED');
    const late = answer(fallSilent(empty, dueAt, 'agree'), agree, dueAt, 'agree', after);
    expect(codeOf(() => answer(late, agree, dueAt, 'agree', after))).toBe('ALREADY_ANSWERED');
  });

  test.each([
    [{ opinion: 'disagree', note: '', conditions: [] }, 'OPINION_WITHOUT_REASON'],
    [{ opinion: 'conditions', note: '原则同意', conditions: [] }, 'CONDITIONS_MISSING'],
    [{ opinion: 'conditions', note: '', conditions: ['补绿地'] }, 'none'],
    [{ opinion: 'disagree', note: '退线不足', conditions: [] }, 'none'],
  ] as const)('%o → %s', (given, code) => {
    expect(codeOf(() => answer(empty, given, dueAt, 'agree', inTime))).toBe(code);
  });
});

describe('silence', () => {
  test('counts as the setting says', () => {
    expect(fallSilent(empty, dueAt, 'agree').opinion).toBe('agree');
    expect(positionWords(fallSilent(empty, dueAt, 'agree'))).toBe('逾期未反馈，视为同意');
    expect(fallSilent(empty, dueAt, 'none').opinion).toBeNull();
    expect(positionWords(fallSilent(empty, dueAt, 'none'))).toBe('逾期未反馈，不计入意见');
  });

  test('clears a position as an answer does', () => {
    expect(statusOf([empty, fallSilent(empty, dueAt, 'none')])).toBe('consulting');
    expect(statusOf([answer(empty, agree, dueAt, 'none', inTime), fallSilent(empty, dueAt, 'none')])).toBe('answered');
  });
});

describe('the conclusion', () => {
  const said = (opinion: Opinion | null): Position => ({ ...empty, opinion });
  test.each([
    [['agree', 'agree'], 'agreed'],
    [['agree', 'conditions'], 'conditional'],
    [['conditions', 'disagree'], 'notAgreed'],
    [['agree', null], 'agreed'],
    [[null, null], 'notAgreed'],
    [[], 'notAgreed'],
  ] as const)('of %o is %s', (opinions, conclusion) => {
    expect(conclude(opinions.map(said))).toBe(conclusion);
  });
});

test('a gathered notice takes what can still be asked', () => {
  const judged = judgeGathered(
    [
      { questionId: 'a', status: 'filed', silenceAt: dueAt },
      { questionId: 'b', status: 'filed', silenceAt: '2026-11-30T09:59:59.999Z' },
      { questionId: 'c', status: 'accepted', silenceAt: dueAt },
      { questionId: 'd', status: 'withdrawn', silenceAt: dueAt },
      { questionId: 'e', status: 'correcting', silenceAt: dueAt },
    ],
    inTime,
  );
  expect(Object.fromEntries(judged)).toEqual({ a: 'sent', b: 'tooLate', c: 'tooLate', d: 'over', e: 'over' });
});
