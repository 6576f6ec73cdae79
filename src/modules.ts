import type { Module } from './kernel/module.ts';
import { catalogue } from './modules/catalogue/index.ts';
import { cases } from './modules/cases/index.ts';
import { org } from './modules/org/index.ts';
import { tasks } from './modules/tasks/index.ts';
import { portal } from './portal/index.ts';
import { workbench } from './workbench.ts';

/** The ordered list of modules: the only file that names them all. A module may use those above it. */
export const modules: readonly Module[] = [org, tasks, catalogue, cases, portal, workbench];
