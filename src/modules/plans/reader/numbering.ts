/** The number a paragraph begins with: 一、 （一） 1. 1.2 （1） ① 第一条 任务一：. */
export interface Numbering {
  style: NumberStyle;
  value: number;
  /** As a person would cite it: （一）, 1, 1.2, 第三条. */
  label: string;
  /** Characters it takes. */
  length: number;
  /** Weak: digits before a space, or decimals, which are numbering only where they count on. */
  weak: boolean;
}

/** `plain` is a heading line without a number. */
export type NumberStyle =
  'part' | 'section' | 'article' | 'task' | 'cn' | 'plain' | 'cnp' | 'ar' | 'arp' | 'circle' | `dec${number}`;

/** From the outside in; a style further right never holds one further left. */
const order = [
  'part',
  'section',
  'cn',
  'plain',
  'cnp',
  'article',
  'task',
  'ar',
  'dec2',
  'dec3',
  'dec4',
  'arp',
  'circle',
];

export const rankOf = (style: NumberStyle): number => order.indexOf(style);

const numerals = '一二三四五六七八九十百零〇两';
const unitAfter =
  /^(?:个|工作日|%|‰|元|万|亿|小时|天|日|月|年|家|户|项|次|倍|公里|米|千|吨|亩|人|名|条|类|种|级|号|岁|分钟|×|x|X|\/|-|~|—)/;

export function readNumbering(text: string, gapAfter: (index: number) => boolean): Numbering | null {
  let found = new RegExp(`^第([${numerals}]+|\\d{1,3})(部分|章|节|条)`).exec(text);
  if (found) {
    const style = found[2] === '条' ? 'article' : found[2] === '节' ? 'section' : 'part';
    // 第十三条规定 in the middle of a paragraph is a citation.
    if (style === 'article' && /^(?:规定|第|、|和|至|的|所|中|之)/.test(text.slice(found[0].length))) return null;
    const extra = /^[、：.]/.exec(text.slice(found[0].length))?.[0].length ?? 0;
    return make(style, found[1], found[0], found[0].length + extra, false);
  }
  found = new RegExp(`^(任务|措施|举措|行动|专项行动|重点任务)([${numerals}]+|\\d{1,3})[、：.]`).exec(text);
  if (found) return make('task', found[2], `${found[1]}${found[2]}`, found[0].length, false);
  found = new RegExp(`^（([${numerals}]{1,5})[）、.][、.：]?`).exec(text);
  if (found) return make('cnp', found[1], `（${found[1]}）`, found[0].length, false);
  found = new RegExp(`^([${numerals}]{1,5})）[、.]?`).exec(text);
  if (found) return make('cnp', found[1], `（${found[1]}）`, found[0].length, false);
  found = new RegExp(`^([${numerals}]{1,5})[、.](?=.)`).exec(text);
  if (found && isCount(found[1])) return make('cn', found[1], found[1] ?? '', found[0].length, false);
  found = /^（(\d{1,3})）[、.]?/.exec(text) ?? /^(\d{1,2})）[、.]?/.exec(text);
  if (found) return make('arp', found[1], `（${found[1]}）`, found[0].length, false);
  found = /^(\d{1,2}(?:\.\d{1,2}){1,3})[.、]?(?=\D)/.exec(text);
  if (found) {
    const after = text.slice(found[0].length);
    if (unitAfter.test(after)) return null;
    const parts = (found[1] ?? '').split('.');
    const last = Number(parts.at(-1));
    const style = `dec${parts.length}` as const;
    return { style, value: last, label: found[1] ?? '', length: found[0].length, weak: true };
  }
  found = /^(\d{1,3})[.、]{1,2}(?!\d)/.exec(text);
  if (found) return make('ar', found[1], found[1] ?? '', found[0].length, false);
  found = /^(\d{1,3})(?=[\u4e00-\u9fff“《])/.exec(text);
  if (found && gapAfter(found[0].length) && !unitAfter.test(text.slice(found[0].length))) {
    return make('ar', found[1], found[1] ?? '', found[0].length, true);
  }
  // 2.2021年12月底前…: the figure is a year.
  found = /^(\d{1,3})[.、](?=(?:19|20)\d{2}年)/.exec(text);
  if (found) return make('ar', found[1], found[1] ?? '', found[0].length, false);
  found = /^(\d{1,3})、(?=\d)/.exec(text);
  if (found) return make('ar', found[1], found[1] ?? '', found[0].length, true);
  found = /^(\d{1,3})[，。](?=[\u4e00-\u9fff“《])/.exec(text);
  if (found) return make('ar', found[1], found[1] ?? '', found[0].length, true);
  const circle = '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳'.indexOf(text[0] ?? ' ');
  if (circle >= 0) return { style: 'circle', value: circle + 1, label: text[0] ?? '', length: 1, weak: false };
  return null;
}

function make(style: NumberStyle, digits: string | undefined, label: string, length: number, weak: boolean) {
  return { style, value: readCount(digits ?? '') ?? 0, label, length, weak };
}

const ones = new Map([...'零一二三四五六七八九'].map((digit, value) => [digit, value]));
ones.set('〇', 0);
ones.set('两', 2);

const isCount = (text: string | undefined): boolean => readCount(text ?? '') !== null;

/** 二十三 or 23 as a number; null where it is neither. */
export function readCount(text: string): number | null {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (text === '' || !new RegExp(`^[${numerals}]+$`).test(text)) return null;
  let total = 0;
  let digit: number | null = null;
  for (const char of text) {
    const one = ones.get(char);
    if (one !== undefined) {
      if (digit !== null && digit !== 0) return null;
      digit = one;
    } else {
      total += (digit ?? 1) * (char === '百' ? 100 : 10);
      digit = null;
    }
  }
  return total + (digit ?? 0);
}
