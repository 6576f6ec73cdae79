import { describeTerm } from '../../calendar/index.ts';
import { chineseDate } from '../../kernel/time.ts';
import { outcomeName } from './rules/decide.ts';
import type { TaskEvent } from './rules/task.ts';

/** One event of a task's history in a sentence that a villager understands. */
export function tellEvent(event: TaskEvent, units: { nameOf(id: string): string }): string {
  const due = 'projection' in event ? `，期限到${chineseDate(event.projection.dueOn)}` : '';
  switch (event.type) {
    case 'opened':
      return `开始计时${due}`;
    case 'paused':
      return `中止计时：${event.pause.groundName}（告知书 ${event.pause.noticeNo ?? ''}），计划到${event.pause.plannedUntil === null ? '' : chineseDate(event.pause.plannedUntil)}${due}`;
    case 'pauseOverran':
      return `告知的中止时间已到，自动恢复计时${due}`;
    case 'resumed':
      return `恢复计时${event.reason === '' ? '' : `：${event.reason}`}${due}`;
    case 'extended':
      return `延长${describeTerm(event.extension.amount)}，依据${event.extension.basis}，批准人${event.extension.approvedBy}${due}`;
    case 'recalculated':
      return event.from === event.projection.dueOn
        ? `${event.reason}，期限不变`
        : `${event.reason}，期限由${chineseDate(event.from)}调整为${chineseDate(event.projection.dueOn)}`;
    case 'handedOver':
      return `${event.unitId === null ? '移交' : `由${units.nameOf(event.unitId)}办理`}${event.accountId === null ? '' : '，指定到人'}：${event.reason}`;
    case 'escalated':
      return event.rungs.length === 0 ? '调整提醒时间' : `发出预警：${event.rungs.join('、')}`;
    case 'finished':
      return `${outcomeName(event.outcome)}${event.reason === '' ? '' : `：${event.reason}`}`;
    case 'supervised':
      return `发出${event.number}：${event.reason}`;
    case 'supervisionReplied':
      return `回复${event.number}：${event.text}`;
    case 'supervisionClosed':
      return `${event.outcome === 'accepted' ? '销号' : '退回'}${event.number}：${event.note}`;
  }
}
