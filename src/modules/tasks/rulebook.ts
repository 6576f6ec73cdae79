import {
  buildCalendar,
  defaultSettings,
  statutoryGrounds,
  type CalendarNotice,
  type ClockSettings,
  type PauseGround,
} from '../../calendar/index.ts';
import { sql } from '../../kernel/db.ts';
import type { Services, Tx } from '../../kernel/module.ts';
import { defaultSupervision, type KindSettings, type SupervisionSettings } from './rules/kinds.ts';
import type { Rulebook } from './rules/project.ts';

const cache = new WeakMap<Services, { digest: string; book: Rulebook }>();

/** The county's calendar and clock settings; built once per version, which one small read compares. */
export async function rulebookOf(tx: Tx): Promise<Rulebook> {
  const row = await tx.maybe<{ digest: string }>(sql`select digest from tasks.rulebook where region = ${tx.region}`);
  const digest = row?.digest ?? '';
  const cached = cache.get(tx.services);
  if (cached?.digest === digest) return cached.book;
  const book = await readRulebook(tx);
  // A transaction that has itself changed the book may still roll back: only what others can see is kept.
  if (!changedHere.has(tx)) cache.set(tx.services, { digest, book });
  return book;
}

const changedHere = new WeakSet<Tx>();

/** Says that a notice or a setting was changed in this transaction; other processes see it with the commit. */
export async function touchRulebook(tx: Tx, reason: string): Promise<Rulebook> {
  changedHere.add(tx);
  await tx.exec(sql`insert into tasks.rulebook (region, digest, changed_at, reason)
    values (${tx.region}, gen_random_uuid()::text, ${tx.now}, ${reason})
    on conflict (region) do update set digest = excluded.digest, changed_at = excluded.changed_at, reason = excluded.reason`);
  return readRulebook(tx);
}

async function readRulebook(tx: Tx): Promise<Rulebook> {
  const rows = await tx.rows<{ part: string; content: unknown }>(sql`
    select part, content from tasks.setting where region = ${tx.region}
    union all
    select 'notices', coalesce(jsonb_agg(jsonb_build_object('year', year, 'documentNo', document_no,
      'documentNoStanding', document_no_standing, 'title', title, 'url', url, 'days', days) order by year), '[]')
    from tasks.calendar_notice where region = ${tx.region} and state = 'confirmed'`);
  const parts = new Map(rows.map(({ part, content }) => [part, content]));
  const grounds = (parts.get('grounds') as PauseGround[] | undefined) ?? statutoryGrounds;
  const clock = (parts.get('clock') as Omit<ClockSettings, 'pauseGrounds'> | undefined) ?? defaultSettings;
  return {
    calendar: buildCalendar((parts.get('notices') as CalendarNotice[] | undefined) ?? []),
    clock: { ...clock, pauseGrounds: grounds },
    grounds,
    kinds: (parts.get('kinds') as KindSettings[] | undefined) ?? [],
    supervision: (parts.get('supervision') as SupervisionSettings | undefined) ?? defaultSupervision,
  };
}
