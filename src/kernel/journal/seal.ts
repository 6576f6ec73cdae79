import { raw, sql, type Queryable } from '../db.ts';
import { stableJson } from '../json.ts';
import type { Tx } from '../module.ts';
import { leafHash, merkleRoot } from '../sm/merkle.ts';
import { sm3 } from '../sm/sm3.ts';
import type { Instant } from '../time.ts';

/**
 * Sealing: rows of finished transactions are hashed with SM3 into a Merkle tree, batch by batch in the order of
 * transactions, and each seal covers the one before. Whoever changes, removes or inserts a sealed row, or a seal, is found.
 * A batch is a half-open range of transaction numbers below the oldest transaction still running: nothing can join it later.
 */

interface Row {
  id: string;
  at: Instant;
  xid: string;
  era: number;
  actorId: string | null;
  actorName: string;
  unitId: string | null;
  kind: string;
  endpoint: string;
  subject: string;
  reason: string;
  detail: unknown;
  requestId: string;
}

interface Seal {
  batch: number;
  era: number;
  fromXid: string;
  toXid: string;
  entries: number;
  root: string;
  previous: string;
  seal: string;
  sealedAt: Instant;
}

export interface Verification {
  ok: boolean;
  seals: number;
  entries: number;
  /** Rows written since the last seal; the next batch takes them. */
  unsealed: number;
  /** Chain value of the last seal: write it down elsewhere and nobody can rewrite the past unseen. */
  head: string;
  firstFault: Fault | null;
}

export interface Fault {
  kind: 'changed' | 'removed' | 'inserted' | 'seal';
  batch: number;
  entryId: string | null;
  at: Instant | null;
  message: string;
}

const rowsPerBatch = 5_000;
const columns = raw(
  'id, at, xid::text as xid, era, actor_id, actor_name, unit_id, kind, endpoint, subject, reason, detail, request_id',
);

/** Seals everything that is final. @returns how many rows were sealed. */
export async function sealJournal(tx: Queryable & Pick<Tx, 'region' | 'now'>, era: number): Promise<number> {
  let sealed = 0;
  for (;;) {
    const last = await lastSeal(tx, tx.region);
    const from = last !== null && last.era === era ? BigInt(last.toXid) : 0n;
    const to = await upperBound(tx, tx.region, era, from);
    if (to <= from) return sealed;
    const rows = await rowsBetween(tx, tx.region, era, from, to);
    if (rows.length === 0) return sealed;
    const hashes = rows.map((row) => leafHash(leafText(row)));
    const batch = (last?.batch ?? 0) + 1;
    const seal: Omit<Seal, 'seal'> = {
      batch,
      era,
      fromXid: String(from),
      toXid: String(to),
      entries: rows.length,
      root: merkleRoot(hashes).toString('hex'),
      previous: last?.seal ?? '',
      sealedAt: tx.now,
    };
    await tx.exec(sql`insert into kernel.journal_seal (region, batch, era, from_xid, to_xid, entries, root, previous, seal, sealed_at)
      values (${tx.region}, ${batch}, ${era}, ${seal.fromXid}::text::xid8, ${seal.toXid}::text::xid8, ${rows.length}, ${seal.root},
        ${seal.previous}, ${chainValue(tx.region, seal)}, ${tx.now})`);
    await tx.exec(sql`insert into kernel.journal_leaf (region, batch, position, journal_id, journal_at, hash)
      select ${tx.region}, ${batch}, ordinality - 1, id, at, hash
      from rows from (unnest(${rows.map((row) => row.id)}::uuid[]), unnest(${rows.map((row) => row.at)}::timestamptz[]),
        unnest(${hashes.map((hash) => hash.toString('hex'))}::text[])) with ordinality as l(id, at, hash, ordinality)`);
    sealed += rows.length;
    if (rows.length < rowsPerBatch) return sealed;
  }
}

/** Recomputes every leaf, root and link and names the first fault. Reads batch by batch. */
export async function verifyJournal(db: Queryable, region: string): Promise<Verification> {
  const seals =
    await db.rows<Seal>(sql`select batch, era, from_xid::text as from_xid, to_xid::text as to_xid, entries, root, previous, seal, sealed_at
    from kernel.journal_seal where region = ${region} order by batch`);
  const result: Verification = { ok: false, seals: seals.length, entries: 0, unsealed: 0, head: '', firstFault: null };
  let previous: Seal | null = null;
  for (const seal of seals) {
    result.firstFault = linkFault(region, seal, previous) ?? (await batchFault(db, region, seal));
    if (result.firstFault !== null) return result;
    result.entries += seal.entries;
    previous = seal;
  }
  result.head = previous?.seal ?? '';
  const { total } = await db.one<{ total: number }>(
    sql`select count(*)::int as total from kernel.journal where region = ${region}`,
  );
  result.unsealed = total - result.entries;
  result.ok = true;
  return result;
}

function linkFault(region: string, seal: Seal, previous: Seal | null): Fault | null {
  const say = (message: string): Fault => ({
    kind: 'seal',
    batch: seal.batch,
    entryId: null,
    at: seal.sealedAt,
    message,
  });
  if (seal.batch !== (previous?.batch ?? 0) + 1) return say(`第 ${(previous?.batch ?? 0) + 1} 批封存记录不见了。`);
  if (seal.previous !== (previous?.seal ?? '')) return say(`第 ${seal.batch} 批没有接上前一批的封存值。`);
  const expectedFrom = previous !== null && previous.era === seal.era ? previous.toXid : '0';
  if (seal.fromXid !== expectedFrom) return say(`第 ${seal.batch} 批与前一批之间有空缺。`);
  if (seal.seal !== chainValue(region, seal)) return say(`第 ${seal.batch} 批的封存记录被改动过。`);
  return null;
}

async function batchFault(db: Queryable, region: string, seal: Seal): Promise<Fault | null> {
  const rows = await rowsBetween(db, region, seal.era, BigInt(seal.fromXid), BigInt(seal.toXid), seal.entries + 1_000);
  const leaves = await db.rows<{ journalId: string; journalAt: Instant; hash: string }>(sql`
    select journal_id, journal_at, hash from kernel.journal_leaf where region = ${region} and batch = ${seal.batch} order by position`);
  const fault = (kind: Fault['kind'], entryId: string, at: Instant, message: string): Fault => ({
    kind,
    batch: seal.batch,
    entryId,
    at,
    message,
  });
  for (let index = 0; index < Math.max(rows.length, leaves.length); index++) {
    const row = rows[index];
    const leaf = leaves[index];
    if (row !== undefined && leaf !== undefined && row.id === leaf.journalId) {
      if (leafHash(leafText(row)).toString('hex') !== leaf.hash) {
        return fault('changed', row.id, row.at, `第 ${seal.batch} 批第 ${index + 1} 条日志被改动过。`);
      }
      continue;
    }
    if (leaf !== undefined && !rows.some((other) => other.id === leaf.journalId)) {
      return fault('removed', leaf.journalId, leaf.journalAt, `第 ${seal.batch} 批第 ${index + 1} 条日志被删除。`);
    }
    if (row !== undefined) return fault('inserted', row.id, row.at, `第 ${seal.batch} 批里多出一条封存时没有的日志。`);
  }
  if (
    merkleRoot(leaves.map((leaf) => Buffer.from(leaf.hash, 'hex'))).toString('hex') !== seal.root ||
    leaves.length !== seal.entries
  ) {
    return {
      kind: 'seal',
      batch: seal.batch,
      entryId: null,
      at: seal.sealedAt,
      message: `第 ${seal.batch} 批的校验值与封存值不符。`,
    };
  }
  return null;
}

function lastSeal(
  db: Queryable,
  region: string,
): Promise<{ batch: number; era: number; toXid: string; seal: string } | null> {
  return db.maybe(
    sql`select batch, era, to_xid::text as to_xid, seal from kernel.journal_seal where region = ${region} order by batch desc limit 1`,
  );
}

/** The first transaction number that is not sealed this time: the oldest running one, or earlier if the batch is full. */
async function upperBound(db: Queryable, region: string, era: number, from: bigint): Promise<bigint> {
  const { horizon, full } = await db.one<{ horizon: string; full: string | null }>(sql`
    select pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
      (select xid::text from kernel.journal where region = ${region} and era = ${era} and xid >= ${String(from)}::text::xid8
       order by era, xid, id offset ${rowsPerBatch} limit 1) as full`);
  const limit = BigInt(horizon);
  if (full === null || BigInt(full) >= limit) return limit;
  // One transaction larger than a batch is sealed whole.
  return BigInt(full) > from ? BigInt(full) : from + 1n;
}

function rowsBetween(
  db: Queryable,
  region: string,
  era: number,
  from: bigint,
  to: bigint,
  limit = 1_000_000,
): Promise<Row[]> {
  return db.rows<Row>(sql`select ${columns} from kernel.journal
    where region = ${region} and era = ${era} and xid >= ${String(from)}::text::xid8 and xid < ${String(to)}::text::xid8
    order by kernel.journal.xid, id limit ${limit}`);
}

function leafText(row: Row): string {
  return stableJson(row);
}

function chainValue(region: string, seal: Omit<Seal, 'seal'>): string {
  const { batch, era, fromXid, toXid, entries, root, previous, sealedAt } = seal;
  return sm3(stableJson({ region, batch, era, fromXid, toXid, entries, root, previous, sealedAt })).toString('hex');
}
