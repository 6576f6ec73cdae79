import { nobody, type Attribution } from './attribution.ts';
import type { Flow } from './flow.ts';
import { readNames } from './name-list.ts';
import type { Node, Outline } from './outline.ts';

/** Which numbered places are measures, and which only hold them together. */
export interface Selection {
  measures: Node[];
  keyTasks: Node[];
  /** Attributions of headings, for the measures below them. */
  inheritable: Map<Node, Attribution[]>;
}

export function selectMeasures(flow: Flow, outline: Outline): Selection {
  const inheritable = new Map<Node, Attribution[]>();
  for (const node of outline.nodes) {
    if (node.children.length === 0 || !isHeading(flow, node)) continue;
    const own = attributionsOf(node);
    const inner =
      node.children.every(({ style }) => style === 'arp' || style === 'circle') &&
      node.style !== 'cn' &&
      node.style !== 'part';
    // 1. 标题（牵头单位：A） with （1）（2） below it is one measure with sub-items.
    if (own.length > 0 && !(inner && !node.children.some(hasOwn))) inheritable.set(node, own);
  }
  for (const [node, attribution] of headedByBodies(flow, outline, inheritable)) inheritable.set(node, [attribution]);
  liftFromLastChild(outline, inheritable);
  liftFromLastLine(flow, outline, inheritable);

  const attributed = outline.nodes.filter((node) => hasOwn(node) && !inheritable.has(node));
  const styles = new Set(attributed.map(({ style }) => style));
  const chosen = new Set(attributed);
  const anywhere = attributed.length > 0 || inheritable.size > 0;
  for (const node of outline.nodes) {
    if (chosen.has(node) || inheritable.has(node) || isBelow(node, chosen)) continue;
    const leaf = node.children.length === 0;
    const children = node.children.some((child) => chosen.has(child) || hasOwnBelow(child));
    if (children) continue;
    const heir = ancestors(node).some((above) => inheritable.has(above));
    if (heir) {
      if (leaf || node.children.every(({ style }) => style === 'arp' || style === 'circle')) chosen.add(node);
    } else if (anywhere) {
      const siblings = node.parent?.children.some((other) => hasOwn(other) || hasOwnBelow(other)) ?? false;
      if (
        styles.has(node.style) &&
        !comesIntoForce.test(flow.text.slice(node.parts[0]?.from ?? 0, node.parts[0]?.to ?? 0)) &&
        (siblings || (!isBoilerplate(flow, node) && node.style !== 'cn' && node.style !== 'part'))
      )
        chosen.add(node);
    } else if (!isBoilerplate(flow, node) && isTaskLike(node)) chosen.add(node);
  }
  // What lies below a measure is part of it, unless it has somebody of its own.
  const measures = outline.nodes.filter((node) => chosen.has(node) && (hasOwn(node) || !isBelow(node, chosen)));
  return { ...withoutKeyTasks(measures), inheritable };
}

export const attributionsOf = (node: Node): Attribution[] => node.parts.flatMap(({ attributions }) => attributions);

const names = ({ lead, co, collective }: Attribution): number => lead.length + co.length + collective.length;

const hasOwn = (node: Node): boolean => attributionsOf(node).some((attribution) => names(attribution) > 0);

const hasOwnBelow = (node: Node): boolean => node.children.some((child) => hasOwn(child) || hasOwnBelow(child));

function ancestors(node: Node): Node[] {
  const found: Node[] = [];
  for (let above = node.parent; above !== null; above = above.parent) found.push(above);
  return found;
}

const isBelow = (node: Node, chosen: ReadonlySet<Node>): boolean => ancestors(node).some((above) => chosen.has(above));

/** A heading: a title, perhaps with who leads in brackets or on the next line, and nothing else. */
export function isHeading(flow: Flow, node: Node): boolean {
  const [first, ...others] = node.parts;
  if (first === undefined) return false;
  const rest = others.filter(({ from, to, attributions }) => outside(flow, from, to, attributions).length > 0);
  if (rest.length > 0) return false;
  return /^[^。；]{0,60}[。；：]?$/.test(outside(flow, first.from, first.to, first.attributions));
}

export function outside(flow: Flow, from: number, to: number, attributions: readonly Attribution[]): string {
  let text = '';
  let at = from;
  for (const attribution of attributions) {
    text += flow.text.slice(at, attribution.from);
    at = Math.max(at, attribution.to);
  }
  return (text + flow.text.slice(at, to)).trim();
}

/**
 * （一）… 1.… 2.… 3.…（A牵头，B配合）: when only the last of several items names somebody, and so in most of the document, it speaks
 * for all of them, and the place above is the measure.
 */
function liftFromLastChild(outline: Outline, inheritable: ReadonlyMap<Node, unknown>): void {
  const parents = outline.nodes.filter(
    (node) => node.children.length >= 2 && !inheritable.has(node) && node.style !== 'cn' && node.style !== 'part',
  );
  const last = parents.filter(
    (node) =>
      !hasOwn(node) &&
      node.children.slice(0, -1).every((child) => !hasOwn(child) && child.children.length === 0) &&
      hasOwn(node.children.at(-1) ?? node),
  );
  const each = parents.filter((node) => node.children.filter(hasOwn).length >= 2);
  if (last.length === 0 || each.length >= last.length) return;
  for (const node of last) {
    // 牵头单位 on one line, 配合单位 on the next: all of them.
    for (const part of node.children.at(-1)?.parts.filter(({ attributions }) => attributions.length > 0) ?? []) {
      const moved = part.attributions.splice(0);
      const end = moved[0]?.from ?? part.to;
      node.parts.push({ from: end, to: Math.max(end, moved.at(-1)?.to ?? end), attributions: moved });
      part.to = Math.min(part.to, end);
    }
  }
}

/** 一、县税务局 1.… 2.…: the headings are the departments themselves. At least two of a kind, or it is a matter of words. */
function headedByBodies(flow: Flow, outline: Outline, inheritable: ReadonlyMap<Node, unknown>): [Node, Attribution][] {
  const found = outline.nodes.flatMap((node): [Node, Attribution][] => {
    const [part, ...others] = node.parts;
    if (part === undefined || others.length > 0 || node.children.length === 0 || inheritable.has(node)) return [];
    const text = flow.text.slice(part.from, part.to).replace(/[：。]$/, '');
    if (/[，。；：]/.test(text) || text.length > 40) return [];
    const { names, strange } = readNames({ text, base: part.from, gapBefore: (index) => flow.gapBefore(index) });
    const sure =
      names.length > 0 && strange.length === 0 && names.every((name) => !name.collective && name.confidence >= 0.9);
    if (!sure) return [];
    return [[node, { ...nobody('bracket', part.from, part.to), lead: names, leadWritten: true }]];
  });
  const styles = new Map<string, number>();
  for (const [{ style }] of found) styles.set(style, (styles.get(style) ?? 0) + 1);
  return found.filter(([{ style }]) => (styles.get(style) ?? 0) >= 2);
}

/**
 * 一、… 1.… 2.… and then 责任单位：A on a line of its own, in every chapter alike: the line speaks for the whole chapter.
 */
function liftFromLastLine(flow: Flow, outline: Outline, inheritable: Map<Node, Attribution[]>): void {
  const chapters = outline.nodes.filter(({ style, children }) => style === 'cn' && children.length > 0);
  const lines = chapters.map((node) => {
    const last = node.children.at(-1);
    const line = last?.parts.at(-1);
    const own =
      line !== undefined &&
      last !== undefined &&
      last.parts.length > 1 &&
      line.attributions.length > 0 &&
      outside(flow, line.from, line.to, line.attributions) === '' &&
      last.parts.slice(0, -1).every(({ attributions }) => attributions.length === 0);
    const silent = node.children.slice(0, -1).every((child) => !hasOwn(child) && !hasOwnBelow(child));
    return own && silent && !hasOwn(node) ? line : null;
  });
  const several = chapters.filter(({ children }, index) => lines[index] !== null && children.length > 1);
  if (several.length === 0 || chapters.some((node, index) => lines[index] === null && hasOwnBelow(node))) return;
  for (const [index, node] of chapters.entries()) {
    const line = lines[index];
    if (!line) continue;
    inheritable.set(node, line.attributions.splice(0));
    line.to = line.from;
  }
}

const boilerplate =
  /^(?:总体(?:要求|目标|思路|部署)|指导思想|基本原则|工作原则|工作目标|主要目标|发展目标|目标要求|总体要求和.*|背景|工作背景|工作机制|.{0,6}组织领导|.{0,6}组织保障|.{0,4}保障措施|工作要求|.{0,4}组织实施|实施步骤|工作步骤|推进步骤|时间安排|方法步骤|步骤安排|.{0,4}有关要求|相关要求|工作保障|强化保障.*|保障机制|.{0,4}附则|考核.{0,6}|督导.{0,8}|.{0,8}责任落实|工作安排|总则|适用范围|.{0,4}监督考核|.{0,6}跟踪问效|有关事项|工作考核|.{0,4}考核评价)$/;

/** 本措施自印发之日起施行: the last article, nobody's task. */
const comesIntoForce =
  /^本(?:措施|办法|方案|意见|规定|通知|计划|清单|政策|细则|条例)[^。]{0,12}自[^。]{0,20}(?:施行|实施|执行)/;

function isBoilerplate(flow: Flow, node: Node): boolean {
  return [node, ...ancestors(node)].some((place) => {
    const part = place.parts[0];
    if (part === undefined) return false;
    const title = flow.text.slice(part.from, Math.min(part.to, part.from + 40)).split(/[。，；：（\n]/)[0] ?? '';
    return boilerplate.test(title.trim()) || comesIntoForce.test(flow.text.slice(part.from, part.to));
  });
}

/** In a document that names nobody: the innermost numbered places, not their points. */
function isTaskLike(node: Node): boolean {
  if (node.style === 'arp' || node.style === 'circle')
    return (
      node.parent === null || node.parent.style === 'root' || node.parent.style === 'cn' || node.parent.style === 'part'
    );
  return node.children.every(({ style }) => style === 'arp' || style === 'circle');
}

/**
 * Where 1, 2, 3 … count on through the whole document, they are its measures; what else names somebody in a chapter without
 * such a number (重点改革任务) is a key task beside them.
 */
function withoutKeyTasks(measures: Node[]): { measures: Node[]; keyTasks: Node[] } {
  const counted = measures.filter(({ style }) => style === 'ar');
  const others = measures.filter(({ style }) => style !== 'ar');
  const values = counted.map(({ numbering }) => numbering?.value ?? 0);
  const steps = values.slice(1).filter((value, index) => value === (values[index] ?? 0) + 1).length;
  const chapters = new Set(counted.map(({ parent }) => parent));
  const continuous =
    counted.length >= 10 &&
    chapters.size >= 2 &&
    steps >= (counted.length - 1) * 0.9 &&
    Math.max(...values) >= counted.length * 0.9;
  if (!continuous || others.length === 0 || others.length * 3 > counted.length) return { measures, keyTasks: [] };
  const top = (node: Node) => ancestors(node).at(-2) ?? node;
  const keyTasks = others.filter((node) => !counted.some((measure) => top(measure) === top(node)));
  return { measures: measures.filter((node) => !keyTasks.includes(node)), keyTasks };
}
