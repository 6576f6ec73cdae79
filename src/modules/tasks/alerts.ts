import { may, type Reach } from '../../kernel/actor.ts';
import { empty, sql } from '../../kernel/db.ts';
import { route, type Subscriber, type Tx } from '../../kernel/module.ts';
import { chineseDate, localDateOf, plusMs, type Instant } from '../../kernel/time.ts';
import { listAlerts } from './contract.ts';

/** Alerts for staff: whatever moved by itself or by somebody else's hand, told once to those who should look. */

type Audience = 'holder' | 'unit-leader' | 'supervisor' | 'leader';

interface Told {
  audience: Audience;
  unitId: string | null;
  title: string;
  words: string;
  link: string;
}

type Payload = Record<string, string | null>;

const readings: Readonly<Record<string, (payload: Payload) => Told>> = {
  'task.escalated': (task) => ({
    audience: (task.tell as Audience) ?? 'holder',
    unitId: task.unitId ?? null,
    title: `${task.title}（${task.subjectNo}）`,
    words: `${task.words}，应于${chineseDate(localDateOf(task.dueAt ?? ''))}前办完`,
    link: task.link ?? '',
  }),
  'task.pauseOverran': (task) => ({
    audience: 'unit-leader',
    unitId: task.unitId ?? null,
    title: `${task.title}（${task.subjectNo}）`,
    words: `“${task.ground}”计划到${chineseDate(task.plannedUntil ?? '')}，已过期，办理期限继续计算`,
    link: task.link ?? '',
  }),
  'task.handedOver': (task) => ({
    audience: 'holder',
    unitId: task.unitId ?? null,
    title: task.title ?? '待办移交',
    words: `移交过来：${task.reason}`,
    link: task.link ?? '',
  }),
  'supervision.issued': (slip) => ({
    audience: 'unit-leader',
    unitId: slip.unitId ?? null,
    title: `督办单 ${slip.number}`,
    words: `请在${chineseDate(localDateOf(slip.dueAt ?? ''))}前答复`,
    link: `/workbench/supervision/${slip.supervisionId}`,
  }),
  'supervision.replied': (slip) => ({
    audience: 'supervisor',
    unitId: slip.unitId ?? null,
    title: `督办单 ${slip.number}`,
    words: '已答复，等待销号',
    link: `/workbench/supervision/${slip.supervisionId}`,
  }),
};

export const alertSubscribers: readonly Subscriber[] = Object.entries(readings).map(([topic, read]) => ({
  name: `tasks.alert:${topic}`,
  topic,
  async handle(tx, payload, { id }) {
    const { audience, unitId, title, words, link } = read(payload as Payload);
    // An applicant's own duty concerns no unit: the module that opened it tells the applicant.
    if (unitId === null) return;
    await tx.exec(sql`insert into tasks.alert (region, id, at, audience, unit_id, title, words, link)
      values (${tx.region}, ${id}, ${tx.now}, ${audience}, ${unitId}, ${title}, ${words}, ${link}) on conflict do nothing`);
  },
}));

export const alertRoutes = [
  route(listAlerts, async ({ tx, input, reach }) => {
    const rows = await tx.rows<{
      id: string;
      at: Instant;
      audience: Audience;
      unitId: string;
      title: string;
      words: string;
      link: string;
    }>(sql`
      select id, at, audience, unit_id, title, words, link from tasks.alert a
      where a.region = ${tx.region} ${within(tx, reach)} order by a.at desc, a.id limit ${input.size + 1} offset ${(input.page - 1) * input.size}`);
    return { alerts: rows.slice(0, input.size), hasMore: rows.length > input.size };
  }),
];

/** After three months an alert is history; the task's own events keep it. */
export function forgetOldAlerts(tx: Tx): Promise<number> {
  return tx.exec(sql`delete from tasks.alert where region = ${tx.region} and at < ${plusMs(tx.now, -90 * 86_400_000)}`);
}

/** A unit sees what is for it; who supervises sees what is for the supervising office and the leaders. */
function within(tx: Tx, reach: Reach) {
  if (may(tx.actor, 'task.supervise')) return sql`and a.audience in ('supervisor', 'leader')`;
  return reach === 'all'
    ? empty
    : sql`and a.unit_id = any(${reach as string[]}::text[]) and a.audience in ('holder', 'unit-leader')`;
}
