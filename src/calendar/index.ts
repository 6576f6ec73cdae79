/**
 * Working days and legal clocks. Pure: the caller brings the calendar (from data) and the moment.
 *
 * Days are `YYYY-MM-DD`, moments are a day, a local `YYYY-MM-DDTHH:MM` or an instant. Errors are `AppError` with a code
 * of `calendarErrors`. Rules: Civil Code 201–203, Administrative Licensing Law 42, 45, 82; choices in
 * `docs/adr/0003-legal-clock.md`.
 */
export {
  addWorkingDays,
  buildCalendar,
  explainDay,
  isWorkingDay,
  workingDaysBetween,
  type Calendar,
  type CalendarNotice,
  type DayExplanation,
  type ExceptionalDay,
} from './calendar.ts';
export { dueOf, type ClockInput, type Due, type Session } from './clock.ts';
export { calendarCommand, type CommandResult } from './command.ts';
export { type Moment } from './days.ts';
export { calendarErrors } from './errors.ts';
export { explainTerm, type ExplainedDay } from './explain.ts';
export { readNotice, type NoticeReading, type NoticeWarning } from './notices/parse.ts';
export {
  countablePauses,
  emptyLedger,
  pauseAt,
  type ClockLedger,
  type IgnoredPause,
  type Pause,
  type PauseVerdict,
  type TermExtension,
} from './pauses.ts';
export { consumed, lightOf, lightTimes, type Consumption, type Light, type LightThreshold } from './progress.ts';
export { parseClockSettings, parseNotices, parsePauseGrounds, type PauseGroundRecord } from './schema.ts';
export { defaultSettings, statutoryGrounds, type ClockSettings, type PauseGround, type Season } from './settings.ts';
export { describeTerm, formatTerm, parseTerm, type Term, type TermUnit } from './terms.ts';
