import type { TaskRow } from '../../src/modules/tasks/contract.ts';

/** Where a task is worked on: its case, the room of its project, the page of the plan, otherwise its own page. */
export function placeOfTask(task: Pick<TaskRow, 'id' | 'subjectType' | 'subjectId' | 'link'>): string {
  if (task.subjectType === 'supervision') return `/supervision/${task.subjectId}`;
  if (task.subjectType === 'case') return `/cases/${task.subjectId}`;
  // The hotline writes its pages as the workbench itself does.
  if (task.link.startsWith('/hotline/')) return task.link;
  const room = /^\/workbench(\/(?:projects|questions|pushes|off-system|plan)\b.*)$/.exec(task.link)?.[1];
  return room ?? `/tasks/${task.id}`;
}
