import { readSheet } from 'read-excel-file/node';
import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route } from '../../../kernel/module.ts';
import { unitDirectory } from '../../org/index.ts';
import { importReports } from '../contract-ledger.ts';
import { settleRound } from '../rounds.ts';
import { readReportTable, type ReportLine, type RowError } from '../rules/report-table.ts';
import { allMeasures, type MeasureRow } from '../store/measures.ts';
import { insertReports, reportsOfRound, type NewReport, type ReportRow } from '../store/reports.ts';
import { planFor, unitSpeaking, unitsOf } from './asked.ts';
import { bytesOf } from './evidence.ts';

/** 月报表: what a department keeps in a spreadsheet, row by row; the same sheet again changes nothing. */
export const importRoutes = [
  route(importReports, async ({ tx, actor, input }) => {
    const plan = await planFor(tx, undefined);
    const unitId = unitSpeaking(actor, input.unit);
    const table = readReportTable(await sheetOf(await bytesOf(tx, input.document)));
    if ('missing' in table) throw new AppError('SHEET_WITHOUT_COLUMNS', { missing: table.missing.join('、') });
    const measures = new Map((await allMeasures(tx, plan.id)).map((row) => [`${row.kind}|${row.no}`, row]));
    const before = new Map((await reportsOfRound(tx, plan.id, unitId, input.round)).map((row) => [row.measureId, row]));
    const unitName = (await unitDirectory(tx)).nameOf(unitId);
    const errors: RowError[] = [...table.errors];
    const reports: NewReport[] = [];
    let unchanged = 0;
    const seen = new Map<string, number>();
    for (const line of table.lines) {
      const measure = measures.get(`measure|${line.no}`) ?? measures.get(`subItem|${line.no}`);
      const fault = faultOf(line, measure, unitId, unitName, seen);
      if (fault !== null || measure === undefined) {
        errors.push({ row: line.row, ...(fault ?? { column: '措施序号', message: '没有这条措施' }) });
        continue;
      }
      seen.set(measure.id, line.row);
      if (isSame(line, before.get(measure.id))) {
        unchanged += 1;
        continue;
      }
      const { progress, done, problems, nextSteps } = line;
      reports.push({
        id: uuidv7(Date.parse(tx.now)),
        measureId: measure.id,
        ...{ unitId, round: input.round, progress, done, problems, nextSteps, evidence: [input.document] },
      });
    }
    await insertReports(tx, reports);
    if (input.round !== '') await settleRound(tx, plan.id, input.round, unitId);
    tx.note(`plan:${plan.id}`, `导入月报表 ${input.document.name}`, {
      unitId,
      accepted: reports.length,
      unchanged,
      errors: errors.length,
    });
    return { accepted: reports.length, unchanged, errors: errors.sort((a, b) => a.row - b.row).slice(0, 500) };
  }),
];

async function sheetOf(bytes: Uint8Array): Promise<unknown[][]> {
  try {
    return (await readSheet(Buffer.from(bytes))) as unknown[][];
  } catch {
    throw new AppError('SHEET_UNREADABLE');
  }
}

function faultOf(
  line: ReportLine,
  measure: MeasureRow | undefined,
  unitId: string,
  unitName: string,
  seen: ReadonlyMap<string, number>,
): { column: string; message: string } | null {
  const at = '措施序号';
  if (measure === undefined) return { column: at, message: `台账里没有第${line.no}条措施` };
  if (!unitsOf(measure).includes(unitId))
    return { column: at, message: `${unitName}不是第${line.no}条措施的牵头或配合单位` };
  if (measure.writtenOffOn !== null)
    return { column: at, message: `第${line.no}条措施已于${measure.writtenOffOn}销号，不用再报` };
  const other = seen.get(measure.id);
  if (other !== undefined) return { column: at, message: `第${line.no}条措施在第${other}行已经填过` };
  if (line.progress === 100) return { column: '进度', message: '进度报到100%要附佐证材料，请在措施页面单独报送' };
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
