import type { Module } from './kernel/module.ts';

/** The ordered list of modules: the only file that names them all. A module may use those above it. */
export const modules: readonly Module[] = [];
