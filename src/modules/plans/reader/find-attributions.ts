import { nobody, readAttribution, type Attribution, type AttributionContext } from './attribution.ts';
import { deadlineOf } from './deadlines.ts';
import { isName } from './name-list.ts';
import { labelAt, plainLabels, repaired, tailOf } from './roles.ts';

/** Where in a paragraph somebody is made responsible: brackets first, then labels, then whole sentences. */
export function findAttributions(written: string, base: number, context: AttributionContext): Attribution[] {
  const text = plainLabels(repaired(written));
  if (labelAt(text) !== null) {
    const whole = readAttribution(trimEnd(text), base, 'label', context);
    if (whole !== null) return [whole];
  }
  const found = inBrackets(text, base, context);
  for (const label of inLabels(text, base, context)) if (!overlaps(found, label)) found.push(label);
  const lost = withoutOpening(text, base, context, found);
  if (lost !== null) found.push(lost);
  if (found.length === 0) found.push(...inSentences(text, base, context));
  return found.sort((a, b) => a.from - b.from);
}

/** 由A会同B…, A要牵头…: inside the sentences themselves. Tried only where a measure says nothing else. */
export function findInProse(text: string, base: number, context: AttributionContext): Attribution[] {
  const found: Attribution[] = [];
  for (const sentence of sentences(text)) {
    const opening = openingClauses(sentence.text, context);
    if (opening > 0) {
      const read = readAttribution(sentence.text.slice(0, opening), base + sentence.at, 'sentence', context);
      if (read !== null) found.push(read);
      continue;
    }
    const by =
      /(?:^|[，。；：”）])(?:具体|分别|统一|主要)?由([^，。；由]{2,120}?)(?:牵头|会同|负责|商(?=[\u4e00-\u9fff]{0,12}[局委办厅部]))/.exec(
        sentence.text,
      );
    if (by !== null && everyName((by[1] ?? '').replace(/(?:共同|分别|联合|具体|按职责分工|按职责)+$/, ''), context)) {
      const start = by.index + by[0].indexOf('由') + 1;
      const clauses = openingClauses(sentence.text.slice(start - 1), context);
      if (clauses > by[0].length + 1) {
        const read = readAttribution(
          sentence.text.slice(start, start - 1 + clauses),
          base + sentence.at + start,
          'sentence',
          context,
        );
        if (read !== null) {
          found.push(read);
          continue;
        }
      }
      let end = endOfNames(sentence.text, start, context);
      const more = /^，?(?:并)?会同/.exec(sentence.text.slice(end));
      if (more !== null) end = endOfNames(sentence.text, end + more[0].length, context);
      const piece = sentence.text.slice(start, end);
      const verb = /(?:牵头|负责|配合|落实)$/.test(piece) ? '' : '负责';
      const read = readAttribution(piece + verb, base + sentence.at + start, 'sentence', context);
      if (read !== null) found.push({ ...read, to: base + sentence.at + end });
      continue;
    }
    const together = /^([^，。；：由]{2,60}?)会同/.exec(sentence.text);
    if (together !== null && everyName(together[1] ?? '', context)) {
      const end = endOfNames(sentence.text, together[0].length, context);
      const read = readAttribution(`${sentence.text.slice(0, end)}负责`, base + sentence.at, 'subject', context);
      if (read !== null && end < sentence.text.length) found.push({ ...read, to: base + sentence.at + end });
      continue;
    }
    const subject = /^([^，。；：由]{2,80}?)(?:要|应|须)?牵头(?=[\u4e00-\u9fff])/.exec(sentence.text);
    if (subject !== null && everyName(subject[1] ?? '', context)) {
      const names = (subject[1] ?? '').replace(/(?:要|应|须)$/, '');
      const read = readAttribution(`${names}牵头`, base + sentence.at, 'subject', context);
      if (read !== null) found.push({ ...read, to: base + sentence.at + subject[0].length });
    }
  }
  return found;
}

/** 由甲局牵头，各部门配合，对…进行清理: how far the clauses at the start only say who does it. */
function openingClauses(sentence: string, context: AttributionContext): number {
  let end = 0;
  let leads = false;
  for (const clause of sentence.split('，')) {
    const tail = tailOf(clause);
    const names = clause.slice(0, tail?.names ?? 0).replace(/^由/, '');
    if (tail === null || names === '' || !everyName(names, context)) break;
    if (/牵头|会同/.test(clause) || clause.startsWith('由') || (end === 0 && /负责$/.test(clause))) leads = true;
    end += clause.length + 1;
  }
  // Who is asked along stands behind the comma: left to what reads the names of a whole sentence.
  return leads && !/^(?:并)?会同/.test(sentence.slice(end)) ? end - 1 : 0;
}

interface Group {
  from: number;
  to: number;
  /** The closing bracket is missing; the group runs to the end of the paragraph. */
  open: boolean;
}

/** All pairs, outer before inner. A bracket that never closes runs to the end. */
function groups(text: string): Group[] {
  const stack: number[] = [];
  const found: Group[] = [];
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '（') stack.push(index);
    else if (text[index] === '）') {
      const from = stack.pop();
      if (from !== undefined) found.push({ from, to: index + 1, open: false });
    }
  }
  // （（甲局牵头，乙局配合）: the mark was set twice.
  for (const from of [...stack]) if (text[from + 1] === '（') stack.splice(stack.indexOf(from), 1);
  // [甲局（乙办、丙局牵头，丁局配合]: the last mark closes the outer bracket, the inner one lost its own.
  const [outer] = stack;
  const last = found.at(-1);
  if (outer !== undefined && last !== undefined && /^[。；]?$/.test(text.slice(last.to)) && last.from > outer) {
    if (/[。；！？”]$|^$/.test(text.slice(0, outer)) && !/[。；！？”]$/.test(text.slice(0, last.from))) {
      found[found.length - 1] = { from: outer, to: last.to, open: false };
      stack.shift();
    }
  }
  for (const from of stack) found.push({ from, to: text.length, open: true });
  return found.sort((a, b) => a.from - b.from || b.to - a.to);
}

const attributive = /牵头|责任|负责|配合|主办|协办|落实|单位|部门|实施|局|委|办|厅|部|政府|推进|参与/;

function inBrackets(text: string, base: number, context: AttributionContext): Attribution[] {
  const found: Attribution[] = [];
  for (const group of groups(text)) {
    if (overlaps(found, { from: base + group.from, to: base + group.to })) continue;
    const inner = text.slice(group.from + 1, group.open ? group.to : group.to - 1);
    const due = byWhen(text, group, inner, base, context);
    if (due !== null) {
      found.push(due);
      continue;
    }
    if (!attributive.test(repaired(inner)) || isHungPlate(text, group, inner, context)) continue;
    const stray = group.open ? trimEnd(inner) : inner;
    const read = readAttribution(stray, base + group.from + 1, 'bracket', context);
    if (read === null) continue;
    if (group.open) dropCutName(read);
    if (read.flags.includes('no-role-word') && !standsAtEnd(text, group) && !endsTitle(text, group, read)) continue;
    // Only somebody or something by when: “（2022年底前完成）” alone is no attribution.
    if (
      read.lead.length + read.co.length + read.collective.length + read.sponsors.length === 0 &&
      !read.saysFirstLeads &&
      !/时限|时间/.test(inner)
    )
      continue;
    const flags = group.open ? [...read.flags, 'unclosed-bracket'] : read.flags;
    found.push({ ...read, from: base + group.from, to: base + group.to, flags });
  }
  return found;
}

/** …（2024年6月底前完成） at the end of the paragraph, perhaps behind who does it: by when, and nothing else. */
function byWhen(
  text: string,
  group: Group,
  inner: string,
  base: number,
  context: AttributionContext,
): Attribution | null {
  if (group.open || !/^[。；]?$/.test(text.slice(group.to)) || inner.length > 30) return null;
  const due = deadlineOf(inner, context);
  if (due === null || !/[完前底末]|坚持|推进|实施|长期|持续/.test(inner)) return null;
  const from = base + group.from;
  return {
    ...nobody('bracket', from, base + group.to),
    deadline: { ...due, from: from + 1, to: from + 1 + inner.length },
  };
}

/** （市政务局牵头，市人社局、市医: the text stops inside a name, which is then no name. */
function dropCutName(read: Attribution): void {
  const all = [...read.lead, ...read.co].sort((a, b) => a.from - b.from);
  const last = all.at(-1);
  if (last === undefined || last.confidence > 0.4 || all.length < 2) return;
  read.lead = read.lead.filter((name) => name !== last);
  read.co = read.co.filter((name) => name !== last);
  read.flags.push('unread-words');
}

/** 县住建局（县人防办）: the plate of the body before it. */
function isHungPlate(text: string, group: Group, inner: string, context: AttributionContext): boolean {
  if (/牵头|负责|配合|责任|：|落实/.test(inner)) return false;
  const before = /[\u4e00-\u9fff]{2,16}$/.exec(text.slice(0, group.from))?.[0] ?? '';
  return (
    isName(before, context.known) > 0.6 ||
    (before.length > 0 &&
      !/[。；！？”]$/.test(text.slice(0, group.from)) &&
      isName(before.slice(-4), context.known) > 0.6)
  );
}

const standsAtEnd = (text: string, group: Group): boolean =>
  /[。；！？”）]$|^$/.test(text.slice(0, group.from)) &&
  /^[。；）]*(?:$|[\u4e00-\u9fff\d（①-⑳])/.test(text.slice(group.to));

/** 强化平安建设（县公安局）: no stop before the bracket, but nothing behind it, and bodies beyond doubt in it. */
const endsTitle = (text: string, group: Group, read: Attribution): boolean =>
  /^[。；]?$/.test(text.slice(group.to)) &&
  group.from >= 4 &&
  [...read.lead, ...read.co].every(({ name, confidence }) => confidence >= 0.95 && /^[省市县区州]/.test(name));

/** “…。责任单位：A、B；完成时限：6月底” without brackets, behind the last sentence. */
function inLabels(text: string, base: number, context: AttributionContext): Attribution[] {
  const found: Attribution[] = [];
  const starts: number[] = [];
  for (const match of text.matchAll(/(?<=[。；！”）\s])(?=[\u4e00-\u9fff]{2,10}：)/g)) {
    const label = labelAt(text.slice(match.index));
    if (label === null || depth(text.slice(0, match.index)) > 0) continue;
    starts.push(match.index);
  }
  for (const [index, start] of starts.entries()) {
    const last = found.at(-1);
    if (last !== undefined && base + start < last.to) continue;
    // Labels that follow each other belong together; text between them parts them.
    let end = endOfLabel(text, start);
    for (const next of starts.slice(index + 1)) if (next <= end + 1) end = endOfLabel(text, next);
    const read = readAttribution(trimEnd(text.slice(start, end)), base + start, 'label', context);
    if (read !== null && read.understood > 0.55) found.push({ ...read, to: base + end });
  }
  return found;
}

function endOfLabel(text: string, start: number): number {
  const stop = /[。](?![\u4e00-\u9fff]{2,10}：)|(?<=[。；])(?=[（]?\d+[.、）])/.exec(text.slice(start));
  return stop === null ? text.length : start + stop.index + (stop[0] === '。' ? 1 : 0);
}

/** “…。县行政审批局牵头，…负责）”: the opening bracket was lost. */
function withoutOpening(
  text: string,
  base: number,
  context: AttributionContext,
  found: readonly Attribution[],
): Attribution | null {
  if (!/）[。]?$/.test(text) || depth(text) >= 0) return null;
  const start = Math.max(...['。', '；', '！'].map((mark) => text.lastIndexOf(mark, text.length - 3))) + 1;
  const inner = text.slice(start).replace(/）[。]?$/, '');
  if (overlaps(found, { from: base + start, to: base + text.length })) return null;
  const read = readAttribution(inner, base + start, 'bracket', context);
  if (read === null || read.understood < 0.9) return null;
  return { ...read, to: base + text.length, flags: [...read.flags, 'unopened-bracket'] };
}

/** A sentence that does nothing but name who does it: 县发改局牵头，县财政局配合。 */
function inSentences(text: string, base: number, context: AttributionContext): Attribution[] {
  const found: Attribution[] = [];
  const all = sentences(text);
  for (const [index, sentence] of all.entries()) {
    const word = repaired(sentence.text);
    if (index === 0 && all.length > 1 && word.length < 6) continue;
    if (!/(?:牵头|负责|配合|落实|承办|实施)$/.test(word) && !/(?:牵头|负责|主办)[，、]/.test(word)) continue;
    const read = readAttribution(sentence.text, base + sentence.at, 'sentence', context);
    if (read === null || read.understood < 0.97 || read.lead.length + read.co.length === 0) continue;
    if ([...read.lead, ...read.co].some(({ confidence }) => confidence < 0.7)) continue;
    found.push(read);
  }
  return found;
}

function sentences(text: string): { text: string; at: number }[] {
  const found: { text: string; at: number }[] = [];
  let start = 0;
  for (let index = 0; index <= text.length; index++) {
    if (index < text.length && !'。；！？\n'.includes(text[index] ?? '')) continue;
    if (index > start) found.push({ text: text.slice(start, index), at: start });
    start = index + 1;
  }
  return found;
}

function everyName(list: string, context: AttributionContext): boolean {
  const parts = list
    .replace(/(?:牵头)?$/, '')
    .split(/、|和(?=[省市县区国])|及|以及/)
    .filter((part) => part !== '');
  return (
    parts.length > 0 &&
    parts.every((part) => isName(part.replace(/等(?:有关|相关)?(?:部门|单位)?$/, ''), context.known) >= 0.7)
  );
}

/** From the first name to where the names stop: 由发展改革委会同农业部、粮食局等部门研究提出… */
function endOfNames(text: string, start: number, context: AttributionContext): number {
  const open = /^[^，。；]*?等(?:有关|相关|国务院有关)?(?:部门|单位|地区)?/.exec(text.slice(start));
  if (
    open !== null &&
    everyName(
      open[0].replace(/等(?:有关|相关|国务院有关)?(?:部门|单位|地区)?$/, '').replace(/会同|牵头|商/g, '、'),
      context,
    )
  ) {
    return start + open[0].length;
  }
  const clause = /^[^，。；]*/.exec(text.slice(start))?.[0] ?? '';
  const whole = clause.replace(/(?:按职责分工)?(?:共同)?(?:牵头|负责|配合|落实)$/, '');
  if (everyName(whole.replace(/会同|牵头|商/g, '、'), context)) return start + clause.length;
  // The last name ends before the verb of the sentence: take the shortest body that leaves a verb behind it.
  const lastMark = Math.max(clause.lastIndexOf('、'), clause.indexOf('会同') + 1, clause.indexOf('牵头') + 1);
  for (let end = lastMark + 3; end <= clause.length; end++) {
    const last = clause.slice(lastMark + 1, end);
    if (
      isName(last, context.known) >= 0.9 &&
      /^(?:等|研究|制定|制订|推进|开展|组织|建立|完善|负责|提出|出台|落实|做好|抓|对|于|在|按|共同|联合|加强|推动|实施|编制|依法|及时|进一步|加快)/.test(
        clause.slice(end),
      )
    ) {
      return start + end;
    }
  }
  const led = /^[^，。；]*?(?:牵头|负责)/.exec(clause)?.[0];
  return start + (led ?? clause).length;
}

const depth = (text: string): number => {
  let level = 0;
  for (const char of text) level += char === '（' ? 1 : char === '）' ? -1 : 0;
  return level;
};

const trimEnd = (text: string): string => text.replace(/[\s。；，、]+$/, '');

const overlaps = (
  found: readonly { from: number; to: number }[],
  { from, to }: { from: number; to: number },
): boolean => found.some((other) => from < other.to && to > other.from);
