import type { Module } from '../../kernel/module.ts';
import { authenticate, setIdleHours } from './authenticate.ts';
import { orgErrors } from './errors.ts';
import { load } from './load.ts';
import { registerOidc } from './oidc.ts';
import { accountRoutes } from './routes/accounts.ts';
import { delegationRoutes } from './routes/delegations.ts';
import { directoryRoutes } from './routes/directory.ts';
import { peopleRoutes } from './routes/people.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { failuresWritten } from './sign-in.ts';
import { forgetOldAttempts } from './store/attempts.ts';
import { forgetOldSessions } from './store/sessions.ts';
import { loadTrialAccounts } from './trial.ts';

/** Who there is in the county, who may sign in, and what he may do where. */
export const org: Module = {
  name: 'org',
  errors: orgErrors,
  routes: [...sessionRoutes, ...peopleRoutes, ...directoryRoutes, ...accountRoutes, ...delegationRoutes],
  jobs: [
    {
      name: 'org.forget',
      everySeconds: 3600,
      run: async (tx) => (await forgetOldSessions(tx)) + (await forgetOldAttempts(tx)),
    },
  ],
  async load(tx) {
    await load(tx);
    await loadTrialAccounts(tx);
  },
  authenticate,
  serve(http, platform) {
    setIdleHours(platform.services, platform.settings.sessionHours);
    registerOidc(http, platform);
    http.addHook('onClose', () => failuresWritten(platform.services));
  },
};

export { checkCsrf, checkVisitorCsrf, csrfTokenOf, visitorTokenOf } from './csrf.ts';
export { unitDirectory, type UnitDirectory } from './directory.ts';
export { createFirstAdministrator } from './first-administrator.ts';
export { staffOf, staffUnitOf } from './store/accounts.ts';
export { profileOf, type Profile } from './personal.ts';
export type { ResolvedName } from './rules/names.ts';
export { enterprisesOf, type Person } from './store/people.ts';
export { authenticate, loadTrialAccounts, registerOidc };
