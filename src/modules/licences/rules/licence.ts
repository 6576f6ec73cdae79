import type { Instant, LocalDate } from '../../../kernel/time.ts';
import { transitions, type LegalBasis, type LicenceStatus, type Standing, type StateAction } from './transitions.ts';

/** A licence (证照) in one version. Its history is the legal record; this state is the fold over it. */
export interface LicenceState {
  id: string;
  identifier: string;
  typeId: string;
  typeVersion: number;
  typeName: string;
  typeCode: string;
  /** 编号 as it stands on the face. */
  number: string;
  serial: string;
  version: number;
  issuer: Issuer;
  holder: Holder;
  issuedOn: LocalDate;
  validFrom: LocalDate;
  /** The last day; null is long term. */
  validUntil: LocalDate | null;
  /** Every value on the face, sealed: nobody reads it from the table. */
  sealedValues: string;
  basis: string;
  origin: Origin;
  files: LicenceFiles;
  status: LicenceStatus;
  changes: readonly StateChange[];
  predecessor: string | null;
  successor: string | null;
}

export interface Issuer {
  unitId: string;
  name: string;
  code: string;
}

export interface Holder {
  kind: 'firm' | 'person';
  /** A firm's name; a person's masked. */
  label: string;
  accountId: string | null;
}

/** How it came about: by granting a case, entered from paper, or as a new version of an earlier one. */
export interface Origin {
  how: (typeof originKinds)[number];
  caseId: string | null;
  applicationId: string | null;
  reason: string;
}

export const originKinds = ['granted', 'entered', 'changed', 'renewed', 'reissued'] as const;
export const originNames: Readonly<Record<Origin['how'], string>> = {
  granted: '办件发证',
  entered: '补录',
  changed: '变更',
  renewed: '延续',
  reissued: '补发',
};

export interface LicenceFiles {
  ofd: StoredFace;
  pdf: StoredFace;
  /** The text of the code on the face. */
  code: string;
  sealId: string;
  sealedAt: Instant;
}

export interface StoredFace {
  sha256: string;
  size: number;
}

export interface StateChange {
  action: StateAction | 'replace';
  at: Instant;
  /** From this day on. */
  from: LocalDate;
  /** A hold with an end ends by itself after this day. */
  until: LocalDate | null;
  reason: string;
  basis: LegalBasis;
  documentNo: string;
  by: string;
}

export type LicenceEvent =
  | { type: 'issued'; at: Instant; state: LicenceState }
  | { type: 'stateChanged'; at: Instant; change: StateChange; successor: string | null }
  | { type: 'sealedAnew'; at: Instant; files: LicenceFiles; reason: string };

/** One more event. Total: an event that was recorded is history, whatever today's table says. */
export function evolve(state: LicenceState | null, event: LicenceEvent): LicenceState {
  if (event.type === 'issued') return event.state;
  if (state === null) throw new Error(`licence begins with ${event.type}`);
  switch (event.type) {
    case 'stateChanged':
      return {
        ...state,
        status: transitions[event.change.action].to,
        changes: [...state.changes, event.change],
        successor: event.successor ?? state.successor,
      };
    case 'sealedAnew':
      return { ...state, files: event.files };
  }
}

export function foldAll(state: LicenceState | null, events: readonly LicenceEvent[]): LicenceState {
  const after = events.reduce<LicenceState | null>(evolve, state);
  if (after === null) throw new Error('licence without events');
  return after;
}

/** What a licence is on a day: changes in force by then, then the dates. Expiry is never recorded, only read. */
export function standingOn(
  licence: Pick<LicenceState, 'issuedOn' | 'validFrom' | 'validUntil' | 'changes'>,
  day: LocalDate,
): Standing {
  const inForce = licence.changes.filter(({ from }) => from <= day);
  const last = inForce.at(-1);
  const status = last === undefined || isOver(last, day) ? 'valid' : transitions[last.action].to;
  if (status !== 'valid' && status !== 'held') return status;
  if (day < licence.issuedOn || day < licence.validFrom) return 'notYet';
  if (licence.validUntil !== null && day > licence.validUntil) return 'expired';
  return status;
}

/** The change that made it what it is on the day; null when only dates did. */
export function decisiveChange(licence: Pick<LicenceState, 'changes'>, day: LocalDate): StateChange | null {
  const last = licence.changes.filter(({ from }) => from <= day).at(-1);
  return last === undefined || isOver(last, day) ? null : last;
}

/** Until when it is held; for lists. */
export function heldUntil(state: LicenceState): LocalDate | null {
  const last = state.changes.at(-1);
  return last?.action === 'hold' ? last.until : null;
}

function isOver({ action, until }: StateChange, day: LocalDate): boolean {
  return action === 'hold' && until !== null && day > until;
}
