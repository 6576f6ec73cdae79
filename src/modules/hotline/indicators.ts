import { z } from 'zod';
import {
  indicatorSource,
  type DayRange,
  type IndicatorEvidence,
  type IndicatorReading,
  type Tx,
} from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { rated } from './analysis.ts';
import { ratesOf, type Rate, type Rated, type Rates } from './rules/rates.ts';
import { countyOf } from './settings.ts';
import type { RatedRow } from './store/analysis.ts';

/** Figures of the hotline that a plan holds targets against. */

const params = z.object({ units: z.array(z.string()).default([]), classes: z.array(z.string()).default([]) });
type Filter = z.output<typeof params>;

const measures = {
  response: {
    name: 'hotline.responseShare',
    zh: '诉求响应率',
    explanation:
      '期内登记并派出的诉求中，按规定的小时数签收并联系诉求人的比例；当场答复、重复、撤回、恶意和批准剔除的不计。',
    of: (rates: Rates) => rates.response,
    words: (ticket: Rated) =>
      ticket.respondedInTime ? '按时响应' : ticket.responsePending ? '还没到时候' : '没有按时响应',
    counted: (ticket: Rated) => !ticket.responsePending,
  },
  solution: {
    name: 'hotline.solutionShare',
    zh: '诉求解决率',
    explanation: '期内登记的诉求中，有效回访里诉求人说已经解决的比例；没有回访到的不在分母里。',
    of: (rates: Rates) => rates.solution,
    words: (ticket: Rated) => (ticket.call === null ? '没有回访到' : ticket.call.solved ? '已解决' : '没有解决'),
    counted: (ticket: Rated) => ticket.call !== null,
  },
  satisfaction: {
    name: 'hotline.satisfactionShare',
    zh: '诉求满意率',
    explanation: '期内登记的诉求中，有效回访里基本满意以上的比例；没有回访到的不在分母里。',
    of: (rates: Rates) => rates.satisfaction,
    words: (ticket: Rated) => (ticket.call === null ? '没有回访到' : `${ticket.call.satisfaction}分`),
    counted: (ticket: Rated) => ticket.call !== null,
  },
  onTime: {
    name: 'hotline.onTimeShare',
    zh: '诉求按时办结率',
    explanation: '期内登记并派出的诉求中，没有超过办理期限的比例；期限从派单起算，签收早晚不影响。',
    of: (rates: Rates): Rate => {
      const onTime = rates.assessable - rates.late;
      const value = rates.assessable === 0 ? null : (onTime / rates.assessable) * 100;
      return { value, numerator: onTime, denominator: rates.assessable };
    },
    words: (ticket: Rated) => (ticket.late ? '超期' : '没有超期'),
    counted: () => true,
  },
} as const;

export const hotlineIndicators = Object.values(measures).map((measure) =>
  indicatorSource({
    name: measure.name,
    zh: measure.zh,
    unit: '%',
    explanation: measure.explanation,
    params,
    async compute(tx, filter, period): Promise<IndicatorReading> {
      const { settings } = await countyOf(tx.services);
      const rates = ratesOf(await within(tx, filter, period), settings.rates);
      return { ...measure.of(rates), excluded: rates.excluded };
    },
    async behind(tx, filter, period, page): Promise<IndicatorEvidence> {
      const rows = await within(tx, filter, period);
      const from = (page.page - 1) * page.size;
      return {
        rows: rows.slice(from, from + page.size).map((row) => {
          const why = row.excluded ?? (row.dispatched ? '' : '还没有派单');
          return {
            no: row.no,
            title: row.confidential ? '保密诉求' : row.title,
            link: `/hotline/tickets/${row.id}`,
            on: localDateOf(row.registeredAt),
            value: measure.words(row),
            counted: why === '' && measure.counted(row),
            why,
          };
        }),
        total: rows.length,
      };
    },
  }),
);

async function within(tx: Tx, { units, classes }: Filter, period: DayRange): Promise<RatedRow[]> {
  const rows = await rated(tx, period);
  return rows.filter(
    (row) =>
      (units.length === 0 || (row.unitId !== null && units.includes(row.unitId))) &&
      (classes.length === 0 || classes.includes(row.class)),
  );
}
