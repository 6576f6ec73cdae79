import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { buildCalendar, calendarCommand, parseNotices } from '../calendar/index.ts';
import { readSettings } from '../kernel/settings.ts';

/** Needs no database: an auditor can recompute any date from the county's published notices. */
export async function calendar(args: string[]): Promise<number> {
  const { countyDirectory } = readSettings();
  const notices = parseNotices(parse(await readFile(join(countyDirectory, 'calendar', 'notices.yaml'), 'utf8')));
  const result = calendarCommand(args, buildCalendar(notices));
  process.stdout.write(result.stdout);
  process.stderr.write(result.stderr);
  return result.exitCode;
}
