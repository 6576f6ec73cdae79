import { describe, expect, it } from 'vitest';
import type { DataElement, Form, FormField } from '../modules/catalogue/index.ts';
import { pagesOf, stepsOf } from './form-plan.ts';

describe('the pages of a form', () => {
  it('hold at most six questions', () => {
    const form = formOf(
      '场所',
      ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'].map((id) => field(id)),
    );
    expect(pagesOf(form).map((page) => page.fields.length)).toEqual([6, 1]);
  });

  it('ask what hangs on an answer on a later page, chain after chain', () => {
    const form = formOf('代办人', [
      field('hasAgent'),
      field('agentName', 'hasAgent = true'),
      field('agentKin', 'agentName = "x"'),
      field('note'),
    ]);
    expect(pagesOf(form).map((page) => page.fields.map(({ element }) => element.id))).toEqual([
      ['hasAgent', 'note'],
      ['agentName'],
      ['agentKin'],
    ]);
  });

  it('take a word between quotes for a value, not for a question', () => {
    const form = formOf('领取', [field('post'), field('place', 'method = "post"')]);
    expect(pagesOf(form)).toHaveLength(1);
  });
});

describe('the screens of a form', () => {
  const form: Form = {
    sections: [
      { title: '先问', fields: [field('kind')] },
      {
        title: '企业',
        fields: [
          field('type', 'kind = "new"'),
          field('name', 'type = "firm" or kind = "old"'),
          field('code', 'kind = "old"'),
        ],
      },
    ],
  };
  const screens = (answers: Record<string, string>) =>
    stepsOf(pagesOf(form), form, answers).map((step) => step.fields.map((one) => one.field.element.id));

  it('leave out what is not asked, and what nobody knows yet', () => {
    expect(screens({})).toEqual([['kind']]);
  });

  it('join short pages of one heading', () => {
    expect(screens({ kind: 'old' })).toEqual([['kind'], ['code', 'name']]);
  });

  it('but never put a question beside the one that decides it', () => {
    expect(screens({ kind: 'new', type: 'firm' })).toEqual([['kind'], ['type'], ['name']]);
  });

  it('keep their numbers whatever is answered', () => {
    const numbers = (answers: Record<string, string>) =>
      stepsOf(pagesOf(form), form, answers).map(({ number, last }) => [number, last]);
    expect(numbers({ kind: 'old' })).toEqual([
      [1, 1],
      [2, 3],
    ]);
    expect(numbers({ kind: 'new', type: 'firm' })).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });
});

function field(id: string, when?: string): FormField {
  const element: DataElement = {
    id,
    name: id,
    type: 'text',
    section: '',
    help: '',
    unit: '',
    options: [],
    personal: false,
    prefill: '',
    register: '',
  };
  return {
    element,
    asks: [{ item: null, required: true, when: when === undefined ? [] : [when] }],
    required: when === undefined,
    condition: '',
  };
}

function formOf(title: string, fields: FormField[]): Form {
  return { sections: [{ title, fields }] };
}
