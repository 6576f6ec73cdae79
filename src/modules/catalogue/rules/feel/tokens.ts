/** A fault in what a clerk wrote; `column` counts characters from 1. */
export class FeelSyntaxError extends Error {
  readonly column: number;
  readonly reason: string;

  constructor(text: string, offset: number, reason: string) {
    const column = [...text.slice(0, offset)].length + 1;
    super(`第 ${column} 列：${reason}`);
    this.name = 'FeelSyntaxError';
    this.column = column;
    this.reason = reason;
  }
}

export interface Token {
  kind: 'name' | 'keyword' | 'string' | 'number' | 'symbol' | 'end';
  /** As written; for a string, what it says. */
  text: string;
  offset: number;
}

export const keywords: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'in',
  'between',
  'true',
  'false',
  'null',
  'date',
]);

/** Splits a condition into tokens; the last one is `end`. */
export function tokensOf(text: string): Token[] {
  if (text.length > longestText) throw new FeelSyntaxError(text, longestText, `条件太长，最多 ${longestText} 个字符`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const space = /^\s+/.exec(text.slice(at));
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const token = nextToken(text, at);
    tokens.push(token.token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', offset: text.length });
  return tokens;
}

const longestText = 4000;
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', n: '\n', r: '\r', t: '\t' };
/** What slips in from a Chinese input method, and what to type instead. */
const fullWidth: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '‘': '"',
  '’': '"',
  '，': ',',
  '（': '(',
  '）': ')',
  '＞': '>',
  '＜': '<',
  '＝': '=',
  '【': '[',
  '】': ']',
  '、': ',',
  '。': '.',
  '；': ',',
  '！': '!',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  '－': '-',
  '—': '-',
};

function nextToken(text: string, at: number): { token: Token; end: number } {
  const rest = text.slice(at);
  const word = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0];
  if (word !== undefined) return { token: wordToken(text, at, word), end: at + word.length };
  const number = /^\d+(?:\.\d+)?/.exec(rest)?.[0];
  if (number !== undefined) {
    if (!Number.isFinite(Number(number)) || number.length > 15) throw new FeelSyntaxError(text, at, '这个数太长了');
    return { token: { kind: 'number', text: number, offset: at }, end: at + number.length };
  }
  if (rest.startsWith('"')) return stringToken(text, at);
  const symbol = /^(?:\.\.|<=|>=|!=|[<>=()[\],-])/.exec(rest)?.[0];
  if (symbol !== undefined) return { token: { kind: 'symbol', text: symbol, offset: at }, end: at + symbol.length };
  const char = [...rest][0] ?? '';
  const instead = fullWidth[char];
  if (instead !== undefined) throw new FeelSyntaxError(text, at, `“${char}”是中文符号，请改用英文的 ${instead}`);
  if (/\p{Script=Han}/u.test(char)) throw new FeelSyntaxError(text, at, '中文要写在英文双引号里面，例如 "租赁"');
  throw new FeelSyntaxError(text, at, `不认识“${char}”`);
}

function wordToken(text: string, at: number, word: string): Token {
  if (keywords.has(word)) return { kind: 'keyword', text: word, offset: at };
  if (keywords.has(word.toLowerCase())) throw new FeelSyntaxError(text, at, `请写成小写的 ${word.toLowerCase()}`);
  if (!/^[a-z][A-Za-z0-9]*$/.test(word)) {
    throw new FeelSyntaxError(text, at, `“${word}”不能做数据项的名字：要以小写英文字母开头，只含英文字母和数字`);
  }
  return { kind: 'name', text: word, offset: at };
}

function stringToken(text: string, start: number): { token: Token; end: number } {
  let value = '';
  let at = start + 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '"') return { token: { kind: 'string', text: value, offset: start }, end: at + 1 };
    if (char !== '\\') {
      value += char;
      at += 1;
      continue;
    }
    const unicode = /^\\u([0-9A-Fa-f]{4})/.exec(text.slice(at, at + 6));
    const plain = escapes[text.charAt(at + 1)];
    if (unicode !== null) {
      value += String.fromCharCode(parseInt(unicode[1] ?? '', 16));
      at += 6;
    } else if (plain !== undefined) {
      value += plain;
      at += 2;
    } else {
      throw new FeelSyntaxError(text, at, '反斜杠后面只能是 " \\ n r t 或 u 加四位十六进制数');
    }
  }
  throw new FeelSyntaxError(text, start, '引号没有配对，缺少结尾的 "');
}
