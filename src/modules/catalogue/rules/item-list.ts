import { stableJson } from '../../../kernel/json.ts';
import { itemKinds } from './definition.ts';

/** One row of an imported list, read from whatever headings its author used. */
export interface ListedItem {
  /** Unique within the list and the same on every import. */
  key: string;
  areaCode: string;
  code: string;
  name: string;
  department: string;
  departmentCode: string;
  /** Two digits of 类型, or empty when the list does not say. */
  kind: string;
  groupName: string;
  raw: Record<string, unknown>;
}

export interface RejectedRow {
  /** As a person counts in the file: the first row of data is 1 in JSON and 2 below a heading. */
  row: number;
  reason: string;
}

export interface ReadList {
  read: number;
  items: ListedItem[];
  rejected: RejectedRow[];
}

type Column = 'name' | 'code' | 'department' | 'departmentCode' | 'areaCode' | 'kind' | 'groupName';

/** How lists in the country head their columns, without spaces and in lower case. */
const headings: Readonly<Record<Column, readonly string[]>> = {
  name: [
    'name',
    '事项名称',
    '名称',
    'taskname',
    'task_name',
    'itemname',
    'item_name',
    '政务服务事项名称',
    '业务办理项名称',
    '实施清单名称',
  ],
  code: [
    'itemcode',
    'item_code',
    '实施编码',
    '事项编码',
    'taskcode',
    'task_code',
    '编码',
    'code',
    '基本编码',
    '业务办理项编码',
    '事项代码',
  ],
  department: [
    'department',
    '实施主体',
    '部门',
    '部门名称',
    '实施部门',
    '主管部门',
    'deptname',
    'dept_name',
    '实施机关',
    '单位',
    '责任单位',
  ],
  departmentCode: ['deptcode', 'dept_code', '部门编码', '实施主体编码', '部门代码', '统一社会信用代码'],
  areaCode: ['areacode', 'area_code', '区划', '区划代码', '行政区划', '行政区划代码', '区域编码'],
  kind: ['tasktype', 'task_type', '事项类型', '类型', '权力类型', 'kind', 'itemtype', 'item_type'],
  groupName: [
    'group',
    '主项名称',
    '主项',
    '目录名称',
    '大项名称',
    'catalogname',
    'catalog_name',
    '基本目录',
    '所属目录',
  ],
};

/**
 * Takes every row that has a name. Rows that share a code stay separate: the key is area and code, and where those meet
 * again the name and then a running number. A row that repeats an earlier one word for word is reported, not stored twice.
 * @param firstRow what the file's reader calls the first data row
 */
export function readItemList(rows: readonly unknown[], listRegion: string, firstRow: number): ReadList {
  const rejected: RejectedRow[] = [];
  const read: { item: ListedItem; row: number; text: string }[] = [];
  rows.forEach((raw, index) => {
    const row = index + firstRow;
    const item = readRow(raw, listRegion);
    if (typeof item === 'string') rejected.push({ row, reason: item });
    else read.push({ item, row, text: stableJson(item.raw) });
  });

  const seen = new Map<string, number>();
  const groups = new Map<string, { item: ListedItem; text: string }[]>();
  for (const { item, row, text } of read) {
    const twin = seen.get(text);
    if (twin !== undefined) {
      rejected.push({ row, reason: `和第 ${twin} 行一模一样，只收一次。` });
      continue;
    }
    seen.set(text, row);
    const base = `${item.areaCode}|${item.code === '' ? `${item.department}|${item.name}` : item.code}`;
    groups.set(base, [...(groups.get(base) ?? []), { item, text }]);
  }
  const items: ListedItem[] = [];
  for (const [base, group] of groups) {
    const byName = new Map<string, { item: ListedItem; text: string }[]>();
    for (const one of group) byName.set(one.item.name, [...(byName.get(one.item.name) ?? []), one]);
    for (const [name, same] of byName) {
      const key = byName.size === 1 ? base : `${base}|${name}`;
      // Sorted by content, so that the order of rows in the file does not move the numbers.
      const sorted = [...same].sort((a, b) => (a.text < b.text ? -1 : 1));
      sorted.forEach(({ item }, ordinal) =>
        items.push({ ...item, key: ordinal === 0 ? key : `${key}|${ordinal + 1}` }),
      );
    }
  }
  rejected.sort((a, b) => a.row - b.row);
  return { read: rows.length, items, rejected };
}

function readRow(raw: unknown, listRegion: string): ListedItem | string {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) return '这一行不是一条事项。';
  const cells = new Map<string, string>();
  for (const [heading, value] of Object.entries(raw)) {
    const key = heading
      .replace(/^[\s\ufeff*]+|\s+/gu, '')
      .replace(/[*（(].*$/u, '')
      .toLowerCase();
    if (!cells.has(key)) cells.set(key, cellText(value));
  }
  const cell = (column: Column): string => {
    for (const heading of headings[column]) {
      const value = cells.get(heading);
      if (value !== undefined && value !== '') return value;
    }
    return '';
  };
  if ([...cells.values()].every((value) => value === '')) return '这一行是空的。';
  const name = cell('name');
  if (name === '') return '没有事项名称。';
  if ([...name].length > 500) return '事项名称超过 500 个字，可能是列错位了。';
  const code = cell('code');
  if (code !== '' && !/^[0-9A-Za-z|_.-]{1,100}$/.test(code))
    return `事项编码“${code.slice(0, 60)}”里有不该有的字符，可能是列错位了。`;
  const kind = kindOf(cell('kind'));
  if (kind === null) return `事项类型“${cell('kind').slice(0, 40)}”不认识。`;
  return {
    key: '',
    areaCode: cell('areaCode') || listRegion,
    code,
    name,
    department: cell('department'),
    departmentCode: cell('departmentCode'),
    kind,
    groupName: cell('groupName'),
    raw: storable(raw) as Record<string, unknown>,
  };
}

/** `1`, `01`, `行政许可` → `01`; nothing → nothing; anything else is not a kind. */
function kindOf(text: string): string | null {
  if (text === '') return '';
  const padded = text.padStart(2, '0');
  if (Object.hasOwn(itemKinds, padded)) return padded;
  return (
    Object.entries(itemKinds).find(
      ([, name]) => name === text || (name === '其他行政权力' && text === '其他权力'),
    )?.[0] ?? null
  );
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replace(/[\p{Cc}\ufeff]+/gu, ' ').trim();
}

/** The row as it came, without NUL, which no database text can hold. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '');
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.replaceAll('\0', ''), storable(inner)]));
}
