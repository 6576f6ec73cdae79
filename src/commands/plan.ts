import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { readSettings } from '../kernel/settings.ts';
import { NotADocument, readPlanFile, toOutput, type KnownNames, type PlanOutput } from '../modules/plans/index.ts';

const usage = '用法：npm run -s yingshang -- plan read 文件 [--json]\n能读的格式：.txt、.docx、带文字层的 .pdf。\n';

/** `plan read`: what an official document asks of whom. Needs no database and touches no network. */
export async function plan(args: string[]): Promise<number> {
  const given = parsed(args);
  if (given === null) {
    process.stderr.write(usage);
    return 2;
  }
  let bytes: Uint8Array;
  try {
    bytes = await readFile(given.file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason =
      code === 'ENOENT'
        ? '找不到这个文件'
        : code === 'EISDIR'
          ? '这是文件夹，不是文件'
          : code === 'EACCES'
            ? '没有权限打开'
            : '打不开';
    process.stderr.write(`“${given.file}”：${reason}。\n`);
    return 2;
  }
  try {
    const reading = await readPlanFile(bytes, basename(given.file), await knownNames());
    const output = toOutput(reading);
    process.stdout.write(given.json ? `${JSON.stringify(output, null, 2)}\n` : asText(output));
    return 0;
  } catch (error) {
    if (!(error instanceof NotADocument)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

function parsed(args: string[]): { file: string; json: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [verb, file, ...rest] = positionals;
    return verb === 'read' && file !== undefined && rest.length === 0 ? { file, json: values.json } : null;
  } catch {
    return null;
  }
}

interface DirectoryFile {
  units?: { name?: string; fullName?: string; aliases?: string[]; hungNames?: string[] }[];
}

/** The county's own names, if its directory can be read; without it the reader is only a little less sure. */
async function knownNames(): Promise<KnownNames> {
  try {
    const { countyDirectory } = readSettings();
    const directory = parse(await readFile(join(countyDirectory, 'org', 'directory.yaml'), 'utf8')) as DirectoryFile;
    const names = (directory.units ?? []).flatMap((unit) => [
      unit.name,
      unit.fullName,
      ...(unit.aliases ?? []),
      ...(unit.hungNames ?? []),
    ]);
    return new Set(names.filter((name): name is string => name !== undefined && name.length > 3));
  } catch {
    return new Set<string>();
  }
}

function asText(output: PlanOutput): string {
  const { document } = output;
  const lines = [
    document.title ?? '（没有读到标题）',
    [document.issuer, document.documentNo, document.date].filter((one) => one !== null).join('　'),
    `领域 ${output.areas.length} 个，任务 ${output.measures.length} 条，重点改革 ${output.keyTasks.length} 项，提醒 ${output.warnings.length} 条`,
    '',
  ];
  for (const { no, title, lead, co, collective, impliedLead, deadline, targets, confidence } of [
    ...output.keyTasks,
    ...output.measures,
  ]) {
    lines.push(`${no ?? '·'}\t${title}`);
    if (lead.length > 0) lines.push(`\t牵头：${lead.join('、')}${impliedLead ? '（推定）' : ''}`);
    if (co.length > 0) lines.push(`\t配合：${co.join('、')}`);
    if (collective.length > 0) lines.push(`\t另有：${collective.join('、')}`);
    if (deadline !== null) lines.push(`\t时限：${deadline}`);
    for (const target of targets)
      lines.push(
        `\t目标：${target.subject} ${target.comparator} ${target.value ?? target.baseline ?? ''}${target.unit ?? ''}`,
      );
    if (confidence < 0.8) lines.push(`\t把握：${Math.round(confidence * 100)}%，请核对`);
  }
  if (output.warnings.length > 0) lines.push('', ...output.warnings.map(({ message }) => message));
  return `${lines.join('\n')}\n`;
}
