import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { plan } from '../../../commands/plan.ts';

describe('plan read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plan-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => vi.restoreAllMocks());

  async function run(...args: string[]) {
    let out = '';
    let err = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
    const code = await plan(args);
    vi.restoreAllMocks();
    return { code, out, err };
  }

  const file = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  it('prints the reading as JSON, one entry for each attribution', async () => {
    const path = file(
      'a.txt',
      '一、任务\n1.优化服务。甲事。（县财政局牵头，县税务局配合，2023年6月底前）办理时间压缩至3个工作日以内。（县公安局牵头）',
    );
    const { code, out } = await run('read', path, '--json');
    expect(code).toBe(0);
    const output = JSON.parse(out) as Record<string, unknown>;
    expect(Object.keys(output)).toEqual(['document', 'areas', 'measures', 'keyTasks', 'reportDates', 'warnings']);
    expect(output['measures']).toMatchObject([
      {
        no: 1,
        title: '优化服务',
        lead: ['县财政局'],
        co: ['县税务局'],
        collective: [],
        impliedLead: false,
        deadline: '2023-06-30',
        targets: [],
        part: 1,
        parts: 2,
      },
      {
        no: 1,
        title: '优化服务',
        lead: ['县公安局'],
        co: [],
        deadline: null,
        targets: [{ comparator: '<=', value: 3, unit: '工作日' }],
        part: 2,
        parts: 2,
      },
    ]);
  });

  it('says in Chinese what it found', async () => {
    const { code, out } = await run('read', file('b.txt', '1.优化服务。公开流程。（县财政局负责）'));
    expect(code).toBe(0);
    expect(out).toContain('牵头：县财政局（推定）');
  });

  it('warns with the place and still succeeds', async () => {
    const { code, out } = await run(
      'read',
      file('c.txt', '1.甲事。公开流程。（县财政局牵头，县税务局配合\n2.乙事。没有人管。\n4.丙事。（县公安局牵头）'),
      '--json',
    );
    expect(code).toBe(0);
    const { warnings } = JSON.parse(out) as { warnings: { code: string; line: number; message: string }[] };
    expect(warnings.map(({ code: kind, line }) => [kind, line])).toEqual([
      ['unclosed-bracket', 1],
      ['no-attribution', 2],
      ['number-missing', 3],
    ]);
    expect(warnings[1]?.message).toBe('第2行：第2项没有写明由谁负责。');
  });

  it.each([
    ['no document', () => file('d.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2])), /是图片/],
    ['empty', () => file('e.txt', ''), /空文件/],
    ['an English letter', () => file('f.txt', 'Dear Sir,\n1. Thank you for your letter.\nYours, J. Smith'), /没有中文/],
    ['a shopping list', () => file('g.txt', '周末购物清单\n1.牛奶两盒\n2.鸡蛋一打'), /不像.*公文/],
    [
      'an old Word file',
      () => file('h.doc', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])),
      /另存为/,
    ],
    ['missing', () => join(folder, 'missing.txt'), /找不到这个文件/],
    ['a folder', () => folder, /这是文件夹/],
  ])('%s: exit 2 and a sentence', async (_, path, message) => {
    const { code, out, err } = await run('read', path(), '--json');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  it('shows how it is used', async () => {
    for (const args of [[], ['read'], ['write', 'x'], ['read', 'x', '--wrong']]) {
      const { code, err } = await run(...args);
      expect(code).toBe(2);
      expect(err).toContain('用法');
    }
  });
});
