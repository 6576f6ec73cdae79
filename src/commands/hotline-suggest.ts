import { parseArgs } from 'node:util';
import { evaluateDispatch, trainDispatch, type DispatchRow } from '../modules/hotline/index.ts';
import { readJsonLines, textOf, UnusableInput } from './json-lines.ts';

const usage = [
  '用法：npm run -s yingshang -- hotline suggest --train 训练.jsonl --test 测试.jsonl [--precision 0.95] [--json]',
  '每行一个 JSON 对象：{"text":"诉求内容","department":"承办单位"}。',
  '',
].join('\n');

/** `hotline suggest`: how well the dispatcher's suggestions do on tickets whose unit is known. Needs no database. */
export async function hotline(args: string[]): Promise<number> {
  const asked = parsed(args);
  if (asked === null) {
    process.stderr.write(usage);
    return 2;
  }
  let train: DispatchRow[];
  let test: DispatchRow[];
  try {
    [train, test] = await Promise.all([ticketsIn(asked.train), ticketsIn(asked.test)]);
  } catch (error) {
    if (!(error instanceof UnusableInput)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  const from = performance.now();
  const model = trainDispatch(train, { precision: asked.precision });
  const trained = performance.now();
  const result = evaluateDispatch(model, test);
  const done = performance.now();
  const output = {
    train: train.length,
    test: test.length,
    departments: model.departments.length,
    top1: rounded(result.top1),
    top3: rounded(result.top3),
    automatic: {
      share: rounded(result.automaticShare),
      precision: result.automaticPrecision === null ? null : rounded(result.automaticPrecision),
      wantedPrecision: asked.precision,
      margin: model.automaticMargin === null ? null : rounded(model.automaticMargin),
    },
    unseenDepartments: result.unseen,
    seconds: { training: rounded((trained - from) / 1000), testing: rounded((done - trained) / 1000) },
  };
  process.stdout.write(asked.json ? `${JSON.stringify(output, null, 2)}\n` : asText(output));
  return 0;
}

interface Output {
  train: number;
  test: number;
  departments: number;
  top1: number;
  top3: number;
  automatic: { share: number; precision: number | null; wantedPrecision: number; margin: number | null };
  unseenDepartments: Record<string, number>;
  seconds: { training: number; testing: number };
}

function asText({ train, test, departments, top1, top3, automatic, unseenDepartments, seconds }: Output): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
  const lines = [
    `学习 ${train} 条，${departments} 个单位；测试 ${test} 条`,
    `第一个建议就对　　　${percent(top1)}`,
    `前三个建议里有　　　${percent(top3)}`,
    automatic.margin === null || automatic.precision === null
      ? `可自动派单　　　　　0%（达不到 ${percent(automatic.wantedPrecision)} 的把握，全部由人派单）`
      : `可自动派单　　　　　${percent(automatic.share)}，其中派对 ${percent(automatic.precision)}（要求 ${percent(automatic.wantedPrecision)}，概率不低于 ${automatic.margin}）`,
    `用时　　　　　　　　学习 ${seconds.training} 秒，测试 ${seconds.testing} 秒`,
  ];
  const unseen = Object.entries(unseenDepartments);
  if (unseen.length > 0) {
    const list = unseen.map(([department, count]) => `${department} ${count} 条`).join('、');
    lines.push(`学习数据里没有的单位，按没派对计算：${list}`);
  }
  return `${lines.join('\n')}\n`;
}

async function ticketsIn(path: string): Promise<DispatchRow[]> {
  const rows = await readJsonLines(path);
  return rows.map(({ line, row }) => {
    const text = textOf(row, ['text', 'content']);
    const department = textOf(row, ['department', 'label']);
    if (text === undefined) throw new UnusableInput(`“${path}”第 ${line} 行没有 text（诉求内容），或者是空的。`);
    if (department === undefined)
      throw new UnusableInput(`“${path}”第 ${line} 行没有 department（承办单位），或者是空的。`);
    const title = textOf(row, ['title']);
    return { id: String(line), text: title === undefined ? text : `${title}\n${text}`, department };
  });
}

function parsed(args: string[]): { train: string; test: string; precision: number; json: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        train: { type: 'string' },
        test: { type: 'string' },
        precision: { type: 'string', default: '0.95' },
      },
      allowPositionals: true,
    });
    const { train, test, json } = values;
    const precision = Number(values.precision);
    if (positionals.length !== 1 || positionals[0] !== 'suggest' || train === undefined || test === undefined)
      return null;
    return precision > 0.5 && precision < 1 ? { train, test, precision, json } : null;
  } catch {
    return null;
  }
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
