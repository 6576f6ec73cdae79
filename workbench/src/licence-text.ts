import { isNode, LineCounter, parseDocument, stringify } from 'yaml';

/** The text of a licence type while somebody edits it: what it says, and on which line something stands. */
export interface TypeText {
  definition: Record<string, unknown> | null;
  /** What keeps the text from being read; empty when it can be. */
  fault: string;
  /** Line, counted from 1, of a place such as `/layout/items/3/text`, or of the nearest thing around it. */
  lineOf(path: string): number;
}

export function readTypeText(text: string): TypeText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (path: string): number => {
    const keys = path.split('/').slice(1);
    for (let depth = keys.length; depth > 0; depth -= 1) {
      const node = document.getIn(keys.slice(0, depth), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line ?? 1;
    return { definition: null, fault: `第 ${line} 行附近写法不对，请检查缩进、冒号、引号和括号。`, lineOf };
  }
  const value: unknown = document.toJS();
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { definition: value as Record<string, unknown>, fault: '', lineOf }
    : { definition: null, fault: '最外层要写成“名称: 内容”的样子。', lineOf };
}

/** One item of the face on one line, so that a layout can be read as a list. */
export function writeTypeText(definition: Readonly<Record<string, unknown>>): string {
  const { layout, ...rest } = definition;
  const head = stringify(rest, { lineWidth: 0 });
  if (typeof layout !== 'object' || layout === null || !('items' in layout) || !Array.isArray(layout.items))
    return layout === undefined ? head : head + stringify({ layout }, { lineWidth: 0 });
  const { items, ...size } = layout as { items: unknown[] };
  const rows = items.map((item) => `    - ${flow(item)}\n`).join('');
  const sizes = Object.entries(size).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`);
  return `${head}layout:\n${sizes.join('')}  items:\n${rows}`;
}

/** JSON is YAML: `{ "kind": … }` with the quotes of plain keys left out. */
function flow(item: unknown): string {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return JSON.stringify(item);
  return `{ ${Object.entries(item)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(', ')} }`;
}
