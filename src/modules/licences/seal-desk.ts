import type { Reach } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { unitDirectory } from '../org/index.ts';
import { revokeSigner, yearsLater } from './authority.ts';
import { drawnSeal, madeSeal, newSealNo, sealKindOf, type SealKind } from './seals.ts';
import { settingsOf } from './settings.ts';
import {
  decideSealRow,
  endSealRow,
  insertSeals,
  loadSealForDecision,
  loadUnmade,
  type SealRow,
  type SealState,
} from './store/seals.ts';

const stateWords: Readonly<Record<SealState, string>> = {
  requested: '等待审核',
  refused: '已退回',
  released: '在用',
  revoked: '已停用',
  replaced: '已被新章代替',
};

/** The words of a seal that somebody wants. Throws LICENCE_NOT_THIS_UNIT, SEAL_KIND_UNKNOWN. */
export async function wordedSeal(
  tx: Tx,
  input: { unitId: string; kind: string; wording: string },
  reach: Reach,
): Promise<{ wording: string; kind: SealKind }> {
  const directory = await unitDirectory(tx);
  const unit = directory.byId(input.unitId);
  if (unit === undefined || !(reach === 'all' || reach.includes(unit.id))) {
    throw new AppError('LICENCE_NOT_THIS_UNIT', { type: '电子印章', units: '各单位自己申请' });
  }
  const kind = await sealKindOf(tx, input.kind);
  if (kind === undefined) throw new AppError('SEAL_KIND_UNKNOWN', { kind: input.kind });
  return { wording: input.wording === '' ? unit.fullName : input.wording, kind };
}

/** Asks for a seal; nobody can use it before another person has released it. */
export async function orderSeal(
  tx: Tx,
  input: {
    unitId: string;
    kind: string;
    wording: string;
    types: string[];
    appliers: string[];
    replaces: string | null;
    reason: string;
  },
  reach: Reach,
): Promise<{ sealId: string; no: string }> {
  const { wording, kind } = await wordedSeal(tx, input, reach);
  const { line, diameter } = kind;
  await drawnSeal({ wording, line, diameter }, kind);
  if (input.replaces !== null) {
    const old = await loadSealForDecision(tx, input.replaces);
    if (old === null || old.unitId !== input.unitId) throw new AppError('SEAL_NOT_FOUND');
    if (old.state !== 'released') throw new AppError('SEAL_NOT_RELEASED', { state: stateWords[old.state] });
  }
  const { sealYears } = await settingsOf(tx.services);
  const { id, no } = newSealNo(tx);
  const { unitId, types, appliers, replaces, reason } = input;
  const span = { validFrom: tx.now, validUntil: yearsLater(tx.now, sealYears) };
  const seal = { id, no, unitId, kind: kind.id, wording, line, diameter, types, appliers, replaces, reason };
  await insertSeals(tx, [{ ...seal, ...span, released: false }]);
  tx.note(`seal:${id}`, '申请启用印章', { no, unitId, kind: kind.id, reason });
  return { sealId: id, no };
}

/** Releases or refuses what another person asked for; what it replaces ends in the same moment. */
export async function decideRequest(
  tx: Tx,
  input: { sealId: string; released: boolean; decision: string },
  mayReach: (row: SealRow) => boolean,
): Promise<SealState> {
  const row = await loadSealForDecision(tx, input.sealId);
  if (row === null || !mayReach(row)) throw new AppError('SEAL_NOT_FOUND');
  if (row.state !== 'requested') throw new AppError('SEAL_NOT_REQUESTED', { state: stateWords[row.state] });
  if (row.requestedBy !== null && row.requestedBy === tx.actor.accountId) throw new AppError('SEAL_SAME_PERSON');
  const { sealYears } = await settingsOf(tx.services);
  const state = input.released ? 'released' : 'refused';
  const span = { validFrom: tx.now, validUntil: yearsLater(tx.now, sealYears) };
  await decideSealRow(tx, row.id, { state, decision: input.decision, ...span });
  tx.note(`seal:${row.id}`, input.released ? '启用印章' : '退回印章申请', { no: row.no, decision: input.decision });
  if (input.released) {
    await madeSeal(tx, { ...row, ...span, state });
    if (row.replaces !== null) await replaceOld(tx, row.replaces, row.no);
  }
  return state;
}

/** Ends a seal. What it sealed before stays good, unless its key was stolen: then its certificate is revoked for that. */
export async function endSeal(
  tx: Tx,
  input: { sealId: string; stolen: boolean; reason: string },
  mayReach: (row: SealRow) => boolean,
): Promise<SealState> {
  const row = await loadSealForDecision(tx, input.sealId);
  if (row === null || !mayReach(row)) throw new AppError('SEAL_NOT_FOUND');
  if (row.state !== 'released') throw new AppError('SEAL_NOT_RELEASED', { state: stateWords[row.state] });
  await endSealRow(tx, row.id, 'revoked', input.reason);
  if (row.keyId !== null) await revokeSigner(tx, row.keyId, input.stolen ? 'keyCompromise' : 'cessationOfOperation');
  tx.note(`seal:${row.id}`, '停用印章', { no: row.no, stolen: input.stolen, reason: input.reason });
  return 'revoked';
}

/** Job: draws and signs what was released and not used yet, so that the first licence does not wait for it. */
export async function makeReleased(tx: Tx): Promise<number> {
  const unmade = await loadUnmade(tx, 2);
  for (const row of unmade) await madeSeal(tx, row);
  return unmade.length;
}

async function replaceOld(tx: Tx, id: string, by: string): Promise<void> {
  const old = await loadSealForDecision(tx, id);
  if (old === null || old.state !== 'released') return;
  await endSealRow(tx, id, 'replaced', `由 ${by} 代替`);
  if (old.keyId !== null) await revokeSigner(tx, old.keyId, 'superseded');
  tx.note(`seal:${id}`, '印章被新章代替', { no: old.no, by });
}
