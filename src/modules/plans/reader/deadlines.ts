import { readCount } from './numbering.ts';

/** A time by which something is due, as written and, where the words name it, as the last day. */
export interface FoundDeadline {
  text: string;
  date: string | null;
  from: number;
  to: number;
}

/** The year that 年底前 and 6月底前 speak of: the plan's own. */
export interface DeadlineContext {
  year: number | null;
}

const year = '((?:19|20)\\d{2})年?';
const before = '(?:以前|之前|前|以内|之内|内|止|为止)?';

interface Pattern {
  pattern: RegExp;
  date(found: RegExpExecArray | RegExpMatchArray, context: DeadlineContext): string | null;
  /** Inside a sentence it is a deadline without 前 too. */
  strong: boolean;
}

const patterns: Pattern[] = [
  {
    pattern: new RegExp(`(?:${year})?(\\d{1,2})月(\\d{1,2})日${before}`, 'g'),
    date: ([, y, m, d], { year: own }) => day(y, own, Number(m), Number(d)),
    strong: false,
  },
  {
    pattern: new RegExp(`(?:${year}|(明年|次年))?(\\d{1,2})月(?:份)?(底|末|中旬|上旬|下旬|初)?${before}`, 'g'),
    date: ([, y, next, m, part], { year: own }) =>
      monthEnd(y, next === undefined || own === null ? own : own + 1, Number(m), part),
    strong: false,
  },
  {
    pattern: new RegExp(`(?:${year}|(明年))(?:第)?([一二三四1-4])季度(?:末|底)?${before}`, 'g'),
    date: ([, y, next, quarter], { year: own }) =>
      monthEnd(y, next === undefined || own === null ? own : own + 1, (readCount(quarter ?? '') ?? 4) * 3, undefined),
    strong: false,
  },
  {
    pattern: new RegExp(`(?:第)([一二三四1-4])季度(?:末|底)?${before}`, 'g'),
    date: ([, quarter], { year: own }) => monthEnd(undefined, own, (readCount(quarter ?? '') ?? 4) * 3, undefined),
    strong: false,
  },
  {
    pattern: new RegExp(`(?:${year}|今年|本年)?(上|下)半年(?:末|底)?${before}`, 'g'),
    date: ([, y, half], { year: own }) => monthEnd(y, own, half === '上' ? 6 : 12, undefined),
    strong: false,
  },
  {
    pattern: new RegExp(`${year}(?:全年|年度|度)?(年?底|年?末)?${before}`, 'g'),
    date: ([, y], { year: own }) => day(y, own, 12, 31),
    strong: false,
  },
  {
    pattern: /(?:今年|本年|当年)?(?:年底|年末)(?:以前|之前|前)?|(?:今年|本年度?|年)内(?!外)|今年底(?:前)?/g,
    date: (_, { year: own }) => day(undefined, own, 12, 31),
    strong: true,
  },
  {
    pattern: /“?十四五”?(?:期间|末|期末)/g,
    date: () => '2025-12-31',
    strong: false,
  },
];

const open =
  /^(?:并|需|须|要|且)?(?:长期|持续|常态化?|常年|全年|立即|即时|即知即改|立行立改|即行即改|按时间节点|按时限|按时|按要求|按上级要求|按照?[省市国]\S{0,8}要求|按国家\S{0,8}部署|根据\S{1,10}部署|贯穿全年|不间断|定期|每年|按季度?|按月|按年度?|适时|尽快|近期|动态|阶段性|经常性)(?:坚持|推进|推动|实施|开展|进行|化|落实|执行|更新|调整|任务|工作|性工作|性任务|化推进|化开展|化落实|化实施|整改|完成|办理|组织实施|抓好落实|抓落实|优化|巩固)*$/;

/** The whole piece is a deadline: 2022年12月底前完成, 长期坚持. */
export function deadlineOf(text: string, context: DeadlineContext): Omit<FoundDeadline, 'from' | 'to'> | null {
  const piece = text
    .replaceAll(/[\v\n\s]/g, '')
    .replace(/^(?:力争|确保|争取|原则上)?(?:于|在|到|至|自|从)?(?=[\d今本年上下第明])/, '')
    .replace(/[。；，、]+$/, '');
  if (open.test(piece)) return { text: piece, date: null };
  if (
    /^(?:自|从)?[^，。；]{0,14}(?:印发|发布|施行|公布|实施)(?:之日)?(?:起|后)[^，。；]{0,4}(?:日|天|月|年|周)(?:之?内)?(?:完成)?$/.test(
      piece,
    )
  )
    return { text: piece, date: null };
  if (!/[年月日底末季前内期]|^\d{4}[.\-/]/.test(piece)) return null;
  const core = piece.replace(
    /(?:全部|基本|全面|初步|取得|实现|完成|落实|到位|建成|达标|上线|运行|办结|整改|启动|实施|推进|出台|制定|销号|见效|任务|目标|工作|各项|年度|阶段性|阶段|并|长期|持续|坚持|明显|成效|进展|组织|开展|结束|提交|印发|，|；|巩固|提升|按时|验收|投入|使用|报送|执行|常态化)+$/,
    '',
  );
  const dotted = /^((?:19|20)\d{2})[.\-/](\d{1,2})(?:[.\-/](\d{1,2}))?(?:日|月)?(?:底|末)?(?:以前|之前|前)?$/.exec(
    core,
  );
  if (dotted) {
    return {
      text: piece,
      date:
        dotted[3] === undefined
          ? monthEnd(dotted[1], null, Number(dotted[2]), undefined)
          : day(dotted[1], null, Number(dotted[2]), Number(dotted[3])),
    };
  }
  // 2022年1月—12月, 2022-2024年: the end counts.
  const parts = core.split(/[—–\-~至到]+/).filter((part) => part !== '');
  const last = parts.at(-1) ?? core;
  const prefix = parts.length > 1 && !/(?:19|20)\d{2}/.test(last) ? (/^(?:19|20)\d{2}年?/.exec(core)?.[0] ?? '') : '';
  for (const { pattern, date } of patterns) {
    const found = new RegExp(`^(?:${pattern.source})$`).exec(prefix.replace(/年?$/, prefix === '' ? '' : '年') + last);
    if (found !== null) return { text: piece, date: date(found, context) };
  }
  // 6月底前和12月底前: several times, the last one counts.
  const several = core.split(/[、和及，]/);
  if (several.length > 1 && several.length < 5) {
    const each = several.map((part) => deadlineOf(part, context));
    const end = each.at(-1);
    if (end && each.every((one) => one !== null)) return { text: piece, date: end.date };
  }
  return null;
}

/** Deadlines inside sentences: only with 前, 底, 末 or 年内; 2022年3月1日起 and 2021年度 are none. */
export function deadlinesIn(text: string, base: number, context: DeadlineContext): FoundDeadline[] {
  const found: FoundDeadline[] = [];
  const taken: [number, number][] = [];
  for (const { pattern, date, strong } of patterns) {
    for (const match of text.matchAll(pattern)) {
      const from = match.index;
      const to = from + match[0].length;
      if (taken.some(([a, b]) => from < b && to > a)) continue;
      const due =
        strong ||
        /(?:前|底|末|止|内)$/.test(match[0]) ||
        (/(?:到|至|力争|截至|截止)$/.test(text.slice(Math.max(0, from - 2), from)) &&
          /^(?:，|完成|实现|建成|基本|全面|力争|全)/.test(text.slice(to)));
      if (
        !due ||
        /^(?:起|以来|以后|后|开始|至今|的(?:基础|水平))/.test(text.slice(to)) ||
        /[\d一二三四五六七八九十两几每“]$/.test(text.slice(0, from)) ||
        inTitle(text, from)
      )
        continue;
      const last = date(match, context);
      if (last !== null && context.year !== null && Number(last.slice(0, 4)) < context.year) continue;
      if (
        /以前$/.test(match[0]) &&
        /^[\u4e00-\u9fff]/.test(text.slice(to)) &&
        !/^(?:完成|实现|基本|全面|建成)/.test(text.slice(to))
      )
        continue;
      if (match[0] === '年内' && /[\d一二三四五六七八九十两几半当同每]$/.test(text.slice(0, from))) continue;
      taken.push([from, to]);
      found.push({ text: match[0], date: date(match, context), from: base + from, to: base + to });
    }
  }
  return found.sort((a, b) => a.from - b.from);
}

const inTitle = (text: string, index: number): boolean => text.lastIndexOf('《', index) > text.lastIndexOf('》', index);

function day(written: string | undefined, own: number | null, month: number, date: number): string | null {
  const y = written === undefined || written === '' ? own : Number(written);
  if (y === null || month < 1 || month > 12 || date < 1 || date > lastDay(y, month)) return null;
  return `${y}-${two(month)}-${two(date)}`;
}

function monthEnd(
  written: string | undefined,
  own: number | null,
  month: number,
  part: string | undefined,
): string | null {
  const y = written === undefined || written === '' ? own : Number(written);
  if (y === null || month < 1 || month > 12) return null;
  if (part === '中旬') return day(String(y), own, month, 20);
  if (part === '上旬' || part === '初') return day(String(y), own, month, 10);
  return `${y}-${two(month)}-${two(lastDay(y, month))}`;
}

const two = (value: number): string => String(value).padStart(2, '0');
const lastDay = (y: number, month: number): number =>
  month === 2 ? ((y % 4 === 0 && y % 100 !== 0) || y % 400 === 0 ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
