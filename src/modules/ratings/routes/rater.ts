import { AppError } from '../../../kernel/errors.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { serviceById } from '../../catalogue/index.ts';
import { unitDirectory } from '../../org/index.ts';
import * as contract from '../contract-rater.ts';
import { checkedPhone, sealContact, subjectOfCase } from '../opening.ts';
import { perform } from '../perform.ts';
import { lastDay, type RatingCommand } from '../rules/decide.ts';
import { levelNames, ratingStatusNames } from '../rules/transitions.ts';
import { settingsOf } from '../settings.ts';
import {
  listOfHolder,
  listPublished,
  loadForDecision,
  loadSubject,
  summariseItems,
  type SubjectRow,
} from '../store/subjects.ts';
import { raterViewOf } from '../view.ts';

export const raterRoutes = [
  route(contract.openLink, async ({ tx, input }) => {
    const row = await loadSubject(tx, { code: input.code });
    if (row === null) throw new AppError('RATING_NOT_FOUND');
    return raterViewOf(tx, row);
  }),

  route(contract.rateByLink, async ({ tx, input }) => {
    const { code, ...given } = input;
    return raterViewOf(tx, await perform(tx, await byCode(tx, code), { action: 'rate', ...given }));
  }),

  route(contract.explainByLink, async ({ tx, input }) => {
    const { code, phone: typed, ...given } = input;
    const row = await byCode(tx, code);
    const phone = row.state.reachable ? '' : checkedPhone(typed);
    const command: RatingCommand = { action: 'explain', ...given, reachable: phone !== '' };
    const isWanted = phone !== '' && row.state.rating?.anonymous === false;
    return raterViewOf(tx, await perform(tx, row, command, isWanted ? sealContact(tx, phone) : row.contact));
  }),

  route(contract.followUpByLink, async ({ tx, input }) => {
    const { code, ...given } = input;
    return raterViewOf(tx, await perform(tx, await byCode(tx, code), { action: 'followUp', ...given }));
  }),

  route(contract.revisitByLink, async ({ tx, input }) => {
    const row = await byCode(tx, input.code);
    const { satisfied, words } = input;
    return raterViewOf(tx, await perform(tx, row, { action: 'revisit', how: 'link', satisfied, words, by: '评价人' }));
  }),

  route(contract.rateCase, async ({ tx, actor, input }) => {
    if (actor.accountId === null) throw new AppError('NOT_SIGNED_IN');
    const opened = await subjectOfCase(tx, input.caseId, actor.accountId);
    const row = await loadForDecision(tx, { id: opened.id });
    if (row === null) throw new AppError('CASE_NOT_FOUND');
    const { level, reasons, comment: words, anonymous } = input;
    await perform(tx, row, { action: 'rate', level, reasons, words, anonymous, channel: 'web' });
    return { level, code: row.code };
  }),

  route(contract.myRatings, async ({ tx, actor, input }) => {
    if (actor.accountId === null) throw new AppError('NOT_SIGNED_IN');
    const { subjectId: subjectIds, page, size } = input;
    const { rows, total } = await listOfHolder(tx, actor.accountId, { subjectIds, page, size });
    const directory = await unitDirectory(tx);
    const { addWithin } = await settingsOf(tx.services);
    const today = localDateOf(tx.now);
    return {
      ratings: rows.map((row) => {
        const { rating, reports } = row.state;
        return {
          kind: row.kind,
          subjectId: row.subjectId,
          subjectNo: row.subjectNo,
          itemName: row.itemName,
          unitName: directory.nameOf(row.unitId),
          finishedOn: localDateOf(row.finishedAt),
          code: row.code,
          status: row.status,
          statusName: ratingStatusNames[row.status],
          mayRate: row.status === 'open' && today <= lastDay(row.finishedAt, addWithin.days),
          rating:
            rating === null
              ? null
              : { level: rating.level, words: rating.words, anonymous: rating.anonymous, at: rating.at },
          reply: reports.at(-1)?.words ?? '',
          awaitsRevisit: row.status === 'revisit',
        };
      }),
      total,
    };
  }),

  route(contract.ratingSummary, async ({ tx, input }) => {
    const ids = await itemsOf(tx, input.id);
    const { count, good, levels } = await summariseItems(tx, ids);
    const { total: published } = await listPublished(tx, ids, 1, 1);
    return count === 0
      ? { count, goodShare: null, average: null, published }
      : { count, goodShare: good / count, average: Math.round((levels / count) * 10) / 10, published };
  }),

  route(contract.publishedRatings, async ({ tx, input }) => {
    const { rows, total } = await listPublished(tx, await itemsOf(tx, input.id), input.page, input.size);
    const directory = await unitDirectory(tx);
    return {
      ratings: rows.map((row) => ({
        level: row.level ?? 0,
        levelName: levelNames[row.level ?? 0] ?? '',
        words: row.state.publication?.words ?? '',
        reply: row.state.publication?.reply ?? '',
        itemName: row.itemName,
        unitName: directory.nameOf(row.unitId),
        publishedOn: localDateOf(row.publishedAt ?? tx.now),
      })),
      total,
    };
  }),
];

async function byCode(tx: Tx, code: string): Promise<SubjectRow> {
  const row = await loadForDecision(tx, { code });
  if (row === null) throw new AppError('RATING_NOT_FOUND');
  return row;
}

async function itemsOf(tx: Tx, id: string): Promise<string[]> {
  return (await serviceById(tx, id)).items.map((item) => item.definition.id);
}
