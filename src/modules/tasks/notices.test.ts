import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { CallError, type Caller } from '../../kernel/call.ts';
import { instantAt } from '../../kernel/time.ts';
import { org } from '../org/index.ts';
import {
  calendarDue,
  confirmCalendarNotice,
  explainCalendarDay,
  listCalendarNotices,
  previewCalendarNotice,
  proposeCalendarNotice,
  rejectCalendarNotice,
} from './contract-calendar.ts';
import { getTask } from './contract.ts';
import { openTasks, tasks, type Task } from './index.ts';

let platform: TestPlatform;
let officer: Caller;
let supervisor: Caller;
let administrator: Caller;
let second: Caller;

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks], now: instantAt('2026-11-23', '09:00') });
  await platform.drain();
  officer = await platform.signIn('officer-approval-bureau');
  supervisor = await platform.signIn('supervisor');
  administrator = await platform.signIn('administrator');
  second = await platform.signIn('second-administrator');
});
afterAll(() => platform.stop());

async function openOne(promisedTerm: string): Promise<Task> {
  const [task] = await platform.asSystem((tx) =>
    openTasks(tx, [
      {
        kind: 'case.step',
        title: '审计整改',
        subject: { type: 'case', id: promisedTerm, no: '1' },
        link: '/cases/1',
        unitId: 'audit',
        start: platform.clock.now(),
        promisedTerm,
        basis: { title: '中华人民共和国行政许可法', article: '第四十二条' },
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

describe('日历', () => {
  it('谁都能问某天上不上班、期限到哪天', async () => {
    expect(await platform.call(explainCalendarDay, { day: '2022-10-08' })).toMatchObject({
      working: true,
      documentNo: '国办发明电〔2021〕11号',
      provisional: false,
    });
    expect(await platform.call(explainCalendarDay, { day: '2022-10-01' })).toMatchObject({ working: false });
    expect(await platform.call(explainCalendarDay, { day: '2028-03-01' })).toMatchObject({
      working: true,
      provisional: true,
    });
    const due = await platform.call(calendarDue, { start: '2022-09-29', term: '20wd' });
    expect(due).toMatchObject({ dueOn: '2022-11-01', session: null, provisional: false, words: '20个工作日' });
    expect(due.days.filter(({ outcome }) => outcome === 'counted' || outcome === 'due')).toHaveLength(20);
    expect(await platform.call(calendarDue, { start: '2022-06-02T09:30', term: '1.5wd' })).toMatchObject({
      dueOn: '2022-06-06',
      session: 'afternoon',
    });
    expect(await refused(platform.call(calendarDue, { start: '2022-02-30', term: '5wd' }))).toEqual([400, 'BAD_DATE']);
    expect(await refused(platform.call(calendarDue, { start: '2022-03-01', term: '五天' }))).toEqual([400, 'BAD_TERM']);
    expect(await refused(platform.call(calendarDue, { start: '2022-03-01', term: '2h' }))).toEqual([
      400,
      'HOURS_NEED_TIME',
    ]);
    expect(await refused(platform.call(calendarDue, { start: '2022-03-01', term: '5000wd' }))).toEqual([
      400,
      'TERM_TOO_LONG',
    ]);
    expect(await refused(platform.call(calendarDue, { start: '2022-03-01', term: '9999999wd' }))).toEqual([
      422,
      'BEYOND_CALENDAR',
    ]);
    expect(await refused(platform.call(explainCalendarDay, { day: '2150-01-01' }))).toEqual([422, 'BEYOND_CALENDAR']);
  });

  const text = `国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕8号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
一、元旦：2027年1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天。
六、中秋节：9月15日（周三）放假1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。`;

  it('粘贴通知、预览、录入、第二个人确认、在办的全部重算并写明原因', async () => {
    const moving = await openOne('30wd');
    const still = await openOne('5wd');
    expect([moving.dueOn, moving.provisional, still.provisional]).toEqual(['2027-01-04', true, false]);
    const preview = await administrator(previewCalendarNotice, { text });
    expect(preview.notice).toMatchObject({ year: 2027, documentNo: '国办发明电〔2026〕8号' });
    expect(preview.moves.map(({ taskId, from, to }) => [taskId, from, to])).toContainEqual([
      moving.id,
      '2027-01-04',
      '2027-01-05',
    ]);
    expect(preview.moves.some(({ taskId }) => taskId === still.id)).toBe(false);
    if (preview.notice === null) throw new Error('not read');

    expect(await refused(administrator(proposeCalendarNotice, { ...preview.notice, documentNo: '' }))).toEqual([
      400,
      'NOTICE_INCOMPLETE',
    ]);
    expect(await refused(administrator(proposeCalendarNotice, { ...preview.notice, year: 2028 }))).toEqual([
      400,
      'BAD_NOTICE',
    ]);
    expect(await refused(officer(proposeCalendarNotice, preview.notice))).toEqual([403, 'FORBIDDEN']);
    const { notice } = await administrator(proposeCalendarNotice, { ...preview.notice, sourceText: text });
    expect(notice).toMatchObject({ state: 'proposed', mayConfirm: false });
    // Nothing moves before the second person agrees.
    await platform.drain();
    expect((await supervisor(getTask, { taskId: moving.id })).task.dueOn).toBe('2027-01-04');
    expect(await refused(administrator(confirmCalendarNotice, { noticeId: notice.id }))).toEqual([
      409,
      'NOTICE_SAME_PERSON',
    ]);
    expect((await second(listCalendarNotices, {})).notices.find(({ id }) => id === notice.id)?.mayConfirm).toBe(true);
    expect((await second(confirmCalendarNotice, { noticeId: notice.id })).notice).toMatchObject({
      state: 'confirmed',
      deciderName: expect.stringContaining('郭涛') as string,
    });
    expect(await refused(second(confirmCalendarNotice, { noticeId: notice.id }))).toEqual([
      409,
      'NOTICE_ALREADY_DECIDED',
    ]);
    expect(await refused(second(rejectCalendarNotice, { noticeId: notice.id, reason: '晚了' }))).toEqual([
      409,
      'NOTICE_ALREADY_DECIDED',
    ]);
    await platform.drain();

    const moved = await supervisor(getTask, { taskId: moving.id });
    expect(moved.task).toMatchObject({ dueOn: '2027-01-05', provisional: false });
    expect(moved.events.at(-1)?.words).toBe(
      '依据国办发明电〔2026〕8号通知重新计算，期限由2027年1月4日调整为2027年1月5日',
    );
    expect(moved.promisedDays.find(({ date }) => date === '2027-01-01')).toMatchObject({
      outcome: 'skipped',
      documentNo: '国办发明电〔2026〕8号',
    });
    expect(await platform.call(explainCalendarDay, { day: '2027-02-14' })).toMatchObject({ working: true });
    expect(await refused(administrator(proposeCalendarNotice, preview.notice))).toEqual([409, 'NOTICE_UNCHANGED']);
  });

  it('更正的通知取代原来的；退回的不生效', async () => {
    const days = [{ date: '2030-01-01', kind: 'off' as const, name: '元旦' }];
    const wrong = { year: 2030, documentNo: '国办发明电〔2029〕1号', title: '2030年安排', url: null, days };
    const first = await administrator(proposeCalendarNotice, wrong);
    await second(confirmCalendarNotice, { noticeId: first.notice.id });
    const better = {
      ...wrong,
      documentNo: '国办发明电〔2029〕2号',
      days: [...days, { date: '2030-01-02', kind: 'off' as const, name: '元旦' }],
    };
    const rejected = await administrator(proposeCalendarNotice, better);
    expect(
      (await second(rejectCalendarNotice, { noticeId: rejected.notice.id, reason: '再核对' })).notice,
    ).toMatchObject({ state: 'rejected', decisionReason: '再核对' });
    expect(await platform.call(explainCalendarDay, { day: '2030-01-02' })).toMatchObject({ working: true });
    const again = await administrator(proposeCalendarNotice, better);
    await second(confirmCalendarNotice, { noticeId: again.notice.id });
    expect(await platform.call(explainCalendarDay, { day: '2030-01-02' })).toMatchObject({
      working: false,
      documentNo: '国办发明电〔2029〕2号',
    });
    const { notices } = await administrator(listCalendarNotices, {});
    expect(
      notices
        .filter(({ year }) => year === 2030)
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['confirmed', 'rejected', 'replaced']);
    const nobody = '01920000-0000-7000-8000-00000000dead';
    expect(await refused(second(confirmCalendarNotice, { noticeId: nobody }))).toEqual([404, 'NOTICE_NOT_FOUND']);
  });

  it('读不出的文字不猜', async () => {
    const preview = await administrator(previewCalendarNotice, { text: '明天放假' });
    expect(preview.notice).toBeNull();
    expect(preview.warnings.map(({ code }) => code)).toContain('NO_YEAR');
    expect(await refused(administrator(previewCalendarNotice, { text: '  ' }))).toEqual([400, 'INVALID_INPUT']);
  });
});
