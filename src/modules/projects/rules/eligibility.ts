import type { Facts, Truth } from '../../catalogue/index.ts';

/** One type of project as the county's data has it (data/projects/types.yaml). The first whose rules all hold is it. */
export interface EligibilityType {
  id: string;
  name: string;
  /** `60wd`. */
  limit: string;
  source: string;
  rules: readonly EligibilityRule[];
}

export interface EligibilityRule {
  id: string;
  /** A FEEL condition over the project's facts. */
  when: string;
  /** Chinese, what must be so. */
  reason: string;
  source: string;
  /** national, plan, setting: how firm the source is. */
  standing?: string | undefined;
}

/** The catalogue's conditions, handed in because rules go through no door. */
export interface ConditionJudge {
  truthOf: (condition: string, facts: Facts) => Truth;
  /** Elements without an answer that keep the condition open. */
  missingIn: (condition: string, facts: Facts) => readonly string[];
  /** Chinese name of a data element. */
  labelOf: (element: string) => string;
}

export interface JudgedRule {
  id: string;
  text: string;
  holds: Truth;
  source: string;
  standing: string;
  missing: readonly string[];
}

export interface JudgedType {
  id: string;
  name: string;
  applies: Truth;
  rules: readonly JudgedRule[];
}

export interface Eligibility {
  status: 'decided' | 'undecided' | 'none';
  /** Only when decided. */
  type: { id: string; name: string; budgetDays: number; source: string } | null;
  /** Types that it may still be, in order; the decided one alone. */
  candidates: readonly string[];
  /** What to ask next, in the order of the rules; empty when decided. */
  missing: readonly { element: string; label: string }[];
  judged: readonly JudgedType[];
  /** Chinese, complete sentences. */
  words: readonly string[];
}

/**
 * Which type a project is. Three-valued: an open rule of a type that stands before the one that fits keeps the matter
 * open, and what it needs is asked; a rule that fails settles its type whatever is still unknown about it.
 */
export function judgeEligibility(types: readonly EligibilityType[], facts: Facts, judge: ConditionJudge): Eligibility {
  const judged = types.map((type) => judgeType(type, facts, judge));
  const fits = judged.findIndex(({ applies }) => applies === 'yes');
  const inPlay = judged.filter(({ applies }, index) => applies !== 'no' && (fits === -1 || index <= fits));
  const [first] = inPlay;
  if (first === undefined) {
    return {
      status: 'none',
      type: null,
      candidates: [],
      missing: [],
      judged,
      words: ['没有一种项目类型符合填写的情况。', ...refusals(judged)],
    };
  }
  const candidates = inPlay.map(({ id }) => id);
  const before = judged.slice(0, judged.indexOf(first));
  if (first.applies !== 'yes') {
    // The first open type alone decides what to ask: the answer may settle everything after it.
    const elements = [...new Set(first.rules.flatMap(({ missing }) => missing))];
    const missing = elements.map((element) => ({ element, label: judge.labelOf(element) }));
    const names = missing.map(({ label }) => `“${label}”`).join('、');
    const ask = missing.length === 0 ? '填写的情况不足以判断' : `还要回答${names}`;
    const words = [`${ask}，才能确定是不是${first.name}。`, ...refusals(before)];
    return { status: 'undecided', type: null, candidates, missing, judged, words };
  }
  const type = types.find(({ id }) => id === first.id);
  const budgetDays = Number.parseInt(type?.limit ?? '', 10);
  const why = first.rules.map(({ text }) => text).join('；');
  return {
    status: 'decided',
    type: { id: first.id, name: first.name, budgetDays, source: type?.source ?? '' },
    candidates,
    missing: [],
    judged,
    words: [`是${first.name}，全部审批承诺${budgetDays}个工作日：${why}。`, ...refusals(before)],
  };
}

function judgeType(type: EligibilityType, facts: Facts, judge: ConditionJudge): JudgedType {
  const rules = type.rules.map(({ id, when, reason, source, standing }): JudgedRule => {
    const holds = judge.truthOf(when, facts);
    const missing = holds === 'unknown' ? judge.missingIn(when, facts) : [];
    return { id, text: reason, holds, source, standing: standing ?? '', missing };
  });
  const truths = rules.map(({ holds }) => holds);
  const applies = truths.includes('no') ? 'no' : truths.includes('unknown') ? 'unknown' : 'yes';
  return { id: type.id, name: type.name, applies, rules };
}

/** Why it is none of these: the rules that fail, with their sources. */
function refusals(judged: readonly JudgedType[]): string[] {
  return judged.flatMap(({ name, applies, rules }) => {
    if (applies !== 'no') return [];
    const failing = rules.filter(({ holds }) => holds === 'no').map(({ text, source }) => `${text}（${source}）`);
    return [`不是${name}，不符合：${failing.join('；')}。`];
  });
}
