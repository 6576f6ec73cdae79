import type { Attribution, AttributionContext } from './attribution.ts';
import { deadlinesIn } from './deadlines.ts';
import { findInProse } from './find-attributions.ts';
import { readFlow, type Flow } from './flow.ts';
import { readHead } from './head.ts';
import { readMeasure, readRowMeasure, type MeasureContext } from './measure.ts';
import { readOutline, type Node, type Outline } from './outline.ts';
import { firstListed, starredLead } from './roles.ts';
import { attributionsOf, outside, selectMeasures, type Selection } from './select.ts';
import { readTables, type RowMeasure } from './tables.ts';
import { readName, settleNames } from './settle.ts';
import type {
  AreaReading,
  ChapterReading,
  DeadlineReading,
  KnownNames,
  MeasureReading,
  PlanReading,
  WarningReading,
} from './types.ts';

/**
 * An official document → what it asks of whom. Pure: the same text gives the same reading. `known` are names the county knows;
 * they only raise confidence.
 */
export function readPlan(text: string, known?: KnownNames): PlanReading {
  const flow = readFlow(text);
  const gapBefore = (index: number) => flow.gapBefore(index);
  const context: AttributionContext = { gapBefore, known, year: null };
  // The year of 年底前 stands in the head, and the head ends where the numbers begin.
  const first = flow.blocks.find((block) => block.kind === 'row' || block.numbering !== null);
  const head = readHead(flow, first?.from ?? flow.text.length);
  context.year = head.year;
  const outline = readOutline(flow, context);
  // Nobody is named in brackets or after labels: then the sentences themselves say who is to act.
  if (!outline.nodes.some((node) => attributionsOf(node).length > 0)) {
    for (const node of outline.nodes) if (node.children.length === 0) readProse(flow, node, context);
  }
  const selection = selectMeasures(flow, outline);
  for (const node of [...selection.measures, ...selection.keyTasks]) readProse(flow, node, context);
  const tables = readTables(flow, outline.rows, context);
  // Who does what stands in the table at the end; the prose before it says the same at length.
  const told = tables.measures.filter(({ attributions }) => attributions.length > 0).length >= 2;
  if (told && selection.inheritable.size === 0 && !selection.measures.some((node) => attributionsOf(node).length > 0))
    selection.measures = [];
  const note = firstListed.exec(flow.text) ?? starredLead.exec(flow.text);
  const repaired = settleNames(
    [...outline.nodes.flatMap(attributionsOf), ...tables.measures.flatMap(({ attributions }) => attributions)],
    known,
  );
  const measureContext: MeasureContext = {
    flow,
    repaired,
    year: head.year,
    // 下同 inside a bracket holds from there on; a sentence of its own holds for the whole document.
    firstLeadsFrom: note === null ? null : saidInPassing(flow, note.index) ? note.index : 0,
    inheritable: selection.inheritable,
  };
  const { year: _, ...document } = head;
  const reading: PlanReading = {
    document: { ...document, firstListedLeads: note !== null },
    chapters: [],
    areas: [],
    measures: [],
    keyTasks: [],
    reportDates: [],
    warnings: [],
  };
  const places = readPlaces(flow, outline, selection, tables.measures, reading);
  for (const node of selection.measures) reading.measures.push(place(readMeasure(node, measureContext), node, places));
  for (const node of selection.keyTasks) reading.keyTasks.push(place(readMeasure(node, measureContext), node, places));
  for (const row of tables.measures) {
    const measure = readRowMeasure(row, measureContext);
    const area = row.area === '' ? null : reading.areas.findIndex(({ title }) => title === row.area);
    reading.measures.push({ ...place(measure, row.under, places), ...(area === null || area < 0 ? {} : { area }) });
  }
  reading.measures.sort((a, b) => a.span.from - b.span.from);
  flagRepeated(reading.measures);
  reading.reportDates = reportDates(flow, outline, selection, head.year);
  reading.warnings = warnings(flow, reading, outline, tables.unread);
  return reading;
}

/** A whole sentence that stands in an earlier measure too is pointed out, never merged. */
function flagRepeated(measures: readonly MeasureReading[]): void {
  const seen = new Set<string>();
  for (const measure of measures) {
    const own = new Set(
      measure.text
        .split(/[。；，]/)
        .map((clause) => clause.trim())
        .filter((clause) => clause.length >= 16),
    );
    if ([...own].some((clause) => seen.has(clause)) && !measure.flags.includes('repeated-sentence'))
      measure.flags.push('repeated-sentence');
    for (const clause of own) seen.add(clause);
  }
}

function readProse(flow: Flow, node: Node, context: AttributionContext): void {
  if (attributionsOf(node).length > 0) return;
  for (const part of node.parts) {
    const found = findInProse(flow.text.slice(part.from, part.to), part.from, context);
    part.attributions.push(...found);
  }
}

function saidInPassing(flow: Flow, index: number): boolean {
  const start = flow.text.lastIndexOf('\n', index);
  const before = flow.text.slice(start, index);
  return (
    before.lastIndexOf('（') > before.lastIndexOf('）') && /下同|以下同|后同/.test(flow.text.slice(index, index + 40))
  );
}

interface Places {
  areas: Map<Node, number>;
  chapters: Map<Node, number>;
}

function readPlaces(
  flow: Flow,
  outline: Outline,
  selection: Selection,
  rows: readonly RowMeasure[],
  reading: PlanReading,
): Places {
  const places: Places = { areas: new Map(), chapters: new Map() };
  for (const node of outline.root.children) {
    if (node.style === 'ar' || node.style === 'arp' || selection.measures.includes(node)) continue;
    places.chapters.set(node, reading.chapters.length);
    reading.chapters.push(chapterOf(flow, node));
  }
  // Areas stand right above the measures; most of them are of one style.
  const parents = [...new Set(selection.measures.map(({ parent }) => parent))].filter(
    (node): node is Node => node !== null && node.style !== 'root',
  );
  const counts = new Map<string, number>();
  for (const { style } of parents) counts.set(style, (counts.get(style) ?? 0) + 1);
  const style = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
  for (const node of outline.nodes) {
    const holds = node.style === style && !selection.measures.includes(node) && parents.includes(node);
    const empty = node.style === style && selection.inheritable.has(node);
    if (!holds && !empty) continue;
    places.areas.set(node, reading.areas.length);
    reading.areas.push(areaOf(flow, node, places));
  }
  for (const row of rows) {
    if (row.area === '' || reading.areas.some(({ title }) => title === row.area)) continue;
    reading.areas.push({
      label: '',
      title: row.area,
      chapter: null,
      sponsors: [],
      lead: [],
      co: [],
      collective: [],
      span: flow.rawSpan(row.from, row.to),
      confidence: 0.8,
    });
  }
  return places;
}

function titleOf(flow: Flow, node: Node): string {
  const part = node.parts[0];
  if (part === undefined) return '';
  return (outside(flow, part.from, part.to, part.attributions).split(/[。；\n]/)[0] ?? '').replace(/[：，、]$/, '');
}

function chapterOf(flow: Flow, node: Node): ChapterReading {
  const part = node.parts[0];
  return {
    label: node.numbering?.label ?? '',
    title: titleOf(flow, node),
    span: flow.rawSpan(node.head, part?.to ?? node.head),
  };
}

function areaOf(flow: Flow, node: Node, places: Places): AreaReading {
  const all = attributionsOf(node);
  const pick = (list: (one: Attribution) => Attribution['lead']) =>
    all.flatMap(list).map((name) => readName(flow, name));
  let chapter: number | null = null;
  for (let above = node.parent; above !== null; above = above.parent) chapter ??= places.chapters.get(above) ?? null;
  return {
    label: node.numbering?.label ?? '',
    title: titleOf(flow, node),
    chapter,
    sponsors: all.flatMap(({ sponsors }) => sponsors).map((person) => readName(flow, { ...person, confidence: 0.9 })),
    lead: pick(({ lead }) => lead),
    co: pick(({ co }) => co),
    collective: pick(({ collective }) => collective),
    span: flow.rawSpan(node.head, node.parts.at(-1)?.to ?? node.head),
    confidence: 0.95,
  };
}

function place(measure: MeasureReading, node: Node, places: Places): MeasureReading {
  let { area, chapter } = measure;
  for (let above: Node | null = node; above !== null; above = above.parent) {
    area ??= places.areas.get(above) ?? null;
    chapter ??= places.chapters.get(above) ?? null;
  }
  return { ...measure, area, chapter };
}

/** 分别于6月18日、11月28日前报…: in the closing words, outside any measure. */
function reportDates(flow: Flow, outline: Outline, selection: Selection, year: number | null): DeadlineReading[] {
  const chosen = new Set([...selection.measures, ...selection.keyTasks]);
  const parts = [
    ...outline.loose,
    ...outline.nodes.filter((node) => !chosen.has(node)).flatMap(({ parts: own }) => own),
  ];
  const found: DeadlineReading[] = [];
  for (const { from, to } of parts) {
    for (const sentence of flow.text.slice(from, to).matchAll(/[^。；]+/g)) {
      if (!/报送|上报|报至|前报|报告|反馈/.test(sentence[0])) continue;
      const base = from + sentence.index;
      for (const list of sentence[0].matchAll(/((?:(?:20\d{2}年)?\d{1,2}月\d{1,2}日(?:、|和|及|，)?)+)前/g)) {
        for (const one of (list[1] ?? '').matchAll(/(?:(?:20\d{2}年)?\d{1,2}月\d{1,2}日)/g)) {
          const at = base + list.index + one.index;
          const [due] = deadlinesIn(`${one[0]}前`, at, { year });
          if (due)
            found.push({ text: one[0], date: due.date, span: flow.rawSpan(at, at + one[0].length), confidence: 0.9 });
        }
      }
    }
  }
  return found;
}

function warnings(
  flow: Flow,
  reading: PlanReading,
  outline: Outline,
  unread: readonly { from: number; to: number }[],
): WarningReading[] {
  const found: WarningReading[] = [];
  const warn = (code: string, from: number, to: number, message: string) =>
    found.push({
      code,
      message: `第${flow.lineAt(from)}行：${message}`,
      line: flow.lineAt(from),
      span: flow.rawSpan(from, to),
    });
  for (const { from, to } of unread) warn('table-row-unread', from, to, '表格这一行没有读懂，请人工核对。');
  const lineOf = (span: { from: number }) => lineOfRaw(flow, span.from);
  for (const measure of [...reading.measures, ...reading.keyTasks]) {
    const name = measure.label === '' ? `“${measure.title.slice(0, 20)}”` : `第${measure.label}项`;
    for (const flag of measure.flags) {
      const message = spoken[flag];
      if (message !== undefined)
        found.push({
          code: flag,
          message: `第${lineOf(measure.span)}行：${name}${message}`,
          line: lineOf(measure.span),
          span: measure.span,
        });
    }
  }
  let last = 0;
  const styles = new Set(reading.measures.map(({ no }) => typeof no));
  const counted = reading.measures.filter(({ no }) => typeof no === 'number');
  const restarts = counted.filter(({ no }) => no === 1).length > 1;
  if (styles.has('number') && !restarts) {
    for (const measure of counted) {
      const no = Number(measure.no);
      if (last > 0 && no > last + 1)
        found.push({
          code: 'number-missing',
          message: `第${lineOf(measure.span)}行：第${last}项后面是第${no}项，中间的编号没有找到。`,
          line: lineOf(measure.span),
          span: measure.span,
        });
      last = no;
    }
  }
  if (reading.measures.length === 0)
    found.push({
      code: 'no-measures',
      message: '全文没有找到带编号或带责任单位的任务。',
      line: 1,
      span: { from: 0, to: 0 },
    });
  if (outline.nodes.length === 0 && outline.rows.length === 0)
    found.push({ code: 'no-structure', message: '全文没有找到编号或表格。', line: 1, span: { from: 0, to: 0 } });
  return found;
}

function lineOfRaw(flow: Flow, raw: number): number {
  let low = 0;
  let high = flow.text.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (flow.rawSpan(middle, middle + 1).from < raw) low = middle + 1;
    else high = middle;
  }
  return flow.lineAt(Math.max(0, low));
}

const spoken: Record<string, string> = {
  'no-attribution': '没有写明由谁负责。',
  'no-lead': '没有写明牵头单位。',
  'unclosed-bracket': '责任单位的括号没有收尾，已按到段末读取。',
  'unopened-bracket': '责任单位缺左括号，已按最后一句读取。',
  'unread-words': '责任单位里有没读懂的文字。',
  'unknown-name': '有不像单位名称的责任主体，请核对。',
  'repaired-name': '有单位名称疑有错字，已按全文其他处的写法改正，请核对。',
  'doubled-character': '断行处有重复的字，已去掉一个。',
  'deadline-unclear': '完成时限没有读懂。',
  'repeated-sentence': '有整句与别的任务重复。',
  'no-title': '没有标题。',
};
