import { may, type Reach } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { route, type HandlerContext, type Route, type Tx } from '../../../kernel/module.ts';
import { instantAt, localDateOf, plusMs } from '../../../kernel/time.ts';
import { addWorkingDays } from '../../../calendar/index.ts';
import {
  answerText,
  conditionsFor,
  formFor,
  limitText,
  materialsFor,
  stateOf,
  type Service,
} from '../../catalogue/index.ts';
import { unitDirectory } from '../../org/index.ts';
import { calendarOf, lightAt, pauseGroundsOf, tasksOf } from '../../tasks/index.ts';
import * as contract from '../contract.ts';
import { refuseBarred } from '../commitments.ts';
import { preparedFor, type LicenceValues } from '../licences.ts';
import { openForDecision, perform, withService, type OpenCase } from '../perform.ts';
import { progressOf, silenceAt } from '../progress.ts';
import { possibleActions } from '../rules/case.ts';
import type { CaseCommand } from '../rules/decide.ts';
import { caseStatusNames, transitions, type CaseAction, type LegalBasis } from '../rules/transitions.ts';
import { loadDocuments } from '../store/applications.ts';
import { countCap, listCaseRows, loadCase, loadCasesOf, type CaseRow } from '../store/cases.ts';
import { documentView } from './applications.ts';

/** The officer's side: the unit's cases, one case whole, and every decision. */
export const workRoutes: readonly Route[] = [
  route(contract.listCases, async ({ tx, input, reach }) => {
    const { rows, total } = await listCaseRows(tx, {
      reach,
      ...input,
      filedFrom: input.filedFrom === undefined ? null : instantAt(input.filedFrom, '00:00'),
      filedTo: input.filedTo === undefined ? null : plusMs(instantAt(input.filedTo, '00:00'), 86_400_000 - 1),
    });
    const directory = await unitDirectory(tx);
    const tasks = new Map(
      (
        await tasksOf(
          tx,
          'case',
          rows.map((row) => row.id),
        )
      ).map((task) => [task.id, task]),
    );
    return {
      cases: rows.map((row) => {
        const running = tasks.get(row.tasks.clock ?? row.tasks.intake ?? '');
        return {
          caseId: row.id,
          no: row.no,
          itemName: row.itemName,
          unitName: directory.nameOf(row.unitId),
          applicantName: row.applicantLabel,
          status: row.status,
          statusName: caseStatusNames[row.status],
          filedAt: row.filedAt,
          dueOn: running?.dueOn ?? null,
          light: running === undefined ? null : lightAt(running, tx.now),
        };
      }),
      total: Math.min(total, countCap),
      totalIsCapped: total > countCap,
    };
  }),

  route(contract.readCase, async ({ tx, input, reach }) => {
    const row = await loadCase(tx, input.caseId);
    if (row === null || !isWithin(reach, row)) throw new AppError('CASE_NOT_FOUND');
    return wholeCase(tx, await withService(tx, row));
  }),

  route(contract.acceptCase, (context) =>
    work(context, async ({ row, item, service, application }, { tx, input }) => {
      const { definition } = item;
      switch (input.how) {
        case 'ordinary':
          return { action: 'accept' };
        case 'commitment':
          await refuseBarred(tx, {
            itemId: definition.id,
            accountId: row.accountId,
            matter: row.matter,
            answers: application.answers,
            caseId: row.id,
          });
          return {
            action: 'acceptByCommitment',
            allowed: definition.commitment !== undefined,
            signed: application.commitments.includes(definition.id),
            itemName: definition.name,
          };
        case 'provisional': {
          const needs = materialsFor(service, application.answers, { complete: true });
          return {
            action: 'acceptProvisionally',
            owed: input.owed.map((key) => {
              const need = needs.find((one) => one.key === key && one.items.some((part) => part.id === definition.id));
              return { materialId: key, name: need?.name ?? key, owedWithin: need?.owedWithin || null };
            }),
          };
        }
      }
    }),
  ),

  route(contract.declineCase, (context) =>
    work(context, ({ item, row }, { input, now }) => ({
      action: 'decline',
      reason: input.reason,
      basis: basisFrom(input.basis, transitions.decline.basis),
      remedy: remedyOf(item),
      documentNo: documentNoFor(row, '不受', now),
    })),
  ),

  route(contract.requestCorrection, (context) =>
    work(context, async ({ row }, { tx, input, now }) => {
      const calendar = await calendarOf(tx);
      return {
        action: 'requestCorrection',
        defects: input.defects,
        noticeNo: documentNoFor(row, '补', now),
        answerBy: addWorkingDays(calendar, localDateOf(now), Number.parseInt(input.answerWithin, 10)),
        silenceAt: silenceAt(calendar, row.filedAt ?? now),
      };
    }),
  ),

  route(contract.finishStep, (context) =>
    work(
      context,
      (_, { input, actor }) => ({
        action: 'finishStep',
        step: input.stepId,
        opinion: input.opinion,
        note: input.note,
        by: actor.name,
      }),
      // The step's own unit works on it, whoever leads the case.
      (row) => isStepOf(context.reach, row, context.input.stepId),
    ),
  ),

  route(contract.suspendCase, (context) =>
    work(context, async (_, { tx, input }) => {
      const ground = (await pauseGroundsOf(tx)).find((one) => one.code === input.ground);
      if (ground === undefined)
        throw new AppError('PAUSE_GROUND_NOT_LISTED', { ground: input.ground, basis: transitions.suspend.basis.title });
      const { noticeNo, plannedUntil } = input;
      return {
        action: 'suspend',
        ground: ground.code,
        groundName: ground.name,
        noticeNo,
        plannedUntil,
        basis: { title: ground.basis, article: '' },
      };
    }),
  ),

  route(contract.resumeCase, (context) =>
    work(context, (_, { input }) => ({ action: 'resume', reason: input.reason })),
  ),

  route(contract.extendCase, (context) =>
    work(context, ({ item }, { input }) => {
      const { extension, name } = item.definition;
      const allowed =
        extension === undefined
          ? null
          : { term: extension.term, basis: { title: extension.basis.title, article: extension.basis.article } };
      const { reason, approvedBy, noticeNo } = input;
      return { action: 'extend', allowed, itemName: name, reason, approvedBy, noticeNo };
    }),
  ),

  route(contract.preReviewCase, (context) =>
    work(context, (_, { input, actor }) => ({ action: 'preReview', note: input.note, by: actor.name })),
  ),

  route(contract.handOverCase, (context) =>
    work(
      context,
      (_, { input }) => ({ action: 'handOver', step: input.stepId, accountId: input.accountId, reason: input.reason }),
      (row) => isStepOf(context.reach, row, context.input.stepId),
    ),
  ),

  route(contract.grantCase, (context) =>
    work(
      context,
      ({ row }, { input, actor, now }) => ({
        action: 'grant',
        reason: input.reason,
        documentNo: documentNoFor(row, '准', now),
        by: actor.name,
      }),
      (row) => isOwnUnit(context.reach, row),
      context.input.licenceValues,
    ),
  ),

  route(contract.previewCaseLicence, async ({ tx, input, reach }) => {
    const row = await loadCase(tx, input.caseId);
    if (row === null || !isWithin(reach, row)) throw new AppError('CASE_NOT_FOUND');
    tx.note(`case:${row.id}`, '预览要颁发的证照', { no: row.no });
    return { licence: await preparedFor(tx, await withService(tx, row)) };
  }),

  route(contract.refuseCase, (context) =>
    work(context, ({ item, row }, { input, actor, now }) => ({
      action: 'refuse',
      reason: input.reason,
      basis: basisFrom(input.basis, transitions.refuse.basis),
      remedy: remedyOf(item),
      documentNo: documentNoFor(row, '不准', now),
      by: actor.name,
    })),
  ),
];

/** One decision on one case of the caller's unit. */
async function work<I extends { caseId: string }>(
  context: HandlerContext<I>,
  commandFor: (open: OpenCase, context: HandlerContext<I>) => CaseCommand | Promise<CaseCommand>,
  isReachable: (row: CaseRow) => boolean = (row) => isOwnUnit(context.reach, row),
  licenceValues: LicenceValues = {},
): Promise<{ status: CaseRow['status'] }> {
  const { tx, input } = context;
  const open = await openForDecision(tx, input.caseId, (row) => isWithin(context.reach, row));
  if (!isReachable(open.row)) throw new AppError('FORBIDDEN');
  const row = await perform(tx, open, await commandFor(open, context), licenceValues);
  return { status: row.status };
}

async function wholeCase(tx: Tx, open: OpenCase) {
  const { row, item, service, application } = open;
  const { definition } = item;
  const siblings = await loadCasesOf(tx, application.id);
  const [progress] = await progressOf(tx, [row], service, 'staff');
  if (progress === undefined) throw new Error(`case ${row.id} without progress`);
  const directory = await unitDirectory(tx);
  const documents = await loadDocuments(tx, application.id);
  tx.note(`case:${row.id}`, '查看办件', { no: row.no });
  return {
    progress: {
      ...progress,
      waitsFor: progress.waitsFor.map((one) => ({
        ...one,
        itemName: siblings.find((sibling) => sibling.id === one.caseId)?.itemName ?? one.itemName,
      })),
    },
    applicationNo: application.no,
    serviceName: application.serviceName,
    applicantName:
      typeof application.answers.applicantName === 'string' ? application.answers.applicantName : row.applicantLabel,
    facts: factsFor(service, definition.id, open),
    materials: materialsFor(service, application.answers, { complete: true })
      .filter((need) => need.items.some((part) => part.id === definition.id))
      .map((need) => ({
        id: need.key,
        name: need.name,
        need: need.state,
        why: need.explanation,
        owedWithin: need.owedWithin === '' ? null : limitText(need.owedWithin),
        documents: documents.filter((one) => one.materialKey === need.key).map(documentView),
      })),
    conditions: conditionsFor(service, application.answers, { complete: true })
      .filter((one) => one.item.id === definition.id)
      .map((one) => ({
        text: one.text,
        holds: one.holds,
        basis: `${one.basis?.title ?? ''}${one.basis?.article ?? ''}`,
      })),
    commitment:
      definition.commitment === undefined
        ? null
        : { text: definition.commitment.text, signed: application.commitments.includes(definition.id) },
    siblings: siblings
      .filter((one) => one.id !== row.id)
      .map((one) => ({
        caseId: one.id,
        itemName: one.itemName,
        unitName: directory.nameOf(one.unitId),
        statusName: caseStatusNames[one.status],
      })),
    actions: actionsFor(tx, open),
    pauseGrounds: (await pauseGroundsOf(tx))
      .filter((one) => one.enabled)
      .map(({ code, name, basis }) => ({ code, name, basis })),
  };
}

/** Only what this item asks for: another department's questions are not this one's business (在线政务规定第七条). */
function factsFor(service: Service, itemId: string, { application }: OpenCase) {
  const sections = new Map<string, { elementId: string; name: string; value: string }[]>();
  for (const { field, asked } of stateOf(formFor(service), application.answers)) {
    if (asked === 'no' || !field.asks.some((ask) => ask.item === itemId || ask.item === null)) continue;
    const { element } = field;
    const value = answerText(element, application.answers[element.id]);
    if (value === '') continue;
    sections.set(element.section, [
      ...(sections.get(element.section) ?? []),
      { elementId: element.id, name: element.name, value },
    ]);
  }
  return [...sections].map(([section, rows]) => ({ section, rows }));
}

const decisions: ReadonlySet<CaseAction> = new Set(['grant', 'refuse', 'extend']);

function actionsFor({ actor }: Tx, { row, item }: OpenCase) {
  const { state } = row;
  return possibleActions(state).flatMap((action) => {
    const { by, zh, basis } = transitions[action];
    if (by !== 'unit') return [];
    const permission = decisions.has(action) ? 'case.decide' : 'case.work';
    const open = state.steps.filter(
      (step) => step.status === 'open' && step.kind !== 'decision' && may(actor, permission, step.unitId),
    );
    const isOwn = may(actor, permission, row.unitId);
    if (action === 'finishStep' ? open.length === 0 : !isOwn) return [];
    if (action === 'acceptByCommitment' && item.definition.commitment === undefined) return [];
    if (action === 'extend' && item.definition.extension === undefined) return [];
    return [{ action, zh, basis, steps: action === 'finishStep' ? open.map((step) => step.id) : [] }];
  });
}

function isOwnUnit(reach: Reach, row: CaseRow): boolean {
  return reach === 'all' || reach.includes(row.unitId);
}

function isWithin(reach: Reach, row: CaseRow): boolean {
  return isOwnUnit(reach, row) || row.state.steps.some((step) => reach !== 'all' && reach.includes(step.unitId));
}

function isStepOf(reach: Reach, row: CaseRow, stepId: string): boolean {
  const step = row.state.steps.find((one) => one.id === stepId);
  return step === undefined ? isOwnUnit(reach, row) : reach === 'all' || reach.includes(step.unitId);
}

function basisFrom(text: string, otherwise: LegalBasis): LegalBasis {
  return text === '' ? otherwise : { title: text, article: '' };
}

function remedyOf(item: OpenCase['item']): string {
  const { reconsideration, litigation } = item.definition.remedy;
  return `${reconsideration}；${litigation}`;
}

/**
 * 文书号: kind, year and of the case number what follows the agency, so that it is unique without a counter of its own.
 * Day and serial alone are not: every item counts for itself.
 */
function documentNoFor(row: CaseRow, kind: string, now: string): string {
  const basicCode = row.no.slice(19, 31);
  return `政务${kind}〔${localDateOf(now).slice(0, 4)}〕${basicCode}-${row.no.slice(31)}号`;
}
