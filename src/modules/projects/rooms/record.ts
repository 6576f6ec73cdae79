import { sql } from '../../../kernel/db.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Subscriber, Tx } from '../../../kernel/module.ts';
import { chineseDate, localDateOf } from '../../../kernel/time.ts';
import { tellApplicant } from '../../cases/index.ts';
import { rooms, type Room } from './duties.ts';

/** What every room leaves behind: its own record, the journal, and what the firm is told. */

/** One step, for ever. */
export async function recordStep(
  tx: Tx,
  room: Room,
  subjectId: string,
  step: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  await tx.exec(sql`insert into projects.room_event (region, id, room, subject_id, at, step, actor_id, actor_name, unit_id, detail)
    values (${tx.region}, ${uuidv7(Date.parse(tx.now))}, ${room}, ${subjectId}, ${tx.now}, ${step}, ${tx.actor.accountId}, ${tx.actor.name},
      ${tx.actor.unitId}, ${JSON.stringify(detail)}::jsonb)`);
  tx.note(`${room}:${subjectId}`, step, detail);
}

/** The next number of a kind in this year: 会商〔2026〕3号. */
export async function nextNumber(tx: Tx, kind: string): Promise<string> {
  const year = Number(localDateOf(tx.now).slice(0, 4));
  const { last } = await tx.one<{ last: number }>(sql`insert into projects.room_number as n (region, kind, year, last)
    values (${tx.region}, ${kind}, ${year}, 1)
    on conflict (region, kind, year) do update set last = n.last + 1 returning last`);
  return `${kind}〔${year}〕${last}号`;
}

export interface Told {
  accountId: string;
  projectId: string | null;
  title: string;
  body: string;
}

/** After commit: a message that has gone out cannot be called back. */
export function tellFirm(tx: Tx, told: Told): void {
  tx.publish('project.roomTurn', { ...told });
}

export const tellingSubscribers: readonly Subscriber[] = [
  {
    name: 'projects.tellRoomTurn',
    topic: 'project.roomTurn',
    async handle(tx, payload, { id }) {
      await deliver(tx, id, payload as unknown as Told);
    },
  },
  {
    name: 'projects.remindFirm',
    topic: 'task.escalated',
    async handle(tx, payload, { id }) {
      const duty = payload as unknown as {
        unitId: string | null;
        accountId: string | null;
        subjectType: string;
        subjectId: string;
        title: string;
        words: string;
        dueAt: string;
      };
      if (duty.unitId !== null || duty.accountId === null || !rooms.includes(duty.subjectType as Room)) return;
      await deliver(tx, id, {
        accountId: duty.accountId,
        projectId: null,
        title: duty.title,
        body: `${duty.words}，请在${chineseDate(localDateOf(duty.dueAt))}前办好。`,
      });
    },
  },
];

async function deliver(tx: Tx, id: string, { accountId, projectId, title, body }: Told): Promise<void> {
  await tellApplicant(tx, {
    id,
    accountId,
    title,
    body,
    ...(projectId === null ? {} : { matter: { type: 'project', id: projectId } }),
  });
}
