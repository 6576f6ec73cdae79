import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createApp } from 'vue';
import { z } from 'zod';
import { endpoint } from '../../src/kernel/endpoint.ts';
import { useCommand } from './use-command.ts';

const wire = vi.spyOn(globalThis, 'fetch');
afterAll(() => wire.mockRestore());

const decide = endpoint({
  id: 'probe.decide',
  method: 'POST',
  path: '/api/probe/:id/decision',
  summary: '',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ id: z.string(), reason: z.string() }),
  output: z.object({ done: z.boolean() }),
  errors: [],
});

/** Answers one after the other and remembers the keys it was sent. */
function platformAnswering(...answers: (() => Response)[]): string[] {
  const keys: string[] = [];
  wire.mockImplementation(async (_url, init) => {
    keys.push(new Headers(init?.headers).get('idempotency-key') ?? '');
    await Promise.resolve();
    const answer = answers[keys.length - 1];
    if (answer === undefined) throw new Error('asked too often');
    return answer();
  });
  return keys;
}
const granted = () => Response.json({ done: true });
const lost = (): Response => {
  throw new TypeError('fetch failed');
};
const refused = (message: string) => () =>
  Response.json(
    {
      type: '',
      title: '',
      status: 400,
      code: 'INVALID_INPUT',
      detail: '有误。',
      issues: [{ path: '/reason', message }],
      requestId: '',
    },
    { status: 400 },
  );

function command() {
  const app = createApp({});
  app.use(VueQueryPlugin, { queryClient: new QueryClient() });
  return app.runWithContext(() => useCommand(decide));
}

describe('useCommand', () => {
  it('makes one decision of a double click', async () => {
    const keys = platformAnswering(granted);
    const { run, busy } = command();
    const answers = await Promise.all([run({ id: '1', reason: '齐全' }), run({ id: '1', reason: '齐全' })]);
    expect(answers).toEqual([{ done: true }, undefined]);
    expect(keys).toHaveLength(1);
    expect(busy.value).toBe(false);
  });

  it('repeats a lost call under the same key, and starts a new one when the input changed', async () => {
    const keys = platformAnswering(lost, granted, lost, granted);
    const { run, problem } = command();
    await run({ id: '1', reason: '齐全' });
    expect(problem.value?.code).toBe('UNREACHABLE');
    await run({ id: '1', reason: '齐全' });
    expect(problem.value).toBeNull();
    expect(keys[1]).toBe(keys[0]);
    await run({ id: '1', reason: '再办一次' });
    await run({ id: '1', reason: '改了' });
    expect(new Set(keys)).toHaveProperty('size', 3);
  });

  it('takes a fresh key for the next action after a success', async () => {
    const keys = platformAnswering(granted, granted);
    const { run } = command();
    await run({ id: '1', reason: '同样的话' });
    await run({ id: '1', reason: '同样的话' });
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('calls an empty field empty, and keeps what the platform says of a filled one', async () => {
    const tooShort = '数值过小：期望 string >=1 字符';
    platformAnswering(refused('无效输入'), refused(tooShort), refused('请写明原因。'), refused('无效输入'));
    const { run, problem } = command();
    await run({ id: '1', reason: '' });
    expect(problem.value?.issues).toEqual([{ path: '/reason', message: '请填写这一项。' }]);
    await run({ id: '1', reason: '' });
    expect(problem.value?.issues).toEqual([{ path: '/reason', message: '请填写这一项。' }]);
    await run({ id: '1', reason: '' });
    expect(problem.value?.issues).toEqual([{ path: '/reason', message: '请写明原因。' }]);
    await run({ id: '1', reason: '！' });
    expect(problem.value?.issues).toEqual([{ path: '/reason', message: '无效输入' }]);
  });
});
