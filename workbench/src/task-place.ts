import type { TaskRow } from '../../src/modules/tasks/contract.ts';

/** Where a task is worked on: the case it belongs to, otherwise its own page. */
export function placeOfTask(task: Pick<TaskRow, 'id' | 'subjectType' | 'subjectId'>): string {
  if (task.subjectType === 'supervision') return `/supervision/${task.subjectId}`;
  return task.subjectType === 'case' ? `/cases/${task.subjectId}` : `/tasks/${task.id}`;
}
