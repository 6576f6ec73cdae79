import { createRequire } from 'node:module';
import { openSync, type Font as Outlines } from 'fontkit';
import { type Path } from './path.ts';

/** A font as a source of outlines. Nothing is drawn with a box where a sign is missing: that is an error by name. */
export interface Font {
  readonly path: string;
  readonly unitsPerEm: number;
  /** The signs of this text that the font cannot draw, each once. */
  missing(text: string): string[];
  /** One glyph per sign, y upwards, in font units. Throws `MissingGlyphs`. */
  glyphs(text: string): Glyph[];
}

export interface Glyph {
  sign: string;
  advance: number;
  outline: Path;
}

export class MissingGlyphs extends Error {
  override readonly name = 'MissingGlyphs';
  readonly signs: readonly string[];

  constructor(signs: readonly string[]) {
    super(`no glyphs for ${signs.join(' ')}`);
    this.signs = signs;
  }
}

export function openFont(path: string): Font {
  const font = openSync(path);
  if (!('glyphForCodePoint' in font)) throw new Error(`${path} is a collection of fonts`);
  const known = new Map<string, Glyph>();
  const missing = (text: string) => [...new Set(text)].filter((sign) => !font.hasGlyphForCodePoint(codePoint(sign)));
  return {
    path,
    unitsPerEm: font.unitsPerEm,
    missing,
    glyphs(text) {
      const absent = missing(text);
      if (absent.length > 0) throw new MissingGlyphs(absent);
      return [...text].map((sign) => {
        const found = known.get(sign) ?? glyphOf(font, sign);
        known.set(sign, found);
        return found;
      });
    },
  };
}

/** Song type, bold: what the rules for official seals ask for. Opened once, when first needed. */
export function songFont(): Font {
  return (song ??= openFont(require.resolve('@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf')));
}

const require = createRequire(import.meta.url);
let song: Font | null = null;

function glyphOf(font: Outlines, sign: string): Glyph {
  const glyph = font.glyphForCodePoint(codePoint(sign));
  const outline = glyph.path.commands.map(({ command, args }): Path[number] => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
    switch (command) {
      case 'moveTo':
        return ['M', a, b];
      case 'lineTo':
        return ['L', a, b];
      case 'quadraticCurveTo':
        return ['Q', a, b, c, d];
      case 'bezierCurveTo':
        return ['C', a, b, c, d, e, f];
      case 'closePath':
        return ['Z'];
    }
  });
  return { sign, advance: glyph.advanceWidth, outline };
}

function codePoint(sign: string): number {
  return sign.codePointAt(0) ?? 0;
}
