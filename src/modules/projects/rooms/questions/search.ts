import type { Services, Tx } from '../../../../kernel/module.ts';
import { buildIndex, search, type SearchIndex } from '../../../../kernel/search/index.ts';
import { loadPublished, publicationMark, type PublicRow } from './store.ts';

/** Published answers for what people type; all of them, newest first, when nothing is typed. */
export async function searchPublished(
  tx: Tx,
  asked: { text: string; unit: string; item: string; page: number; size: number },
): Promise<{ rows: PublicRow[]; total: number }> {
  const { rows, index } = await indexed(tx);
  const fits = (row: PublicRow) =>
    (asked.unit === '' || row.unitId === asked.unit) && (asked.item === '' || row.itemId === asked.item);
  const offset = (asked.page - 1) * asked.size;
  if (asked.text === '') {
    const wanted = [...rows.values()].filter(fits);
    return { rows: wanted.slice(offset, offset + asked.size), total: wanted.length };
  }
  const result = search(index, asked.text, {
    limit: asked.size,
    offset,
    filter: (id) => {
      const row = rows.get(id);
      return row !== undefined && fits(row);
    },
  });
  return { rows: result.hits.flatMap((hit) => rows.get(hit.id) ?? []), total: result.total };
}

interface Indexed {
  mark: string;
  rows: ReadonlyMap<string, PublicRow>;
  index: SearchIndex;
}

/** Kept in memory; a county publishes some thousands in years, older ones leave the search. */
const kept = 5_000;
const known = new WeakMap<Services, Indexed>();

async function indexed(tx: Tx): Promise<Indexed> {
  const mark = await publicationMark(tx);
  const cached = known.get(tx.services);
  if (cached?.mark === mark) return cached;
  const rows = await loadPublished(tx, kept);
  const index = buildIndex(
    rows.map((row) => ({
      id: row.id,
      type: 'answer',
      fields: {
        title: row.published.subject,
        aliases: [],
        keywords: row.itemName,
        body: `${row.published.question}。${row.published.answer}`,
      },
    })),
    { synonyms: [] },
  );
  const fresh = { mark, rows: new Map(rows.map((row) => [row.id, row])), index };
  known.set(tx.services, fresh);
  return fresh;
}
