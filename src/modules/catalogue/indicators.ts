import { z } from 'zod';
import { indicatorSource, type IndicatorEvidence, type IndicatorReading, type Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { limitText } from './rules/limits.ts';
import type { ItemDefinition } from './rules/definition.ts';
import { catalogueInForce } from './services.ts';

/** Figures over the catalogue in force today: what is promised, not what happened. */

const all = z.object({});

const fullyOnline = indicatorSource({
  name: 'catalogue.shareFullyOnline',
  zh: '全程网办事项占比',
  unit: '%',
  explanation: '现行政务服务事项中，可以全程网上办理的比例；按事项数计算。',
  params: all,
  compute: async (tx) => shareOf(await itemsOf(tx), (item) => item.onlineDepth === 'full'),
  behind: async (tx, _, __, page) =>
    evidence(tx, await itemsOf(tx), page, (item) => (item.onlineDepth === 'full' ? '全程网办' : '不能全程网办')),
});

const permitsSpecified = indicatorSource({
  name: 'catalogue.sharePermitsSpecified',
  zh: '许可事项实施规范编制比例',
  unit: '%',
  explanation: '列入清单的行政许可事项中，依据、条件、材料、环节和时限都已写明的比例。',
  params: all,
  compute: async (tx) => shareOf((await itemsOf(tx)).filter(isPermit), isSpecified),
  behind: async (tx, _, __, page) =>
    evidence(tx, (await itemsOf(tx)).filter(isPermit), page, (item) => (isSpecified(item) ? '已编制' : '不完整')),
});

const promisedTerm = indicatorSource({
  name: 'catalogue.longestPromise',
  zh: '承诺办理时限',
  unit: '工作日',
  explanation: '所列事项现行指南承诺的最长办理时限（工作日）；即时办结为0。',
  params: z.object({ items: z.array(z.string()).min(1) }),
  async compute(tx, params) {
    const days = (await itemsOf(tx))
      .filter((item) => params.items.includes(item.id))
      .flatMap((item) => workingDays(item) ?? []);
    return reading(days.length === 0 ? null : Math.max(...days), null, days.length);
  },
  behind: async (tx, params, _, page) =>
    evidence(
      tx,
      (await itemsOf(tx)).filter((item) => params.items.includes(item.id)),
      page,
      (item) => limitText(item.promised.term),
    ),
});

const visits = indicatorSource({
  name: 'catalogue.mostVisits',
  zh: '到现场次数',
  unit: '次',
  explanation: '所列事项现行指南写明的到现场次数，取最多的。',
  params: z.object({ items: z.array(z.string()).min(1) }),
  async compute(tx, params) {
    const counts = (await itemsOf(tx)).filter((item) => params.items.includes(item.id)).map((item) => item.visits);
    return reading(counts.length === 0 ? null : Math.max(...counts), null, counts.length);
  },
  behind: async (tx, params, _, page) =>
    evidence(
      tx,
      (await itemsOf(tx)).filter((item) => params.items.includes(item.id)),
      page,
      (item) => `${item.visits}次`,
    ),
});

const charges = indicatorSource({
  name: 'catalogue.chargedItems',
  zh: '收费的事项数',
  unit: '项',
  explanation: '一件事所含事项中，现行指南写明向申请人收费的项数。',
  params: z.object({ bundle: z.string() }),
  async compute(tx, params) {
    const items = await bundleItems(tx, params.bundle);
    return reading(items.length === 0 ? null : items.filter((item) => item.fees.charged).length, null, items.length);
  },
  behind: async (tx, params, _, page) =>
    evidence(tx, await bundleItems(tx, params.bundle), page, (item) => (item.fees.charged ? '收费' : '不收费')),
});

const oneForm = indicatorSource({
  name: 'catalogue.itemsInOneForm',
  zh: '一张表能办的事项数',
  unit: '项',
  explanation: '一件事里用同一张表填报的事项数。',
  params: z.object({ bundle: z.string() }),
  async compute(tx, params) {
    const items = await bundleItems(tx, params.bundle);
    return reading(items.length === 0 ? null : items.length, null, items.length);
  },
  behind: async (tx, params, _, page) => evidence(tx, await bundleItems(tx, params.bundle), page, () => '同一张表'),
});

export const catalogueIndicators = [fullyOnline, permitsSpecified, promisedTerm, visits, charges, oneForm];

async function itemsOf(tx: Tx): Promise<ItemDefinition[]> {
  return [...(await catalogueInForce(tx)).items.values()].map(({ definition }) => definition);
}

async function bundleItems(tx: Tx, id: string): Promise<ItemDefinition[]> {
  const catalogue = await catalogueInForce(tx);
  const parts = catalogue.bundles.get(id)?.definition.items ?? [];
  return parts.flatMap((part) => catalogue.items.get(part.item)?.definition ?? []);
}

function isPermit(item: ItemDefinition): boolean {
  return item.kind === '01';
}

function isSpecified(item: ItemDefinition): boolean {
  return item.basis.length > 0 && item.conditions.length > 0 && item.materials.length > 0 && item.steps.length > 0;
}

/** Null where the promise is not in working days. */
function workingDays(item: ItemDefinition): number | null {
  if (item.caseKind === 'immediate') return 0;
  const days = /^(\d+(?:\.5)?)wd$/.exec(item.promised.term)?.[1];
  return days === undefined ? null : Number(days);
}

function shareOf(items: readonly ItemDefinition[], counts: (item: ItemDefinition) => boolean): IndicatorReading {
  const part = items.filter(counts).length;
  return reading(items.length === 0 ? null : (part / items.length) * 100, part, items.length);
}

function reading(value: number | null, numerator: number | null, denominator: number): IndicatorReading {
  return { value, numerator, denominator, excluded: [] };
}

function evidence(
  tx: Tx,
  items: readonly ItemDefinition[],
  page: { page: number; size: number },
  valueOf: (item: ItemDefinition) => string,
): IndicatorEvidence {
  const from = (page.page - 1) * page.size;
  return {
    rows: items.slice(from, from + page.size).map((item) => ({
      no: item.basicCode ?? '',
      title: item.name,
      link: `/workbench/catalogue/item/${item.id}`,
      on: localDateOf(tx.now),
      value: valueOf(item),
      counted: true,
      why: '',
    })),
    total: items.length,
  };
}
