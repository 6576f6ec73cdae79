import { calendarErrors } from '../../calendar/index.ts';
import type { Module } from '../../kernel/module.ts';
import { alertRoutes, alertSubscribers, forgetOldAlerts } from './alerts.ts';
import { tasksErrors } from './errors.ts';
import { taskIndicators } from './indicators.ts';
import { jobs, subscribers } from './jobs.ts';
import { loadCounty } from './load.ts';
import { calendarRoutes } from './routes-calendar.ts';
import { taskRoutes } from './routes.ts';

/**
 * 待办·督办: whatever is owed by someone by a date.
 *
 * Publishes `task.escalated` {taskId, kind, kindName, title, subject…, link, unitId, accountId, dueAt, rung, tell, words},
 * `task.pauseOverran` {…, ground, plannedUntil}, `task.moved` {…, from, to, reason} (a notice moved the due date),
 * `task.handedOver` {taskId, fromUnit, unitId, accountId, reason}, `supervision.issued` and `supervision.replied`
 * {supervisionId, number, taskId, unitId}, `calendar.changed` {reason} and its own `calendar.recalculating`.
 */
export const tasks: Module = {
  name: 'tasks',
  errors: { ...tasksErrors, ...calendarErrors },
  routes: [...taskRoutes, ...calendarRoutes, ...alertRoutes],
  subscribers: [...subscribers, ...alertSubscribers],
  jobs: [...jobs, { name: 'tasks.forgetAlerts', everySeconds: 86_400, run: forgetOldAlerts }],
  indicators: taskIndicators,
  load: loadCounty,
};

export {
  calendarOf,
  changeTask,
  clockSettingsOf,
  explainTask,
  finishTasks,
  openTasks,
  pauseGroundsOf,
  tasksOf,
  timeUsed,
  workingDaysOver,
  type TaskExplanation,
} from './tasks.ts';
export {
  lightAt,
  type Basis,
  type Light,
  type Task,
  type TaskChange,
  type TaskLedger,
  type TaskSpec,
  type TaskState,
} from './rules/task.ts';
export { supervise, type Supervision } from './supervision.ts';
export { lateTasks, slipsIssued, slipsNumbered, type IssuedSlip, type LateTask, type StandingSlip } from './record.ts';
