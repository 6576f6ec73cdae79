import type { FlowEdge, FlowGraph, FlowNode } from './graph.ts';

/**
 * Places a flow in layers: *along* is the direction of time, *across* the side-by-side of parallel steps. The picture in
 * the guide runs top to bottom, the BPMN file left to right; both are this layout, read one way or the other.
 */
export interface Layout {
  nodes: { node: FlowNode; across: number; along: number; width: number; length: number }[];
  edges: { edge: FlowEdge; points: Point[] }[];
  /** Start and width of each lane across; the applicant's lane first when it was asked for. */
  lanes: { name: string; start: number; width: number }[];
  width: number;
  length: number;
}

export interface Point {
  across: number;
  along: number;
}

export interface Spacing {
  sizeOf: (node: FlowNode) => { width: number; length: number };
  /** Between neighbours, and between layers. */
  beside: number;
  between: number;
  /** Before the first layer, e.g. for the headings of the lanes. */
  margin: number;
  /** Gives what belongs to no item a lane of its own; otherwise it is centred over all lanes. */
  applicantLane: boolean;
  /** Room kept free above the first layer of the lanes, for their headings. */
  heading?: number;
}

export function layoutOf(graph: FlowGraph, spacing: Spacing): Layout {
  const { cells, chains } = cellsOf(graph, spacing);
  const lanes = placeAcross(graph, cells, spacing);
  const layers = placeAlong(cells, spacing);
  const width = lanes.reduce((end, lane) => Math.max(end, lane.start + lane.width), 0);
  if (graph.lanes.length > 0 && !spacing.applicantLane) {
    const free = cells.filter((cell) => cell.lane === applicant);
    for (const cell of free) cell.across = width / 2;
  }
  return {
    nodes: cells.flatMap(({ node, across, along, width: wide, length }) =>
      node === undefined ? [] : [{ node, across, along, width: wide, length }],
    ),
    edges: routes(chains, layers, spacing),
    lanes: graph.lanes.length === 0 ? [] : lanes,
    width,
    length: (layers.at(-1)?.end ?? 0) + spacing.margin / 2,
  };
}

const applicant = -1;

interface Cell {
  /** Undefined for a bend: the place where a long line passes a layer. */
  node: FlowNode | undefined;
  lane: number;
  layer: number;
  width: number;
  length: number;
  across: number;
  along: number;
  before: Cell[];
  after: Cell[];
}

interface Chain {
  edge: FlowEdge;
  cells: Cell[];
}

function cellsOf(graph: FlowGraph, { sizeOf }: Spacing): { cells: Cell[]; chains: Chain[] } {
  const layerOf = layersOf(graph);
  const cellOf = new Map<string, Cell>();
  // A refusal always stands to the right of what goes on.
  const nodes = [...graph.nodes].sort((a, b) => Number(a.kind === 'refused') - Number(b.kind === 'refused'));
  for (const node of nodes) {
    const lane = graph.lanes.length === 0 ? 0 : (node.lane ?? applicant);
    cellOf.set(node.id, { ...emptyCell(lane, layerOf.get(node.id) ?? 0), node, ...sizeOf(node) });
  }
  const cells = [...cellOf.values()];
  const chains: Chain[] = [];
  for (const edge of graph.edges) {
    const from = cellOf.get(edge.from);
    const to = cellOf.get(edge.to);
    if (from === undefined || to === undefined) continue;
    const chain = [from];
    for (let layer = from.layer + 1; layer < to.layer; layer += 1) {
      const bend = { ...emptyCell(to.lane, layer), width: 16 };
      cells.push(bend);
      chain.push(bend);
    }
    chain.push(to);
    chain.forEach((cell, at) => {
      const next = chain[at + 1];
      if (next === undefined) return;
      cell.after.push(next);
      next.before.push(cell);
    });
    chains.push({ edge, cells: chain });
  }
  return { cells, chains };
}

function emptyCell(lane: number, layer: number): Cell {
  return { node: undefined, lane, layer, width: 0, length: 0, across: 0, along: 0, before: [], after: [] };
}

/** Longest way from the start: whatever may run at the same time stands in the same layer. */
function layersOf(graph: FlowGraph): Map<string, number> {
  const waiting = new Map(
    graph.nodes.map((node) => [node.id, graph.edges.filter((edge) => edge.to === node.id).length]),
  );
  const layers = new Map(graph.nodes.map((node) => [node.id, 0]));
  const queue = graph.nodes.filter((node) => waiting.get(node.id) === 0).map((node) => node.id);
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const edge of graph.edges) {
      if (edge.from !== id) continue;
      layers.set(edge.to, Math.max(layers.get(edge.to) ?? 0, (layers.get(id) ?? 0) + 1));
      const left = (waiting.get(edge.to) ?? 0) - 1;
      waiting.set(edge.to, left);
      if (left === 0) queue.push(edge.to);
    }
  }
  return layers;
}

function placeAcross(graph: FlowGraph, cells: readonly Cell[], spacing: Spacing): Layout['lanes'] {
  const numbers = graph.lanes.length === 0 ? [0] : graph.lanes.map((_, at) => at);
  if (graph.lanes.length > 0 && spacing.applicantLane) numbers.unshift(applicant);
  const lanes: Layout['lanes'] = [];
  let start = 0;
  for (const lane of numbers) {
    const own = cells.filter((cell) => cell.lane === lane);
    arrange(rowsOf(own), spacing.beside);
    const left = Math.min(...own.map((cell) => cell.across - cell.width / 2));
    const right = Math.max(...own.map((cell) => cell.across + cell.width / 2));
    for (const cell of own) cell.across += start - left + spacing.beside;
    const width = right - left + 2 * spacing.beside;
    lanes.push({ name: lane === applicant ? '申请人' : (graph.lanes[lane] ?? ''), start, width });
    start += width;
  }
  return lanes;
}

function rowsOf(cells: readonly Cell[]): Cell[][] {
  const rows: Cell[][] = [];
  for (const cell of cells) (rows[cell.layer] ??= []).push(cell);
  return rows.filter((row) => row !== undefined);
}

/** Some passes down and up, each pulling a row under (over) its neighbours without overlaps; the last one leaves the order alone. */
function arrange(rows: Cell[][], gap: number): void {
  for (const row of rows)
    settle(
      row,
      row.map(() => 0),
      gap,
    );
  for (let pass = 0; pass < 8; pass += 1) {
    const down = pass % 2 === 0;
    for (const row of down ? rows : [...rows].reverse()) {
      const wish = new Map(row.map((cell) => [cell, wishOf(cell, down)]));
      row.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      settle(
        row,
        row.map((cell) => wish.get(cell) ?? 0),
        gap,
      );
    }
  }
}

function wishOf(cell: Cell, down: boolean): number {
  const neighbours = (down ? cell.before : cell.after).filter((other) => other.lane === cell.lane);
  if (neighbours.length === 0) return cell.across;
  return neighbours.reduce((sum, other) => sum + other.across, 0) / neighbours.length;
}

function settle(row: readonly Cell[], wishes: readonly number[], gap: number): void {
  let edge = -Infinity;
  row.forEach((cell, at) => {
    cell.across = Math.max(wishes[at] ?? 0, edge + cell.width / 2);
    edge = cell.across + cell.width / 2 + gap;
  });
  const drift = row.reduce((sum, cell, at) => sum + cell.across - (wishes[at] ?? 0), 0) / Math.max(1, row.length);
  for (const cell of row) cell.across -= drift;
}

function placeAlong(cells: readonly Cell[], spacing: Spacing): { start: number; end: number }[] {
  const layers: { start: number; end: number }[] = [];
  let start = spacing.margin;
  let headed = false;
  for (const row of rowsOf(cells)) {
    const length = Math.max(...row.map((cell) => cell.length));
    if (!headed && row.some((cell) => cell.lane !== applicant)) {
      start += spacing.heading ?? 0;
      headed = true;
    }
    for (const cell of row) cell.along = start + length / 2;
    layers.push({ start, end: start + length });
    start += length + spacing.between;
  }
  return layers;
}

/** Right-angled lines. Lines that fan out from one node, or into one, share their bar; others get bars of their own. */
function routes(
  chains: readonly Chain[],
  layers: readonly { start: number; end: number }[],
  { between }: Spacing,
): Layout['edges'] {
  const barsOf = layers.map((): Cell[] => []);
  const barOwner = (a: Cell, b: Cell): Cell => (b.before.length > 1 ? b : a);
  const isBent = (a: Cell, b: Cell): boolean => Math.abs(a.across - b.across) > 0.5;
  const hops = chains.map(({ cells }) => cells.slice(1).map((cell, at): [Cell, Cell] => [cells[at] ?? cell, cell]));
  for (const [a, b] of hops.flat()) {
    const bars = barsOf[a.layer];
    if (bars !== undefined && isBent(a, b) && !bars.includes(barOwner(a, b))) bars.push(barOwner(a, b));
  }
  return chains.map(({ edge }, at) => {
    const points: Point[] = [];
    for (const [a, b] of hops[at] ?? []) {
      const leave = a.along + a.length / 2;
      const arrive = b.along - b.length / 2;
      if (points.length === 0) points.push({ across: a.across, along: leave });
      if (isBent(a, b)) {
        const bars = barsOf[a.layer] ?? [];
        const share = (bars.indexOf(barOwner(a, b)) + 1) / (bars.length + 1);
        const bar = (layers[a.layer]?.end ?? leave) + between * (0.15 + 0.45 * share);
        points.push({ across: a.across, along: bar }, { across: b.across, along: bar });
      }
      points.push({ across: b.across, along: arrive });
    }
    return { edge, points };
  });
}
