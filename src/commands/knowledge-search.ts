import { parseArgs } from 'node:util';
import { evaluateKnowledge, knowledgeIndex, type KnowledgeDoc } from '../modules/hotline/index.ts';
import { readJsonLines, textOf, UnusableInput } from './json-lines.ts';

const usage = [
  '用法：npm run -s yingshang -- knowledge search --docs 知识.jsonl --queries 问题.jsonl [--json]',
  '知识每行 {"id":"…","title":"…","text":"…"}；问题每行 {"text":"…","doc":"应当找到的知识 id"}，doc 可以没有。',
  '',
].join('\n');

/** `knowledge search`: at which rank the knowledge base offers the entry that answers. Needs no database. */
export async function knowledge(args: string[]): Promise<number> {
  const asked = parsed(args);
  if (asked === null) {
    process.stderr.write(usage);
    return 2;
  }
  let docs: KnowledgeDoc[];
  let queries: Query[];
  try {
    docs = await docsIn(asked.docs);
    queries = await queriesIn(asked.queries, docs);
  } catch (error) {
    if (!(error instanceof UnusableInput)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  const index = knowledgeIndex(docs);
  const from = performance.now();
  const results = queries.map(({ id, text, wanted }) => {
    const found = index.search(text, { limit: wanted.length > 0 ? deepestRank : deepest });
    const place = found.findIndex((hit) => wanted.includes(hit.id));
    return {
      id,
      rank: wanted.length === 0 ? undefined : place < 0 ? null : place + 1,
      hits: found.slice(0, deepest).map((hit) => ({ id: hit.id, score: hit.score })),
    };
  });
  const ms = (performance.now() - from) / Math.max(1, queries.length);
  const ranks = results.flatMap(({ rank }) => (rank === undefined ? [] : [rank]));
  const known = new Set(docs.map(({ id }) => id));
  const missing = queries.flatMap(({ wanted }) => wanted).filter((id) => !known.has(id));
  const { mrr, hit1, hit3, hit10 } = evaluateKnowledge(ranks);
  const figures =
    ranks.length === 0
      ? { judged: 0, mrr: null, hit1: null, hit3: null, hit10: null }
      : { judged: ranks.length, mrr: rounded(mrr), hit1: rounded(hit1), hit3: rounded(hit3), hit10: rounded(hit10) };
  const output = {
    docs: index.size,
    queries: queries.length,
    ...figures,
    missingDocs: [...new Set(missing)],
    msPerQuery: rounded(ms),
    results: results.map(({ rank, ...rest }) => (rank === undefined ? rest : { ...rest, rank })),
  };
  process.stdout.write(asked.json ? `${JSON.stringify(output)}\n` : asText(output));
  return 0;
}

interface Query {
  id: string;
  text: string;
  /** Entries that answer it; empty: not known. */
  wanted: string[];
}

interface Output {
  docs: number;
  queries: number;
  judged: number;
  mrr: number | null;
  hit1: number | null;
  hit3: number | null;
  hit10: number | null;
  missingDocs: string[];
  results: { id: string; rank?: number | null; hits: { id: string; score: number }[] }[];
}

function asText({ docs, queries, judged, mrr, hit1, hit3, hit10, missingDocs, results }: Output): string {
  const lines = [`知识 ${docs} 条，问题 ${queries} 个`];
  if (mrr !== null && hit1 !== null && hit3 !== null && hit10 !== null) {
    const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
    lines.push(
      `知道答案的问题 ${judged} 个：MRR ${mrr.toFixed(4)}，第一条就是 ${percent(hit1)}，前三 ${percent(hit3)}，前十 ${percent(hit10)}`,
    );
  }
  if (missingDocs.length > 0) lines.push(`这些知识不在文件里，按没找到计算：${missingDocs.slice(0, 20).join('、')}`);
  for (const { id, rank, hits } of results) {
    const place = rank === undefined ? '' : rank === null ? '\t没找到' : `\t第 ${rank}`;
    lines.push(`${id}${place}\t${hits.map((hit) => `${hit.id} ${hit.score.toFixed(3)}`).join('　')}`);
  }
  return `${lines.join('\n')}\n`;
}

const deepest = 10;
/** Beyond this an entry counts as not found; it would add less than a thousandth to the MRR. */
const deepestRank = 1000;
const contentKeys = ['text', 'body', 'answer', 'content', 'reply'];
const wantedKeys = ['doc', 'docId', 'answerId', 'relevant', 'docs', 'answerIds'];

async function docsIn(path: string): Promise<KnowledgeDoc[]> {
  const rows = await readJsonLines(path);
  const lineOf = new Map<string, number>();
  return rows.map(({ line, row }) => {
    const text = textOf(row, contentKeys);
    const title = textOf(row, ['title', 'question']);
    if (text === undefined && title === undefined)
      throw new UnusableInput(`“${path}”第 ${line} 行没有 text（知识内容），或者是空的。`);
    const id = textOf(row, ['id', 'docId', 'answerId']) ?? String(line);
    const before = lineOf.get(id);
    if (before !== undefined) throw new UnusableInput(`“${path}”第 ${line} 行的 id “${id}”和第 ${before} 行重复。`);
    lineOf.set(id, line);
    return title === undefined ? { id, text: text ?? '' } : { id, title, text: text ?? '' };
  });
}

async function queriesIn(path: string, docs: readonly KnowledgeDoc[]): Promise<Query[]> {
  const rows = await readJsonLines(path);
  const docIds = new Set(docs.map(({ id }) => id));
  const idOfText = new Map(docs.map(({ id, text }) => [text, id]));
  return rows.map(({ line, row }) => {
    const body = textOf(row, ['text', 'question', 'query', 'content', 'body']);
    const title = textOf(row, ['title']);
    if (body === undefined && title === undefined)
      throw new UnusableInput(`“${path}”第 ${line} 行没有 text（问题），或者是空的。`);
    const id = textOf(row, ['id']) ?? String(line);
    const pointed = wantedKeys.flatMap((key) => idsOf(row[key]));
    const answer = textOf(row, ['answer', 'reply']);
    const answered = answer === undefined ? undefined : docIds.has(answer) ? answer : idOfText.get(answer);
    const named = pointed.length > 0 || answered === undefined ? pointed : [answered];
    // Without a pointer a question belongs to the entry of the same id.
    const wanted = named.length > 0 ? named : docIds.has(id) && row['id'] !== undefined ? [id] : [];
    return { id, text: [title, body].filter((part) => part !== undefined).join('\n'), wanted };
  });
}

function idsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsOf);
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
}

function parsed(args: string[]): { docs: string; queries: string; json: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        docs: { type: 'string' },
        queries: { type: 'string' },
      },
      allowPositionals: true,
    });
    const { docs, queries, json } = values;
    const fits = positionals.length === 1 && positionals[0] === 'search';
    return fits && docs !== undefined && queries !== undefined ? { docs, queries, json } : null;
  } catch {
    return null;
  }
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
