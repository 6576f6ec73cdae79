import { compact, normalise } from './text.ts';

/**
 * What staff keep: words that mean the same (执照 = 营业执照), and one-way expansions from what people say to what the law
 * says (小饭馆 → 食品经营许可). One way matters: whoever looks for 食品经营许可 need not be shown everything about 小饭馆.
 */
export type SynonymGroup =
  { kind: 'equal'; words: readonly string[] } | { kind: 'oneWay'; from: readonly string[]; to: readonly string[] };

export interface Thesaurus {
  /** The longest known word that starts at `at`, with what it may be replaced by. */
  wordAt(text: string, at: number): { word: string; alternatives: readonly string[] } | undefined;
}

export function buildThesaurus(groups: readonly SynonymGroup[]): Thesaurus {
  const alternatives = new Map<string, Set<string>>();
  for (const group of groups) {
    const from = clean(group.kind === 'equal' ? group.words : group.from);
    const to = group.kind === 'equal' ? from : clean(group.to);
    for (const word of from) {
      const known = alternatives.get(word) ?? new Set<string>();
      for (const other of to) if (other !== word) known.add(other);
      alternatives.set(word, known);
    }
  }
  const byFirst = new Map<string, string[]>();
  for (const word of alternatives.keys()) {
    const first = word.charAt(0);
    byFirst.set(first, [...(byFirst.get(first) ?? []), word]);
  }
  for (const words of byFirst.values()) words.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));

  return {
    wordAt(text, at) {
      for (const word of byFirst.get(text.charAt(at)) ?? []) {
        if (text.startsWith(word, at) && !cutsLatinWord(text, at, word)) {
          return { word, alternatives: [...(alternatives.get(word) ?? [])] };
        }
      }
      return undefined;
    },
  };
}

/** `pos` must not be found inside `deposit`. */
function cutsLatinWord(text: string, at: number, word: string): boolean {
  const end = at + word.length;
  return (
    (isLatin(text.charAt(at)) && isLatin(text.charAt(at - 1))) ||
    (isLatin(text.charAt(end - 1)) && isLatin(text.charAt(end)))
  );
}

function isLatin(char: string): boolean {
  return /^[a-z0-9]$/.test(char);
}

function clean(words: readonly string[]): string[] {
  return words.map((word) => compact(normalise(word))).filter((word) => word !== '');
}
