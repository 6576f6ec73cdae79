import { deadlineOf, type DeadlineContext } from './deadlines.ts';
import { isName, pieces, readNames, type ListedName, type ListText } from './name-list.ts';
import { firstListed, labelAt, starredLead, tailOf, type Role } from './roles.ts';
import type { AttributionForm, KnownNames } from './types.ts';

/**
 * Reads one attribution: who leads, who works with them, by when. Written by hand and not with a parser generator, because what
 * arrives is damaged: a grammar that fails as a whole at one stray bracket would lose nine good names for one bad character.
 * This one goes piece by piece, keeps what it is sure of and says how much of the text it understood.
 */
export interface Attribution {
  lead: ListedName[];
  co: ListedName[];
  collective: ListedName[];
  sponsors: { name: string; from: number; to: number }[];
  deadline: { text: string; date: string | null; from: number; to: number } | null;
  /** Somebody is said to lead; else the first of `co` may, if the document says so. */
  leadWritten: boolean;
  /** All that is said is who helps (配合单位：A): somebody above leads, A does not. */
  helpersOnly: boolean;
  /** The lead stands in the heading above. */
  inheritedLead?: boolean;
  /** 列第一位者为牵头单位 stands inside. */
  saysFirstLeads: boolean;
  form: AttributionForm;
  from: number;
  to: number;
  /** Share of the text that was understood. */
  understood: number;
  flags: string[];
}

export interface AttributionContext extends DeadlineContext {
  gapBefore(index: number): boolean;
  known?: KnownNames | undefined;
}

interface State {
  role: Role | null;
  pending: ListedName[];
  out: Attribution;
  strange: number;
  signals: number;
  spaced: boolean;
  responsible: ListedName[];
}

export const nobody = (form: AttributionForm, from: number, to: number): Attribution => ({
  lead: [],
  co: [],
  collective: [],
  sponsors: [],
  deadline: null,
  leadWritten: false,
  helpersOnly: false,
  saysFirstLeads: false,
  form,
  from,
  to,
  understood: 1,
  flags: [],
});

/** `text` without its brackets; `base` is its place; `initial` the part its column gives. Null where it speaks of something else. */
export function readAttribution(
  text: string,
  base: number,
  form: AttributionForm,
  context: AttributionContext,
  initial: Role | null = null,
): Attribution | null {
  if (text.length > 900 || text.length < 2) return null;
  const state: State = {
    role: initial,
    pending: [],
    strange: 0,
    signals: 0,
    spaced: false,
    responsible: [],
    out: { ...nobody(form, base, base + text.length), leadWritten: initial === 'lead' },
  };
  const note = firstListed.exec(text) ?? starredLead.exec(text);
  let body = text;
  if (note !== null) {
    state.out.saysFirstLeads = true;
    // Blanked, so that places stay what they are.
    const end =
      /^[^，。；）]{0,6}(?:，?(?:下同|以下同|后同))?/.exec(text.slice(note.index + note[0].length))?.[0].length ?? 0;
    const from = text.slice(0, note.index).search(/[（，。；、][^（，。；、]{0,6}$/);
    const start = from < 0 ? note.index : from;
    const length = note.index + note[0].length + end - start;
    body = text.slice(0, start) + '，'.repeat(length) + text.slice(start + length);
  }
  for (const section of sections(body)) readSection(section.text, base + section.at, state, context);
  flush(state, state.role);
  return finish(state, text, form);
}

/** Cuts before every label, so that a separator that was lost does not join two parts. */
function sections(text: string): { text: string; at: number }[] {
  const cuts = [0];
  for (const match of text.matchAll(/：/g)) {
    const cut = labelStart(text, match.index);
    if (cut !== null && bracketDepth(text.slice(0, cut)) <= 0) cuts.push(cut);
  }
  const unique = [...new Set(cuts)].sort((a, b) => a - b);
  return unique.map((at, index) => ({ text: text.slice(at, unique[index + 1] ?? text.length), at }));
}

/** The longest words before the colon that are a label: 市级牵头单位, not 牵头单位 behind 市级; 县水利局 before it is none. */
function labelStart(text: string, colon: number): number | null {
  const marks = Math.max(...[...'，。；、\v\n：'].map((mark) => text.lastIndexOf(mark, colon - 1))) + 1;
  for (let start = Math.max(0, marks, colon - 16); start <= colon - 2; start++)
    if (/[\u4e00-\u9fff]/.test(text[start] ?? '') && labelAt(text.slice(start))?.length === colon - start + 1)
      return start;
  return null;
}

const bracketDepth = (text: string): number => {
  let depth = 0;
  for (const char of text) depth += char === '（' ? 1 : char === '）' ? -1 : 0;
  return depth;
};

function readSection(text: string, base: number, state: State, context: AttributionContext): void {
  const label = labelAt(text);
  let rest = text;
  let at = base;
  if (label !== null) {
    flush(state, state.role);
    state.role = label.role;
    state.signals++;
    rest = text.slice(label.length);
    at += label.length;
    if (label.role === 'lead') state.out.leadWritten = true;
  }
  if (state.role === 'sponsor') {
    for (const person of people(rest))
      state.out.sponsors.push({ name: person.name, from: at + person.at, to: at + person.at + person.name.length });
    return;
  }
  if (state.role === 'ignored') return;
  if (state.role === 'deadline') {
    const trimmed = rest.replace(/^[\s\v]+/, '').replace(/[\s\v。；，、）]+$/, '');
    const found = deadlineOf(trimmed, context);
    const from = at + rest.indexOf(trimmed);
    if (trimmed !== '' && state.out.deadline === null) {
      state.out.deadline = { text: found?.text ?? trimmed, date: found?.date ?? null, from, to: from + trimmed.length };
      if (found === null) state.out.flags.push('deadline-unclear');
    }
    return;
  }
  state.spaced = (state.out.form === 'table' || state.out.form === 'label') && !/[、，]/.test(rest);
  const list: ListText = {
    text: rest,
    base: at,
    gapBefore: context.gapBefore,
    known: context.known,
    spaced: state.spaced,
  };
  for (const piece of pieces(list, '、，；。,;.\n\v')) {
    readPiece(piece.text, at + piece.at, state, context);
    const end = rest[piece.at + piece.text.length];
    if ((end === '；' || end === '。') && state.pending.length > 0) flush(state, state.role);
  }
}

function readPiece(text: string, at: number, state: State, context: AttributionContext): void {
  const deadline = deadlineOf(text, context);
  if (deadline !== null) {
    // A deadline written for each part: the last of them is the measure's.
    const held = state.out.deadline;
    if (held === null || (deadline.date !== null && (held.date === null || deadline.date > held.date))) {
      state.out.deadline = { ...deadline, from: at, to: at + text.length };
    }
    if (held !== null) state.out.flags.push('several-deadlines');
    return;
  }
  // 每季度至少1次: how often, not who.
  if (/^(?:每|全年|至少|不少于)/.test(text) && /[\d一二两三四]+(?:次|场|期|轮|条|篇)/.test(text)) return;
  // 乙局配合 2024年8月底前: the comma was lost.
  const dated = /^(.+?(?:牵头|配合|负责|参与|落实))((?:19|20)\d{2}年.{1,14})$/.exec(text);
  if (dated !== null && deadlineOf(dated[2] ?? '', context) !== null) {
    readPiece(dated[1] ?? '', at, state, context);
    return readPiece(dated[2] ?? '', at + (dated[1] ?? '').length, state, context);
  }
  // 甲局牵头 乙局配合: only a space between them, and spaces are damage.
  const two =
    /^(.{2,40}?(?:牵头|负责))((?:省|市|县|区|州|国|中|各|有关|相关|其他).{1,60}?(?:配合|协助|协办|参与|负责|落实))$/.exec(
      text,
    );
  if (two !== null && isName((two[1] ?? '').replace(/牵头$|负责$/, ''), context.known) > 0.6) {
    readPiece(two[1] ?? '', at, state, context);
    return readPiece(two[2] ?? '', at + (two[1] ?? '').length, state, context);
  }
  const joined = /^(.{2,30}?)(?:会同|会商|商(?!务|贸|会|业|银|投)|联合|协同)(.{2,})$/.exec(text);
  if (joined && isName((joined[1] ?? '').replace(/^由/, '').replace(/牵头$/, ''), context.known) > 0.6) {
    take((joined[1] ?? '').replace(/牵头$/, ''), at, state, context);
    state.signals++;
    state.out.leadWritten = true;
    flush(state, 'lead');
    const rest = joined[2] ?? '';
    return readPieceAs(rest, at + text.length - rest.length, state, context, 'co');
  }
  readPieceAs(text, at, state, context, null);
}

function readPieceAs(text: string, at: number, state: State, context: AttributionContext, forced: Role | null): void {
  if (/^(?:会同|并会同|联合(?!会|征信))/.test(text)) {
    const word = /^(?:并会同|会同|联合)/.exec(text)?.[0] ?? '';
    flush(state, state.pending.length > 0 && state.out.lead.length === 0 ? 'lead' : state.role);
    return readPieceAs(text.slice(word.length), at + word.length, state, context, 'co');
  }
  const tail = context.known?.has(text) === true ? null : tailOf(text);
  if (tail !== null) {
    const names = text.slice(0, tail.names);
    if (names !== '') take(names, at, state, context);
    state.signals++;
    const role = forced === 'co' && tail.role === 'responsible' ? 'co' : tail.role;
    if (role === 'lead' && (state.pending.length > 0 || names !== '')) state.out.leadWritten = true;
    // “牵头单位：A牵头”: the label has said it already; “责任单位：A、B按职责分工负责” too.
    flush(state, state.role !== null && role === 'responsible' ? state.role : role);
    return;
  }
  // 县发改局负责项目立项: the duty behind the verb.
  const duty = /^(.{2,24}?)(牵头负责|牵头|具体负责|主要负责|负责|配合)(.{2,})$/.exec(text);
  if (duty && isName((duty[1] ?? '').replace(/^由/, ''), context.known) > 0.6) {
    take(duty[1] ?? '', at, state, context);
    state.signals++;
    const role = (duty[2] ?? '').includes('牵头') ? 'lead' : duty[2] === '配合' ? 'co' : 'responsible';
    if (role === 'lead') state.out.leadWritten = true;
    state.out.flags.push('split-duties');
    flush(state, role);
    return;
  }
  const count = state.pending.length;
  take(text, at, state, context);
  if (forced !== null && state.pending.length > count && state.role === null) state.role = forced;
}

function take(text: string, at: number, state: State, context: AttributionContext): void {
  const list = readNames({ text, base: at, gapBefore: context.gapBefore, known: context.known });
  state.pending.push(...list.names);
  if (list.open) state.out.flags.push('open-list');
  state.strange += list.strange.reduce((sum, { from, to }) => sum + to - from, 0);
}

function flush(state: State, role: Role | null): void {
  const { out } = state;
  for (const name of state.pending) {
    if (name.collective) out.collective.push(name);
    else if (name.mark === 'lead') {
      out.lead.push(name);
      out.leadWritten = true;
    } else if (name.mark === 'co' || role === 'co') out.co.push(name);
    else if (role === 'lead') out.lead.push(name);
    else state.responsible.push(name);
    if (role === 'lead' && name.collective) out.flags.push('collective-lead');
  }
  state.pending = [];
}

function finish(state: State, text: string, form: AttributionForm): Attribution | null {
  const { out, responsible } = state;
  const departments = [...out.lead, ...out.co, ...responsible];
  const all = [...departments, ...out.collective];
  if (all.length === 0 && out.sponsors.length === 0 && (out.deadline === null || state.signals === 0)) {
    return out.saysFirstLeads || (out.deadline !== null && form === 'label') ? out : null;
  }
  const solid = departments.filter(({ confidence }) => confidence >= 0.7).length + out.collective.length;
  out.understood = Math.max(0, 1 - state.strange / Math.max(1, text.length));
  if (state.signals === 0) {
    // A bare list of names at the end of a task: only when every one of them is a body beyond doubt.
    if (
      form !== 'table' &&
      (solid < all.length ||
        all.length === 0 ||
        state.strange > 0 ||
        departments.some(({ confidence }) => confidence < 0.9))
    )
      return null;
    if (form !== 'table') out.flags.push('no-role-word');
  } else if (form !== 'label' && form !== 'table' && (out.understood < 0.55 || (all.length > 0 && solid === 0)))
    return null;
  if (state.strange > 0) out.flags.push('unread-words');
  // “A负责，B配合”: who is responsible beside somebody who only helps, leads.
  if (!out.leadWritten && out.co.length > 0 && responsible.length > 0) {
    out.lead.push(...responsible);
    out.leadWritten = true;
  } else out.co.unshift(...responsible);
  out.helpersOnly = out.lead.length === 0 && !out.leadWritten && responsible.length === 0 && out.co.length > 0;
  // “A、B、C按职责分工负责，A牵头”: who leads is named twice.
  out.co = inOrder(out.co).filter(
    ({ name }, index, list) =>
      list.findIndex((other) => other.name === name) === index && !out.lead.some((other) => other.name === name),
  );
  return out;
}

const inOrder = (names: ListedName[]): ListedName[] => [...names].sort((a, b) => a.from - b.from);

const office =
  /(?:长|常委|书记|主任|主席|委员|巡视员|调研员|局长|秘书|同志|县委|党组成员|院长|检察长|部长|主任委员|助理)$/;
const startsOffice =
  /^(?:县|市|省|区|州|镇|党|副|常务|政府|政协|人大|一级|二级|三级|四级|开发区|园区|管委会|分管|各|[\u4e00-\u9fff]{0,6}(?:副?县长|副?市长|副?区长|书记|主任|常委|部长|局长))/;

/** 县委常委、副县长尹少平，副县长韩海毓: two people; the mark inside an office is not a separator. */
export function people(text: string): { name: string; at: number }[] {
  const found: { name: string; at: number }[] = [];
  let start = 0;
  for (let index = 0; index <= text.length; index++) {
    const char = text[index];
    const left = text.slice(start, index);
    const cut =
      index === text.length ||
      char === '，' ||
      char === '；' ||
      char === '。' ||
      char === '\v' ||
      char === '\n' ||
      (char === '、' && !office.test(left) && startsOffice.test(text.slice(index + 1)));
    if (!cut) continue;
    const name = left.replace(/^[\s，；、）]+|[\s，；、。）]+$/g, '');
    if (name !== '' && name.length <= 40)
      found.push({ name: name.replaceAll(/[\v\n]/g, ''), at: start + left.indexOf(name) });
    start = index + 1;
  }
  return found;
}
