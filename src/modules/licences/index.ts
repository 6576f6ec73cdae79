import type { Module } from '../../kernel/module.ts';
import { renewList } from './authority.ts';
import { serveDownloads } from './downloads.ts';
import { licencesErrors } from './errors.ts';
import { load } from './load.ts';
import { deskRoutes } from './routes/desk.ts';
import { ownRoutes } from './routes/own.ts';
import { sealRoutes } from './routes/seals.ts';
import { typeRoutes } from './routes/types.ts';
import { verifyRoutes } from './routes/verify.ts';
import { makeReleased } from './seal-desk.ts';

/** 电子证照·电子印章: licence types, issue, seal, state, verify. */
export const licences: Module = {
  name: 'licences',
  errors: licencesErrors,
  routes: [...deskRoutes, ...ownRoutes, ...typeRoutes, ...sealRoutes, ...verifyRoutes],
  jobs: [
    { name: 'licences.revocationList', everySeconds: 3600, run: renewList },
    { name: 'licences.makeSeals', everySeconds: 60, run: makeReleased },
  ],
  load,
  serve: serveDownloads,
};

export { issueLicence, type IssuedLicence, type LicenceOrder } from './issue.ts';
export { prepareLicence, type PreparedLicence } from './faces.ts';
export { changeState } from './change.ts';
export { verifyLicenceFile } from './verify.ts';
