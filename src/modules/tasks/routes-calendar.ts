import { describeTerm, dueOf, explainDay, explainTerm, parseTerm } from '../../calendar/index.ts';
import { may, type Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { route, type Route } from '../../kernel/module.ts';
import { msBetween } from '../../kernel/time.ts';
import {
  calendarDue,
  confirmCalendarNotice,
  explainCalendarDay,
  listCalendarNotices,
  previewCalendarNotice,
  proposeCalendarNotice,
  rejectCalendarNotice,
} from './contract-calendar.ts';
import { confirmNotice, listNotices, previewNotice, proposeNotice, rejectNotice, type NoticeRow } from './notices.ts';
import { rulebookOf } from './rulebook.ts';

/** A public page explains day by day; nobody needs that for decades. */
const explainedYears = 5;

export const calendarRoutes: readonly Route[] = [
  route(explainCalendarDay, async ({ tx, input }) => {
    const { calendar } = await rulebookOf(tx);
    const { working, reason, notice, provisional } = explainDay(calendar, input.day);
    return {
      day: input.day,
      working,
      reason,
      documentNo: notice?.documentNo ?? null,
      url: notice?.url ?? null,
      provisional,
    };
  }),

  route(calendarDue, async ({ tx, input }) => {
    const { calendar, clock } = await rulebookOf(tx);
    const term = parseTerm(input.term);
    const question = { start: input.start, term, calendar, settings: clock };
    const due = dueOf(question);
    const length = msBetween(`${input.start.slice(0, 10)}T00:00:00.000Z`, `${due.dueOn}T00:00:00.000Z`);
    if (length > explainedYears * 366 * 24 * 3_600_000) throw new AppError('TERM_TOO_LONG', { years: explainedYears });
    return { ...due, words: describeTerm(term), days: [...explainTerm(question)] };
  }),

  route(listCalendarNotices, async ({ tx, actor }) => {
    const { calendar } = await rulebookOf(tx);
    const notices = await listNotices(tx);
    return { notices: notices.map((row) => shown(row, actor)), years: [...calendar.years], version: calendar.version };
  }),

  route(previewCalendarNotice, async ({ tx, input }) => {
    const { notice, warnings, wouldMove, isLowerBound, moves } = await previewNotice(tx, input.text);
    return {
      notice: notice === null ? null : { ...notice, days: [...notice.days] },
      warnings: [...warnings],
      wouldMove,
      isLowerBound,
      moves: [...moves],
    };
  }),

  route(proposeCalendarNotice, async ({ tx, actor, input }) => {
    const { sourceText, ...notice } = input;
    return { notice: shown(await proposeNotice(tx, notice, sourceText), actor) };
  }),

  route(confirmCalendarNotice, async ({ tx, actor, input }) => ({
    notice: shown(await confirmNotice(tx, input.noticeId), actor),
  })),

  route(rejectCalendarNotice, async ({ tx, actor, input }) => ({
    notice: shown(await rejectNotice(tx, input.noticeId, input.reason), actor),
  })),
];

function shown(row: NoticeRow, actor: Actor) {
  const { days, documentNoStanding, ...rest } = row;
  const mayConfirm = row.state === 'proposed' && row.proposedBy !== actor.accountId && may(actor, 'calendar.confirm');
  return { ...rest, days: [...days], documentNoStanding: documentNoStanding ?? ('unconfirmed' as const), mayConfirm };
}
