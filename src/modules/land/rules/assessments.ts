import { chineseDate, type LocalDate } from '../../../kernel/time.ts';
import { covers, type Point, type Polygon } from './geometry.ts';

/** 区域评估 (多评合一): one assessment of an area serves every project inside it. */

export const assessmentStates = ['draft', 'published', 'superseded'] as const;
export type AssessmentState = (typeof assessmentStates)[number];
export const assessmentStateNames: Readonly<Record<AssessmentState, string>> = {
  draft: '草稿，等另一人复核',
  published: '已公布',
  superseded: '已被新成果代替',
};

export interface AssessmentKind {
  id: string;
  /** 节能 */
  name: string;
  /** 区域节能评价 */
  fullName: string;
  /** What stays to be done, in a simpler form. */
  stillNeeds: string;
}

/** What the judgement needs of a published result. */
export interface Result {
  id: string;
  kind: string;
  title: string;
  areaName: string;
  documentNo: string;
  issuer: string;
  validFrom: LocalDate;
  validUntil: LocalDate;
  area: Polygon;
  /** Uses for which the result does not hold: slugs of the county's vocabulary. */
  excludedUses: readonly string[];
  /** Projects for which it does not hold, in words: 年综合能耗五千吨标准煤以上的项目. */
  exceptions: readonly string[];
}

export interface Question {
  /** Null: not filled in yet. */
  site: Point | Polygon | null;
  use: string | null;
  /** Exceptions known to apply, and those known not to; of the others nothing is known, which is not the same as no. */
  applies: readonly string[];
  denied: readonly string[];
  onDate: LocalDate;
}

/** `spared`: the area's result serves. `needed`: the project must do its own. `unknown`: depends on what is not known yet. */
export const verdicts = ['spared', 'needed', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];
export const verdictNames: Readonly<Record<Verdict, string>> = {
  spared: '直接用区域成果',
  needed: '要自己做',
  unknown: '还不能确定',
};

export interface Judgement {
  kind: string;
  kindName: string;
  verdict: Verdict;
  /** Chinese, whole sentences. */
  why: string;
  /** The result relied on, or the nearest one that does not hold. */
  resultId: string | null;
}

/** For every kind: need this project do it? Plot inside ∧ kind ∧ valid on the day ∧ not excluded; three-valued. */
export function judgeAll(
  kinds: readonly AssessmentKind[],
  results: readonly Result[],
  question: Question,
  nameOf: (slug: string) => string,
): Judgement[] {
  return kinds.map((kind) => {
    const own = results.filter((result) => result.kind === kind.id);
    const findings = own.map((result) => judge(kind, result, question, nameOf)).sort(byWeight);
    const [best] = findings;
    const facts = { kind: kind.id, kindName: kind.name };
    if (best === undefined)
      return {
        ...facts,
        verdict: 'needed',
        why: `本县还没有公布${kind.fullName}的成果，${kind.name}方面的评估要自己做。`,
        resultId: null,
      };
    return { ...facts, verdict: best.verdict, why: best.why, resultId: best.result.id };
  });
}

interface Finding {
  result: Result;
  verdict: Verdict;
  why: string;
  /** How near it comes to sparing the project: the reason of the nearest is the one worth telling. */
  nearness: number;
}

function byWeight(a: Finding, b: Finding): number {
  return (
    b.nearness - a.nearness ||
    // The one that lasts longest, then a fixed order: the same question gives the same answer.
    (a.result.validUntil < b.result.validUntil ? 1 : a.result.validUntil > b.result.validUntil ? -1 : 0) ||
    (a.result.id < b.result.id ? -1 : 1)
  );
}

function judge(kind: AssessmentKind, result: Result, question: Question, nameOf: (slug: string) => string): Finding {
  const named = `${result.areaName}的${kind.fullName}（${result.documentNo}，有效期至${chineseDate(result.validUntil)}）`;
  const own = `${kind.name}方面的评估要自己做`;
  const needed = (why: string, nearness: number): Finding => ({ result, verdict: 'needed', why, nearness });
  const unknown = (why: string, nearness: number): Finding => ({ result, verdict: 'unknown', why, nearness });
  const { site, use, applies, denied, onDate } = question;

  const relation = site === null ? null : covers(result.area, site);
  if (relation === 'outside') return needed(`地块不在${named}的范围内，${own}。`, 0);
  if (relation === 'partial') return needed(`地块只有一部分在${named}的范围内，${own}。`, 1);
  if (onDate > result.validUntil) return needed(`${named}已经过期，${own}。`, 2);
  if (onDate < result.validFrom)
    return needed(`${named}从${chineseDate(result.validFrom)}起才有效，在那以前${own}。`, 2);
  if (use !== null && result.excludedUses.includes(use))
    return needed(`${named}不适用于“${nameOf(use)}”项目，${own}。`, 3);
  const exception = result.exceptions.find((one) => applies.includes(one));
  if (exception !== undefined) return needed(`${named}不适用于“${exception}”，${own}。`, 3);

  if (relation === null) return unknown(`填好地块位置，才知道是不是在${named}的范围内。`, 4);
  const open = [
    ...(use === null ? result.excludedUses.map(nameOf) : []),
    ...result.exceptions.filter((one) => !denied.includes(one)),
  ];
  if (open.length > 0) {
    const words = open.map((one) => `“${one}”`).join('、');
    return unknown(`地块在${named}的范围内；只要不是${words}，就直接用区域成果：${kind.stillNeeds}。`, 5);
  }
  return {
    result,
    verdict: 'spared',
    why: `地块在${named}的范围内，直接用这份成果：${kind.stillNeeds}。区域评估的费用不由企业承担。`,
    nearness: 6,
  };
}

/** What is still missing before a draft may be published; empty when nothing is. */
export function draftFaults(draft: {
  documentNo: string;
  validFrom: LocalDate;
  validUntil: LocalDate;
  hasDocument: boolean;
  areaFault: string | null;
}): string[] {
  return [
    ...(draft.documentNo === '' ? ['没有批复或备案文号'] : []),
    ...(draft.validUntil < draft.validFrom ? ['有效期的止日早于起日'] : []),
    ...(draft.hasDocument ? [] : ['没有上传成果文件']),
    ...(draft.areaFault === null ? [] : [`范围有误：${draft.areaFault}`]),
  ];
}
