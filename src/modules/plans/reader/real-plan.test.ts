import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlan, toOutput } from './index.ts';

/**
 * The county's own plan, which is not part of this repository: leads and goals were taken from it by hand. Skipped where the
 * text does not lie beside the repository.
 */
const path = resolve(import.meta.dirname, '../../../../../shared/data/plan-linyou-2022.txt');
const there = existsSync(path);
if (!there) process.stdout.write('skipped: the plan of 2022 does not lie beside this repository\n');

describe.skipIf(!there)('the plan of 2022', () => {
  const raw = there ? readFileSync(path, 'utf8') : '';
  const reading = readPlan(raw);
  const output = toOutput(reading);
  const measure = (no: number) => output.measures.find((entry) => entry.no === no);

  it('head', () => {
    expect(output.document).toEqual({
      title: '麟游县2022年深化“放管服”改革优化营商环境重点工作方案',
      noticeTitle: '麟游县人民政府办公室关于印发麟游县2022年深化“放管服”改革优化营商环境重点工作方案的通知',
      issuer: '麟游县人民政府办公室',
      documentNo: '麟政办发〔2022〕32号',
      date: '2022-05-23',
      kind: '工作方案',
      firstListedLeads: false,
    });
    expect(output.reportDates).toEqual(['2022-06-18', '2022-11-28']);
  });

  it('99 numbers, each once and in order', () => {
    expect(output.measures.map(({ no }) => no)).toEqual(Array.from({ length: 99 }, (_, index) => index + 1));
  });

  it('99 titles are what stands between the number and the first stop', () => {
    const expected = [...raw.matchAll(/^(\d{1,2})\. (?:\*\*)?(.+?)。/gm)].map(([, no, title]) => [Number(no), title]);
    expect(expected).toHaveLength(99);
    expect(output.measures.map(({ no, title }) => [no, title])).toEqual(expected);
  });

  it('99 leads', () => {
    const leads = leadsByHand
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    expect(output.measures.map(({ no, lead }) => [String(no), ...lead])).toEqual(leads);
  });

  it('co-departments are all the names after the lead, and never a collective body', () => {
    for (const { no, co, collective, impliedLead } of output.measures) {
      const text = textOfMeasure(raw, Number(no));
      // By another way: the last bracket group, cut at its comma.
      const tail = /[（([]((?:[^（()）[\]]|[（(][^（()）]*[）)])*)[)）\]]\s*$/.exec(text)?.[1] ?? '';
      const helpers = tail.includes('牵头') ? tail.slice(tail.indexOf('牵头') + 3) : tail;
      const names = (/^(.*?)等(?:相关)?部门/.exec(helpers)?.[1] ?? '').split('、').filter((name) => name !== '');
      expect([no, co]).toEqual([no, names]);
      expect([no, collective.length > 0, impliedLead]).toEqual([no, true, false]);
      expect([no, co.filter((name) => /^各|有关|部门$/.test(name))]).toEqual([no, []]);
    }
  });

  it('nobody leads the 98th', () => {
    expect(measure(98)).toMatchObject({
      lead: [],
      co: ['县委宣传部（县融媒体中心）', '县职转和营商办', '县行政审批局'],
      impliedLead: false,
    });
    expect(measure(98)?.flags).toContain('no-lead');
  });

  it('32 targets, none besides', () => {
    const found = output.measures.flatMap(({ no, targets }) =>
      targets.map((target) => `${no} ${target.comparator} ${target.value ?? '-'} ${target.unit ?? '-'}`),
    );
    expect(found).toEqual(targetsByHand.trim().split('\n'));
    expect(found).toHaveLength(32);
  });

  it('subjects of the targets', () => {
    const subjects = (no: number) => measure(no)?.targets.map(({ subject }) => subject);
    expect(subjects(6)).toEqual(['一般社会投资工程项目审批时间', '政府投资的工程建设项目审批时间']);
    expect(subjects(13)).toEqual(['低压非居民用户全过程办电时间', '年均停电时间压缩']);
    expect(subjects(25)).toEqual(['一般登记', '抵押登记', '查封登记、异议登记']);
    expect(subjects(66)).toEqual(['政务服务事项在县政务服务平台运行、管理覆盖率', '全程网办事项占比']);
    expect(measure(25)?.targets.map(({ meant }) => meant)).toEqual(['<=', '<=', '=']);
    expect(measure(38)?.targets[0]).toMatchObject({ meant: '>=', baseline: '各项贷款增速' });
    expect(measure(17)?.targets[0]).toMatchObject({ meant: '<=', period: '年内' });
  });

  it('19 areas with sponsors, leads and their measures', () => {
    expect(output.areas).toHaveLength(19);
    expect(output.areas.map(({ measures }) => measures.length)).toEqual([
      5, 7, 7, 4, 4, 4, 1, 5, 4, 5, 4, 4, 3, 4, 14, 3, 8, 7, 1,
    ]);
    expect(output.areas[3]).toMatchObject({
      no: '（四）',
      title: '优化用水用气服务',
      sponsors: ['县委常委、副县长尹少平', '副县长韩海毓'],
      lead: ['县水利局', '县住建局'],
    });
    expect(output.areas[12]).toMatchObject({
      no: '（十三）',
      title: '规范政府采购行为',
      sponsors: ['县委常委、常务副县长彭磊'],
      lead: ['县财政局'],
    });
    expect(output.areas.map(({ sponsors }) => sponsors.length)).toEqual([
      1,
      1,
      1,
      2,
      ...Array.from({ length: 15 }, () => 1),
    ]);
    expect(output.measures.slice(94).map(({ area }) => area)).toEqual([null, null, null, null, null]);
  });

  it('7 reforms with 26 sub-items', () => {
    expect(output.keyTasks.map(({ no, items }) => [no, items.length])).toEqual([
      ['（一）', 4],
      ['（二）', 3],
      ['（三）', 4],
      ['（四）', 4],
      ['（五）', 5],
      ['（六）', 3],
      ['（七）', 3],
    ]);
    expect(output.keyTasks[0]).toMatchObject({
      lead: ['县行政审批局'],
      co: ['县发改局', '县自然资源局', '县住建局（县人防办、县地震局）', '县生态环境局', '县水利局', '县文旅局'],
    });
    expect(output.keyTasks[0]?.targets.map(({ subject, value }) => [subject, value])).toEqual([
      ['政府投资项目审批时限', 95],
      ['社会投资项目审批时限', 60],
      ['小型低风险项目审批时限', 15],
    ]);
  });

  it('quotas and deadlines', () => {
    expect(measure(96)?.quotas).toMatchObject([{ count: 1, unit: '次', per: 'half-year' }]);
    expect(measure(98)?.quotas.map(({ count, unit, per }) => `${count}${unit}/${per}`)).toEqual([
      '1期/month',
      '3条/month',
      '1篇/month',
      '2条/month',
      '1篇/year',
      '1篇/year',
      '1次/year',
    ]);
    const due = output.measures.filter(({ deadline }) => deadline !== null);
    expect(due.map(({ no }) => no)).toEqual([1, 6, 13, 17, 21, 26, 28, 34, 77]);
    expect(new Set(due.map(({ deadline }) => deadline))).toEqual(new Set(['2022-12-31']));
  });

  it('damage is repaired and said', () => {
    const flagged = (flag: string) =>
      [...output.keyTasks, ...output.measures].filter(({ flags }) => flags.includes(flag)).map(({ no }) => no);
    expect(flagged('doubled-character')).toEqual([84]);
    expect(reading.measures[83]?.text).toContain('全面记录市场主体行为');
    expect(flagged('mixed-brackets')).toEqual([52, 71]);
    expect(flagged('traditional-characters')).toEqual([58]);
    expect(flagged('bold-marks')).toEqual([57, 58, 59, 60, 99]);
    expect(flagged('repeated-sentence')).toEqual([50]);
    expect(flagged('broken-line')).toEqual([
      '（一）',
      '（三）',
      '（五）',
      1,
      5,
      23,
      26,
      29,
      33,
      38,
      41,
      45,
      52,
      60,
      64,
      68,
      71,
      75,
      77,
      80,
      84,
      87,
      90,
      94,
      97,
      98,
      99,
    ]);
    expect(output.measures.every(({ confidence }) => confidence > 0.85)).toBe(true);
  });

  it('every span leads back to the words that were read', () => {
    for (const one of [...reading.measures, ...reading.keyTasks]) {
      expect(raw.slice(one.titleSpan.from, one.titleSpan.to).replaceAll('**', '')).toContain(one.title.slice(0, 6));
      for (const { lead, co, collective } of one.attributions) {
        for (const name of [...lead, ...co, ...collective]) {
          expect(raw.slice(name.span.from, name.span.to)).toBe(name.written);
          expect(name.written.replaceAll(/\s/g, '')).toBe(name.name);
        }
      }
      for (const { span, value } of one.targets)
        if (value !== null && value !== 0 && value !== 100 && one.no !== 34)
          expect(raw.slice(span.from, span.to)).toContain(String(value));
    }
  });
});

function textOfMeasure(raw: string, no: number): string {
  const from = raw.search(new RegExp(`^${no}\\. `, 'm'));
  const rest = raw.slice(from);
  const end = rest.slice(3).search(/^(?:\d{1,2}\. |[（(][一二三四五六七八九十]+[）)]|四、|各镇、县级各有关部门)/m);
  return rest.slice(0, end < 0 ? rest.length : end + 3).replaceAll(/\s*\n\s*/g, '');
}

const targetsByHand = `
1 = 0 元
1 <= 1.5 工作日
1 <= 1 工作日
3 = 100 %
6 <= 60 工作日
6 <= 95 工作日
13 <= 13 工作日
13 >= 8 %
17 = 6.15 小时/户
17 >= 99.929 %
21 <= 10 工作日
21 <= 2 小时
21 <= 4 工作日
21 <= 15 工作日
25 = 4 工作日
25 = 2 工作日
25 = 0 即时
26 = 100 %
28 <= 80 小时
34 >= 1 个
38 relative - -
39 <= 1.5 %
51 >= 90 %
63 = 100 %
63 = 100 %
65 up - -
66 = 100 %
66 >= 70 %
67 up - -
72 up - -
72 = 100 %
77 = 5 次
`;

const leadsByHand = `
1 县行政审批局
2 县行政审批局
3 县行政审批局
4 县行政审批局
5 县行政审批局
6 县行政审批局
7 县行政审批局
8 县住建局（县人防办） 县自然资源局
9 县自然资源局 县行政审批局 园区管委会
10 县自然资源局 县住建局
11 县工信局
12 园区管委会
13 县供电分公司
14 县供电分公司
15 县供电分公司
16 县供电分公司
17 县供电分公司
18 县供电分公司
19 县供电分公司
20 县住建局 县水利局
21 县住建局 县水利局
22 县行政审批局
23 县住建局
24 县自然资源局
25 县自然资源局
26 县自然资源局
27 县自然资源局
28 县税务局
29 县税务局
30 县税务局
31 县税务局
32 县工信局
33 县法院
34 县法院
35 县法院
36 县法院
37 县法院
38 县金融办
39 县金融办
40 县金融办
41 县金融办
42 县法院
43 县工信局
44 县法院
45 县法院
46 县公安局
47 县法院
48 县法院
49 县法院
50 县法院 县司法局 县发改局 县市场监管局
51 县人社局
52 县人社局
53 县人社局
54 县人社局
55 县财政局
56 县财政局
57 县财政局
58 县发改局
59 县发改局
60 县发改局
61 县发改局
62 县职转和营商办
63 县行政审批局
64 县行政审批局
65 县行政审批局 县数字化信息中心
66 县行政审批局
67 县行政审批局
68 县公安局
69 县财政局 县工信局 县数字化信息服务中心
70 县住建局
71 县行政审批局
72 县行政审批局
73 县行政审批局
74 县行政审批局
75 县数字化信息服务中心
76 县市场监管局
77 县市场监管局
78 县市场监管局
79 县市场监管局 县发改局 县民政局 县财政局 县招商局
80 县市场监管局
81 县市场监管局
82 县数字化信息服务中心
83 县市场监管局
84 县发改局 县市场监管局 县数字化信息服务中心 县民政局
85 县发改局 县教体局 县住建局 县卫健局
86 县市场监管局
87 县教体局 县民政局 县文旅局 县医保局
88 县工信局（县科技局）
89 县行政审批局 园区管委会
90 县委组织部 县人社局
91 县招商局
92 县生态环境局
93 县交通局
94 县司法局
95 县政府办公室 县行政审批局
96 县行政审批局 县司法局 县税务局
97 县工信局 县行政审批局 县数字化信息服务中心
98
99 县纪委监委 县委组织部 县职转和营商办
`;
