import { AppError } from '../../../kernel/errors.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { formFor, readAnswers, type Answers } from '../../catalogue/index.ts';
import * as contract from '../contract.ts';
import { labelOf } from '../drafts.ts';
import { openForDecision, perform, type OpenCase } from '../perform.ts';
import { insertDocument, saveAnswers } from '../store/applications.ts';
import { loadCasesOf } from '../store/cases.ts';
import { documentRow, documentView, ownAccount, refuseUnasked } from './applications.ts';

/** The applicant's side of a filed case: correct, hand in what is owed, withdraw. */
export const ownCaseRoutes = [
  route(contract.correctCase, async ({ tx, input }) => {
    const open = await openOwn(tx, input.caseId);
    const merged = { ...open.application.answers, ...input.answers };
    const { answers, issues } = readAnswers(formFor(open.service), merged, localDateOf(tx.now));
    const row = await perform(tx, open, { action: 'correct' });
    await refuseForeign(tx, open, Object.keys(input.answers), answers);
    if (issues.length > 0) throw new AppError('APPLICATION_INCOMPLETE', {}, issues);
    await saveAnswers(tx, open.application.id, {
      answers: answers as Answers,
      commitments: open.application.commitments,
      applicantLabel: labelOf(answers),
    });
    return { status: row.status };
  }),

  route(contract.uploadCaseDocument, async ({ tx, now, input }) => {
    const open = await openOwn(tx, input.caseId);
    refuseUnasked(open.service, input.materialId);
    const owed = open.row.state.owed.find((one) => one.materialId === input.materialId && one.deliveredAt === null);
    if (owed === undefined && open.row.status !== 'correcting') {
      throw new AppError('MATERIAL_NOT_OWED', { material: input.materialId });
    }
    const row = documentRow(open.application.id, input.materialId, input.document, now);
    await insertDocument(tx, row);
    if (owed !== undefined)
      await perform(tx, open, { action: 'deliverOwed', materialId: owed.materialId, name: owed.name });
    else tx.note(`case:${open.row.id}`, '补正时上传材料', { material: input.materialId, sha256: row.sha256 });
    return documentView(row);
  }),

  route(contract.withdrawCase, async ({ tx, input }) => {
    const row = await perform(tx, await openOwn(tx, input.caseId), { action: 'withdraw', reason: input.reason });
    return { status: row.status };
  }),
];

/** A correction mends what its own item asked for; what another department has granted on stays as it was granted. */
async function refuseForeign(
  tx: Tx,
  { row, application, service }: OpenCase,
  sent: readonly string[],
  answers: Answers,
): Promise<void> {
  const granted = new Set(
    (await loadCasesOf(tx, application.id)).filter((one) => one.status === 'granted').map((one) => one.itemId),
  );
  for (const { element, asks } of formFor(service).sections.flatMap((section) => section.fields)) {
    if (
      !sent.includes(element.id) ||
      JSON.stringify(answers[element.id]) === JSON.stringify(application.answers[element.id])
    )
      continue;
    const isAsked = asks.some((ask) => ask.item === null || ask.item === row.itemId);
    const isSettled = asks.some((ask) => ask.item !== null && granted.has(ask.item));
    if (!isAsked || isSettled) throw new AppError('CORRECTION_OUTSIDE_CASE', { element: element.name });
  }
}

function openOwn(tx: Tx, caseId: string) {
  const account = ownAccount(tx);
  return openForDecision(tx, caseId, (row) => row.accountId === account);
}
