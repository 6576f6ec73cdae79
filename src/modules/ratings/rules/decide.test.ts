import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { AppError } from '../../../kernel/errors.ts';
import { projection } from '../store/subjects.ts';
import { actionsNow, decide, type RatingCommand } from './decide.ts';
import { ratingSettingsFile } from './definition.ts';
import { mechanismsOf, sharesOf, type Counts } from './figures.ts';
import { evolve, foldAll, type RatingEvent, type RatingState } from './subject.ts';
import { isBad, ratingActions, ratingStatuses, ratingTransitions, type RatingAction } from './transitions.ts';

const settings = ratingSettingsFile.parse(
  parse(readFileSync(resolve(import.meta.dirname, '../../../../data/ratings/settings.yaml'), 'utf8')),
);
const now = '2026-11-24T02:00:00.000Z';
const opened = (reachable = true): RatingEvent => ({
  type: 'opened',
  at: now,
  facts: {
    ...{ kind: 'case', unitId: 'u', itemId: 'i', itemName: '事', windowName: '', officerId: 'o', officerName: '某' },
    ...{ finishedAt: now, served: 'online', reachable },
  },
});

const commands: { [A in RatingAction]: Extract<RatingCommand, { action: A }> } = {
  rate: { action: 'rate', level: 1, reasons: [], words: '', anonymous: false, channel: 'sms' },
  explain: { action: 'explain', reasons: ['slow'], words: '慢', reachable: false },
  followUp: { action: 'followUp', level: 4, words: '', channel: 'sms' },
  appoint: { action: 'appoint', handlerId: 'h', handlerName: '甲', reason: '' },
  contact: { action: 'contact', how: '电话', words: '说了', by: '甲', inTime: true },
  fix: { action: 'fix', words: '改了', by: '甲' },
  plan: { action: 'plan', measures: '改', days: 5, by: '甲' },
  report: { action: 'report', words: '改了', by: '甲' },
  revisit: { action: 'revisit', how: 'link', satisfied: true, words: '', by: '评价人' },
  direct: { action: 'direct', words: '重来', days: 3, by: '乙' },
  publish: { action: 'publish', words: '慢', reply: '改了', by: '乙', tells: [] },
  withhold: { action: 'withhold', reason: '隐私', by: '乙' },
  appeal: { action: 'appeal', ground: 'mistaken', words: '评错了', evidence: [], byId: 'h', by: '甲' },
  decideAppeal: { action: 'decideAppeal', upheld: true, words: '属实', byId: 'x', by: '乙' },
};

function after(...path: RatingCommand[]): RatingState {
  return path.reduce((state, one) => foldAll(state, decide(state, one, now, settings)), foldAll(null, [opened()]));
}
const { rate, contact, fix, plan, report, revisit, direct, appeal, decideAppeal } = commands;
const no = { ...revisit, satisfied: false };
const missed = { ...revisit, satisfied: null, how: 'phone' as const };

/** One state of every status, an open appeal in those that allow it. */
const samples: Record<(typeof ratingStatuses)[number], RatingState> = {
  open: after(),
  rated: after({ ...rate, anonymous: true }),
  contact: after(rate),
  handling: after(rate, contact),
  rectifying: after(rate, contact, plan),
  revisit: after(rate, contact, fix),
  supervised: after(rate, contact, fix, no),
  closed: after(rate, contact, fix, revisit),
  removed: after(rate, appeal, decideAppeal),
};

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'ok';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('the table of transitions', () => {
  it('has a sample of every status', () => {
    for (const status of ratingStatuses) expect(samples[status].status).toBe(status);
  });

  it.each(ratingActions)('%s is refused from everywhere else, and leads where the table says', (action) => {
    const { from, to } = ratingTransitions[action];
    for (const status of ratingStatuses) {
      const state = samples[status];
      const code = codeOf(() => decide(state, commands[action], now, settings));
      if (!from.includes(status)) {
        const given = action === 'rate' && state.rating !== null;
        expect([status, code]).toEqual([status, given ? 'RATING_ALREADY_GIVEN' : 'RATING_TRANSITION_IMPOSSIBLE']);
        expect(actionsNow(state)).not.toContain(action);
        continue;
      }
      if (code !== 'ok') continue;
      const next = foldAll(state, decide(state, commands[action], now, settings)).status;
      expect(to.map((one) => (one === 'same' ? status : one))).toContain(next);
    }
  });
});

test.each<[string, () => unknown, string]>([
  ['评价的期限过了', () => decide(after(), rate, '2026-12-25T02:00:00.000Z', settings), 'RATING_TOO_LATE'],
  ['期限的最后一天还可以', () => decide(after(), rate, '2026-12-24T15:59:00.000Z', settings), 'ok'],
  ['理由不在列表里', () => decide(after(), { ...rate, reasons: ['fast'] }, now, settings), 'RATING_REASON_UNKNOWN'],
  ['好评用好评的理由', () => decide(after(), { ...rate, level: 5, reasons: ['fast'] }, now, settings), 'ok'],
  ['说明只有一次', () => after(rate, commands.explain, commands.explain), 'RATING_WORDS_ALREADY_GIVEN'],
  ['追评只有一次', () => after(rate, commands.followUp, commands.followUp), 'FOLLOW_UP_ALREADY_GIVEN'],
  [
    '追评也有期限',
    () => decide(after(rate), commands.followUp, '2027-06-01T00:00:00.000Z', settings),
    'FOLLOW_UP_TOO_LATE',
  ],
  ['被评价的人办要写理由', () => after(rate, { ...commands.appoint, handlerId: 'o' }), 'RATED_OFFICER_NEEDS_REASON'],
  ['写了理由可以', () => after(rate, { ...commands.appoint, handlerId: 'o', reason: '只有他' }), 'ok'],
  ['整改不能超过最长期限', () => after(rate, contact, { ...plan, days: 16 }), 'RECTIFICATION_TOO_LONG'],
  ['好评没有可改的', () => after({ ...rate, level: 3 }, fix), 'RATING_NOT_BAD'],
  ['复核只申请一次', () => after(rate, appeal, appeal), 'APPEAL_ALREADY_MADE'],
  ['没有申请就没有决定', () => after(rate, decideAppeal), 'APPEAL_NOT_OPEN'],
  ['申请的人不能决定', () => after(rate, appeal, { ...decideAppeal, byId: 'h' }), 'APPEAL_SAME_PERSON'],
  ['被评价的人不能决定', () => after(rate, appeal, { ...decideAppeal, byId: 'o' }), 'APPEAL_SAME_PERSON'],
  [
    '公开的内容看得出是谁',
    () => after(rate, contact, fix, revisit, { ...commands.publish, tells: ['姓名'] }),
    'PUBLICATION_TELLS_WHO',
  ],
  ['差评没有答复不能公开', () => after({ ...rate, anonymous: true }, commands.publish), 'PUBLICATION_NEEDS_REPLY'],
])('%s', (_, work, expected) => {
  expect(codeOf(work)).toBe(expected);
});

describe('how a bad rating ends', () => {
  test.each<[string, RatingCommand[], RatingState['status'], RatingState['outcome']]>([
    ['回访满意', [rate, contact, fix, revisit], 'closed', 'satisfied'],
    ['不满意一次，交给监督单位', [rate, contact, fix, no], 'supervised', null],
    ['重新整改后满意', [rate, contact, fix, no, direct, report, revisit], 'closed', 'satisfied'],
    ['再不满意也办结，只重开一次', [rate, contact, fix, no, direct, report, no], 'closed', 'unsatisfied'],
    ['联系不上两次还要再试', [rate, contact, fix, missed, missed], 'revisit', null],
    ['三次联系不上', [rate, contact, fix, missed, missed, missed], 'closed', 'unreachable'],
    ['匿名差评改好就办结', [{ ...rate, anonymous: true }, plan, report], 'closed', 'anonymous'],
    ['复核维持，照常办', [rate, appeal, { ...decideAppeal, upheld: false }, contact], 'handling', null],
  ])('%s', (_, path, status, outcome) => {
    const state = after(...path);
    expect([state.status, state.outcome]).toEqual([status, outcome]);
    expect(projection(state).rectified).toBe(outcome === 'satisfied' || outcome === 'anonymous');
  });

  it('begins with a contact only when somebody can be reached and did not ask to stay unnamed', () => {
    const unreachable = foldAll(null, [opened(false)]);
    const tapped = foldAll(unreachable, decide(unreachable, rate, now, settings));
    expect(tapped.status).toBe('rated');
    const named = foldAll(tapped, decide(tapped, { ...commands.explain, reachable: true }, now, settings));
    expect([named.status, named.rating?.words]).toEqual(['contact', '慢']);
    const hidden = foldAll(unreachable, decide(unreachable, { ...rate, anonymous: true }, now, settings));
    const still = foldAll(hidden, decide(hidden, { ...commands.explain, reachable: true }, now, settings));
    expect([still.status, projection(still).anonymous]).toEqual(['rated', true]);
  });
});

const anyCommand: fc.Arbitrary<RatingCommand> = fc
  .record({
    action: fc.constantFrom(...ratingActions),
    level: fc.integer({ min: 1, max: 5 }),
    flag: fc.boolean(),
    answer: fc.constantFrom(true, false, null),
  })
  .map(({ action, level, flag, answer }): RatingCommand => {
    const command = commands[action];
    if (command.action === 'rate') return { ...command, level, anonymous: flag };
    if (command.action === 'revisit') return { ...command, satisfied: answer };
    if (command.action === 'decideAppeal') return { ...command, upheld: flag };
    return command;
  });

it('whatever is done: one rating, never overwritten; removed is never counted; unrated is never good; reopened once', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(anyCommand, { maxLength: 40 }), (reachable, path) => {
      const events: RatingEvent[] = [opened(reachable)];
      let state = foldAll(null, events);
      for (const command of path) {
        let more: RatingEvent[] = [];
        try {
          more = decide(state, command, now, settings);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
        }
        state = more.reduce<RatingState>(evolve, state);
        events.push(...more);
      }
      const row = projection(state);
      const rated = events.filter(({ type }) => type === 'rated');
      expect(rated.length).toBeLessThanOrEqual(1);
      if (rated[0]?.type === 'rated') expect(state.rating?.level).toBe(rated[0].rating.level);
      expect(events.filter(({ type }) => type === 'reopened').length).toBeLessThanOrEqual(1);
      expect(events.filter(({ type }) => type === 'followedUp').length).toBeLessThanOrEqual(1);
      expect(row.counted).toBe(state.rating !== null && state.status !== 'removed');
      if (state.rating === null) expect([row.level, row.counted, row.status]).toEqual([null, false, 'open']);
      if (row.rectified) expect(isBad(row.level ?? 5)).toBe(true);
      if (state.status === 'removed') expect(row.publishedAt).toBeNull();
      expect(foldAll(null, events)).toEqual(state);
    }),
    { seed: 72, numRuns: 400 },
  );
});

it('a share without a denominator is no share; the five mechanisms say so', () => {
  const nought = sharesOf({ valid: 0, good: 0, bad: 0, rectified: 0, finished: 0, answered: 0 });
  expect([nought.good.share, nought.rectified.share, nought.active.share]).toEqual([null, null, null]);
  expect(sharesOf({ valid: 4, good: 3, bad: 1, rectified: 0, finished: 8, answered: 4 })).toMatchObject({
    good: { share: 0.75 },
    rectified: { share: 0 },
    active: { share: 0.5 },
  });
  const counts: Counts = {
    ...{ finished: 10, answered: 10, valid: 10, good: 8, bad: 2, rectified: 1, anonymous: 1, removed: 1 },
    ...{ realNameBad: 1, contacted: 1, contactedInTime: 1, revisited: 0, reopened: 0, appealed: 1, appealsDecided: 1 },
    ...{ published: 0, publishable: 0 },
  };
  expect(mechanismsOf(counts, 0.9).map(({ state }) => state)).toEqual([
    'working',
    'working',
    'partly',
    'partly',
    'nothing',
  ]);
});
