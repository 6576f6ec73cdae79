import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { readSettings } from '../kernel/settings.ts';
import { chineseDate, instantAt, localDateOf, settableClock, systemClock, type Instant } from '../kernel/time.ts';
import { listCases } from '../modules/cases/contract.ts';
import { countTasks, tasksByUnit } from '../modules/tasks/contract.ts';
import { readRates } from '../modules/hotline/contract.ts';
import { projectShares } from '../modules/projects/contract.ts';
import { trialAccounts } from '../modules/org/contract-acting.ts';
import type { Platform } from '../kernel/module.ts';
import { simulatePeople } from '../simulation/run.ts';
import type { Tally } from '../simulation/town.ts';
import { openBrowser, visitor } from '../simulation/visitors.ts';
import { startPlatform } from '../start.ts';

const usage = '用法：simulate [--months 6] [--seed 1] [--force]\n';

/** `simulate --months 6 --seed 1`: people use the platform over HTTP for some months that end now. Trial mode only. */
export async function simulate(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      months: { type: 'string', default: '6' },
      seed: { type: 'string', default: '1' },
      force: { type: 'boolean', default: false },
    },
  });
  const [months, seed] = [Number(values.months), Number(values.seed)];
  if (!Number.isInteger(months) || months < 1 || months > 24 || !Number.isSafeInteger(seed) || seed < 0) {
    process.stderr.write(`${usage}--months 是 1 到 24 的整数，--seed 是不小于 0 的整数。\n`);
    return 2;
  }
  const settings = readSettings();
  if (settings.mode === 'production') {
    process.stderr.write('正式运行的平台不能模拟：模拟会写入大量不真实的办件。\n');
    return 1;
  }
  const until = systemClock.now();
  const from = instantAt(monthsBefore(localDateOf(until), months), '08:00');
  const clock = settableClock(from);
  const log = pino({ level: 'error' }, pino.destination(2));
  // Made-up cases need no flush at every step: a power cut would lose the last of them, never harm the database.
  const embedded = { ...settings.embedded, durability: 'late' as const };
  // People stay signed in for a week, as on their own phones.
  const platform = await startPlatform({ ...settings, embedded, sessionHours: 168 }, { clock, log });
  try {
    if (!values.force && (await hasCases(platform))) {
      process.stderr.write('数据库里已经有办件，模拟会和它们混在一起。确实要这样做，请加 --force。\n');
      return 1;
    }
    const startedAt = performance.now();
    const tally = await simulatePeople(platform, { seed, from, until, clock, onProgress: showProgress(from, until) });
    const seconds = (performance.now() - startedAt) / 1000;
    process.stdout.write(
      `${process.stdout.isTTY ? '\r\u001b[K' : ''}${await summary(platform, tally, from, until, seconds)}`,
    );
    // The diary of background work continues in real time from here; this also seals the journal.
    await platform.worker.start();
    return 0;
  } finally {
    // Connections that are cut off by the stopping server are no news.
    log.level = 'silent';
    await platform.stop();
  }
}

/** The same day of an earlier month, or its last day. */
function monthsBefore(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 - months, Math.min(date, last))).toISOString().slice(0, 10);
}

async function hasCases(platform: Platform): Promise<boolean> {
  const auditor = await auditorOf(platform);
  return (await auditor.call(listCases, { size: 1 })).total > 0;
}

async function auditorOf(platform: Platform) {
  const { password } = await openBrowser(platform).call(trialAccounts, {});
  return visitor(platform, 'auditor', password ?? '');
}

/** On a terminal one line that is written anew; otherwise one line for every simulated week. */
function showProgress(from: Instant, until: Instant): (at: Instant, tally: Tally) => void {
  const whole = Date.parse(until) - Date.parse(from);
  let week = -1;
  return (at, tally) => {
    const passed = Date.parse(at) - Date.parse(from);
    const concluded = [...tally.outcomes.values()].reduce((sum, one) => sum + one, 0);
    const line = `${chineseDate(localDateOf(at))}  ${String(Math.round((passed / whole) * 100)).padStart(3)}%  申请 ${tally.applications}  办件 ${tally.cases}  办结 ${concluded}`;
    if (process.stdout.isTTY) {
      process.stdout.write(`\r\u001b[K${line}`);
      return;
    }
    const nowWeek = Math.floor(passed / (7 * 86_400_000));
    if (nowWeek === week) return;
    week = nowWeek;
    process.stdout.write(`${line}\n`);
  };
}

const caseOutcomeNames: Readonly<Record<string, string>> = {
  granted: '准予',
  refused: '不予许可',
  declined: '不予受理',
  withdrawn: '撤回或没有开始',
};

const endingNames: Readonly<Record<string, string>> = {
  answered: '当场答复',
  solved: '解决',
  explained: '没有解决但理解',
  unsolved: '没有解决',
  unreached: '联系不上',
  endedEarly: '提前办结',
  writtenOff: '企业销号',
};

async function summary(
  platform: Platform,
  tally: Tally,
  from: Instant,
  until: Instant,
  seconds: number,
): Promise<string> {
  const { password } = await openBrowser(platform).call(trialAccounts, {});
  const supervisor = visitor(platform, 'supervisor', password ?? '');
  const lights = await supervisor.call(countTasks, {});
  const { units } = await supervisor.call(tasksByUnit, {});
  const finished = units.reduce((sum, unit) => sum + unit.finished, 0);
  const onTime = units.reduce((sum, unit) => sum + unit.onTime, 0);
  const { types } = await supervisor.call(projectShares, {});
  const sum = (of: (type: (typeof types)[number]) => number): number =>
    types.reduce((total, type) => total + of(type), 0);
  const { projects } = tally;
  const concluded = [...tally.outcomes.values()].reduce((total, one) => total + one, 0);
  const rated = tally.ratings.reduce((sum, one) => sum + one, 0);
  const { tickets, uses } = tally;
  const endings = Object.entries(endingNames)
    .map(([key, zh]) => `${zh} ${tickets.closed.get(key) ?? 0}`)
    .join('，');
  const ended = [...tickets.closed.values()].reduce((total, one) => total + one, 0);
  const heard = tickets.said.reduce((total, one) => total + one, 0);
  const hotline = await supervisor.call(readRates, { from: localDateOf(from), to: localDateOf(until) });
  const lines = [
    `${chineseDate(localDateOf(from))}至${chineseDate(localDateOf(until))}，用时 ${Math.round(seconds)} 秒`,
    `新注册 ${tally.people} 人，提交申请 ${tally.applications} 份，留下草稿 ${tally.drafts} 份，条件不符没有提交 ${tally.givenUp} 份`,
    `办件 ${tally.cases} 件：${Object.entries(caseOutcomeNames)
      .map(([key, zh]) => `${zh} ${tally.outcomes.get(key) ?? 0}`)
      .join('，')}，在办 ${tally.cases - concluded}`,
    `一次性告知补正 ${tally.corrections}，容缺受理 ${tally.provisional}（已补交材料 ${tally.delivered}），告知承诺 ${tally.commitments}，中止计时 ${tally.suspensions}，延期 ${tally.extensions}，环节不同意 ${tally.disagreements}`,
    `工程建设项目 ${projects.registered} 个（办件 ${projects.cases} 件）：办完 ${sum((type) => type.completed)}，其中没有超过承诺 ${sum((type) => type.within)}；在办 ${sum((type) => type.running)}，其中已经超过 ${sum((type) => type.runningExceeded)}；终止 ${sum((type) => type.abandoned)}`,
    `项目中：补正 ${projects.corrections}，预审 ${projects.preReviews}，停表 ${projects.pauses}（超过告知的日子 ${projects.overruns}），会商 ${projects.consultations}，联合验收 ${projects.jointVisits}，承诺核查 ${projects.inspections}，体外循环补录 ${projects.offSystem}`,
    `评价 ${rated} 条：${satisfactionWords(tally.ratings)}；差评整改到位 ${tally.ratingsRectified}，申请复核 ${tally.ratingsAppealed}，公开 ${tally.ratingsPublished}`,
    `热线工单 ${tickets.registered} 张（企业诉求 ${tickets.requests}）：${endings}，撤回 ${tickets.withdrawn}，并单 ${tickets.merged}，在办 ${tickets.registered - ended - tickets.withdrawn - tickets.merged}；没有建单：知识库解决 ${tickets.selfServed}，并入已有诉求 ${tickets.joined}，告知其他渠道 ${tickets.told}`,
    `热线中：退单 ${tickets.returned}（会商 ${tickets.panels}），延期 ${tickets.extended}，重办 ${tickets.reopened}；回访 ${heard} 次：${satisfactionWords(tickets.said)}；响应率 ${share(hotline.county.response)}，解决率 ${share(hotline.county.solution)}，满意率 ${share(hotline.county.satisfaction)}`,
    `其他单位申请用证 ${uses.asked} 次：同意 ${uses.allowed}（后来撤回 ${uses.withdrawn}），不同意 ${uses.refused}`,
    `待办 ${lights.open} 项：红 ${lights.red}，黄 ${lights.yellow}，绿 ${lights.green}，暂停 ${lights.paused}；近90天办结 ${finished} 项，超期 ${finished - onTime} 项；督办单 ${tally.supervisions} 份`,
  ];
  return `${lines.join('\n')}\n`;
}

/** How many said what, the best first. */
function satisfactionWords(levels: readonly number[]): string {
  return ['非常不满意', '不满意', '基本满意', '满意', '非常满意']
    .map((name, at) => `${name} ${levels[at] ?? 0}`)
    .reverse()
    .join('，');
}

function share({ value, numerator, denominator }: { value: number | null; numerator: number; denominator: number }) {
  return value === null ? '—' : `${value.toFixed(1)}%（${numerator}/${denominator}）`;
}
