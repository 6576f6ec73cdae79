import { may } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route, type HandlerContext, type Tx } from '../../../kernel/module.ts';
import { instantAt, plusMs } from '../../../kernel/time.ts';
import { serviceById } from '../../catalogue/index.ts';
import { profileOf, staffOf } from '../../org/index.ts';
import { tellTale } from '../../projects/index.ts';
import * as contract from '../contract-work.ts';
import { checkedPhone, openContact, openSubject } from '../opening.ts';
import { isContactInTime, isWorker, perform, refuseOther } from '../perform.ts';
import type { RatingCommand } from '../rules/decide.ts';
import { insertDocument, loadDocuments } from '../store/documents.ts';
import { listRatingRows, loadForDecision, loadSubject, type SubjectRow } from '../store/subjects.ts';
import { listedRatings, maySeeRater, nobody, wholeRating } from '../view.ts';

export const workRoutes = [
  route(contract.listRatings, async ({ tx, input, reach }) => {
    const { from, to, appealing, ...rest } = input;
    const { rows, total } = await listRatingRows(tx, {
      ...rest,
      reach,
      appealing: appealing === 'yes',
      from: from === undefined ? null : instantAt(from, '00:00'),
      to: to === undefined ? null : plusMs(instantAt(to, '00:00'), 86_400_000),
    });
    return { ratings: await listedRatings(tx, rows), total };
  }),

  route(contract.readRating, async ({ tx, input, reach }) => {
    const row = await loadSubject(tx, { id: input.ratingId });
    if (row === null || !isWithin(reach, row)) throw new AppError('RATING_NOT_FOUND');
    return wholeRating(tx, row);
  }),

  route(contract.readRater, async ({ tx, input, reach, actor }) => {
    const row = await loadSubject(tx, { id: input.ratingId });
    if (row === null || !isWithin(reach, row)) throw new AppError('RATING_NOT_FOUND');
    if (!maySeeRater(actor, row)) throw new AppError('RATER_NOT_SHOWN');
    tx.note(`rating:${row.id}`, '查看评价人的联系方式', { no: row.no });
    const phone = row.holderAccount === null ? '' : ((await profileOf(tx, row.holderAccount)).phone ?? '');
    return {
      label: row.holderLabel,
      phone: phone === '' && row.contact !== null ? openContact(tx, row.contact) : phone,
      subjectNo: row.subjectNo,
    };
  }),

  route(contract.appointHandler, (context) =>
    byStaff(context, async (row) => {
      const { accountId, reason } = context.input;
      const handler = await staffOf(context.tx, accountId);
      if (handler === null || handler.unitId !== row.unitId) throw new AppError('OFFICER_NOT_OF_UNIT');
      return { action: 'appoint', handlerId: accountId, handlerName: handler.name, reason };
    }),
  ),

  route(contract.contactRater, (context) =>
    byWorker(context, async (row) => {
      const { how, words } = context.input;
      const inTime = await isContactInTime(context.tx, row);
      return { action: 'contact', how, words, by: context.actor.name, inTime };
    }),
  ),

  route(contract.fixAtOnce, (context) =>
    byWorker(context, () => ({ action: 'fix', words: context.input.words, by: context.actor.name })),
  ),

  route(contract.planRectification, (context) =>
    byWorker(context, () => {
      const { measures, days } = context.input;
      return { action: 'plan', measures, days, by: context.actor.name };
    }),
  ),

  route(contract.reportRectification, (context) =>
    byWorker(context, () => ({ action: 'report', words: context.input.words, by: context.actor.name })),
  ),

  route(contract.recordRevisit, (context) =>
    byStaff(context, (row) => {
      const { actor, input } = context;
      if (!may(actor, 'rating.supervise', row.unitId)) refuseOther(actor, row);
      const satisfied = input.answer === 'unreached' ? null : input.answer === 'satisfied';
      return { action: 'revisit', how: 'phone', satisfied, words: input.words, by: actor.name };
    }),
  ),

  route(contract.directRectification, (context) =>
    byStaff(context, () => {
      const { words, days } = context.input;
      return { action: 'direct', words, days, by: context.actor.name };
    }),
  ),

  route(contract.publishRating, (context) =>
    byStaff(context, async (row) => {
      const { words, reply } = context.input;
      const tells = await whatTells(context.tx, row, `${words}\n${reply}`);
      return { action: 'publish', words, reply, by: context.actor.name, tells };
    }),
  ),

  route(contract.withholdRating, (context) =>
    byStaff(context, () => ({ action: 'withhold', reason: context.input.reason, by: context.actor.name })),
  ),

  route(contract.appealRating, (context) =>
    byStaff(context, async (row) => {
      const { ground, words, evidence } = context.input;
      const found = await loadDocuments(context.tx, evidence);
      if (found.filter(({ subjectId }) => subjectId === row.id).length < new Set(evidence).size)
        throw new AppError('RATING_FILE_NOT_FOUND');
      const { accountId: byId, name: by } = context.actor;
      return { action: 'appeal', ground, words, evidence, byId, by };
    }),
  ),

  route(contract.decideAppeal, (context) =>
    byStaff(context, (row) => {
      const { upheld, words } = context.input;
      const { accountId: byId, name: by, unitId } = context.actor;
      if (unitId === row.unitId) throw new AppError('APPEAL_SAME_PERSON');
      return { action: 'decideAppeal', upheld, words, byId, by };
    }),
  ),

  route(contract.uploadEvidence, async ({ tx, input, reach }) => {
    const row = await loadSubject(tx, { id: input.ratingId });
    if (row === null || !isWithin(reach, row)) throw new AppError('RATING_NOT_FOUND');
    const id = uuidv7(Date.parse(tx.now));
    await insertDocument(tx, id, row.id, input.document);
    tx.note(`rating:${row.id}`, '上传复核证据', { sha256: input.document.sha256 });
    return { id, ...input.document };
  }),

  route(contract.openEvidence, async ({ tx, input, reach }) => {
    const [document] = await loadDocuments(tx, [input.documentId]);
    const row = document === undefined ? null : await loadSubject(tx, { id: document.subjectId });
    if (document === undefined || row === null || !isWithin(reach, row)) throw new AppError('RATING_FILE_NOT_FOUND');
    tx.note(`rating:${row.id}`, '查看复核证据', { document: document.id });
    const { id, sha256, name, type, size } = document;
    return { id, sha256, name, type, size };
  }),

  route(contract.openVisit, async ({ tx, input, actor, reach }) => {
    const { unitId } = actor;
    if (unitId === null || (reach !== 'all' && !reach.includes(unitId))) throw new AppError('FORBIDDEN');
    const item = input.itemId === '' ? null : (await serviceById(tx, input.itemId)).items[0];
    const officerId = input.officerId ?? actor.accountId;
    const officer = officerId === null ? null : await staffOf(tx, officerId);
    if (officer === null || officer.unitId !== unitId) throw new AppError('OFFICER_NOT_OF_UNIT');
    const row = await openSubject(tx, {
      kind: 'visit',
      subjectId: uuidv7(Date.parse(tx.now)),
      subjectNo: '',
      unitId,
      itemId: item?.definition.id ?? 'window',
      itemName: item?.definition.name ?? (input.what === '' ? '窗口办事' : input.what),
      windowName: input.windowName,
      officerId,
      officerName: officer.name,
      finishedAt: tx.now,
      served: 'window',
      holderAccount: null,
      phone: checkedPhone(input.phone),
      holderLabel: '',
    });
    return { ratingId: row.id, no: row.no, code: row.code, path: `/rate/${row.code}` };
  }),
];

type Context = HandlerContext<{ ratingId: string }>;
type CommandFor = (row: SubjectRow) => RatingCommand | Promise<RatingCommand>;

/** A command of somebody whose permission reaches the unit; what else it takes, `commandFor` checks on the locked row. */
async function byStaff({ tx, input, reach }: Context, commandFor: CommandFor) {
  const row = await loadForDecision(tx, { id: input.ratingId });
  if (row === null || !isWithin(reach, row)) throw new AppError('RATING_NOT_FOUND');
  const after = await perform(tx, row, await commandFor(row));
  return { status: after.status };
}

function byWorker(context: Context, commandFor: CommandFor) {
  return byStaff(context, (row) => {
    if (!isWorker(context.actor, row)) throw new AppError('RATING_NOT_YOURS');
    return commandFor(row);
  });
}

function isWithin(reach: HandlerContext<unknown>['reach'], row: SubjectRow): boolean {
  return reach === 'all' || reach.includes(row.unitId);
}

/** What in a text would show who rated: numbers of any kind, his name, the number of his case. */
async function whatTells(tx: Tx, row: SubjectRow, text: string): Promise<string[]> {
  const name = row.holderAccount === null ? '' : (await profileOf(tx, row.holderAccount)).name;
  const found = tellTale(text, { ...nobody, people: [name, row.state.officerName] });
  return text.includes(row.subjectNo) ? [...found, '办件编号'] : found;
}
