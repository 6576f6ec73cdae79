/** 热点和突增: what many ask about this week, and what rose suddenly against the weeks before. */

export interface Counted {
  topic: string;
  town: string;
  class: string;
  count: number;
  /** All of the weeks before together. */
  before: number;
}

export interface Hot extends Omit<Counted, 'before'> {
  /** A usual week. */
  usual: number;
  rising: boolean;
  why: string;
}

export function hotTopics(
  counts: readonly Counted[],
  rule: { baselineWeeks: number; leastCount: number; factor: number },
): Hot[] {
  return counts
    .filter(({ count }) => count > 0)
    .map(({ topic, town, class: kind, count, before }) => {
      const usual = before / rule.baselineWeeks;
      const rising = count >= rule.leastCount && count >= usual * rule.factor && count > usual;
      return { topic, town, class: kind, count, usual, rising, why: rising ? riseWords(count, usual) : '' };
    })
    .sort((a, b) => Number(b.rising) - Number(a.rising) || b.count - a.count || a.topic.localeCompare(b.topic));
}

function riseWords(count: number, usual: number): string {
  if (usual === 0) return `这一周${count}件，前几周没有`;
  const times = Math.round((count / usual) * 10) / 10;
  return `这一周${count}件，平常一周${Math.round(usual * 10) / 10}件，是平常的${times}倍`;
}
