import type { Module } from '../../kernel/module.ts';
import { renewList } from './authority.ts';
import { licencesErrors } from './errors.ts';
import { load } from './load.ts';

/** 电子证照·电子印章: licence types, issue, seal, state, verify. */
export const licences: Module = {
  name: 'licences',
  errors: licencesErrors,
  routes: [],
  jobs: [{ name: 'licences.revocationList', everySeconds: 3600, run: renewList }],
  load,
};
