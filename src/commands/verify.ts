import { parseArgs } from 'node:util';
import { verifyJournal } from '../kernel/journal/index.ts';
import { withPlatform } from './with-platform.ts';

/** `verify journal`: exit 0 when nothing was changed, 1 with the first fault. */
export async function verify(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals[0] !== 'journal') {
    process.stderr.write('用法：verify journal [--json]\n');
    return 2;
  }
  const result = await withPlatform(({ services }) => verifyJournal(services.db, services.region));
  if (values.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else if (result.firstFault === null) {
    process.stdout.write(
      `日志完好：${result.seals} 批，${result.entries} 条已封存，${result.unsealed} 条待封存。\n最近封存值：${result.head}\n`,
    );
  } else {
    const { message, entryId, at } = result.firstFault;
    process.stdout.write(
      `日志有问题：${message}${entryId === null ? '' : `\n编号 ${entryId}，时间 ${at ?? '不明'}`}\n`,
    );
  }
  return result.ok ? 0 : 1;
}
