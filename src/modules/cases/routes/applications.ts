import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { chineseDate, localDateOf } from '../../../kernel/time.ts';
import { may } from '../../../kernel/actor.ts';
import {
  applicableItems,
  basisText,
  caseNumbers,
  conditionsFor,
  formFor,
  formView,
  limitText,
  materialsFor,
  readAnswers,
  serviceFor,
  type Answers,
  type AnswerValue,
  type ItemDefinition,
  type MaterialNeed,
  type Service,
} from '../../catalogue/index.ts';
import { licencesProving, relyOn, type Proof } from '../../licences/index.ts';
import * as contract from '../contract.ts';
import { fulfilAll } from '../duties.ts';
import { refuseBarred } from '../commitments.ts';
import { labelOf, openDraft } from '../drafts.ts';
import { progressOf } from '../progress.ts';
import { openCases } from '../rules/filing.ts';
import {
  deleteDraft,
  countMiss,
  findByNo,
  insertDocument,
  listOwn,
  loadApplication,
  loadApplicationForDecision,
  loadDocuments,
  markFiled,
  removeDocumentRow,
  saveAnswers,
  type ApplicationRow,
  type ApplicationSummary,
  type DocumentRow,
} from '../store/applications.ts';
import { insertCases, loadCasesOf } from '../store/cases.ts';
import { caseStatusNames, isConcluded, type CaseStatus } from '../rules/transitions.ts';

/** The applicant's side: draft, save, upload, check, file, follow. */
export const applicationRoutes = [
  route(contract.startApplication, async ({ tx, actor, input }) => {
    if (input.onBehalfOf !== undefined && !may(actor, 'case.file')) throw new AppError('FORBIDDEN');
    const service = await serviceFor(tx, input.service);
    if (service.bundle?.startedFrom !== undefined)
      throw new AppError('SERVICE_STARTED_FROM_PROJECT', { name: service.name });
    const { id, revision } = await openDraft(tx, service, {
      accountId: ownAccount(tx),
      answers: {},
      matter: null,
      ...(input.onBehalfOf === undefined ? {} : { onBehalf: input.onBehalfOf }),
    });
    return { id, revision };
  }),

  route(contract.applicationForm, async ({ tx, input }) =>
    formView(await serviceOf(tx, await own(tx, input.applicationId))),
  ),

  route(contract.saveDraft, async ({ tx, input }) => {
    const draft = await ownDraft(tx, input.applicationId);
    if (draft.revision !== input.revision) throw new AppError('APPLICATION_CHANGED');
    const merged: Record<string, AnswerValue> = {};
    for (const [key, value] of Object.entries({ ...draft.answers, ...input.answers })) {
      if (value !== null && value !== undefined && value !== '') merged[key] = value as AnswerValue;
    }
    const answers: Answers = merged;
    const commitments = input.commitments ?? draft.commitments;
    for (const itemId of commitments.filter((one) => !draft.commitments.includes(one)))
      await refuseBarred(tx, { itemId, accountId: draft.accountId, matter: draft.matter, answers });
    const revision = await saveAnswers(tx, draft.id, { answers, commitments, applicantLabel: labelOf(answers) });
    tx.note(`application:${draft.id}`, '保存草稿');
    return { revision };
  }),

  route(contract.checkApplication, async ({ tx, input }) => {
    const application = await own(tx, input.applicationId);
    const service = await serviceOf(tx, application);
    return check(tx, application, service, await loadDocuments(tx, application.id));
  }),

  route(contract.uploadDocument, async ({ tx, now, input }) => {
    const draft = await ownDraft(tx, input.applicationId);
    refuseUnasked(await serviceOf(tx, draft), input.materialId);
    const row = documentRow(draft.id, input.materialId, input.document, now);
    await insertDocument(tx, row);
    tx.note(`application:${draft.id}`, '上传材料', { material: input.materialId, sha256: row.sha256 });
    return documentView(row);
  }),

  route(contract.removeDocument, async ({ tx, input }) => {
    const draft = await ownDraft(tx, input.applicationId);
    if (!(await removeDocumentRow(tx, draft.id, input.documentId))) throw new AppError('DOCUMENT_NOT_FOUND');
    tx.note(`application:${draft.id}`, '删除材料', { document: input.documentId });
    return { removed: true };
  }),

  route(contract.discardDraft, async ({ tx, input }) => {
    const draft = await ownDraft(tx, input.applicationId);
    await deleteDraft(tx, draft.id);
    tx.note(`application:${draft.id}`, '删除草稿');
    return { removed: true };
  }),

  route(contract.fileApplication, async ({ tx, input }) => {
    const draft = await ownDraft(tx, input.applicationId);
    if (input.revision !== undefined && input.revision !== draft.revision) throw new AppError('APPLICATION_CHANGED');
    return file(tx, draft);
  }),

  route(contract.myApplications, async ({ tx, input }) => {
    const { rows, total } = await listOwn(tx, ownAccount(tx), input);
    return { applications: rows.map(summary), total };
  }),

  route(contract.myApplication, async ({ tx, input }) => {
    const application = await own(tx, input.applicationId);
    const service = await serviceOf(tx, application);
    const cases = await loadCasesOf(tx, application.id);
    const documents = await loadDocuments(tx, application.id);
    tx.note(`application:${application.id}`, '本人查看申请');
    return {
      id: application.id,
      no: application.no,
      state: application.state,
      service: { kind: application.serviceKind, id: application.serviceId, name: application.serviceName },
      revision: application.revision,
      answers: plainAnswers(application.answers),
      documents: documents.map(documentView),
      commitments: application.commitments,
      createdAt: application.createdAt,
      updatedAt: application.updatedAt,
      filedAt: application.filedAt,
      cases: (await progressOf(tx, cases, service, 'applicant')).map((one) =>
        application.filedBy === null ? one : { ...one, mayRate: false },
      ),
    };
  }),

  route(contract.trackCase, async ({ tx, input }) => {
    const today = localDateOf(tx.now);
    const found = await findByNo(tx, input.no, input.phoneTail, today);
    if (found !== null && found.misses >= missesAllowed) throw new AppError('TOO_MANY_REQUESTS');
    // A read is no transaction: the count stays although the answer is an error.
    if (found !== null && !found.agrees) await countMiss(tx, found.id, today);
    const application = found?.agrees ? await loadApplication(tx, found.id) : null;
    if (application === null) throw new AppError('CASE_NOT_FOUND');
    const cases = await loadCasesOf(tx, application.id);
    const shown = await progressOf(tx, cases, await serviceOf(tx, application), 'applicant');
    return {
      applicationNo: application.no,
      serviceName: application.serviceName,
      cases: shown.map((one) => ({ ...one, mayRate: false, mayWithdraw: false })),
    };
  }),
];

/** Wrong digits a day for one application before its number is closed to guessing. */
const missesAllowed = 10;

/** One application becomes its cases: numbers, events, tasks and rows, in as few statements as there are kinds of them. */
async function file(tx: Tx, draft: ApplicationRow) {
  const service = await serviceOf(tx, draft);
  const documents = await loadDocuments(tx, draft.id);
  const { answers, issues } = readAnswers(formFor(service), draft.answers, localDateOf(tx.now));
  const needs = materialsFor(service, answers, { complete: true });
  const proofs = await proofsFor(tx, needs, answers);
  const missing = missingMaterials(needs, documents, proofs);
  if (issues.length > 0 || missing.length > 0)
    throw new AppError('APPLICATION_INCOMPLETE', {}, [...issues, ...missing]);
  const against = conditionsFor(service, answers, { complete: true }).find((one) => one.holds === 'no');
  if (against !== undefined) {
    throw new AppError('CONDITION_NOT_MET', {
      condition: against.text,
      basis: `${against.basis?.title ?? ''}${against.basis?.article ?? ''}`,
    });
  }

  const parts = applicableItems(service, answers, { complete: true }).filter((part) => part.applies === 'yes');
  const label = labelOf(answers);
  // Before the numbers: they hold a row that the next applicant for the same item waits for.
  await markFiled(tx, draft.id, { answers, applicantLabel: label, phone: phoneOf(answers) });
  const numbers = await caseNumbers(
    tx,
    parts.map((part) => part.item.itemCode),
    localDateOf(tx.now),
  );
  const planned = openCases(
    draft.id,
    parts.map((part, index) => ({ part, id: uuidv7(Date.parse(tx.now)), no: numbers[index] ?? '' })),
    tx.now,
  );
  const changes = planned.flatMap(({ state, events }, index) => {
    const part = parts[index];
    return part === undefined
      ? []
      : [{ subject: { state, item: part.item, accountId: draft.accountId, tasks: {} }, events }];
  });
  const tasks = await fulfilAll(tx, changes);
  const rows = changes.map(({ subject, events }, index) => ({
    row: {
      id: subject.state.id,
      no: subject.state.no,
      applicationId: draft.id,
      itemId: subject.item.definition.id,
      itemVersion: subject.item.version,
      itemName: subject.item.definition.name,
      unitId: subject.item.definition.department,
      accountId: draft.accountId,
      applicantLabel: label,
      matter: draft.matter,
      tasks: tasks[index] ?? {},
    },
    events,
  }));
  await insertCases(tx, rows);
  if (proofs.size > 0) {
    await relyOn(
      tx,
      rows.map(({ row }) => ({
        caseId: row.id,
        unitId: row.unitId,
        itemName: row.itemName,
        proofs: needs
          .filter(({ items }) => items.some(({ id }) => id === row.itemId))
          .flatMap(({ key }) => proofs.get(key) ?? []),
      })),
    );
  }
  tx.note(`application:${draft.id}`, `提交申请：${service.name}`, {
    no: draft.no,
    cases: rows.map(({ row }) => row.no),
  });
  tx.publish('application.filed', {
    applicationId: draft.id,
    no: draft.no,
    accountId: draft.accountId,
    serviceName: service.name,
    serviceId: service.id,
    matter: draft.matter,
    cases: rows.length,
  });
  return {
    no: draft.no,
    cases: rows.map(({ row }) => ({
      caseId: row.id,
      no: row.no,
      itemName: row.itemName,
      unitName: service.unitNames[row.unitId] ?? row.unitId,
    })),
  };
}

async function check(tx: Tx, application: ApplicationRow, service: Service, documents: readonly DocumentRow[]) {
  const complete = { complete: true };
  const { answers, issues } = readAnswers(formFor(service), application.answers, localDateOf(tx.now));
  const needs = materialsFor(service, answers, complete);
  const proofs = await proofsFor(tx, needs, answers);
  const missing = missingMaterials(needs, documents, proofs);
  const conditions = conditionsFor(service, answers, complete);
  return {
    issues: [...issues, ...missing],
    items: applicableItems(service, answers, complete)
      .filter((part) => part.applies === 'yes')
      .map((part) => ({
        id: part.item.definition.id,
        name: part.item.definition.name,
        unitName: service.unitNames[part.item.definition.department] ?? part.item.definition.department,
        promisedTerm: limitText(part.item.definition.promised.term),
        note: part.note,
        commitment: commitmentView(part.item.definition.commitment),
      })),
    materials: needs.map((need) => ({
      id: need.key,
      name: need.name,
      need: proofs.has(need.key) ? ('waived' as const) : need.state,
      why: proofWords(proofs.get(need.key)) ?? need.explanation,
      owedWithin: need.owedWithin === '' ? null : limitText(need.owedWithin),
      itemNames: need.items.map((item) => item.name),
      documents: documents.filter((one) => one.materialKey === need.key).map(documentView),
    })),
    conditions: conditions.map((one) => ({
      text: one.text,
      holds: one.holds,
      basis: one.basis === null ? '' : basisText(one.basis),
      itemName: one.item.name,
    })),
    mayFile: issues.length === 0 && missing.length === 0 && conditions.every((one) => one.holds !== 'no'),
  };
}

function commitmentView(commitment: ItemDefinition['commitment']) {
  if (commitment === undefined) return null;
  const { text, verification, breach, basis } = commitment;
  return { text, verification, breach, basis: basisText(basis) };
}

/** What must be there on filing; what a licence proves or what may follow later (容缺) may be missing. */
function missingMaterials(
  needs: readonly MaterialNeed[],
  documents: readonly DocumentRow[],
  proofs: ReadonlyMap<string, Proof>,
) {
  return needs
    .filter(
      (need) =>
        need.state === 'needed' &&
        need.owedWithin === '' &&
        !proofs.has(need.key) &&
        !documents.some((one) => one.materialKey === need.key),
    )
    .map((need) => ({ path: `/materials/${need.key}`, message: `还没有上传“${need.name}”。` }));
}

/** Licences in force that stand for what is asked, by the material's key. */
async function proofsFor(
  tx: Tx,
  needs: readonly MaterialNeed[],
  answers: Answers,
): Promise<ReadonlyMap<string, Proof>> {
  const asked = needs
    .filter(({ state }) => state !== 'undecided')
    .map(({ key, name, waived }) => ({ material: key, name, typeId: waived?.licenceType ?? '' }));
  const numbers = holderNumberElements.flatMap((id) => {
    const value = answers[id];
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
  return new Map((await licencesProving(tx, asked, numbers)).map((proof) => [proof.material, proof]));
}

/** Under these the form asks whose licence it would be. */
const holderNumberElements = ['uscc', 'applicantIdNumber'];

function proofWords(proof: Proof | undefined): string | undefined {
  if (proof === undefined) return undefined;
  const until = proof.validUntil === null ? '长期有效' : `有效期至${chineseDate(proof.validUntil)}`;
  return `免提交：您的电子证照《${proof.typeName}》（${proof.number}，${until}）可以证明`;
}

export function serviceOf(tx: Tx, application: ApplicationRow): Promise<Service> {
  return serviceFor(tx, { kind: application.serviceKind, id: application.serviceId, versions: application.versions });
}

/** The phone left on the form: the applicant's own first. */
export function phoneOf(answers: Answers): string {
  for (const id of ['applicantPhone', 'contactPhone', 'legalRepresentativePhone', 'agentPhone']) {
    const value = answers[id];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}

export function ownAccount(tx: Tx): string {
  if (tx.actor.accountId === null) throw new AppError('NOT_SIGNED_IN');
  return tx.actor.accountId;
}

async function own(tx: Tx, id: string): Promise<ApplicationRow> {
  const row = await loadApplication(tx, id);
  if (row === null || row.accountId !== tx.actor.accountId) throw new AppError('APPLICATION_NOT_FOUND');
  return row;
}

async function ownDraft(tx: Tx, id: string): Promise<ApplicationRow> {
  const row = await loadApplicationForDecision(tx, id);
  if (row === null || row.accountId !== tx.actor.accountId) throw new AppError('APPLICATION_NOT_FOUND');
  if (row.state !== 'draft') throw new AppError('APPLICATION_ALREADY_FILED', { no: row.no });
  return row;
}

export function refuseUnasked(service: Service, materialKey: string, itemId?: string): void {
  const [item, material] = materialKey.split('.');
  const asked = service.items.some(
    ({ definition }) => definition.id === item && definition.materials.some((one) => one.id === material),
  );
  const needed =
    itemId === undefined ||
    materialsFor(service, {}, {}).some(
      (need) => need.key === materialKey && need.items.some((one) => one.id === itemId),
    );
  if (!asked || !needed) throw new AppError('MATERIAL_NOT_ASKED', { material: materialKey });
}

export function documentRow(
  applicationId: string,
  materialKey: string,
  document: { sha256: string; name: string; type: string; size: number },
  now: string,
): DocumentRow {
  return { id: uuidv7(Date.parse(now)), applicationId, materialKey, ...document, uploadedAt: now };
}

export function documentView(row: DocumentRow) {
  const { id, materialKey, sha256, name, type, size, uploadedAt } = row;
  return { id, materialId: materialKey, sha256, name, type, size, uploadedAt };
}

type PlainAnswer = string | number | boolean | string[] | null;

function plainAnswers(answers: Answers): Record<string, PlainAnswer> {
  const plain = (value: AnswerValue | undefined): PlainAnswer => (isList(value) ? [...value] : (value ?? null));
  return Object.fromEntries(Object.entries(answers).map(([key, value]) => [key, plain(value)]));
}

function isList(value: AnswerValue | undefined): value is readonly string[] {
  return Array.isArray(value);
}

function summary(row: ApplicationSummary) {
  const statuses = row.statuses as CaseStatus[];
  const count = (status: CaseStatus): number => statuses.filter((one) => one === status).length;
  const concluded = statuses.filter(isConcluded).length;
  const correcting = count('correcting');
  const words =
    row.state === 'draft'
      ? `草稿，${chineseDate(localDateOf(row.updatedAt))}存过`
      : correcting > 0
        ? `等您补正 ${correcting} 项`
        : row.owes
          ? '有材料等您补交'
          : concluded === statuses.length
            ? outcomeWords(statuses)
            : `正在办理，${statuses.length} 项中已办结 ${concluded} 项`;
  return {
    id: row.id,
    no: row.no,
    state: row.state,
    service: { kind: row.serviceKind, id: row.serviceId, name: row.serviceName },
    applicantLabel: row.applicantLabel,
    updatedAt: row.updatedAt,
    filedAt: row.filedAt,
    caseCount: statuses.length,
    concludedCount: concluded,
    statusText: words,
    needsMe: row.state === 'draft' || correcting > 0 || row.owes,
  };
}

function outcomeWords(statuses: readonly CaseStatus[]): string {
  const names = new Set(statuses.map((status) => caseStatusNames[status]));
  return [...names].join('、');
}
