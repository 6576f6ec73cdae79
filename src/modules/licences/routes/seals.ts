import { may, type Reach } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { route, type Route, type Tx } from '../../../kernel/module.ts';
import { certificateToPem } from '../../../kernel/sm/certificate.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import { signerOf } from '../authority.ts';
import * as contract from '../contract-seals.ts';
import { decideRequest, endSeal, orderSeal, wordedSeal } from '../seal-desk.ts';
import { drawnSeal, sealKindOf } from '../seals.ts';
import { settingsOf } from '../settings.ts';
import { listSealings, listSealRows, loadSeal, type SealRow } from '../store/seals.ts';
import { publishedTypes } from '../types.ts';

const sealStateNames = {
  requested: '等待审核',
  refused: '已退回',
  released: '在用',
  revoked: '已停用',
  replaced: '已被新章代替',
} as const;

/** The svg of a seal for pages; its writer comes with the first picture. */
async function svgOf(drawing: Awaited<ReturnType<typeof drawnSeal>>): Promise<string> {
  return (await import('../../../kernel/seal/picture.ts')).sealSvg(drawing);
}

export const sealRoutes: readonly Route[] = [
  route(contract.listSeals, async ({ tx, input, reach }) => {
    const { rows, total } = await listSealRows(tx, { ...input, reach });
    const { sealKinds } = await settingsOf(tx.services);
    const viewed = await sealViewer(tx);
    return {
      seals: rows.map(viewed),
      total,
      kinds: sealKinds.map(({ id, name, line, diameter }) => ({ id, name, line, diameter })),
    };
  }),

  route(contract.previewSeal, async ({ tx, input, reach }) => {
    const { wording, kind } = await wordedSeal(tx, input, reach);
    const { line, diameter } = kind;
    return { svg: await svgOf(await drawnSeal({ wording, line, diameter }, kind)), wording, line, diameter };
  }),

  route(contract.readSeal, async ({ tx, input, reach }) => {
    const row = await loadSeal(tx, input.sealId);
    if (row === null || !isWithin(reach, row)) throw new AppError('SEAL_NOT_FOUND');
    const uses = await listSealings(tx, row.id, input.page, input.size);
    const certificate = row.keyId === null ? null : (await signerOf(tx, row.keyId)).chain[0];
    const viewed = await sealViewer(tx);
    return {
      ...viewed({ ...row, sealings: uses.total }),
      svg: await svgOf(await drawnSeal(row, await sealKindOf(tx, row.kind))),
      certificate:
        certificate === null
          ? null
          : {
              subject: certificate.subject.text,
              issuer: certificate.issuer.text,
              serial: certificate.serial,
              notAfter: certificate.notAfter,
              pem: certificateToPem(certificate.der),
            },
      uses: uses.rows,
      usesTotal: uses.total,
    };
  }),

  route(contract.requestSeal, ({ tx, input, reach }) => orderSeal(tx, input, reach)),

  route(contract.decideSeal, async ({ tx, input, reach }) => ({
    state: await decideRequest(tx, input, (row) => isWithin(reach, row)),
  })),

  route(contract.revokeSeal, async ({ tx, input, reach }) => ({
    state: await endSeal(tx, input, (row) => isWithin(reach, row)),
  })),
];

function isWithin(reach: Reach, { unitId }: SealRow): boolean {
  return reach === 'all' || reach.includes(unitId);
}

async function sealViewer(tx: Tx) {
  const [directory, types] = [await unitDirectory(tx), await publishedTypes(tx)];
  const { sealKinds } = await settingsOf(tx.services);
  const { actor } = tx;
  return (row: SealRow & { sealings: number }) => {
    const isOthers = row.requestedBy === null || row.requestedBy !== actor.accountId;
    const mayRelease = may(actor, 'seal.release', row.unitId);
    const actions = [
      ...(row.state === 'requested' && mayRelease && isOthers ? (['release', 'refuse'] as const) : []),
      ...(row.state === 'released' && mayRelease ? (['revoke'] as const) : []),
      ...(row.state === 'released' && may(actor, 'seal.request', row.unitId) ? (['replace'] as const) : []),
    ];
    const { id, body: _body, keyId: _key, requestedBy: _by, ...rest } = row;
    return {
      ...rest,
      sealId: id,
      unitName: directory.nameOf(row.unitId),
      kindName: sealKinds.find((kind) => kind.id === row.kind)?.name ?? row.kind,
      types: row.types.map((type) => ({ id: type, name: types.get(type)?.definition.name ?? type })),
      stateName: sealStateNames[row.state],
      inForce: row.state === 'released' && row.validFrom <= tx.now && tx.now < row.validUntil,
      validFrom: localDateOf(row.validFrom),
      validUntil: localDateOf(row.validUntil),
      actions,
    };
  };
}
