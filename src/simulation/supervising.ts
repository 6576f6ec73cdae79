import {
  listSupervisions,
  listTasks,
  closeSupervision,
  replyToSupervision,
  superviseTask,
} from '../modules/tasks/contract.ts';
import { workingDayMinutes } from './office-hours.ts';
import type { Random } from './random.ts';
import type { Town } from './town.ts';
import * as words from './words.ts';

/** The supervisor looks at what is late, sends slips, and closes those that were answered well. */
export async function supervise(town: Town, random: Random): Promise<void> {
  const supervisor = town.staff('supervisor');
  const { levels } = await supervisor.call(listSupervisions, { size: 1 });
  const level = levels[0]?.level;
  const { tasks } = await supervisor.call(listTasks, { light: ['red'], subjectType: 'case', size: 20 });
  for (const task of tasks.filter((one) => !one.supervised && one.holder.unitId !== null).slice(0, 3)) {
    if (level === undefined) return;
    const { supervision } = await supervisor.call(superviseTask, {
      taskId: task.id,
      level,
      reason: random.pick(words.supervisionReasons),
    });
    town.tally.supervisions += 1;
    town.plan(town.hours.after(town.now(), random.whole(30, 2 * workingDayMinutes)), async () => {
      const supervisionId = supervision.id;
      await town
        .officerOf(supervision.unitId)
        .call(replyToSupervision, { supervisionId, text: random.pick(words.supervisionReplies) });
      town.plan(town.hours.after(town.now(), random.whole(30, workingDayMinutes)), async () => {
        await supervisor.call(closeSupervision, { supervisionId, outcome: 'accepted', note: '情况属实，予以销号。' });
      });
    });
  }
}
