import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { plainTable, project as projectCommand } from '../../src/commands/project.ts';
import type { Caller } from '../../src/kernel/call.ts';
import { instantAt, systemClock } from '../../src/kernel/time.ts';
import * as cases from '../../src/modules/cases/contract.ts';
import * as contract from '../../src/modules/projects/contract.ts';
import { explainProject, projects as projectModule, type AttributionView } from '../../src/modules/projects/index.ts';
import type { Answers } from '../../src/simulation/answers.ts';
import { signOff } from '../support/opening.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { fileStage, registerProject } from '../support/projects.ts';

/** What a firm lives through that builds something, and that everybody is told the same of it. */
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform?.stop());
afterEach(() => vi.unstubAllEnvs());

const arrive = (day: string, account = 'firm'): Promise<Caller> => {
  platform.clock.set(instantAt(day, '10:00'));
  return platform.signIn(account);
};

/** The columns of the attribution are the elapsed days, however they are counted. */
function expectToAddUp(view: AttributionView): void {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  expect(view.days).toHaveLength(view.elapsedDays);
  expect(sum(view.holders.map((one) => one.days))).toBe(view.elapsedDays);
  expect(sum(view.holders.map((one) => one.countedDays))).toBe(view.days.filter((day) => day.counts).length);
  expect(view.days.every((day) => day.why !== '')).toBe(true);
  expect(new Set(view.days.map((day) => day.day)).size).toBe(view.elapsedDays);
}

const small = { buildingUse: 'warehouse', projectBuildingArea: 3000, aboveGroundArea: 3000, landAcquisition: 'owned' };
const themes: readonly [string, string, Answers, string][] = [
  ['标准厂房', 'standard-factory', {}, '麟游县御泉食品加工厂房'],
  ['社会投资住宅', 'private-housing', { buildingUse: 'housing' }, '麟游县杜水嘉苑'],
  ['政府投资房建', 'government-building', { landAcquisition: 'new' }, '麟游县城东小学教学楼'],
  ['市政管网', 'municipal-pipeline', { pipelineLength: 2000, landAcquisition: 'none' }, '麟游县东大街雨污分流管网'],
  ['小型低风险', 'small-low-risk', small, '麟游县核桃分拣车间'],
];

describe('五个主题各走一段', () => {
  test.each(themes)('%s：登记，第一个阶段一表申请、分头办、都批下来，每一天有去处', async (_, theme, more, name) => {
    const registered = await registerProject(await arrive('2026-09-28'), theme, { ...more, projectName: name });
    const { projectId, code } = registered;
    // Over the National Day week and a make-up Saturday.
    const firm = await arrive('2026-09-30');
    const before = await firm(contract.myProject, { projectId });
    const stage = before.stages.find((one) => one.state === 'ready');
    const { applicationId } = await fileStage(platform, firm, projectId, stage?.id ?? '');
    await platform.drain();
    for (const day of ['2026-10-10', '2026-10-13', '2026-10-15', '2026-10-19', '2026-10-21']) {
      const now = await arrive(day);
      const { cases: all } = await now(cases.myApplication, { applicationId });
      for (const one of all.filter(({ status }) => ['filed', 'accepted'].includes(status)))
        await signOff(platform, one.caseId);
    }
    await platform.drain();
    const later = await arrive('2026-10-23');
    const after = await later(contract.myProject, { projectId });
    const done = after.stages.find((one) => one.id === stage?.id);
    expect(done?.state).toBe('done');
    expect(done?.items.every((item) => item.status === 'granted')).toBe(true);
    expect(after.budget.usedDays).toBeLessThanOrEqual(registered.type.budgetDays ?? 0);

    const view = await later(contract.myAttribution, { projectId });
    expect(view).toMatchObject({ code, name, elapsedDays: 25, throughOn: '2026-10-23' });
    expectToAddUp(view);
    const kindOf = (day: string) => view.days.find((one) => one.day === day)?.kind;
    expect([kindOf('2026-10-01'), kindOf('2026-10-05'), kindOf('2026-10-11')]).toEqual(Array(3).fill('nonWorking'));
    expect(kindOf('2026-10-10')).not.toBe('nonWorking');
    // With every item decided it is the firm's turn.
    expect(kindOf('2026-10-22')).toBe('applicant');
    const supervisor = await platform.signIn('supervisor');
    expect(await supervisor(contract.explainAttribution, { projectId })).toEqual(view);
  });
});

test('命令行 project explain 说的和网页一样；没有的代码退出码是2', async () => {
  const { projects } = await (await platform.signIn('supervisor'))(contract.listProjects, { text: '御泉食品' });
  const code = projects[0]?.code ?? '';
  vi.stubEnv('NODE_ENV', 'production');
  vi.stubEnv('DATABASE_URL', platform.appUrl);
  vi.stubEnv('DATABASE_OWNER_URL', platform.ownerUrl);
  vi.stubEnv('YINGSHANG_DATA_KEY', '07'.repeat(32));
  const asJson = await say('explain', code, '--json');
  // The command knows only the real clock.
  platform.clock.set(systemClock.now());
  const known = await platform.asSystem((tx) => explainProject(tx, code));
  expect(asJson.status).toBe(0);
  const printed = JSON.parse(asJson.out) as AttributionView;
  expect(printed).toEqual(known);
  expectToAddUp(printed);
  const table = plainTable(printed);
  for (const day of printed.days) expect(table).toContain(`${day.day}  `);
  expect((await say('explain', 'LS1999-610329-00000')).status).toBe(2);
  expect((await say('explain')).status).toBe(2);
});

test('办完两个小型项目，一个守住了15个工作日，一个没有：公开的占比和指标都是一半', async () => {
  /** All cases of a stage, filed and accepted on one day and decided on another. */
  const stage = async (projectId: string, id: string, filedOn: string, decidedOn: string): Promise<void> => {
    const { applicationId, cases: own } = await fileStage(platform, await arrive(filedOn), projectId, id);
    if (decidedOn !== filedOn && own[0] !== undefined)
      await (
        await platform.signIn('officer-approval-bureau')
      )(cases.acceptCase, { caseId: own[0].caseId });
    const firm = await arrive(decidedOn);
    for (let left = own.length; left > 0;) {
      const { cases: all } = await firm(cases.myApplication, { applicationId });
      for (const one of all.filter(({ status }) => ['filed', 'accepted'].includes(status)))
        await signOff(platform, one.caseId);
      left = all.filter(({ status }) => status === 'waiting').length;
    }
  };
  for (const [name, decidedOn] of [
    ['麟游县便民服务用房', '2026-03-04'],
    ['麟游县农机库房', '2026-03-30'],
  ] as const) {
    const { projectId } = await registerProject(await arrive('2026-03-02'), 'small-low-risk', {
      ...{ ...small, projectName: name },
    });
    await stage(projectId, 'land', '2026-03-03', '2026-03-03');
    await stage(projectId, 'works', '2026-03-04', decidedOn);
    for (const id of ['permit', 'acceptance']) await stage(projectId, id, '2026-03-31', '2026-03-31');
  }
  await platform.drain();
  const period = { from: '2026-03-01', to: '2026-03-31' };
  const { types } = await platform.call(contract.projectShares, period);
  // 17 working days from acceptance to decision (Monday 30 March) are two more than the promise.
  expect(types.find((type) => type.typeId === 'small-low-risk')).toMatchObject({
    ...{ completed: 2, within: 1, share: 0.5 },
  });
  const indicator = projectModule.indicators?.find((one) => one.name === 'projects.shareWithinBudget');
  const figure = await platform.asSystem(async (tx) => indicator?.compute(tx, { types: [] } as never, period));
  expect(figure).toMatchObject({ value: 50, numerator: 1, denominator: 2 });
  const page = { page: 1, size: 10 };
  const behind = await platform.asSystem(async (tx) => indicator?.behind?.(tx, { types: [] } as never, period, page));
  expect(behind?.rows.map((row) => [row.title, row.counted])).toEqual([
    ['麟游县农机库房', true],
    ['麟游县便民服务用房', true],
  ]);
  const april = { from: '2026-04-01', to: '2026-04-30' };
  expect(await platform.asSystem(async (tx) => indicator?.compute(tx, { types: [] } as never, april))).toMatchObject({
    ...{ value: null, denominator: 0 },
  });
});

/** Runs the command as `yingshang -- project …` does and keeps what it prints. */
async function say(...args: string[]): Promise<{ status: number; out: string }> {
  let out = '';
  const writing = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const complaining = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    return { status: await projectCommand(args), out };
  } finally {
    writing.mockRestore();
    complaining.mockRestore();
  }
}
