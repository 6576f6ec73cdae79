import {
  buildIndex,
  search,
  suggest,
  type SearchDocument,
  type SearchHit,
  type SearchIndex,
  type Suggestion,
} from '../../kernel/search/index.ts';
import type { Services, Tx } from '../../kernel/module.ts';
import { unitDirectory } from '../org/index.ts';
import type { ItemDefinition } from './rules/definition.ts';
import { catalogueInForce, type Catalogue } from './services.ts';
import { nationalNames } from './store/national.ts';
import { countMiss, loadSynonyms } from './store/thesaurus.ts';

export interface SearchOptions {
  audience?: 'person' | 'firm';
  theme?: string;
  kinds?: readonly FoundKind[];
  limit?: number;
  offset?: number;
  /** A query without a hit is kept for the editors. */
  recordMiss?: boolean;
}

export type FoundKind = 'item' | 'bundle' | 'national';

export interface Found {
  kind: FoundKind;
  id: string;
  name: string;
  /** For items and bundles; of a national item the department as its list writes it. */
  summary: string;
  matched: SearchHit['matched'];
}

export interface SearchAnswer {
  total: number;
  found: Found[];
  /** `empty`, or nothing but the words people wrap around a question. */
  nothingAsked: 'empty' | 'question-words' | null;
}

/** Items, bundles and imported lists for what people type: Chinese, pinyin, initials, mixed. */
export async function searchServices(tx: Tx, query: string, options: SearchOptions = {}): Promise<SearchAnswer> {
  const { catalogue, index, departments } = await indexFor(tx);
  const result = search(index, query, {
    limit: options.limit ?? 20,
    offset: options.offset ?? 0,
    types: options.kinds ?? ['item', 'bundle', 'national'],
    filter: filterFor(catalogue, options),
  });
  if (options.recordMiss === true && result.total === 0 && result.nothingAsked === undefined)
    await recordMiss(tx, query);
  return {
    total: result.total,
    nothingAsked: result.nothingAsked ?? null,
    found: result.hits.map((hit) => ({
      kind: hit.type as FoundKind,
      id: plainId(hit.id),
      name: hit.title,
      summary: catalogue.rows.get(hit.id)?.definition.summary ?? departments.get(hit.id) ?? '',
      matched: hit.matched,
    })),
  };
}

export async function suggestServices(
  tx: Tx,
  prefix: string,
  options: Pick<SearchOptions, 'audience' | 'limit'> = {},
): Promise<Suggestion[]> {
  const { catalogue, index } = await indexFor(tx);
  return suggest(index, prefix, {
    limit: options.limit ?? 8,
    types: ['item', 'bundle'],
    filter: filterFor(catalogue, options),
  });
}

interface Indexed {
  key: string;
  catalogue: Catalogue;
  index: SearchIndex;
  /** Department of each national item, as its list writes it. */
  departments: ReadonlyMap<string, string>;
}

const indexes = new WeakMap<Services, Indexed>();

async function indexFor(tx: Tx): Promise<Indexed> {
  const catalogue = await catalogueInForce(tx);
  const key = `${catalogue.revisions.services} ${catalogue.revisions.search} ${catalogue.day}`;
  const known = indexes.get(tx.services);
  if (known?.key === key) return known;
  const [synonyms, national, directory] = [await loadSynonyms(tx), await nationalNames(tx), await unitDirectory(tx)];
  const nationalId = (row: { listRegion: string; key: string }) => `${nationalPrefix}${row.listRegion}:${row.key}`;
  const documents = [
    ...documentsOf(catalogue, directory.nameOf),
    ...national.map((row): SearchDocument => ({
      id: nationalId(row),
      type: 'national',
      fields: { title: row.name, aliases: [], keywords: row.groupName, body: row.department },
    })),
  ];
  const index = buildIndex(documents, {
    synonyms: synonyms.map((group) =>
      group.kind === 'equal'
        ? { kind: 'equal', words: group.words }
        : { kind: 'oneWay', from: group.words, to: group.leadsTo },
    ),
    typePriors: { bundle: 1.1, item: 1, national: 0.5 },
  });
  const indexed = {
    key,
    catalogue,
    index,
    departments: new Map(national.map((row) => [nationalId(row), row.department])),
  };
  indexes.set(tx.services, indexed);
  return indexed;
}

const nationalPrefix = 'national:';

function plainId(id: string): string {
  return id.startsWith(nationalPrefix) ? id.slice(nationalPrefix.length) : id;
}

function documentsOf(catalogue: Catalogue, nameOf: (unit: string) => string): SearchDocument[] {
  const items = [...catalogue.items.values()].map(({ definition }): SearchDocument => ({
    id: definition.id,
    type: 'item',
    fields: {
      title: definition.name,
      aliases: definition.aliases,
      keywords: [...definition.keywords, ...definition.themes],
      body: bodyOf(definition, nameOf),
    },
  }));
  const bundles = [...catalogue.bundles.values()].map(({ definition }): SearchDocument => ({
    id: definition.id,
    type: 'bundle',
    fields: {
      title: definition.name,
      aliases: definition.aliases,
      keywords: [...definition.keywords, ...definition.themes, definition.lifeEvent],
      body: [
        definition.summary,
        ...definition.items.map((part) => catalogue.items.get(part.item)?.definition.name ?? ''),
        ...definition.questions.map((one) => one.q),
      ].join('。'),
    },
  }));
  return [...items, ...bundles];
}

function bodyOf(item: ItemDefinition, nameOf: (unit: string) => string): string {
  return [
    item.summary,
    item.result.name,
    nameOf(item.department),
    ...item.conditions.map((condition) => condition.text),
    ...item.materials.map((material) => material.name),
    ...item.questions.map((one) => one.q),
  ].join('。');
}

function filterFor(catalogue: Catalogue, options: Pick<SearchOptions, 'audience' | 'theme'>): (id: string) => boolean {
  return (id) => {
    const definition = catalogue.rows.get(id)?.definition;
    // Imported lists say neither for whom nor under which theme.
    if (definition === undefined) return options.theme === undefined;
    return (
      (options.audience === undefined || definition.audience.includes(options.audience)) &&
      (options.theme === undefined || definition.themes.includes(options.theme))
    );
  };
}

/** Long digits are somebody's number and one sign is no question: neither is kept. */
async function recordMiss(tx: Tx, query: string): Promise<void> {
  const text = query.replace(/\s+/g, ' ').trim().toLowerCase();
  if ([...text].length < 2 || [...text].length > 40 || /\d{6}/.test(text) || !/[\p{L}\p{N}]/u.test(text)) return;
  await countMiss(tx, text);
}
