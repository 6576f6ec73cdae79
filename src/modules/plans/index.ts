import type { Module } from '../../kernel/module.ts';

/** 台账·考核: the county's plan read in, its measures followed, its indicators computed. */
export const plans: Module = { name: 'plans', errors: {}, routes: [] };
