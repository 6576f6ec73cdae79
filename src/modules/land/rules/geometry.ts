/**
 * Areas on the map as rings of longitude and latitude. A county is small: between two corners a straight line in degrees
 * is the edge, and whatever lies closer to an edge than `tolerance` lies on it.
 */

/** [longitude, latitude] in degrees, CGCS2000. */
export type Point = readonly [number, number];
/** Without the closing repetition of its first corner. */
export type Ring = readonly Point[];
/** The outer ring, then its holes. */
export type Polygon = readonly Ring[];

export type Place = 'inside' | 'edge' | 'outside';
export type Relation = 'inside' | 'partial' | 'outside';

/** A tenth of a millimetre: below what any survey writes down. */
const tolerance = 1e-9;
const earthRadius = 6_371_008.8;
export const squareMetresPerMu = 2000 / 3;

/** Where a point lies. The edge of a hole is the edge of the area. */
export function placeOf(point: Point, polygon: Polygon): Place {
  let inside = false;
  for (const ring of polygon) {
    for (const [from, to] of edgesOf(ring)) {
      if (isOnSegment(point, from, to)) return 'edge';
      if (from[1] > point[1] !== to[1] > point[1]) {
        const crossing = from[0] + ((point[1] - from[1]) / (to[1] - from[1])) * (to[0] - from[0]);
        if (crossing > point[0]) inside = !inside;
      }
    }
  }
  return inside ? 'inside' : 'outside';
}

/**
 * How an area lies to another: wholly inside it (its edges may touch), partly, or outside. Areas that only touch are
 * outside of each other: nothing of the one is in the other.
 */
export function relationOf(inner: Polygon, outer: Polygon): Relation {
  if (!boxesMeet(boxOf(inner), boxOf(outer))) return 'outside';
  let within = false;
  let without = false;
  // Between two crossings an edge lies on one side; so its middle says where all of it lies.
  for (const middle of piecesOf(inner, outer)) {
    const place = placeOf(middle, outer);
    if (place === 'inside') within = true;
    if (place === 'outside') without = true;
  }
  if (within && without) return 'partial';
  const eaten = piecesOf(outer, inner).some((middle) => placeOf(middle, inner) === 'inside');
  if (eaten) return 'partial';
  if (within) return 'inside';
  const sample = innerPointOf(inner);
  if (sample === null || placeOf(sample, outer) === 'outside') return 'outside';
  return without ? 'partial' : 'inside';
}

export function covers(area: Polygon, site: Point | Polygon): Relation {
  if (isPolygon(site)) return relationOf(site, area);
  return placeOf(site, area) === 'outside' ? 'outside' : 'inside';
}

export function isPolygon(site: Point | Polygon): site is Polygon {
  return Array.isArray(site[0]);
}

/** Square metres on the sphere, holes taken off. */
export function areaOf(polygon: Polygon): number {
  const [outer = 0, ...holes] = polygon.map(ringArea);
  return Math.max(0, outer - holes.reduce((sum, hole) => sum + hole, 0));
}

/** 亩, with the two decimals that land papers use. */
export function muOf(polygon: Polygon): number {
  return Math.round((areaOf(polygon) / squareMetresPerMu) * 100) / 100;
}

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

export function boxOf(polygon: Polygon): Box {
  const points = polygon.flat();
  const longitudes = points.map(([longitude]) => longitude);
  const latitudes = points.map(([, latitude]) => latitude);
  return {
    west: Math.min(...longitudes),
    south: Math.min(...latitudes),
    east: Math.max(...longitudes),
    north: Math.max(...latitudes),
  };
}

/** What is wrong with an area as somebody typed it, in Chinese; null when it is sound. */
export function polygonFault(polygon: Polygon): string | null {
  const [outer, ...holes] = polygon;
  if (outer === undefined) return '请填写地块或区域的拐点坐标。';
  if (polygon.flat().length > mostCorners) return `拐点太多，最多 ${mostCorners} 个。`;
  for (const [index, ring] of polygon.entries()) {
    const name = polygon.length === 1 ? '' : index === 0 ? '外圈' : `第 ${index} 个内圈`;
    const fault = ringFault(ring);
    if (fault !== null) return `${name}${fault}`;
  }
  for (const [index, hole] of holes.entries()) {
    if (relationOf([hole], [outer]) !== 'inside') return `第 ${index + 1} 个内圈没有全部在外圈里面。`;
    const other = holes.slice(0, index).findIndex((one) => relationOf([hole], [one]) !== 'outside');
    if (other !== -1) return `第 ${index + 1} 个内圈和第 ${other + 1} 个内圈有重叠。`;
  }
  return null;
}

const mostCorners = 500;

function ringFault(ring: Ring): string | null {
  if (ring.length < 3) return '至少要有三个拐点。';
  for (const [longitude, latitude] of ring) {
    if (!(longitude >= 73 && longitude <= 136 && latitude >= 3 && latitude <= 54))
      return `坐标 ${longitude}, ${latitude} 不在中国境内，请先写经度、再写纬度。`;
  }
  const edges = edgesOf(ring);
  const twice = edges.findIndex(([from, to]) => isSamePoint(from, to));
  if (twice !== -1) return `第 ${twice + 1} 个拐点和下一个是同一处。`;
  for (const [index, [from, to]] of edges.entries()) {
    for (let later = index + 1; later < edges.length; later += 1) {
      const [start, end] = edges[later] ?? [from, to];
      const next = later === index + 1;
      const before = index === 0 && later === edges.length - 1;
      // Neighbours share one corner; they fold back on themselves when the far corner lies on the other.
      const meets = next
        ? isOnSegment(end, from, to) || isOnSegment(from, start, end)
        : before
          ? isOnSegment(start, from, to) || isOnSegment(to, start, end)
          : segmentsMeet(from, to, start, end);
      if (meets) return `第 ${index + 1} 条边和第 ${later + 1} 条边相交，请按顺序填写拐点。`;
    }
  }
  return ringArea(ring) < 1 ? '围成的面积太小。' : null;
}

/** Some point in the interior, well away from corners: the middle of the widest chord of a horizontal line. */
export function innerPointOf(polygon: Polygon): Point | null {
  const heights = [...new Set(polygon.flat().map(([, latitude]) => latitude))].sort((a, b) => a - b);
  let best: { point: Point; width: number } | null = null;
  for (let index = 1; index < heights.length; index += 1) {
    const level = ((heights[index - 1] ?? 0) + (heights[index] ?? 0)) / 2;
    const crossings = polygon
      .flatMap(edgesOf)
      .filter(([from, to]) => from[1] > level !== to[1] > level)
      .map(([from, to]) => from[0] + ((level - from[1]) / (to[1] - from[1])) * (to[0] - from[0]))
      .sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      const [west = 0, east = 0] = crossings.slice(at, at + 2);
      if (best === null || east - west > best.width) best = { point: [(west + east) / 2, level], width: east - west };
    }
  }
  return best?.point ?? null;
}

function edgesOf(ring: Ring): (readonly [Point, Point])[] {
  return ring.map((from, index) => [from, ring[(index + 1) % ring.length] ?? from] as const);
}

/** The middles of the pieces into which the edges of the one are cut by the edges of the other. */
function piecesOf(polygon: Polygon, by: Polygon): Point[] {
  const cutters = by.flatMap(edgesOf);
  return polygon.flatMap(edgesOf).flatMap(([from, to]) => {
    const cuts = [0, 1, ...cutters.flatMap(([start, end]) => cutsOf(from, to, start, end))].sort((a, b) => a - b);
    const at = (share: number): Point => [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    return cuts.flatMap((cut, index) => {
      const next = cuts[index + 1];
      return next === undefined || (next - cut) * length <= tolerance ? [] : [at((cut + next) / 2)];
    });
  });
}

/** Where a segment is cut by another, as shares of its length; of one that runs along it, the other's ends. */
function cutsOf(from: Point, to: Point, start: Point, end: Point): number[] {
  const along: Point = [to[0] - from[0], to[1] - from[1]];
  const other: Point = [end[0] - start[0], end[1] - start[1]];
  const length = Math.hypot(...along);
  const ends = [start, end]
    .filter((point) => isOnSegment(point, from, to))
    .map((point) => ((point[0] - from[0]) * along[0] + (point[1] - from[1]) * along[1]) / (length * length));
  const turn = along[0] * other[1] - along[1] * other[0];
  if (Math.abs(turn) <= 1e-12 * length * Math.hypot(...other)) return ends;
  const between: Point = [start[0] - from[0], start[1] - from[1]];
  const share = (between[0] * other[1] - between[1] * other[0]) / turn;
  const otherShare = (between[0] * along[1] - between[1] * along[0]) / turn;
  return share > 0 && share < 1 && otherShare >= 0 && otherShare <= 1 ? [...ends, share] : ends;
}

function segmentsMeet(from: Point, to: Point, start: Point, end: Point): boolean {
  return cutsOf(from, to, start, end).length > 0 || isOnSegment(from, start, end) || isOnSegment(to, start, end);
}

function isOnSegment(point: Point, from: Point, to: Point): boolean {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (length <= tolerance) return isSamePoint(point, from);
  const across = Math.abs((to[0] - from[0]) * (point[1] - from[1]) - (to[1] - from[1]) * (point[0] - from[0])) / length;
  const along = ((to[0] - from[0]) * (point[0] - from[0]) + (to[1] - from[1]) * (point[1] - from[1])) / length;
  return across <= tolerance && along >= -tolerance && along <= length + tolerance;
}

function isSamePoint(a: Point, b: Point): boolean {
  return Math.hypot(a[0] - b[0], a[1] - b[1]) <= tolerance;
}

function boxesMeet(a: Box, b: Box): boolean {
  return (
    a.west <= b.east + tolerance &&
    b.west <= a.east + tolerance &&
    a.south <= b.north + tolerance &&
    b.south <= a.north + tolerance
  );
}

function ringArea(ring: Ring): number {
  const radians = Math.PI / 180;
  const sum = edgesOf(ring).reduce(
    (total, [from, to]) =>
      total + (to[0] - from[0]) * radians * (2 + Math.sin(from[1] * radians) + Math.sin(to[1] * radians)),
    0,
  );
  return Math.abs((sum * earthRadius * earthRadius) / 2);
}
