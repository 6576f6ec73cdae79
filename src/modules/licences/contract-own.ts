import { z } from 'zod';
import { endpoint, paging } from '../../kernel/endpoint.ts';
import { licenceId, listedLicence, wholeLicence } from './contract-shapes.ts';

/** The holder's side: his own and his enterprises' licences. Faces and files by `licenceFaceView`, `openLicenceFile`. */

export const myLicences = endpoint({
  id: 'licences.myLicences',
  method: 'GET',
  path: '/api/my/licences',
  summary: '我的证照和本企业的证照',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    /** `current`: what may be shown today; `past`: everything else. */
    show: z.enum(['current', 'past', 'all']).default('current'),
    ...paging,
  }),
  output: z.object({ licences: z.array(listedLicence), total: z.number().int() }),
  errors: [],
});

export const myLicence = endpoint({
  id: 'licences.myLicence',
  method: 'GET',
  path: '/api/my/licences/:licenceId',
  summary: '我的一份证照',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(licenceId),
  output: wholeLicence,
  errors: ['LICENCE_NOT_FOUND'],
  readsPersonalData: true,
});
