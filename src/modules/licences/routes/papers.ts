import { readSheet } from 'read-excel-file/node';
import { may, type Reach } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route, type Route, type Tx } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { unitDirectory, type UnitDirectory } from '../../org/index.ts';
import * as contract from '../contract.ts';
import { holderLabel } from '../issued-files.ts';
import { inForceFor, issueLicence } from '../issue.ts';
import { paperHeads, readPaperTable, type PaperFacts } from '../rules/paper-table.ts';
import type { TypeDefinition } from '../rules/definition.ts';
import {
  insertPapers,
  listPaperRows,
  loadPaper,
  loadPaperForDecision,
  numbersKnown,
  paperStatuses,
  savePaperDecision,
  saveScans,
  type PaperRecord,
} from '../store/papers.ts';
import { publishedTypes } from '../types.ts';

/** 存量纸质证照: entered from a list, looked at beside the scan by a second person, and only then a licence. */
export const paperRoutes: readonly Route[] = [
  route(contract.importPapers, async ({ tx, input, reach }) => {
    const type = await typeFor(tx, input.typeId, input.issuerId, reach);
    const table = readPaperTable(await sheetOf(input.document.bytes), type, localDateOf(tx.now));
    if ('missing' in table)
      throw new AppError('PAPER_FILE_UNREADABLE', { words: `没有找到这几列：${table.missing.join('、')}。` });
    if (table.rows.length > mostRows) throw new AppError('PAPER_TOO_MANY_ROWS', { most: mostRows });
    const known = await numbersKnown(
      tx,
      type.id,
      table.rows.map(({ number }) => number),
    );
    const rows = table.rows.map((row) =>
      known.has(row.number)
        ? {
            ...row,
            facts: null,
            faults: [...row.faults, { column: '证照编号', message: '这个编号已经在库里或者等着核对' }],
          }
        : row,
    );
    const good = rows.flatMap(({ facts }) => facts ?? []);
    const entered = input.apply ? await enter(tx, type, input.issuerId, good) : 0;
    tx.note('licences', `${input.apply ? '导入' : '预览'}纸质证照 ${input.document.name}`, {
      type: type.id,
      good: good.length,
      bad: rows.length - good.length,
      entered,
    });
    return {
      rows: rows.map(({ row, number, holderName, facts, faults }) => ({
        row,
        number,
        holderLabel:
          type.holder.kind === 'firm' || facts?.holder.kind === 'firm'
            ? holderName
            : holderLabel({ kind: 'person', name: holderName, number: '' }),
        faults,
      })),
      good: good.length,
      bad: rows.length - good.length,
      entered,
    };
  }),

  route(contract.paperForm, async ({ tx, input }) => {
    const type = (await publishedTypes(tx)).get(input.typeId)?.definition;
    if (type === undefined) throw new AppError('LICENCE_TYPE_NOT_FOUND', { type: input.typeId });
    const directory = await unitDirectory(tx);
    return {
      typeName: type.name,
      heads: paperHeads(type),
      issuers: type.issuers.map((id) => ({ id, name: directory.nameOf(id) })),
    };
  }),

  route(contract.listPapers, async ({ tx, input, reach }) => {
    const { rows, total, waiting } = await listPaperRows(tx, reach, input);
    const [directory, types] = [await unitDirectory(tx), await publishedTypes(tx)];
    return {
      papers: rows.map((row) => paperView(row, directory, types.get(row.typeId)?.definition.name ?? row.typeId)),
      total,
      waiting,
    };
  }),

  route(contract.readPaper, async ({ tx, input, reach, actor }) => {
    const row = reachable(await loadPaper(tx, input.paperId), reach);
    const type = (await publishedTypes(tx)).get(row.typeId)?.definition;
    const facts = openedFacts(tx, row);
    const why =
      row.status !== 'entered'
        ? paperStatuses[row.status]
        : row.enteredBy === actor.accountId
          ? '录入的人自己不能核对'
          : may(actor, 'licence.issue', row.issuerId)
            ? ''
            : '没有发证的权限';
    tx.note(`paper:${row.id}`, '查看导入的纸质证照', { number: row.number });
    return {
      ...paperView(row, await unitDirectory(tx), type?.name ?? row.typeId),
      holderName: facts.holder.name,
      holderNumber: facts.holder.number,
      validFrom: facts.validFrom,
      validUntil: facts.validUntil,
      fields: (type?.fields ?? []).map(({ id, label }) => ({ id, label, value: facts.values[id] ?? '' })),
      scanFiles: row.scans.map(({ sha256, name }) => ({
        sha256,
        name,
        href: `/api/licence-papers/${row.id}/scans/${sha256}/content`,
      })),
      mayDecide: why,
    };
  }),

  route(contract.addScan, async ({ tx, input, reach }) => {
    const row = reachable(await loadPaperForDecision(tx, input.paperId), reach);
    refuseDecided(row);
    const scans = [...row.scans.filter(({ sha256 }) => sha256 !== input.document.sha256), input.document].slice(-20);
    await saveScans(tx, row.id, scans);
    tx.note(`paper:${row.id}`, '上传扫描件', { sha256: input.document.sha256 });
    return { scans: scans.length };
  }),

  route(contract.openScan, async ({ tx, input, reach }) => {
    const row = reachable(await loadPaper(tx, input.paperId), reach);
    const scan = row.scans.find(({ sha256 }) => sha256 === input.sha256);
    if (scan === undefined) throw new AppError('PAPER_NOT_FOUND');
    tx.note(`paper:${row.id}`, '打开扫描件', { sha256: scan.sha256 });
    return scan;
  }),

  route(contract.decidePaper, async ({ tx, input, reach, actor }) => {
    const row = reachable(await loadPaperForDecision(tx, input.paperId), reach);
    refuseDecided(row);
    if (row.enteredBy === actor.accountId) throw new AppError('PAPER_SAME_PERSON');
    if (!input.agree && input.words === '') throw new AppError('PAPER_REASON_MISSING');
    if (input.agree && row.scans.length === 0) throw new AppError('PAPER_NO_SCAN');
    const facts = openedFacts(tx, row);
    const corrected = { ...facts, values: { ...facts.values, ...input.values } };
    const licenceId = input.agree ? await issueFrom(tx, row, corrected, reach) : null;
    await savePaperDecision(tx, row.id, {
      status: input.agree ? 'checked' : 'rejected',
      decision: input.words,
      licenceId,
      sealed: sealFacts(tx, row.id, corrected),
    });
    tx.note(`paper:${row.id}`, input.agree ? '核对一致，入库' : '核对不一致，退回', { number: row.number, licenceId });
    const after = (await loadPaper(tx, row.id)) ?? row;
    const type = (await publishedTypes(tx)).get(row.typeId)?.definition;
    return paperView(after, await unitDirectory(tx), type?.name ?? row.typeId);
  }),
];

const mostRows = 2000;

async function enter(tx: Tx, type: TypeDefinition, issuerId: string, good: readonly PaperFacts[]): Promise<number> {
  const batchId = uuidv7(Date.parse(tx.now));
  return insertPapers(
    tx,
    good.map((facts) => {
      const id = uuidv7(Date.parse(tx.now));
      return {
        id,
        batchId,
        rowNo: facts.row,
        typeId: type.id,
        issuerId,
        number: facts.number,
        holderKind: facts.holder.kind,
        holderLabel: holderLabel(facts.holder),
        sealed: sealFacts(tx, id, facts),
        issuedOn: facts.issuedOn,
      };
    }),
  );
}

/** The checked paper becomes a licence under its own number, sealed today, with the days of the paper. */
async function issueFrom(tx: Tx, row: PaperRecord, facts: PaperFacts, reach: Reach): Promise<string> {
  const type = await typeFor(tx, row.typeId, row.issuerId, reach);
  const existing = await inForceFor(tx, type, facts.holder, facts.values);
  if (existing !== null) throw new AppError('LICENCE_IN_FORCE', { type: type.name, number: existing.state.number });
  const issued = await issueLicence(tx, {
    typeId: row.typeId,
    unitId: row.issuerId,
    caseId: null,
    applicationId: null,
    itemId: '',
    accountId: null,
    answers: {},
    typed: facts.values,
    holder: facts.holder,
    decidedOn: facts.issuedOn,
    documentNo: '',
    basis: '',
    origin: { how: 'entered', reason: `纸质证照核对入库，录入：${row.enteredName}，核对：${tx.actor.name}` },
    stated: { number: facts.number, validFrom: facts.validFrom, validUntil: facts.validUntil },
    earlier: null,
  });
  if (issued === null) throw new AppError('LICENCE_TYPE_NOT_FOUND', { type: row.typeId });
  return issued.licenceId;
}

async function typeFor(tx: Tx, typeId: string, issuerId: string, reach: Reach): Promise<TypeDefinition> {
  const type = (await publishedTypes(tx)).get(typeId)?.definition;
  if (type === undefined) throw new AppError('LICENCE_TYPE_NOT_FOUND', { type: typeId });
  if (!type.issuers.includes(issuerId) || (reach !== 'all' && !reach.includes(issuerId))) {
    const directory = await unitDirectory(tx);
    const units = type.issuers.map((id) => directory.nameOf(id)).join('、');
    throw new AppError('LICENCE_NOT_THIS_UNIT', { type: type.name, units });
  }
  return type;
}

async function sheetOf(bytes: Uint8Array): Promise<unknown[][]> {
  try {
    return (await readSheet(Buffer.from(bytes))) as unknown[][];
  } catch {
    throw new AppError('PAPER_FILE_UNREADABLE', { words: '这个文件打不开，请用 Excel 另存为 .xlsx 再传。' });
  }
}

function reachable(row: PaperRecord | null, reach: Reach): PaperRecord {
  if (row === null || (reach !== 'all' && !reach.includes(row.issuerId))) throw new AppError('PAPER_NOT_FOUND');
  return row;
}

function refuseDecided({ status }: PaperRecord): void {
  if (status !== 'entered') throw new AppError('PAPER_NOT_WAITING', { status: paperStatuses[status] });
}

function sealFacts(tx: Tx, paperId: string, facts: PaperFacts): string {
  return tx.services.personalData.seal(JSON.stringify(facts), `licences.paper/${paperId}`);
}

function openedFacts(tx: Tx, { id, sealed }: PaperRecord): PaperFacts {
  return JSON.parse(tx.services.personalData.open(sealed, `licences.paper/${id}`)) as PaperFacts;
}

function paperView(row: PaperRecord, directory: UnitDirectory, typeName: string) {
  return {
    paperId: row.id,
    typeId: row.typeId,
    typeName,
    issuerId: row.issuerId,
    issuerName: directory.nameOf(row.issuerId),
    number: row.number,
    holderLabel: row.holderLabel,
    issuedOn: row.issuedOn,
    scans: row.scans.length,
    status: row.status,
    statusName: paperStatuses[row.status],
    enteredAt: row.enteredAt,
    enteredName: row.enteredName,
    decidedAt: row.decidedAt,
    decidedName: row.decidedName,
    decision: row.decision,
    licenceId: row.licenceId,
  };
}
