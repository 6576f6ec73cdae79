import { readFile } from 'node:fs/promises';

/** What is wrong with the input, in words for the person at the terminal: the command ends with 2. */
export class UnusableInput extends Error {}

export interface JsonLine {
  line: number;
  row: Record<string, unknown>;
}

/** A file of JSON objects, one a line; empty lines are passed over. Names the line that is wrong. */
export async function readJsonLines(path: string): Promise<JsonLine[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = code === 'ENOENT' ? '找不到这个文件' : code === 'EISDIR' ? '这是文件夹，不是文件' : '打不开';
    throw new UnusableInput(`“${path}”：${reason}。`);
  }
  const rows: JsonLine[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .forEach((content, at) => {
      if (content.trim() === '') return;
      rows.push({ line: at + 1, row: parsedRow(content, path, at + 1) });
    });
  if (rows.length === 0) throw new UnusableInput(`“${path}”：文件里没有内容。`);
  return rows;
}

/** The first of the keys that holds text (or a number, which ids often are). */
export function textOf(row: Record<string, unknown>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = row[key];
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

function parsedRow(content: string, path: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new UnusableInput(`“${path}”第 ${line} 行不是 JSON。每一行应当是一个 JSON 对象。`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UnusableInput(`“${path}”第 ${line} 行不是 JSON 对象。`);
  return value as Record<string, unknown>;
}
