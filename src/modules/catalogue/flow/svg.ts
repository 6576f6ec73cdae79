import { limitText } from '../rules/limits.ts';
import { graphOf, legalText } from './graph.ts';
import type { BundleFlow, FlowDefinition, FlowGraph, FlowNode } from './graph.ts';
import { layoutOf } from './layout.ts';
import type { Layout, Point } from './layout.ts';

/**
 * The flow chart of the guide, top to bottom, as self-contained SVG: presentation attributes only (a strict
 * Content-Security-Policy forbids inline style), no script, no references. `idPrefix` keeps ids apart when one page shows
 * several charts; one chart needs none.
 */
export async function toSvg(definition: FlowDefinition | BundleFlow, idPrefix = 'flow'): Promise<string> {
  const graph = graphOf(definition);
  const layout = layoutOf(graph, {
    sizeOf,
    beside: 16,
    between: 48,
    margin: graph.lanes.length > 0 ? 16 : 12,
    applicantLane: false,
    heading: Math.max(0, ...graph.lanes.map((name) => headingOf(name).length * lineHeight + 24)),
  });
  const width = Math.ceil(Math.max(layout.width, 200));
  const height = Math.ceil(layout.length + 8);
  const shift = (width - layout.width) / 2;
  const id = idPrefix.replace(/[^A-Za-z0-9_-]/g, '-');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="${id}-title ${id}-desc" ` +
      `width="${width}" height="${height}" viewBox="${-shift} 0 ${width} ${height}" ` +
      `font-family="system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif" font-size="14">`,
    `<title id="${id}-title">${escape(`${graph.name}办理流程图`)}</title>`,
    `<desc id="${id}-desc">${escape(inWords(graph))}</desc>`,
    `<rect x="${-shift}" y="0" width="${width}" height="${height}" fill="${colours.paper}"/>`,
    ...lanesOf(layout),
    ...layout.edges.flatMap(({ edge, points }) => lineOf(points, edge.label)),
    ...headingsOf(layout),
    ...layout.nodes.map(drawn),
    '</svg>',
  ].join('\n');
}

/** All text pairs below are at least 7:1, all outlines at least 3:1 against what they stand on. */
const colours = {
  paper: '#ffffff',
  ink: '#1a1a1a',
  faint: '#454545',
  line: '#595959',
  lane: '#f5f6f8',
  laneHead: '#e3e8ef',
  task: { fill: '#eef4ff', stroke: '#1d4ed8' },
  joint: { fill: '#fff6e0', stroke: '#8a5300' },
  decision: { fill: '#fff6e0', stroke: '#8a5300' },
  granted: { fill: '#e6f6ea', stroke: '#166534' },
  refused: { fill: '#fdecec', stroke: '#9f1d1d' },
} as const;

const boxWidth = 148;
const nameSize = 14;
const smallSize = 12;
const lineHeight = 19;

function sizeOf(node: FlowNode): { width: number; length: number } {
  switch (node.kind) {
    case 'parallel':
      // As wide as its label needs on both sides, so that nothing is placed upon it.
      return { width: node.label === '' ? 28 : 2 * (20 + measure(node.label, smallSize)), length: 28 };
    case 'decision':
      return { width: boxWidth, length: 56 };
    case 'task':
    case 'start':
    case 'granted':
    case 'refused':
      return { width: boxWidth, length: textOf(node).length * lineHeight + 16 };
  }
}

interface Line {
  text: string;
  small: boolean;
}

function textOf(node: FlowNode): Line[] {
  const name = wrap(node.label, boxWidth - 20, nameSize).map((text) => ({ text, small: false }));
  if (node.step === undefined) return name;
  const below = [...wrap(node.step.department, boxWidth - 20, smallSize), `限时：${limitText(node.step.term)}`];
  return [...name, ...below.map((text) => ({ text, small: true }))];
}

function drawn({ node, across: x, along: y, width, length }: Layout['nodes'][number]): string {
  const left = x - width / 2;
  const top = y - length / 2;
  switch (node.kind) {
    case 'parallel': {
      const label = node.label === '' ? '' : text(x + 20, y + 4, { text: node.label, small: true }, 'start');
      return `${diamond(x, y, 28, 28, colours.paper, colours.line)}<path d="M${x - 6} ${y}h12M${x} ${y - 6}v12" stroke="${colours.line}" stroke-width="2.5"/>${label}`;
    }
    case 'decision': {
      const { fill, stroke } = colours.decision;
      return `${diamond(x, y, width, length, fill, stroke)}${text(x, y + 5, { text: node.label, small: false })}`;
    }
    case 'start':
    case 'granted':
    case 'refused':
    case 'task': {
      const { fill, stroke } = palette(node);
      const round = node.kind === 'task' ? 6 : Math.min(20, length / 2);
      const lines = textOf(node).map((line, at) => text(x, top + 8 + (at + 0.72) * lineHeight, line));
      const box =
        `<rect x="${fixed(left)}" y="${fixed(top)}" width="${width}" height="${length}" rx="${round}" ` +
        `fill="${fill}" stroke="${stroke}" stroke-width="1.5"/>`;
      return `<g>${box}${lines.join('')}</g>`;
    }
  }
}

function palette(node: FlowNode): { fill: string; stroke: string } {
  if (node.kind === 'granted' || node.kind === 'refused') return colours[node.kind];
  return node.step?.kind === 'joint' || node.step?.kind === 'decision' ? colours.joint : colours.task;
}

function diamond(x: number, y: number, width: number, height: number, fill: string, stroke: string): string {
  const [w, h] = [width / 2, height / 2];
  const corners = [
    [x, y - h],
    [x + w, y],
    [x, y + h],
    [x - w, y],
  ].map(([a, b]) => `${fixed(a ?? 0)},${fixed(b ?? 0)}`);
  return `<polygon points="${corners.join(' ')}" fill="${fill}" stroke="${stroke}" stroke-width="1.5"/>`;
}

function lineOf(points: readonly Point[], label: string | undefined): string[] {
  const end = points.at(-1);
  if (end === undefined) return [];
  const path = points.map(({ across, along }) => `${fixed(across)},${fixed(along)}`).join(' ');
  const { across: x, along: y } = end;
  const parts = [
    `<polyline points="${path}" fill="none" stroke="${colours.line}" stroke-width="1.5"/>`,
    `<polygon points="${fixed(x)},${fixed(y)} ${fixed(x - 5)},${fixed(y - 8)} ${fixed(x + 5)},${fixed(y - 8)}" fill="${colours.line}"/>`,
  ];
  const last = points.length > 2 ? points[2] : points[0];
  if (label !== undefined && last !== undefined) {
    parts.push(text(last.across + 8, last.along + 17, { text: label, small: true }, 'start'));
  }
  return parts;
}

function lanesOf(layout: Layout): string[] {
  return layout.lanes.map(({ start, width }) => {
    const { top } = laneTop(layout);
    const height = layout.length + 4 - top;
    return (
      `<rect x="${fixed(start + 4)}" y="${fixed(top)}" width="${fixed(width - 8)}" height="${fixed(height)}" rx="8" ` +
      `fill="${colours.lane}" stroke="#767676"/>`
    );
  });
}

/** Drawn over the lines: the line from the application runs into the heading and comes out below it. */
function headingsOf(layout: Layout): string[] {
  const { top, height } = laneTop(layout);
  return layout.lanes.flatMap(({ name, start, width }) => {
    const lines = headingOf(name).map((line) => ({ text: line, small: false }));
    const first = top + (height - lines.length * lineHeight) / 2;
    return [
      `<rect x="${fixed(start + 4)}" y="${fixed(top)}" width="${fixed(width - 8)}" height="${fixed(height)}" rx="8" ` +
        `fill="${colours.laneHead}" stroke="#767676"/>`,
      ...lines.map((line, at) => text(start + width / 2, first + (at + 0.72) * lineHeight, line)),
    ];
  });
}

function laneTop(layout: Layout): { top: number; height: number } {
  const own = layout.nodes.filter(({ node }) => node.lane !== undefined);
  const first = Math.min(...own.map(({ along, length }) => along - length / 2));
  const height = Math.max(...layout.lanes.map(({ name }) => headingOf(name).length * lineHeight)) + 10;
  return { top: first - height - 18, height };
}

/** A lane is at least one box wide. */
function headingOf(name: string): string[] {
  return wrap(name, boxWidth, nameSize);
}

function text(x: number, y: number, line: Line, anchor: 'middle' | 'start' = 'middle'): string {
  const attributes = line.small ? ` font-size="${smallSize}" fill="${colours.faint}"` : ` fill="${colours.ink}"`;
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}"${attributes}>${escape(line.text)}</text>`;
}

/** Breaks by width: a Han character is as wide as the type, a Latin letter about 0.58 of it; words stay whole if they fit. */
function wrap(label: string, width: number, size: number): string[] {
  const pieces =
    label
      .replace(/\s+/g, ' ')
      .trim()
      .match(/[A-Za-z0-9.]+ ?|[\s\S]/gu) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces.flatMap((part) => (measure(part, size) > width ? [...part] : [part]))) {
    if (line !== '' && measure(line + piece, size) > width && !/^[，。、；：）》”]$/.test(piece)) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  return [...lines, line];
}

function measure(part: string, size: number): number {
  return [...part].reduce((sum, char) => sum + (char.charCodeAt(0) < 0x2e80 ? 0.58 : 1) * size, 0);
}

/** The chart for who cannot see it. */
function inWords(graph: FlowGraph): string {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const lastTasks = (id: string, seen = new Set<string>()): string[] =>
    graph.edges.flatMap((edge) => {
      if (edge.to !== id || seen.has(edge.from)) return [];
      seen.add(edge.from);
      const before = byId.get(edge.from);
      return before?.kind === 'task' ? [before.label] : lastTasks(edge.from, seen);
    });
  const sentences = graph.nodes.flatMap((node) => {
    if (node.step === undefined) return [];
    const before = [...new Set(lastTasks(node.id))];
    const when = before.length === 0 ? '申请提交后' : `${before.join('、')}之后`;
    return [`${when}：${node.label}（${node.step.department}，${limitText(node.step.term)}）。`];
  });
  return `${sentences.join('')}审查后准予的送达结果，不予的书面说明理由。`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escape(raw: string): string {
  return legalText(raw).replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
