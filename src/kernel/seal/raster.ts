import { crc32 } from 'node:zlib';
import { zlibSync } from 'fflate';
import { flatten, type Path } from './path.ts';

/**
 * Fills the path by the non-zero rule on a grid of `width` × `height`, one path unit per grid cell. Each cell says how
 * much of it is covered, 0 to 255.
 */
export function fill(path: Path, width: number, height: number): Uint8Array {
  const edges = edgesOf(path);
  const coverage = new Uint8Array(width * height);
  const row = new Float64Array(width + 1);
  let next = 0;
  const active: Edge[] = [];
  for (let y = 0; y < height; y++) {
    row.fill(0);
    for (let line = 0; line < linesPerRow; line++) {
      const at = y + (line + 0.5) / linesPerRow;
      for (let edge = edges[next]; edge && edge.top <= at; edge = edges[++next]) active.push(edge);
      sortByCrossing(active, at);
      addSpans(active, row, width);
    }
    for (let x = 0; x < width; x++) coverage[y * width + x] = Math.round((255 * (row[x] ?? 0)) / linesPerRow);
  }
  return coverage;
}

/** A picture of one colour whose coverage is its opacity. The same bytes on every machine. */
export function pngOf(coverage: Uint8Array, width: number, height: number, colour: Colour): Buffer {
  const lines = Buffer.alloc(height * (1 + width));
  for (let y = 0; y < height; y++) lines.set(coverage.subarray(y * width, (y + 1) * width), y * (1 + width) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits that point into a palette: the one colour 256 times, and its opacity from nothing to full.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(Array.from({ length: 256 }, () => colour).flat())),
    chunk('tRNS', Buffer.from(Array.from({ length: 256 }, (_, opacity) => opacity))),
    chunk('IDAT', Buffer.from(zlibSync(lines, { level: 9 }))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export type Colour = readonly [red: number, green: number, blue: number];

const linesPerRow = 8;

interface Edge {
  top: number;
  bottom: number;
  /** x at y = 0, and how x moves with y. */
  x0: number;
  slope: number;
  winding: 1 | -1;
  /** Where it crosses the line at hand. */
  x: number;
}

function edgesOf(path: Path): Edge[] {
  const edges: Edge[] = [];
  for (const contour of flatten(path, 0.05)) {
    for (const [at, [x, y]] of contour.entries()) {
      const [toX, toY] = contour[(at + 1) % contour.length] ?? [x, y];
      if (y === toY) continue;
      const slope = (toX - x) / (toY - y);
      edges.push({
        top: Math.min(y, toY),
        bottom: Math.max(y, toY),
        x0: x - y * slope,
        slope,
        winding: toY > y ? 1 : -1,
        x: 0,
      });
    }
  }
  return edges.sort((a, b) => a.top - b.top);
}

/** Drops what ended and sorts the rest; from one line to the next hardly anything changes places. */
function sortByCrossing(active: Edge[], y: number): void {
  let kept = 0;
  for (const edge of active) {
    if (edge.bottom <= y) continue;
    edge.x = edge.x0 + edge.slope * y;
    let at = kept++;
    for (let before = active[at - 1]; before && before.x > edge.x; before = active[at - 1]) active[at--] = before;
    active[at] = edge;
  }
  active.length = kept;
}

function addSpans(active: readonly Edge[], row: Float64Array, width: number): void {
  let winding = 0;
  let start = 0;
  for (const edge of active) {
    if (winding === 0) start = edge.x;
    winding += edge.winding;
    if (winding === 0) addSpan(Math.max(0, start), Math.min(width, edge.x), row);
  }
}

function addSpan(from: number, to: number, row: Float64Array): void {
  if (to <= from) return;
  const [first, last] = [Math.floor(from), Math.floor(to)];
  if (first === last) {
    row[first] = (row[first] ?? 0) + to - from;
    return;
  }
  row[first] = (row[first] ?? 0) + first + 1 - from;
  for (let x = first + 1; x < last; x++) row[x] = (row[x] ?? 0) + 1;
  row[last] = (row[last] ?? 0) + to - last;
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([frame, body, sum]);
}
