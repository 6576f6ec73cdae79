import { syntheticPlan } from '../src/modules/plans/reader/fixtures/synthetic.ts';
import { readPlan } from '../src/modules/plans/reader/index.ts';
import { median } from './report.ts';

export interface PlanReaderTimes {
  pages: number;
  measures: number;
  /** Milliseconds a page, in the whole document and in one of a quarter of its length. */
  whole: number;
  quarter: number;
}

/** A plan of sixty printed pages (some 600 characters each); every measure must be found before it is timed. */
export function planReaderTimes(): PlanReaderTimes {
  const pages = 60;
  const long = planOf(pages);
  const short = planOf(pages / 4);
  return {
    pages,
    measures: long.measures,
    whole: timeOf(long.text) / pages,
    quarter: timeOf(short.text) / (pages / 4),
  };
}

function planOf(pages: number): { text: string; measures: number } {
  let measures = 20;
  while (syntheticPlan(measures).length < pages * 600) measures += 20;
  const text = syntheticPlan(measures);
  const found = readPlan(text).measures.length;
  if (found !== measures) throw new Error(`${found} of ${measures} measures read`);
  return { text, measures };
}

function timeOf(text: string): number {
  const times: number[] = [];
  for (let run = 0; run < 7; run++) {
    const from = performance.now();
    readPlan(text);
    times.push(performance.now() - from);
  }
  return median(times);
}
