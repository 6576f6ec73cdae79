import { expect, it } from 'vitest';
import { lightOf, type MeasureFacts } from './light.ts';

const facts: MeasureFacts = {
  startsOn: '2022-01-01',
  deadline: '2022-12-31',
  originalDeadline: '2022-12-31',
  progress: 50,
  writtenOffOn: null,
  suspended: false,
  milestones: [],
  targetMissed: false,
};
const settings = { yellowWorkingDays: 10, behindPoints: 15 };
const at = (today: string, more: Partial<MeasureFacts> = {}, left = 100) =>
  lightOf({ ...facts, ...more }, today, settings, () => left);

it.each([
  ['绿：进度跟得上', '2022-06-30', {}, 100, 'green'],
  ['黄：比时间慢了15个点以上', '2022-09-30', {}, 100, 'yellow'],
  ['绿：正好慢15个点还不亮黄灯', '2022-08-25', {}, 100, 'green'],
  ['黄：离期限10个工作日', '2022-12-19', { progress: 99 }, 10, 'yellow'],
  ['红：过期', '2023-01-01', { progress: 99 }, -1, 'red'],
  ['期限当天不算过期', '2022-12-31', { progress: 99 }, 0, 'yellow'],
  [
    '红：节点没有完成',
    '2022-04-01',
    { milestones: [{ name: '出台办法', due: '2022-03-31', doneOn: null }] },
    100,
    'red',
  ],
  [
    '绿：节点做完了',
    '2022-06-30',
    { milestones: [{ name: '出台办法', due: '2022-03-31', doneOn: '2022-04-02' }] },
    100,
    'green',
  ],
  ['红：期末没有达标', '2022-06-30', { targetMissed: true }, 100, 'red'],
  ['灰：经批准暂停', '2022-06-30', { suspended: true }, 100, 'grey'],
  ['红：暂停盖不住过期', '2023-02-01', { suspended: true }, -20, 'red'],
  ['蓝：没有启动', '2022-01-10', { progress: 0 }, 100, 'blue'],
  ['销号', '2023-02-01', { writtenOffOn: '2022-12-20' }, -20, 'done'],
] as const)('%s', (_, today, more, left, light) => {
  expect(at(today, more, left).light).toBe(light);
});

it('keeps red when the deadline was moved, and says so', () => {
  const said = at('2023-01-05', { deadline: '2023-06-30' }, -3);
  expect(said).toEqual({ light: 'red', why: '原定2022年12月31日完成，已过期（已批准延至6月30日，原期限不变）' });
});
