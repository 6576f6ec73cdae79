import { compounds, isCollective, looksLikeBody, stripHung, verbs } from './names.ts';
import type { KnownNames } from './types.ts';

/** A name in a list, with its place in the flow. */
export interface ListedName {
  name: string;
  from: number;
  to: number;
  collective: boolean;
  /** 县发改局（牵头）, *县发改局: the role is written at the name. */
  mark: 'lead' | 'co' | null;
  confidence: number;
}

export interface NameList {
  names: ListedName[];
  /** The list says itself that it is not complete: A、B等. */
  open: boolean;
  /** Pieces that are no names. */
  strange: { from: number; to: number }[];
}

export interface ListText {
  text: string;
  /** Place of the first character in the flow. */
  base: number;
  gapBefore(index: number): boolean;
  known?: KnownNames | undefined;
  /** White space parts the names, since nothing else does: in a cell, behind a label. Elsewhere it is damage. */
  spaced?: boolean;
}

/** A、B和C等部门及各镇 → three departments, two collective bodies, an open list. */
export function readNames(list: ListText): NameList {
  const result: NameList = { names: [], open: false, strange: [] };
  for (const piece of pieces(list)) readPiece(piece, list, result);
  return result;
}

interface Piece {
  text: string;
  at: number;
}

/** Cuts at list marks outside brackets; collective bodies that contain list marks stay whole. */
export function pieces(list: ListText, marks = '、，；,;\n\v/'): Piece[] {
  const { text } = list;
  const whole = protectedRanges(text);
  const spaced = list.spaced === true;
  const found: Piece[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (whole.some(([from, to]) => index > from && index < to)) continue;
    if (char === '（') depth++;
    else if (char === '）') depth = Math.max(0, depth - 1);
    else if (depth === 0 && marks.includes(char)) {
      if ((char === '\v' || char === '\n') && !cutsAtBreak(text.slice(start, index), text.slice(index + 1), list.known))
        continue;
      found.push({ text: text.slice(start, index), at: start });
      start = index + 1;
    } else if (depth === 0 && spaced && index > start && list.gapBefore(list.base + index)) {
      const left = text.slice(start, index);
      const right = text.slice(index).split(/[、，；\n\v]/)[0] ?? '';
      if (
        left.length >= 3 &&
        right.length >= 3 &&
        isName(left, list.known) > 0.6 &&
        (isName(right, list.known) > 0.6 || isName(upToGap(list, index), list.known) > 0.6)
      ) {
        found.push({ text: left, at: start });
        start = index;
      }
    }
  }
  found.push({ text: text.slice(start), at: start });
  return found.flatMap(rejoin).filter(({ text: piece }) => clean(piece) !== '');

  /** An inner bracket that lost its end swallows the list behind it: give the names back. */
  function rejoin(piece: Piece): Piece[] {
    const opened = piece.text.lastIndexOf('（');
    if (opened < 0 || piece.text.indexOf('）', opened) >= 0 || !/[、，]/.test(piece.text.slice(opened))) return [piece];
    const out: Piece[] = [];
    let from = 0;
    for (const match of piece.text.matchAll(/[、，]/g)) {
      if (match.index < opened) continue;
      out.push({ text: piece.text.slice(from, match.index), at: piece.at + from });
      from = match.index + 1;
    }
    out.push({ text: piece.text.slice(from), at: piece.at + from });
    return out;
  }
}

function upToGap(list: ListText, index: number): string {
  let end = index + 1;
  while (end < list.text.length && !list.gapBefore(list.base + end) && !'、，；\n\v'.includes(list.text[end] ?? ''))
    end++;
  return list.text.slice(index, end);
}

export function isName(text: string, known?: KnownNames): number {
  const name = clean(text);
  return isCollective(name) ? 0.95 : looksLikeBody(name, known);
}

/** In a cell: a line break ends a name, or a width does. */
function cutsAtBreak(left: string, right: string, known?: KnownNames): boolean {
  const next = right.split(/[、，；\n\v]/)[0] ?? '';
  const one = left.replace(/\v/g, '');
  if (isName(one, known) < 0.6) return false;
  if (isName(next, known) > 0.6) return true;
  return looksLikeBody(one + next, known) < 0.6;
}

function protectedRanges(text: string): [number, number][] {
  const ranges: [number, number][] = [];
  for (const compound of compounds) {
    for (const match of text.matchAll(compound)) ranges.push([match.index - 1, match.index + match[0].length]);
  }
  return ranges;
}

const quantity = '(?:\\d+|[一二三四五六七八九十]+)?(?:个|家)?';
const qualifier =
  '(?:国务院|中央|省级|市级|县级|区级|州级|省直|市直|县直|区直|省|市|县|区|州|其他|其它|有关|相关|各有关|各相关|各|行业|主管|职能|成员|责任|监管|业务|涉企|直属|驻地|金融)*';
const etcetera = new RegExp(
  `^(.+?)等(?:${quantity}(${qualifier}(?:部门|单位|机构|企业|地区|委办局|银行)(?:[和、及](?:单位|地区|企业|部门))?)?)(?:(?:以及|及|和|与|、)(.+))?$`,
);

function readPiece(piece: Piece, list: ListText, result: NameList): void {
  let { text } = piece;
  let { at } = piece;
  // No body is called 由…; 同 and 和 may belong to a name.
  const lead =
    /^(?:(?:本|此|该)项?(?:工作|任务|措施|事项|改革|举措)由|其中|分别由|并由|各由|由)(?=.{2})/.exec(text)?.[0] ??
    /^(?:请|同|会同|以及|及|和|与)(?=.{2})/.exec(text)?.[0] ??
    '';
  if (lead !== '' && (lead.endsWith('由') || lead === '其中' || isName(text, list.known) < 0.9)) {
    text = text.slice(lead.length);
    at += lead.length;
  }
  const open = etcetera.exec(text);
  if (open !== null && !(isName(text, list.known) > 0.9 && !text.includes('等'))) {
    result.open = true;
    readPiece({ text: open[1] ?? '', at }, list, result);
    const which = open[2];
    if (which !== undefined) {
      // “等部门” is no body, but it says that more than those named are meant.
      const plain = /^(?:部门|单位|机构|企业|地区|部门和单位|部门、单位|部门及单位)$/.test(which);
      const start = text.indexOf(plain ? '等' : which, (open[1] ?? '').length);
      const name = plain ? text.slice(start, text.indexOf(which, start) + which.length) : which;
      put({ text: name, at: at + start }, list, result, true);
    }
    const rest = open[3];
    if (rest !== undefined) readPiece({ text: rest, at: at + text.length - rest.length }, list, result);
    return;
  }
  for (const part of conjoined({ text, at }, list.known)) put(part, list, result, false);
}

/** 市政务服务 ends like a body only to the ear: 市政务服务和数据管理局 is one name. */
const wholeEnding =
  /(?:[局委办厅部院署会社联行司心府队处站所校庭团室]|人大|政协|单位|部门|地区|县区|区县|镇|乡|街道|）)$/;

/** Cuts at 和、及、与 only between two whole names: 住房和城乡建设局 is one. */
function conjoined(piece: Piece, known?: KnownNames): Piece[] {
  if (known?.has(piece.text) === true) return [piece];
  for (const match of piece.text.matchAll(/以及|和|及|与|暨|\+/g)) {
    const left = piece.text.slice(0, match.index);
    const right = piece.text.slice(match.index + match[0].length);
    // 各有关部门和单位 is one collective body.
    if (depthOf(left) !== 0 || right === '' || (isCollective(left) && bareKind.test(right))) continue;
    if (
      wholeEnding.test(stripHung(left)) &&
      isName(left, known) >= 0.85 &&
      conjoined({ text: right, at: 0 }, known).every(({ text }) => isName(text, known) >= 0.6)
    ) {
      return [
        { text: left, at: piece.at },
        ...conjoined({ text: right, at: piece.at + match.index + match[0].length }, known),
      ];
    }
  }
  // 各镇各部门, 各乡镇各有关单位: two collective bodies without a mark between them.
  const both = /^(各.+?)(各.+)$/.exec(piece.text);
  if (both && isCollective(both[1] ?? '') && /(?:镇|乡|街道|县|区|市|办|部门|单位|政府|园区|）)$/.test(both[1] ?? '')) {
    const cut = (both[1] ?? '').length;
    return [
      { text: piece.text.slice(0, cut), at: piece.at },
      { text: piece.text.slice(cut), at: piece.at + cut },
    ];
  }
  return [piece];
}

const bareKind = /^(?:部门|单位|机构|企业|地区|地方|有关单位|相关单位|有关部门|有关地方|直属机构)$/;

const depthOf = (text: string): number => (text.match(/（/g)?.length ?? 0) - (text.match(/）/g)?.length ?? 0);

const clean = (text: string): string =>
  text.replace(/^[\s：:·*★▲●—-]+|[\s。.．：:·*★▲●）]+$/g, (mark, offset: number) =>
    mark.includes('）') && offset > 0 && text.includes('（') ? mark.replace(/[^）]/g, '') : '',
  );

function put(piece: Piece, list: ListText, result: NameList, collective: boolean): void {
  let name = clean(piece.text);
  if (name === '') return;
  let mark: ListedName['mark'] = null;
  if (/^[*★▲●]/.test(piece.text) || /[*★▲]$/.test(piece.text)) mark = 'lead';
  const role = /（(?:为)?(牵头|总牵头|主办|牵头单位|主办单位|牵头部门|牵头负责|配合|协办|配合单位|协办单位)）$/.exec(
    name,
  );
  if (role) {
    mark = /配合|协办/.test(role[1] ?? '') ? 'co' : 'lead';
    name = name.slice(0, role.index);
  }
  // 1.市发改委 2.市财政局 in one cell.
  name = name.replace(/^(?:\d{1,2}[.、]|[①-⑳]|（\d{1,2}）)(?=[\u4e00-\u9fff])/, '');
  const offset = Math.max(0, piece.text.indexOf(name));
  const from = list.base + piece.at + offset;
  const to = from + name.length;
  name = name.replaceAll(/[\v\n]/g, '');
  if (depthOf(name) > 0) name = `${name}）`;
  const group = collective || isCollective(name);
  const confidence = group ? 0.95 : looksLikeBody(name, list.known);
  if (!group && confidence === 0 && !acceptable(name)) {
    result.strange.push({ from, to });
    return;
  }
  result.names.push({ name, from, to, collective: group, mark, confidence: Math.max(confidence, 0.4) });
}

/** A name of an unknown kind may stand in a list; a sentence may not. */
const acceptable = (name: string): boolean =>
  !verbs.test(name) &&
  stripHung(name).length >= 2 &&
  stripHung(name).length <= 16 &&
  /^[\u4e00-\u9fffA-Za-z0-9（）、“”·]+$/.test(name) &&
  !/[的了将把被]|^(?:每|全年|自|于|至少)|\d+(?:次|场|期|日|天|年|月|项|家)|^[一二三四五六七八九十]+$|^\d+$|职责|分工|责任|任务|工作$|下同|等$/.test(
    name,
  );
