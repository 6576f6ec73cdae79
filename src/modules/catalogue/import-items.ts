import { createHash } from 'node:crypto';
import { parse as parseCsv } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';
import { AppError } from '../../kernel/errors.ts';
import { stableJson } from '../../kernel/json.ts';
import type { Tx } from '../../kernel/module.ts';
import { readItemList, type RejectedRow } from './rules/item-list.ts';
import { nationalDigests, putNationalItems } from './store/national.ts';
import { renewRevision } from './store/revisions.ts';

export interface ItemListFile {
  /** Its ending says how to read it: .json, .csv, .xlsx. */
  name: string;
  bytes: Buffer;
}

export interface ImportResult {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: RejectedRow[];
}

/**
 * Brings a national-style item list in. `read` = created + updated + unchanged + rejected, always. The same file again
 * changes nothing; rows that cannot be used are listed and the rest kept.
 * @param region the place the list is about, `511602`
 * @param options.preview count only, change nothing
 * @throws ITEM_LIST_UNREADABLE when the file as a whole cannot be read
 */
export async function importNationalItems(
  tx: Tx,
  file: ItemListFile,
  region: string,
  options: { preview?: boolean } = {},
): Promise<ImportResult> {
  const { rows, firstRow } = await rowsOf(file);
  const list = readItemList(rows, region, firstRow);
  const before = await nationalDigests(tx, region);
  const items = list.items.map((item) => ({ ...item, digest: digestOf(item.raw) }));
  const created = items.filter((item) => !before.has(item.key));
  const updated = items.filter((item) => before.has(item.key) && before.get(item.key) !== item.digest);
  if (options.preview !== true && created.length + updated.length > 0) {
    await putNationalItems(tx, region, [...created, ...updated]);
    await renewRevision(tx, 'search');
    tx.note(`catalogue:national:${region}`, `导入事项清单 ${file.name}`, {
      created: created.length,
      updated: updated.length,
    });
  }
  return {
    read: list.read,
    created: created.length,
    updated: updated.length,
    unchanged: items.length - created.length - updated.length,
    rejected: list.rejected,
  };
}

function digestOf(raw: Record<string, unknown>): string {
  return createHash('sha256').update(stableJson(raw)).digest('hex');
}

interface Rows {
  rows: unknown[];
  firstRow: number;
}

async function rowsOf({ name, bytes }: ItemListFile): Promise<Rows> {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  try {
    switch (ending) {
      case 'json':
        return { rows: jsonRows(decode(bytes)), firstRow: 1 };
      case 'csv':
        return { rows: csvRows(decode(bytes)), firstRow: 2 };
      case 'xlsx':
        return { rows: await sheetRows(bytes), firstRow: 2 };
      default:
        throw unreadable('只认 .json、.csv、.xlsx 三种文件。');
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable(`文件内容和格式不符（${(error as Error).message.split('\n')[0] ?? ''}）。`);
  }
}

function jsonRows(text: string): unknown[] {
  const parsed: unknown = JSON.parse(text);
  if (Array.isArray(parsed)) return parsed;
  const lists = parsed !== null && typeof parsed === 'object' ? Object.values(parsed).filter(Array.isArray) : [];
  if (lists.length === 1 && lists[0] !== undefined) return lists[0];
  throw unreadable('JSON 里没有事项列表。');
}

function csvRows(text: string): unknown[] {
  const records: string[][] = parseCsv(text, {
    relax_column_count: true,
    skip_empty_lines: false,
    trim: true,
    delimiter: delimiterOf(text),
  });
  return underHeadings(records);
}

async function sheetRows(bytes: Buffer): Promise<unknown[]> {
  return underHeadings(await readSheet(bytes));
}

/** The first row that has anything in it is the heading; blank rows at the end are no rows. */
function underHeadings(table: readonly (readonly unknown[])[]): unknown[] {
  const [heading, ...rest] = table;
  if (heading === undefined) throw unreadable('文件是空的。');
  const names = heading.map((cell, column) =>
    cell === null || cell === undefined || cell === '' ? `第${column + 1}列` : String(cell as string),
  );
  const isBlank = (row: readonly unknown[]) => row.every((cell) => cell === null || cell === undefined || cell === '');
  let end = rest.length;
  while (end > 0 && isBlank(rest[end - 1] ?? [])) end -= 1;
  return rest.slice(0, end).map((row) => {
    // Signs beyond the headings mean that a comma slipped into a cell and moved the rest.
    if (row.slice(names.length).some((cell) => cell !== '' && cell !== null)) return row;
    return Object.fromEntries(names.map((name, column) => [name, row[column] ?? null]));
  });
}

function delimiterOf(text: string): string {
  const line = text.slice(0, text.search(/\r|\n|$/));
  return [',', '\t', ';'].sort((a, b) => line.split(b).length - line.split(a).length)[0] ?? ',';
}

/** UTF-8 with or without a byte-order mark; what is not UTF-8 is GBK, as older Windows programs write it. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

function unreadable(reason: string): AppError {
  return new AppError('ITEM_LIST_UNREADABLE', { reason });
}
