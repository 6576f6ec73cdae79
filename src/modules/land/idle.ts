import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import type { LocalDate } from '../../kernel/time.ts';
import { openTasks } from '../tasks/index.ts';
import { settingsOf } from './settings.ts';
import { insertIdleLand, type IdleLandRow } from './store/idle.ts';

export async function recordIdle(
  tx: Tx,
  given: {
    kind: IdleLandRow['kind'];
    name: string;
    location: string;
    areaMu: number;
    since: LocalDate;
    cause: string;
    measure: string;
  },
  unitId: string,
): Promise<string> {
  const { measure, ...facts } = given;
  const id = uuidv7(Date.parse(tx.now));
  const row = { ...facts, id, unitId, measures: [{ at: tx.now, by: tx.actor.name, text: measure }] };
  await insertIdleLand(tx, { ...row, taskId: await openIdleTask(tx, row) });
  tx.note(`idle-land:${id}`, '登记存量土地', { kind: given.kind, areaMu: given.areaMu });
  return id;
}

/** The next report is owed within the county's term. */
export async function openIdleTask(tx: Tx, row: Pick<IdleLandRow, 'id' | 'name' | 'unitId'>): Promise<string | null> {
  const { idle } = (await settingsOf(tx.services)).desk;
  const [task] = await openTasks(tx, [
    {
      kind: 'land.idle',
      title: `处置存量土地：${row.name}`,
      subject: { type: 'idle-land', id: row.id, no: row.name },
      link: '/land/idle',
      unitId: row.unitId,
      start: tx.now,
      promisedTerm: idle.measureTerm,
      basis: { title: '《闲置土地处置办法》（国土资源部令第53号）', article: '' },
    },
  ]);
  return task?.id ?? null;
}
