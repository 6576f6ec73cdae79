import { fitBlend, probabilitiesOf, type Signals } from './blend.ts';
import { DispatchModel, withLexicon, type DispatchRow } from './dispatch-model.ts';
import { cleaned } from './grams.ts';
import { dutiesIn, type DutyLexicon } from './lexicon.ts';
import { marginFor } from './margin.ts';
import { shuffled } from './order.ts';
import { Vocabulary } from './vocabulary.ts';
import { Witnesses, witnessStart, type Case } from './witnesses.ts';

export interface TrainOptions {
  /** How often an automatic dispatch must be right; .95 unless told. */
  precision?: number;
  /** With fewer tickets nothing goes automatically; 200 unless told. */
  leastRows?: number;
  /** If suggestions will be asked with a lexicon, its weight is fitted too. */
  lexicon?: DutyLexicon;
  seed?: number;
}

/** Learns from all tickets at once: seconds for ten thousand. The order of the rows does not matter. */
export function trainDispatch(rows: readonly DispatchRow[], options: TrainOptions = {}): DispatchModel {
  const seed = options.seed ?? 7;
  const sorted = inOwnOrder(rows);
  const departments = [...new Set(sorted.map(({ department }) => department))].sort();
  const unitOf = new Map(departments.map((department, unit) => [department, unit]));
  const vocabulary = Vocabulary.of(sorted.map(({ text }) => text));
  const cases = sorted.map(({ id, text, department }): Case => ({
    id: id ?? '',
    vector: vocabulary.vectorOf(text),
    unit: unitOf.get(department) ?? 0,
  }));
  const precision = options.precision ?? 0.95;
  const parts = {
    departments,
    vocabulary,
    fittedRows: rows.length,
    learntRows: 0,
  };

  const heldOut = rehearse(sorted, cases, departments, vocabulary.size, seed, options.lexicon);
  const start = [...witnessStart, lexiconStart];
  const weights = fitBlend(
    heldOut.map(({ signals }) => signals),
    heldOut.map(({ unit }) => unit),
    start,
  );
  const chances = new Float64Array(departments.length);
  const outcomes = heldOut.map(({ signals, unit }) => {
    probabilitiesOf(signals, weights, chances);
    const probability = Math.max(...chances);
    // Of units equally likely only one would get the ticket.
    return { probability, right: unit >= 0 && chances.indexOf(probability) === unit };
  });
  const margin = marginFor(outcomes, precision, options.leastRows ?? 200);
  return new DispatchModel({
    ...parts,
    weights,
    calibration: { ...margin, precision },
    witnesses: Witnesses.of(cases, departments.length, vocabulary.size, { passes, seed }),
  });
}

const lexiconStart = 1.2;

/** By what the rows say, since their order in a file is an accident. */
function inOwnOrder(rows: readonly DispatchRow[]): DispatchRow[] {
  return [...rows].sort(
    (a, b) => compare(a.text, b.text) || compare(a.department, b.department) || compare(a.id ?? '', b.id ?? ''),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** More change nothing that can be measured. */
const passes = 6;

interface HeldOut {
  signals: Signals;
  /** -1: none of the others is of this unit. */
  unit: number;
}

/** What the witnesses would have said about each ticket without having seen it. Word-for-word repeats stay together. */
function rehearse(
  rows: readonly DispatchRow[],
  cases: readonly Case[],
  departments: readonly string[],
  features: number,
  seed: number,
  lexicon: DutyLexicon | undefined,
): HeldOut[] {
  if (rows.length < 8 || departments.length < 2) return [];
  const folds = rows.length > 20_000 ? 6 : rows.length > 4000 ? 4 : 5;
  const foldOf = new Int32Array(rows.length);
  let group = -1;
  let before: string | undefined;
  const groupOf = rows.map(({ text }) => {
    const clean = cleaned(text);
    if (clean !== before) group += 1;
    before = clean;
    return group;
  });
  const order = shuffled(group + 1, seed + 1000);
  groupOf.forEach((one, row) => {
    foldOf[row] = (order[one] ?? 0) % folds;
  });
  const heldOut: HeldOut[] = [];
  // With very many tickets one rehearsal tells enough.
  const rehearsals = rows.length > 20_000 ? 1 : folds;
  for (let fold = 0; fold < rehearsals; fold += 1) {
    const learnt = cases.filter((_, row) => foldOf[row] !== fold);
    const seen = new Set(learnt.map(({ unit }) => unit));
    const witnesses = Witnesses.of(learnt, departments.length, features, { passes: passes - 1, seed });
    cases.forEach(({ vector, unit }, row) => {
      if (foldOf[row] !== fold) return;
      const { signals } = witnesses.hear(vector, features);
      const matches = lexicon === undefined ? [] : dutiesIn(rows[row]?.text ?? '', lexicon);
      const known = matches.filter(({ department }) => departments.includes(department));
      heldOut.push({ signals: withLexicon(departments, signals, known).all, unit: seen.has(unit) ? unit : -1 });
    });
  }
  return heldOut;
}
