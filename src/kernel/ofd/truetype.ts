/**
 * TrueType fonts, as far as embedding needs them: which glyph a sign has, how wide it is, and a small font with only the
 * glyphs of one document. Cutting is copying slices here: a font of fifteen megabytes stays in memory, and a document's
 * part of it takes less than a millisecond.
 */
export interface TrueType {
  /** As PostScript and PDF name it. */
  readonly name: string;
  readonly family: string;
  readonly isBold: boolean;
  readonly isSerif: boolean;
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  readonly box: readonly [number, number, number, number];
  /** Zero when the font does not have it. */
  glyphOf(codePoint: number): number;
  /** In font units. */
  advance(codePoint: number): number;
  subset(codePoints: Iterable<number>): FontSubset;
}

export interface FontSubset {
  readonly font: TrueType;
  /** A whole TrueType font. */
  readonly bytes: Buffer;
  /** Glyphs in the small font. */
  readonly glyphs: ReadonlyMap<number, number>;
}

export interface FontLook {
  family: string;
  isBold: boolean;
  isSerif: boolean;
}

/** Throws `RangeError` for what is not a font with TrueType outlines. */
export function openTrueType(file: Buffer, look: FontLook): TrueType {
  const tables = tablesOf(file);
  const table = (tag: string) => {
    const found = tables.get(tag);
    if (!found) throw new RangeError(`the font has no table ${tag}`);
    return found;
  };
  const [head, hhea, maxp, hmtx, loca, glyf, os2] = ['head', 'hhea', 'maxp', 'hmtx', 'loca', 'glyf', 'OS/2'].map(
    table,
  ) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  const glyphOf = readCmap(table('cmap'));
  const wide = hhea.readUInt16BE(34);
  const isLong = head.readInt16BE(50) === 1;
  const metricsAt = (glyph: number) => Math.min(glyph, wide - 1) * 4;
  const bearing = (glyph: number) =>
    glyph < wide ? hmtx.readInt16BE(glyph * 4 + 2) : hmtx.readInt16BE(wide * 4 + (glyph - wide) * 2);
  const start = (glyph: number) => (isLong ? loca.readUInt32BE(glyph * 4) : loca.readUInt16BE(glyph * 2) * 2);
  const outline = (glyph: number) => glyf.subarray(start(glyph), start(glyph + 1));
  const font: TrueType = {
    ...look,
    name: `${look.family.replaceAll(' ', '')}-${look.isBold ? 'Bold' : 'Regular'}`,
    unitsPerEm: head.readUInt16BE(18),
    ascent: hhea.readInt16BE(4),
    descent: hhea.readInt16BE(6),
    capHeight: os2.length >= 90 ? os2.readInt16BE(88) : hhea.readInt16BE(4),
    box: [head.readInt16BE(36), head.readInt16BE(38), head.readInt16BE(40), head.readInt16BE(42)],
    glyphOf,
    advance: (codePoint) => hmtx.readUInt16BE(metricsAt(glyphOf(codePoint))),
    subset(codePoints) {
      const signs = [...new Set(codePoints)].sort((a, b) => a - b);
      const glyphs = new Map(signs.map((sign, at) => [sign, at + 1]));
      const { outlines, sources } = gather([0, ...signs.map(glyphOf)], outline);
      const metrics = Buffer.alloc(sources.length * 4);
      sources.forEach((glyph, at) => {
        metrics.writeUInt16BE(hmtx.readUInt16BE(metricsAt(glyph)), at * 4);
        metrics.writeInt16BE(bearing(glyph), at * 4 + 2);
      });
      const bytes = assemble(
        new Map([
          ['OS/2', os2],
          ['cmap', writeCmap(glyphs)],
          ['glyf', Buffer.concat(outlines)],
          ['head', patched(head, (copy) => (copy.writeUInt32BE(0, 8), copy.writeInt16BE(1, 50)))],
          ['hhea', patched(hhea, (copy) => copy.writeUInt16BE(sources.length, 34))],
          ['hmtx', metrics],
          ['loca', offsets(outlines)],
          ['maxp', patched(maxp, (copy) => copy.writeUInt16BE(sources.length, 4))],
          ['name', writeNames(font)],
          ['post', nameless(table('post'))],
          ...(tables.get('prep') ? ([['prep', table('prep')]] as const) : []),
        ]),
      );
      return { font, bytes, glyphs };
    },
  };
  return font;
}

function tablesOf(file: Buffer): Map<string, Buffer> {
  if (file.length < 12 || file.readUInt32BE(0) !== 0x00010000) throw new RangeError('not a TrueType font');
  return new Map(
    Array.from({ length: file.readUInt16BE(4) }, (_, at) => {
      const entry = 12 + at * 16;
      const [offset, length] = [file.readUInt32BE(entry + 8), file.readUInt32BE(entry + 12)];
      return [file.toString('latin1', entry, entry + 4), file.subarray(offset, offset + length)];
    }),
  );
}

function readCmap(cmap: Buffer): (codePoint: number) => number {
  const formats = new Map<number, Buffer>();
  for (let at = 0; at < cmap.readUInt16BE(2); at++) {
    const subtable = cmap.subarray(cmap.readUInt32BE(8 + at * 8));
    formats.set(subtable.readUInt16BE(0), subtable);
  }
  const groups = formats.get(12);
  if (!groups) throw new RangeError('the font has no table of all signs');
  const count = groups.readUInt32BE(12);
  return (codePoint) => {
    for (let low = 0, high = count; low < high;) {
      const middle = (low + high) >> 1;
      const at = 16 + middle * 12;
      if (codePoint < groups.readUInt32BE(at)) high = middle;
      else if (codePoint > groups.readUInt32BE(at + 4)) low = middle + 1;
      else return groups.readUInt32BE(at + 8) + codePoint - groups.readUInt32BE(at);
    }
    return 0;
  };
}

/** The outlines in their new order; glyphs that are made of others bring those along, behind. */
function gather(wanted: readonly number[], outline: (glyph: number) => Buffer) {
  const sources = [...wanted];
  const places = new Map(wanted.map((glyph, at) => [glyph, at]));
  const outlines: Buffer[] = [];
  const placeOf = (glyph: number) => {
    const known = places.get(glyph);
    if (known !== undefined) return known;
    places.set(glyph, sources.length);
    return sources.push(glyph) - 1;
  };
  for (let at = 0; at < sources.length; at++) {
    const found = outline(sources[at] ?? 0);
    const isComposite = found.length > 0 && found.readInt16BE(0) < 0;
    const own = isComposite ? patched(found, (copy) => renumber(copy, placeOf)) : found;
    const padding = -own.length & 3;
    outlines.push(padding > 0 ? Buffer.concat([own, Buffer.alloc(padding)]) : own);
  }
  return { outlines, sources };
}

function renumber(composite: Buffer, placeOf: (glyph: number) => number): void {
  for (let at = 10, flags = moreComponents; flags & moreComponents;) {
    flags = composite.readUInt16BE(at);
    composite.writeUInt16BE(placeOf(composite.readUInt16BE(at + 2)), at + 2);
    at += 4 + (flags & 0x0001 ? 4 : 2) + (flags & 0x0008 ? 2 : flags & 0x0040 ? 4 : flags & 0x0080 ? 8 : 0);
  }
}

const moreComponents = 0x0020;

function offsets(outlines: readonly Buffer[]): Buffer {
  const loca = Buffer.alloc((outlines.length + 1) * 4);
  let end = 0;
  outlines.forEach((outline, at) => {
    end += outline.length;
    loca.writeUInt32BE(end, (at + 1) * 4);
  });
  return loca;
}

/** One table for readers that know sixteen bits only, one with every sign. */
function writeCmap(glyphs: ReadonlyMap<number, number>): Buffer {
  const runs: { from: number; to: number; glyph: number }[] = [];
  for (const [sign, glyph] of glyphs) {
    const last = runs.at(-1);
    // A run must not cross from the sixteen bits into what lies beyond.
    if (last && sign === last.to + 1 && sign !== 0x10000) last.to = sign;
    else runs.push({ from: sign, to: sign, glyph });
  }
  const short = [...runs.filter(({ to }) => to < 0xffff), { from: 0xffff, to: 0xffff, glyph: 0 }];
  const four = Buffer.alloc(16 + short.length * 8);
  const power = 2 ** Math.floor(Math.log2(short.length));
  [4, four.length, 0, short.length * 2, power * 2, Math.log2(power), (short.length - power) * 2].forEach((value, at) =>
    four.writeUInt16BE(value, at * 2),
  );
  short.forEach(({ from, to, glyph }, at) => {
    four.writeUInt16BE(to, 14 + at * 2);
    four.writeUInt16BE(from, 16 + short.length * 2 + at * 2);
    four.writeUInt16BE(from === 0xffff ? 1 : (glyph - from) & 0xffff, 16 + short.length * 4 + at * 2);
  });
  const twelve = Buffer.alloc(16 + runs.length * 12);
  twelve.writeUInt16BE(12, 0);
  twelve.writeUInt32BE(twelve.length, 4);
  twelve.writeUInt32BE(runs.length, 12);
  runs.forEach(({ from, to, glyph }, at) =>
    [from, to, glyph].forEach((value, part) => twelve.writeUInt32BE(value, 16 + at * 12 + part * 4)),
  );
  const header = Buffer.alloc(20);
  [0, 2, 3, 1, 0, 20, 3, 10].forEach((value, at) => header.writeUInt16BE(value, at * 2));
  header.writeUInt32BE(20 + four.length, 16);
  return Buffer.concat([header, four, twelve]);
}

function writeNames({ family, name, isBold }: TrueType): Buffer {
  const texts: [number, string][] = [
    [1, family],
    [2, isBold ? 'Bold' : 'Regular'],
    [4, `${family}${isBold ? ' Bold' : ''}`],
    [6, name],
  ];
  const header = Buffer.alloc(6 + texts.length * 12);
  header.writeUInt16BE(texts.length, 2);
  header.writeUInt16BE(header.length, 4);
  let offset = 0;
  const strings = texts.map(([id, text], at) => {
    const bytes = Buffer.from(text, 'utf16le').swap16();
    [3, 1, 0x409, id, bytes.length, offset].forEach((value, part) =>
      header.writeUInt16BE(value, 6 + at * 12 + part * 2),
    );
    offset += bytes.length;
    return bytes;
  });
  return Buffer.concat([header, ...strings]);
}

function nameless(post: Buffer): Buffer {
  return patched(post.subarray(0, 32), (copy) => copy.writeUInt32BE(0x00030000, 0));
}

function patched(table: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(table);
  change(copy);
  return copy;
}

function assemble(tables: ReadonlyMap<string, Buffer>): Buffer {
  const count = tables.size;
  const power = 2 ** Math.floor(Math.log2(count));
  const directory = Buffer.alloc(12 + count * 16);
  directory.writeUInt32BE(0x00010000, 0);
  [count, power * 16, Math.log2(power), (count - power) * 16].forEach((value, at) =>
    directory.writeUInt16BE(value, 4 + at * 2),
  );
  const parts: Buffer[] = [directory];
  let offset = directory.length;
  let headAt = 0;
  [...tables].forEach(([tag, table], at) => {
    const padded = Buffer.concat([table, Buffer.alloc(-table.length & 3)]);
    if (tag === 'head') headAt = offset;
    directory.write(tag, 12 + at * 16, 'latin1');
    [checksum(padded), offset, table.length].forEach((value, part) =>
      directory.writeUInt32BE(value, 16 + at * 16 + part * 4),
    );
    parts.push(padded);
    offset += padded.length;
  });
  const file = Buffer.concat(parts);
  file.writeUInt32BE((0xb1b0afba - checksum(file)) >>> 0, headAt + 8);
  return file;
}

function checksum(padded: Buffer): number {
  let sum = 0;
  for (let at = 0; at < padded.length; at += 4) sum = (sum + padded.readUInt32BE(at)) >>> 0;
  return sum;
}
