import { conditionText, truthOf } from './conditions.ts';
import type { BasisReference, ItemMaterial } from './definition.ts';
import { and, or } from './feel/evaluate.ts';
import type { Facts, Truth } from './feel/index.ts';
import { factsOf, formFor, type Answers } from './form.ts';
import { limitText, weigh } from './limits.ts';
import type { Service, ServiceItem } from './service.ts';

/** `complete`: the form has been handed in; a blank then means "none" and nothing stays open for want of an answer. */
export interface NeedOptions {
  complete?: boolean;
}

export interface ApplicableItem {
  item: ServiceItem;
  applies: Truth;
  /** Items of the same application that must be granted first; those that do not apply are left out. */
  after: string[];
  /** For people: why it waits, when it applies. */
  note: string;
  /** The condition in Chinese; empty = always part of it. */
  condition: string;
}

/** Which items of the bundle the answers call for. A single item always applies. */
export function applicableItems(service: Service, answers: Answers, options: NeedOptions = {}): ApplicableItem[] {
  return itemsBy(service, judge(service, answers, options));
}

export interface MaterialNeed {
  /** Stable whatever is answered: `<item>.<material>` of the first item of the service that asks for it. */
  key: string;
  name: string;
  state:
    | 'needed'
    /** 免提交 */
    | 'waived'
    /** 填完表后确定 */
    | 'undecided';
  /** One line in Chinese: 免提交：从不动产登记库核查; 填完表后确定：经营场所是“租赁”时要交. */
  explanation: string;
  form: ItemMaterial['form'];
  copies: number;
  source: ItemMaterial['source'];
  /** 容缺: the term within which it may follow; empty = must be there on filing. */
  owedWithin: string;
  waived: { licenceType: string; register: string; note: string } | null;
  template: string;
  notes: string[];
  basis: BasisReference[];
  /** The items that need it. */
  items: { id: string; name: string; material: string }[];
}

/**
 * The one list of materials for these answers: each name once, however many items ask for it. Where one item may get it
 * from a register or a stored licence, none asks for it (在线政务服务若干规定 第七条).
 */
export function materialsFor(service: Service, answers: Answers, options: NeedOptions = {}): MaterialNeed[] {
  const facts = judge(service, answers, options);
  const groups = new Map<
    string,
    { key: string; asks: { item: ServiceItem; material: ItemMaterial; asked: Truth }[] }
  >();
  for (const { item, applies } of itemsBy(service, facts)) {
    for (const material of item.definition.materials) {
      const name = sameName(material.name);
      const group = groups.get(name) ?? { key: `${item.definition.id}.${material.id}`, asks: [] };
      group.asks.push({ item, material, asked: and(applies, truthOf(material.when, facts)) });
      groups.set(name, group);
    }
  }
  return [...groups.values()].flatMap(({ key, asks }) => {
    const open = asks.filter((ask) => ask.asked !== 'no');
    const asked = open.reduce<Truth>((truth, ask) => or(truth, ask.asked), 'no');
    return asked === 'no' ? [] : [needOf(service, key, asked, open)];
  });
}

export interface ConditionState {
  item: { id: string; name: string };
  id: string;
  text: string;
  /** `unknown` also when no answer can decide it: then `decidable` is false and the department judges. */
  holds: Truth;
  decidable: boolean;
  /** What the answers are checked against, in Chinese; empty when not decidable. */
  test: string;
  basis: BasisReference | null;
}

/** Whether the conditions of the items that apply hold for these answers. */
export function conditionsFor(service: Service, answers: Answers, options: NeedOptions = {}): ConditionState[] {
  const facts = judge(service, answers, options);
  return itemsBy(service, facts)
    .filter(({ applies }) => applies !== 'no')
    .flatMap(({ item: { definition } }) =>
      definition.conditions.map((condition) => ({
        item: { id: definition.id, name: definition.name },
        id: condition.id,
        text: condition.text,
        holds: condition.test === undefined ? ('unknown' as const) : truthOf(condition.test, facts),
        decidable: condition.test !== undefined,
        test: condition.test === undefined ? '' : conditionText(condition.test, service.elements),
        basis: condition.basis ?? null,
      })),
    );
}

function judge(service: Service, answers: Answers, options: NeedOptions): Facts {
  return factsOf(formFor(service), answers, options);
}

function itemsBy(service: Service, facts: Facts): ApplicableItem[] {
  const judged = service.items.map((item) => {
    const part = service.bundle?.items.find((one) => one.item === item.definition.id);
    return { item, part, applies: truthOf(part?.when, facts) };
  });
  const out = new Set(judged.filter(({ applies }) => applies === 'no').map(({ item }) => item.definition.id));
  const partOf = (id: string) => service.bundle?.items.find((one) => one.item === id);
  // What waited for an item that does not apply waits for whatever that item would have waited for.
  const standing = (id: string): string[] => (out.has(id) ? (partOf(id)?.after ?? []).flatMap(standing) : [id]);
  return judged.map(({ item, part, applies }) => ({
    item,
    applies,
    after: [...new Set((part?.after ?? []).flatMap(standing))],
    note: part?.note ?? '',
    condition: part?.when === undefined ? '' : conditionText(part.when, service.elements),
  }));
}

type Ask = { item: ServiceItem; material: ItemMaterial; asked: Truth };

function needOf(service: Service, key: string, asked: Truth, asks: readonly Ask[]): MaterialNeed {
  const certain = asks.filter((ask) => ask.asked === asked);
  const materials = certain.map((ask) => ask.material);
  const [first] = materials;
  if (first === undefined) throw new Error(`nobody asks for ${key}`);
  const waiver = materials.find((material) => material.waived !== undefined)?.waived ?? null;
  const state = asked === 'unknown' ? 'undecided' : waiver === null ? 'needed' : 'waived';
  return {
    key,
    name: first.name,
    state,
    explanation: explanationOf(service, state, waiver, materials),
    form: strictest(materials),
    copies: Math.max(...materials.map((material) => material.copies)),
    source: first.source,
    owedWithin: owedBy(materials),
    waived: waiver,
    template: materials.find((material) => material.template !== '')?.template ?? '',
    notes: [...new Set(materials.map((material) => material.notes).filter((note) => note !== ''))],
    basis: materials.flatMap((material) => material.basis ?? []),
    items: asks.map(({ item, material }) => ({
      id: item.definition.id,
      name: item.definition.name,
      material: material.id,
    })),
  };
}

function explanationOf(
  service: Service,
  state: MaterialNeed['state'],
  waiver: MaterialNeed['waived'],
  materials: readonly ItemMaterial[],
): string {
  if (state === 'undecided') {
    const when = materials.flatMap((material) =>
      material.when === undefined ? [] : [conditionText(material.when, service.elements)],
    );
    return when.length === 0 ? '填完表后确定' : `填完表后确定：${[...new Set(when)].join('；或者')}时要用`;
  }
  if (state === 'waived') {
    const from = waiver?.register === '' ? '系统调取电子证照' : `系统从${waiver?.register ?? ''}核查`;
    return `免提交：${from}${waiver?.note ? `（${waiver.note}）` : ''}`;
  }
  const owed = owedBy(materials);
  return owed === '' ? '申请时提交' : `可以先受理后补，受理后${limitText(owed)}内补齐`;
}

/** All who ask must allow that it follows later; the shortest term counts. */
function owedBy(materials: readonly ItemMaterial[]): string {
  if (materials.some((material) => material.owedWithin === undefined)) return '';
  const terms = materials.flatMap((material) => material.owedWithin ?? []);
  return terms.sort((a, b) => weigh(a) - weigh(b))[0] ?? '';
}

const strictness: readonly ItemMaterial['form'][] = ['electronic', 'copy', 'originalShown', 'original'];

function strictest(materials: readonly ItemMaterial[]): ItemMaterial['form'] {
  const rank = Math.max(...materials.map((material) => strictness.indexOf(material.form)));
  return strictness[rank] ?? 'original';
}

/** Full-width brackets and spaces do not make another material. */
function sameName(name: string): string {
  return name.replace(/\s/g, '').replaceAll('(', '（').replaceAll(')', '）');
}
