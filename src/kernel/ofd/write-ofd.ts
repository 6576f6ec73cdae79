import type { Path } from '../seal/path.ts';
import { localDateOf } from '../time.ts';
import type { Face, FileFacts } from './face.ts';
import type { FaceFonts } from './fonts.ts';
import {
  layOut,
  type LaidOutPage,
  type OutlineShape,
  type PictureShape,
  type Shape,
  type TextShape,
} from './layout.ts';
import type { Picture } from './picture.ts';
import type { TrueType } from './truetype.ts';
import { element, escapeText, xmlFile } from './xml.ts';
import { writeZip } from './zip.ts';

/**
 * One document after GB/T 33190, without a seal. Fonts are embedded with the glyphs that occur, so that every reader
 * shows the same signs. Throws `MissingGlyph`, `TextTooLong`, `PictureRefused`.
 */
export function writeOfd(face: Face, fonts: FaceFonts, facts: FileFacts): Uint8Array {
  const pages = layOut(face, fonts);
  const ids = counter();
  const resources = gatherResources(pages, ids);
  const contents = pages.map((page) => ({ page, id: ids(), content: pageFile(page, resources, ids) }));
  const files = new Map<string, Uint8Array>([
    ['OFD.xml', entryFile(face, facts)],
    ['Doc_0/Document.xml', documentFile(contents, resources, ids)],
    ['Doc_0/PublicRes.xml', fontsFile(resources)],
  ]);
  if (resources.pictures.size > 0) files.set('Doc_0/DocumentRes.xml', picturesFile(resources));
  contents.forEach(({ content }, at) => files.set(`Doc_0/Pages/Page_${at}/Content.xml`, content));
  for (const [font, { file, signs }] of resources.fonts) {
    files.set(`Doc_0/Res/${file}`, fonts.subset(font, signs).bytes);
  }
  for (const [picture, { file }] of resources.pictures) files.set(`Doc_0/Res/${file}`, picture.bytes);
  return writeZip(files);
}

type Ids = () => number;

function counter(): Ids {
  let last = 0;
  return () => (last += 1);
}

interface Resources {
  fonts: Map<TrueType, { id: number; file: string; signs: Set<number> }>;
  pictures: Map<Picture, { id: number; file: string }>;
}

function gatherResources(pages: readonly LaidOutPage[], ids: Ids): Resources {
  const found: Resources = { fonts: new Map(), pictures: new Map() };
  for (const shape of pages.flatMap(({ shapes }) => shapes)) {
    if (shape.kind === 'text') {
      const own = found.fonts.get(shape.font) ?? { id: ids(), file: `font_${found.fonts.size}.ttf`, signs: new Set() };
      found.fonts.set(shape.font, own);
      for (const { sign } of shape.signs) own.signs.add(sign.codePointAt(0) ?? 0);
    } else if (shape.kind === 'picture') {
      const extension = shape.picture.kind === 'PNG' ? 'png' : 'jpg';
      const file = `image_${found.pictures.size}.${extension}`;
      if (!found.pictures.has(shape.picture)) found.pictures.set(shape.picture, { id: ids(), file });
    }
  }
  return found;
}

function entryFile(face: Face, facts: FileFacts): Buffer {
  if (!/^[0-9a-f]{32}$/.test(facts.id)) throw new RangeError('an id has 32 hexadecimal digits');
  const optional = (name: string, text: string | undefined) => (text ? [element(name, {}, escapeText(text))] : []);
  const fields = Object.entries(facts.fields ?? {});
  const about = element(
    'DocInfo',
    {},
    element('DocID', {}, facts.id),
    ...optional('Title', face.title),
    ...optional('Author', face.author),
    ...optional('Subject', face.subject),
    element('CreationDate', {}, localDateOf(facts.createdAt)),
    element('ModDate', {}, localDateOf(facts.modifiedAt ?? facts.createdAt)),
    ...optional('Creator', facts.creator),
    ...(fields.length > 0
      ? [
          element(
            'CustomDatas',
            {},
            ...fields.map(([Name, value]) => element('CustomData', { Name }, escapeText(value))),
          ),
        ]
      : []),
  );
  const body = element('DocBody', {}, about, element('DocRoot', {}, 'Doc_0/Document.xml'));
  return xmlFile('OFD', { Version: '1.0', DocType: 'OFD' }, body);
}

function documentFile(
  contents: readonly { page: LaidOutPage; id: number }[],
  { pictures }: Resources,
  ids: Ids,
): Buffer {
  const [first] = contents;
  if (!first) throw new RangeError('a document has at least one page');
  return xmlFile(
    'Document',
    {},
    element(
      'CommonData',
      {},
      element('MaxUnitID', {}, String(ids())),
      element('PageArea', {}, physicalBox(first.page)),
      element('PublicRes', {}, 'PublicRes.xml'),
      ...(pictures.size > 0 ? [element('DocumentRes', {}, 'DocumentRes.xml')] : []),
    ),
    element(
      'Pages',
      {},
      ...contents.map(({ id }, at) => element('Page', { ID: id, BaseLoc: `Pages/Page_${at}/Content.xml` })),
    ),
  );
}

function physicalBox({ width, height }: LaidOutPage): string {
  return element('PhysicalBox', {}, numbers(0, 0, width, height));
}

function fontsFile({ fonts }: Resources): Buffer {
  const list = [...fonts].map(([font, { id, file }]) =>
    element(
      'Font',
      {
        ID: id,
        FontName: font.name,
        FamilyName: font.family,
        Charset: 'unicode',
        Bold: font.isBold || undefined,
        Serif: font.isSerif || undefined,
      },
      element('FontFile', {}, file),
    ),
  );
  return xmlFile('Res', { BaseLoc: 'Res' }, ...(list.length > 0 ? [element('Fonts', {}, ...list)] : []));
}

function picturesFile({ pictures }: Resources): Buffer {
  const list = [...pictures].map(([{ kind }, { id, file }]) =>
    element('MultiMedia', { ID: id, Type: 'Image', Format: kind }, element('MediaFile', {}, file)),
  );
  return xmlFile('Res', { BaseLoc: 'Res' }, element('MultiMedias', {}, ...list));
}

function pageFile(page: LaidOutPage, resources: Resources, ids: Ids): Buffer {
  const layer = element('Layer', { ID: ids() }, ...page.shapes.map((shape) => objectOf(shape, resources, ids())));
  return xmlFile('Page', {}, element('Area', {}, physicalBox(page)), element('Content', {}, layer));
}

function objectOf(shape: Shape, resources: Resources, id: number): string {
  switch (shape.kind) {
    case 'text':
      return textObject(shape, resources, id);
    case 'outline':
      return pathObject(shape, id);
    case 'picture':
      return imageObject(shape, resources, id);
  }
}

function textObject(shape: TextShape, resources: Resources, id: number): string {
  const { font, size, signs, turn } = shape;
  const last = signs.at(-1);
  const ascent = (font.ascent / font.unitsPerEm) * size;
  const [width, height] = [
    (last?.at ?? 0) + (last?.width ?? 0),
    ((font.ascent - font.descent) / font.unitsPerEm) * size,
  ];
  const placed = turn
    ? turned(shape, turn, width, height)
    : { Boundary: numbers(shape.x, shape.y - ascent, width, height), CTM: undefined, baseline: ascent };
  return element(
    'TextObject',
    {
      ID: id,
      Boundary: placed.Boundary,
      CTM: placed.CTM,
      Font: resources.fonts.get(font)?.id,
      Size: number(size),
      Weight: font.isBold ? 700 : undefined,
      Alpha: alphaOf(shape.opacity),
    },
    element('FillColor', { Value: colourOf(shape.colour) }),
    ...textCodes(signs, placed.baseline),
  );
}

/** Turned text keeps its own measure around the point; the box is as large as it could need. */
function turned({ x, y }: TextShape, turn: { degrees: number; x: number; y: number }, width: number, height: number) {
  const angle = (turn.degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = [x - turn.x, y - turn.y];
  const [left, top] = [turn.x + dx * cos - dy * sin, turn.y + dx * sin + dy * cos];
  const reach = Math.hypot(width, height);
  return {
    Boundary: numbers(left - reach, top - reach, reach * 2, reach * 2),
    CTM: [cos, sin, -sin, cos].map((part) => Number(part.toFixed(6))).join(' ') + ` ${numbers(reach, reach)}`,
    baseline: 0,
  };
}

/**
 * Signs beyond sixteen bits stand alone: readers count them as one or as two. All others share one entry with their
 * distances.
 */
function textCodes(signs: TextShape['signs'], y: number): string[] {
  const groups: (typeof signs)[number][][] = [];
  for (const one of signs) {
    const group = groups.at(-1);
    if (group && one.sign.length === 1 && group[0]?.sign.length === 1) group.push(one);
    else groups.push([one]);
  }
  return groups.map((group) => {
    const from = group[0]?.at ?? 0;
    const deltas = group.slice(1).map(({ at }, index) => at - (group[index]?.at ?? 0));
    return element(
      'TextCode',
      { X: number(from), Y: number(y), DeltaX: deltas.length > 0 ? compressed(deltas) : undefined },
      escapeText(group.map(({ sign }) => sign).join('')),
    );
  });
}

/** `g count value` stands for the same distance many times. */
function compressed(deltas: readonly number[]): string {
  const runs: { value: string; count: number }[] = [];
  for (const delta of deltas.map(number)) {
    const run = runs.at(-1);
    if (run?.value === delta) run.count += 1;
    else runs.push({ value: delta, count: 1 });
  }
  return runs
    .map(({ value, count }) => (count > 2 ? `g ${count} ${value}` : Array<string>(count).fill(value).join(' ')))
    .join(' ');
}

function pathObject(shape: OutlineShape, id: number): string {
  const { grid } = shape;
  const box = boxOf(shape.outline, shape.stroke === null ? 0 : shape.thickness);
  const onPage = grid
    ? [grid.x + box[0] * grid.side, grid.y + box[1] * grid.side, box[2] * grid.side, box[3] * grid.side]
    : box;
  return element(
    'PathObject',
    {
      ID: id,
      Boundary: numbers(...onPage),
      CTM: grid ? [grid.side, 0, 0, grid.side, 0, 0].map((part) => Number(part.toFixed(6))).join(' ') : undefined,
      LineWidth: shape.stroke === null ? undefined : number(shape.thickness),
      DashPattern: shape.dash.length > 0 ? numbers(...shape.dash) : undefined,
      Alpha: alphaOf(shape.opacity),
      Stroke: shape.stroke === null ? false : undefined,
      Fill: shape.fill === null ? undefined : true,
    },
    ...(shape.stroke === null ? [] : [element('StrokeColor', { Value: colourOf(shape.stroke) })]),
    ...(shape.fill === null ? [] : [element('FillColor', { Value: colourOf(shape.fill) })]),
    element('AbbreviatedData', {}, abbreviated(shape.outline, box[0], box[1])),
  );
}

function boxOf(outline: Path, thickness: number): [number, number, number, number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const segment of outline) {
    for (let at = 1; at + 1 < segment.length; at += 2) {
      const [x, y] = [Number(segment[at]), Number(segment[at + 1])];
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  const edge = thickness / 2;
  // A line without any thickness would be clipped away by some readers.
  const length = (from: number, to: number) => Math.max(0.01, to - from + thickness);
  return [left - edge, top - edge, length(left, right), length(top, bottom)];
}

function abbreviated(outline: Path, left: number, top: number): string {
  const words = { M: 'M', L: 'L', Q: 'Q', C: 'B', Z: 'C' } as const;
  const parts: string[] = [];
  for (const segment of outline) {
    parts.push(words[segment[0]]);
    for (let at = 1; at < segment.length; at++) {
      parts.push(number(Number(segment[at]) - (at % 2 === 1 ? left : top)));
    }
  }
  return parts.join(' ');
}

function imageObject(shape: PictureShape, resources: Resources, id: number): string {
  return element('ImageObject', {
    ID: id,
    Boundary: numbers(shape.x, shape.y, shape.width, shape.height),
    CTM: numbers(shape.width, 0, 0, shape.height, 0, 0),
    Alpha: alphaOf(shape.opacity),
    ResourceID: resources.pictures.get(shape.picture)?.id,
  });
}

function colourOf(colour: string): string {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!found) throw new RangeError(`${colour} is not a colour`);
  return found
    .slice(1)
    .map((part) => parseInt(part, 16))
    .join(' ');
}

function alphaOf(opacity: number): number | undefined {
  return opacity >= 1 ? undefined : Math.round(Math.max(0, opacity) * 255);
}

function numbers(...values: readonly number[]): string {
  return values.map(number).join(' ');
}

/** Thousandths of a millimetre are finer than any printer. */
function number(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
