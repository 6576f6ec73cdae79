import { parseArgs } from 'node:util';
import { AppError } from '../kernel/errors.ts';
import { canonical, pointsText, tableOfPeriod } from '../modules/plans/index.ts';
import { unitDirectory } from '../modules/org/index.ts';
import { withPlatform } from './with-platform.ts';

const usage =
  '用法：npm run -s yingshang -- appraisal recompute --period 2022 [--json]\n考核期写成 2022 或 2022-H1。\n';

/** `appraisal recompute`: the table from the records; the same records print the same bytes. */
export async function appraisal(args: string[]): Promise<number> {
  const asked = parsed(args);
  if (asked === null) {
    process.stderr.write(usage);
    return 2;
  }
  return withPlatform(async ({ runner }) => {
    try {
      await runner.asSystem('appraisal.recompute', 'job', async (tx) => {
        const { scheme, scores, digest } = await tableOfPeriod(tx, asked.period);
        if (asked.json) {
          process.stdout.write(`${canonical(scheme, scores)}\n`);
          return;
        }
        const directory = await unitDirectory(tx);
        const lines = scores.map(({ unitId, total, rank, items }) =>
          [
            String(rank).padStart(3),
            pointsText(total).padStart(7),
            directory.nameOf(unitId),
            items.map(({ points }) => (points === null ? '—' : pointsText(points))).join(' / '),
          ].join('  '),
        );
        const head = `${scheme.name}　${scheme.period}\n名次  总分  单位  ${scheme.items.map((item) => item.name).join(' / ')}`;
        process.stdout.write(`${head}\n${lines.join('\n')}\n校验值（SM3）：${digest}\n`);
      });
      return 0;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'PLAN_NOT_FOUND') throw error;
      process.stderr.write('台账里没有这一期的方案。\n');
      return 2;
    }
  });
}

function parsed(args: string[]): { period: string; json: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { json: { type: 'boolean', default: false }, period: { type: 'string' } },
      allowPositionals: true,
    });
    const { period, json } = values;
    const fits = positionals.length === 1 && positionals[0] === 'recompute';
    return fits && period !== undefined && /^\d{4}(-H[12])?$/.test(period) ? { period, json } : null;
  } catch {
    return null;
  }
}
