import { AppError } from '../../kernel/errors.ts';
import { sm3Hex } from '../../kernel/sm/sm3.ts';
import type { Job, Services, Subscriber, Tx } from '../../kernel/module.ts';
import { localDateOf, plusMs, type Instant, type LocalDate } from '../../kernel/time.ts';
import { cityLibrary, LibraryRefusal, type CityLibrary, type Holding, type LibraryEntry } from './city-library.ts';
import { openedValues } from './personal.ts';
import { standingOn } from './rules/licence.ts';
import { standingCodes } from './rules/transitions.ts';
import { loadLicence, loadLicences, type LicenceRow } from './store/licences.ts';
import {
  listExpiredSince,
  pushDone,
  pushFailed,
  queuePush,
  takeDuePushes,
  takenBetween,
  type PushRow,
} from './store/pushes.ts';

/** 归集报送: every change of a licence goes to the city's library, with a receipt, again until it is taken. */
export const pushSubscribers: readonly Subscriber[] = (['licence.issued', 'licence.changed'] as const).map((topic) => ({
  name: `licences.queue.${topic.slice('licence.'.length)}`,
  topic,
  async handle(tx, payload) {
    const { licenceId, predecessor } = payload as { licenceId: string; predecessor?: string | null };
    for (const row of await loadLicences(
      tx,
      [licenceId, predecessor ?? ''].filter((id) => id !== ''),
    ))
      await queuePush(tx, row.id, row.events);
  },
}));

export const pushJob: Job = { name: 'licences.push', everySeconds: 30, run: pushDue };

const portion = 20;
const retryAfterMinutes = [1, 5, 15, 60, 240];

/** The next portion. A library that is not reached ends it: the others would fare no better. */
export async function pushDue(tx: Tx): Promise<number> {
  const library = libraryOf(tx.services);
  if (library === null) return 0;
  let done = 0;
  for (const row of await takeDuePushes(tx, portion)) {
    const entry = await entryOf(tx, row);
    try {
      await pushDone(tx, row, await library.submit(entry));
      done += 1;
    } catch (error) {
      const minutes = retryAfterMinutes[Math.min(row.attempts, retryAfterMinutes.length - 1)] ?? 240;
      await pushFailed(tx, row, wordsOf(error), plusMs(tx.now, minutes * 60_000));
      if (!(error instanceof LibraryRefusal)) break;
    }
  }
  return done;
}

/** Expiry changes no row here, but the city should hear of it: the day after the last one it is queued. */
export async function queueExpired(tx: Tx): Promise<number> {
  const yesterday = localDateOf(plusMs(tx.now, -86_400_000));
  const rows = await listExpiredSince(tx, yesterday, 500);
  // The revision after every change: the same expiry is queued once.
  for (const row of rows) await queuePush(tx, row.id, row.events + 1);
  return rows.length;
}

export interface Reconciliation {
  here: number;
  there: number;
  same: number;
  differing: { identifier: string; why: string; queued: boolean }[];
  isCapped: boolean;
}

const longestDays = 31;
const most = 20_000;

/**
 * Compares what the city took on these days, by its receipts, with what it says it holds. What is missing there or differs is
 * queued anew. Throws LIBRARY_NOT_CONFIGURED, LIBRARY_UNREACHABLE, LIBRARY_PERIOD_TOO_LONG.
 */
export async function reconcile(tx: Tx, period: { from: LocalDate; to: LocalDate }): Promise<Reconciliation> {
  const library = libraryOf(tx.services);
  if (library === null) throw new AppError('LIBRARY_NOT_CONFIGURED');
  const days = (Date.parse(period.to) - Date.parse(period.from)) / 86_400_000 + 1;
  if (days < 1 || days > longestDays) throw new AppError('LIBRARY_PERIOD_TOO_LONG');
  const ours = await takenBetween(tx, period, most);
  const theirs = await everythingHeld(library, period).catch((error: unknown) => {
    throw new AppError('LIBRARY_UNREACHABLE', { words: wordsOf(error) });
  });
  const differing: Reconciliation['differing'] = [];
  let same = 0;
  for (const one of ours) {
    const there = theirs.get(one.identifier);
    theirs.delete(one.identifier);
    if (there?.revision === one.revision && there.sm3 === one.sm3) same += 1;
    else if (there !== undefined && there.revision > one.revision) same += 1;
    else {
      await queuePush(tx, one.licenceId, one.revision);
      const why = there === undefined ? '市级库里没有' : there.sm3 === one.sm3 ? '市级库里是旧的状态' : '文件不一样';
      differing.push({ identifier: one.identifier, why, queued: true });
    }
  }
  for (const identifier of theirs.keys())
    differing.push({ identifier, why: '市级库里有，本县没有报送记录', queued: false });
  tx.note('licences', '和市级证照库核对', { ...period, same, differing: differing.length });
  return {
    here: ours.length,
    there: same + differing.filter(({ why }) => why !== '市级库里没有').length,
    same,
    differing: differing.slice(0, 500),
    isCapped: differing.length > 500 || ours.length === most,
  };
}

async function everythingHeld(
  library: CityLibrary,
  period: { from: LocalDate; to: LocalDate },
): Promise<Map<string, Holding['entries'][number]>> {
  const held = new Map<string, Holding['entries'][number]>();
  for (let after: string | null = ''; after !== null && held.size < most;) {
    const { entries, next }: Holding = await library.list(period, after);
    for (const entry of entries) held.set(entry.identifier, entry);
    after = next;
  }
  return held;
}

export function libraryOf({ upward, clock }: Services): CityLibrary | null {
  return upward === null ? null : cityLibrary(upward, (): Instant => clock.now());
}

async function entryOf(tx: Tx, push: PushRow): Promise<LibraryEntry> {
  const row = await loadLicence(tx, push.licenceId);
  if (row === null) throw new Error(`no licence ${push.licenceId}`);
  const { state } = row;
  const { holder } = openedValues(tx, state);
  const file = await contentOf(tx, row);
  return {
    identifier: state.identifier,
    revision: push.revision,
    directory: {
      region: tx.region,
      typeName: state.typeName,
      typeCode: state.typeCode,
      number: state.number,
      holderName: holder.name,
      holderNumber: holder.number,
      holderKind: holder.kind,
      issuerName: state.issuer.name,
      issuerCode: state.issuer.code,
      issuedOn: state.issuedOn,
      validFrom: state.validFrom,
      validUntil: state.validUntil,
      version: state.version,
      state: standingCodes[standingOn(state, localDateOf(tx.now))],
      predecessor:
        state.predecessor === null ? null : ((await loadLicence(tx, state.predecessor))?.state.identifier ?? null),
    },
    file: file.toString('base64'),
    sm3: sm3Hex(file),
  };
}

async function contentOf(tx: Tx, { state }: LicenceRow): Promise<Buffer> {
  const opened = await tx.services.files.open(state.files.ofd.sha256);
  if (opened === null) throw new Error(`no file ${state.files.ofd.sha256}`);
  const parts: Uint8Array[] = [];
  for await (const part of opened.stream) parts.push(part);
  return Buffer.concat(parts);
}

function wordsOf(error: unknown): string {
  if (error instanceof LibraryRefusal) return `市级库没有收：${error.message}`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  return `没有连上：${error instanceof Error ? error.message : String(error)}${cause === '' ? '' : `（${cause}）`}`;
}
