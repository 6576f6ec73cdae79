import { route, type Route } from '../../../kernel/module.ts';
import { certificateToPem, fingerprint } from '../../../kernel/sm/certificate.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { currentList, knownRoots } from '../authority.ts';
import * as contract from '../contract-verify.ts';
import { codeKeys } from '../offline.ts';
import { standingByIdentifier, verifyLicenceCode, verifyLicenceFile } from '../verify.ts';

export const verifyRoutes: readonly Route[] = [
  route(contract.verifyFile, async ({ tx, input }) => {
    const found = await verifyLicenceFile(tx, input.document.bytes);
    tx.note('verification', '核验文件', { verdict: found.verdict, step: found.decisive?.name ?? '' });
    return found;
  }),

  route(contract.verifyCode, async ({ tx, input }) => {
    const found = await verifyLicenceCode(tx, input.text);
    tx.note('verification', '核验二维码', { verdict: found.verdict, step: found.decisive?.name ?? '' });
    return found;
  }),

  route(contract.standingOfLicence, ({ tx, input }) =>
    standingByIdentifier(tx, input.identifier, input.on ?? localDateOf(tx.now)),
  ),

  route(contract.trustAnchors, async ({ tx }) => {
    const roots = await knownRoots(tx);
    const { number, list } = await currentList(tx);
    return {
      roots: roots.map((root) => ({
        name: root.subject.text,
        fingerprint: fingerprint(root).toString('hex'),
        notAfter: root.notAfter,
        pem: certificateToPem(root.der),
      })),
      revocationList: {
        number,
        nextUpdate: list.nextUpdate ?? tx.now,
        pem: certificateToPem(list.der, 'X509 CRL'),
      },
      codeKeys: await codeKeys(tx),
    };
  }),
];
