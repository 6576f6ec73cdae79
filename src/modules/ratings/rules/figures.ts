/** What is counted, and the three shares made of it. A zero denominator has no share: “—”, never nought. */

export interface Counts {
  /** Done in the period, and of these: rated by now and not removed. */
  finished: number;
  answered: number;
  /** Given in the period: valid ones are those that were not removed. */
  valid: number;
  good: number;
  bad: number;
  rectified: number;
  anonymous: number;
  removed: number;
  /** Bad ratings whose giver can be reached, of these contacted within the term, of these contacted at all. */
  realNameBad: number;
  contacted: number;
  contactedInTime: number;
  /** Re-visited: the rater said yes or no, or could not be reached after every attempt. */
  revisited: number;
  reopened: number;
  appealed: number;
  appealsDecided: number;
  published: number;
  publishable: number;
}

export interface Share {
  part: number;
  whole: number;
  share: number | null;
}

export function shareOf(part: number, whole: number): Share {
  return { part, whole, share: whole === 0 ? null : part / whole };
}

export interface Shares {
  good: Share;
  rectified: Share;
  active: Share;
}

/** 好评率、差评整改率、主动评价率. Who did not rate is in no denominator but the last, and there not in the part. */
export function sharesOf(
  counts: Pick<Counts, 'valid' | 'good' | 'bad' | 'rectified' | 'finished' | 'answered'>,
): Shares {
  return {
    good: shareOf(counts.good, counts.valid),
    rectified: shareOf(counts.rectified, counts.bad),
    active: shareOf(counts.answered, counts.finished),
  };
}

export type MechanismState = 'working' | 'partly' | 'nothing';
export const mechanismStateNames: Readonly<Record<MechanismState, string>> = {
  working: '在运转',
  partly: '没有做到位',
  nothing: '本期没有发生',
};

export interface Mechanism {
  id: 'rating' | 'feedback' | 'rectification' | 'supervision' | 'use';
  name: string;
  what: string;
  share: Share;
  state: MechanismState;
}

/** 五项机制: the plan does not list them; these five are this platform's reading and are called so wherever they are shown. */
export function mechanismsOf(counts: Counts, works: number): Mechanism[] {
  const of = (id: Mechanism['id'], name: string, what: string, part: number, whole: number): Mechanism => {
    const share = shareOf(part, whole);
    const state = share.share === null ? 'nothing' : share.share >= works ? 'working' : 'partly';
    return { id, name, what, share, state };
  };
  return [
    // Whatever is finished is opened for rating by the same hand; whether anybody answers is the share worth looking at.
    of('rating', '评价', '办结的事里，办事人主动评价了的', counts.answered, counts.finished),
    of('feedback', '反馈', '实名差评里，按时联系了评价人的', counts.contactedInTime, counts.realNameBad),
    of('rectification', '整改', '有效差评里，整改到位的', counts.rectified, counts.bad),
    of('supervision', '监督', '实名差评里，回访有结果的', counts.revisited, counts.realNameBad),
    of('use', '结果运用', '办结的差评里，评价和答复已经公开的', counts.published, counts.publishable),
  ];
}
