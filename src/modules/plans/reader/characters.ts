import { Converter } from 'opencc-js/t2cn';

/**
 * One character of the text → what the grammar reads. Widths, presentation forms, radicals that PDF files hold in place of
 * characters, traditional characters. The kind of bracket carries no meaning in these documents and its pairing is the
 * first thing a copy breaks, so all round, square and lenticular brackets become one pair.
 */
export function readCharacter(char: string): string {
  const known = cache.get(char);
  if (known !== undefined) return known;
  const read = convert(char);
  cache.set(char, read);
  return read;
}

export const isHan = (char: string | undefined): boolean => char !== undefined && /[\u3400-\u9fff\u3007]/.test(char);
export const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';

const cache = new Map<string, string>();

const fixed: Record<string, string> = {
  '(': '（',
  ')': '）',
  '[': '（',
  ']': '）',
  '〔': '（',
  '〕': '）',
  '【': '（',
  '】': '）',
  '［': '（',
  '］': '）',
  '〖': '（',
  '〗': '）',
  '﹝': '（',
  '﹞': '）',
  '﹙': '（',
  '﹚': '）',
  '〈': '〈',
  '〉': '〉',
  '﹑': '、',
  '､': '、',
  '﹐': '，',
  '﹔': '；',
  '﹕': '：',
  '∶': '：',
  '｡': '。',
  '．': '.',
  '﹒': '.',
  '•': '·',
  '「': '“',
  '」': '”',
  '『': '‘',
  '』': '’',
  '％': '%',
  '﹪': '%',
  '～': '~',
  '〜': '~',
  '—': '—',
  '─': '—',
  '━': '—',
  '│': '|',
  '┃': '|',
  '｜': '|',
  '＊': '*',
  // Characters of Japanese and of no language that copies and recognition put in place of ours.
  巿: '市',
  単: '单',
  営: '营',
  県: '县',
  囯: '国',
  図: '图',
  団: '团',
  関: '关',
  権: '权',
  検: '检',
  経: '经',
  済: '济',
  発: '发',
  総: '总',
  価: '价',
  収: '收',
  対: '对',
  効: '效',
  実: '实',
  広: '广',
  労: '劳',
  増: '增',
  続: '续',
  産: '产',
  拡: '扩',
  観: '观',
  処: '处',
  厎: '底',
  屇: '局',
  // Radicals without a compatibility mapping that stand for characters in text taken from PDF files.
  '⺠': '民',
  '⻄': '西',
  '⻅': '见',
  '⻆': '角',
  '⻉': '贝',
  '⻋': '车',
  '⻓': '长',
  '⻔': '门',
  '⻘': '青',
  '⻚': '页',
  '⻛': '风',
  '⻜': '飞',
  '⻝': '食',
  '⻢': '马',
  '⻣': '骨',
  '⻥': '鱼',
  '⻦': '鸟',
  '⻩': '黄',
  '⻬': '齐',
  '⻰': '龙',
};

/** Characters that are both simplified and, in another sense, traditional: 乾县 is a county. */
const keep = new Set('乾著瞭藉馀於');

let toSimplified: ((text: string) => string) | undefined;

function convert(char: string): string {
  const direct = fixed[char];
  if (direct !== undefined) return direct;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return char;
  // Full-width ASCII: letters and digits narrow, marks stay as Chinese text writes them.
  if (code >= 0xff01 && code <= 0xff5e) {
    return '，；：？！（）'.includes(char) ? char : String.fromCodePoint(code - 0xfee0);
  }
  const decomposes =
    (code >= 0x2474 && code <= 0x249b) ||
    (code >= 0x3220 && code <= 0x3229) ||
    (code >= 0x2f00 && code <= 0x2fd5) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0x2488 && code <= 0x249b);
  if (decomposes) return [...char.normalize('NFKC')].map((part) => fixed[part] ?? part).join('');
  if (char === '於') return '于';
  if (keep.has(char) || !isHan(char)) return char;
  toSimplified ??= Converter({ from: 't', to: 'cn' });
  const simplified = toSimplified(char);
  return simplified.length === char.length ? simplified : char;
}
