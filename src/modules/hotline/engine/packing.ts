import type { ModelParts } from './dispatch-model.ts';
import { Evidence } from './evidence.ts';
import { FeatureMatrix } from './feature-matrix.ts';
import type { Margin } from './margin.ts';
import { Neighbours } from './neighbours.ts';
import { Vocabulary } from './vocabulary.ts';
import { Witnesses } from './witnesses.ts';

/** The bytes are not those of this version's model: train again. */
export class EngineFormatError extends Error {
  constructor() {
    super('The stored dispatch model was made by another version');
  }
}

/** A trained model as bytes: a line of JSON with the sizes, then the numbers as they lie in memory. */
export function packDispatch(parts: ModelParts): Uint8Array {
  const { departments, vocabulary, witnesses, weights, calibration, fittedRows, learntRows } = parts;
  const words = vocabulary.pack();
  const { postings, ids, units } = witnesses.neighbours.pack();
  const { linear, evidence } = witnesses;
  const features = vocabulary.size * departments.length;
  const arrays: Numbers[] = [
    words.hashes,
    words.idf,
    linear.weights.values.subarray(0, features),
    linear.bias,
    evidence.sums.values.subarray(0, features),
    evidence.rows,
    evidence.totals,
    evidence.squares,
    postings.hashes,
    postings.start,
    postings.documents,
    postings.values,
    Int32Array.from(units),
  ];
  const head: Head = {
    format,
    departments,
    weights,
    calibration,
    fittedRows,
    learntRows,
    documents: words.documents,
    ids,
    lengths: arrays.map(({ length }) => length),
  };
  const headBytes = new TextEncoder().encode(JSON.stringify(head));
  const size = arrays.reduce((sum, { byteLength }) => sum + aligned(byteLength), aligned(8 + headBytes.length));
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, magic);
  new DataView(bytes.buffer).setUint32(4, headBytes.length);
  bytes.set(headBytes, 8);
  let at = aligned(8 + headBytes.length);
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  return bytes;
}

export function unpackDispatch(bytes: Uint8Array): ModelParts {
  const { head, arrays } = unpack(bytes);
  const [hashes, idf, linear, bias, sums, rows, totals, squares, terms, start, documents, values, units] = arrays;
  const classes = head.departments.length;
  return {
    departments: head.departments,
    vocabulary: new Vocabulary({ hashes: whole(hashes), idf: single(idf), documents: head.documents }),
    witnesses: new Witnesses(
      { weights: new FeatureMatrix(classes, single(linear)), bias: double(bias) },
      new Evidence(classes, {
        sums: single(sums),
        rows: double(rows),
        totals: double(totals),
        squares: double(squares),
      }),
      new Neighbours({
        postings: { hashes: whole(terms), start: whole(start), documents: whole(documents), values: single(values) },
        ids: head.ids,
        units: [...whole(units)],
      }),
    ),
    weights: head.weights,
    calibration: head.calibration,
    fittedRows: head.fittedRows,
    learntRows: head.learntRows,
  };
}

type Numbers = Int32Array | Float32Array | Float64Array;

interface Head {
  format: number;
  departments: string[];
  weights: number[];
  calibration: Margin & { precision: number };
  fittedRows: number;
  learntRows: number;
  documents: number;
  ids: string[];
  lengths: number[];
}

/** Raised whenever what is hashed, weighed or stored changes. */
const format = 1;
const magic = 0x59534450;
/** In the order of `arrays` above: whole numbers, singles or doubles. */
const kinds = 'wssdsdddwwwsw';

function unpack(bytes: Uint8Array): { head: Head; arrays: Numbers[] } {
  // A copy of its own, so that the numbers lie on the boundaries they need.
  const own = bytes.slice();
  const view = new DataView(own.buffer);
  if (own.length < 8 || view.getUint32(0) !== magic) throw new EngineFormatError();
  const headLength = view.getUint32(4);
  let head: Head;
  try {
    head = JSON.parse(new TextDecoder().decode(own.subarray(8, 8 + headLength))) as Head;
  } catch {
    throw new EngineFormatError();
  }
  if (head.format !== format || head.lengths.length !== kinds.length) throw new EngineFormatError();
  let at = aligned(8 + headLength);
  const arrays = head.lengths.map((length, ordinal): Numbers => {
    const kind = kinds.charAt(ordinal);
    const byteLength = length * (kind === 'd' ? 8 : 4);
    if (at + byteLength > own.length) throw new EngineFormatError();
    const from = at;
    at += aligned(byteLength);
    if (kind === 'w') return new Int32Array(own.buffer, from, length);
    return kind === 's' ? new Float32Array(own.buffer, from, length) : new Float64Array(own.buffer, from, length);
  });
  return { head, arrays };
}

function aligned(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function whole(array: Numbers | undefined): Int32Array {
  if (array instanceof Int32Array) return array;
  throw new EngineFormatError();
}

function single(array: Numbers | undefined): Float32Array {
  if (array instanceof Float32Array) return array;
  throw new EngineFormatError();
}

function double(array: Numbers | undefined): Float64Array {
  if (array instanceof Float64Array) return array;
  throw new EngineFormatError();
}
