import { describe, expect, test } from 'vitest';
import { explainTerm } from './explain.ts';
import { type Pause } from './pauses.ts';
import { county } from './test-calendar.ts';
import { parseTerm } from './terms.ts';

function explain(start: string, term: string, pauses: readonly Pause[] = []): ReturnType<typeof explainTerm> {
  return explainTerm({ start, term: parseTerm(term), calendar: county, ledger: { pauses, extensions: [] } });
}

const hearing: Pause = {
  from: '2022-10-10',
  to: '2022-10-10',
  ground: 'hearing',
  basis: '《行政许可法》第四十五条',
  noticeNo: '听告〔2022〕3号',
  plannedUntil: '2022-10-10',
};

describe('explanation', () => {
  test('names the event, each working day, each day off with its notice, and the due day', () => {
    const days = explain('2022-09-29', '3wd');
    expect(days.map(({ date, outcome, ordinal }) => [date.slice(5), outcome, ordinal])).toEqual([
      ['09-29', 'event', null],
      ['09-30', 'counted', 1],
      ...['01', '02', '03', '04', '05', '06', '07'].map((date) => [`10-${date}`, 'skipped', null]),
      ['10-08', 'counted', 2],
      ['10-09', 'due', 3],
    ]);
    expect(days[0]).toEqual({
      date: '2022-09-29',
      weekday: '周四',
      outcome: 'event',
      ordinal: null,
      reason: '开始的当天不计入',
      documentNo: null,
    });
    expect(days[2]?.reason).toBe('国庆节放假（国办发明电〔2021〕11号），不计入');
    expect(days[9]).toMatchObject({ documentNo: '国办发明电〔2021〕11号', weekday: '周六' });
    expect(days[10]?.reason).toBe('周日，因国庆节调休上班（国办发明电〔2021〕11号），第3个工作日；期限到这一天为止');
  });

  test('a paused day names ground, basis and notice', () => {
    const paused = explain('2022-10-08', '2wd', [hearing]);
    expect(paused.map(({ outcome }) => outcome)).toEqual(['event', 'counted', 'paused', 'due']);
    expect(paused[2]?.reason).toBe('中止计时：听证，依据《行政许可法》第四十五条（告知书 听告〔2022〕3号）');
  });

  test('a pause that does not count is said so on the day it claims', () => {
    const days = explain('2022-10-08', '2wd', [{ ...hearing, noticeNo: null }]);
    expect(days.at(-1)).toMatchObject({ date: '2022-10-10', outcome: 'due' });
    expect(days.at(-1)?.reason).toContain('没有书面告知申请人，不停止计时');
    const late = explain('2022-10-08', '5wd', [{ ...hearing, to: null }]);
    expect(late.find(({ date }) => date === '2022-10-12')?.reason).toContain('已超过告知的结束时间（2022-10-10）');
  });

  test('a filing on a day off shows when it counts as received', () => {
    const days = explain('2022-10-06', '1wd');
    expect(days.map(({ outcome }) => outcome)).toEqual(['event', 'skipped', 'event', 'due']);
    expect(days[0]?.reason).toBe('国庆节放假（国办发明电〔2021〕11号），不办公，视为10月8日收到');
    expect(explain('2022-10-10T20:00', '1wd')[0]?.reason).toBe('下班以后收到，视为10月11日收到');
  });

  test('half days', () => {
    const days = explain('2022-06-02T09:30', '1.5wd');
    expect(days[0]).toMatchObject({
      outcome: 'event',
      ordinal: 0.5,
      reason: '上午收到，上午不计入；下午计入，累计0.5个工作日',
    });
    expect(days.at(-1)).toMatchObject({ date: '2022-06-06', outcome: 'due', ordinal: 1.5 });
    expect(explain('2022-06-02T09:30', '0.5wd')).toMatchObject([{ outcome: 'due', ordinal: 0.5 }]);
    const stopped = explain('2022-10-09T09:00', '1.5wd', [
      { ...hearing, from: '2022-10-10T08:00', to: '2022-10-10T14:00' },
    ]);
    expect(stopped[1]?.reason).toContain('下午计入，累计1个工作日；中止计时：听证');
  });

  test('natural days that end in a holiday show the roll', () => {
    const days = explain('2022-09-28', '3nd');
    expect(days.map(({ outcome }) => outcome)).toEqual([
      'event',
      'counted',
      'counted',
      'counted',
      ...Array<string>(6).fill('skipped'),
      'due',
    ]);
    expect(days[3]?.reason).toBe('第3个自然日；最后一天是国庆节放假（国办发明电〔2021〕11号），顺延');
  });

  test('months and hours', () => {
    expect(explain('2022-02-15', '1mo').at(-1)).toMatchObject({ date: '2022-03-15', outcome: 'due', ordinal: 28 });
    expect(explain('2022-02-15', '1mo').at(-1)?.reason).toContain('满1个月');
    const hours = explain('2022-10-01T23:00', '2h');
    expect(hours.map(({ outcome, ordinal }) => [outcome, ordinal])).toEqual([
      ['event', 1],
      ['due', 2],
    ]);
    const allDay = { ...hearing, from: '2022-10-02', to: '2022-10-02', plannedUntil: null };
    expect(explain('2022-10-01T23:00', '2h', [allDay]).map(({ outcome }) => outcome)).toEqual([
      'event',
      'paused',
      'due',
    ]);
  });

  test('today', () => {
    expect(explain('2022-10-10', '0wd')).toMatchObject([{ outcome: 'due', reason: '当日办理；期限到这一天为止' }]);
    expect(explain('2022-10-06', '0wd').at(-1)).toMatchObject({ date: '2022-10-08', outcome: 'due' });
  });
});
