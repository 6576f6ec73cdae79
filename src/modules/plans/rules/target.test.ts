import { describe, expect, it } from 'vitest';
import { judge, targetText, type Comparator, type Readings, type Target } from './target.ts';

const none: Readings = { now: null, before: null, baseline: null, other: null };
const now = (value: number, more: Partial<Readings> = {}): Readings => ({
  ...none,
  now: { on: '2022-12-31', value },
  ...more,
});
const target = (comparator: Comparator, value: number | null, unit = '工作日'): Target => ({
  id: 't',
  subject: '办理时间',
  comparator,
  value,
  unit,
});

describe('a figure against its target', () => {
  it.each([
    ['措施6：60天的承诺用了55天', target('<=', 60), now(55), true, 1],
    ['措施6：正好60天', target('<=', 60), now(60), true, 1],
    ['措施6：用了80天，达成四分之三', target('<=', 60), now(80), false, 0.75],
    ['措施25：即时办结就是零天', target('<=', 0), now(0), true, 1],
    ['措施25：即时办结用了一天', target('<=', 0), now(1), false, 0],
    ['措施66：网办比例70%', target('>=', 70, '%'), now(35, {}), false, 0.5],
    ['措施17：可靠率不打折扣', target('>=', 99.929, '%'), now(99.93), true, 1],
    ['措施1：开办费用为零', target('=', 0, '元'), now(0), true, 1],
    ['措施1：收了钱就没有达到', target('=', 0, '元'), now(10), false, 0],
    ['措施13：停电时间降8%，实降10%', target('change<=', -0.08, ''), now(9, { baseline: 10 }), true, 1],
    ['措施13：只降4%，达成一半', target('change<=', -0.08, ''), now(9.6, { baseline: 10 }), false, 0.5],
    ['措施13：反而升了', target('change<=', -0.08, ''), now(11, { baseline: 10 }), false, 0],
    ['措施38：普惠小微增速不低于各项贷款增速', target('series>=', null, '%'), now(12, { other: 10 }), true, 1],
    ['措施38：低了', target('series>=', null, '%'), now(5, { other: 10 }), false, 0.5],
    ['措施67：比上期多', target('up', null, '人'), now(12, { before: { on: '2022-06-30', value: 10 } }), true, 1],
    ['措施67：持平不算提高', target('up', null, '人'), now(10, { before: { on: '2022-06-30', value: 10 } }), false, 0],
  ])('%s', (_, aim, readings, met, attainment) => {
    const said = judge(aim, readings);
    expect(said.met).toBe(met);
    expect(said.attainment).toBeCloseTo(attainment, 10);
  });

  it.each([
    ['没有数据不是零', target('<=', 60), none],
    ['趋势要有两个点', target('up', null), now(10)],
    ['没有基期', target('change<=', -0.08), now(10)],
    ['基期为零', target('change<=', -0.08), now(10, { baseline: 0 })],
    ['没有对照指标', target('series>=', null), now(10)],
    ['没有写目标值', target('<=', null), now(10)],
  ])('%s，不作判断', (_, aim, readings) => {
    expect(judge(aim, readings)).toMatchObject({ met: null, attainment: null });
  });

  it('says the numbers it compared', () => {
    expect(judge(target('<=', 60), now(80)).why).toBe('现为80工作日，承诺不超过60工作日');
    expect(judge(target('change<=', -0.08, '小时'), now(9, { baseline: 10 })).why).toBe(
      '现为9小时，基期10小时，变化-10%，承诺比基期的变化不高于-8%',
    );
    expect(targetText(target('>=', 70, '%'))).toBe('办理时间不低于70%');
  });
});
