import { z } from 'zod';
import {
  indicatorSource,
  type DayRange,
  type IndicatorEvidence,
  type IndicatorReading,
  type Tx,
} from '../../kernel/module.ts';
import { instantAt, localDateOf, plusMs } from '../../kernel/time.ts';
import { sharesOf, type Counts, type Share } from './rules/figures.ts';
import { levelNames } from './rules/transitions.ts';
import { ratingsBehind } from './store/evidence.ts';
import { countFigures } from './store/figures.ts';

/** What a plan promises of ratings, computed from those that were given. */

const goodShare = indicatorSource({
  name: 'ratings.goodShare',
  zh: '好评率',
  unit: '%',
  explanation:
    '期内有效评价中“非常满意”“满意”“基本满意”所占的比例；复核后剔除的不计，没有评价的不算好评，也不在分母里。',
  params: z.object({}),
  async compute(tx, _, period) {
    const counts = await countsIn(tx, period);
    return reading(sharesOf(counts).good, [
      { why: '复核后剔除的', count: counts.removed },
      { why: '办结后没有评价的', count: counts.finished - counts.answered },
    ]);
  },
  behind: (tx, _, period, page) => behind(tx, period, page, false),
});

const rectifiedShare = indicatorSource({
  name: 'ratings.rectifiedShare',
  zh: '差评整改率',
  unit: '%',
  explanation:
    '期内有效差评中，整改到位（回访满意，或者匿名差评已经整改）的比例；联系不上、回访仍不满意的不算整改到位。',
  params: z.object({}),
  async compute(tx, _, period) {
    const counts = await countsIn(tx, period);
    return reading(sharesOf(counts).rectified, [{ why: '复核后剔除的', count: counts.removed }]);
  },
  behind: (tx, _, period, page) => behind(tx, period, page, true),
});

const activeShare = indicatorSource({
  name: 'ratings.activeShare',
  zh: '主动评价率',
  unit: '%',
  explanation: '期内办结的事中，办事人主动评价了的比例；复核后剔除的评价不计。',
  params: z.object({}),
  async compute(tx, _, period) {
    return reading(sharesOf(await countsIn(tx, period)).active, []);
  },
  behind: (tx, _, period, page) => behind(tx, period, page, false),
});

export const ratingIndicators = [goodShare, rectifiedShare, activeShare];

async function countsIn(tx: Tx, period: DayRange): Promise<Counts> {
  const [counts] = await countFigures(tx, { by: 'all', reach: 'all', ...momentsOf(period) });
  if (counts === undefined) throw new Error('a count without a row');
  return counts;
}

function momentsOf({ from, to }: DayRange) {
  return { from: instantAt(from, '00:00'), to: plusMs(instantAt(to, '00:00'), 86_400_000) };
}

function reading({ part, whole, share }: Share, excluded: IndicatorReading['excluded']): IndicatorReading {
  return {
    value: share === null ? null : share * 100,
    numerator: part,
    denominator: whole,
    excluded: excluded.filter(({ count }) => count > 0),
  };
}

async function behind(
  tx: Tx,
  period: DayRange,
  page: { page: number; size: number },
  badOnly: boolean,
): Promise<IndicatorEvidence> {
  const { rows, total } = await ratingsBehind(tx, { ...momentsOf(period), badOnly }, page);
  return {
    rows: rows.map((row) => ({
      // The rating's own number: the case's would show who rated.
      no: row.no,
      title: row.itemName,
      link: `/workbench/ratings/${row.id}`,
      on: localDateOf(row.at),
      value: `${levelNames[row.level] ?? ''}${badOnly && row.rectified ? '，已整改' : ''}`,
      counted: row.status !== 'removed',
      why: row.status === 'removed' ? '复核后剔除' : '',
    })),
    total,
  };
}
