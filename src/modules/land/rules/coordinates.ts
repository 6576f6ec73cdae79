import type { Point, Polygon, Ring } from './geometry.ts';

/**
 * Reads an area as people have it: one corner a line (`107.793, 34.677`), an empty line before a hole; or GeoJSON with one
 * Polygon. Returns the rings without the repeated last corner, or what cannot be read, in Chinese.
 */
export function readArea(text: string): { polygon: Polygon; fault: null } | { polygon: null; fault: string } {
  const trimmed = text.trim();
  if (trimmed === '') return { polygon: null, fault: '请填写拐点坐标。' };
  return trimmed.startsWith('{') ? readGeoJson(trimmed) : readLines(trimmed);
}

export function writeArea(polygon: Polygon): string {
  return polygon.map((ring) => ring.map((point) => point.join(', ')).join('\n')).join('\n\n');
}

/** `107.793,34.677`; null when it is not a point. */
export function readPoint(text: string): Point | null {
  const match = /^\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*[,，\s]\s*(-?\d{1,2}(?:\.\d{1,12})?)\s*$/.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2])];
}

/** The first corner is not repeated at the end. */
export function openRing(ring: Ring): Ring {
  const [first] = ring;
  const last = ring.at(-1);
  const isClosed =
    ring.length > 1 && first !== undefined && last !== undefined && first[0] === last[0] && first[1] === last[1];
  return isClosed ? ring.slice(0, -1) : ring;
}

function readLines(text: string): ReturnType<typeof readArea> {
  const rings: Point[][] = [];
  let ring: Point[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') {
      if (ring.length > 0) rings.push(ring);
      ring = [];
      continue;
    }
    const point = readPoint(line.replace(/[;；]\s*$/, ''));
    if (point === null)
      return { polygon: null, fault: `第 ${index + 1} 行读不出经度和纬度：${line.trim().slice(0, 40)}` };
    ring.push(point);
  }
  if (ring.length > 0) rings.push(ring);
  return { polygon: rings.map(openRing), fault: null };
}

function readGeoJson(text: string): ReturnType<typeof readArea> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { polygon: null, fault: '这段 GeoJSON 不完整，读不出来。' };
  }
  const rings = ringsIn(parsed);
  if (rings === null) return { polygon: null, fault: 'GeoJSON 里要有且只有一个多边形（Polygon）。' };
  return { polygon: rings.map(openRing), fault: null };
}

function ringsIn(value: unknown): Polygon | null {
  if (value === null || typeof value !== 'object') return null;
  const { type, coordinates, geometry, features } = value as Record<string, unknown>;
  if (type === 'Feature') return ringsIn(geometry);
  if (type === 'FeatureCollection')
    return Array.isArray(features) && features.length === 1 ? ringsIn(features[0]) : null;
  if (type !== 'Polygon' || !Array.isArray(coordinates)) return null;
  const rings = coordinates as unknown[];
  const isSound = rings.every(
    (ring) =>
      Array.isArray(ring) &&
      (ring as unknown[]).every(
        (point) => Array.isArray(point) && typeof point[0] === 'number' && typeof point[1] === 'number',
      ),
  );
  return isSound ? (rings as number[][][]).map((ring) => ring.map(([x = 0, y = 0]) => [x, y] as const)) : null;
}
