import type { Module } from '../../kernel/module.ts';

/** 工程建设项目: four stages under one budget, with every day attributed. */
export const projects: Module = { name: 'projects', errors: {}, routes: [] };
