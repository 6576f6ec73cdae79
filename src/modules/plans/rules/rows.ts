import type { AttributionReading, MeasureReading, NameReading, PlanReading, TargetReading } from '../reader/index.ts';
import type { Comparator } from './target.ts';

/** What was read, as rows that people check. Pure. */

export interface TextSpan {
  start: number;
  end: number;
}

export interface ReadField<T> {
  value: T;
  /** Null: typed in by a person. */
  span: TextSpan | null;
  confidence: number;
}

export interface WrittenName {
  name: string;
  span: TextSpan | null;
}

export interface RowTarget {
  subject: string;
  comparator: Comparator;
  value: number | null;
  unit: string;
  span: TextSpan | null;
}

export interface RowBody {
  no: string;
  title: ReadField<string>;
  text: ReadField<string>;
  /** Number of the area in the order of the document. */
  area: number | null;
  leads: WrittenName[];
  impliedLead: boolean;
  supporters: WrittenName[];
  collectives: WrittenName[];
  sponsors: string[];
  deadline: ReadField<string | null>;
  targets: RowTarget[];
  flags: string[];
}

export interface ProposedRow {
  kind: 'measure' | 'subItem';
  body: RowBody;
  confidence: number;
}

export interface ReadArea {
  no: number;
  name: string;
  sponsors: string[];
  leads: string[];
  span: TextSpan;
}

export function areasOfReading(reading: PlanReading): ReadArea[] {
  return reading.areas.map((area, index) => ({
    no: index + 1,
    name: area.title,
    sponsors: area.sponsors.map((one) => one.name),
    leads: area.lead.map((one) => one.name),
    span: spanOf(area),
  }));
}

/** Key tasks give a row for each of their sub-items, measures one each; numbers are unique within a kind where the reader can tell. */
export function rowsOfReading(reading: PlanReading): ProposedRow[] {
  const numbers = measureNumbers(reading);
  return [
    ...reading.keyTasks.flatMap((task, index) => subItemRows(task, bare(task.label) || String(index + 1))),
    ...reading.measures.map((measure, index): ProposedRow => {
      const { no, isOurs } = numbers[index] ?? { no: '', isOurs: true };
      const body = bodyOf(measure, measure.attributions, no, measure.title, {
        text: measure.text,
        span: spanOf(measure),
        targets: measure.targets,
      });
      if (isOurs) body.flags.push('numbered-here');
      return { kind: 'measure', body, confidence: confidenceOf(measure, measure.attributions) };
    }),
  ];
}

function subItemRows(task: MeasureReading, no: string): ProposedRow[] {
  const rowOf = (label: string, text: string, span: { from: number; to: number }): ProposedRow => {
    const covering = task.attributions.filter((one) => one.covers.from < span.to && one.covers.to > span.from);
    const attributions = covering.length > 0 ? covering : task.attributions;
    const targets = task.targets.filter((one) => one.span.from >= span.from && one.span.from < span.to);
    const title = label === '' ? task.title : `${task.title}：${firstWords(text)}`;
    return {
      kind: 'subItem',
      body: bodyOf(task, attributions, label === '' ? no : `${no}(${label})`, title, {
        text,
        span: { start: span.from, end: span.to },
        targets,
      }),
      confidence: confidenceOf(task, attributions),
    };
  };
  if (task.items.length === 0) return [rowOf('', task.text, task.span)];
  return task.items.map((item, index) => rowOf(bare(item.label) || String(index + 1), item.text, item.span));
}

function bodyOf(
  measure: MeasureReading,
  attributions: readonly AttributionReading[],
  no: string,
  title: string,
  part: { text: string; span: TextSpan; targets: readonly TargetReading[] },
): RowBody {
  const dated = [...attributions.flatMap((one) => one.deadline ?? []), ...measure.deadlines].find(
    (one) => one.date !== null,
  );
  const flags = [...new Set([...measure.flags, ...attributions.flatMap((one) => one.flags)])];
  if (attributions.length > 1) flags.push('several-attributions');
  if (part.targets.some((one) => one.meant === '<' || one.meant === '>')) flags.push('strict-comparator');
  return {
    no: no.slice(0, 20),
    title: {
      value: (title.trim() || firstWords(part.text) || '（没有标题）').slice(0, 200),
      span: spanOf({ span: measure.titleSpan }),
      confidence: measure.confidence,
    },
    text: { value: part.text.slice(0, 8000), span: part.span, confidence: measure.confidence },
    area: measure.area === null ? null : measure.area + 1,
    leads: named(attributions.flatMap((one) => one.lead)),
    impliedLead: attributions.some((one) => one.implied !== 'no' && one.lead.length > 0),
    supporters: named(attributions.flatMap((one) => one.co)),
    collectives: named(attributions.flatMap((one) => one.collective)),
    sponsors: [...new Set(attributions.flatMap((one) => one.sponsors.map((sponsor) => sponsor.name)))],
    deadline:
      dated === undefined
        ? { value: null, span: null, confidence: 1 }
        : { value: dated.date, span: spanOf(dated), confidence: dated.confidence },
    targets: part.targets.map(targetOf),
    flags,
  };
}

/** The document's words as the ledger compares: a drop of 8 % on last year is a change of −0.08. */
function targetOf(target: TargetReading): RowTarget {
  const { subject, unit, value, baseline } = target;
  const rest = { subject: (subject.trim() || '目标').slice(0, 100), span: spanOf(target) };
  if (target.meant === 'relative') return { ...rest, comparator: 'series>=', value, unit: unit ?? '%' };
  if (target.meant === 'up' || target.meant === 'down') {
    return { ...rest, comparator: target.meant, value: null, unit: unit ?? '' };
  }
  if (baseline !== null && unit === '%' && value !== null && /压缩|压减|下降|减少|降低|缩短/.test(subject)) {
    return { ...rest, comparator: 'change<=', value: -value / 100, unit: '' };
  }
  if (baseline !== null && unit === '%' && value !== null && /增长|提高|提升|增加/.test(subject)) {
    return { ...rest, comparator: 'change>=', value: value / 100, unit: '' };
  }
  const comparator = target.meant === '<' ? '<=' : target.meant === '>' ? '>=' : target.meant;
  return { ...rest, comparator, value, unit: (unit ?? '').slice(0, 20) };
}

/** One row out of two pieces of the text: whoever is named behind a piece goes with it, and with both where only one names anybody. */
export function splitBody(body: RowBody, at: number, source: string): [RowBody, RowBody] | null {
  const { span } = body.text;
  if (span === null || at <= span.start || at >= span.end) return null;
  const share = (names: readonly WrittenName[]): [WrittenName[], WrittenName[]] => {
    const before = names.filter((one) => one.span !== null && one.span.start < at);
    const behind = names.filter((one) => one.span === null || one.span.start >= at);
    return [before.length > 0 ? before : [...names], behind.length > 0 ? behind : [...names]];
  };
  const [leads, otherLeads] = share(body.leads);
  const [supporters, otherSupporters] = share(body.supporters);
  const [collectives, otherCollectives] = share(body.collectives);
  const isBehind = (one: RowTarget) => one.span !== null && one.span.start >= at;
  const words = source.slice(at, span.end).trim();
  const second: RowBody = {
    ...body,
    title: { value: firstWords(words) || body.title.value, span: null, confidence: 0.5 },
    text: { value: words, span: { start: at, end: span.end }, confidence: body.text.confidence },
    leads: otherLeads,
    supporters: otherSupporters,
    collectives: otherCollectives,
    targets: body.targets.filter(isBehind),
  };
  const first: RowBody = {
    ...body,
    text: {
      value: source.slice(span.start, at).trim(),
      span: { start: span.start, end: at },
      confidence: body.text.confidence,
    },
    leads,
    supporters,
    collectives,
    targets: body.targets.filter((one) => !isBehind(one)),
  };
  return [first, second];
}

export function mergeBodies(first: RowBody, second: RowBody): RowBody {
  const [a, b] = [first.text.span, second.text.span];
  return {
    ...first,
    text: {
      value: `${first.text.value}\n${second.text.value}`.slice(0, 8000),
      span: a === null || b === null ? (a ?? b) : { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) },
      confidence: Math.min(first.text.confidence, second.text.confidence),
    },
    leads: unite(first.leads, second.leads),
    impliedLead: first.impliedLead || second.impliedLead,
    supporters: unite(first.supporters, second.supporters),
    collectives: unite(first.collectives, second.collectives),
    sponsors: [...new Set([...first.sponsors, ...second.sponsors])],
    deadline: (first.deadline.value ?? '') >= (second.deadline.value ?? '') ? first.deadline : second.deadline,
    targets: [...first.targets, ...second.targets],
    flags: [...new Set([...first.flags, ...second.flags])],
  };
}

/** The document's own number; the chapter in front where the count begins anew; ours where there is none. */
function measureNumbers(reading: PlanReading): { no: string; isOurs: boolean }[] {
  const plain = reading.measures.map(({ no }) => (no === null ? '' : bare(String(no))));
  const seen = new Map<string, number>();
  for (const no of plain) seen.set(no, (seen.get(no) ?? 0) + 1);
  const used = new Set<string>();
  return reading.measures.map((measure, index) => {
    const own = plain[index] ?? '';
    const chapter = measure.chapter === null ? '' : bare(reading.chapters[measure.chapter]?.label ?? '');
    const wanted = own === '' ? '' : (seen.get(own) ?? 0) > 1 && chapter !== '' ? `${chapter}(${own})` : own;
    const no = wanted !== '' && !used.has(wanted) ? wanted : freeNumber(wanted || String(index + 1), used);
    used.add(no);
    return { no, isOurs: no !== wanted };
  });
}

export function freeNumber(wanted: string, used: ReadonlySet<string>): string {
  for (let extra = 1; ; extra++) {
    const no = extra === 1 ? wanted : `${wanted}-${extra}`;
    if (!used.has(no)) return no;
  }
}

function confidenceOf(measure: MeasureReading, attributions: readonly AttributionReading[]): number {
  const names = attributions.flatMap((one) => [...one.lead, ...one.co]);
  return Math.min(
    measure.confidence,
    ...attributions.map((one) => one.confidence),
    ...names.map((one) => one.confidence),
    ...measure.targets.map((one) => one.confidence),
  );
}

function named(list: readonly NameReading[]): WrittenName[] {
  return unite(
    list.map((one) => ({ name: one.name, span: spanOf(one) })),
    [],
  );
}

function unite(first: readonly WrittenName[], second: readonly WrittenName[]): WrittenName[] {
  const all = [...first, ...second];
  return all.filter((one, index) => all.findIndex((other) => other.name === one.name) === index);
}

function spanOf({ span }: { span: { from: number; to: number } }): TextSpan {
  return { start: span.from, end: span.to };
}

/** （一） → 一, 第三条 → 三, 1. → 1 */
function bare(label: string): string {
  return label.replaceAll(/[（）()〔〕[\]\s、．。第条项]|[.]$/g, '');
}

function firstWords(text: string): string {
  const [words = ''] = text.trim().split(/[。，；：,;\n]/);
  return words.slice(0, 40);
}
