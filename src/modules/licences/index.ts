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
import { serveSharing } from './sharing-downloads.ts';
import { pushJob, pushSubscribers, queueExpired } from './push.ts';
import { paperRoutes } from './routes/papers.ts';
import { pushRoutes } from './routes/pushes.ts';
import { useRoutes } from './routes/uses.ts';

/** 电子证照·电子印章: licence types, issue, seal, state, verify. */
export const licences: Module = {
  name: 'licences',
  errors: licencesErrors,
  routes: [
    ...deskRoutes,
    ...ownRoutes,
    ...typeRoutes,
    ...sealRoutes,
    ...verifyRoutes,
    ...useRoutes,
    ...paperRoutes,
    ...pushRoutes,
  ],
  subscribers: pushSubscribers,
  jobs: [
    { name: 'licences.revocationList', everySeconds: 3600, run: renewList },
    { name: 'licences.makeSeals', everySeconds: 60, run: makeReleased },
    pushJob,
    { name: 'licences.queueExpired', everySeconds: 3600, run: queueExpired },
  ],
  load,
  serve(http, platform) {
    serveDownloads(http, platform);
    serveSharing(http, platform);
  },
};

export { issueLicence, type IssuedLicence, type LicenceOrder } from './issue.ts';
export { prepareLicence, type PreparedLicence } from './faces.ts';
export { licencesProving, relyOn, type Proof } from './proofs.ts';
export { startLibraryStandIn } from './city-stand-in.ts';
export { verifyLicenceFile } from './verify.ts';
