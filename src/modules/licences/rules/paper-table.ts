import { checkIdNumber, checkUscc, normaliseIdNumber, normaliseUscc } from '../../../kernel/identifiers.ts';
import type { LocalDate } from '../../../kernel/time.ts';
import { isRealDate } from './dates.ts';
import type { TypeDefinition } from './definition.ts';
import { valuesOf, type FieldValues } from './values.ts';

/** A list of paper licences of one type as it comes out of a spreadsheet: every fault with its row and column. Pure. */

export interface PaperFacts {
  /** Row of the sheet, counted from 1 as the spreadsheet does. */
  row: number;
  number: string;
  holder: { kind: 'firm' | 'person'; name: string; number: string };
  issuedOn: LocalDate;
  /** Null: as the type's own rule says. */
  validFrom: LocalDate | null;
  validUntil: LocalDate | null;
  values: FieldValues;
}

export interface PaperRow {
  row: number;
  number: string;
  holderName: string;
  facts: PaperFacts | null;
  faults: { column: string; message: string }[];
}

const heads = {
  number: { name: '证照编号', spellings: ['证照编号', '编号', '证号', '许可证编号', '证书编号', '证照号码'] },
  holderName: { name: '持证人', spellings: ['持证人', '持证主体', '单位名称', '企业名称', '名称', '姓名', '权利人'] },
  holderNumber: {
    name: '持证人代码',
    spellings: ['持证人代码', '统一社会信用代码', '社会信用代码', '证件号码', '身份证号', '身份证号码'],
  },
  issuedOn: { name: '颁发日期', spellings: ['颁发日期', '发证日期', '核发日期', '登记日期'] },
  validFrom: { name: '有效期起', spellings: ['有效期起', '有效期自', '有效期开始'] },
  validUntil: { name: '有效期止', spellings: ['有效期止', '有效期至', '有效期截止', '有效期限'] },
} as const;
type Head = keyof typeof heads;
const requiredHeads = ['number', 'holderName', 'issuedOn'] as const;
const headingWithin = 20;

/** The heads a list of this type should have, in order: for the empty form that people download. */
export function paperHeads(type: TypeDefinition): string[] {
  return [...Object.values(heads).map(({ name }) => name), ...ownFields(type).map(({ label }) => label)];
}

export function readPaperTable(
  sheet: readonly (readonly unknown[])[],
  type: TypeDefinition,
  today: LocalDate,
): { rows: PaperRow[] } | { missing: string[] } {
  const candidates = sheet.slice(0, headingWithin).map((cells, index) => ({ index, found: headsIn(cells, type) }));
  const heading = candidates.reduce<(typeof candidates)[number] | null>(
    (best, one) => (best === null || one.found.size > best.found.size ? one : best),
    null,
  );
  const missing = requiredHeads.filter((head) => heading?.found.has(head) !== true).map((head) => heads[head].name);
  if (heading === null || missing.length > 0) return { missing };
  const seen = new Map<string, number>();
  const rows = sheet
    .slice(heading.index + 1)
    .map((cells, index) => ({ cells, row: heading.index + index + 2 }))
    .filter(({ cells }) => cells.some((cell) => textOf(cell) !== ''))
    .map(({ cells, row }) => readRow(row, (name) => cells[heading.found.get(name) ?? -1], type, today, seen));
  return { rows };
}

function readRow(
  row: number,
  cell: (name: string) => unknown,
  type: TypeDefinition,
  today: LocalDate,
  seen: Map<string, number>,
): PaperRow {
  const faults: PaperRow['faults'] = [];
  const complain = (head: Head, message: string) => faults.push({ column: heads[head].name, message });
  const number = textOf(cell('number'));
  const holderName = textOf(cell('holderName'));
  if (number === '') complain('number', '没有填证照编号');
  else if (seen.has(number)) complain('number', `和第${seen.get(number)}行的编号一样`);
  else seen.set(number, row);
  if (holderName === '') complain('holderName', '没有填持证人');

  const holderNumber = textOf(cell('holderNumber')).toUpperCase();
  const kind = type.holder.kind === 'either' ? kindOf(holderName, holderNumber) : type.holder.kind;
  const numberFault =
    holderNumber === '' ? null : kind === 'firm' ? checkUscc(holderNumber) : checkIdNumber(holderNumber, today);
  if (numberFault !== null) complain('holderNumber', numberFault);

  const issuedOn = dateOf(cell('issuedOn'));
  if (issuedOn === null) complain('issuedOn', '日期看不明白，写成 2021-03-18');
  else if (issuedOn > today) complain('issuedOn', '颁发日期在今天以后');
  const validFrom = optionalDate('validFrom');
  const validUntil = optionalDate('validUntil');
  if (validUntil !== null && validUntil < (validFrom ?? issuedOn ?? ''))
    complain('validUntil', '有效期止在有效期起以前');

  const holder = {
    kind,
    name: holderName,
    number: kind === 'firm' ? normaliseUscc(holderNumber) : normaliseIdNumber(holderNumber),
  };
  const typed = Object.fromEntries(
    ownFields(type)
      .map(
        (field) =>
          [
            field.id,
            field.kind === 'date'
              ? (dateOf(cell(field.label)) ?? textOf(cell(field.label)))
              : textOf(cell(field.label)),
          ] as const,
      )
      .filter(([, value]) => value !== ''),
  );
  const { values, issues } = valuesOf(type, {
    answers: {},
    holder,
    documentNo: '',
    issuedOn: issuedOn ?? today,
    itemId: '',
    licences: {},
    earlier: {},
    assigned: {},
    typed,
  });
  for (const { path, message } of issues) {
    const field = type.fields.find(({ id }) => path === `/values/${id}`);
    faults.push({ column: field?.label ?? '', message });
  }
  const facts =
    faults.length > 0 || issuedOn === null ? null : { row, number, holder, issuedOn, validFrom, validUntil, values };
  return { row, number, holderName, facts, faults };

  function optionalDate(head: 'validFrom' | 'validUntil'): LocalDate | null {
    const value = textOf(cell(head));
    if (value === '' || value === '长期') return null;
    const day = dateOf(cell(head));
    if (day === null) complain(head, '日期看不明白，写成 2026-03-17；长期有效的写“长期”');
    return day;
  }
}

/** Fields that a sheet has to bring: those that do not follow from the holder. */
function ownFields(type: TypeDefinition) {
  return type.fields.filter(({ from }) => !from.some((source) => source.startsWith('holder:')));
}

function headsIn(cells: readonly unknown[], type: TypeDefinition): Map<string, number> {
  const found = new Map<string, number>();
  cells.forEach((value, index) => {
    const name = textOf(value).replaceAll(/\s|（.*?）|\(.*?\)|[：:*]/g, '');
    if (name === '') return;
    const field = ownFields(type).find(({ label }) => label.replaceAll(/\s|（.*?）/g, '') === name);
    if (field !== undefined && !found.has(field.label)) return void found.set(field.label, index);
    for (const [head, { spellings }] of Object.entries(heads)) {
      if (!found.has(head) && (spellings as readonly string[]).includes(name)) found.set(head, index);
    }
  });
  return found;
}

/** 91… and 92… are codes of firms; 18 figures that are an identity number are a person. */
function kindOf(name: string, number: string): 'firm' | 'person' {
  if (number !== '') return checkUscc(number) === null ? 'firm' : 'person';
  return Array.from(name).length > 4 ? 'firm' : 'person';
}

/** 2021-03-18, 2021/3/18, 2021.3.18, 2021年3月18日, and what a spreadsheet keeps as a date. */
function dateOf(value: unknown): LocalDate | null {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString().slice(0, 10);
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(textOf(value));
  if (match === null) return null;
  const [, year = '', month = '', date = ''] = match;
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  return isRealDate(day) ? day : null;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10);
  return String(value as string | number | boolean).trim();
}
