import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  defaultSettings,
  parseClockSettings,
  parseNotices,
  parsePauseGrounds,
  parseTerm,
} from '../../calendar/index.ts';
import { sql } from '../../kernel/db.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import { kindsFile, supervisionFile } from './rules/kinds.ts';
import { touchRulebook } from './rulebook.ts';

const files = {
  notices: 'calendar/notices.yaml',
  grounds: 'calendar/pause-grounds.yaml',
  clock: 'calendar/hours.yaml',
  kinds: 'tasks/kinds.yaml',
  supervision: 'tasks/supervision.yaml',
} as const;
type Part = keyof typeof files;

/**
 * Loads the county's notices, pause grounds, opening hours and task settings. A year for which staff confirmed a notice
 * keeps theirs; one that came with the county's data follows the data. Nothing happens when the files are the ones loaded before.
 */
export async function loadCounty(tx: Tx): Promise<void> {
  const texts = await readParts(tx.services.countyFolder);
  const digest = createHash('sha256')
    .update(JSON.stringify([...texts]))
    .digest('hex');
  const loaded = await tx.maybe<{ digest: string }>(
    sql`select digest from kernel.loaded where region = ${tx.region} and part = 'tasks'`,
  );
  if (loaded?.digest === digest) return;
  const content = new Map([...texts].map(([part, text]) => [part, checked(part, parse(text))]));
  await storeSettings(tx, content);
  await storeNotices(tx, content.get('notices'));
  await touchRulebook(tx, '装入县级数据');
  tx.publish('calendar.changed', { reason: '依据系统装入的放假通知重新计算' });
  await tx.exec(sql`insert into kernel.loaded (region, part, digest, at) values (${tx.region}, 'tasks', ${digest}, ${tx.now})
    on conflict (region, part) do update set digest = excluded.digest, at = excluded.at`);
}

/** A part that the county leaves out takes the program's own default; one that is there must be right. */
async function readParts(folder: string): Promise<Map<Part, string>> {
  const texts = new Map<Part, string>();
  for (const [part, path] of Object.entries(files) as [Part, string][]) {
    const text = await readFile(join(folder, path), 'utf8').catch((error: unknown) => {
      if ((error as { code?: string }).code === 'ENOENT') return null;
      throw error;
    });
    if (text !== null) texts.set(part, text);
  }
  return texts;
}

function checked(part: Part, content: unknown): unknown {
  switch (part) {
    case 'notices':
      return parseNotices(content);
    case 'grounds':
      return parsePauseGrounds(content);
    case 'clock': {
      const { pauseGrounds: _, ...clock } = parseClockSettings(content, []);
      return clock;
    }
    case 'kinds':
      return kindsFile.parse(content).kinds;
    case 'supervision': {
      const settings = supervisionFile.parse(content);
      for (const { replyTerm } of settings.levels) parseTerm(replyTerm);
      return settings;
    }
  }
}

async function storeSettings(tx: Tx, content: ReadonlyMap<Part, unknown>): Promise<void> {
  const { pauseGrounds: _, ...clock } = defaultSettings;
  const settings = [...content, ...(content.has('clock') ? [] : [['clock', clock] as const])].filter(
    ([part]) => part !== 'notices',
  );
  await tx.exec(sql`insert into tasks.setting (region, part, content)
    select ${tx.region}, part, content
    from jsonb_to_recordset(${JSON.stringify(settings.map(([part, value]) => ({ part, content: value })))}::jsonb) as s(part text, content jsonb)
    on conflict (region, part) do update set content = excluded.content`);
}

async function storeNotices(tx: Tx, content: unknown): Promise<void> {
  const notices = ((content ?? []) as ReturnType<typeof parseNotices>).map((notice) => ({
    id: uuidv7(Date.parse(tx.now)),
    ...notice,
    documentNoStanding: notice.documentNoStanding ?? 'unconfirmed',
  }));
  await tx.exec(sql`insert into tasks.calendar_notice (region, id, year, document_no, document_no_standing, title, url, days, state,
      proposed_at, proposer_name, decided_at, decider_name, decision_reason)
    select ${tx.region}, id, year, "documentNo", "documentNoStanding", title, url, days, 'confirmed',
      ${tx.now}::timestamptz, '系统', ${tx.now}::timestamptz, '系统', '随县级数据装入'
    from jsonb_to_recordset(${JSON.stringify(notices)}::jsonb) as n(id uuid, year int, "documentNo" text, "documentNoStanding" text,
      title text, url text, days jsonb)
    on conflict (region, year) where state = 'confirmed' do update set document_no = excluded.document_no,
      document_no_standing = excluded.document_no_standing, title = excluded.title, url = excluded.url, days = excluded.days
    where tasks.calendar_notice.proposed_by is null`);
}
