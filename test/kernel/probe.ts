import { z } from 'zod';
import { sql } from '../../src/kernel/db.ts';
import { endpoint } from '../../src/kernel/endpoint.ts';
import { AppError, type ErrorTable } from '../../src/kernel/errors.ts';
import { route, type Module, type Tx } from '../../src/kernel/module.ts';
import type { Instant } from '../../src/kernel/time.ts';

/** A module with the smallest possible matter of its own, to see the kernel at work: it counts in `kernel.serial`. */
export const probeErrors = {
  PROBE_REFUSED: { status: 409, zh: '这次不行，因为{reason}。' },
} as const satisfies ErrorTable;

export const addition = endpoint({
  id: 'probe.add',
  method: 'POST',
  path: '/api/probe/:scope/additions',
  summary: '加一个数',
  permission: 'public',
  scope: 'public',
  input: z.object({
    scope: z.string().min(1).max(40),
    amount: z.number().int(),
    tell: z.boolean().default(false),
    refuse: z.boolean().default(false),
  }),
  output: z.object({ total: z.number().int(), at: z.string() }),
  errors: ['PROBE_REFUSED'],
  status: 201,
  example: { scope: 'a', amount: 1 },
});

export const total = endpoint({
  id: 'probe.total',
  method: 'GET',
  path: '/api/probe/:scope',
  summary: '看总数',
  permission: 'public',
  scope: 'public',
  input: z.object({ scope: z.string(), plus: z.coerce.number().int().default(0) }),
  output: z.object({ total: z.number().int() }),
  errors: [],
});

export const breakage = endpoint({
  id: 'probe.break',
  method: 'GET',
  path: '/api/probe-breakage',
  summary: '出错',
  permission: 'public',
  scope: 'public',
  input: z.object({}),
  output: z.object({}),
  errors: [],
});

export interface Hearing {
  subscriber: (tx: Tx, payload: Record<string, unknown>, event: { id: string; at: Instant }) => Promise<void>;
  job: (tx: Tx) => Promise<number>;
}

/** `hearing` may be changed by the test while the platform runs. */
export function probe(hearing: Hearing = { subscriber: async () => {}, job: async () => 0 }): Module {
  return {
    name: 'probe',
    errors: probeErrors,
    routes: [
      route(addition, async ({ tx, input, now }) => {
        const added = await add(tx, input.scope, input.amount);
        if (input.refuse) throw new AppError('PROBE_REFUSED', { reason: '要求拒绝' });
        tx.note(`probe:${input.scope}`, `加 ${input.amount}`);
        if (input.tell) tx.publish('probe.added', { scope: input.scope, amount: input.amount });
        return { total: added, at: now, secret: 'never leaves' };
      }),
      route(total, async ({ tx, input }) => ({ total: (await totalOf(tx, input.scope)) + input.plus })),
      route(breakage, () => Promise.reject(new Error('a fault of ours, with a password in it'))),
    ],
    subscribers: [
      {
        name: 'probe.hear',
        topic: 'probe.added',
        handle: (tx, payload, event) => hearing.subscriber(tx, payload, event),
      },
    ],
    jobs: [{ name: 'probe.work', everySeconds: 60, run: (tx) => hearing.job(tx) }],
  };
}

export async function add(tx: Tx, scope: string, amount: number): Promise<number> {
  const { last } = await tx.one<{ last: number }>(sql`insert into kernel.serial (region, scope, day, last)
    values (${tx.region}, ${scope}, '2026-11-23', ${amount})
    on conflict (region, scope, day) do update set last = kernel.serial.last + excluded.last returning last`);
  return last;
}

export async function totalOf(tx: Tx, scope: string): Promise<number> {
  return (
    (
      await tx.maybe<{ last: number }>(
        sql`select last from kernel.serial where region = ${tx.region} and scope = ${scope}`,
      )
    )?.last ?? 0
  );
}
