import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArea, readPoint, writeArea } from './coordinates.ts';
import { areaOf, innerPointOf, muOf, placeOf, polygonFault, relationOf, type Point, type Polygon } from './geometry.ts';
import { drawMap } from './map.ts';

const box = (west: number, south: number, size: number, height = size): Point[] => [
  [west, south],
  [west + size, south],
  [west + size, south + height],
  [west, south + height],
];
const park: Polygon = [box(107.8, 34.68, 0.02)];
const holed: Polygon = [box(107.8, 34.68, 0.02), box(107.808, 34.688, 0.004)];
/** Like a C: its opening looks east. */
const bay: Polygon = [
  [
    [107.8, 34.68],
    [107.82, 34.68],
    [107.82, 34.685],
    [107.805, 34.685],
    [107.805, 34.695],
    [107.82, 34.695],
    [107.82, 34.7],
    [107.8, 34.7],
  ],
];

describe('where a point lies', () => {
  it.each([
    ['in the middle', [107.81, 34.69], park, 'inside'],
    ['on an edge', [107.8, 34.69], park, 'edge'],
    ['on a corner', [107.82, 34.7], park, 'edge'],
    ['a metre outside', [107.79999, 34.69], park, 'outside'],
    ['level with corners, outside', [107.79, 34.7], park, 'outside'],
    ['in the hole', [107.81, 34.69], holed, 'outside'],
    ['on the edge of the hole', [107.808, 34.69], holed, 'edge'],
    ['in the bay', [107.815, 34.69], bay, 'outside'],
    ['level with the corners of the bay', [107.802, 34.685], bay, 'inside'],
  ] as const)('%s', (_, point, polygon, expected) => {
    expect(placeOf(point, polygon)).toBe(expected);
  });
});

describe('how an area lies to another', () => {
  it.each([
    ['well inside', [box(107.805, 34.685, 0.002)], park, 'inside'],
    ['the same', park, park, 'inside'],
    ['inside, sharing an edge', [box(107.8, 34.685, 0.002)], park, 'inside'],
    ['inside, in a corner', [box(107.8, 34.68, 0.002)], park, 'inside'],
    ['touching from outside', [box(107.82, 34.685, 0.002)], park, 'outside'],
    ['touching with a corner', [box(107.82, 34.7, 0.002)], park, 'outside'],
    ['a corner sticks out', [box(107.819, 34.69, 0.002)], park, 'partial'],
    ['lies around it', [box(107.79, 34.67, 0.05)], park, 'partial'],
    ['far away', [box(108.5, 34.2, 0.01)], park, 'outside'],
    ['over the hole', [box(107.807, 34.687, 0.006)], holed, 'partial'],
    ['in the hole', [box(107.809, 34.689, 0.001)], holed, 'outside'],
    ['fills the hole exactly', [box(107.808, 34.688, 0.004)], holed, 'outside'],
    ['around the hole, with the same hole', holed, holed, 'inside'],
    ['across the bay: every corner inside, the middle not', [box(107.801, 34.681, 0.018)], bay, 'partial'],
    ['a strip across the bay with all corners inside', [box(107.81, 34.682, 0.005, 0.016)], bay, 'partial'],
    ['in one arm of the bay', [box(107.81, 34.681, 0.003)], bay, 'inside'],
  ] as const)('%s', (_, inner, outer, expected) => {
    expect(relationOf(inner, outer)).toBe(expected);
  });

  it('agrees with points thrown at random, whatever the corner it is told from', () => {
    const coordinate = fc.integer({ min: 0, max: 20 }).map((n) => n / 1000);
    const shape = fc.record({
      x: coordinate,
      y: coordinate,
      size: fc.integer({ min: 1, max: 15 }).map((n) => n / 1000),
      turn: fc.integer({ min: 0, max: 3 }),
      backwards: fc.boolean(),
    });
    fc.assert(
      fc.property(shape, ({ x, y, size, turn, backwards }) => {
        const ring = box(107.79 + x, 34.67 + y, size);
        const turned = [...ring.slice(turn), ...ring.slice(0, turn)];
        const polygon: Polygon = [backwards ? turned.reverse() : turned];
        const shares = Array.from({ length: 81 }, (_, n) => [
          107.79 + x + (size * ((n % 9) + 0.5)) / 9,
          34.67 + y + (size * (Math.floor(n / 9) + 0.5)) / 9,
        ]) as unknown as Point[];
        const places = shares.map((point) => placeOf(point, bay)).filter((place) => place !== 'edge');
        const relation = relationOf(polygon, bay);
        if (relation === 'inside') expect(places).not.toContain('outside');
        if (relation === 'outside') expect(places).not.toContain('inside');
        if (places.includes('inside') && places.includes('outside')) expect(relation).toBe('partial');
      }),
      { seed: 20261124, numRuns: 400 },
    );
  });
});

describe('the size of an area', () => {
  it('is right to one part in a thousand against the metres of a degree', () => {
    const metres = 0.02 * 111_195 * (0.02 * 111_195 * Math.cos((34.69 * Math.PI) / 180));
    expect(areaOf(park) / metres).toBeCloseTo(1, 3);
    expect(muOf([box(107.802, 34.684, 0.002, 0.0014)])).toBeCloseTo(42.7, 0);
  });

  it('leaves the hole out and does not mind the direction', () => {
    const hole = areaOf([box(107.808, 34.688, 0.004)]);
    expect(areaOf(holed)).toBeCloseTo(areaOf(park) - hole, 3);
    expect(areaOf([[...box(107.8, 34.68, 0.02)].reverse()])).toBeCloseTo(areaOf(park), 6);
  });
});

describe('what is wrong with an area', () => {
  it.each([
    ['nothing', park, null],
    ['nothing with a hole', holed, null],
    ['nothing typed', [], /请填写/],
    ['two corners', [box(107.8, 34.68, 0.01).slice(0, 2)], /三个拐点/],
    ['latitude first', [box(34.68, 107.8, 0.01)], /先写经度/],
    ['not a number', [[...box(107.8, 34.68, 0.01), [Number.NaN, 34.7]]], /不在中国/],
    [
      'a bow tie',
      [
        [
          [107.8, 34.68],
          [107.82, 34.7],
          [107.82, 34.68],
          [107.8, 34.7],
        ],
      ],
      /相交/,
    ],
    ['a corner twice', [[...box(107.8, 34.68, 0.01), [107.8, 34.69]]], /同一处/],
    [
      'folded back on itself',
      [
        [
          [107.8, 34.68],
          [107.82, 34.68],
          [107.81, 34.68],
        ],
      ],
      /相交/,
    ],
    ['a hole that sticks out', [box(107.8, 34.68, 0.02), box(107.815, 34.69, 0.02)], /没有全部在外圈/],
    [
      'holes on each other',
      [box(107.8, 34.68, 0.02), box(107.805, 34.685, 0.004), box(107.807, 34.687, 0.004)],
      /重叠/,
    ],
    ['a speck', [box(107.8, 34.68, 0.000001)], /面积太小/],
  ] as const)('%s', (_, polygon, expected) => {
    const fault = polygonFault(polygon as unknown as Polygon);
    if (expected === null) expect(fault).toBeNull();
    else expect(fault).toMatch(expected);
  });
});

describe('typing and drawing', () => {
  it('reads lines, a hole after an empty line, and the closing corner that people repeat', () => {
    const text =
      '107.8, 34.68\n107.82，34.68\n107.82 34.7;\n107.8,34.7\n107.8,34.68\n\n107.808,34.688\n107.812,34.688\n107.812,34.692';
    const { polygon } = readArea(text);
    expect(polygon?.map((ring) => ring.length)).toEqual([4, 3]);
    expect(readArea(writeArea(polygon ?? [])).polygon).toEqual(polygon);
    expect(readArea('107.8, 34.68\n三十四度').fault).toMatch(/第 2 行/);
    expect(readArea('  ').fault).toMatch(/请填写/);
    expect(readPoint('107.8,34.68')).toEqual([107.8, 34.68]);
    expect(readPoint('107.8')).toBeNull();
  });

  it('reads GeoJSON of one polygon and refuses anything else', () => {
    const ring = [...box(107.8, 34.68, 0.02), [107.8, 34.68]];
    const geometry = { type: 'Polygon', coordinates: [ring] };
    expect(readArea(JSON.stringify(geometry)).polygon).toEqual(park);
    const feature = { type: 'Feature', geometry, properties: {} };
    expect(readArea(JSON.stringify({ type: 'FeatureCollection', features: [feature] })).polygon).toEqual(park);
    for (const wrong of [
      '{"type":',
      '{"type":"Point","coordinates":[1,2]}',
      '{"type":"Polygon","coordinates":[["x"]]}',
    ])
      expect(readArea(wrong).fault).toMatch(/GeoJSON/);
  });

  it('finds a point within and draws north up, inside the picture', () => {
    for (const polygon of [park, holed, bay]) expect(placeOf(innerPointOf(polygon) ?? [0, 0], polygon)).toBe('inside');
    const map = drawMap([{ id: 'park', polygon: park }], [[107.81, 34.7]]);
    const [point] = map.points;
    expect(point?.y).toBeLessThan(map.height / 3);
    const numbers = map.areas[0]?.path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(Math.max(map.width, map.height));
    expect(map.scale.text).toMatch(/米$/);
  });
});
