import writeXlsxFile from 'write-excel-file/node';
import type { SheetData } from 'write-excel-file/node';
import type { AttributionView } from './shapes.ts';

/** The attribution as a workbook: every day, the totals by holder, the budget, the exclusions. The same as the page shows. */
export async function attributionWorkbook(view: AttributionView): Promise<Buffer> {
  const days = table(
    ['日期', '在谁手里', '计入用时', '阶段', '扣除理由', '通知书', '涉及事项', '说明'],
    view.days.map((day) => [
      day.day,
      holderOf(day),
      day.counts ? '是' : '',
      view.budget.find((line) => line.stageId === day.stageId && line.stageId !== null)?.name ?? '',
      day.groundName,
      day.noticeNo,
      day.cases.map((one) => one.itemName).join('、'),
      day.why,
    ]),
  );
  const holders = table(
    ['在谁手里', '天数', '其中计入用时'],
    [
      ...view.holders.map((one) => [one.name, one.days, one.countedDays]),
      ['合计（自然日）', view.elapsedDays, view.holders.reduce((sum, one) => sum + one.countedDays, 0)],
    ],
  );
  const budget = table(
    [
      '范围',
      '牵头部门',
      '承诺（工作日）',
      '已用（净）',
      '还剩',
      '毛用时（工作日）',
      '自然日',
      '开始',
      '结束',
      '到哪天用完',
      '哪天超出',
    ],
    view.budget.map((line) => [
      line.name,
      line.leadName,
      line.budgetDays,
      line.usedDays,
      line.leftDays,
      line.grossWorkingDays,
      line.naturalDays,
      line.startedOn ?? '',
      line.finishedOn ?? '',
      line.endsOn ?? '',
      line.breaksOn ?? '',
    ]),
  );
  const exclusions = table(
    ['事项', '部门', '理由', '依据', '通知书', '开始', '计划到', '实际到', '工作日', '是否停表', '说明'],
    view.exclusions.map((one) => [
      one.itemName,
      one.unitName,
      one.groundName,
      one.basis,
      one.noticeNo,
      one.startedOn,
      one.plannedUntil ?? '',
      one.endedOn ?? '',
      one.days,
      one.lawful ? '停表' : '不停表',
      one.why,
    ]),
  );
  const head: SheetData = [
    [{ value: `${view.name}（${view.code}）`, fontWeight: 'bold' }],
    [
      {
        value: `${view.typeName}，${view.startOn}之后到${view.throughOn}共${view.elapsedDays}天，日历版本${view.calendarVersion}`,
      },
    ],
    [],
  ];
  return writeXlsxFile([
    {
      data: [...head, ...days],
      sheet: '每一天',
      columns: [12, 26, 10, 18, 14, 20, 36, 60].map((width) => ({ width })),
    },
    { data: holders, sheet: '合计', columns: [26, 10, 14].map((width) => ({ width })) },
    { data: budget, sheet: '预算', columns: [22, 18, 14, 10, 8, 16, 8, 12, 12, 12, 12].map((width) => ({ width })) },
    {
      data: exclusions,
      sheet: '扣除时间',
      columns: [30, 18, 12, 36, 20, 12, 12, 12, 8, 10, 60].map((width) => ({ width })),
    },
  ]).toBuffer();
}

function holderOf(day: AttributionView['days'][number]): string {
  switch (day.kind) {
    case 'unit':
      return day.unitName;
    case 'applicant':
      return '申请人';
    case 'procedure':
      return day.groundName;
    case 'nonWorking':
      return '非工作日';
  }
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): SheetData {
  return [
    head.map((value) => ({ value, fontWeight: 'bold' as const })),
    // Always text or a number, never a formula: what a firm wrote into a name stays a name.
    ...rows.map((row) =>
      row.map((value) => (typeof value === 'number' ? { value, type: Number } : { value, type: String })),
    ),
  ];
}
