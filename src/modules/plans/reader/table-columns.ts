import { roleOfLabel, type Role } from './roles.ts';

/** What the heading of a column says of the cells under it. */
export type Column = Role | 'no' | 'area' | 'title' | 'content' | 'target';

const headings: [RegExp, Column][] = [
  [/^(?:序号|编号|序|No\.?|项?号|任务号|措施号)$/i, 'no'],
  [
    /^(?:一级指标|领域|指标|类别|任务类别|改革领域|指标领域|板块|分类|方面|项目|一级|指标名称|重点领域|工作类别|所属领域|改革事项类别|评价指标|环境类别|类型|任务领域|工作板块)$/,
    'area',
  ],
  [
    /^(?:重点任务|工作任务|任务|主要任务|改革任务|任务名称|事项|改革事项|工作事项|措施|事项名称|改革举措|工作举措|重点工作|工作内容|任务内容|主要举措|重点举措|重点事项|二级指标|目标任务|提升措施|整改任务|改革内容|任务清单|工作要点|提升举措|工作项目|任务举措|对标任务|具体任务|重点改革任务|任务事项)$/,
    'title',
  ],
  [
    /^(?:具体措施|具体举措|具体内容|工作措施|主要内容|主要措施|任务分解|具体工作|推进措施|实施内容|重点内容|创新举措|工作要求|内容|任务要求|改革措施|分解任务|具体工作措施|具体任务措施|细化措施|落实举措|落实措施|工作举措及要求|任务描述|实施举措)$/,
    'content',
  ],
  [
    /^(?:(?:19|20)\d{2}年)?(?:度)?(?:工作|年度|预期|量化|改革|提升|完成|主要|绩效|阶段)?目标(?:值|要求|任务值)?$|^(?:预期|工作|目标)(?:成效|成果|指标|效果)$/,
    'target',
  ],
];

export function columnOf(text: string): Column | null {
  const cell = text.replaceAll(/[\s\v\n]/g, '');
  if (cell === '' || cell.length > 20) return null;
  for (const [pattern, column] of headings) if (pattern.test(cell)) return column;
  const plain = cell.replace(/（[^）]*）/g, '');
  const role = roleOfLabel(plain) ?? (/^责任(?:单位|部门)及?.*$/.test(plain) ? 'responsible' : null);
  return role ?? (/任务|措施|举措|事项/.test(plain) && plain.length < 10 && !/[，。；]/.test(plain) ? 'title' : null);
}

/** The columns of a table's first row; null where the row is no heading. */
export function columnsOf(cells: readonly string[]): (Column | null)[] | null {
  const columns = cells.map(columnOf);
  const known = columns.filter((column) => column !== null);
  const useful = known.some((column) => ['title', 'content', 'target', 'area'].includes(column));
  if (known.length < 2 || !useful || known.length < cells.filter((cell) => cell.trim() !== '').length * 0.5)
    return null;
  return columns;
}
