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

/**
 * A definition as somebody would write it: parts in their usual order whatever order they were kept in, without what
 * goes without saying, one item of the face on one line.
 */
export function writeTypeText(definition: Readonly<Record<string, unknown>>): string {
  const { layout, ...parts } = definition;
  const rest = { ...parts };
  if (Array.isArray(rest.fields)) rest.fields = rest.fields.map((field) => ordered(field, fieldOrder, fieldDefaults));
  const head = stringify(ordered(rest, typeOrder, {}), { lineWidth: 0 });
  if (!isRecord(layout) || !Array.isArray(layout.items))
    return layout === undefined ? head : head + stringify({ layout }, { lineWidth: 0 });
  const { items, ...size } = layout;
  const sizes = Object.entries(ordered(size, ['width', 'height'], {}) as Record<string, unknown>);
  const rows = (items as unknown[]).map((item) => `    - ${flow(ordered(item, itemOrder, itemDefaults))}\n`);
  return `${head}layout:\n${sizes.map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`).join('')}  items:\n${rows.join('')}`;
}

const typeOrder = 'id name code codeSource summary holder issuers sealKind basis fields subject number validity'.split(
  ' ',
);
const fieldOrder = ['id', 'label', 'kind', 'required', 'unit', 'personal', 'from', 'words', 'codes', 'sample'];
const itemOrder = 'kind x y x1 y1 x2 y2 width height align text size'.split(' ');
const fieldDefaults = {
  kind: 'text',
  required: true,
  unit: '',
  personal: false,
  from: [],
  words: {},
  codes: {},
  sample: '',
};
const itemDefaults = { font: 'serif', weight: 'regular', colour: '#000000', align: 'left', lines: 1 };

function ordered(value: unknown, order: readonly string[], defaults: Readonly<Record<string, unknown>>): unknown {
  if (!isRecord(value)) return value;
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, one]) => !(key in defaults) || JSON.stringify(one) !== JSON.stringify(defaults[key]))
      .sort(([one], [other]) => place(one) - place(other)),
  );
}

/** JSON is YAML: `{ "kind": … }` with the quotes of plain keys left out. */
function flow(item: unknown): string {
  if (!isRecord(item)) return JSON.stringify(item);
  const pairs = Object.entries(item).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `{ ${pairs.join(', ')} }`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
