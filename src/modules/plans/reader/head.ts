import type { Flow } from './flow.ts';
import type { DocumentReading, Field } from './types.ts';

const kinds = [
  '实施方案',
  '工作方案',
  '行动方案',
  '分工方案',
  '方案',
  '行动计划',
  '工作计划',
  '计划',
  '若干措施',
  '措施',
  '实施意见',
  '指导意见',
  '意见',
  '工作要点',
  '要点',
  '任务清单',
  '清单',
  '办法',
  '规划',
  '通知',
  '条例',
  '纲要',
  '任务分解表',
  '台账',
];
const issuers = /(?:人民政府|政府|办公室|办公厅|国务院|委员会|领导小组|局|厅|部|委|办|管委会|党委|工作专班)$/;
const no = /([\u4e00-\u9fff]{1,14}(?:发|函|字|办|规|电|通|党|政|令|组|营商|改))（?(?:19|20)(\d{2})）?第?(\d{1,4})号/;

/** Issuer, number, date and titles: what stands before the first number, and under the notice. */
export function readHead(flow: Flow, bodyFrom: number): DocumentReading & { year: number | null } {
  const blocks = flow.blocks.filter((block) => block.kind === 'text');
  const head = blocks.filter(({ from }) => from < bodyFrom).slice(0, 40);
  const lines = head.map(({ from, to }) => ({ text: flow.text.slice(from, to), from, to }));
  const titles = readTitles(flow, lines);
  const documentNo = readNo(flow, lines);
  const dates = readDates(
    flow,
    blocks.map(({ from, to }) => ({ text: flow.text.slice(from, to), from, to })),
    bodyFrom,
  );
  const date = dates[0] ?? null;
  const issuer = readIssuer(flow, lines, titles.notice ?? titles.title);
  const title = titles.title;
  const kind =
    kinds.find((word) =>
      title?.value
        .replace(/（[^）]*）$/, '')
        .replace(/的通知$/, '')
        .endsWith(word),
    ) ??
    kinds.find((word) => title?.value.includes(word)) ??
    null;
  const written =
    /(20\d{2})(?:年|—|-)/.exec(title?.value ?? '')?.[1] ??
    date?.value.slice(0, 4) ??
    /[〔（](20\d{2})[〕）]/.exec(documentNo?.value ?? '')?.[1] ??
    /(20\d{2})年/.exec(flow.text.slice(0, 2000))?.[1];
  return {
    title,
    noticeTitle: titles.notice,
    issuer,
    documentNo,
    date,
    kind,
    firstListedLeads: false,
    year: written === undefined ? null : Number(written),
  };
}

interface HeadLine {
  text: string;
  from: number;
  to: number;
}

const field = (flow: Flow, value: string, from: number, to: number, confidence: number): Field<string> => ({
  value,
  span: flow.rawSpan(from, to),
  confidence,
});

function readTitles(
  flow: Flow,
  lines: readonly HeadLine[],
): { title: Field<string> | null; notice: Field<string> | null } {
  let notice: Field<string> | null = null;
  let title: Field<string> | null = null;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (line === undefined || line.text.length > 120 || /[。；]|^附件\d*$/.test(line.text)) continue;
    // A title broken over lines: up to three of them.
    for (let count = 1; count <= 3 && index + count <= lines.length; count++) {
      const group = lines.slice(index, index + count);
      const text = group.map((one) => one.text).join('');
      const last = group.at(-1);
      if (last === undefined || group.some((one) => /[。；：]|，$/.test(one.text)) || text.length > 120) break;
      if (group.slice(0, -1).some((one) => no.test(one.text) || isDate(one.text) || /文件$/.test(one.text))) break;
      if (/关于/.test(text) && /的?通\s*知$|的(?:意见|决定|函|批复|公告|通报|实施意见|若干意见|指导意见)$/.test(text)) {
        notice ??= field(flow, text.replace(/文件(?=.+关于)/, ''), line.from, last.to, 0.95);
        index += count - 1;
        break;
      }
      if (
        isTitle(text) &&
        !isDate(line.text) &&
        !no.test(text) &&
        !(count === 1 && goesOn(text, lines[index + 1]?.text ?? ''))
      ) {
        // …三年行动计划 ⏎ （2022—2024年）
        const years = lines[index + count];
        const whole =
          years !== undefined && /^（(?:(?:19|20)\d{2}[^）]{0,14}|试行|征求意见稿|修订版?)）$/.test(years.text);
        title = whole
          ? field(flow, text + years.text, line.from, years.to, 0.9)
          : field(flow, text, line.from, last.to, 0.9);
        index += whole ? count : count - 1;
        break;
      }
    }
  }
  if (title === null && notice === null) {
    // 区委办公室印发《关于…的实施意见》: the title in the first lines.
    for (const { text, from } of lines.slice(0, 4)) {
      const named = /《([^》]{6,60})》/.exec(text);
      if (named && text.length < 100 && kinds.some((word) => (named[1] ?? '').endsWith(word))) {
        return {
          title: field(
            flow,
            named[1] ?? '',
            from + named.index + 1,
            from + named.index + 1 + (named[1] ?? '').length,
            0.75,
          ),
          notice: null,
        };
      }
    }
  }
  if (title === null && notice !== null) {
    const named =
      /(?:印发|转发|批转|下发)[^《]{0,30}《([^》]{4,80}(?:〈[^〉]*〉[^》]*)?)》/.exec(notice.value)?.[1] ??
      /关于印发([^《]{4,80}?)的通知$/.exec(notice.value)?.[1];
    title = named === undefined ? notice : { ...notice, value: named, confidence: 0.85 };
    if (named === undefined) notice = /通知$/.test(notice.value) ? notice : null;
  }
  return { title, notice };
}

const isTitle = (text: string): boolean =>
  text.length >= 6 &&
  text.length <= 80 &&
  !/^[《（“]/.test(text) &&
  !/：/.test(text) &&
  kinds.some((kind) => text.replace(/（[^）]{1,20}）$/, '').endsWith(kind)) &&
  !/^关于|现.*印发/.test(text);

/** The first line of a broken title ends like a title itself: …行动 ⏎ 实施方案. */
const goesOn = (text: string, next: string): boolean =>
  /^(?:的|实施|工作|行动|重点|任务|分工)?(?:方案|计划|措施|意见|要点|清单|通知)(?:的通知)?$/.test(next) &&
  !isTitle(`${text}${next}`) === false;

function readNo(flow: Flow, lines: readonly HeadLine[]): Field<string> | null {
  for (const { text, from } of lines) {
    const found = no.exec(text);
    if (
      found === null ||
      (text.length > 60 && !/^.{0,20}号/.test(text)) ||
      text.lastIndexOf('《', found.index) > text.lastIndexOf('》', found.index)
    )
      continue;
    if (text.length > found[0].length + 24 && !/文号|发文字号/.test(text)) continue;
    const value = found[0].replace(/（?((?:19|20)\d{2})）?第?(\d{1,4})号$/, '〔$1〕$2号');
    return field(flow, value, from + found.index, from + found.index + found[0].length, 0.97);
  }
  return null;
}

function readIssuer(flow: Flow, lines: readonly HeadLine[], title: Field<string> | null): Field<string> | null {
  for (const { text, from } of lines.slice(0, 8)) {
    const found = /^([\u4e00-\u9fff、（）]{2,40}?)(?:文件)$/.exec(text);
    if (found && issuers.test(found[1] ?? ''))
      return field(flow, found[1] ?? '', from, from + (found[1] ?? '').length, 0.97);
  }
  const named = /^([\u4e00-\u9fff]{3,40}?)(?=关于|印发《)/.exec(title?.value ?? '');
  if (named && title && issuers.test(named[1] ?? '')) {
    return {
      value: named[1] ?? '',
      span: { from: title.span.from, to: title.span.from + (named[1] ?? '').length },
      confidence: 0.95,
    };
  }
  for (const { text, from } of lines) {
    const found = /^([\u4e00-\u9fff]{3,40}?)(?:关于|印发《)/.exec(text);
    if (found && issuers.test(found[1] ?? ''))
      return field(flow, found[1] ?? '', from, from + (found[1] ?? '').length, 0.95);
    const labelled = /^(?:发文机关|发布机构|发布机关|制发机关)：([\u4e00-\u9fff]{3,30})/.exec(text);
    if (labelled)
      return field(flow, labelled[1] ?? '', from + text.indexOf(labelled[1] ?? ''), from + labelled[0].length, 0.95);
  }
  // The signature: a line of its own before the date.
  for (const [index, { text, from, to }] of lines.entries()) {
    if (isDate(lines[index + 1]?.text ?? '') && issuers.test(text) && text.length <= 30)
      return field(flow, text, from, to, 0.9);
    const both = /^([\u4e00-\u9fff]{4,30}?)(?=(?:19|20)\d{2}年\d{1,2}月\d{1,2}日$)/.exec(text);
    if (both && issuers.test(both[1] ?? ''))
      return field(flow, both[1] ?? '', from, from + (both[1] ?? '').length, 0.9);
  }
  const blocks = flow.blocks.filter((block) => block.kind === 'text');
  for (const { from, to } of blocks.slice(-8)) {
    const text = flow.text.slice(from, to);
    const printed =
      /^([\u4e00-\u9fff]{4,30}?(?:办公室|办公厅|人民政府|委员会|局))(?:(?:19|20)\d{2}年.*)?(?:印发)?$/.exec(text);
    if (printed) return field(flow, printed[1] ?? '', from, from + (printed[1] ?? '').length, 0.8);
  }
  const beginning = /^([\u4e00-\u9fff]{2,12}?(?:省|市|县|区|州|旗)(?:人民政府)?(?:办公室|办公厅)?)/.exec(
    title?.value ?? '',
  );
  return beginning && issuers.test(beginning[1] ?? '') && title
    ? { ...title, value: beginning[1] ?? '', confidence: 0.6 }
    : null;
}

const isDate = (text: string): boolean =>
  dateOf(text) !== null &&
  /^(?:[\d年月日.\-/]+|[二〇○零ＯO一三四五六七八九十年月日]+)$/.test(text.replace(/（[^）]*）$/, ''));

function dateOf(text: string): { value: string; at: number; length: number } | null {
  const found = /((?:19|20)\d{2})[年.\-/](\d{1,2})[月.\-/](\d{1,2})日?/.exec(text);
  if (found)
    return {
      value: `${found[1]}-${(found[2] ?? '').padStart(2, '0')}-${(found[3] ?? '').padStart(2, '0')}`,
      at: found.index,
      length: found[0].length,
    };
  const words =
    /([二〇○零ＯO一三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日/.exec(text);
  if (words === null) return null;
  const digit = (char: string) => '〇一二三四五六七八九'.indexOf(char.replace(/[○零OＯ]/, '〇'));
  const two = (word: string) => {
    const [tens, ones] = word.includes('十') ? word.split('十') : ['', word];
    const value =
      (word.includes('十') ? (tens === '' ? 1 : digit(tens ?? '')) : 0) * 10 + (ones === '' ? 0 : digit(ones ?? ''));
    return String(value).padStart(2, '0');
  };
  return {
    value: `${[...(words[1] ?? '')].map(digit).join('')}-${two(words[2] ?? '')}-${two(words[3] ?? '')}`,
    at: words.index,
    length: words[0].length,
  };
}

/** Lines that are a date, those of the head first: 2022年5月23日 under the signature. */
function readDates(flow: Flow, lines: readonly HeadLine[], bodyFrom: number): Field<string>[] {
  const found: { field: Field<string>; rank: number }[] = [];
  for (const { text, from } of lines) {
    const date = dateOf(text);
    if (date === null) continue;
    const alone = isDate(text.replace(/^[\u4e00-\u9fff]{4,30}?(?=(?:19|20)\d{2}年)/, '').replace(/印发$/, ''));
    const labelled = /^(?:成文日期|发文日期|印发日期|发布日期|日期)：/.test(text);
    if (!alone && !labelled) continue;
    const rank = (from < bodyFrom ? 0 : 2) + (/印发$/.test(text) ? 1 : 0) + (labelled && /发布/.test(text) ? 1 : 0);
    found.push({
      field: field(flow, date.value, from + date.at, from + date.at + date.length, alone ? 0.97 : 0.85),
      rank,
    });
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ field: one }) => one);
}
