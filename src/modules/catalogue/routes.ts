import type { Route } from '../../kernel/module.ts';

export const routes: readonly Route[] = [];
