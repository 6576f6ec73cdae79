import { levelOf, type Level } from '../../src/modules/plans/rules/look.ts';
import type { ReviewRow, Span } from './plan-review.ts';

/** The source as paragraphs, each cut where rows and the fields of the chosen row begin and end. Pure. */

export interface Paragraph extends Span {
  index: number;
}

export type FieldKind = 'title' | 'lead' | 'supporter' | 'collective' | 'deadline' | 'target';
export const fieldNames: Readonly<Record<FieldKind, string>> = {
  title: '标题',
  lead: '牵头',
  supporter: '配合',
  collective: '集体',
  deadline: '期限',
  target: '目标',
};

export interface Piece extends Span {
  text: string;
  row: Cover | null;
  field: FieldKind | null;
  /** The first of a run of fields of a kind is labelled. */
  label: string;
}

export interface Cover extends Span {
  id: string;
  no: string;
  level: Level;
  state: ReviewRow['state'];
}

/** Lines of the source with something on them; blank ones and page breaks only separate. */
export function paragraphsOf(text: string): Paragraph[] {
  const found: Paragraph[] = [];
  for (const line of text.matchAll(/[^\n\r\f\v]+/g)) {
    if (line[0].trim() === '') continue;
    found.push({ index: found.length, start: line.index, end: line.index + line[0].length });
  }
  return found;
}

export function coversOf(rows: readonly ReviewRow[]): Cover[] {
  return rows
    .flatMap(({ id, no, state, confidence, flags, text }) =>
      text.span === null || state === 'dropped'
        ? []
        : [{ ...text.span, id, no, state, level: levelOf(confidence, flags) }],
    )
    .sort((a, b) => a.start - b.start || b.end - a.end);
}

/** For each paragraph the rows that stand in it. Both lists are in the order of the text. */
export function coversByParagraph(paragraphs: readonly Paragraph[], covers: readonly Cover[]): Cover[][] {
  let next = 0;
  let open: Cover[] = [];
  return paragraphs.map((paragraph) => {
    open = open.filter((cover) => cover.end > paragraph.start);
    for (let cover = covers[next]; cover !== undefined && cover.start < paragraph.end; cover = covers[++next])
      if (cover.end > paragraph.start) open.push(cover);
    return open.length === 0 ? none : [...open];
  });
}
const none: Cover[] = [];

export interface FieldMark extends Span {
  kind: FieldKind;
}

/** Where the fields of a row stand, in the order of the text. */
export function fieldsOf(row: ReviewRow): FieldMark[] {
  const mark = (kind: FieldKind, span: Span | null): FieldMark[] =>
    span === null || span.end <= span.start ? [] : [{ kind, start: span.start, end: span.end }];
  return [
    ...mark('title', row.title.span),
    ...row.leads.flatMap(({ span }) => mark('lead', span)),
    ...row.supporters.flatMap(({ span }) => mark('supporter', span)),
    ...row.collectives.flatMap(({ span }) => mark('collective', span)),
    ...mark('deadline', row.deadline.span),
    ...row.targets.flatMap(({ span }) => mark('target', span)),
  ].sort((a, b) => a.start - b.start);
}

/** One paragraph in pieces; of rows that lie within each other the innermost counts. */
export function piecesOf(
  source: string,
  paragraph: Paragraph,
  covers: readonly Cover[],
  fields: readonly FieldMark[],
): Piece[] {
  const here = fields.filter((one) => one.end > paragraph.start && one.start < paragraph.end);
  const cuts = new Set([paragraph.start, paragraph.end]);
  for (const { start, end } of [...covers, ...here])
    for (const at of [start, end]) if (at > paragraph.start && at < paragraph.end) cuts.add(at);
  const places = [...cuts].sort((a, b) => a - b);
  let last: FieldKind | null = null;
  return places.slice(0, -1).map((start, index) => {
    const end = places[index + 1] ?? paragraph.end;
    const holds = (one: Span) => one.start <= start && one.end >= end;
    const row = covers
      .filter(holds)
      .reduce<Cover | null>(
        (best, one) => (best === null || one.end - one.start < best.end - best.start ? one : best),
        null,
      );
    const field = here.findLast(holds)?.kind ?? null;
    const label = field !== null && field !== last ? fieldNames[field] : '';
    last = field ?? last;
    return { start, end, text: source.slice(start, end), row, field, label };
  });
}

/** Two drawings of a paragraph with the same signature look the same. */
export function signatureOf(covers: readonly Cover[], isChosen: boolean, chosenVersion: number): string {
  const marks = covers.map((one) => `${one.id} ${one.no} ${one.level} ${one.state} ${one.start}-${one.end}`);
  return `${marks.join('|')}#${isChosen ? chosenVersion : ''}`;
}

/** The paragraph in which a place of the source stands, or the last one before it. */
export function paragraphAt(paragraphs: readonly Paragraph[], at: number): Paragraph | undefined {
  let low = 0;
  let high = paragraphs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((paragraphs[middle]?.start ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return paragraphs[low];
}

/** The innermost row that holds this place of the source. */
export function rowAt(covers: readonly Cover[], at: number): Cover | undefined {
  return covers.filter((one) => one.start <= at && at < one.end).sort((a, b) => a.end - a.start - (b.end - b.start))[0];
}
