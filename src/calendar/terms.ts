import { AppError } from '../kernel/errors.ts';

/** wd working days (工作日, half days allowed), h hours around the clock, nd natural days (自然日), mo months. */
export type TermUnit = 'wd' | 'h' | 'nd' | 'mo';

export interface Term {
  /** In the unit; a multiple of 0.5 for `wd`, of 0.01 for `h`, whole for `nd` and `mo`. Never negative. */
  amount: number;
  unit: TermUnit;
}

const pattern = /^(\d{1,7})(?:\.(\d{1,2}))?(wd|h|nd|mo)$/;
const unitNames: Readonly<Record<TermUnit, string>> = { wd: '工作日', h: '小时', nd: '自然日', mo: '月' };

/** Reads `20wd`, `1.5wd`, `2h`, `20nd`, `1mo`, `0wd`. Throws `BAD_TERM`. */
export function parseTerm(text: string): Term {
  const match = pattern.exec(text.trim());
  const unit = match?.[3];
  if (match === null || !isUnit(unit)) throw new AppError('BAD_TERM', { value: text });
  return checkTerm({ amount: Number(`${match[1]}.${match[2] ?? '0'}`), unit }, text);
}

/** The written form that `parseTerm` reads back. */
export function formatTerm(term: Term): string {
  return `${term.amount}${term.unit}`;
}

/** `20个工作日`, `1.5个工作日`, `2小时`, `20个自然日`, `1个月`, `当日`. */
export function describeTerm(term: Term): string {
  const { amount, unit } = term;
  if (amount === 0) return unit === 'h' ? '即时' : '当日';
  if (unit === 'h') return `${amount}小时`;
  return unit === 'mo' ? `${amount}个月` : `${amount}个${unitNames[unit]}`;
}

/** `工作日`, `小时`, `自然日`, `月`. */
export function unitName(unit: TermUnit): string {
  return unitNames[unit];
}

/** Throws `BAD_TERM` unless the amount is one its unit can hold. Terms may come from data and not from `parseTerm`. */
export function checkTerm(term: Term, text: string = formatTerm(term)): Term {
  const step = term.unit === 'wd' ? 2 : term.unit === 'h' ? 100 : 1;
  const scaled = term.amount * step;
  if (!(term.amount >= 0 && term.amount < 1e7) || Math.abs(scaled - Math.round(scaled)) > 1e-9)
    throw new AppError('BAD_TERM', { value: text });
  return term;
}

function isUnit(text: string | undefined): text is TermUnit {
  return text === 'wd' || text === 'h' || text === 'nd' || text === 'mo';
}
