import { readSheet } from 'read-excel-file/node';
import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route } from '../../../kernel/module.ts';
import { chineseDate, localDateOf } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import { importReports, reportSheet } from '../contract-files.ts';
import { settleRound } from '../rounds.ts';
import { readReportTable, type ReportLine, type RowError } from '../rules/report-table.ts';
import { allMeasures, type MeasureRow } from '../store/measures.ts';
import { insertReports, reportsOfRound, type NewReport, type ReportRow } from '../store/reports.ts';
import { planFor, unitSpeaking, unitsOf } from './asked.ts';
import { bytesOf } from './evidence.ts';
import { measureShape, planShape, unitShape } from './shapes.ts';
import { judgedTargets } from '../figures.ts';

/** 月报表: what a department keeps in a spreadsheet, row by row; the same sheet again changes nothing. */
export const importRoutes = [
  route(reportSheet, async ({ tx, actor, input, reach }) => {
    const plan = await planFor(tx, input.planId);
    const unitId = input.unit ?? actor.unitId ?? '';
    if (reach !== 'all' && !reach.includes(unitId)) throw new AppError('UNIT_NOT_REACHED');
    const directory = await unitDirectory(tx);
    const today = localDateOf(tx.now);
    const mine = (await allMeasures(tx, plan.id)).filter(
      (row) => unitsOf(row).includes(unitId) && row.writtenOffOn === null,
    );
    const judged = await judgedTargets(
      tx,
      mine.map((row) => row.id),
      today,
    );
    return {
      plan: planShape({ ...plan, measures: mine.length }),
      unit: unitShape(unitId, directory),
      on: today,
      rows: mine.map((row) => ({
        no: row.no,
        title: row.title,
        role: row.leads.includes(unitId) ? '牵头' : '配合',
        deadline: row.deadline,
        progress: row.progress,
        targets: measureShape(row, judged.get(row.id) ?? [], directory)
          .targets.map((one) => one.text)
          .join('；'),
      })),
    };
  }),

  route(importReports, async ({ tx, actor, input }) => {
    const plan = await planFor(tx, undefined);
    const unitId = unitSpeaking(actor, input.unit);
    const table = readReportTable(await sheetOf(await bytesOf(tx, input.document)));
    if ('missing' in table) throw new AppError('SHEET_WITHOUT_COLUMNS', { missing: table.missing.join('、') });
    const applied = input.apply === 'true';
    const measures = new Map((await allMeasures(tx, plan.id)).map((row) => [`${row.kind}|${row.no}`, row]));
    const before = new Map((await reportsOfRound(tx, plan.id, unitId, input.round)).map((row) => [row.measureId, row]));
    const unitName = (await unitDirectory(tx)).nameOf(unitId);
    const errors: RowError[] = [...table.errors];
    const taken: { line: ReportLine; measure: MeasureRow }[] = [];
    let unchanged = 0;
    const seen = new Map<string, number>();
    for (const line of table.lines) {
      const measure = measures.get(`measure|${line.no}`) ?? measures.get(`subItem|${line.no}`);
      const fault = faultOf(line, measure, unitId, unitName, seen);
      if (fault !== null || measure === undefined) {
        errors.push({ row: line.row, ...(fault ?? unknownMeasure(line)) });
        continue;
      }
      seen.set(measure.id, line.row);
      if (isSame(line, before.get(measure.id))) unchanged += 1;
      else taken.push({ line, measure });
    }
    if (applied) {
      await insertReports(
        tx,
        taken.map(({ line: { progress, done, problems, nextSteps }, measure }): NewReport => ({
          id: uuidv7(Date.parse(tx.now)),
          measureId: measure.id,
          ...{ unitId, round: input.round, progress, done, problems, nextSteps, evidence: [input.document] },
        })),
      );
      if (input.round !== '') await settleRound(tx, plan.id, input.round, unitId);
    }
    tx.note(`plan:${plan.id}`, `${applied ? '导入' : '预览'}月报表 ${input.document.name}`, {
      unitId,
      accepted: taken.length,
      unchanged,
      errors: errors.length,
    });
    return {
      applied,
      accepted: taken.length,
      unchanged,
      skipped: table.skipped,
      rows: taken.map(({ line: { row, no, progress, done }, measure }) => ({
        ...{ row, no, progress, done },
        title: measure.title,
        before: measure.progress,
      })),
      errors: errors.sort((a, b) => a.row - b.row).slice(0, 500),
    };
  }),
];

async function sheetOf(bytes: Uint8Array): Promise<unknown[][]> {
  try {
    return (await readSheet(Buffer.from(bytes))) as unknown[][];
  } catch {
    throw new AppError('SHEET_UNREADABLE');
  }
}

type Fault = Omit<RowError, 'row'>;
const at = '措施序号';

function unknownMeasure(line: ReportLine): Fault {
  return {
    column: at,
    found: line.no,
    message: `台账里没有第${line.no}条措施`,
    instead: '照台账里的编号填；改革任务填 一(2) 这样的编号',
  };
}

function faultOf(
  line: ReportLine,
  measure: MeasureRow | undefined,
  unitId: string,
  unitName: string,
  seen: ReadonlyMap<string, number>,
): Fault | null {
  if (measure === undefined) return unknownMeasure(line);
  const found = line.no;
  if (!unitsOf(measure).includes(unitId)) {
    const message = `${unitName}不是第${line.no}条措施的牵头或配合单位`;
    return { column: at, found, message, instead: '核对编号；确实不归您单位的，把这一行删掉' };
  }
  if (measure.writtenOffOn !== null) {
    const message = `第${line.no}条措施已于${chineseDate(measure.writtenOffOn)}销号，不用再报`;
    return { column: at, found, message, instead: '把这一行删掉' };
  }
  const other = seen.get(measure.id);
  if (other !== undefined) {
    const message = `第${line.no}条措施在第${other}行已经填过`;
    return { column: at, found, message, instead: `两行并成一行，写在第${other}行` };
  }
  if (line.progress === 100) {
    const message = '进度报到100%要附佐证材料，表格里附不了';
    return { column: '进度', found: '100%', message, instead: '在措施页面单独报送并附材料，或者先填99以下' };
  }
  return null;
}

function isSame(line: ReportLine, before: ReportRow | undefined): boolean {
  return (
    before !== undefined &&
    before.state !== 'returned' &&
    before.progress === line.progress &&
    before.done === line.done &&
    before.problems === line.problems &&
    before.nextSteps === line.nextSteps
  );
}
