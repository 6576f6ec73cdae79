import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MissingGlyphs, songFont } from './font.ts';
import { circle, flatten, type Path, star, svgPathData, transform } from './path.ts';
import { drawRoundSeal, sealPicture, sealPng, sealSvg } from './picture.ts';
import { fill, pngOf } from './raster.ts';

const square = (x: number, y: number, side: number, clockwise = true): Path => {
  const corners: [number, number][] = [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
  ];
  const [first = [x, y], ...rest] = clockwise ? corners : corners.reverse();
  return [['M', ...first], ...rest.map(([a, b]) => ['L', a, b] as const), ['Z']];
};
const sum = (coverage: Uint8Array) => coverage.reduce((total, one) => total + one, 0) / 255;

describe('filling', () => {
  test('a square on the grid covers its cells and nothing else', () => {
    const coverage = fill(square(1, 1, 2), 4, 4);
    expect([...coverage]).toEqual([0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0]);
  });

  test('half a cell is half covered, in both directions', () => {
    expect([...fill(square(0.5, 0, 1), 2, 1)]).toEqual([128, 128]);
    expect([...fill(square(0, 0.5, 1), 1, 2)]).toEqual([128, 128]);
  });

  test('outlines that overlap stay filled; one that runs the other way is a hole', () => {
    expect(sum(fill([...square(0, 0, 6), ...square(3, 0, 6)], 10, 10))).toBeCloseTo(54);
    expect(sum(fill([...square(0, 0, 8), ...square(2, 2, 4, false)], 10, 10))).toBeCloseTo(48);
  });

  test('areas come out right: a circle, a ring, a star', () => {
    expect(sum(fill(circle(50, 50, 40), 100, 100))).toBeCloseTo(Math.PI * 1600, -1);
    const ring = [...circle(50, 50, 40), ...circle(50, 50, 30, false)];
    expect(sum(fill(ring, 100, 100))).toBeCloseTo(Math.PI * 700, -1);
    expect(sum(fill(star(50, 50, 40), 100, 100))).toBeCloseTo(1.1225699 * 1600, -1);
  });

  test('what lies outside is cut off', () => {
    expect(sum(fill(square(-5, -5, 20), 4, 4))).toBe(16);
    expect(sum(fill(square(20, 20, 5), 4, 4))).toBe(0);
    expect(sum(fill([], 4, 4))).toBe(0);
  });
});

describe('paths', () => {
  test('move, turn and write down', () => {
    expect(transform(square(0, 0, 1), [0, 1, -1, 0, 5, 5])[1]).toEqual(['L', 5, 6]);
    expect(svgPathData([['M', 0, -0.001], ['Q', 1, 2, 3.14159, 4], ['Z']])).toBe('M0 0Q1 2 3.14 4Z');
  });

  test('curves stay within the tolerance', () => {
    const [contour = []] = flatten(circle(0, 0, 100), 0.05);
    expect(Math.max(...contour.map(([x, y]) => Math.abs(Math.hypot(x, y) - 100)))).toBeLessThan(0.05);
    const sagitta = contour.map(([x, y], at) => {
      const [nextX, nextY] = contour[(at + 1) % contour.length] ?? [x, y];
      return 100 - Math.hypot((x + nextX) / 2, (y + nextY) / 2);
    });
    expect(Math.max(...sagitta)).toBeLessThan(0.1);
  });
});

describe('the picture of a seal', () => {
  const drawing = drawRoundSeal({ name: '某某县住房和城乡建设局', line: '行政审批专用章' });
  const png = sealPng(drawing, 4);

  test('is a PNG of the size asked for whose opacity is the drawing', () => {
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([168, 168]);
    const at = png.indexOf('IDAT');
    const lines = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
    expect(lines).toHaveLength(168 * 169);
    const opacityAt = (x: number, y: number) => lines[y * 169 + 1 + x];
    expect(opacityAt(0, 0)).toBe(0);
    // The ring above, the star in the middle, nothing between them and the name.
    expect(opacityAt(84, 2)).toBe(255);
    expect(opacityAt(84, 84)).toBe(255);
    expect(opacityAt(84, 45)).toBe(0);
    // Twice is the same.
    expect(sealPng(drawing, 4).equals(png)).toBe(true);
  });

  test('goes into a seal with its size on paper', () => {
    const small = drawRoundSeal({ name: '某某镇' }, { diameter: 38 });
    expect(sealPicture(small)).toMatchObject({ type: 'PNG', width: 38, height: 38 });
  });

  test('as SVG needs no font and has nothing in it but outlines', () => {
    const svg = sealSvg(drawing);
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="42mm" height="42mm" viewBox="0 0 42 42">/,
    );
    expect(svg).toMatch(/<path fill="#d71a1a" d="M[-0-9. MLQCZ]+"\/><\/svg>$/);
    expect(svg).not.toContain('NaN');
  });

  test.each([
    ['two signs', '某局'],
    ['a rare sign', '𬱖县局'],
    ['thirty-six signs', '某'.repeat(36)],
  ])('everything stays inside the ring: %s', (_, name) => {
    const { outline } = drawRoundSeal({ name, line: '业务专用章' });
    const far = flatten(outline, 0.02).flat();
    expect(Math.max(...far.map(([x, y]) => Math.hypot(x - 21, y - 21)))).toBeLessThanOrEqual(21.01);
    // Nothing but the two circles is further out than the inside of the ring.
    const beyond = flatten(outline, 0.02).filter((contour) =>
      contour.some(([x, y]) => Math.hypot(x - 21, y - 21) > 21 - 42 * 0.0286 + 0.01),
    );
    expect(beyond).toHaveLength(1);
  });

  test('signs do not run into each other or into the star', () => {
    const cover = (wording: { name: string; line?: string; star?: boolean }) =>
      sum(fill(transform(drawRoundSeal(wording).outline, [4, 0, 0, 4, 0, 0]), 168, 168));
    for (const name of [
      '某某县局',
      '中国共产主义青年团某某县委员会',
      '某某县推进政府职能转变和优化营商环境协调小组办公室',
    ]) {
      const [ring, starred] = [circle(84, 84, 84), star(84, 84, 28)].map((path) => sum(fill(path, 168, 168)));
      const hole = sum(fill(circle(84, 84, 84 - 4 * 42 * 0.0286), 168, 168));
      const bare = cover({ name, star: false });
      // If nothing overlaps, the areas add up.
      expect(cover({ name })).toBeCloseTo(bare + (starred ?? 0), -1);
      expect(bare).toBeGreaterThan((ring ?? 0) - hole);
    }
  });

  test('a sign without a glyph is an error by name, not a box', () => {
    expect(() => drawRoundSeal({ name: '某\u{e000}局' })).toThrow(MissingGlyphs);
    expect(songFont().missing('某\u{e000}\u{e000}局')).toEqual(['\u{e000}']);
    expect(songFont().missing('麟𬱖𫘧䶮')).toEqual([]);
  });

  test('names that are none are refused', () => {
    expect(() => drawRoundSeal({ name: '' })).toThrow(RangeError);
    expect(() => drawRoundSeal({ name: '某 局' })).toThrow(RangeError);
    expect(() => drawRoundSeal({ name: '某'.repeat(37) })).toThrow(RangeError);
    expect(() => drawRoundSeal({ name: '某局', line: '' })).toThrow(RangeError);
  });

  test('a picture of one dot', () => {
    expect(pngOf(Uint8Array.of(7), 1, 1, [1, 2, 3]).subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
  });
});
