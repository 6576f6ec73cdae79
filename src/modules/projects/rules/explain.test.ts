import { describe, expect, it } from 'vitest';
import { county } from '../../../calendar/test-calendar.ts';
import type { AttributionInput } from './attribution-types.ts';
import { exclusionAlerts } from './exclusions.ts';
import { explainProject, explanationText } from './explain.ts';
import { at, intake, procedure, review, sampleInput, sampleItem, spansOf } from './sample-project.ts';
import { defaultAttributionSettings } from './settings.ts';

const project = { code: '2204-610329-04-01-123456', name: '标准厂房三期', typeName: '一般社会投资项目' };

/** Filed 23 May, accepted 25 May, an expert review from the 27th announced until the 31st that lasts until 2 June. */
function scene(more: Partial<AttributionInput> = {}): AttributionInput {
  const item = sampleItem('1', {
    itemName: '设计方案审查',
    status: 'granted',
    outcome: 'granted',
    filedAt: at('2022-05-23 10:00'),
    acceptedAt: at('2022-05-25 10:00'),
    concludedAt: at('2022-06-07 16:00'),
    spans: spansOf(
      ['2022-05-23 10:00', intake()],
      ['2022-05-25 10:00', review()],
      ['2022-05-27 08:00', procedure('expertReview', '告知1号', '2022-05-31')],
      ['2022-06-02 17:00', review()],
      ['2022-06-07 16:00', 'end'],
    ),
  });
  return sampleInput(county, {
    startOn: '2022-05-20',
    today: '2022-06-08',
    budgetDays: 15,
    stages: [{ id: 'works', name: '工程建设许可', unitId: 'planning', budgetDays: 10, items: [item] }],
    settings: { ...defaultAttributionSettings, unitNames: { planning: '县自然资源局' } },
    ...more,
  });
}

describe('说明每一天', () => {
  it('每天一行，带归属、理由和累计天数', () => {
    const { days, totals } = explainProject(project, scene());
    expect(days.map(({ day, holder, ordinal }) => `${day.slice(5)} ${holder} ${ordinal ?? '-'}`)).toEqual([
      '05-21 非工作日 -',
      '05-22 非工作日 -',
      '05-23 申请人 -',
      '05-24 县自然资源局 -',
      '05-25 县自然资源局 -',
      '05-26 县自然资源局 1',
      '05-27 专家评审 -',
      '05-28 非工作日 -',
      '05-29 非工作日 -',
      '05-30 专家评审 -',
      '05-31 专家评审 -',
      '06-01 县自然资源局 2',
      '06-02 县自然资源局 3',
      '06-03 非工作日 -',
      '06-04 非工作日 -',
      '06-05 非工作日 -',
      '06-06 县自然资源局 4',
      '06-07 县自然资源局 5',
      '06-08 申请人 -',
    ]);
    expect(days.find(({ day }) => day === '2022-06-01')?.why).toBe(
      '县自然资源局正在办理“设计方案审查”（已超过告知的结束时间（2022-05-31），超出部分不停止计时）',
    );
    expect(days.find(({ day }) => day === '2022-05-30')?.why).toBe(
      '“设计方案审查”正在专家评审，依据《行政许可法》第四十五条（告知书 告知1号），不计入审批用时',
    );
    expect(days.find(({ day }) => day === '2022-06-03')?.why).toContain('端午节放假');
    expect(totals).toMatchObject({ elapsed: 19, unit: 7, applicant: 2, procedure: 3, nonWorking: 7 });
    expect(totals).toMatchObject({ netWorkingDays: 5, grossWorkingDays: 8, netNaturalDays: 8, grossNaturalDays: 13 });
  });

  it('能印成表，一段一行，列对得齐', () => {
    const input = scene();
    const text = explanationText(explainProject(project, input), input);
    expect(text).toMatchInlineSnapshot(`
      "标准厂房三期（2204-610329-04-01-123456，一般社会投资项目）
      从2022年5月20日的次日到2022年6月8日，共19个自然日。

      日期                      天数  归谁          计入  为什么
      2022-05-21 至 2022-05-22  2     非工作日      否    双休日
      2022-05-23                1     申请人        否    没有正在办理的申请，在申请人一方
      2022-05-24 至 2022-05-25  2     县自然资源局  否    县自然资源局收到“设计方案审查”，正在审查能否受理，受理以前不计时
      2022-05-26                1     县自然资源局  是    县自然资源局正在办理“设计方案审查”
      2022-05-27                1     专家评审      否    “设计方案审查”正在专家评审，依据《行政许可法》第四十五条（告知书 告知1号），不计入审批用时
      2022-05-28 至 2022-05-29  2     非工作日      否    双休日
      2022-05-30 至 2022-05-31  2     专家评审      否    “设计方案审查”正在专家评审，依据《行政许可法》第四十五条（告知书 告知1号），不计入审批用时
      2022-06-01 至 2022-06-02  2     县自然资源局  是    县自然资源局正在办理“设计方案审查”（已超过告知的结束时间（2022-05-31），超出部分不停止计时）
      2022-06-03 至 2022-06-05  3     非工作日      否    端午节放假（国办发明电〔2021〕11号）
      2022-06-06 至 2022-06-07  2     县自然资源局  是    县自然资源局正在办理“设计方案审查”
      2022-06-08                1     申请人        否    没有正在办理的申请，在申请人一方

      归谁                天数
      县自然资源局        7
      申请人              2
      专家评审（不计入）  3
      非工作日            7
      合计                19
      净用时5个工作日（8个自然日），加上依法不计入的程序8个工作日（13个自然日）。

      全部审批承诺15个工作日，已用5个，还剩10个。
        依法不计入的程序占3个工作日，连同它们共8个工作日、13个自然日。
        部门从现在起一直办理，到2022年6月22日用完。
      工程建设许可承诺10个工作日，已用5个，还剩5个。
        依法不计入的程序占3个工作日，连同它们共8个工作日、13个自然日。

      不停止计时的“暂停”：
        “设计方案审查”（办1）2022年6月1日至2022年6月2日登记“专家评审”：已超过告知的结束时间（2022-05-31），超出部分不停止计时。
      "
    `);
  });

  it('空项目也能说明', () => {
    const input = sampleInput(county, { startOn: '2022-05-23', today: '2022-05-23' });
    expect(explanationText(explainProject(project, input), input)).toContain('共0个自然日');
  });

  it('可以原样写成 JSON 再读回', () => {
    const explanation = explainProject(project, scene());
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  });
});

describe('不停止计时的暂停', () => {
  const alerts = (ground: string, noticeNo: string | null, planned: string | null, today = '2022-06-01') => {
    const spans = spansOf(['2022-05-23 10:00', review()], ['2022-05-25 10:00', procedure(ground, noticeNo, planned)]);
    const item = sampleItem('1', { acceptedAt: at('2022-05-23 10:00'), spans });
    return exclusionAlerts(scene({ stages: [], tracks: [item], today })).map(({ sign, from, to }) => [sign, from, to]);
  };

  it.each([
    ['lunch', '告知1号', '2022-06-30', [['unlisted', '2022-05-25', null]]],
    ['publicNotice', '告知1号', '2022-06-30', [['unlisted', '2022-05-25', null]]],
    ['hearing', null, '2022-06-30', [['unnoticed', '2022-05-25', null]]],
    ['hearing', ' ', '2022-06-30', [['unnoticed', '2022-05-25', null]]],
    ['hearing', '告知1号', null, [['unnoticed', '2022-05-25', null]]],
    ['hearing', '告知1号', '2022-05-31', [['overrun', '2022-06-01', null]]],
    ['hearing', '告知1号', '2022-06-01', []],
    ['hearing', '告知1号', '2022-06-30', []],
  ])('%s，%s，到 %s', (ground, noticeNo, planned, expected) => {
    expect(alerts(ground, noticeNo, planned)).toEqual(expected);
  });

  it('过了告知的日期才报超期', () => {
    expect(alerts('hearing', '告知1号', '2022-06-01', '2022-06-01')).toEqual([]);
    expect(alerts('hearing', '告知1号', '2022-06-01', '2022-06-02')).toEqual([['overrun', '2022-06-02', null]]);
  });

  it('超过规定次数；说得清是哪一件、哪一次', () => {
    const spans = spansOf(
      ['2022-05-23 10:00', review()],
      ['2022-05-24 10:00', procedure('expertReview', '告知1号', '2022-05-26')],
      ['2022-05-26 10:00', review()],
      ['2022-05-30 10:00', procedure('expertReview', '告知2号', '2022-06-10')],
      ['2022-05-31 10:00', review()],
    );
    const item = sampleItem('1', { acceptedAt: at('2022-05-23 10:00'), spans });
    const found = exclusionAlerts(scene({ stages: [], tracks: [item] }));
    expect(found).toMatchObject([
      { sign: 'repeated', noticeNo: '告知2号', from: '2022-05-30', to: '2022-05-31', pausedAt: at('2022-05-30 10:00') },
    ]);
    expect(found[0]?.words).toBe(
      '“事项1”（办1）2022年5月30日至2022年5月31日登记“专家评审”：“专家评审”最多停止计时1次，这一次不停止计时',
    );
  });
});
