import type { TextSpan } from './rows.ts';

/** What a person has to look at before a row is confirmed, in plain words and with its place. Pure; the workbench uses it too. */

/** `stop`: cannot enter the ledger as it is; `look`: compare with the source; `note`: good to know. */
export type Weight = 'stop' | 'look' | 'note';
const weights: readonly Weight[] = ['stop', 'look', 'note'];

export interface Look {
  weight: Weight;
  words: string;
  span: TextSpan | null;
}

export interface NameSeen {
  name: string;
  span: TextSpan | null;
  /** Whether the directory has a unit of that name. */
  known: boolean;
}

export interface RowSeen {
  kind: 'measure' | 'subItem';
  state: 'proposed' | 'confirmed' | 'dropped';
  confidence: number;
  no: string;
  span: TextSpan | null;
  leads: readonly NameSeen[];
  supporters: readonly NameSeen[];
  flags: readonly string[];
}

export type Level = 'typed' | 'sure' | 'fair' | 'weak';
export const levelNames: Readonly<Record<Level, string>> = {
  typed: '人工改过',
  sure: '把握大',
  fair: '把握一般',
  weak: '把握小',
};

/** The mark on a row that a person has typed in. */
export const typedFlag = 'typed';

/** Below 0.8 the reader itself asks for a person. */
export function levelOf(confidence: number, flags: readonly string[]): Level {
  if (flags.includes(typedFlag)) return 'typed';
  return confidence >= 0.9 ? 'sure' : confidence >= 0.8 ? 'fair' : 'weak';
}

/** The heaviest first. Once a person has typed a row, what the reader doubted in it is settled. */
export function looksOf(row: RowSeen, twice: ReadonlySet<string>): Look[] {
  const looks: Look[] = [];
  const say = (weight: Weight, words: string, span = row.span) => void looks.push({ weight, words, span });
  if (row.no.trim() === '') say('stop', '没有编号，要补上才能确认。');
  if (twice.has(numberKey(row))) say('stop', `编号${row.no}用了两次，入台账前要改成不同的编号。`);
  for (const { name, span } of row.leads.filter((one) => !one.known))
    say('stop', `牵头单位“${name}”不在单位目录里，要改成目录里的单位才能确认。`, span ?? row.span);
  for (const { name, span } of row.supporters.filter((one) => !one.known))
    say('look', `配合单位“${name}”不在单位目录里，入台账后只是一个名称，收不到任务。`, span ?? row.span);
  if (row.leads.length === 0) say('look', '没有牵头单位，照这样入台账就没有人牵头。');
  const level = levelOf(row.confidence, row.flags);
  if (level !== 'typed') {
    if (level === 'weak') say('look', '读这一行的把握小，请对照原文。');
    for (const flag of row.flags) {
      const [weight, words] = flagWords[flag] ?? ['look', '读这一行时有疑问，请对照原文。'];
      if (words !== '') say(weight, words);
    }
  }
  const order = (one: Look) => weights.indexOf(one.weight);
  return looks.sort((a, b) => order(a) - order(b));
}

/** What still waits for somebody's eyes; a confirmed row does only where it could not enter. */
export function needsLook(state: RowSeen['state'], looks: readonly { weight: Weight }[]): boolean {
  if (state === 'dropped') return false;
  return looks.some(({ weight }) => weight === 'stop' || (weight === 'look' && state === 'proposed'));
}

/** Numbers that two kept rows of a kind share. */
export function numbersTwice(rows: readonly Pick<RowSeen, 'kind' | 'no' | 'state'>[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const row of rows) {
    if (row.state === 'dropped' || row.no.trim() === '') continue;
    const key = numberKey(row);
    if (seen.has(key)) twice.add(key);
    seen.add(key);
  }
  return twice;
}

function numberKey({ kind, no }: Pick<RowSeen, 'kind' | 'no'>): string {
  return `${kind} ${no}`;
}

/** The reader's marks on a row. An empty sentence: said elsewhere already. */
const flagWords: Readonly<Record<string, readonly [Weight, string]>> = {
  'no-lead': ['note', ''],
  'no-attribution': ['look', '原文里没有写明由谁负责。'],
  'no-title': ['look', '原文里没有标题，标题取自第一句。'],
  'long-title': ['look', '标题很长，可能把正文也读进来了。'],
  'unclosed-bracket': ['look', '责任单位的括号没有收尾，是按到段末读的。'],
  'unopened-bracket': ['look', '责任单位缺左括号，是按最后一句读的。'],
  'unread-words': ['look', '责任单位里有没读懂的文字。'],
  'unknown-name': ['look', '责任单位里有不像单位名称的文字。'],
  'repaired-name': ['look', '有单位名称像是错字，已按全文别处的写法改正。'],
  'doubled-character': ['look', '断行处有重复的字，已去掉一个。'],
  'deadline-unclear': ['look', '完成时限没有读懂。'],
  'several-deadlines': ['look', '原文写了几个完成时限，只记了一个。'],
  'repeated-sentence': ['look', '有整句和别的任务重复。'],
  'several-attributions': ['look', '一条里有几处责任单位，合在了一行；分工不同的可以分成两行。'],
  'collective-lead': ['look', '牵头的是一类单位，不是某一个单位。'],
  'split-duties': ['look', '原文按分工分别写了责任单位，请核对谁牵头。'],
  'no-role-word': ['look', '原文没有写谁牵头、谁配合。'],
  'strict-comparator': ['look', '原文写的是“低于”或“高于”，这里按“不超过”或“不低于”记。'],
  'first-listed-lead': ['note', '原文没写牵头，按“列第一位的为牵头单位”认定。'],
  'inherited-lead': ['note', '牵头单位取自上一级标题。'],
  'sole-responsible': ['note', '原文只写了一个负责单位，认作牵头单位。'],
  'open-list': ['note', '单位名单后面有“等”字，可能还有没写出来的单位。'],
  'mixed-brackets': ['note', '括号一半是全角、一半是半角，已按一对读。'],
  'traditional-characters': ['note', '有繁体字，已按简体读。'],
  'numbered-here': ['note', '原文没有可用的编号，编号是读的时候编的。'],
  'broken-line': ['note', ''],
  'bold-marks': ['note', ''],
  'page-furniture': ['note', ''],
};
