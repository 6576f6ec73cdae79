import { type CalendarNotice, type ExceptionalDay } from '../calendar.ts';
import { dayNumber, daysInMonth, formatDay, shortDate, weekdayName, weekdayOf } from '../days.ts';

export interface NoticeWarning {
  code:
    | 'NO_YEAR'
    | 'NO_DOCUMENT_NO'
    | 'NO_HOLIDAY'
    | 'MISSING_HOLIDAY'
    | 'WEEKDAY_MISMATCH'
    | 'COUNT_MISMATCH'
    | 'MAKE_UP_ON_WEEKDAY'
    | 'BAD_DATE'
    | 'DUPLICATE_DAY'
    | 'UNREADABLE';
  /** Chinese, says what to look at. */
  message: string;
  /** The sentence it is about; empty when about the whole text. */
  sentence: string;
}

export interface NoticeReading {
  /** Null when not even the year or a single day was found. An unknown document number is ''. */
  notice: CalendarNotice | null;
  warnings: readonly NoticeWarning[];
}

const usualHolidays = ['元旦', '春节', '清明', '劳动', '端午', '中秋', '国庆'] as const;

/**
 * Reads the pasted text of a State Council holiday notice. It never guesses silently: whatever does not fit together is
 * a warning for the two people who check the preview.
 */
export function readNotice(pasted: string): NoticeReading {
  const warnings: NoticeWarning[] = [];
  const text = pasted.normalize('NFKC').replace(/[^\S\n]+/g, '');
  const flat = text.replace(/\n/g, '');
  const documentNo = documentNoOf(flat);
  if (documentNo === '')
    warnings.push({
      code: 'NO_DOCUMENT_NO',
      message: '没有找到文号（如 国办发明电〔2021〕11号），请补上。',
      sentence: '',
    });
  const year = yearOf(flat);
  if (year === null) {
    warnings.push({
      code: 'NO_YEAR',
      message: '没有找到“关于20XX年部分节假日安排的通知”，不知道是哪一年的安排。',
      sentence: '',
    });
    return { notice: null, warnings };
  }
  const days = sectionsOf(flat).flatMap((section) => readSection(section, year, warnings));
  const unique = withoutDuplicates(days, warnings);
  if (unique.length === 0) {
    warnings.push({ code: 'NO_HOLIDAY', message: '没有读出任何放假或上班的日期。', sentence: '' });
    return { notice: null, warnings };
  }
  for (const holiday of usualHolidays) {
    if (unique.some(({ name, kind }) => kind === 'off' && name.includes(holiday))) continue;
    const message = `没有读出${holiday === '元旦' || holiday === '春节' ? holiday : `${holiday}节`}的放假安排。`;
    warnings.push({ code: 'MISSING_HOLIDAY', message, sentence: '' });
  }
  const title = `国务院办公厅关于${year}年部分节假日安排的通知`;
  return { notice: { year, documentNo, title, url: null, days: unique }, warnings };
}

interface Section {
  name: string;
  body: string;
}

/** `一、元旦:…` up to the next such heading. */
function sectionsOf(flat: string): readonly Section[] {
  const headings = [
    ...flat.matchAll(
      /(?:^|[^〇一二三四五六七八九十])[一二三四五六七八九十]{1,2}、([^:。、]{2,6}(?:、[^:。、]{2,6})?):/g,
    ),
  ];
  return headings.map((heading, at) => ({
    name: heading[1] ?? '',
    body: flat.slice(heading.index + heading[0].length, headings[at + 1]?.index ?? flat.length),
  }));
}

const datePart = String.raw`(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^)]*)\))?`;
const dateOrRange = new RegExp(`^${datePart}(?:(?:至|到|-|—|~)${datePart})?`);

function readSection(section: Section, year: number, warnings: NoticeWarning[]): readonly ExceptionalDay[] {
  const days: ExceptionalDay[] = [];
  for (const sentence of section.body.split(/[。;]/)) {
    if (!/^\d/.test(sentence)) continue;
    const { ranges, rest } = readDates(sentence, section.name, year, warnings);
    const kind = /^(?:照常|正常)?上班/.test(rest) ? 'makeUp' : /^放假/.test(rest) ? 'off' : null;
    if (ranges.length === 0 || kind === null) {
      warnings.push({ code: 'UNREADABLE', message: `这句话没有读懂：“${sentence}”。`, sentence });
      continue;
    }
    const numbers = ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
    if (kind === 'off') checkCount(sentence, rest, numbers.length, warnings);
    for (const day of numbers) {
      if (kind === 'makeUp') checkMakeUp(sentence, day, warnings);
      days.push({ date: formatDay(day), kind, name: section.name });
    }
  }
  return days;
}

interface DayRange {
  from: number;
  to: number;
}

interface Carried {
  year: number;
  month: number;
}

/** Reads `1月29日(星期六)、30日(星期日)` from the front of a sentence; a later date inherits the month before it. */
function readDates(
  sentence: string,
  name: string,
  year: number,
  warnings: NoticeWarning[],
): { ranges: readonly DayRange[]; rest: string } {
  const ranges: DayRange[] = [];
  let rest = sentence;
  let carried: Carried | null = null;
  for (;;) {
    const match = dateOrRange.exec(rest);
    if (match === null) break;
    rest = rest.slice(match[0].length).replace(/^[、,和及]/, '');
    const isRange = match[7] !== undefined;
    const endMonth = Number(match[6] ?? match[2] ?? carried?.month ?? 0);
    const start: Carried | null = placeStart(match[1], match[2], carried, name, year, isRange ? endMonth : null);
    const from = start === null ? null : checkedDay(start, Number(match[3]), match[4], sentence, warnings);
    if (start === null || from === null) {
      if (start === null) warnings.push({ code: 'BAD_DATE', message: `“${match[0]}”没有写月份。`, sentence });
      break;
    }
    carried = start;
    let to = from;
    if (isRange) {
      const month: number = match[6] === undefined ? start.month : Number(match[6]);
      const end: Carried = {
        year: match[5] === undefined ? start.year + (month < start.month ? 1 : 0) : Number(match[5]),
        month,
      };
      const last = checkedDay(end, Number(match[7]), match[8], sentence, warnings);
      if (last === null) break;
      if (last < from || last - from > 30) {
        warnings.push({ code: 'BAD_DATE', message: `“${match[0]}”的起止日期不对。`, sentence });
        break;
      }
      to = last;
      carried = end;
    }
    ranges.push({ from, to });
  }
  return { ranges, rest };
}

/** New Year's section may begin in the December before without saying the year. */
function placeStart(
  yearText: string | undefined,
  monthText: string | undefined,
  carried: Carried | null,
  name: string,
  year: number,
  endMonth: number | null,
): Carried | null {
  if (monthText === undefined) {
    if (carried === null) return null;
    return yearText === undefined ? carried : { year: Number(yearText), month: carried.month };
  }
  const month = Number(monthText);
  if (yearText !== undefined) return { year: Number(yearText), month };
  const beforeNewYear = month === 12 && (name.includes('元旦') || endMonth === 1);
  if (carried !== null && !beforeNewYear && month >= carried.month) return { year: carried.year, month };
  return { year: beforeNewYear ? year - 1 : year, month };
}

function checkedDay(
  { year, month }: Carried,
  date: number,
  brackets: string | undefined,
  sentence: string,
  warnings: NoticeWarning[],
): number | null {
  if (month < 1 || month > 12 || date < 1 || date > daysInMonth(year, month)) {
    warnings.push({ code: 'BAD_DATE', message: `没有${year}年${month}月${date}日这一天。`, sentence });
    return null;
  }
  const day = dayNumber(year, month, date);
  const stated = /(?:星期|周)([一二三四五六日天])/.exec(brackets ?? '')?.[1]?.replace('天', '日');
  if (stated !== undefined && weekdayName(day) !== `周${stated}`) {
    const message = `${year}年${shortDate(day)}是${weekdayName(day)}，通知里写的是“${brackets ?? ''}”。`;
    warnings.push({ code: 'WEEKDAY_MISMATCH', message, sentence });
  }
  return day;
}

function checkCount(sentence: string, rest: string, found: number, warnings: NoticeWarning[]): void {
  const stated = /(?:共|放假)(\d+)天/.exec(rest)?.[1];
  if (stated === undefined || Number(stated) === found) return;
  warnings.push({ code: 'COUNT_MISMATCH', message: `通知写“共${stated}天”，按起止日期是${found}天。`, sentence });
}

function checkMakeUp(sentence: string, day: number, warnings: NoticeWarning[]): void {
  const weekday = weekdayOf(day);
  if (weekday === 0 || weekday === 6) return;
  const message = `${shortDate(day)}是${weekdayName(day)}，本来就上班，却写成了调休上班。`;
  warnings.push({ code: 'MAKE_UP_ON_WEEKDAY', message, sentence });
}

function withoutDuplicates(days: readonly ExceptionalDay[], warnings: NoticeWarning[]): readonly ExceptionalDay[] {
  const byDate = new Map<string, ExceptionalDay>();
  for (const day of days) {
    const other = byDate.get(day.date);
    if (other === undefined) byDate.set(day.date, day);
    else
      warnings.push({
        code: 'DUPLICATE_DAY',
        message: `${day.date} 出现了两次（${other.name}、${day.name}），只取前一次。`,
        sentence: '',
      });
  }
  return [...byDate.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

function yearOf(flat: string): number | null {
  const year =
    /关于(\d{4})年(?:部分)?节假日安排的通知/.exec(flat)?.[1] ?? /(\d{4})年(?:部分)?节假日安排/.exec(flat)?.[1];
  return year === undefined ? null : Number(year);
}

/** The organ, the year in any brackets, the number: written back in the official form. */
function documentNoOf(flat: string): string {
  const match = /(国办发(?:明电)?)[〔[【(](\d{4})[〕\]】)](\d{1,3})号/.exec(flat);
  return match === null ? '' : `${match[1] ?? ''}〔${match[2] ?? ''}〕${match[3] ?? ''}号`;
}
