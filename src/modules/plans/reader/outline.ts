import type { Attribution, AttributionContext } from './attribution.ts';
import { findAttributions } from './find-attributions.ts';
import type { Flow } from './flow.ts';
import { labelAt } from './roles.ts';
import { looksLikeBody } from './names.ts';
import { rankOf, readNumbering, type Numbering, type NumberStyle } from './numbering.ts';

/** A numbered place of the document with what stands under it. */
export interface Node {
  style: NumberStyle | 'root';
  numbering: Numbering | null;
  /** Of the number itself. */
  head: number;
  parts: Part[];
  children: Node[];
  parent: Node | null;
}

/** A paragraph of a node, without its number. */
export interface Part {
  from: number;
  to: number;
  attributions: Attribution[];
}

export interface TableRow {
  table: number;
  cells: { from: number; to: number }[];
  /** The node under which the table stands. */
  under: Node;
  from: number;
  to: number;
}

export interface Outline {
  root: Node;
  nodes: Node[];
  rows: TableRow[];
  /** First character that belongs to the numbered text; before it stands the head. */
  bodyFrom: number;
  /** Paragraphs after the last measure and between chapters, for the dates in them. */
  loose: Part[];
}

const ends =
  /^(?:抄送|抄报|主送|共印|（此件|主动公开|信息公开选项|.{2,30}(?:办公室|人民政府|委员会|办公厅)(?:\d{4}年\d{1,2}月\d{1,2}日)?印发$|(?:19|20)\d{2}年\d{1,2}月\d{1,2}日(?:印发)?$|责任编辑|来源：|（?打印|分享到|网站标识码|版权所有|主办(?:单位)?：.*承办|.*ICP备|上一篇|下一篇|网站地图|关闭窗口|扫一扫|相关(?:附件|文档|解读))/;

/** The numbered tree of the document. */
export function readOutline(flow: Flow, context: AttributionContext): Outline {
  const root: Node = { style: 'root', numbering: null, head: 0, parts: [], children: [], parent: null };
  const outline: Outline = { root, nodes: [], rows: [], bodyFrom: flow.text.length, loose: [] };
  const started = () => outline.bodyFrom < flow.text.length;
  let current: Node | null = null;
  let attachments = false;
  const queue = flow.blocks.map((block) => ({ ...block }));
  for (let index = 0; index < queue.length; index++) {
    const block = queue[index];
    if (block === undefined) continue;
    if (block.kind === 'row') {
      if (!started()) outline.bodyFrom = block.from;
      outline.rows.push({
        table: block.table,
        cells: block.cells,
        under: headingOf(current) ?? root,
        from: block.from,
        to: block.to,
      });
      continue;
    }
    const text = flow.text.slice(block.from, block.to);
    if (/^附件\d*(?:：|$)/.test(text)) {
      attachments = true;
      current = null;
      continue;
    }
    let { numbering } = block;
    if (numbering !== null && attachments) {
      // The list of attachments under a notice, not tasks.
      if (text.length < 45 && !/[。；]/.test(text) && numbering.style === 'ar') continue;
      attachments = false;
    }
    // The signature under the text.
    const signed = numbering === null && text.length < 24 && !block.label && looksLikeBody(text) >= 0.9;
    if (ends.test(text) || signed) {
      current = null;
      continue;
    }
    if (numbering === null && !block.label && isPlainHeading(text) && started()) {
      const next = queue[index + 1];
      const above = current as Node | null;
      const follows =
        next?.kind === 'row' ||
        (next?.kind === 'text' &&
          next.numbering !== null &&
          ['ar', 'arp', 'cnp', 'task'].includes(next.numbering.style));
      // Only where a run of measures has ended: the heading of the next group.
      if (follows && above !== null && above.style !== 'plain' && hasAttributions(above) && above.style !== 'cn') {
        numbering = { style: 'plain', value: 0, label: '', length: 0, weak: true };
      }
    }
    const start = block.from + (numbering?.length ?? 0);
    const body = flow.text.slice(start, block.to);
    const attributions = findAttributions(body, start, context);
    const cut = nextInline(flow, start, block.to, attributions, numbering);
    if (cut !== null) {
      queue.splice(index + 1, 0, { ...block, from: cut.at, numbering: cut.numbering, label: false });
      attributions.splice(0, attributions.length, ...attributions.filter(({ from }) => from < cut.at));
    }
    const part: Part = { from: start, to: cut?.at ?? block.to, attributions };
    if (numbering === null) {
      if (current === null || (!started() && attributions.length === 0)) {
        if (started()) outline.loose.push(part);
        continue;
      }
      if (isClosing(current, part, queue[index + 1], flow)) {
        outline.loose.push(part);
        continue;
      }
      current.parts.push(part);
      continue;
    }
    if (!started()) outline.bodyFrom = block.from;
    const node: Node = {
      style: numbering.style,
      numbering,
      head: block.from,
      parts: [part],
      children: [],
      parent: null,
    };
    const parent = parentFor(current ?? lastOf(outline.nodes), node, root);
    node.parent = parent;
    parent.children.push(node);
    outline.nodes.push(node);
    current = node;
  }
  for (const node of outline.nodes) takeFields(flow, node);
  outline.nodes = outline.nodes.filter(({ parent }) => parent !== null);
  return outline;
}

/**
 * 1. 目标任务：… 2. 工作措施：… 3. 责任分工：A牵头，B配合 4. 完成时限：…: numbered, but the fields of the one task above them.
 */
function takeFields(flow: Flow, node: Node): void {
  const texts = node.children.map((child) => flow.text.slice(child.parts[0]?.from ?? 0, child.parts[0]?.to ?? 0));
  if (texts.length < 2 || !texts.some((text) => labelAt(text) !== null)) return;
  if (
    !texts.every((text) => /^[\u4e00-\u9fff]{2,10}：/.test(text)) ||
    node.children.some((child) => child.children.length > 0)
  )
    return;
  node.parts.push(...node.children.flatMap((child) => child.parts));
  for (const child of node.children) child.parent = null;
  node.children = [];
}

const lastOf = (nodes: readonly Node[]): Node | null => nodes.at(-1) ?? null;

/** The nearest ancestor of a style further out, or the parent of a sibling of the same style. */
function parentFor(current: Node | null, node: Node, root: Node): Node {
  const rank = rankOf(node.style as NumberStyle);
  for (let above = current; above !== null && above !== root; above = above.parent) {
    if (above.style === node.style) return above.parent ?? root;
    if (rankOf(above.style as NumberStyle) < rank) return above;
  }
  return root;
}

function headingOf(node: Node | null): Node | null {
  for (let above = node; above !== null; above = above.parent)
    if (above.style !== 'ar' && above.style !== 'arp' && above.style !== 'circle') return above;
  return null;
}

const isPlainHeading = (text: string): boolean =>
  text.length >= 2 && text.length <= 36 && !/[。；！？，]|[：、]$/.test(text.replace(/（.*$/, ''));

const hasAttributions = (node: Node): boolean =>
  node.parts.some(({ attributions }) => attributions.length > 0) || node.children.some(hasAttributions);

/** A number right behind an attribution begins the next measure, though the line does not end. */
function nextInline(flow: Flow, from: number, to: number, attributions: readonly Attribution[], own: Numbering | null) {
  for (const attribution of attributions) {
    if (attribution.form !== 'bracket') continue;
    const at = attribution.to + (/^[。；]/.exec(flow.text.slice(attribution.to, to))?.[0].length ?? 0);
    if (at <= from || at >= to - 4) continue;
    const numbering = readNumbering(flow.text.slice(at, Math.min(to, at + 24)), (index) => flow.gapBefore(at + index));
    if (numbering === null || numbering.weak) continue;
    if ((numbering.style === 'arp' || numbering.style === 'circle') && own?.style !== numbering.style) continue;
    return { at, numbering };
  }
  return null;
}

/** A paragraph after the attribution that says nothing of who does it closes the chapter, it is not part of the measure. */
function isClosing(
  current: Node,
  part: Part,
  next: { kind: string; numbering?: Numbering | null; label?: boolean; from: number; to: number } | undefined,
  flow: Flow,
): boolean {
  if (part.attributions.length > 0) return false;
  // A heading with who does it in brackets, and the text below: that is the body.
  if (current.parts.every(({ from, to, attributions }) => isTitleOnly(flow.text, from, to, attributions))) return false;
  const before = current.parts.at(-1);
  if (before === undefined || !current.parts.some(({ attributions }) => attributions.length > 0)) return false;
  const last = before.attributions.at(-1);
  if (last === undefined || flow.text.slice(last.to, before.to).replace(/[。；）\s]/g, '') !== '') return false;
  // Another paragraph with its own attribution may follow in the same measure.
  return !(
    next?.kind === 'text' &&
    next.numbering === null &&
    (next.label === true || /（[^（]*(?:负责|牵头|单位：|配合)[^（]*）[。]?$/.test(flow.text.slice(next.from, next.to)))
  );
}

function isTitleOnly(text: string, from: number, to: number, attributions: readonly Attribution[]): boolean {
  if (attributions.some(({ form }) => form === 'label')) return false;
  const first = attributions[0]?.from ?? to;
  return !/[。；]/.test(text.slice(from, first)) && text.slice(attributions.at(-1)?.to ?? to, to).trim().length <= 1;
}
