import { type Font, type Glyph, songFont } from './font.ts';
import type { SealPicture } from './format.ts';
import { circle, type Path, star, svgPathData, transform } from './path.ts';
import { type Colour, fill, pngOf } from './raster.ts';

/**
 * The round seal of an office: its name along the upper edge from left to right, a star in the middle, and below it, for
 * a seal with one purpose, that purpose in a line. Everything is outlines: no reader needs the font.
 */
export function drawRoundSeal(wording: SealWording, look: SealLook = {}): SealDrawing {
  const diameter = look.diameter ?? 42;
  const font = look.font ?? songFont();
  const name = font.glyphs(checked(wording.name, longestName));
  const line = font.glyphs(wording.line === undefined ? '' : checked(wording.line, longestLine));
  const middle = diameter / 2;
  const ring = diameter * 0.0286;
  const outline: Path = [
    ...circle(middle, middle, middle),
    ...circle(middle, middle, middle - ring, false),
    ...nameOnArc(name, font, diameter, middle - ring, line.length > 0 ? arcAboveLine : widestArc),
    ...(line.length > 0 ? lineBelow(line, font, diameter) : []),
    ...(wording.star === false ? [] : star(middle, middle, diameter / 6)),
  ];
  return { outline, diameter, colour: look.colour ?? sealRed };
}

export interface SealWording {
  /** The full name of the unit, as it is registered. */
  name: string;
  /** E.g. the purpose of a seal that has only one. */
  line?: string;
  /** False for a seal without the star. */
  star?: boolean;
}

export interface SealLook {
  /** Millimetres. The rules for official seals fix it by the rank of the unit. */
  diameter?: number;
  colour?: Colour;
  font?: Font;
}

export interface SealDrawing {
  /** In millimetres, y downwards. */
  outline: Path;
  diameter: number;
  colour: Colour;
}

export function sealSvg({ outline, diameter, colour }: SealDrawing): string {
  const red = `#${Buffer.from(colour).toString('hex')}`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${diameter}mm" height="${diameter}mm" ` +
    `viewBox="0 0 ${diameter} ${diameter}"><path fill="${red}" d="${svgPathData(outline)}"/></svg>`
  );
}

/** Twelve dots to the millimetre are what an office printer shows. */
export function sealPng({ outline, diameter, colour }: SealDrawing, dotsPerMillimetre = 12): Buffer {
  const size = Math.ceil(diameter * dotsPerMillimetre);
  const scaled = transform(outline, [dotsPerMillimetre, 0, 0, dotsPerMillimetre, 0, 0]);
  return pngOf(fill(scaled, size, size), size, size, colour);
}

/** As it goes into a seal. */
export function sealPicture(drawing: SealDrawing): SealPicture {
  const side = Math.round(drawing.diameter);
  return { type: 'PNG', data: sealPng(drawing), width: side, height: side };
}

export const sealRed: Colour = [0xd7, 0x1a, 0x1a];

const longestName = 36;
const longestLine = 16;

function checked(text: string, longest: number): string {
  const signs = [...text];
  if (signs.length === 0 || signs.length > longest) throw new RangeError(`1 to ${longest} signs, not ${signs.length}`);
  if (signs.some((sign) => /\s/u.test(sign))) throw new RangeError('no blanks on a seal');
  return text;
}

/** Signs stand upright on the circle, heads outwards; the more there are the narrower, and the further round they go. */
function nameOnArc(glyphs: readonly Glyph[], font: Font, diameter: number, inside: number, arc: number): Path {
  const count = glyphs.length;
  const middle = diameter / 2;
  const height = diameter * (count <= 14 ? 0.142 : count <= 22 ? 0.125 : 0.108);
  const radius = inside - diameter * 0.026 - height / 2;
  const pitch = Math.min(widestPitch, arc / Math.max(1, count - 1));
  // On the inner side of the line there is less room than in its middle.
  const width = Math.min(height * 0.86, (radius - height * 0.22) * pitch * 0.96);
  return glyphs.flatMap((glyph, at) => {
    const angle = (at - (count - 1) / 2) * pitch;
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const placed = centred(glyph, font, width, height);
    return transform(placed, [cos, sin, -sin, cos, middle + radius * sin, middle - radius * cos]);
  });
}

function lineBelow(glyphs: readonly Glyph[], font: Font, diameter: number): Path {
  const middle = diameter / 2;
  const room = diameter * 0.64;
  const height = Math.min(diameter * 0.1, (room / glyphs.length) * 1.5);
  const width = Math.min(height * 0.95, room / glyphs.length);
  const y = middle + diameter * 0.29;
  return glyphs.flatMap((glyph, at) => {
    const x = middle + (at - (glyphs.length - 1) / 2) * width;
    return transform(centred(glyph, font, width * 0.96, height), [1, 0, 0, 1, x, y]);
  });
}

/** The sign's em square, brought to this size around 0, y downwards. */
function centred({ outline, advance }: Glyph, font: Font, width: number, height: number): Path {
  const em = font.unitsPerEm;
  const [sx, sy] = [width / em, height / em];
  // Ideographs sit in their square from 0.12 below the line to 0.88 above it.
  return transform(outline, [sx, 0, 0, -sy, (-advance / 2) * sx, 0.38 * em * sy]);
}

const widestPitch = (30 * Math.PI) / 180;
const widestArc = (262 * Math.PI) / 180;
const arcAboveLine = (216 * Math.PI) / 180;
