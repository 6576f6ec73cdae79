import type { SheetData } from 'write-excel-file/node';
import writeXlsxFile from 'write-excel-file/node';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDate } from '../../kernel/time.ts';
import type { ledgerSheet, reportSheet } from './contract-files.ts';
import { lightColours } from './rules/light.ts';

const columns = [
  { name: '序号', width: 8 },
  { name: '任务', width: 18 },
  { name: '措施', width: 48 },
  { name: '包抓领导', width: 22 },
  { name: '牵头单位', width: 22 },
  { name: '配合单位', width: 34 },
  { name: '目标', width: 40 },
  { name: '节点', width: 30 },
  { name: '期限', width: 14 },
  { name: '进度', width: 8 },
  { name: '存在问题', width: 30 },
  { name: '下一步', width: 30 },
  { name: '灯', width: 12 },
  { name: '销号', width: 16 },
];

/** The ledger in the form counties keep it: one row a measure, its light in colour and in words. */
export async function ledgerWorkbook(view: OutputOf<typeof ledgerSheet>): Promise<Buffer> {
  // Always text or a number, never a formula: what somebody wrote into a report stays what he wrote.
  const text = (value: string) => ({ value, type: String, wrap: true, alignVertical: 'top' as const });
  const data: SheetData = [
    [
      {
        value: `${view.plan.title}工作台账${view.unit === null ? '' : `（${view.unit.name}）`}`,
        fontWeight: 'bold',
        fontSize: 14,
      },
    ],
    [{ value: `${view.plan.documentNo}  截至${chineseDate(view.on)}  共${view.rows.length}项` }],
    columns.map(({ name }) => ({ value: name, fontWeight: 'bold' as const, backgroundColor: '#e8eef7' })),
    ...view.rows.map((row) => [
      text(row.no),
      text(row.task),
      text(row.measure),
      text(row.sponsors),
      text(row.leads),
      text(row.supporters),
      text(row.targets),
      text(row.milestones),
      text(row.deadline),
      { value: row.progress / 100, type: Number, format: '0%', alignVertical: 'top' as const },
      text(row.problems),
      text(row.nextSteps),
      { ...text(row.lightName), backgroundColor: lightColours[row.light], textColor: '#ffffff' },
      text(row.writtenOff),
    ]),
  ];
  return writeXlsxFile([
    { data, sheet: '台账', columns: columns.map(({ width }) => ({ width })), stickyRowsCount: 3 },
  ]).toBuffer();
}

const reportColumns = [
  { name: '措施序号', width: 10 },
  { name: '措施', width: 40 },
  { name: '身份', width: 8 },
  { name: '期限', width: 16 },
  { name: '目标', width: 30 },
  { name: '已核定', width: 10 },
  { name: '工作进展', width: 44 },
  { name: '进度', width: 10 },
  { name: '存在问题', width: 30 },
  { name: '下一步打算', width: 30 },
];

/** A department's monthly sheet with its own measures filled in: the same names of columns that the import looks for. */
export async function reportWorkbook(view: OutputOf<typeof reportSheet>): Promise<Buffer> {
  const text = (value: string) => ({ value, type: String, wrap: true, alignVertical: 'top' as const });
  const blank = { type: String, wrap: true, alignVertical: 'top' as const, backgroundColor: '#fffbe6' };
  const data: SheetData = [
    [{ value: `${view.unit.name}月报表（${view.plan.title}）`, fontWeight: 'bold', fontSize: 14 }],
    [
      {
        value: `${chineseDate(view.on)}取。黄色四栏由单位填；没有进展的整行留空；进度填0到99的整数，到100%的在措施页面附材料报送。`,
      },
    ],
    reportColumns.map(({ name }) => ({ value: name, fontWeight: 'bold' as const, backgroundColor: '#e8eef7' })),
    ...view.rows.map((row) => [
      text(row.no),
      text(row.title),
      text(row.role),
      text(chineseDate(row.deadline)),
      text(row.targets),
      { value: row.progress / 100, type: Number, format: '0%', alignVertical: 'top' as const },
      ...[blank, blank, blank, blank].map((cell) => ({ ...cell })),
    ]),
  ];
  return writeXlsxFile([
    { data, sheet: '月报', columns: reportColumns.map(({ width }) => ({ width })), stickyRowsCount: 3 },
  ]).toBuffer();
}
