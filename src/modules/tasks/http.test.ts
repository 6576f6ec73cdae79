import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { CallError, type Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import { instantAt } from '../../kernel/time.ts';
import { org } from '../org/index.ts';
import {
  claimTask,
  closeSupervision,
  countTasks,
  getTask,
  handOverTask,
  listOwnTasks,
  listSupervisions,
  listTasks,
  replyToSupervision,
  superviseTask,
  tasksByUnit,
} from './contract.ts';
import { changeTask, finishTasks, openTasks, tasks, type Task, type TaskSpec } from './index.ts';

let platform: TestPlatform;
let officer: Caller;
let taxOfficer: Caller;
let supervisor: Caller;
let applicant: Caller;
const morning = instantAt('2026-11-23', '09:00');

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks], now: morning });
  await platform.drain();
  officer = await platform.signIn('officer-approval-bureau');
  taxOfficer = await platform.signIn('officer-tax');
  supervisor = await platform.signIn('supervisor');
  applicant = await platform.signIn('applicant');
});
afterAll(() => platform.stop());
beforeEach(() => platform.clock.set(morning));

let serial = 0;
async function openOne(more: Partial<TaskSpec> = {}): Promise<Task> {
  serial += 1;
  const [task] = await platform.asSystem((tx) =>
    openTasks(tx, [
      {
        kind: 'case.step',
        title: '公章刻制备案',
        subject: { type: 'case', id: `case-${serial}`, no: `NO-${serial}` },
        link: `/cases/case-${serial}`,
        unitId: 'approval-bureau',
        start: platform.clock.now(),
        promisedTerm: '5wd',
        statutoryTerm: '20wd',
        basis: { title: '中华人民共和国行政许可法', article: '第四十二条' },
        ...more,
      },
    ]),
  );
  if (task === undefined) throw new Error('nothing opened');
  return task;
}

async function refused(work: Promise<unknown>): Promise<[number, string]> {
  return work.then(
    () => [200, 'none'],
    (error: unknown) => {
      if (error instanceof CallError) return [error.problem.status, error.problem.code];
      throw error;
    },
  );
}

describe('我的队列', () => {
  it('只看得到本单位的；县级督办人员看得到全部', async () => {
    const mine = await openOne({ title: '只给审批局' });
    const other = await openOne({ title: '只给税务', unitId: 'tax' });
    const seen = async (caller: Caller): Promise<string[]> =>
      (await caller(listTasks, { size: 200 })).tasks.map(({ id }) => id);
    expect(await seen(officer)).toContain(mine.id);
    expect(await seen(officer)).not.toContain(other.id);
    expect(await seen(supervisor)).toEqual(expect.arrayContaining([mine.id, other.id]));
    expect((await officer(listTasks, { unit: ['tax'] })).total).toBe(0);
    expect(await refused(applicant(listTasks, {}))).toEqual([403, 'FORBIDDEN']);
    expect(await refused(platform.call(listTasks, {}))).toEqual([401, 'NOT_SIGNED_IN']);
  });

  it('一行里有灯、期限、还剩几天、谁在办', async () => {
    const task = await openOne({ title: '看这一行' });
    const { tasks: rows, total } = await officer(listTasks, { text: '看这一行' });
    expect(total).toBe(1);
    expect(rows[0]).toMatchObject({
      id: task.id,
      light: 'green',
      dueOn: '2026-11-30',
      statutoryDueOn: '2026-12-21',
      left: '还剩5个工作日',
      workingDaysLeft: 5,
      kindName: '办件环节',
      promisedWords: '5个工作日',
      holder: { unitId: 'approval-bureau', unitName: '县行政审批局', accountId: null, mine: false },
      supervised: false,
    });
    platform.clock.set(instantAt('2026-12-02', '10:00'));
    const later = await platform.signIn('officer-approval-bureau');
    expect((await later(listTasks, { text: '看这一行', light: ['red'] })).tasks[0]).toMatchObject({
      light: 'red',
      left: '已超期2个工作日',
    });
    expect((await later(listTasks, { text: '看这一行', light: ['green', 'yellow'] })).tasks).toEqual([]);
  });

  it('填错的筛选条件说得清楚', async () => {
    expect(await refused(officer(listTasks, { light: ['purple' as 'red'] }))).toEqual([400, 'INVALID_INPUT']);
    expect(await refused(officer(listTasks, { dueFrom: '2026-13-01' }))).toEqual([400, 'INVALID_INPUT']);
    expect((await officer(listTasks, { after: '不是游标' })).tasks.length).toBeGreaterThan(0);
  });

  it('计数和列表一致', async () => {
    const counts = await officer(countTasks, {});
    const list = await officer(listTasks, { size: 200 });
    expect(counts.open).toBe(list.total);
    expect(counts.units.map(({ unitName }) => unitName)).toEqual(['县行政审批局']);
    for (const light of ['green', 'yellow', 'red', 'paused'] as const) {
      expect(counts[light]).toBe(list.tasks.filter((row) => row.light === light).length);
    }
  });

  it('办结的另看，最近办结的在前', async () => {
    const [a, b] = [await openOne(), await openOne()];
    await platform.asSystem((tx) => finishTasks(tx, [a.id], 'granted'));
    platform.clock.set(instantAt('2026-11-23', '10:00'));
    await platform.asSystem((tx) => finishTasks(tx, [b.id], 'refused', '不符合条件'));
    const { tasks: rows } = await officer(listTasks, { state: 'finished' });
    expect(rows.slice(0, 2).map(({ id, outcomeName, light }) => [id, outcomeName, light])).toEqual([
      [b.id, '不予许可', 'done'],
      [a.id, '准予', 'done'],
    ]);
  });

  it('申请人自己要办的事，别人看不到', async () => {
    const { id: accountId } = await platform.asSystem((tx) =>
      tx.one<{ id: string }>(sql`select id from org.account where login_name = 'applicant'`),
    );
    const task = await openOne({ kind: 'case.correction', unitId: null, accountId, title: '请补充租房合同' });
    expect(
      (await applicant(listOwnTasks, {})).tasks.map(({ id, holder }) => [id, holder.unitName, holder.mine]),
    ).toEqual([[task.id, '申请人', true]]);
    expect((await applicant(getTask, { taskId: task.id })).task.title).toBe('请补充租房合同');
    expect(await refused(officer(getTask, { taskId: task.id }))).toEqual([404, 'TASK_NOT_FOUND']);
    expect((await officer(listOwnTasks, {})).tasks).toEqual([]);
    expect(
      await refused(supervisor(superviseTask, { taskId: task.id, level: 'supervision', reason: '催一下' })),
    ).toEqual([409, 'TASK_NO_UNIT']);
  });
});

describe('一件待办', () => {
  it('逐日说明期限，历史写成句子', async () => {
    const task = await openOne();
    await platform.asSystem((tx) =>
      changeTask(tx, task.id, {
        type: 'pause',
        ground: '专家评审',
        basis: '',
        noticeNo: '麟审告〔2026〕9号',
        plannedUntil: '2026-11-27',
      }),
    );
    const page = await officer(getTask, { taskId: task.id });
    expect(page.task).toMatchObject({
      light: 'paused',
      state: 'paused',
      dueOn: '2026-12-04',
      left: '中止计时中，至2026年11月27日',
    });
    expect(page.promisedDays.filter(({ outcome }) => outcome === 'paused').map(({ date }) => date)).toEqual([
      '2026-11-24',
      '2026-11-25',
      '2026-11-26',
      '2026-11-27',
    ]);
    expect(page.promisedDays.find(({ date }) => date === '2026-11-25')?.reason).toContain('第四十五条');
    expect(page.events.map(({ words }) => words)).toEqual([
      '开始计时，期限到2026年11月30日',
      '中止计时：专家评审（告知书 麟审告〔2026〕9号），计划到2026年11月27日，期限到2026年12月4日',
    ]);
    expect(page.statutoryDays).not.toBeNull();
    expect([page.mayHandOver, page.maySupervise]).toEqual([true, false]);
    expect(await refused(taxOfficer(getTask, { taskId: task.id }))).toEqual([404, 'TASK_NOT_FOUND']);
    expect(await refused(officer(getTask, { taskId: 'abc' }))).toEqual([400, 'INVALID_INPUT']);
  });

  it('认领、改派、移交', async () => {
    const task = await openOne();
    const claimed = await officer(claimTask, { taskId: task.id });
    expect(claimed.task.holder.mine).toBe(true);
    expect((await officer(listTasks, { mine: 'true', size: 200 })).tasks.map(({ id }) => id)).toContain(task.id);
    expect(await refused(officer(claimTask, { taskId: task.id }))).toEqual([409, 'TASK_HANDED_TO_SAME']);
    const clerk = await platform.signIn('clerk');
    expect(await refused(clerk(claimTask, { taskId: task.id }))).toEqual([409, 'TASK_HELD_BY_OTHER']);
    expect(await refused(clerk(handOverTask, { taskId: task.id, unitId: 'tax', reason: '移交' }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect(await refused(taxOfficer(claimTask, { taskId: task.id }))).toEqual([404, 'TASK_NOT_FOUND']);
    expect(await refused(taxOfficer(handOverTask, { taskId: task.id, unitId: 'tax', reason: '归我' }))).toEqual([
      404,
      'TASK_NOT_FOUND',
    ]);
    expect(await refused(officer(handOverTask, { taskId: task.id, unitId: 'nowhere', reason: '移交' }))).toEqual([
      400,
      'TASK_RECEIVER_UNKNOWN',
    ]);
    expect(await refused(officer(handOverTask, { taskId: task.id, unitId: 'tax', reason: '  ' }))).toEqual([
      400,
      'INVALID_INPUT',
    ]);
    expect(await refused(officer(handOverTask, { taskId: task.id, reason: '给谁' }))).toEqual([400, 'INVALID_INPUT']);
    const moved = await officer(handOverTask, { taskId: task.id, unitId: 'tax', reason: '属于税务职责' });
    expect(moved.task.holder).toMatchObject({ unitId: 'tax', accountId: null });
    expect((await taxOfficer(getTask, { taskId: task.id })).events.at(-1)?.words).toContain('属于税务职责');
    await platform.asSystem((tx) => finishTasks(tx, [task.id], 'cancelled'));
    expect(
      await refused(taxOfficer(handOverTask, { taskId: task.id, unitId: 'approval-bureau', reason: '退回' })),
    ).toEqual([409, 'TASK_ALREADY_FINISHED']);
  });
});

describe('督办单', () => {
  it('发出、回复、退回、再回复、销号；督办单本身就是一件待办', async () => {
    const task = await openOne({ title: '迟迟未办' });
    const { supervision: slip } = await supervisor(superviseTask, {
      taskId: task.id,
      level: 'supervision',
      reason: '群众两次来问',
    });
    expect(slip).toMatchObject({
      levelName: '督办',
      state: 'issued',
      unitName: '县行政审批局',
      replyTerm: '3wd',
      rounds: 1,
    });
    expect(slip.number).toMatch(/^督办〔2026〕\d+号$/);
    const reply = (await officer(listTasks, { kind: ['supervision.reply'] })).tasks.find(
      (row) => row.subjectId === slip.id,
    );
    expect(reply).toMatchObject({ dueOn: '2026-11-26', title: '回复督办：迟迟未办' });
    expect((await officer(listTasks, { text: '迟迟未办' })).tasks.find(({ id }) => id === task.id)?.supervised).toBe(
      true,
    );

    expect(
      await refused(supervisor(closeSupervision, { supervisionId: slip.id, outcome: 'accepted', note: '销号' })),
    ).toEqual([409, 'SUPERVISION_NOT_REPLIED']);
    expect(await refused(taxOfficer(replyToSupervision, { supervisionId: slip.id, text: '不归我' }))).toEqual([
      404,
      'SUPERVISION_NOT_FOUND',
    ]);
    expect(await refused(officer(replyToSupervision, { supervisionId: slip.id, text: ' ' }))).toEqual([
      400,
      'INVALID_INPUT',
    ]);
    expect((await officer(replyToSupervision, { supervisionId: slip.id, text: '正在核实' })).supervision.state).toBe(
      'replied',
    );
    expect(await refused(officer(replyToSupervision, { supervisionId: slip.id, text: '再说一遍' }))).toEqual([
      409,
      'SUPERVISION_ALREADY_REPLIED',
    ]);
    expect(
      (await officer(listTasks, { kind: ['supervision.reply'] })).tasks.some((row) => row.subjectId === slip.id),
    ).toBe(false);

    const back = await supervisor(closeSupervision, {
      supervisionId: slip.id,
      outcome: 'returned',
      note: '没有说明时间',
      replyTerm: '1wd',
    });
    expect(back.supervision).toMatchObject({ state: 'issued', rounds: 2, replyTerm: '1wd' });
    await officer(replyToSupervision, { supervisionId: slip.id, text: '明天上午办结' });
    expect(
      (await supervisor(closeSupervision, { supervisionId: slip.id, outcome: 'accepted', note: '同意销号' }))
        .supervision.state,
    ).toBe('closed');
    expect(
      await refused(supervisor(closeSupervision, { supervisionId: slip.id, outcome: 'accepted', note: '再销' })),
    ).toEqual([409, 'SUPERVISION_CLOSED']);
    expect(await refused(officer(replyToSupervision, { supervisionId: slip.id, text: '迟到的回复' }))).toEqual([
      409,
      'SUPERVISION_CLOSED',
    ]);

    const page = await officer(getTask, { taskId: task.id });
    expect(page.supervisions).toHaveLength(1);
    expect(page.events.map(({ type }) => type)).toEqual([
      'opened',
      'supervised',
      'supervisionReplied',
      'supervisionClosed',
      'supervisionReplied',
      'supervisionClosed',
    ]);
    expect(page.task.supervised).toBe(false);
  });

  it('谁能督办、能督办什么', async () => {
    const task = await openOne();
    expect(await refused(officer(superviseTask, { taskId: task.id, level: 'supervision', reason: '催' }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect(await refused(supervisor(superviseTask, { taskId: task.id, level: '通报', reason: '催' }))).toEqual([
      400,
      'SUPERVISION_LEVEL_UNKNOWN',
    ]);
    expect(
      await refused(supervisor(superviseTask, { taskId: task.id, level: 'reminder', reason: '催', replyTerm: '三天' })),
    ).toEqual([400, 'INVALID_INPUT']);
    await platform.asSystem((tx) => finishTasks(tx, [task.id], 'done'));
    expect(await refused(supervisor(superviseTask, { taskId: task.id, level: 'reminder', reason: '催' }))).toEqual([
      409,
      'TASK_ALREADY_FINISHED',
    ]);
  });

  it('列表按单位看得到的给', async () => {
    const task = await openOne({ unitId: 'tax' });
    const { supervision: slip } = await supervisor(superviseTask, {
      taskId: task.id,
      level: 'reminder',
      reason: '快到期了',
    });
    const numbers = async (caller: Caller): Promise<string[]> =>
      (await caller(listSupervisions, { size: 200 })).supervisions.map(({ number }) => number);
    expect(await numbers(taxOfficer)).toEqual([slip.number]);
    expect(await numbers(officer)).not.toContain(slip.number);
    expect(await numbers(supervisor)).toContain(slip.number);
    const listed = await supervisor(listSupervisions, { unit: ['tax'], state: ['issued'] });
    expect(listed).toMatchObject({ total: 1, supervisions: [{ taskTitle: task.title, levelName: '催办' }] });
    expect(listed.levels.map(({ name }) => name)).toEqual(['催办', '督办', '约谈']);
  });

  it('各部门一览：在办、黄、红、近90天按时率', async () => {
    const quick = await openOne({ unitId: 'finance', start: instantAt('2026-11-02', '09:00') });
    const slow = await openOne({ unitId: 'finance', start: instantAt('2026-11-02', '09:00'), promisedTerm: '30wd' });
    await openOne({ unitId: 'finance' });
    await platform.asSystem((tx) => finishTasks(tx, [quick.id, slow.id], 'done'));
    const { units } = await supervisor(tasksByUnit, {});
    expect(units.find(({ unitId }) => unitId === 'finance')).toMatchObject({
      open: 1,
      green: 1,
      finished: 2,
      onTime: 1,
      onTimeShare: 0.5,
    });
    expect((await officer(tasksByUnit, {})).units.map(({ unitId }) => unitId)).toEqual(['approval-bureau']);
  });
});

describe('双击和重放', () => {
  it('同一个一次性编号督办两次，只有一份督办单', async () => {
    const task = await openOne();
    const input = { taskId: task.id, level: 'reminder', reason: '快到期了' };
    const [a, b] = await Promise.all(
      [1, 2].map(() => supervisor(superviseTask, input, { idempotencyKey: 'double-click-1' })),
    );
    expect(a).toEqual(b);
    expect((await supervisor(getTask, { taskId: task.id })).supervisions).toHaveLength(1);
  });
});
