import { probabilitiesOf, type Signals } from './blend.ts';
import { dutiesIn, type DutyLexicon, type DutyMatch } from './lexicon.ts';
import type { Margin } from './margin.ts';
import { packDispatch, unpackDispatch } from './packing.ts';
import { tellingWords } from './reasons.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Witnesses } from './witnesses.ts';

export interface DispatchRow {
  id?: string;
  text: string;
  /** Id or name of the unit: only compared. */
  department: string;
}

export interface SuggestRequest {
  lexicon?: DutyLexicon;
  /** How many units to suggest; 3 unless told. */
  top?: number;
  /** Units that are out of the question: they returned this ticket, or are the subject of the complaint. */
  exclude?: readonly string[];
  /** How many similar tickets to name for each unit; 3 unless told. */
  similar?: number;
}

export interface SuggestedUnit {
  department: string;
  probability: number;
  reasons: {
    /** What in the text speaks for the unit, the weightiest first. */
    words: string[];
    /** Duties of the unit that the text names. */
    duties: string[];
    /** Past tickets of the unit; their text is for the caller to fetch, as far as it may be read. */
    similar: { id: string; similarity: number }[];
  };
}

export interface DispatchSuggestion {
  suggestions: SuggestedUnit[];
  /** True: sure enough to go without a person. */
  automatic: boolean;
  /** The probability of the first unit: what is compared with the model's `automaticMargin`. */
  margin: number;
}

export interface ModelParts {
  departments: string[];
  vocabulary: Vocabulary;
  witnesses: Witnesses;
  weights: number[];
  calibration: Margin & { precision: number };
  fittedRows: number;
  learntRows: number;
}

/** Which unit a ticket belongs to, learnt from tickets that found theirs. Knows no texts, only hashed n-grams and ids. */
export class DispatchModel {
  private readonly parts: ModelParts;

  constructor(parts: ModelParts) {
    this.parts = parts;
  }

  get departments(): readonly string[] {
    return this.parts.departments;
  }

  get rows(): number {
    return this.parts.fittedRows + this.parts.learntRows;
  }

  /** From this probability on a ticket goes without a person; null: never. */
  get automaticMargin(): number | null {
    return this.parts.calibration.least;
  }

  get calibration(): Readonly<Margin & { precision: number }> {
    return this.parts.calibration;
  }

  /**
   * Learning one ticket leaves the idf, the weights of the opinions and the margin as the last training found them. When a
   * fifth has been learnt since (fifty at least), `trainDispatch` with all tickets is due: seconds, by night.
   */
  get refitDue(): boolean {
    return this.parts.learntRows >= Math.max(50, this.parts.fittedRows * 0.2);
  }

  suggest(text: string, request: SuggestRequest = {}): DispatchSuggestion {
    const { vocabulary, witnesses, weights } = this.parts;
    const vector = vocabulary.vectorOf(text);
    const { signals, nearest } = witnesses.hear(vector, vocabulary.size);
    const matches = request.lexicon === undefined ? [] : dutiesIn(text, request.lexicon);
    const { departments, all } = withLexicon(this.parts.departments, signals, matches);
    const chances = new Float64Array(departments.length);
    const nothing = vector.features.length === 0 && matches.length === 0;
    if (departments.length > 0) probabilitiesOf(nothing ? all.slice(-2, -1) : all, nothing ? [1] : weights, chances);

    const excluded = new Set(request.exclude ?? []);
    const order = departments
      .map((department, unit) => ({ department, unit, probability: chances[unit] ?? 0 }))
      .filter(({ department }) => !excluded.has(department))
      .sort((a, b) => b.probability - a.probability || (a.department < b.department ? -1 : 1))
      .slice(0, request.top ?? 3);
    const suggestions = order.map(({ department, unit, probability }): SuggestedUnit => ({
      department,
      probability: Math.floor(probability * 1e6) / 1e6,
      reasons: {
        words:
          unit < this.parts.departments.length ? tellingWords(text, unit, vector, vocabulary, witnesses.linear) : [],
        duties: matches.find((match) => match.department === department)?.words.slice(0, 5) ?? [],
        similar: nearest
          .filter((one) => one.unit === unit && one.similarity >= 0.05)
          .slice(0, request.similar ?? 3)
          .map(({ id, similarity }) => ({ id, similarity: Math.round(Math.min(1, similarity) * 1000) / 1000 })),
      },
    }));
    const margin = order[0]?.probability ?? 0;
    const { least } = this.parts.calibration;
    return { suggestions, margin, automatic: least !== null && !nothing && excluded.size === 0 && margin >= least };
  }

  /** A confirmed dispatch: takes effect at once, in milliseconds. */
  learn({ id, text, department }: DispatchRow): void {
    const { vocabulary, witnesses } = this.parts;
    const unit = this.unitOf(department);
    const vector = vocabulary.vectorOf(text, true);
    witnesses.learn({ id: id ?? '', vector, unit }, vocabulary.size);
    this.parts.learntRows += 1;
  }

  /** A returned dispatch: this unit is not the one. It says nothing about the others. */
  unlearn({ id, text, department }: DispatchRow): void {
    const unit = this.parts.departments.indexOf(department);
    if (unit < 0) return;
    const { vocabulary, witnesses } = this.parts;
    const vector = vocabulary.vectorOf(text, true);
    witnesses.unlearn({ id: id ?? '', vector, unit }, vocabulary.size);
    this.parts.learntRows += 1;
  }

  /** Everything it has learnt, for storing; `loadDispatch` brings it back. */
  toBuffer(): Uint8Array {
    return packDispatch(this.parts);
  }

  private unitOf(department: string): number {
    const known = this.parts.departments.indexOf(department);
    if (known >= 0) return known;
    this.parts.departments.push(department);
    this.parts.witnesses.widen();
    return this.parts.departments.length - 1;
  }
}

/** A stored model; throws `EngineFormatError` for bytes of another version, and then training anew is the way. */
export function loadDispatch(bytes: Uint8Array): DispatchModel {
  return new DispatchModel(unpackDispatch(bytes));
}

/** The lexicon is the last witness; it may know units that never had a ticket. */
export function withLexicon(
  known: readonly string[],
  signals: Signals,
  matches: readonly DutyMatch[],
): { departments: readonly string[]; all: Signals } {
  const strangers = matches.filter(({ department }) => !known.includes(department));
  const departments = [...known, ...strangers.map(({ department }) => department)];
  const duties = new Float64Array(departments.length);
  for (const { department, worth } of matches) duties[departments.indexOf(department)] = Math.log(1 + worth);
  if (strangers.length === 0) return { departments, all: [...signals, duties] };
  const wider = signals.map((signal) => {
    // A unit without tickets is as unlikely as the least likely one.
    const longer = new Float64Array(departments.length).fill(signal.length === 0 ? 0 : Math.min(...signal));
    longer.set(signal);
    return longer;
  });
  return { departments, all: [...wider, duties] };
}
