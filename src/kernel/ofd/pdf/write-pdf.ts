import type { Path } from '../../seal/path.ts';
import type { Face, FileFacts } from '../face.ts';
import type { FaceFonts } from '../fonts.ts';
import {
  layOut,
  type LaidOutPage,
  type OutlineShape,
  type PictureShape,
  type Shape,
  type TextShape,
} from '../layout.ts';
import type { Picture } from '../picture.ts';
import type { FontSubset, TrueType } from '../truetype.ts';
import {
  packedStream,
  type PdfBody,
  pdfDate,
  pdfName,
  pdfNumber,
  pdfNumbers,
  pdfStream,
  pdfText,
  places,
  points,
  revision,
} from './objects.ts';
import { pictureObjects } from './picture-object.ts';

/**
 * The same face as a PDF, with the same fonts. It has an empty form and empty notes on every page, so that a seal can be
 * added without touching a page. Throws `MissingGlyph`, `TextTooLong`, `PictureRefused`.
 */
export function writePdf(face: Face, fonts: FaceFonts, facts: FileFacts): Uint8Array {
  const pages = layOut(face, fonts);
  const objects = new Map<number, PdfBody>();
  let last = places.notes(pages.length - 1);
  const add = (body: PdfBody) => {
    objects.set((last += 1), body);
    return last;
  };
  objects.set(places.catalog, [
    `<< /Type /Catalog /Pages ${places.pages} 0 R /AcroForm ${places.form} 0 R /Lang (zh-CN) /ViewerPreferences << /DisplayDocTitle true >> >>`,
  ]);
  objects.set(places.pages, [
    `<< /Type /Pages /Kids [${pages.map((_, at) => `${places.page(at)} 0 R`).join(' ')}] /Count ${pages.length} >>`,
  ]);
  objects.set(places.about, [aboutOf(face, facts)]);
  objects.set(places.form, ['<< /Fields [] >>']);
  const used = gather(pages, fonts);
  const names = new Map<TrueType | Picture | number, string>();
  const resources = [
    `/Font << ${[...used.fonts].map(([font, subset], at) => name(names, font, `F${at}`, fontObjects(subset, add))).join(' ')} >>`,
    `/XObject << ${[...used.pictures].map((one, at) => name(names, one, `I${at}`, pictureObjects(one, add))).join(' ')} >>`,
    `/ExtGState << ${[...used.opacities].map((one, at) => opacityEntry(names, one, at)).join(' ')} >>`,
  ].join(' ');
  const shared = add([`<< ${resources} >>`]);
  pages.forEach((page, at) => {
    const content = add(packedStream('', Buffer.from(contentOf(page, names, used.fonts), 'latin1')));
    objects.set(places.page(at), [
      `<< /Type /Page /Parent ${places.pages} 0 R /MediaBox [0 0 ${pdfNumbers(page.width * points, page.height * points)}] ` +
        `/Resources ${shared} 0 R /Contents ${content} 0 R /Annots ${places.notes(at)} 0 R >>`,
    ]);
    objects.set(places.notes(at), ['[]']);
  });
  const ordered = new Map([...objects].sort(([a], [b]) => a - b));
  const id = `<${facts.id}>`;
  return revision(
    Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'),
    ordered,
    `/Size ${last + 1} /Root ${places.catalog} 0 R /Info ${places.about} 0 R /ID [${id} ${id}]`,
  );
}

function aboutOf(face: Face, facts: FileFacts): string {
  if (!/^[0-9a-f]{32}$/.test(facts.id)) throw new RangeError('an id has 32 hexadecimal digits');
  const entry = (key: string, text: string | undefined) => (text ? [`/${key} ${pdfText(text)}`] : []);
  return [
    '<<',
    ...entry('Title', face.title),
    ...entry('Author', face.author),
    ...entry('Subject', face.subject),
    ...entry('Creator', facts.creator),
    `/CreationDate ${pdfDate(facts.createdAt)}`,
    `/ModDate ${pdfDate(facts.modifiedAt ?? facts.createdAt)}`,
    // A name of its own in front keeps them apart from what PDF gives a meaning.
    ...Object.entries(facts.fields ?? {}).map(([key, text]) => `${pdfName(`field.${key}`)} ${pdfText(text)}`),
    '>>',
  ].join(' ');
}

interface Used {
  fonts: Map<TrueType, FontSubset>;
  pictures: Set<Picture>;
  opacities: Set<number>;
}

function gather(pages: readonly LaidOutPage[], fonts: FaceFonts): Used {
  const signs = new Map<TrueType, Set<number>>();
  const used: Used = { fonts: new Map(), pictures: new Set(), opacities: new Set() };
  for (const shape of pages.flatMap(({ shapes }) => shapes)) {
    if (shape.opacity < 1) used.opacities.add(shape.opacity);
    if (shape.kind === 'picture') used.pictures.add(shape.picture);
    if (shape.kind !== 'text') continue;
    const own = signs.get(shape.font) ?? new Set();
    signs.set(shape.font, own);
    for (const { sign } of shape.signs) own.add(sign.codePointAt(0) ?? 0);
  }
  for (const [font, own] of signs) used.fonts.set(font, fonts.subset(font, own));
  return used;
}

function name(names: Map<TrueType | Picture | number, string>, what: TrueType | Picture, as: string, object: number) {
  names.set(what, as);
  return `/${as} ${object} 0 R`;
}

function opacityEntry(names: Map<TrueType | Picture | number, string>, opacity: number, at: number): string {
  names.set(opacity, `G${at}`);
  return `/G${at} << /ca ${pdfNumber(opacity)} /CA ${pdfNumber(opacity)} >>`;
}

type Add = (body: PdfBody) => number;

function fontObjects({ font, bytes, glyphs }: FontSubset, add: Add): number {
  const scale = 1000 / font.unitsPerEm;
  const scaled = (...values: readonly number[]) => values.map((value) => Math.round(value * scale)).join(' ');
  const own = `/${tagOf(glyphs)}+${font.name}`;
  const file = add(pdfStream(`/Length1 ${bytes.length}`, bytes));
  const descriptor = add([
    `<< /Type /FontDescriptor /FontName ${own} /Flags ${font.isSerif ? 6 : 4} /FontBBox [${scaled(...font.box)}] /ItalicAngle 0 ` +
      `/Ascent ${scaled(font.ascent)} /Descent ${scaled(font.descent)} /CapHeight ${scaled(font.capHeight)} ` +
      `/StemV ${font.isBold ? 140 : 80} /FontFile2 ${file} 0 R >>`,
  ]);
  const widths = [...glyphs.keys()].map((sign) => scaled(font.advance(sign))).join(' ');
  const descendant = add([
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont ${own} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> ` +
      `/FontDescriptor ${descriptor} 0 R /DW 1000 /W [1 [${widths}]] /CIDToGIDMap /Identity >>`,
  ]);
  const meaning = add(pdfStream('', Buffer.from(toUnicode(glyphs), 'latin1')));
  return add([
    `<< /Type /Font /Subtype /Type0 /BaseFont ${own} /Encoding /Identity-H /DescendantFonts [${descendant} 0 R] /ToUnicode ${meaning} 0 R >>`,
  ]);
}

/** Six letters that differ for other sets of signs. */
function tagOf(glyphs: ReadonlyMap<number, number>): string {
  let sum = 7;
  for (const sign of glyphs.keys()) sum = (sum * 31 + sign) % 308_915_776;
  return Array.from({ length: 6 }, (_, at) => String.fromCharCode(65 + (Math.floor(sum / 26 ** at) % 26))).join('');
}

function toUnicode(glyphs: ReadonlyMap<number, number>): string {
  const pairs = [...glyphs].map(([sign, glyph]) => {
    const text = Buffer.from(String.fromCodePoint(sign), 'utf16le').swap16().toString('hex');
    return `<${hex(glyph)}> <${text}>`;
  });
  const blocks = Array.from({ length: Math.ceil(pairs.length / 100) }, (_, at) =>
    pairs.slice(at * 100, at * 100 + 100),
  );
  return [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def /CMapType 2 def',
    '1 begincodespacerange <0000> <ffff> endcodespacerange',
    ...blocks.map((block) => `${block.length} beginbfchar\n${block.join('\n')}\nendbfchar`),
    'endcmap CMapName currentdict /CMap defineresource pop end end',
  ].join('\n');
}

function hex(glyph: number): string {
  return glyph.toString(16).padStart(4, '0');
}

/** Millimetres from the upper edge, as the face has them: the page is turned over once at the beginning. */
function contentOf(
  page: LaidOutPage,
  names: ReadonlyMap<TrueType | Picture | number, string>,
  fonts: ReadonlyMap<TrueType, FontSubset>,
): string {
  const scale = points.toFixed(6);
  const drawn = page.shapes.map((shape) => {
    const opacity = shape.opacity < 1 ? `/${names.get(shape.opacity) ?? ''} gs ` : '';
    return `q ${opacity}${drawing(shape, names, fonts)} Q`;
  });
  return [`${scale} 0 0 -${scale} 0 ${pdfNumber(page.height * points)} cm`, ...drawn].join('\n');
}

function drawing(
  shape: Shape,
  names: ReadonlyMap<TrueType | Picture | number, string>,
  fonts: ReadonlyMap<TrueType, FontSubset>,
): string {
  switch (shape.kind) {
    case 'text':
      return textDrawing(shape, names.get(shape.font) ?? '', fonts.get(shape.font)?.glyphs ?? new Map());
    case 'outline':
      return outlineDrawing(shape);
    case 'picture':
      return pictureDrawing(shape, names.get(shape.picture) ?? '');
  }
}

function textDrawing(shape: TextShape, font: string, glyphs: ReadonlyMap<number, number>): string {
  const angle = ((shape.turn?.degrees ?? 0) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = shape.turn ? [shape.x - shape.turn.x, shape.y - shape.turn.y] : [0, 0];
  const [x, y] = shape.turn
    ? [shape.turn.x + dx * cos - dy * sin, shape.turn.y + dx * sin + dy * cos]
    : [shape.x, shape.y];
  const { size } = shape;
  const matrix = pdfNumbers(size * cos, size * sin, size * sin, -size * cos, x, y);
  const shown: string[] = [];
  let run = '';
  shape.signs.forEach(({ sign, at, width }, index) => {
    run += hex(glyphs.get(sign.codePointAt(0) ?? 0) ?? 0);
    const next = shape.signs[index + 1];
    const gap = next ? Math.round(((at + width - next.at) / size) * 1000) : 0;
    if (gap !== 0) {
      shown.push(`<${run}> ${gap}`);
      run = '';
    }
  });
  return `${colourOf(shape.colour)} rg BT /${font} 1 Tf ${matrix} Tm [${[...shown, `<${run}>`].join(' ')}] TJ ET`;
}

function outlineDrawing(shape: OutlineShape): string {
  const paint = shape.fill === null ? 'S' : shape.stroke === null ? 'f' : 'B';
  const { grid } = shape;
  return [
    ...(grid ? [`${grid.side.toFixed(6)} 0 0 ${grid.side.toFixed(6)} ${pdfNumbers(grid.x, grid.y)} cm`] : []),
    ...(shape.fill === null ? [] : [`${colourOf(shape.fill)} rg`]),
    ...(shape.stroke === null ? [] : [`${colourOf(shape.stroke)} RG ${pdfNumber(shape.thickness)} w`]),
    ...(shape.dash.length > 0 ? [`[${pdfNumbers(...shape.dash)}] 0 d`] : []),
    pathOf(shape.outline),
    paint,
  ].join(' ');
}

function pathOf(outline: Path): string {
  let [atX, atY] = [0, 0];
  return outline
    .map((segment) => {
      const [fromX, fromY] = [atX, atY];
      if (segment[0] !== 'Z') [atX, atY] = segment.slice(-2) as [number, number];
      switch (segment[0]) {
        case 'M':
          return `${pdfNumbers(segment[1], segment[2])} m`;
        case 'L':
          return `${pdfNumbers(segment[1], segment[2])} l`;
        case 'C': {
          const [, ...controls] = segment;
          return `${pdfNumbers(...controls)} c`;
        }
        case 'Q': {
          // PDF has no curves with one control point: the same curve with two.
          const [, x1, y1, x2, y2] = segment;
          const third = (from: number, to: number) => from + (2 / 3) * (to - from);
          return `${pdfNumbers(third(fromX, x1), third(fromY, y1), third(x2, x1), third(y2, y1), x2, y2)} c`;
        }
        case 'Z':
          return 'h';
      }
    })
    .join(' ');
}

function pictureDrawing({ x, y, width, height }: PictureShape, picture: string): string {
  return `${pdfNumbers(width, 0, 0, -height, x, y + height)} cm /${picture} Do`;
}

function colourOf(colour: string): string {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!found) throw new RangeError(`${colour} is not a colour`);
  return pdfNumbers(...found.slice(1).map((part) => parseInt(part, 16) / 255));
}
