import { conditionText, truthOf } from './conditions.ts';
import type { DataElement } from './definition.ts';
import { and, or } from './feel/evaluate.ts';
import type { Facts, Truth } from './feel/index.ts';
import type { Service } from './service.ts';

/** `text`, numbers, choices …; money is a string such as `500000.00`. Absent or undefined: not answered yet. */
export type AnswerValue = string | number | boolean | readonly string[] | null;
export type Answers = Readonly<Record<string, AnswerValue | undefined>>;

export interface FormField {
  element: DataElement;
  /** Who asks: an item, or the bundle itself (null). Each asks when all of its conditions hold. */
  asks: readonly { item: string | null; required: boolean; when: readonly string[] }[];
  /** Required by somebody whatever is answered. */
  required: boolean;
  /** In Chinese, when the question is asked; empty = always. */
  condition: string;
}

export interface Form {
  sections: readonly { title: string; fields: readonly FormField[] }[];
}

/**
 * The one form of a service: the union of the data elements of all its items, each asked once. Sections and fields stand
 * in the order in which they are first asked, so that the same definitions always give the same form.
 */
export function formFor(service: Service): Form {
  const known = forms.get(service);
  if (known !== undefined) return known;
  const form = unite(service);
  forms.set(service, form);
  return form;
}

/** A service object is never changed, so its form is worked out once. */
const forms = new WeakMap<Service, Form>();

function unite(service: Service): Form {
  const asks = new Map<string, { item: string | null; required: boolean; when: string[] }[]>();
  const ask = (id: string, item: string | null, required: boolean, when: (string | undefined)[]): void => {
    const one = { item, required, when: when.filter((text) => text !== undefined) };
    const known = asks.get(id);
    if (known === undefined) asks.set(id, [one]);
    else known.push(one);
  };
  for (const use of service.bundle?.elements ?? []) ask(use.id, null, use.required, [use.when]);
  for (const { definition } of service.items) {
    const membership = service.bundle?.items.find((part) => part.item === definition.id)?.when;
    for (const use of definition.elements) ask(use.id, definition.id, use.required, [membership, use.when]);
  }

  const sections = new Map<string, FormField[]>();
  for (const [id, who] of asks) {
    const element = service.elements[id];
    if (element === undefined) continue;
    const field: FormField = {
      element,
      asks: who,
      required: who.some((one) => one.required && one.when.length === 0),
      condition: conditionOf(who, service),
    };
    sections.set(element.section, [...(sections.get(element.section) ?? []), field]);
  }
  return { sections: [...sections].map(([title, fields]) => ({ title, fields })) };
}

export interface FieldState {
  field: FormField;
  /** `unknown`: depends on a question that is not answered yet. */
  asked: Truth;
  /** Asked for certain, and by somebody who needs it. */
  required: boolean;
}

/** Every field with whether these answers call for it. */
export function stateOf(form: Form, answers: Answers): FieldState[] {
  const facts = factsOf(form, answers);
  return fieldsOf(form).map((field) => ({
    field,
    asked: askedOf(field, facts),
    required: field.asks.some((one) => one.required && whenHolds(one.when, facts) === 'yes'),
  }));
}

/**
 * What conditions may be judged by. An answer to a question that is no longer asked counts as "none", so that a changed
 * mind leaves no traces; `complete` also makes every blank a "none": the form has been handed in and nothing will follow.
 */
export function factsOf(form: Form, answers: Answers, options: { complete?: boolean } = {}): Facts {
  const fields = fieldsOf(form);
  const blank = options.complete === true ? null : undefined;
  let facts: Facts = Object.fromEntries(fields.map(({ element }) => [element.id, factOf(element, answers) ?? blank]));
  // Hiding one answer can hide another; conditions form no circle, so this ends after at most one round per field.
  for (let round = 0; round <= fields.length; round += 1) {
    const next: Record<string, Facts[string]> = {};
    for (const field of fields) {
      const { id } = field.element;
      next[id] = askedOf(field, facts) === 'no' ? null : (factOf(field.element, answers) ?? blank);
    }
    const stable = fields.every(({ element }) => next[element.id] === facts[element.id]);
    facts = next;
    if (stable) break;
  }
  return facts;
}

export function fieldsOf(form: Form): FormField[] {
  return form.sections.flatMap((section) => section.fields);
}

function askedOf(field: FormField, facts: Facts): Truth {
  return field.asks.reduce<Truth>((truth, one) => or(truth, whenHolds(one.when, facts)), 'no');
}

function whenHolds(when: readonly string[], facts: Facts): Truth {
  return when.reduce<Truth>((truth, text) => and(truth, truthOf(text, facts)), 'yes');
}

function factOf(element: DataElement, answers: Answers): Facts[string] {
  const value = Object.hasOwn(answers, element.id) ? answers[element.id] : undefined;
  if (value === undefined || value === '') return undefined;
  if (element.type === 'money' && typeof value === 'string') return Number(value);
  return value;
}

function conditionOf(asks: readonly { when: readonly string[] }[], service: Service): string {
  if (asks.some((one) => one.when.length === 0)) return '';
  const ways = asks.map((one) => one.when.map((text) => conditionText(text, service.elements)).join('，且'));
  return [...new Set(ways)].join('；或者');
}
