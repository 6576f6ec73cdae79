import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, describeError } from '../kernel/errors.ts';
import { importNationalItems, type ImportResult } from '../modules/catalogue/index.ts';
import { withPlatform } from './with-platform.ts';

const usage = '用法：import items 文件（.json、.csv、.xlsx） --region 511602 [--json]\n';

/** `import items FILE --region CODE`: exit 0 when every row went in, 1 when some were rejected, 2 for a wrong call or file. */
export async function importCommand(args: string[]): Promise<number> {
  const call = readArguments(args);
  if (call === null) return refuse(usage);
  let bytes: Buffer;
  try {
    bytes = await readFile(call.path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return refuse(
      code === 'ENOENT' ? `没有 ${call.path} 这个文件。\n` : `读不了 ${call.path}：${(error as Error).message}\n`,
    );
  }
  return withPlatform(async (platform) => {
    try {
      const result = await platform.runner.asSystem('import.items', 'job', (tx) =>
        importNationalItems(tx, { name: basename(call.path), bytes }, call.region),
      );
      process.stdout.write(call.json ? `${JSON.stringify(result)}\n` : inWords(result));
      return result.rejected.length === 0 ? 0 : 1;
    } catch (error) {
      const definition = error instanceof AppError ? platform.errors[error.code] : undefined;
      if (!(error instanceof AppError) || definition === undefined || definition.status >= 500) throw error;
      return refuse(`${describeError(definition, error.details)}\n`);
    }
  });
}

function readArguments(args: string[]): { path: string; region: string; json: boolean } | null {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { region: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [what, path, ...more] = positionals;
    if (what !== 'items' || path === undefined || more.length > 0 || !/^\d{6}$/.test(values.region ?? '')) return null;
    return { path, region: values.region ?? '', json: values.json };
  } catch {
    return null;
  }
}

function inWords({ read, created, updated, unchanged, rejected }: ImportResult): string {
  const lines = rejected.map(({ row, reason }) => `  第 ${row} 行：${reason}`);
  const head = `读到 ${read} 行：新增 ${created}，更新 ${updated}，没有变化 ${unchanged}，不能用 ${rejected.length}。`;
  return `${[head, ...lines].join('\n')}\n`;
}

function refuse(message: string): 2 {
  process.stderr.write(message);
  return 2;
}
