import { matchPinyin, mayBePinyin } from './pinyin.ts';
import type { SearchIndex } from './postings.ts';
import { search } from './search.ts';
import { compact, normalise } from './text.ts';

export interface Suggestion {
  id: string;
  type: string;
  /** The title or alias to show. */
  text: string;
  via: 'text' | 'pinyin' | 'search';
}

/**
 * Names to offer while someone types: those that begin with the letters, then those that contain them, then those that
 * sound like them; if that leaves room, what a search would find (so 小饭馆 offers the food licence).
 */
export function suggest(
  index: SearchIndex,
  prefix: string,
  request: { limit?: number; types?: readonly string[]; filter?: (id: string) => boolean } = {},
): Suggestion[] {
  const wanted = compact(normalise(prefix.slice(0, 60)));
  const limit = request.limit ?? 8;
  if (wanted === '' || limit <= 0) return [];

  const found = new Map<number, Candidate>();
  const offer = (document: number, candidate: Candidate): void => {
    const known = found.get(document);
    if (known === undefined || candidate.rank > known.rank) found.set(document, candidate);
  };
  index.compactNames.forEach((names, document) => {
    names.forEach((name, ordinal) => {
      const at = name.indexOf(wanted);
      if (at < 0) return;
      const share = wanted.length / name.length;
      const own = ordinal === 0 ? 0.1 : 0;
      offer(document, { ordinal, via: 'text', rank: (at === 0 ? 3 : 2) + own + 0.5 * share });
    });
  });
  if (mayBePinyin(wanted)) {
    matchPinyin(index.pinyin, wanted, ({ document, ordinal, strength }) => {
      offer(document, { ordinal, via: 'pinyin', rank: 1 + strength });
    });
  }

  const types = request.types === undefined ? undefined : new Set(request.types);
  const allowed = [...found].filter(
    ([document]) =>
      (types === undefined || types.has(index.types[document] ?? '')) &&
      (request.filter === undefined || request.filter(index.ids[document] ?? '')),
  );
  const weigh = ([document, { rank }]: [number, Candidate]): number => rank * (index.priors[document] ?? 1);
  allowed.sort((a, b) => weigh(b) - weigh(a) || ((index.ids[a[0]] ?? '') < (index.ids[b[0]] ?? '') ? -1 : 1));
  const suggestions = allowed.slice(0, limit).map(([document, { ordinal, via }]): Suggestion => ({
    id: index.ids[document] ?? '',
    type: index.types[document] ?? '',
    text: index.names[document]?.[ordinal] ?? '',
    via,
  }));
  if (suggestions.length === limit) return suggestions;

  const shown = new Set(suggestions.map(({ id }) => id));
  for (const hit of search(index, prefix, { ...request, limit }).hits) {
    if (suggestions.length === limit) break;
    if (!shown.has(hit.id)) suggestions.push({ id: hit.id, type: hit.type, text: hit.title, via: 'search' });
  }
  return suggestions;
}

interface Candidate {
  ordinal: number;
  via: 'text' | 'pinyin';
  rank: number;
}
