import { z } from 'zod';
import { conditionText } from './conditions.ts';
import { itemKinds, type BasisReference, type ItemDefinition } from './definition.ts';
import { fieldsOf, formFor } from './form.ts';
import { limitText } from './limits.ts';
import { applicableItems, materialsFor } from './needs.ts';
import type { Service, ServiceItem } from './service.ts';

/** Everything a guide page shows, in words: no id needs to be looked up to print it. */
export type Guide = z.output<typeof guide>;

const text = z.string();
const basis = z.object({ title: text, article: text, documentNo: text, url: text });
const limit = z.object({ term: text, text, note: text });

export const materialNeed = z.object({
  key: text,
  name: text,
  state: z.enum(['needed', 'waived', 'undecided']),
  explanation: text,
  form: z.enum(['original', 'copy', 'electronic', 'originalShown']),
  formName: text,
  copies: z.number(),
  source: z.enum(['applicant', 'government', 'intermediary']),
  sourceName: text,
  owedWithin: text,
  waived: z.object({ licenceType: text, register: text, note: text }).nullable(),
  template: text,
  notes: z.array(text),
  basis: z.array(basis),
  items: z.array(z.object({ id: text, name: text, material: text })),
});

const itemGuide = z.object({
  id: text,
  name: text,
  version: z.number(),
  itemCode: text,
  summary: text,
  kindName: text,
  levelName: text,
  department: text,
  departmentName: text,
  jointUnitNames: z.array(text),
  basis: z.array(basis),
  caseKindName: text,
  statutory: limit,
  promised: limit,
  conditions: z.array(z.object({ id: text, text, test: text, basis: basis.nullable() })),
  steps: z.array(
    z.object({
      id: text,
      name: text,
      kind: text,
      departmentName: text,
      term: text,
      limit: text,
      afterNames: z.array(text),
      excluded: z.boolean(),
    }),
  ),
  result: z.object({ kind: text, name: text, licenceType: text, validity: text, deliveryNames: z.array(text) }),
  fees: z.object({ charged: z.boolean(), standard: text, basis: basis.nullable() }),
  visits: z.number(),
  onlineDepth: text,
  onlineDepthName: text,
  commitment: z.object({ text, verification: text, breach: text, basis }).nullable(),
  extension: z.object({ term: text, text, approver: text, basis }).nullable(),
  areaName: text,
  window: z.object({ place: text, hours: text, transport: text }),
  phones: z.object({ enquiry: text, complaint: text }),
  remedy: z.object({ reconsideration: text, litigation: text }),
  questions: z.array(z.object({ q: text, a: text })),
});

export const guide = z.object({
  kind: z.enum(['item', 'bundle']),
  /** 'project': not begun from its guide but from a construction project. */
  startedFrom: z.enum(['project']).nullable(),
  id: text,
  version: z.number(),
  /** Changes whenever the page would: for ETag. */
  etag: text,
  name: text,
  summary: text,
  audience: z.array(z.enum(['person', 'firm'])),
  audienceNames: z.array(text),
  themes: z.array(text),
  lifeEvent: text,
  leadName: text,
  promised: limit,
  /** Of the whole: the most visits that any item takes. */
  visits: z.number(),
  charged: z.boolean(),
  /** How the items of a bundle follow each other; one line for a single item. */
  order: z.array(
    z.object({
      id: text,
      name: text,
      departmentName: text,
      promised: text,
      afterNames: z.array(text),
      note: text,
      condition: text,
    }),
  ),
  /** The merged list, before anything is answered. */
  materials: z.array(materialNeed),
  questionsAsked: z.number(),
  items: z.array(itemGuide),
  questions: z.array(z.object({ q: text, a: text })),
});

/** The guide of an item or a bundle. Pure: the same service gives the same page. */
export function guideOf(service: Service): Guide {
  const { bundle, items } = service;
  const first = items[0]?.definition;
  const named = bundle ?? first;
  if (named === undefined) throw new RangeError(`service ${service.id} has no items`);
  return {
    kind: service.kind,
    startedFrom: bundle?.startedFrom ?? null,
    id: service.id,
    version: service.version,
    etag: [service.version, ...items.map((item) => item.version)].join('.'),
    name: service.name,
    summary: service.summary,
    audience: named.audience,
    audienceNames: named.audience.map((one) => (one === 'person' ? '个人' : '企业和其他单位')),
    themes: named.themes,
    lifeEvent: bundle?.lifeEvent ?? '',
    leadName: unitName(service, bundle?.lead ?? first?.department ?? ''),
    promised: limitOf(named.promised),
    visits: Math.max(0, ...items.map((item) => item.definition.visits)),
    charged: items.some((item) => item.definition.fees.charged),
    order: orderOf(service),
    materials: materialsFor(service, {}).map((need) => ({
      ...need,
      formName: formNames[need.form],
      sourceName: sourceNames[need.source],
    })),
    questionsAsked: fieldsOf(formFor(service)).length,
    items: items.map((item) => itemGuideOf(service, item)),
    questions: bundle?.questions ?? first?.questions ?? [],
  };
}

export const formNames: Readonly<Record<ItemDefinition['materials'][number]['form'], string>> = {
  original: '原件',
  copy: '复印件',
  electronic: '电子件',
  originalShown: '原件，看后退还',
};
export const sourceNames: Readonly<Record<ItemDefinition['materials'][number]['source'], string>> = {
  applicant: '申请人准备',
  government: '政府部门出具',
  intermediary: '中介机构出具',
};
export const depthNames: Readonly<Record<ItemDefinition['onlineDepth'], string>> = {
  none: '窗口办理',
  information: '网上查看指南',
  appointment: '网上预约',
  prereview: '网上预审',
  full: '全程网办',
};
const levelNames: Readonly<Record<ItemDefinition['level'], string>> = {
  1: '国家级',
  2: '省级',
  3: '市级',
  4: '县级',
  5: '镇级',
  6: '村级',
};
const deliveryNames: Readonly<Record<ItemDefinition['result']['delivery'][number], string>> = {
  electronic: '电子证照',
  window: '窗口领取',
  post: '邮寄',
  selfService: '自助机打印',
};
const areaNames: Readonly<Record<ItemDefinition['area'], string>> = {
  county: '全县通办',
  city: '全市通办',
  province: '全省通办',
  crossProvince: '跨省通办',
};

function orderOf(service: Service): Guide['order'] {
  const nameOfItem = (id: string) => service.items.find((item) => item.definition.id === id)?.definition.name ?? id;
  return applicableItems(service, {}).map(({ item: { definition }, after, note, condition }) => ({
    id: definition.id,
    name: definition.name,
    departmentName: unitName(service, definition.department),
    promised: limitText(definition.promised.term),
    afterNames: after.map(nameOfItem),
    note,
    condition,
  }));
}

function itemGuideOf(service: Service, { definition, version, itemCode }: ServiceItem): Guide['items'][number] {
  const { id, name, summary, department, visits, onlineDepth, phones, remedy, questions } = definition;
  const nameOfStep = (step: string) => definition.steps.find((one) => one.id === step)?.name ?? step;
  return {
    ...{ id, name, version, itemCode, summary, department, visits, onlineDepth, phones, remedy, questions },
    kindName: itemKinds[definition.kind],
    levelName: levelNames[definition.level],
    departmentName: unitName(service, department),
    jointUnitNames: definition.jointUnits.map((unit) => unitName(service, unit)),
    basis: definition.basis,
    caseKindName: definition.caseKind === 'immediate' ? '即办件' : '承诺件',
    statutory: limitOf(definition.statutory),
    promised: limitOf(definition.promised),
    conditions: definition.conditions.map((condition) => ({
      id: condition.id,
      text: condition.text,
      test: condition.test === undefined ? '' : conditionText(condition.test, service.elements),
      basis: condition.basis ?? null,
    })),
    steps: definition.steps.map((step) => ({
      id: step.id,
      name: step.name,
      kind: step.kind,
      departmentName: unitName(service, step.department),
      term: step.term,
      limit: limitText(step.term),
      afterNames: step.after.map(nameOfStep),
      excluded: step.excludedGround !== '',
    })),
    result: {
      kind: definition.result.kind,
      name: definition.result.name,
      licenceType: definition.result.licenceType,
      validity: definition.result.validity,
      deliveryNames: definition.result.delivery.map((way) => deliveryNames[way]),
    },
    fees: {
      charged: definition.fees.charged,
      standard: definition.fees.standard,
      basis: definition.fees.basis ?? null,
    },
    onlineDepthName: depthNames[onlineDepth],
    commitment: definition.commitment ?? null,
    extension: extensionOf(definition),
    areaName: areaNames[definition.area],
    window: definition.window,
  };
}

function extensionOf({ extension }: ItemDefinition): Guide['items'][number]['extension'] {
  return extension === undefined ? null : { ...extension, text: limitText(extension.term) };
}

function limitOf({ term, note }: { term: string; note: string }): z.output<typeof limit> {
  return { term, text: limitText(term), note };
}

function unitName(service: Service, unit: string): string {
  return service.unitNames[unit] ?? unit;
}

/** 《食品经营许可和备案管理办法》第十三条（国家市场监督管理总局令第78号） */
export function basisText(reference: BasisReference): string {
  return `${reference.title}${reference.article}${reference.documentNo === '' ? '' : `（${reference.documentNo}）`}`;
}
