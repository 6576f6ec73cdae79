import { crc32 } from 'node:zlib';

/**
 * A zip archive without compression, in the order given, with no byte that could be otherwise: what is in it is packed
 * already (fonts aside), and where there is no room for a second spelling nothing can be changed unseen.
 */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const parts: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, bytes] of files) {
    if (!/^[A-Za-z0-9_./-]+$/.test(path)) throw new RangeError(`${path} is no path of ours`);
    const name = Buffer.from(path, 'latin1');
    // From "version needed" to "length of the extra field", which both kinds of header share.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(storedVersion, 0);
    shared.writeUInt16LE(firstDay, 8);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(zipMarks.entry, 0);
    entry.writeUInt16LE(madeBy, 4);
    shared.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, name);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(zipMarks.local, 0);
    shared.copy(head, 4);
    parts.push(head, name, bytes);
    offset += head.length + name.length + bytes.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(zipMarks.end, 0);
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, entries, end]);
}

export const zipMarks = { local: 0x04034b50, entry: 0x02014b50, descriptor: 0x08074b50, end: 0x06054b50 } as const;

const storedVersion = 10;
const madeBy = 20;
/** The first day that the format can write; when a document was made stands inside it. */
const firstDay = 0x0021;
