import type { Seal } from '../seal/format.ts';
import { applySeal } from '../seal/sealing.ts';
import { oids } from '../sm/oids.ts';
import type { Signer, TimeStamper } from '../sm/signer.ts';
import { sm3 } from '../sm/sm3.ts';
import type { Instant } from '../time.ts';
import { OfdFault, readBodies, readPageList, readSignatureList } from './package.ts';
import { defaultLimits } from './limits.ts';
import { readZip } from './unzip.ts';
import { element, xmlFile } from './xml.ts';
import { writeZip } from './zip.ts';

/** One seal on one file, OFD or PDF. */
export interface FileSealOrder {
  seal: Seal;
  signer: Signer;
  signedAt: Instant;
  /** Where the picture of the seal stands; at least once. */
  stamps: readonly Stamp[];
  /** Names the software that sealed; for the record only. */
  provider?: string;
  timeStamper?: TimeStamper;
}

export interface Stamp {
  /** From 0. */
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Seals a document (GB/T 38540 in GB/T 33190). The seal protects every file there is, but for the list of seals and its
 * own signature; a second seal protects the first. Throws `RangeError` for an order that a verifier would refuse,
 * `ZipRefused` and `OfdFault` for a file that is no OFD.
 */
export async function sealOfd(ofd: Uint8Array, order: FileSealOrder): Promise<Uint8Array> {
  const files = new Map<string, Uint8Array>(readZip(ofd, defaultLimits).files);
  const [body, second] = readBodies(files);
  if (!body || second) throw new OfdFault('只能给含有一份文档的OFD文件盖章');
  const pages = readPageList(files, body);
  const folder = `${body.root.split('/').slice(0, -1).join('/')}/Signs`.replace(/^\//, '');
  const list = body.signatures ?? `${folder}/Signatures.xml`;
  const before = body.signatures === null ? [] : readSignatureList(files, list);
  if (body.signatures === null) files.set('OFD.xml', withSignatures(files.get('OFD.xml'), list));
  const own = freeFolder(files, folder, before.length);
  files.set(`${own}/Seal.esl`, order.seal.der);
  const description = signatureFile(files, new Set([list]), order, pages, own);
  const property = `/${own}/Signature.xml`;
  const sealing = await applySeal(
    { seal: order.seal, at: order.signedAt, digest: sm3(description), property },
    order.signer,
    order.timeStamper,
  );
  files.set(`${own}/Signature.xml`, description);
  files.set(`${own}/SignedValue.dat`, sealing.der);
  files.delete(list);
  files.set(list, listFile([...before, { id: idOf(before.length), path: `${own}/Signature.xml` }]));
  return writeZip(files);
}

function freeFolder(files: ReadonlyMap<string, unknown>, folder: string, number: number): string {
  const own = `${folder}/Sign_${number}`;
  return [...files.keys()].some((path) => path.startsWith(`${own}/`)) ? freeFolder(files, folder, number + 1) : own;
}

/** `s001`: an id of XML begins with a letter. */
function idOf(number: number): string {
  return `s${String(number + 1).padStart(3, '0')}`;
}

function withSignatures(entry: Uint8Array | undefined, list: string): Buffer {
  const text = Buffer.from(entry ?? []).toString('utf8');
  const end = /<\/((?:[A-Za-z_][\w.-]*:)?)DocBody>/.exec(text);
  if (!end) throw new OfdFault('“OFD.xml”里没有文档');
  const prefix = end[1] ?? '';
  const added = `<${prefix}Signatures>/${list}</${prefix}Signatures>`;
  return Buffer.from(text.slice(0, end.index) + added + text.slice(end.index), 'utf8');
}

function signatureFile(
  files: ReadonlyMap<string, Uint8Array>,
  open: ReadonlySet<string>,
  order: FileSealOrder,
  pages: readonly { id: string }[],
  own: string,
): Buffer {
  if (order.stamps.length === 0) throw new RangeError('a seal must be seen somewhere');
  const references = [...files]
    .filter(([path]) => !open.has(path))
    .map(([path, bytes]) =>
      element('Reference', { FileRef: `/${path}` }, element('CheckValue', {}, sm3(bytes).toString('base64'))),
    );
  const stamps = order.stamps.map(({ page, x, y, width, height }, at) => {
    const PageRef = pages[page]?.id;
    if (PageRef === undefined) throw new RangeError(`there is no page ${page}`);
    const Boundary = [x, y, width, height].map((value) => Number(value.toFixed(3))).join(' ');
    return element('StampAnnot', { ID: `stamp${String(at + 1).padStart(3, '0')}`, PageRef, Boundary });
  });
  return xmlFile(
    'Signature',
    {},
    element(
      'SignedInfo',
      {},
      element('Provider', { ProviderName: order.provider ?? 'OFD', Version: '1.0' }),
      element('SignatureMethod', {}, oids.sm2WithSm3),
      element('SignatureDateTime', {}, order.signedAt.replace(/[-:T]/g, '')),
      element('References', { CheckMethod: oids.sm3 }, ...references),
      ...stamps,
      element('Seal', {}, element('BaseLoc', {}, `/${own}/Seal.esl`)),
    ),
    element('SignedValue', {}, `/${own}/SignedValue.dat`),
  );
}

function listFile(entries: readonly { id: string; path: string }[]): Buffer {
  return xmlFile(
    'Signatures',
    {},
    ...entries.map(({ id, path }) => element('Signature', { ID: id, Type: 'Seal', BaseLoc: `/${path}` })),
  );
}
