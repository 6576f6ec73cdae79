import type { JSX } from 'preact';
import type { Problem } from '../kernel/call.ts';
import type { Issue } from '../kernel/errors.ts';
import type { LocalDate } from '../kernel/time.ts';
import {
  readAnswers,
  type Answers,
  type AnswerValue,
  type DataElement,
  type FieldState,
  type Form,
} from '../modules/catalogue/index.ts';
import { ChoiceField, faultOf, LongTextField, SelectField, TextField } from './controls.tsx';
import type { FormBody } from './form-body.ts';

/** A data element as a question on a page, and the way back from what was typed to an answer. */

export function AnswerField({
  state,
  value,
  problem,
}: {
  state: FieldState;
  value: unknown;
  problem: Problem | null;
}): JSX.Element {
  const { element } = state.field;
  const facts = {
    name: element.id,
    label: element.unit === '' ? element.name : `${element.name}（${element.unit}）`,
    hint: element.help,
    fault: faultOf(problem, element.id),
    optional: !state.required,
  };
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  switch (element.type) {
    case 'boolean':
      return <ChoiceField {...facts} options={yesNo} chosen={[String(value ?? '')]} />;
    case 'choice':
      return element.options.length > 8 ? (
        <SelectField {...facts} options={element.options} value={text} />
      ) : (
        <ChoiceField {...facts} options={element.options} chosen={[text]} />
      );
    case 'multiChoice':
      return (
        <ChoiceField
          {...facts}
          many
          options={element.options}
          chosen={Array.isArray(value) ? value.map(String) : [text]}
        />
      );
    case 'longText':
      return <LongTextField {...facts} value={text} />;
    case 'address':
      return <LongTextField {...facts} value={text} rows={2} />;
    case 'date':
      return <TextField {...facts} type="date" value={text} width="w10" {...hintOf(element)} />;
    case 'integer':
      return <TextField {...facts} value={text} inputmode="numeric" width="w10" autocomplete="off" />;
    case 'decimal':
    case 'money':
      return <TextField {...facts} value={text} inputmode="decimal" width="w10" autocomplete="off" />;
    case 'phone':
      return (
        <TextField {...facts} type="tel" value={text} inputmode="tel" width="w20" autocomplete={own(element, 'tel')} />
      );
    case 'email':
      return <TextField {...facts} type="email" value={text} width="w20" autocomplete={own(element, 'email')} />;
    case 'idNumber':
    case 'uscc':
      return <TextField {...facts} value={text} width="w20" autocomplete="off" />;
    case 'text':
      return <TextField {...facts} value={text} autocomplete={own(element, 'name')} />;
  }
}

const yesNo = [
  { value: 'true', label: '是' },
  { value: 'false', label: '否' },
];

function hintOf(element: DataElement): { hint?: string } {
  return element.help === '' ? { hint: '年-月-日，比如 2026-03-05' } : {};
}

/** Browsers may fill in the visitor's own data, never somebody else's field with it. */
function own(element: DataElement, token: string): string {
  const of = { tel: 'profile.phone', email: 'profile.email', name: 'profile.name' }[token];
  return element.prefill === of ? token : 'off';
}

export interface Typed {
  /** As typed, for showing again. */
  raw: Record<string, unknown>;
  /** To be saved: what could be read, null for what was emptied. */
  answers: Record<string, string | number | boolean | string[] | null>;
  /** Of these fields only. */
  issues: Issue[];
}

/** Reads the fields of one page. What is wrong with other pages is said there. */
export function readTyped(
  form: Form,
  states: readonly FieldState[],
  stored: Answers,
  body: FormBody,
  today: LocalDate,
): Typed {
  const raw: Record<string, unknown> = {};
  for (const { field } of states) {
    const { id, type } = field.element;
    raw[id] = type === 'multiChoice' ? body.list(id) : body.text(id);
  }
  const read = readAnswers(form, { ...stored, ...raw }, today);
  const own = new Set(Object.keys(raw));
  const issues = read.issues.filter((issue) => own.has(issue.path.slice('/answers/'.length)));
  const faulty = new Set(issues.map((issue) => issue.path.slice('/answers/'.length)));
  const answers: Typed['answers'] = {};
  for (const id of own) {
    const value = read.answers[id];
    if (!faulty.has(id)) answers[id] = value === undefined ? null : plain(value);
    else if (isEmpty(raw[id])) answers[id] = null;
  }
  return { raw, answers, issues };
}

function plain(value: AnswerValue): string | number | boolean | string[] | null {
  return typeof value === 'object' && value !== null ? [...value] : value;
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}
