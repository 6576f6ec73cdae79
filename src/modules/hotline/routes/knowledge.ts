import { may } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { route } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { unitDirectory, type UnitDirectory } from '../../org/index.ts';
import { findKnowledge, servedEntries, servedEntry } from '../advice.ts';
import * as contract from '../contract-knowledge.ts';
import { announcePolicy, changeEntry, proposeEntry, recordUse, refuseWrongDates } from '../knowledge.ts';
import { entryActions, entryStateNames, entryStates, entryTransitions } from '../rules/knowledge.ts';
import { entryShape, knowledgeShape } from '../shapes.ts';
import {
  countEntries,
  listEntryRows,
  loadEntry,
  usesOf,
  versionsOf,
  type EntryCounted,
  type EntryRow,
} from '../store/entries.ts';
import { countTold } from '../store/messages.ts';
import { loadTicket } from '../store/tickets.ts';

export const knowledgeRoutes = [
  route(contract.searchKnowledge, async ({ tx, input }) => {
    const directory = await unitDirectory(tx);
    if (input.text === '') {
      const all = await servedEntries(tx, input.unit);
      const entries = all.slice(0, input.limit);
      return {
        entries: entries.map((entry) => knowledgeShape({ entry, matched: [], coverage: 1 }, directory)),
        total: all.length,
      };
    }
    const found = await findKnowledge(tx, input.text, { limit: input.limit, unit: input.unit });
    return { entries: found.map((one) => knowledgeShape(one, directory)), total: found.length };
  }),

  route(contract.readKnowledge, async ({ tx, input }) => {
    const entry = await servedEntry(tx, input.entryId);
    if (entry === null) throw new AppError('KNOWLEDGE_NOT_FOUND');
    return entryShape(entry, await unitDirectory(tx));
  }),

  route(contract.useKnowledge, async ({ tx, input }) => {
    if ((await servedEntry(tx, input.entryId)) === null) throw new AppError('KNOWLEDGE_NOT_FOUND');
    await recordUse(tx, input.entryId, input.helpful, 'portal');
    if (input.helpful) await countTold(tx, { hint: 'answered', kind: 'knowledge', channel: 'portal' });
    return { counted: true };
  }),

  route(contract.listEntries, async ({ tx, input, reach }) => {
    const { rows, total } = await listEntryRows(tx, { ...input, reach });
    const counts = new Map((await countEntries(tx, reach)).map(({ state, count }) => [state, count]));
    const directory = await unitDirectory(tx);
    return {
      entries: rows.map((row) => lineOf(row, directory)),
      total,
      counts: entryStates.map((state) => ({ state, name: entryStateNames[state], count: counts.get(state) ?? 0 })),
    };
  }),

  route(contract.readEntry, async ({ tx, input, actor }) => {
    const row = await loadEntry(tx, input.entryId);
    if (row === null || !may(actor, 'knowledge.edit', row.unitId)) throw new AppError('KNOWLEDGE_NOT_FOUND');
    const [uses, versions, directory] = await Promise.all([
      usesOf(tx, row.id),
      versionsOf(tx, row.id),
      unitDirectory(tx),
    ]);
    const ticket = row.ticketId === null ? null : await loadTicket(tx, row.ticketId);
    const mayReview = may(actor, 'knowledge.review', row.unitId) && row.proposedById !== actor.accountId;
    return {
      ...lineOf({ ...row, ...uses }, directory),
      answer: row.answer,
      keywords: [...row.keywords],
      itemId: row.itemId,
      proposedBy: row.proposedBy,
      reviewedBy: row.reviewedBy,
      ticketNo: ticket?.no ?? '',
      versions: versions.map(({ version, at, what, actorName, body }) => ({
        version,
        at,
        what,
        by: actorName,
        title: body.title,
        answer: body.answer,
      })),
      actions: entryActions.filter(
        (action) => entryTransitions[action].from.includes(row.state) && (action !== 'review' || mayReview),
      ),
    };
  }),

  route(contract.proposeEntry, async ({ tx, input }) => {
    const { unitId, ...content } = input;
    return stateOf(await proposeEntry(tx, unitId, content));
  }),

  route(contract.editEntry, async ({ tx, input, actor }) => {
    const { entryId, ...content } = input;
    refuseWrongDates(tx, content);
    return stateOf(
      await changeEntry(tx, entryId, 'edit', () => ({
        ...content,
        state: 'proposed',
        flag: '',
        verifiedOn: localDateOf(tx.now),
        proposedBy: actor.name,
        proposedById: actor.accountId,
        reviewedBy: '',
      })),
    );
  }),

  route(contract.reviewEntry, async ({ tx, input, actor }) =>
    stateOf(
      await changeEntry(tx, input.entryId, 'review', (row) => {
        if (row.proposedById !== null && row.proposedById === actor.accountId) throw new AppError('ENTRY_SAME_PERSON');
        const { accepted, note } = input;
        return {
          state: accepted ? 'published' : 'withdrawn',
          flag: accepted ? '' : note,
          reviewedBy: actor.name,
          verifiedOn: localDateOf(tx.now),
        };
      }),
    ),
  ),

  route(contract.verifyEntry, async ({ tx, input }) =>
    stateOf(
      await changeEntry(tx, input.entryId, 'verify', (row) => {
        refuseWrongDates(tx, row);
        return { state: 'published', flag: '', verifiedOn: localDateOf(tx.now) };
      }),
    ),
  ),

  route(contract.withdrawEntry, async ({ tx, input }) =>
    stateOf(await changeEntry(tx, input.entryId, 'withdraw', () => ({ state: 'withdrawn', flag: input.reason }))),
  ),

  route(contract.announcePolicy, ({ tx, input }) => announcePolicy(tx, input)),
];

function stateOf({ id, state }: EntryRow) {
  return { id, state };
}

function lineOf(row: EntryCounted, directory: UnitDirectory) {
  return {
    id: row.id,
    title: row.title,
    unitId: row.unitId,
    unitName: directory.nameOf(row.unitId),
    state: row.state,
    stateName: entryStateNames[row.state],
    flag: row.flag,
    sourceTitle: row.sourceTitle,
    sourceNo: row.sourceNo,
    validFrom: row.validFrom,
    validUntil: row.validUntil,
    verifiedOn: row.verifiedOn,
    used: row.used,
    unhelpful: row.unhelpful,
    version: row.version,
    updatedAt: row.updatedAt,
  };
}
