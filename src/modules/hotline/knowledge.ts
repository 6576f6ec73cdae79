import { may } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Subscriber, Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { finishTasks, openTasks, tasksOf, type Task } from '../tasks/index.ts';
import { findKnowledge } from './advice.ts';
import { knowledgeFile } from './rules/definition.ts';
import {
  addMonths,
  datesFault,
  entryStateNames,
  entryTransitions,
  staleness,
  type EntryAction,
} from './rules/knowledge.ts';
import { countyOf, readCountyFile } from './settings.ts';
import {
  countUse,
  doubtfulEntries,
  entriesOnSource,
  isProposedFrom,
  knownSlugs,
  loadEntryForDecision,
  usesOf,
  writeEntry,
  type EntryContent,
  type EntryRow,
} from './store/entries.ts';
import { loadTicket } from './store/tickets.ts';

/** 知识库: one unit owns an entry, another person looks at it before it is served, and it is looked at again in time. */

/** Throws ENTRY_DATES_WRONG, TICKET_UNIT_UNKNOWN, ENTRY_NOT_THIS_UNIT. */
export async function proposeEntry(
  tx: Tx,
  unitId: string,
  content: EntryContent,
  ticketId: string | null = null,
): Promise<EntryRow> {
  const directory = await unitDirectory(tx);
  if (directory.byId(unitId) === undefined) throw new AppError('TICKET_UNIT_UNKNOWN', { unit: unitId });
  if (ticketId === null) await refuseForeignUnit(tx, unitId, 'knowledge.edit');
  refuseWrongDates(tx, content);
  const id = uuidv7(Date.parse(tx.now));
  const row: EntryRow = {
    ...content,
    id,
    slug: null,
    unitId,
    verifiedOn: localDateOf(tx.now),
    state: 'proposed',
    flag: '',
    ticketId,
    taskId: null,
    version: 1,
    proposedBy: tx.actor.name,
    proposedById: tx.actor.accountId,
    reviewedBy: '',
    updatedAt: tx.now,
  };
  const { settings } = await countyOf(tx.services);
  const task = await owe(tx, row, '审核知识', settings.knowledge.reviewTerm.value);
  await writeEntry(tx, { ...row, taskId: task.id }, '提出');
  tx.note(`entry:${id}`, '提出知识', { unit: unitId });
  return row;
}

/** Locked, and only what its state allows. Throws KNOWLEDGE_NOT_FOUND, ENTRY_NOT_THIS_UNIT, ENTRY_STEP_IMPOSSIBLE. */
export async function changeEntry(
  tx: Tx,
  entryId: string,
  action: EntryAction,
  change: (row: EntryRow) => Partial<EntryRow> | Promise<Partial<EntryRow>>,
): Promise<EntryRow> {
  const before = await loadEntryForDecision(tx, entryId);
  if (before === null) throw new AppError('KNOWLEDGE_NOT_FOUND');
  await refuseForeignUnit(tx, before.unitId, action === 'review' ? 'knowledge.review' : 'knowledge.edit');
  const { from, zh } = entryTransitions[action];
  if (!from.includes(before.state))
    throw new AppError('ENTRY_STEP_IMPOSSIBLE', { state: entryStateNames[before.state], action: zh });
  const row = { ...before, ...(await change(before)), version: before.version + 1 };
  const settled = await settleDuty(tx, before, row, zh);
  await writeEntry(tx, settled, zh);
  tx.note(`entry:${entryId}`, zh, { from: before.state, to: settled.state });
  return settled;
}

/** The duty that hung on the entry is done with; a new proposal opens the next. */
async function settleDuty(tx: Tx, before: EntryRow, row: EntryRow, zh: string): Promise<EntryRow> {
  if (before.taskId !== null) await finishTasks(tx, [before.taskId], 'done', zh);
  if (row.state === 'published') await settlePolicies(tx, row);
  if (row.state !== 'proposed') return { ...row, taskId: null };
  const { settings } = await countyOf(tx.services);
  return { ...row, taskId: (await owe(tx, row, '审核知识', settings.knowledge.reviewTerm.value)).id };
}

export function refuseWrongDates(tx: Tx, content: EntryContent): void {
  const fault = datesFault(content, localDateOf(tx.now));
  if (fault !== null) throw new AppError('ENTRY_DATES_WRONG', { fault });
}

/** A new policy is owed an entry; entries on what it repeals stop being served at once. */
export async function announcePolicy(
  tx: Tx,
  policy: { unitId: string; title: string; documentNo: string; repeals: readonly string[] },
): Promise<{ dueAt: string; flagged: number }> {
  const directory = await unitDirectory(tx);
  if (directory.byId(policy.unitId) === undefined) throw new AppError('TICKET_UNIT_UNKNOWN', { unit: policy.unitId });
  await refuseForeignUnit(tx, policy.unitId, 'knowledge.edit');
  const { settings } = await countyOf(tx.services);
  const [task] = await openTasks(tx, [
    {
      kind: 'hotline.knowledge',
      title: `把新政策写进知识库：${policy.title}`,
      subject: {
        type: 'policy',
        id: policyKey(policy.documentNo, policy.title),
        no: policy.documentNo || policy.title,
      },
      link: '/hotline/knowledge',
      unitId: policy.unitId,
      start: tx.now,
      promisedTerm: settings.knowledge.newPolicyTerm.value,
      basis: { title: '本县热线办理规则', article: '' },
    },
  ]);
  if (task === undefined) throw new Error('openTasks opened nothing');
  const dead = await entriesOnSource(tx, policy.repeals);
  for (const row of dead) await flag(tx, row, `依据的${row.sourceNo}已经废止（${policy.title}）`);
  tx.note('entry:policy', '新政策', { title: policy.title, repeals: policy.repeals, flagged: dead.length });
  return { dueAt: task.dueAt, flagged: dead.length };
}

/** Whoever announced it owes one entry; any published entry on that document settles it. */
async function settlePolicies(tx: Tx, row: EntryRow): Promise<void> {
  const keys = [policyKey(row.sourceNo, row.sourceTitle), row.sourceNo, row.sourceTitle].filter((key) => key !== '');
  const open = (await tasksOf(tx, 'policy', [...new Set(keys)])).filter(
    ({ state, unitId }) => state !== 'finished' && unitId === row.unitId,
  );
  await finishTasks(
    tx,
    open.map(({ id }) => id),
    'done',
    `已写成知识：${row.title}`,
  );
}

function policyKey(documentNo: string, title: string): string {
  return documentNo === '' ? title : documentNo;
}

/** Stops serving an entry and asks its owner to look at it. */
async function flag(tx: Tx, row: EntryRow, why: string): Promise<void> {
  const { settings } = await countyOf(tx.services);
  const task = await owe(tx, row, '核对知识', settings.knowledge.reviewTerm.value);
  const flagged = { ...row, state: 'flagged' as const, flag: why, taskId: task.id, version: row.version + 1 };
  await writeEntry(tx, flagged, `停止提供：${why}`);
}

/** Daily: what ran out or was not looked at for too long is no longer served. */
export async function flagDoubtful(tx: Tx): Promise<number> {
  const { settings } = await countyOf(tx.services);
  const months = settings.knowledge.validityMonths.value;
  const today = localDateOf(tx.now);
  const rows = await doubtfulEntries(tx, addMonths(today, -months), today, 50);
  for (const row of rows) await flag(tx, row, staleness(row, today, months) ?? '需要核对');
  return rows.length;
}

/** Counted; three who found it of no use since it was last checked are enough to ask its owner. */
export async function recordUse(tx: Tx, entryId: string, helpful: boolean, channel: string): Promise<void> {
  await countUse(tx, entryId, helpful ? 'used' : 'unhelpful', channel);
  if (helpful) return;
  const row = await loadEntryForDecision(tx, entryId);
  if (row === null || row.taskId !== null || row.state !== 'published') return;
  const { unhelpful } = await usesOf(tx, entryId);
  if (unhelpful % unhelpfulEnough !== 0) return;
  const { settings } = await countyOf(tx.services);
  const task = await owe(tx, row, '多人说没有用，请核对知识', settings.knowledge.reviewTerm.value);
  await writeEntry(tx, { ...row, taskId: task.id, version: row.version + 1 }, `${unhelpful}人说没有用`);
}

const unhelpfulEnough = 3;

/** A question that no entry answered was answered by a unit: that answer is proposed as an entry, without the person's words. */
export const proposing: Subscriber = {
  name: 'hotline.proposeEntry',
  topic: 'ticket.closed',
  async handle(tx, payload) {
    const { ticketId, class: kind, outcome } = payload as { ticketId: string; class: string; outcome: string };
    if (kind !== 'question' || (outcome !== 'solved' && outcome !== 'answered')) return;
    const row = await loadTicket(tx, ticketId);
    if (row === null || row.confidential || (await isProposedFrom(tx, ticketId))) return;
    const { state } = row;
    const answer = state.replies.at(-1)?.text ?? state.closingNote;
    if (Array.from(answer).length < 20) return;
    const [known] = await findKnowledge(tx, `${row.title}。${state.facts.text}`, { limit: 1 });
    if (known !== undefined && known.coverage >= 0.6) return;
    const { settings } = await countyOf(tx.services);
    await proposeEntry(
      tx,
      row.leadUnit ?? settings.office.value,
      {
        title: Array.from(row.title).slice(0, 80).join(''),
        answer: Array.from(answer).slice(0, 2000).join(''),
        keywords: row.topic === '其他' ? [] : [row.topic],
        sourceTitle: `工单${row.no}的答复`,
        sourceNo: '',
        itemId: '',
        validFrom: localDateOf(tx.now),
        validUntil: null,
      },
      ticketId,
    );
  },
};

/** The entries the county starts with; those that are known are left as their owners keep them. */
export async function loadStarter(tx: Tx): Promise<void> {
  const entries = await readCountyFile(tx.services.countyFolder, 'knowledge.yaml', knowledgeFile);
  const known = await knownSlugs(tx);
  const directory = await unitDirectory(tx);
  for (const { id: slug, unit, source, item, ...entry } of entries) {
    if (known.has(slug)) continue;
    if (directory.byId(unit) === undefined) throw new Error(`知识 ${slug} 的单位 ${unit} 不在名录里`);
    const row: EntryRow = {
      ...entry,
      id: uuidv7(Date.parse(tx.now)),
      slug,
      unitId: unit,
      sourceTitle: source.title,
      sourceNo: source.documentNo,
      itemId: item,
      state: 'published',
      flag: '',
      ticketId: null,
      taskId: null,
      version: 1,
      proposedBy: '初始资料',
      proposedById: null,
      reviewedBy: '',
      updatedAt: tx.now,
    };
    await writeEntry(tx, row, '载入');
  }
}

async function owe(tx: Tx, row: Pick<EntryRow, 'id' | 'title' | 'unitId'>, what: string, term: string): Promise<Task> {
  const [task] = await openTasks(tx, [
    {
      kind: 'hotline.knowledge',
      title: `${what}：${row.title}`,
      subject: { type: 'entry', id: row.id, no: '' },
      link: `/hotline/knowledge/${row.id}`,
      unitId: row.unitId,
      start: tx.now,
      promisedTerm: term,
      basis: { title: '本县热线办理规则', article: '' },
    },
  ]);
  if (task === undefined) throw new Error('openTasks opened nothing');
  return task;
}

async function refuseForeignUnit(tx: Tx, unitId: string, permission: string): Promise<void> {
  if (may(tx.actor, permission, unitId)) return;
  throw new AppError('ENTRY_NOT_THIS_UNIT', { unit: (await unitDirectory(tx)).nameOf(unitId) });
}
