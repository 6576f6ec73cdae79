import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { buildCalendar } from './calendar.ts';
import { parseNotices, parsePauseGrounds } from './schema.ts';

/** For tests only: the county's own data files, read as the loader reads them. */
function content(file: string): unknown {
  const text = readFileSync(new URL(`../../data/calendar/${file}`, import.meta.url), 'utf8');
  return parse(text);
}

export const countyNotices = parseNotices(content('notices.yaml'));
export const countyGrounds = parsePauseGrounds(content('pause-grounds.yaml'));
export const county = buildCalendar(countyNotices);
