import type { Duties } from './definition.ts';

/** 派单目录: what a text is about, where it is, and whose duty that is. */

export interface TopicFound {
  topic: string;
  unit: string;
  words: string[];
}

/** The duties whose words are in a text, the longest words first; towns only where a place or a village is meant. */
export function topicsIn(text: string, duties: Duties): TopicFound[] {
  const plain = text.replace(/\s/g, '');
  const found = duties.units.flatMap(({ unit, duties: own }) =>
    own.map(({ topic, words, weight }) => {
      const met = words.filter((word) => plain.includes(word));
      return { topic, unit, words: met, score: weight * met.reduce((sum, word) => sum + word.length, 0) };
    }),
  );
  return found
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || Number(isTown(a.unit, duties)) - Number(isTown(b.unit, duties)))
    .map(({ topic, unit, words }) => ({ topic, unit, words: words.sort((a, b) => b.length - a.length) }));
}

export const noTopic = '其他';

export function topicOf(text: string, duties: Duties): string {
  return topicsIn(text, duties)[0]?.topic ?? noTopic;
}

/** The town that a place names; empty when none does. */
export function townIn(place: string, duties: Duties): string {
  return duties.towns.find(({ places }) => places.some((one) => place.includes(one)))?.unit ?? '';
}

export function isTown(unit: string, duties: Duties): boolean {
  return duties.towns.some((town) => town.unit === unit);
}

/** What goes to a town is copied to the county unit whose duty it is. */
export function countyUnitFor(text: string, duties: Duties, otherwise: string): string {
  return topicsIn(text, duties).find(({ unit }) => !isTown(unit, duties))?.unit ?? otherwise;
}

export function topicNames(duties: Duties): string[] {
  return [...new Set(duties.units.flatMap(({ duties: own }) => own.map(({ topic }) => topic))), noTopic];
}
