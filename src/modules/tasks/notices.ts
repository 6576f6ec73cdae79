import {
  buildCalendar,
  parseNotices,
  readNotice,
  type Calendar,
  type CalendarNotice,
  type NoticeWarning,
} from '../../calendar/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { sql, type Sql } from '../../kernel/db.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import type { Instant } from '../../kernel/time.ts';
import { project } from './rules/project.ts';
import type { Task } from './rules/task.ts';
import { rulebookOf, touchRulebook } from './rulebook.ts';
import { taskColumns } from './store.ts';

export interface NoticeRow extends CalendarNotice {
  id: string;
  state: 'proposed' | 'confirmed' | 'rejected' | 'replaced';
  sourceText: string;
  proposedAt: Instant;
  proposedBy: string | null;
  proposerName: string;
  decidedAt: Instant | null;
  decidedBy: string | null;
  deciderName: string | null;
  decisionReason: string | null;
}

const columns: Sql = sql`n.id, n.year, n.document_no, n.document_no_standing, n.title, n.url, n.days, n.source_text, n.state, n.proposed_at,
  n.proposed_by, n.proposer_name, n.decided_at, n.decided_by, n.decider_name, n.decision_reason`;

const stateNames: Readonly<Record<NoticeRow['state'], string>> = {
  proposed: '待确认',
  confirmed: '已确认',
  rejected: '已退回',
  replaced: '已被新通知取代',
};

/** At most so many running tasks are tried in a preview; beyond, the answer says that it is a lower bound. */
const previewLimit = 20_000;

export interface NoticePreview {
  notice: CalendarNotice | null;
  warnings: readonly NoticeWarning[];
  /** Running tasks whose due date the notice would move. */
  wouldMove: number;
  moves: readonly { taskId: string; title: string; subjectNo: string; from: string; to: string }[];
  isLowerBound: boolean;
}

/** What a pasted notice says, what does not fit together in it, and what it would do. Changes nothing. */
export async function previewNotice(tx: Tx, text: string): Promise<NoticePreview> {
  const { notice, warnings } = readNotice(text);
  if (notice === null) return { notice, warnings, wouldMove: 0, moves: [], isLowerBound: false };
  return { notice, warnings, ...(await movesUnder(tx, notice)) };
}

/** Keeps a notice for a second person to confirm. Throws `BAD_NOTICE`, `NOTICE_INCOMPLETE`, `NOTICE_UNCHANGED`. */
export async function proposeNotice(tx: Tx, given: CalendarNotice, sourceText: string): Promise<NoticeRow> {
  if (given.documentNo.trim() === '') throw new AppError('NOTICE_INCOMPLETE');
  const [notice] = parseNotices({ notices: [given] });
  if (notice === undefined) throw new Error('parseNotices lost the notice');
  const calendar = await calendarWith(tx, notice);
  if (calendar.version === (await rulebookOf(tx)).calendar.version)
    throw new AppError('NOTICE_UNCHANGED', { year: notice.year });
  const row =
    await tx.one<NoticeRow>(sql`insert into tasks.calendar_notice as n (region, id, year, document_no, document_no_standing, title, url, days,
      source_text, state, proposed_at, proposed_by, proposer_name)
    values (${tx.region}, ${uuidv7(Date.parse(tx.now))}, ${notice.year}, ${notice.documentNo}, ${notice.documentNoStanding ?? 'unconfirmed'},
      ${notice.title}, ${notice.url}, ${JSON.stringify(notice.days)}::jsonb, ${sourceText}, 'proposed', ${tx.now}, ${tx.actor.accountId}, ${tx.actor.name})
    returning ${columns}`);
  tx.note(`notice:${row.id}`, row.documentNo, { year: row.year });
  return row;
}

/**
 * Puts a proposed notice in force; the running tasks follow in the background. Throws `NOTICE_SAME_PERSON` for the one who
 * proposed it, `NOTICE_ALREADY_DECIDED`.
 */
export async function confirmNotice(tx: Tx, id: string): Promise<NoticeRow> {
  // One confirmation at a time: two notices for one year would otherwise meet at the unique index.
  await tx.exec(sql`select from tasks.rulebook where region = ${tx.region} for update`);
  const notice = await loadUndecided(tx, id);
  if (notice.proposedBy === tx.actor.accountId) throw new AppError('NOTICE_SAME_PERSON');
  await tx.exec(sql`update tasks.calendar_notice set state = 'replaced'
    where region = ${tx.region} and year = ${notice.year} and state = 'confirmed'`);
  const row = await decide(tx, id, 'confirmed', '');
  await touchRulebook(tx, notice.documentNo);
  tx.note(`notice:${id}`, notice.documentNo, { year: notice.year, decision: 'confirmed' });
  tx.publish('calendar.changed', { year: notice.year, reason: `依据${notice.documentNo}通知重新计算` });
  return row;
}

export async function rejectNotice(tx: Tx, id: string, reason: string): Promise<NoticeRow> {
  await loadUndecided(tx, id);
  tx.note(`notice:${id}`, reason, { decision: 'rejected' });
  return decide(tx, id, 'rejected', reason);
}

export async function listNotices(tx: Tx): Promise<NoticeRow[]> {
  return tx.rows<NoticeRow>(sql`select ${columns} from tasks.calendar_notice n where n.region = ${tx.region}
    order by n.year desc, n.proposed_at desc, n.id desc limit 200`);
}

async function loadUndecided(tx: Tx, id: string): Promise<NoticeRow> {
  const notice = await tx.maybe<NoticeRow>(
    sql`select ${columns} from tasks.calendar_notice n where n.region = ${tx.region} and n.id = ${id} for update`,
  );
  if (notice === null) throw new AppError('NOTICE_NOT_FOUND');
  if (notice.state !== 'proposed') throw new AppError('NOTICE_ALREADY_DECIDED', { state: stateNames[notice.state] });
  return notice;
}

async function decide(tx: Tx, id: string, state: 'confirmed' | 'rejected', reason: string): Promise<NoticeRow> {
  return tx.one<NoticeRow>(sql`update tasks.calendar_notice n set state = ${state}, decided_at = ${tx.now}, decided_by = ${tx.actor.accountId},
      decider_name = ${tx.actor.name}, decision_reason = ${reason}
    where n.region = ${tx.region} and n.id = ${id} returning ${columns}`);
}

async function calendarWith(tx: Tx, notice: CalendarNotice): Promise<Calendar> {
  const others =
    await tx.rows<CalendarNotice>(sql`select n.year, n.document_no, n.document_no_standing, n.title, n.url, n.days
    from tasks.calendar_notice n where n.region = ${tx.region} and n.state = 'confirmed' and n.year <> ${notice.year}`);
  return buildCalendar([...others, notice]);
}

async function movesUnder(
  tx: Tx,
  notice: CalendarNotice,
): Promise<Pick<NoticePreview, 'wouldMove' | 'moves' | 'isLowerBound'>> {
  const book = await rulebookOf(tx);
  const candidate = { ...book, calendar: await calendarWith(tx, notice) };
  const first = `${notice.year - 1}-12-01`;
  const tasks = await tx.rows<Task>(sql`select ${taskColumns} from tasks.task t
    where t.region = ${tx.region} and t.state <> 'finished' and t.due_at >= ${`${first}T00:00:00.000Z`} order by t.due_at, t.id limit ${previewLimit}`);
  const moves = tasks.flatMap((task) => {
    const { dueOn, dueAt } = project(task, candidate, tx.now);
    return dueAt === task.dueAt
      ? []
      : [{ taskId: task.id, title: task.title, subjectNo: task.subjectNo, from: task.dueOn, to: dueOn }];
  });
  return { wouldMove: moves.length, moves: moves.slice(0, 50), isLowerBound: tasks.length === previewLimit };
}
