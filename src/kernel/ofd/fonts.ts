import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type FontFamily, type FontWeight, MissingGlyph } from './face.ts';
import { type FontSubset, openTrueType, type TrueType } from './truetype.ts';

/** The fonts that documents are set in, in memory. */
export interface FaceFonts {
  /**
   * The font for one sign: the one asked for, or, for a sign that it does not have, the nearest that has it. Throws
   * `MissingGlyph`: a box in the place of somebody's name is worse than no document.
   */
  pick(family: FontFamily, weight: FontWeight, sign: string): TrueType;
  /** Cut once for each set of signs: the same licence becomes two kinds of file. */
  subset(font: TrueType, codePoints: Iterable<number>): FontSubset;
}

/** Reads the fonts once in the life of the process: fifty megabytes, a tenth of a second. */
export function loadFonts(): Promise<FaceFonts> {
  return (loaded ??= load());
}

let loaded: Promise<FaceFonts> | null = null;
const require = createRequire(import.meta.url);
const mostSubsets = 8;

const files: Readonly<Record<FontFamily, Readonly<Record<FontWeight, string>>>> = {
  serif: {
    regular: '@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf',
    bold: '@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf',
  },
  sans: {
    regular: '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
    bold: '@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf',
  },
};

async function load(): Promise<FaceFonts> {
  const open = async (family: FontFamily, weight: FontWeight) => {
    const isSerif = family === 'serif';
    return openTrueType(await readFile(require.resolve(files[family][weight])), {
      family: isSerif ? 'Noto Serif SC' : 'Noto Sans SC',
      isBold: weight === 'bold',
      isSerif,
    });
  };
  const [serif, serifBold, sans, sansBold] = await Promise.all([
    open('serif', 'regular'),
    open('serif', 'bold'),
    open('sans', 'regular'),
    open('sans', 'bold'),
  ]);
  const order: Record<FontFamily, Record<FontWeight, readonly TrueType[]>> = {
    serif: { regular: [serif, sans, serifBold, sansBold], bold: [serifBold, sansBold, serif, sans] },
    sans: { regular: [sans, serif, sansBold, serifBold], bold: [sansBold, serifBold, sans, serif] },
  };
  const cut = new Map<string, FontSubset>();
  return {
    pick(family, weight, sign) {
      const codePoint = sign.codePointAt(0) ?? 0;
      const found = order[family][weight].find((font) => font.glyphOf(codePoint) !== 0);
      if (!found) throw new MissingGlyph(sign);
      return found;
    },
    subset(font, codePoints) {
      const signs = [...new Set(codePoints)].sort((a, b) => a - b);
      const key = `${font.name} ${signs.join(' ')}`;
      const known = cut.get(key) ?? font.subset(signs);
      cut.delete(key);
      cut.set(key, known);
      const [oldest] = cut.keys();
      if (cut.size > mostSubsets && oldest !== undefined) cut.delete(oldest);
      return known;
    },
  };
}
