import { parseArgs } from 'node:util';
import { explainProject, type AttributionView } from '../modules/projects/index.ts';
import { withPlatform } from './with-platform.ts';

/** `project explain CODE [--json]`: who held the project on every day. Exit 0 when found, 2 when not or asked wrongly. */
export async function project(args: string[]): Promise<number> {
  const asked = readArguments(args);
  if (asked === null) {
    process.stderr.write('用法：project explain 项目代码 [--json]\n');
    return 2;
  }
  const view = await withPlatform((platform) =>
    platform.runner.asSystem('project explain', 'job', (tx) => {
      tx.note(`project:${asked.code}`, '命令行查看项目每一天在谁手里');
      return explainProject(tx, asked.code);
    }),
  );
  if (view === null) {
    process.stderr.write(`没有代码是 ${asked.code} 的项目。\n`);
    return 2;
  }
  process.stdout.write(asked.json ? `${JSON.stringify(view)}\n` : plainTable(view));
  return 0;
}

function readArguments(args: string[]): { code: string; json: boolean } | null {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [verb, code] = positionals;
    return verb === 'explain' && code !== undefined && positionals.length === 2 ? { code, json: values.json } : null;
  } catch {
    return null;
  }
}

export function plainTable(view: AttributionView): string {
  const lines = [
    `${view.name}（${view.code}），${view.typeName}`,
    `${view.startOn}之后到${view.throughOn}，共${view.elapsedDays}天，日历版本${view.calendarVersion}${view.provisional ? '（有的年份还没有放假通知，日期可能变动）' : ''}`,
    '',
    ...view.days.map((day) => `${day.day}  ${day.counts ? '计' : '　'}  ${holderOf(day)}  ${day.why}`),
    '',
    ...view.holders.map((one) => `${one.name}：${one.days}天，其中计入用时${one.countedDays}天`),
    '',
    ...view.budget.flatMap((line) => line.words),
    ...view.exclusions.filter((one) => !one.lawful).map((one) => `不停表：${one.why}`),
  ];
  return `${lines.join('\n')}\n`;
}

function holderOf(day: AttributionView['days'][number]): string {
  if (day.kind === 'unit') return day.unitName;
  if (day.kind === 'procedure') return day.groundName;
  return day.kind === 'applicant' ? '申请人' : '非工作日';
}
