import { madeTickets } from '../src/modules/hotline/engine/fixtures/tickets.ts';
import { knowledgeIndex, similarTexts, trainDispatch } from '../src/modules/hotline/engine/index.ts';
import { median } from './report.ts';

export interface HotlineTimes {
  /** Milliseconds for one text, by number of tickets learnt or indexed. */
  suggest: Record<'small' | 'large', number>;
  learn: Record<'small' | 'large', number>;
  knowledge: Record<'small' | 'large', number>;
  similar: Record<'small' | 'large', number>;
  training: { rows: number; seconds: number }[];
}

/**
 * The engines at a thousand tickets and at a hundred thousand. The large dispatch model is fitted on ten thousand and
 * learns the rest one by one, as in a county that fits at night what it learns by day.
 */
export function hotlineTimes(small: number, large: number): HotlineTimes {
  const tickets = madeTickets(large, 11);
  const texts = madeTickets(60, 12).map(({ text }) => text);
  const few = tickets.slice(0, small);
  const fitted = tickets.slice(0, Math.min(large, 10_000));

  const seconds: { rows: number; seconds: number }[] = [];
  const trained = [few, fitted].map((rows) => {
    const from = performance.now();
    const model = trainDispatch(rows);
    seconds.push({ rows: rows.length, seconds: (performance.now() - from) / 1000 });
    return model;
  });
  const [smallModel, largeModel] = trained;
  if (smallModel === undefined || largeModel === undefined) throw new Error('nothing was trained');
  for (const ticket of tickets.slice(fitted.length)) largeModel.learn(ticket);

  const entries = [few, tickets].map((rows) => [knowledgeIndex(rows), similarTexts(rows)] as const);
  const of = (pick: (size: 0 | 1, text: string) => unknown): Record<'small' | 'large', number> => ({
    small: timeOf(texts, (text) => pick(0, text)),
    large: timeOf(texts, (text) => pick(1, text)),
  });
  const models = [smallModel, largeModel] as const;
  return {
    suggest: of((size, text) => models[size].suggest(text)),
    learn: of((size, text) => {
      models[size].learn({ text, department: '公安局' });
    }),
    knowledge: of((size, text) => entries[size]?.[0].search(text)),
    similar: of((size, text) => entries[size]?.[1].near(text)),
    training: seconds,
  };
}

function timeOf(texts: readonly string[], act: (text: string) => unknown): number {
  for (const text of texts.slice(0, 10)) act(text);
  return median(
    texts.map((text) => {
      const from = performance.now();
      act(text);
      return performance.now() - from;
    }),
  );
}
