import type { Path } from '../seal/path.ts';
import type { Instant } from '../time.ts';

/**
 * What a document shows, whatever kind of file it becomes. Lengths are millimetres, y grows downwards from the upper edge
 * of the page, colours are `#rrggbb`.
 */
export interface Face {
  title: string;
  author?: string;
  subject?: string;
  pages: readonly FacePage[];
}

export interface FacePage {
  width: number;
  height: number;
  items: readonly FaceItem[];
}

export type FaceItem = TextItem | LineItem | RectItem | PathItem | PictureItem | QrItem;

export interface TextItem {
  kind: 'text';
  /** Left edge of the box; without `width` the point to which the text is aligned. */
  x: number;
  /** Baseline of the first line. */
  y: number;
  text: string;
  /** Height of the em square. */
  size: number;
  font?: FontFamily;
  weight?: FontWeight;
  colour?: string;
  opacity?: number;
  /** `spread` fills the width evenly, as labels of forms do. */
  align?: 'left' | 'center' | 'right' | 'spread';
  width?: number;
  /** Most lines in the box; one when left out. */
  lines?: number;
  /** From baseline to baseline, as a multiple of the size; 1.5 when left out. */
  lineHeight?: number;
  /** Text that does not fit is set smaller, down to this; 0.6 of the size when left out. */
  leastSize?: number;
  /** Degrees clockwise around (x, y). */
  rotate?: number;
}

export type FontFamily = 'serif' | 'sans';
export type FontWeight = 'regular' | 'bold';

export interface LineItem {
  kind: 'line';
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  stroke: string;
  thickness: number;
  dash?: readonly number[];
  opacity?: number;
}

export interface RectItem {
  kind: 'rect';
  x: number;
  y: number;
  width: number;
  height: number;
  stroke?: string;
  thickness?: number;
  fill?: string;
  /** Of the corners. */
  radius?: number;
  opacity?: number;
}

export interface PathItem {
  kind: 'path';
  outline: Path;
  stroke?: string;
  thickness?: number;
  fill?: string;
  opacity?: number;
}

export interface PictureItem {
  kind: 'picture';
  x: number;
  y: number;
  width: number;
  height: number;
  /** PNG or JPEG. */
  bytes: Uint8Array;
  opacity?: number;
}

export type QrItem = {
  kind: 'qr';
  x: number;
  y: number;
  /** Of the side, without the quiet zone: leave four modules white around it. */
  size: number;
  colour?: string;
} & ({ text: string } | { modules: readonly (readonly boolean[])[] });

/** What a file says about itself besides its face. The same face and the same facts give the same bytes. */
export interface FileFacts {
  /** 32 hexadecimal digits that no other document has. */
  id: string;
  createdAt: Instant;
  modifiedAt?: Instant;
  creator?: string;
  /** For machines: names and values beside the face. */
  fields?: Readonly<Record<string, string>>;
}

/** No font at hand has this sign. */
export class MissingGlyph extends Error {
  override readonly name = 'MissingGlyph';
  readonly sign: string;

  constructor(sign: string) {
    super(`no font has ${sign} (U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`);
    this.sign = sign;
  }
}

/** Even at its least size the text does not fit into its box. */
export class TextTooLong extends Error {
  override readonly name = 'TextTooLong';
  readonly text: string;

  constructor(text: string) {
    super(`no room for ${text}`);
    this.text = text;
  }
}

/** Not a PNG or JPEG that can be placed. */
export class PictureRefused extends Error {
  override readonly name = 'PictureRefused';
}
