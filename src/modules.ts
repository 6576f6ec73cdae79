import type { Module } from './kernel/module.ts';
import { cases } from './modules/cases/index.ts';
import { catalogue } from './modules/catalogue/index.ts';
import { hotline } from './modules/hotline/index.ts';
import { land } from './modules/land/index.ts';
import { licences } from './modules/licences/index.ts';
import { org } from './modules/org/index.ts';
import { plans } from './modules/plans/index.ts';
import { projects } from './modules/projects/index.ts';
import { ratings } from './modules/ratings/index.ts';
import { tasks } from './modules/tasks/index.ts';
import { portal } from './portal/index.ts';
import { workbench } from './workbench.ts';

/** The ordered list of modules: the only file that names them all. A module may use those above it. */
export const modules: readonly Module[] = [
  org,
  tasks,
  catalogue,
  licences,
  cases,
  land,
  projects,
  ratings,
  hotline,
  plans,
  portal,
  workbench,
];
