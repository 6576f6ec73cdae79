import type {
  AttributionReading,
  DeadlineReading,
  MeasureReading,
  NameReading,
  PlanReading,
  TargetReading,
} from './types.ts';

/**
 * The reading as `plan read --json` prints it. A measure with several attributions gives several entries with the same `no` and
 * `title`, in the order of the text, each with the targets and the deadline of its own part; `part` and `parts` tell them apart.
 */
export interface PlanEntry {
  no: number | string | null;
  title: string;
  lead: string[];
  co: string[];
  collective: string[];
  impliedLead: boolean;
  /** The last day where the words name one, else the words: 长期坚持. */
  deadline: string | null;
  deadlineText: string | null;
  targets: EntryTarget[];
  confidence: number;
  flags: string[];
  part: number;
  parts: number;
  area: string | null;
  chapter: string | null;
  sponsors: string[];
  quotas: { subject: string; what: string; count: number; unit: string; per: string }[];
  items: { no: string; text: string }[];
  span: { from: number; to: number };
}

export interface EntryTarget {
  subject: string;
  comparator: string;
  value: number | null;
  unit: string | null;
  meant: string;
  period: string | null;
  baseline: string | null;
}

export interface PlanOutput {
  document: {
    title: string | null;
    noticeTitle: string | null;
    issuer: string | null;
    documentNo: string | null;
    date: string | null;
    kind: string | null;
    firstListedLeads: boolean;
  };
  areas: {
    no: string;
    title: string;
    sponsors: string[];
    lead: string[];
    co: string[];
    collective: string[];
    chapter: string | null;
    measures: (number | string)[];
  }[];
  measures: PlanEntry[];
  keyTasks: PlanEntry[];
  reportDates: string[];
  warnings: { code: string; message: string; line: number; from: number; to: number }[];
}

export function toOutput(reading: PlanReading): PlanOutput {
  const { document } = reading;
  return {
    document: {
      title: document.title?.value ?? null,
      noticeTitle: document.noticeTitle?.value ?? null,
      issuer: document.issuer?.value ?? null,
      documentNo: document.documentNo?.value ?? null,
      date: document.date?.value ?? null,
      kind: document.kind,
      firstListedLeads: document.firstListedLeads,
    },
    areas: reading.areas.map((area, index) => ({
      no: area.label,
      title: area.title,
      sponsors: names(area.sponsors),
      lead: names(area.lead),
      co: names(area.co),
      collective: names(area.collective),
      chapter: area.chapter === null ? null : (reading.chapters[area.chapter]?.title ?? null),
      measures: reading.measures.filter((measure) => measure.area === index).map(({ no, title }) => no ?? title),
    })),
    measures: reading.measures.flatMap((measure) => entries(measure, reading)),
    keyTasks: reading.keyTasks.flatMap((measure) => entries(measure, reading)),
    reportDates: reading.reportDates.map(({ date, text }) => date ?? text),
    warnings: reading.warnings.map(({ code, message, line, span }) => ({ code, message, line, ...span })),
  };
}

const names = (list: readonly NameReading[]): string[] => list.map(({ name }) => name);

function entries(measure: MeasureReading, reading: PlanReading): PlanEntry[] {
  const speaking = measure.attributions.filter(
    ({ lead, co, collective }) => lead.length + co.length + collective.length > 0,
  );
  const all: (AttributionReading | null)[] = speaking.length > 0 ? speaking : [measure.attributions[0] ?? null];
  const loose =
    measure.attributions.find((attribution) => !all.includes(attribution) && attribution.deadline !== null)?.deadline ??
    null;
  return all.map((attribution, index) => {
    const alone = all.length === 1;
    const last = index === all.length - 1;
    const mine = ({ span }: { span: { from: number; to: number } }) => {
      if (alone) return true;
      // What stands behind the last attribution goes with it; the rest with the attribution that follows.
      // Where somebody is the subject of a sentence, the sentence goes on behind the name.
      const owner = all.findIndex((one, at) => {
        const next = all[at + 1];
        return (
          one !== null &&
          (isSubject(one)
            ? next === undefined || next === null || span.from < next.span.from
            : span.from < one.span.from)
        );
      });
      return owner === index || (owner === -1 && last);
    };
    const deadline = attribution?.deadline ?? (alone ? loose : null) ?? lastOf(measure.deadlines.filter(mine));
    return {
      no: measure.no,
      title: measure.title,
      lead: names(attribution?.lead ?? []),
      co: names(attribution?.co ?? []),
      collective: names(attribution?.collective ?? []),
      impliedLead: attribution !== null && attribution.implied !== 'no',
      deadline: deadline === null ? null : (deadline.date ?? deadline.text),
      deadlineText: deadline?.text ?? null,
      targets: measure.targets.filter(mine).map(target),
      confidence: Math.min(measure.confidence, attribution?.confidence ?? 1),
      flags: alone
        ? measure.flags
        : [...new Set([...measure.flags.filter((flag) => flag !== 'no-lead'), ...(attribution?.flags ?? [])])],
      part: index + 1,
      parts: all.length,
      area: measure.area === null ? null : (reading.areas[measure.area]?.title ?? null),
      chapter: measure.chapter === null ? null : (reading.chapters[measure.chapter]?.title ?? null),
      sponsors: sponsorsOf(measure, attribution, reading),
      quotas: measure.quotas
        .filter(mine)
        .map(({ subject, what, count, unit, per }) => ({ subject, what, count, unit, per })),
      items: measure.items.map(({ label, text }) => ({ no: label, text })),
      span: measure.span,
    };
  });
}

const isSubject = ({ form }: AttributionReading): boolean => form === 'sentence' || form === 'subject';

function sponsorsOf(measure: MeasureReading, attribution: AttributionReading | null, reading: PlanReading): string[] {
  const own = names(attribution?.sponsors ?? []);
  return own.length > 0 || measure.area === null ? own : names(reading.areas[measure.area]?.sponsors ?? []);
}

function lastOf(deadlines: readonly DeadlineReading[]): DeadlineReading | null {
  let last: DeadlineReading | null = null;
  for (const one of deadlines) if (last === null || (one.date ?? '') > (last.date ?? '')) last = one;
  return last;
}

const target = ({ subject, comparator, value, unit, meant, period, baseline }: TargetReading): EntryTarget => ({
  subject,
  comparator,
  value,
  unit,
  meant,
  period,
  baseline,
});
