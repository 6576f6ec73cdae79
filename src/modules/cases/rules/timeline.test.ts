import { describe, expect, test } from 'vitest';
import type { CaseEvent } from './case.ts';
import { evolve, fold } from './case.ts';
import { decide, takeUpPreReviewed, type CaseCommand } from './decide.ts';
import { commands, filedAt, later, opened, standardSteps, step } from './sample-case.ts';
import { timelineOf } from './timeline.ts';

const facts = { itemName: '食品经营许可', promisedDueAt: null, promisedTerm: '5wd' };
const unit = 'approval-bureau';

/** Commands at whole hours after filing. */
function history(start: readonly CaseEvent[], ...acts: readonly [number, CaseCommand][]): CaseEvent[] {
  const events = [...start];
  for (const [hour, command] of acts) events.push(...decide(fold(events), command, later(hour)));
  return events;
}
const told = (events: readonly CaseEvent[]) =>
  timelineOf(events, facts).spans.map(({ from, to, holder }) => [
    holder.kind === 'unit' ? `${holder.unitId}/${holder.phase}` : holder.kind,
    (Date.parse(from) - Date.parse(filedAt)) / 3_600_000,
    to === null ? null : (Date.parse(to) - Date.parse(filedAt)) / 3_600_000,
  ]);

describe('谁什么时候拿着办件', () => {
  test('收件后是部门的，受理前不算办理；办结就没有人拿着', () => {
    const steps = [step('decision', { kind: 'decision' })];
    expect(told(opened(steps))).toEqual([[`${unit}/intake`, 0, null]]);
    const granted = history(opened(steps), [3, commands.accept], [9, commands.grant]);
    expect(told(granted)).toEqual([
      [`${unit}/intake`, 0, 3],
      [`${unit}/review`, 3, 9],
    ]);
    expect(timelineOf(granted, facts)).toMatchObject({
      acceptedAt: later(3),
      concludedAt: later(9),
      outcome: 'granted',
    });
  });

  test('补正期间是申请人的，补正回来又是部门的；重新计收件', () => {
    const events = history(opened(), [2, commands.requestCorrection], [30, commands.correct], [31, commands.accept]);
    expect(told(events)).toEqual([
      [`${unit}/intake`, 0, 2],
      ['applicant', 2, 30],
      [`${unit}/intake`, 30, 31],
      [`${unit}/review`, 31, null],
    ]);
    expect(timelineOf(events, facts).filedAt).toBe(later(30));
  });

  test('视为受理的，从收件起就算办理', () => {
    const events = history(opened(), [200, commands.acceptBySilence]);
    expect(told(events)).toEqual([[`${unit}/review`, 0, null]]);
    expect(timelineOf(events, facts).acceptedAt).toBe(filedAt);
  });

  test('停表是一段程序，带理由、依据、通知书和计划结束日；恢复后回到部门', () => {
    const events = history(opened(), [1, commands.accept], [5, commands.suspend], [8, commands.resume]);
    expect(told(events)).toEqual([
      [`${unit}/intake`, 0, 1],
      [`${unit}/review`, 1, 5],
      ['procedure', 5, 8],
      [`${unit}/review`, 8, null],
    ]);
    const { holder } = timelineOf(events, facts).spans[2] ?? { holder: null };
    expect(holder).toEqual({
      kind: 'procedure',
      ground: 'expertReview',
      groundName: '专家评审',
      basis: '《中华人民共和国行政许可法》第三十八条',
      noticeNo: '中1号',
      plannedUntil: '2026-12-01',
    });
  });

  test('只剩别的部门的环节开着，那几天是那个部门的', () => {
    const events = history(
      opened(standardSteps),
      [1, commands.accept],
      [4, commands.finishStep],
      [9, { ...commands.finishStep, step: 'site' }],
    );
    expect(told(events)).toEqual([
      [`${unit}/intake`, 0, 1],
      [`${unit}/review`, 1, 4],
      ['market-regulation/review', 4, 9],
      [`${unit}/review`, 9, null],
    ]);
  });

  test('等前置的是等待；公示在先的，从受理起就算在部门手里', () => {
    const waiting = opened(standardSteps, ['case-0', 'case-9']);
    expect(told(waiting)).toEqual([['waiting', 0, null]]);
    const one: CaseEvent = { type: 'prerequisiteGranted', at: later(2), caseId: 'case-0' };
    const two: CaseEvent = { type: 'prerequisiteGranted', at: later(6), caseId: 'case-9' };
    const freed = [...waiting, one, two, { type: 'filed', at: later(6) } as const];
    expect(told(freed)).toEqual([
      ['waiting', 0, 2],
      ['waiting', 2, 6],
      [`${unit}/intake`, 6, null],
    ]);
    expect(timelineOf(freed, facts).waitsFor).toEqual(['case-0', 'case-9']);
    const published = opened([
      step('publish', { excludedGround: 'publicNotice' }),
      step('review', { after: ['publish'] }),
    ]);
    const running = history(published, [1, commands.accept]);
    expect(told(running)).toEqual([
      [`${unit}/intake`, 0, 1],
      [`${unit}/review`, 1, null],
    ]);
    expect(timelineOf(running, facts).acceptedAt).toBe(later(1));
  });

  test('预审完成的，前置一办好就受理；本部门的审查算做完，别的部门的环节还要办', () => {
    const waiting = opened(standardSteps, ['case-0']);
    const reviewed = history(waiting, [3, commands.preReview]);
    expect(fold(reviewed).status).toBe('waiting');
    expect(() => decide(fold(reviewed), commands.preReview, later(4))).toThrow('PRE_REVIEW_ALREADY_DONE');
    const state = fold(reviewed);
    const freed: CaseEvent = { type: 'prerequisiteGranted', at: later(10), caseId: 'case-0' };
    if (state.preReview === undefined) throw new Error('not pre-reviewed');
    const all = [...reviewed, freed, ...takeUpPreReviewed(evolve(state, freed), state.preReview, later(10))];
    expect(fold(all).steps.map(({ id, status }) => [id, status])).toEqual([
      ['intake', 'done'],
      ['review', 'done'],
      ['site', 'open'],
      ['decision', 'waiting'],
      ['delivery', 'waiting'],
    ]);
    expect(timelineOf(all, facts)).toMatchObject({
      preReviewedAt: later(3),
      acceptedAt: later(10),
      filedAt: later(10),
    });
    expect(told(all)).toEqual([
      ['waiting', 0, 10],
      ['market-regulation/review', 10, null],
    ]);
  });
});
