import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { buildCalendar, parseNotices } from '../src/calendar/index.ts';
import type { AttributionInput } from '../src/modules/projects/rules/attribution-types.ts';
import { attribute } from '../src/modules/projects/rules/attribution.ts';
import { budgetOf } from '../src/modules/projects/rules/budget.ts';
import {
  at,
  intake,
  procedure,
  review,
  sampleInput,
  sampleItem,
  spansOf,
} from '../src/modules/projects/rules/sample-project.ts';
import type { ItemTimeline } from '../src/modules/projects/rules/timeline.ts';
import { percentile } from './report.ts';

export interface ProjectTimes {
  days: number;
  items: number;
  /** Milliseconds a project. */
  attribution: { p50: number; p99: number };
  withBudget: { p50: number; p99: number };
}

/** Every day of a project with 30 items and 400 days, and its budget with what would break it. */
export function projectTimes(): ProjectTimes {
  const notices = parse(readFileSync(resolve(import.meta.dirname, '../data/calendar/notices.yaml'), 'utf8')) as unknown;
  const calendar = buildCalendar(parseNotices(notices));
  const stages = ['land', 'works', 'permit', 'acceptance'].map((id, stage) => ({
    ...{ id, name: id, unitId: 'approval', budgetDays: 30 },
    items: Array.from({ length: 6 }, (_, index) => item(`${id}-${index}`, stage * 100 + index)),
  }));
  const tracks = Array.from({ length: 6 }, (_, index) => item(`track-${index}`, 20 + index * 50));
  const input: AttributionInput = {
    ...sampleInput(calendar, { startOn: dayAfter(0), today: dayAfter(400), budgetDays: 120 }),
    ...{ stages, tracks },
  };
  const { days } = attribute(input);
  if (days.length !== 400) throw new Error(`${days.length} days`);
  return {
    days: days.length,
    items: stages.flatMap((stage) => stage.items).length + tracks.length,
    attribution: timed(() => attribute(input).days.length),
    withBudget: timed(() => budgetOf(input).project.used),
  };
}

/** Filed, accepted, stopped for an expert review with notice, decided; those of the last stage still run. */
function item(id: string, from: number): ItemTimeline {
  const moment = (days: number): string => `${dayAfter(from + days)} 10:00`;
  const isRunning = from > 300;
  const acceptedAt = at(moment(3));
  return sampleItem(id, {
    ...{ filedAt: at(moment(0)), acceptedAt, promisedTerm: '40wd', unitId: `unit-${from % 5}` },
    ...(isRunning ? {} : { status: 'granted', outcome: 'granted', concludedAt: at(moment(80)) }),
    spans: spansOf(
      [moment(0), intake()],
      [moment(3), review()],
      [moment(20), procedure('expertReview', 'notice', dayAfter(from + 40))],
      [moment(45), review()],
      ...(isRunning ? [] : ([[moment(80), 'end']] as const)),
    ),
  });
}

function dayAfter(days: number): string {
  return new Date(Date.UTC(2022, 0, 4) + days * 86_400_000).toISOString().slice(0, 10);
}

function timed(work: () => number): { p50: number; p99: number } {
  for (let round = 0; round < 20; round++) work();
  const times: number[] = [];
  for (let round = 0; round < 100; round++) {
    const from = performance.now();
    work();
    times.push(performance.now() - from);
  }
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
