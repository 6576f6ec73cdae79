import {
  checkIdNumber,
  checkPhone,
  checkUscc,
  halfWidth,
  normaliseIdNumber,
  normalisePhone,
  normaliseUscc,
} from '../../../kernel/identifiers.ts';
import type { Issue } from '../../../kernel/errors.ts';
import type { LocalDate } from '../../../kernel/time.ts';
import type { DataElement } from './definition.ts';
import { isDate } from './feel/ast.ts';
import { fieldsOf, stateOf, type Answers, type AnswerValue, type Form } from './form.ts';

/** What is wrong with the answers, one Chinese sentence each at `/answers/<element>`; empty = may be handed in. */
export function validateAnswers(form: Form, answers: Readonly<Record<string, unknown>>, today: LocalDate): Issue[] {
  return readAnswers(form, answers, today).issues;
}

/**
 * Answers as they come from a page or a client (strings, full-width digits, spaces) in their stored form, with everything
 * that is wrong. Answers to questions that are not asked are dropped, not complained about.
 */
export function readAnswers(
  form: Form,
  raw: Readonly<Record<string, unknown>>,
  today: LocalDate,
): { answers: Answers; issues: Issue[] } {
  const read: Record<string, AnswerValue> = {};
  const faults = new Map<string, string>();
  for (const { element } of fieldsOf(form)) {
    const value = Object.hasOwn(raw, element.id) ? raw[element.id] : undefined;
    if (isBlank(value)) continue;
    const result = readValue(element, value, today);
    if ('fault' in result) faults.set(element.id, result.fault);
    else read[element.id] = result.value;
  }
  const answers: Record<string, AnswerValue> = {};
  const issues: Issue[] = [];
  for (const { field, asked, required } of stateOf(form, read)) {
    const { element } = field;
    if (asked === 'no') continue;
    const value = read[element.id];
    const fault = faults.get(element.id) ?? (value === undefined && required ? missing(element) : undefined);
    if (fault !== undefined) issues.push({ path: `/answers/${element.id}`, message: fault });
    else if (value !== undefined) answers[element.id] = value;
  }
  return { answers, issues };
}

/** A stored answer as people read it: 租赁, 是, 2026-11-23, 120 平方米. */
export function answerText(element: DataElement, value: AnswerValue | undefined): string {
  if (value === undefined || value === null || value === '') return '';
  const labelOf = (option: unknown) => element.options.find((one) => one.value === option)?.label ?? String(option);
  if (Array.isArray(value)) return value.map(labelOf).join('、');
  switch (element.type) {
    case 'choice':
      return labelOf(value);
    case 'boolean':
      return value === true ? '是' : '否';
    case 'integer':
    case 'decimal':
    case 'money':
      return element.unit === '' ? String(value) : `${String(value)} ${element.unit}`;
    default:
      return String(value);
  }
}

type Reading = { value: AnswerValue } | { fault: string };

function readValue(element: DataElement, raw: unknown, today: LocalDate): Reading {
  switch (element.type) {
    case 'text':
    case 'longText':
    case 'address':
    case 'email':
    case 'idNumber':
    case 'uscc':
    case 'phone':
      return typeof raw === 'string' ? readText(element, raw, today) : { fault: `“${element.name}”应当是文字。` };
    case 'integer':
    case 'decimal':
    case 'money':
      return readNumber(element, raw);
    case 'date':
      return readDate(element, raw);
    case 'boolean':
      return readBoolean(element, raw);
    case 'choice':
      return readChoice(element, raw);
    case 'multiChoice':
      return readChoices(element, raw);
  }
}

const longestText: Readonly<Partial<Record<DataElement['type'], number>>> = { longText: 2000, email: 100 };

function readText(element: DataElement, raw: string, today: LocalDate): Reading {
  const { name } = element;
  const text = withoutControls(raw, element.type === 'longText').trim();
  const longest = element.maxLength ?? longestText[element.type] ?? 200;
  // People count characters, not UTF-16 units: a rare character is one.
  const length = [...text].length;
  if (length > longest) return { fault: `“${name}”最多写 ${longest} 个字，现在是 ${length} 个字。` };
  const reading = readIdentifier(element, text, today);
  if ('fault' in reading) return { fault: `“${name}”有误：${reading.fault}` };
  if (element.pattern !== undefined && !new RegExp(`^(?:${element.pattern})$`, 'u').test(reading.value)) {
    return { fault: element.patternMessage ?? `“${name}”的写法不对，请检查。` };
  }
  return reading;
}

function readIdentifier(element: DataElement, text: string, today: LocalDate): { value: string } | { fault: string } {
  const checked = (fault: string | null, value: string) => (fault === null ? { value } : { fault });
  switch (element.type) {
    case 'idNumber':
      return checked(checkIdNumber(text, today), normaliseIdNumber(text));
    case 'uscc':
      return checked(checkUscc(text), normaliseUscc(text));
    case 'phone':
      return checked(checkPhone(text), normalisePhone(text) ?? text);
    case 'email':
      return checked(
        /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(halfWidth(text)) ? null : '电子邮箱应当像 zhang@example.com 这样。',
        halfWidth(text),
      );
    default:
      return { value: text };
  }
}

function readNumber(element: DataElement, raw: unknown): Reading {
  const { name, type, min, max, unit } = element;
  const text =
    typeof raw === 'number' ? plainNumber(raw) : typeof raw === 'string' ? halfWidth(raw).replace(/[\s,]/g, '') : '';
  const places = type === 'integer' ? 0 : type === 'money' ? 2 : 6;
  const match = /^(-?)(\d{1,15})(?:\.(\d*))?$/.exec(text);
  if (match === null)
    return { fault: `“${name}”请填数字${type === 'integer' ? '，不要写单位' : '，例如 120 或 120.5，不要写单位'}。` };
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > places) {
    return { fault: places === 0 ? `“${name}”请填整数。` : `“${name}”最多写 ${places} 位小数。` };
  }
  const number = Number(text);
  const shown = (limit: number) => (unit === '' ? String(limit) : `${limit} ${unit}`);
  const least = min ?? (type === 'money' ? 0 : undefined);
  if (least !== undefined && number < least) return { fault: `“${name}”不能小于 ${shown(least)}。` };
  if (max !== undefined && number > max) return { fault: `“${name}”不能大于 ${shown(max)}。` };
  if (type !== 'money') return { value: number === 0 ? 0 : number };
  const whole = (match[2] ?? '').replace(/^0+(?=\d)/, '');
  return { value: `${number < 0 ? '-' : ''}${whole}.${fraction.padEnd(2, '0')}` };
}

function readDate(element: DataElement, raw: unknown): Reading {
  const text = typeof raw === 'string' ? halfWidth(raw).replace(/\s/g, '') : '';
  const match =
    /^(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  const day = match === null ? '' : `${match[1]}-${match[2]?.padStart(2, '0')}-${match[3]?.padStart(2, '0')}`;
  if (!isDate(day)) return { fault: `“${element.name}”请填真实的日期，例如 2026-03-05。` };
  return { value: day };
}

function readBoolean(element: DataElement, raw: unknown): Reading {
  if (raw === true || raw === 'true' || raw === '是') return { value: true };
  if (raw === false || raw === 'false' || raw === '否') return { value: false };
  return { fault: `“${element.name}”请选“是”或“否”。` };
}

function readChoice(element: DataElement, raw: unknown): Reading {
  const chosen = Array.isArray(raw) && raw.length === 1 ? (raw[0] as unknown) : raw;
  const option = element.options.find((one) => one.value === chosen);
  return option === undefined ? { fault: `“${element.name}”请在给出的选项里选一个。` } : { value: option.value };
}

function readChoices(element: DataElement, raw: unknown): Reading {
  const chosen: unknown[] = Array.isArray(raw) ? raw : [raw];
  if (chosen.some((value) => !element.options.some((option) => option.value === value))) {
    return { fault: `“${element.name}”请在给出的选项里选。` };
  }
  const values = element.options.map((option) => option.value).filter((value) => chosen.includes(value));
  if (element.min !== undefined && values.length < element.min)
    return { fault: `“${element.name}”至少选 ${element.min} 项。` };
  if (element.max !== undefined && values.length > element.max)
    return { fault: `“${element.name}”最多选 ${element.max} 项。` };
  return { value: values };
}

function missing(element: DataElement): string {
  const verb =
    element.type === 'choice' || element.type === 'multiChoice' || element.type === 'boolean' ? '选择' : '填写';
  return `请${verb}“${element.name}”。`;
}

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return withoutControls(value, true).trim() === '';
  return Array.isArray(value) && value.every(isBlank);
}

/** Control characters cannot be stored (PostgreSQL refuses NUL) and nobody types them on purpose. */
function withoutControls(text: string, keepLines: boolean): string {
  return text.replace(keepLines ? /[\u0000-\u0008\u000b-\u001f\u007f\ufeff]/g : /[\u0000-\u001f\u007f\ufeff]/g, '');
}

/** 1e21 and NaN are no numbers that a form can hold. */
function plainNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : '';
}
