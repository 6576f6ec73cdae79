import type { OutputOf } from '../kernel/endpoint.ts';
import type { readForm } from '../modules/catalogue/contract.ts';
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

/** The fields of a page that these answers ask for. */
export function shownFields(page: FormPage, form: Form, answers: Answers): FieldState[] {
  const own = new Set(page.fields.map(({ element }) => element.id));
  return stateOf(form, answers).filter(({ field, asked }) => asked === 'yes' && own.has(field.element.id));
}

/** The pages that these answers ask for, in order. */
export function visiblePages(pages: readonly FormPage[], form: Form, answers: Answers): FormPage[] {
  const asked = new Set(
    stateOf(form, answers).flatMap(({ field, asked }) => (asked === 'yes' ? [field.element.id] : [])),
  );
  return pages.filter((page) => page.fields.some(({ element }) => asked.has(element.id)));
}

export function pageOfElement(pages: readonly FormPage[], elementId: string): FormPage | undefined {
  return pages.find((page) => page.fields.some(({ element }) => element.id === elementId));
}

export function formFrom(output: OutputOf<typeof readForm>): Form {
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
