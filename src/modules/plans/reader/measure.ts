import type { Attribution } from './attribution.ts';
import { deadlinesIn } from './deadlines.ts';
import type { Flow } from './flow.ts';
import type { ListedName } from './name-list.ts';
import type { Node } from './outline.ts';
import { readQuotas } from './quotas.ts';
import { attributionsOf, outside } from './select.ts';
import { readName } from './settle.ts';
import type { RowMeasure } from './tables.ts';
import { readTargets } from './targets.ts';
import type { AttributionReading, DeadlineReading, Implied, MeasureReading, SubItemReading } from './types.ts';

export interface MeasureContext {
  flow: Flow;
  year: number | null;
  /** From this place on the unit named first leads; null where the document does not say so. */
  firstLeadsFrom: number | null;
  inheritable: ReadonlyMap<Node, Attribution[]>;
  /** Names the document itself corrected. */
  repaired: ReadonlySet<ListedName>;
}

interface Range {
  from: number;
  to: number;
}

/** A numbered place of the document as a measure. */
export function readMeasure(node: Node, context: MeasureContext): MeasureReading {
  const { flow } = context;
  const own = attributionsOf(node).sort((a, b) => a.from - b.from);
  const children = descendants(node).filter((child) => attributionsOf(child).length === 0);
  const parts = [...node.parts, ...children.flatMap((child) => child.parts)]
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
  const first = node.parts[0] ?? { from: node.head, to: node.head };
  // Named inside a sentence, somebody is part of the title, not behind it.
  const title = titleRange(
    flow,
    first,
    own.filter(({ form }) => form === 'bracket' || form === 'label'),
  );
  const to = Math.max(first.to, ...parts.map((part) => part.to), ...own.map((attribution) => attribution.to));
  // A deadline of its own under a heading that leads: both hold.
  const named = own.filter(names);
  // 配合单位：A under a heading that names who leads: both hold.
  const helped = named.length > 0 && named.every(({ helpersOnly }) => helpersOnly);
  const leads = named.length === 0 || helped ? inherited(node, context.inheritable) : [];
  const above = named.length === 0 ? leads : [];
  const lead = leads.flatMap((one) => one.lead);
  const attributions =
    above.length > 0
      ? withDeadline(above, own)
      : helped && lead.length > 0
        ? own.map((one) => ({ ...one, lead, inheritedLead: true }))
        : own;
  const items = [...children.map((child) => subItem(flow, child)), ...inlineItems(flow, parts, own)].sort(
    (a, b) => a.span.from - b.span.from,
  );
  return finish(
    {
      no: node.style === 'ar' ? (node.numbering?.value ?? null) : (node.numbering?.label ?? null),
      label: node.numbering?.label ?? '',
      from: node.head,
      to,
      title,
      body: parts.map((part) => ({ from: part.from, to: part.to })),
      attributions,
      blank: own,
      inherited: above.length > 0,
      items,
    },
    context,
  );
}

/** A row of a table as a measure. */
export function readRowMeasure(row: RowMeasure, context: MeasureContext): MeasureReading {
  const title = titleRange(context.flow, row.title, []);
  const body = row.text.from === row.title.from ? [row.title] : [row.title, row.text].sort((a, b) => a.from - b.from);
  const attributions = row.attributions.length > 0 ? row.attributions : inherited(row.under, context.inheritable);
  return finish(
    {
      no: row.no,
      label: row.label,
      from: row.from,
      to: row.to,
      title,
      body,
      attributions,
      blank: row.attributions,
      inherited: row.attributions.length === 0,
      items: [],
    },
    context,
  );
}

interface Draft {
  no: number | string | null;
  label: string;
  from: number;
  to: number;
  title: Range;
  body: Range[];
  attributions: Attribution[];
  /** Places in the body that are no text of the measure. */
  blank: readonly Attribution[];
  inherited: boolean;
  items: SubItemReading[];
}

function finish(draft: Draft, context: MeasureContext): MeasureReading {
  const { flow } = context;
  const flags = new Set<string>();
  const attributions = covered(draft).map(({ attribution, covers }) => readingOf(attribution, covers, draft, context));
  for (const attribution of attributions) for (const flag of attribution.flags) flags.add(flag);
  const body = bodyText(flow, draft);
  const base = draft.body[0]?.from ?? draft.from;
  const at = (from: number, to: number) => flow.rawSpan(base + from, base + to);
  const targets = readTargets(body).map(({ from, to, ...target }) => ({ ...target, span: at(from, to) }));
  const quotas = readQuotas(body).map(({ from, to, ...quota }) => ({ ...quota, span: at(from, to) }));
  const deadlines: DeadlineReading[] = deadlinesIn(body, base, { year: context.year }).map(
    ({ text, date, from, to }) => ({ text, date, span: flow.rawSpan(from, to), confidence: 0.85 }),
  );
  const title = clean(flow.text.slice(draft.title.from, draft.title.to));
  if (title === '') flags.add('no-title');
  if (title.length > 60) flags.add('long-title');
  const named = attributions.some(({ lead, co, collective }) => lead.length + co.length + collective.length > 0);
  if (!named) flags.add('no-attribution');
  else if (attributions.every(({ lead }) => lead.length === 0)) flags.add('no-lead');
  if (attributions.filter(({ lead, co, collective }) => lead.length + co.length + collective.length > 0).length > 1)
    flags.add('several-attributions');
  for (const note of flow.notes) if (note.at >= draft.from && note.at < draft.to) flags.add(note.kind);
  const text = draft.body
    .map(({ from, to }) =>
      outside(
        flow,
        from,
        to,
        draft.blank.filter((one) => one.form !== 'table' && !inProse(one) && one.from >= from && one.to <= to),
      ),
    )
    .filter((part) => part !== '')
    .join('\n');
  if (hasMixedBrackets(flow, draft)) flags.add('mixed-brackets');
  const everybody = attributions.flatMap(({ lead, co, collective }) => [...lead, ...co, ...collective]);
  if (everybody.some(({ confidence }) => confidence < 0.6)) flags.add('unknown-name');
  const weakest = Math.min(1, ...attributions.map(({ confidence }) => confidence));
  const confidence =
    (named ? weakest : 0.7) *
    (flags.has('doubled-character') ? 0.95 : 1) *
    (flags.has('broken-line') ? 0.99 : 1) *
    (title === '' ? 0.5 : title.length > 60 ? 0.9 : 1);
  return {
    no: draft.no,
    label: draft.label,
    title,
    titleSpan: flow.rawSpan(draft.title.from, draft.title.to),
    text,
    span: flow.rawSpan(draft.from, draft.to),
    area: null,
    chapter: null,
    attributions,
    deadlines,
    targets,
    quotas,
    items: draft.items,
    confidence: round(confidence),
    flags: [...flags].sort(),
  };
}

const inProse = ({ form }: Attribution): boolean => form === 'sentence' || form === 'subject';

const round = (value: number): number => Math.round(value * 100) / 100;

const clean = (title: string): string =>
  title
    .replaceAll(/[\v\n]/g, '')
    .replace(/^[、.：·\s]+|[。；：，、.\s]+$/g, '')
    .trim();

/** Attributions with nothing between them (a lead on one line, the deadline on the next) are one. */
function covered(draft: Draft): { attribution: Attribution; covers: Range }[] {
  if (draft.inherited && draft.attributions.every(({ form }) => form === 'label')) {
    const [first, ...others] = draft.attributions;
    const whole = { from: draft.from, to: draft.to };
    return first === undefined ? [] : [{ attribution: others.reduce(join, first), covers: whole }];
  }
  if (draft.inherited)
    return draft.attributions.map((attribution) => ({ attribution, covers: { from: draft.from, to: draft.to } }));
  const found: { attribution: Attribution; covers: Range }[] = [];
  let from = draft.title.to;
  for (const attribution of draft.attributions) {
    const last = found.at(-1);
    const between =
      last === undefined || attribution.form === 'table'
        ? 1
        : spokenBetween(draft, last.attribution.to, attribution.from);
    if (
      last !== undefined &&
      between === 0 &&
      (complements(last.attribution, attribution) || complements(attribution, last.attribution))
    ) {
      last.attribution = join(last.attribution, attribution);
      continue;
    }
    found.push({ attribution, covers: { from, to: attribution.from } });
    from = attribution.to;
  }
  const only = found[0];
  if (found.length === 1 && only !== undefined) only.covers = { from: draft.from, to: draft.to };
  return found;
}

function spokenBetween(draft: Draft, from: number, to: number): number {
  return draft.body.reduce((sum, part) => sum + Math.max(0, Math.min(part.to, to) - Math.max(part.from, from)), 0) - 1 >
    1
    ? 1
    : 0;
}

/** 牵头单位：A on one line, 配合单位：B on the next: parts of one attribution. Two leads are two. */
const complements = (one: Attribution, other: Attribution): boolean =>
  other.form === one.form && (other.lead.length === 0 || (one.lead.length === 0 && one.co.length === 0));

function join(one: Attribution, other: Attribution): Attribution {
  // 责任单位：A, then 配合单位：B: who is responsible beside helpers leads.
  const promoted =
    !one.leadWritten && !other.leadWritten && one.co.length > 0 && other.co.length > 0 && one.form === 'label';
  return {
    ...one,
    lead: promoted ? one.co : [...one.lead, ...other.lead],
    co: promoted ? other.co : [...one.co, ...other.co],
    collective: [...one.collective, ...other.collective],
    sponsors: [...one.sponsors, ...other.sponsors],
    deadline: one.deadline ?? other.deadline,
    leadWritten: one.leadWritten || other.leadWritten || promoted,
    helpersOnly: one.helpersOnly && other.helpersOnly,
    saysFirstLeads: one.saysFirstLeads || other.saysFirstLeads,
    to: other.to,
    understood: Math.min(one.understood, other.understood),
    flags: [...new Set([...one.flags, ...other.flags])],
  };
}

function readingOf(attribution: Attribution, covers: Range, draft: Draft, context: MeasureContext): AttributionReading {
  const { flow } = context;
  let { lead, co } = attribution;
  let implied: Implied = 'no';
  if (!attribution.leadWritten && lead.length === 0 && co.length > 0) {
    const first = [...co, ...attribution.collective].sort((a, b) => a.from - b.from)[0];
    const firstLeads =
      context.firstLeadsFrom !== null &&
      attribution.from >= context.firstLeadsFrom - 400 &&
      attribution.to >= context.firstLeadsFrom;
    const alone = co.length === 1 && attribution.collective.length === 0 && !attribution.flags.includes('open-list');
    if ((firstLeads || alone) && first !== undefined && !first.collective && !attribution.helpersOnly) {
      lead = [first];
      co = co.filter((name) => name !== first);
      implied = firstLeads ? 'first-listed' : 'sole';
    }
  }
  if ((draft.inherited || attribution.inheritedLead === true) && lead.length > 0) implied = 'inherited';
  const flags = [...new Set(attribution.flags)];
  if (implied === 'first-listed') flags.push('first-listed-lead');
  if (implied === 'inherited') flags.push('inherited-lead');
  if (implied === 'sole') flags.push('sole-responsible');
  const names = [...lead, ...co];
  if (names.some((name) => context.repaired.has(name))) flags.push('repaired-name');
  const weakest = names.length === 0 ? 0.95 : Math.min(...names.map(({ confidence }) => confidence));
  const mean = names.length === 0 ? 0.95 : names.reduce((sum, { confidence }) => sum + confidence, 0) / names.length;
  const penalty =
    (flags.includes('unclosed-bracket') ? 0.9 : 1) *
    (flags.includes('unopened-bracket') ? 0.85 : 1) *
    (flags.includes('no-role-word') ? 0.85 : 1) *
    (implied === 'inherited' ? 0.85 : implied === 'no' ? 1 : 0.92) *
    (attribution.form === 'sentence' || attribution.form === 'subject' ? 0.85 : 1);
  const { deadline } = attribution;
  return {
    lead: lead.map((name) => readName(flow, name)),
    co: co.map((name) => readName(flow, name)),
    collective: attribution.collective.map((name) => readName(flow, name)),
    sponsors: attribution.sponsors.map((person) => readName(flow, { ...person, confidence: 0.9 })),
    deadline:
      deadline === null
        ? null
        : {
            text: deadline.text,
            date: deadline.date,
            span: flow.rawSpan(deadline.from, deadline.to),
            confidence: deadline.date === null ? 0.8 : 0.95,
          },
    implied,
    form: draft.inherited ? 'inherited' : attribution.form,
    span: flow.rawSpan(attribution.from, attribution.to),
    covers: flow.rawSpan(covers.from, covers.to),
    confidence: round(((weakest + mean) / 2) * attribution.understood * penalty),
    flags,
  };
}

const names = ({ lead, co, collective }: Attribution): boolean => lead.length + co.length + collective.length > 0;

function withDeadline(above: readonly Attribution[], own: readonly Attribution[]): Attribution[] {
  const deadline = own.find((one) => one.deadline !== null)?.deadline ?? null;
  const sponsors = own.flatMap((one) => one.sponsors);
  return above.map((one) => ({
    ...one,
    deadline: deadline ?? one.deadline,
    sponsors: sponsors.length > 0 ? sponsors : one.sponsors,
  }));
}

/** The nearest heading above that names somebody. */
function inherited(node: Node, inheritable: ReadonlyMap<Node, Attribution[]>): Attribution[] {
  for (let above: Node | null = node; above !== null; above = above.parent) {
    const found = inheritable.get(above);
    if (found !== undefined) return found;
  }
  return [];
}

function descendants(node: Node): Node[] {
  return node.children.flatMap((child) => [child, ...descendants(child)]);
}

/**
 * The title: the bold words, else up to the first full stop, a colon that a text follows, or a wide space. A measure without a
 * title of its own is named by its first sentence.
 */
function titleRange(flow: Flow, part: Range, attributions: readonly Attribution[]): Range {
  const first = attributions.find(({ from }) => from >= part.from)?.from ?? part.to;
  const end = Math.min(part.to, Math.max(first, part.from));
  const text = flow.text.slice(part.from, end);
  const bold = boldEnd(flow, part.from, end);
  if (bold !== null) return { from: part.from, to: bold };
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if ('（“《'.includes(char)) depth++;
    else if ('）”》'.includes(char)) depth = Math.max(0, depth - 1);
    else if (char === '。' || char === '！') return { from: part.from, to: part.from + index };
    else if (depth > 0) continue;
    else if (char === '\v' && index >= 4) return { from: part.from, to: part.from + index };
    else if (
      char === '：' &&
      index >= 3 &&
      index <= 40 &&
      // 行动一：优化开办: counted once more, and titled behind the colon.
      !/^(?:专项)?(?:行动|任务|措施|工程|举措)[一二三四五六七八九十\d]+$/.test(text.slice(0, index)) &&
      text.length > index + 1 &&
      !/[，；]/.test(text.slice(0, index))
    )
      return { from: part.from, to: part.from + index };
    else if (char === '；' && index > 12) return { from: part.from, to: part.from + index };
    else if (
      index >= 4 &&
      index <= 40 &&
      flow.gapBefore(part.from + index) &&
      isWide(flow, part.from + index) &&
      !/[，；：]/.test(text.slice(0, index)) &&
      text.length - index > 20
    ) {
      return { from: part.from, to: part.from + index };
    }
  }
  return { from: part.from, to: end };
}

/** Two spaces or a full-width one; a single one only where it is the only one far and wide. */
const isWide = (flow: Flow, index: number): boolean => {
  const before = flow.rawSpan(index - 1, index).to;
  const here = flow.rawSpan(index, index + 1).from;
  const gap = flow.raw.slice(before, here);
  if (/^(?:[ \u00a0]{2,}|\u3000+|\t)$/.test(gap)) return true;
  if (gap !== ' ') return false;
  for (let near = index - 20; near < index + 60; near++)
    if (near !== index && near > 0 && near < flow.text.length && flow.text[near - 1] !== '\n' && flow.gapBefore(near))
      return false;
  return !/。/.test(flow.text.slice(index, index + 16));
};

function boldEnd(flow: Flow, from: number, to: number): number | null {
  const start = flow.rawSpan(from, from + 1).from;
  const lineStart = Math.max(flow.raw.lastIndexOf('\n', start - 1), start - 40) + 1;
  const before = flow.raw.slice(lineStart, start).split('**').length - 1;
  if (before % 2 === 0) return null;
  const close = flow.raw.indexOf('**', start);
  if (close < 0 || close - start > 80 || close === start) return null;
  let end = from;
  while (end < to && flow.rawSpan(end, end + 1).from < close) end++;
  const title = flow.text.slice(from, end).replace(/[。：；，]+$/, '');
  return title.length >= 2 ? from + title.length : null;
}

/** Body as one string whose places are those of the flow; the title and the attributions are blank. */
function bodyText(flow: Flow, draft: Draft): string {
  const base = draft.body[0]?.from ?? draft.from;
  const end = Math.max(base, ...draft.body.map(({ to }) => to));
  const chars = [...Array.from({ length: end - base }, () => '。')];
  for (const { from, to } of draft.body)
    for (let index = from; index < to; index++)
      chars[index - base] = flow.text[index] === '\n' ? '。' : (flow.text[index] ?? '。');
  const blank = (from: number, to: number) => {
    for (let index = Math.max(from, base); index < Math.min(to, end); index++) chars[index - base] = '。';
  };
  for (const one of draft.blank) if (one.form !== 'table' && !inProse(one)) blank(one.from, one.to);
  const rest = chars.filter(
    (char, index) => char !== '。' && (index + base < draft.title.from || index + base >= draft.title.to),
  ).length;
  if (rest > 8) blank(draft.title.from, draft.title.to);
  return chars.join('');
}

function subItem(flow: Flow, node: Node): SubItemReading {
  const part = node.parts[0] ?? { from: node.head, to: node.head };
  return {
    label: node.numbering?.label ?? '',
    text: flow.text.slice(part.from, node.parts.at(-1)?.to ?? part.to).replaceAll('\n', ''),
    span: flow.rawSpan(node.head, node.parts.at(-1)?.to ?? part.to),
  };
}

/** （1）…（2）… or ①…②… inside a paragraph. */
function inlineItems(flow: Flow, parts: readonly Range[], attributions: readonly Attribution[]): SubItemReading[] {
  const items: SubItemReading[] = [];
  for (const part of parts) {
    const end = attributions.find(({ from, to }) => from > part.from && to >= part.to - 1)?.from ?? part.to;
    const text = flow.text.slice(part.from, end);
    const marks: { at: number; label: string; length: number }[] = [];
    for (const match of text.matchAll(/（(\d{1,2})）|([①-⑳])/g)) {
      const value = match[1] === undefined ? '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳'.indexOf(match[2] ?? '') + 1 : Number(match[1]);
      if (value === marks.length + 1)
        marks.push({
          at: match.index,
          label: match[1] === undefined ? (match[2] ?? '') : `（${match[1]}）`,
          length: match[0].length,
        });
    }
    if (marks.length < 2) continue;
    for (const [index, mark] of marks.entries()) {
      const to = marks[index + 1]?.at ?? text.length;
      items.push({
        label: mark.label,
        text: text.slice(mark.at + mark.length, to),
        span: flow.rawSpan(part.from + mark.at, part.from + to),
      });
    }
  }
  return items;
}

/** （…) or [（…）…]: pairs of different kinds in what names the departments. */
function hasMixedBrackets(flow: Flow, draft: Draft): boolean {
  if (draft.inherited) return false;
  return draft.attributions.some(({ from, to, form }) => {
    if (form !== 'bracket') return false;
    const span = flow.rawSpan(from, to);
    const written = flow.raw.slice(span.from, span.to);
    const stack: string[] = [];
    for (const char of written) {
      if ('(（[【〔［〖'.includes(char)) stack.push(char);
      else if (')）]】〕］〗'.includes(char)) {
        const opened = stack.pop();
        if (opened !== undefined && ')）]】〕］〗'.indexOf(char) !== '(（[【〔［〖'.indexOf(opened)) return true;
      }
    }
    return false;
  });
}
