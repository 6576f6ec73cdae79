import type { z } from 'zod';
import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { unitDirectory, type UnitDirectory } from '../../org/index.ts';
import { carryForward } from '../carry.ts';
import * as contract from '../contract-review.ts';
import { enterDocument } from '../enter-document.ts';
import { NotADocument, readPlanFile } from '../reader/index.ts';
import { differences, type ComparedMeasure } from '../rules/differences.ts';
import { looksOf, needsLook, numbersTwice, typedFlag } from '../rules/look.ts';
import {
  areasOfReading,
  freeNumber,
  mergeBodies,
  rowsOfReading,
  splitBody,
  type RowBody,
  type WrittenName,
} from '../rules/rows.ts';
import { targetText } from '../rules/target.ts';
import {
  draftsOf,
  earlierReading,
  insertDocument,
  insertDrafts,
  listDocumentRows,
  loadDocument,
  loadDraft,
  saveDraft,
  setDocumentState,
  setDraftStates,
  thinRowsOf,
  type DocumentRow,
  type FullDocument,
  type PlanRowDraft,
  type ThinRow,
} from '../store/documents.ts';
import { allMeasures } from '../store/measures.ts';
import { loadPlanOfYear, lockYear, type PlanRow } from '../store/plans.ts';
import { targetsOfMeasures } from '../store/targets.ts';
import { planFor } from './asked.ts';
import { bytesOf } from './evidence.ts';

/** 核对: what was read in a document, corrected and confirmed by people, becomes a ledger. */
export const reviewRoutes = [
  route(contract.readDocument, async ({ tx, input }) => {
    const directory = await unitDirectory(tx);
    const { sha256, name } = input.document;
    const reading = await readOrRefuse(await bytesOf(tx, input.document), name, directory);
    const id = uuidv7(Date.parse(tx.now));
    const rows = rowsOfReading(reading);
    if (rows.length === 0) throw new AppError('DOCUMENT_UNREADABLE', { why: `“${name}”里没有读到任务措施` });
    const earlier = await earlierReading(tx, sha256);
    await insertDocument(tx, {
      id,
      name,
      sha256,
      text: reading.source.text.replaceAll('\u0000', ' '),
      head: {
        title: reading.document.title?.value ?? reading.document.noticeTitle?.value ?? name,
        documentNo: reading.document.documentNo?.value ?? '',
        issuer: reading.document.issuer?.value ?? '',
        issuedOn: reading.document.date?.value ?? null,
      },
      areas: areasOfReading(reading),
      warnings: reading.warnings.map(({ message, span }) => ({ message, span: { start: span.from, end: span.to } })),
    });
    await insertDrafts(
      tx,
      rows.map((row, index) => ({
        id: uuidv7(Date.parse(tx.now)),
        documentId: id,
        position: index + 1,
        kind: row.kind,
        body: row.body,
        confidence: row.confidence,
      })),
    );
    tx.note(`plan-document:${id}`, `读入${name}`, { sha256, rows: rows.length });
    return { documentId: id, rows: rows.length, warnings: reading.warnings.length, earlier };
  }),

  route(contract.listDocuments, async ({ tx, input }) => {
    const { rows, total } = await listDocumentRows(tx, input);
    return { documents: await documentLines(tx, rows), total };
  }),

  route(contract.reviewDocument, async ({ tx, input }) => {
    const document = await documentFor(tx, input.documentId);
    const directory = await unitDirectory(tx);
    const [line] = await documentLines(tx, [document]);
    if (line === undefined) throw new AppError('DOCUMENT_NOT_READ');
    const rows = await draftsOf(tx, document.id);
    return {
      document: line,
      text: document.text,
      areas: document.areas,
      warnings: document.warnings,
      rows: rows.map((row) => rowShape(row, directory)),
    };
  }),

  route(contract.discardDocument, async ({ tx, input }) => {
    const document = await documentFor(tx, input.documentId, true);
    if (document.state === 'entered') throw new AppError('DOCUMENT_ENTERED');
    const state = input.discarded ? ('dropped' as const) : ('review' as const);
    await setDocumentState(tx, document.id, state);
    tx.note(`plan-document:${document.id}`, input.discarded ? '放到一边' : '取回来核对');
    return { state };
  }),

  route(contract.editRow, async ({ tx, input }) => {
    const { row } = await rowFor(tx, input.rowId, input.version);
    const directory = await unitDirectory(tx);
    const { body } = row;
    const known = new Map([...body.leads, ...body.supporters, ...body.collectives].map((one) => [one.name, one.span]));
    const names = (list: readonly string[]): WrittenName[] =>
      [...new Set(list.map((name) => name.trim()).filter((name) => name !== ''))].map((name) => ({
        name,
        span: known.get(name) ?? null,
      }));
    const typed = <T>(before: { value: T; span: typeof body.title.span; confidence: number }, value: T) =>
      value === before.value ? { ...before, confidence: 1 } : { value, span: before.span, confidence: 1 };
    const leads = names(input.leads);
    const sameLeads = leads.map((one) => one.name).join() === body.leads.map((one) => one.name).join();
    const edited = {
      ...body,
      no: input.no,
      title: typed(body.title, input.title),
      text: typed(body.text, input.text ?? body.text.value),
      area: input.area,
      leads,
      impliedLead: sameLeads && body.impliedLead,
      supporters: names(input.supporters),
      collectives: names(input.collectives),
      sponsors: input.sponsors ?? body.sponsors,
      deadline: typed(body.deadline, input.deadline),
      flags: [...new Set([...body.flags, typedFlag])],
      targets: input.targets.map((target) => ({
        ...target,
        span: body.targets.find((one) => one.subject === target.subject)?.span ?? null,
      })),
    };
    // What a person has looked at and typed is as sure as it gets.
    await saveDraft(tx, row.id, edited, 1);
    tx.note(`plan-document:${row.documentId}`, `改第${row.body.no}行`, { row: row.id });
    return { row: rowShape(await draftFor(tx, row.id), directory) };
  }),

  route(contract.splitRow, async ({ tx, input }) => {
    const { row, document } = await rowFor(tx, input.rowId, input.version);
    const parts = splitBody(row.body, input.at, document.text);
    if (parts === null) throw new AppError('SPLIT_OUTSIDE');
    const rows = await draftsOf(tx, document.id);
    const next = rows.find((one) => one.position > row.position);
    const used = new Set(rows.filter((one) => one.kind === row.kind).map((one) => one.body.no));
    const [first, second] = parts;
    const id = uuidv7(Date.parse(tx.now));
    await saveDraft(tx, row.id, untyped(first), row.confidence);
    await insertDrafts(tx, [
      {
        id,
        documentId: document.id,
        position: next === undefined ? row.position + 1 : (row.position + next.position) / 2,
        kind: row.kind,
        body: { ...untyped(second), no: freeNumber(row.body.no, used) },
        confidence: Math.min(0.5, row.confidence),
      },
    ]);
    tx.note(`plan-document:${document.id}`, `把第${row.body.no}行分成两行`, { row: row.id, other: id, at: input.at });
    const directory = await unitDirectory(tx);
    return { rows: [rowShape(await draftFor(tx, row.id), directory), rowShape(await draftFor(tx, id), directory)] };
  }),

  route(contract.mergeRows, async ({ tx, input }) => {
    const { row, document } = await rowFor(tx, input.rowId, input.version);
    const rows = (await draftsOf(tx, document.id)).filter((one) => one.state !== 'dropped' && one.kind === row.kind);
    const other = rows[rows.findIndex((one) => one.id === row.id) + 1];
    if (other?.id !== input.otherId || row.state === 'dropped') throw new AppError('ROWS_NOT_ADJACENT');
    await saveDraft(tx, row.id, untyped(mergeBodies(row.body, other.body)), Math.min(row.confidence, other.confidence));
    await setDraftStates(tx, [other.id], 'dropped');
    tx.note(`plan-document:${document.id}`, `把第${other.body.no}行并入第${row.body.no}行`, {
      row: row.id,
      other: other.id,
    });
    return { row: rowShape(await draftFor(tx, row.id), await unitDirectory(tx)) };
  }),

  route(contract.decideRows, async ({ tx, input }) => {
    const document = await openDocument(tx, input.documentId);
    const directory = await unitDirectory(tx);
    const rows = new Map((await draftsOf(tx, document.id)).map((row) => [row.id, row]));
    const refused: { rowId: string; why: string }[] = [];
    const accepted: string[] = [];
    for (const rowId of new Set(input.rowIds)) {
      const row = rows.get(rowId);
      const why = row === undefined ? '不在这份文件里' : input.state === 'confirmed' ? obstacle(row, directory) : null;
      if (why === null) accepted.push(rowId);
      else refused.push({ rowId, why });
    }
    const changed = await setDraftStates(tx, accepted, input.state);
    tx.note(`plan-document:${document.id}`, stateWords[input.state], { rows: accepted.length });
    return { changed, refused };
  }),

  route(contract.enterLedger, async ({ tx, actor, input }) => {
    const document = await openDocument(tx, input.documentId);
    if (document.readBy === actor.accountId) throw new AppError('DECIDER_IS_DOER');
    if (input.endsOn <= input.startsOn) throw new AppError('PERIOD_BACKWARDS');
    const directory = await unitDirectory(tx);
    const drafts = await draftsOf(tx, document.id);
    const rows = drafts.filter((row) => row.state !== 'dropped');
    // A unit may have left the directory since a row was confirmed.
    const undecided = rows.filter((row) => row.state === 'proposed' || obstacle(row, directory) !== null);
    if (undecided.length > 0) throw new AppError('ROWS_UNDECIDED', { count: undecided.length });
    if (rows.length === 0) throw new AppError('NOTHING_CONFIRMED');
    const [twice] = numbersTwice(rows.map((row) => ({ ...row, no: row.body.no })));
    if (twice !== undefined) throw new AppError('ROW_NUMBER_TWICE', { no: twice.slice(twice.indexOf(' ') + 1) });
    const plan = await enterDocument(tx, document, rows, directory, input);
    const titled = ({ body }: PlanRowDraft) => ({ no: body.no, title: body.title.value });
    return {
      planId: plan.id,
      version: plan.version,
      measures: rows.length,
      leftOut: drafts.filter((row) => row.state === 'dropped').map(titled),
      namesOnly: rows.flatMap(({ body }) => {
        const names = body.supporters.map((one) => one.name).filter((name) => !isUnit(directory, name));
        return names.length === 0 ? [] : [{ no: body.no, names }];
      }),
      withoutLead: rows.filter((row) => row.body.leads.length === 0).map(titled),
    };
  }),

  route(contract.carryOver, async ({ tx, input }) => {
    const plan = await planFor(tx, input.planId);
    await lockYear(tx, input.year);
    if ((await loadPlanOfYear(tx, input.year)) !== null) throw new AppError('PLAN_EXISTS', { year: input.year });
    const carried = await carryForward(tx, plan, input.year, input.reason);
    return { planId: carried.id, measures: (await allMeasures(tx, carried.id)).length };
  }),

  route(contract.planDifferences, async ({ tx, input }) => {
    const from = await planFor(tx, input.from);
    const to = await planFor(tx, input.to);
    const directory = await unitDirectory(tx);
    return differences(
      await comparedMeasures(tx, from, directory),
      await comparedMeasures(tx, to, directory),
      to.year - from.year,
    );
  }),
];

const stateWords = { proposed: '恢复待核对', confirmed: '确认', dropped: '去掉' } as const;

async function readOrRefuse(bytes: Uint8Array, name: string, directory: UnitDirectory) {
  try {
    return await readPlanFile(bytes, name, { has: (one) => directory.resolveName(one) !== null });
  } catch (error) {
    if (error instanceof NotADocument)
      throw new AppError('DOCUMENT_UNREADABLE', { why: error.message.replace(/。$/, '') });
    throw error;
  }
}

/** Why a row cannot be confirmed: a lead that nobody in the directory is. A measure without a lead may enter as it stands. */
function obstacle(row: PlanRowDraft, directory: UnitDirectory): string | null {
  const unknown = row.body.leads.filter(({ name }) => !isUnit(directory, name));
  if (unknown.length > 0) return `牵头单位“${unknown.map(({ name }) => name).join('、')}”不在单位目录里`;
  return row.body.no.trim() === '' ? '没有编号' : null;
}

/** What was typed before a row was parted or joined says nothing about what came of it. */
function untyped(body: RowBody): RowBody {
  return { ...body, flags: body.flags.filter((flag) => flag !== typedFlag) };
}

function isUnit(directory: UnitDirectory, name: string): boolean {
  return directory.resolveName(name)?.kind === 'unit';
}

async function documentFor(tx: Tx, id: string, lock = false): Promise<FullDocument> {
  const document = await loadDocument(tx, id, lock);
  if (document === null) throw new AppError('DOCUMENT_NOT_READ');
  return document;
}

async function openDocument(tx: Tx, id: string): Promise<FullDocument> {
  const document = await documentFor(tx, id, true);
  if (document.state === 'dropped') throw new AppError('DOCUMENT_DISCARDED');
  if (document.state === 'entered') throw new AppError('DOCUMENT_ENTERED');
  return document;
}

async function draftFor(tx: Tx, id: string): Promise<PlanRowDraft> {
  const row = await loadDraft(tx, id);
  if (row === null) throw new AppError('ROW_NOT_FOUND');
  return row;
}

/** The row as it stands once the document is locked: of two people at once the second sees what the first did. */
async function rowFor(tx: Tx, id: string, version: number): Promise<{ row: PlanRowDraft; document: FullDocument }> {
  const { documentId } = await draftFor(tx, id);
  const document = await openDocument(tx, documentId);
  const row = await draftFor(tx, id);
  if (row.version !== version) throw new AppError('ROW_CHANGED');
  return { row, document };
}

/** Documents with their counts, a page of them at once. */
async function documentLines(tx: Tx, documents: readonly DocumentRow[]) {
  const directory = await unitDirectory(tx);
  const thin = await thinRowsOf(
    tx,
    documents.map(({ id }) => id),
  );
  return documents.map(({ id, name, head, state, readAt, readBy, readerName, planId }) => {
    const all = thin.filter((row) => row.documentId === id);
    const kept = all.filter((row) => row.state !== 'dropped');
    return {
      ...{ id, name, ...head, state, readAt, readerName, planId },
      rows: kept.length,
      confirmed: kept.filter((row) => row.state === 'confirmed').length,
      toLook: countToLook(kept, directory),
      dropped: all.length - kept.length,
      isMine: readBy !== null && readBy === tx.actor.accountId,
    };
  });
}

function countToLook(rows: readonly ThinRow[], directory: UnitDirectory): number {
  const twice = numbersTwice(rows);
  const seen = (names: readonly string[]) =>
    names.map((name) => ({ name, span: null, known: isUnit(directory, name) }));
  return rows.filter((row) =>
    needsLook(
      row.state,
      looksOf({ ...row, span: null, leads: seen(row.leads), supporters: seen(row.supporters) }, twice),
    ),
  ).length;
}

type RowView = z.input<typeof contract.editRow.output>['row'];

function rowShape(row: PlanRowDraft, directory: UnitDirectory): RowView {
  const { id, kind, confidence, state, version, changedBy } = row;
  const { body } = row;
  const withUnit = ({ name, span }: WrittenName) => {
    const found = directory.resolveName(name);
    return {
      name,
      span,
      unit: found?.kind === 'unit' ? { id: found.id, name: directory.nameOf(found.id) } : null,
    };
  };
  return {
    ...body,
    leads: body.leads.map(withUnit),
    supporters: body.supporters.map(withUnit),
    id,
    kind,
    confidence,
    state,
    version,
    changedBy,
  };
}

async function comparedMeasures(tx: Tx, plan: PlanRow, directory: UnitDirectory): Promise<ComparedMeasure[]> {
  const rows = await allMeasures(tx, plan.id);
  const targets = await targetsOfMeasures(
    tx,
    rows.map((row) => row.id),
  );
  return rows.map(({ id, kind, no, title, leads, supporters, originalDeadline }) => ({
    kind,
    no,
    title,
    leads: leads.map(directory.nameOf),
    supporters: supporters.map(directory.nameOf),
    deadline: originalDeadline,
    targets: targets.filter((target) => target.measureId === id).map(targetText),
  }));
}
