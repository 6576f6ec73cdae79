import type { OutputOf } from '../kernel/endpoint.ts';
import type { applicationForm } from '../modules/cases/contract.ts';
import { stateOf, type Answers, type FieldState, type Form, type FormField } from '../modules/catalogue/index.ts';

/** How one long form is cut into pages that need no JavaScript: a question that depends on another comes on a later page. */

export interface FormPage {
  /** From 1, the same whatever is answered: a page's address never changes. */
  number: number;
  title: string;
  fields: readonly FormField[];
}

export const questionsPerPage = 6;

export function pagesOf(form: Form): FormPage[] {
  const pages = form.sections.flatMap(({ title, fields }) => cut(fields).map((part) => ({ title, fields: part })));
  return pages.map((page, position) => ({ ...page, number: position + 1 }));
}

/** What one screen asks under given answers: one page, or neighbouring ones that have become short. */
export interface FormStep {
  /** Of its first page, and of its last. */
  number: number;
  last: number;
  title: string;
  fields: FieldState[];
}

/**
 * The screens that these answers ask for, in order. Pages of one heading go together while they fit and none of their
 * questions hangs on an answer that is still to be given on the same screen.
 */
export function stepsOf(pages: readonly FormPage[], form: Form, answers: Answers): FormStep[] {
  const asked = new Map(
    stateOf(form, answers).flatMap((state) =>
      state.asked === 'yes' ? [[state.field.element.id, state] as const] : [],
    ),
  );
  const steps: FormStep[] = [];
  for (const page of pages) {
    const fields = page.fields.flatMap(({ element }) => asked.get(element.id) ?? []);
    if (fields.length === 0) continue;
    const before = steps.at(-1);
    const shown = new Set(before?.fields.map(({ field }) => field.element.id));
    const fits = before?.title === page.title && before.fields.length + fields.length <= questionsPerPage;
    if (before !== undefined && fits && !fields.some(({ field }) => namesIn(field).some((id) => shown.has(id)))) {
      before.fields.push(...fields);
      before.last = page.number;
    } else steps.push({ number: page.number, last: page.number, title: page.title, fields });
  }
  return steps;
}

export function pageOfElement(pages: readonly FormPage[], elementId: string): FormPage | undefined {
  return pages.find((page) => page.fields.some(({ element }) => element.id === elementId));
}

export function formFrom(output: OutputOf<typeof applicationForm>): Form {
  return { sections: output.sections };
}

function cut(fields: readonly FormField[]): FormField[][] {
  const pages: FormField[][] = [];
  let page: FormField[] = [];
  let followUps: FormField[] = [];
  const close = (): void => {
    if (page.length === 0) return;
    pages.push(page, ...cut(followUps));
    page = [];
    followUps = [];
  };
  for (const field of fields) {
    const needs = namesIn(field);
    const here = new Set([...page, ...followUps].map(({ element }) => element.id));
    if (needs.some((id) => id !== field.element.id && here.has(id))) {
      followUps.push(field);
      continue;
    }
    if (page.length === questionsPerPage) close();
    page.push(field);
  }
  close();
  return pages;
}

/** Names of data elements in the conditions; words between quotes are values. */
function namesIn(field: FormField): string[] {
  return field.asks.flatMap(({ when }) =>
    when.flatMap((text) => text.replace(/"[^"]*"/g, ' ').match(/[a-z][A-Za-z0-9]*/g) ?? []),
  );
}
