import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { hotline } from '../../../commands/hotline-suggest.ts';
import { knowledge } from '../../../commands/knowledge-search.ts';
import { madeTickets } from './fixtures/tickets.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotline-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

async function run(command: (args: string[]) => Promise<number>, ...args: string[]) {
  let out = '';
  let err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
  const code = await command(args);
  vi.restoreAllMocks();
  return { code, out, err };
}

function file(name: string, rows: readonly unknown[]): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    `\uFEFF${rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\r\n')}\n\n`,
  );
  return path;
}

describe('hotline suggest', () => {
  const tickets = madeTickets(260);
  const train = file('train.jsonl', tickets.slice(0, 220));
  const test = file('test.jsonl', [...tickets.slice(220), { text: '公章丢了', department: '档案馆' }]);

  it('prints shares as JSON and names units it could not know', async () => {
    const { code, out } = await run(hotline, 'suggest', '--train', train, '--test', test, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      train: 220,
      test: 41,
      unseenDepartments: { 档案馆: 1 },
      automatic: { wantedPrecision: 0.95 },
    });
    const { top1, top3 } = JSON.parse(out) as { top1: number; top3: number };
    expect(top1).toBeGreaterThan(0.6);
    expect(top3).toBeGreaterThanOrEqual(top1);
    expect(top3).toBeLessThan(1);
  });

  it('prints the same for people', async () => {
    const { out } = await run(hotline, 'suggest', '--train', train, '--test', test);
    expect(out).toContain('学习 220 条');
    expect(out).toContain('档案馆 1 条');
    expect(out).toMatch(/第一个建议就对　+\d+\.\d%/);
  });

  it.each([
    [['{"text":"a","department":"b"}', '{"text":'], '第 2 行不是 JSON'],
    [['[1]'], '第 1 行不是 JSON 对象'],
    [['{"text":"a","department":"b"}', '{"text":"  ","department":"b"}'], '第 2 行没有 text'],
    [['{"text":"a"}'], '第 1 行没有 department'],
    [[], '没有内容'],
  ])('refuses %j', async (rows, message) => {
    const { code, err, out } = await run(hotline, 'suggest', '--train', train, '--test', file('bad.jsonl', rows));
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('says how it is used and which file is not there', async () => {
    expect((await run(hotline, 'suggest')).err).toContain('用法');
    expect((await run(hotline, 'suggest', '--train', train, '--test', test, '--precision', '2')).code).toBe(2);
    expect((await run(hotline, 'suggest', '--train', join(folder, 'no'), '--test', test)).err).toContain('找不到');
  });
});

describe('knowledge search', () => {
  const docs = file('docs.jsonl', [
    { id: 1, question: '社保卡掉了怎么补', answer: '到社保服务窗口补办。' },
    { id: 'b', title: '户口迁移', text: '到派出所办理。' },
    { id: 'c', text: '停水请拨打供水公司电话。' },
  ]);

  it('knows the wanted entry by pointer, by its text or by the same id', async () => {
    const queries = file('queries.jsonl', [
      { text: '社保卡不见了', doc: 1 },
      { id: 'q2', text: '停水了怎么办', answer: '停水请拨打供水公司电话。' },
      { id: 'b', question: '户口怎么迁' },
      { id: 'q4', text: '路灯不亮' },
      { id: 'q5', text: '路灯不亮', docId: 'nowhere' },
    ]);
    const { code, out } = await run(knowledge, 'search', '--docs', docs, '--queries', queries, '--json');
    expect(code).toBe(0);
    const output = JSON.parse(out) as { results: { id: string; rank?: number | null; hits: { id: string }[] }[] };
    expect(output).toMatchObject({ judged: 4, mrr: 0.75, hit1: 0.75, hit10: 0.75, missingDocs: ['nowhere'] });
    expect(output.results.map(({ rank }) => rank)).toEqual([1, 1, 1, undefined, null]);
    expect(output.results[0]?.hits[0]?.id).toBe('1');
  });

  it('prints a line for each question, and no figures when nothing is known', async () => {
    const queries = file('plain.jsonl', ['{"text":"停水"}']);
    const { out } = await run(knowledge, 'search', '--docs', docs, '--queries', queries);
    expect(out).toContain('知识 3 条，问题 1 个');
    expect(out).not.toContain('MRR');
    expect(out).toMatch(/^1\tc 0\.\d+/m);
  });

  it('refuses rows without text and ids given twice', async () => {
    const twice = file('twice.jsonl', ['{"id":"a","text":"x"}', '{"id":"a","text":"y"}']);
    expect((await run(knowledge, 'search', '--docs', twice, '--queries', docs)).err).toContain('和第 1 行重复');
    const empty = file('empty.jsonl', ['{"id":"a"}']);
    expect(await run(knowledge, 'search', '--docs', docs, '--queries', empty)).toMatchObject({ code: 2, out: '' });
    expect((await run(knowledge, 'search')).err).toContain('用法');
  });
});
