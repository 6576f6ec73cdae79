import type { Module } from '../../kernel/module.ts';

/** 土地要素: regional assessments reused by many projects, standard plots, per-mu performance. */
export const land: Module = { name: 'land', errors: {}, routes: [] };
