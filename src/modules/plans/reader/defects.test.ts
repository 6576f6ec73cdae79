import { describe, expect, it } from 'vitest';
import { readPlan, toOutput, type PlanOutput } from './index.ts';

/** The known defects of such texts, one test each, on made-up texts that have them. */
describe('defects of source texts', () => {
  const read = (text: string): PlanOutput => toOutput(readPlan(text));
  const who = ({ measures }: PlanOutput) => measures.map(({ no, lead, co }) => [no, lead.join(' '), co.join(' ')]);

  it('1 page breaks inside sentences, inside the bracket and inside a name are joined without a space', () => {
    const output = read(
      '1.优化登记服务。推行线上\n\n办理，减少往返。（县人社局牵头，\n\n县财政局配合）\n2.推广电子印章。在全部窗口应用。（县行政审批局牵头，县公\n\n安局配合）',
    );
    expect(who(output)).toEqual([
      [1, '县人社局', '县财政局'],
      [2, '县行政审批局', '县公安局'],
    ]);
    expect(output.measures.every(({ flags }) => flags.includes('broken-line'))).toBe(true);
  });

  it('2 a character doubled at the break goes, one that belongs there stays', () => {
    const reading = readPlan(
      '1.归集信息。归集市场主体信息，服务市场主体。（县发改局牵头，县财政局配合）\n2.记录信用。全面记录市\n\n市场主体行为，做到每\n\n每有记录。（县市场监管局牵头，县发改局配合）',
    );
    expect(reading.measures[1]?.text).toContain('全面记录市场主体行为，做到每每有记录');
    expect(reading.measures[1]?.flags).toContain('doubled-character');
  });

  it('3 a line that goes on with （区）, with the end of a name or with a quotation mark is no heading', () => {
    const output = read(
      '1.建立联动机制。推动县\n（区）一体联动，全面推行\n“一次办好”服务。（县信访局牵头，县公\n安局、县司法局配合）\n2.公开结果。（县信访局负责）',
    );
    expect(who(output)).toEqual([
      [1, '县信访局', '县公安局 县司法局'],
      [2, '县信访局', ''],
    ]);
    expect(output.areas).toEqual([]);
  });

  it('4 brackets of every kind, and pairs of two kinds', () => {
    const output = read(
      '(十三) 规范采购行为(包抓领导: 县委常委、副县长李某某, 牵头部门: 县财政局)\n1.公开意向。[县财政局（县国资局）牵头，县审计局配合]\n2.取消保证金。（县财政局牵头，县审计局配合)\n（十四）规范招标行为（包抓领导：副县长王某某，牵头部门：县发改局）\n3.公开计划。(县发改局牵头，县住建局配合）',
    );
    expect(who(output)).toEqual([
      [1, '县财政局（县国资局）', '县审计局'],
      [2, '县财政局', '县审计局'],
      [3, '县发改局', '县住建局'],
    ]);
    expect(output.areas).toMatchObject([
      { no: '（十三）', title: '规范采购行为', sponsors: ['县委常委、副县长李某某'], lead: ['县财政局'] },
      { no: '（十四）', title: '规范招标行为', sponsors: ['副县长王某某'], lead: ['县发改局'] },
    ]);
    expect(output.measures[1]?.flags).toContain('mixed-brackets');
  });

  it('5 half-width marks, bold marks around the title with its stop inside, traditional characters', () => {
    const output = read(
      '57.**优化采购环境。**公开信息,接受监督.(县财政局牵头,县审计局配合)\n58.规范交易行爲。公开规则。（县发改局牵头，县住建局配合）',
    );
    expect(output.measures.map(({ title }) => title)).toEqual(['优化采购环境', '规范交易行为']);
    expect(output.measures.map(({ flags }) => flags)).toEqual([
      expect.arrayContaining(['bold-marks']),
      expect.arrayContaining(['traditional-characters']),
    ]);
  });

  it('6 a heading without a stop does not swallow the number below it', () => {
    const output = read(
      '三、工作任务分工\n1.减材料。共享数据。（县行政审批局牵头，县财政局配合）\n四、切实强化组织保障\n2.学先进。定期培训。（县政府办公室牵头，县行政审批局配合）',
    );
    expect(output.measures.map(({ no, title, chapter }) => [no, title, chapter])).toEqual([
      [1, '减材料', '工作任务分工'],
      [2, '学先进', '切实强化组织保障'],
    ]);
  });

  it('7 names stay as they are written; a plate that hangs on a body is no second body', () => {
    const output = read(
      '1.甲。（县住建局（县人防办、县地震局）牵头，县数字化信息中心、县工信局（县科技局）配合）\n2.乙。（县数字化信息服务中心牵头，园区管委会、县供水有限公司、县委宣传部（县融媒体中心）配合）',
    );
    expect(output.measures.map(({ lead, co }) => [...lead, ...co])).toEqual([
      ['县住建局（县人防办、县地震局）', '县数字化信息中心', '县工信局（县科技局）'],
      ['县数字化信息服务中心', '园区管委会', '县供水有限公司', '县委宣传部（县融媒体中心）'],
    ]);
  });

  it('8 the four ways to mean everybody are collective bodies, never departments', () => {
    const output = read(
      '1.甲。（县法院牵头，县司法局等部门及各镇按职责分工负责）\n2.乙。（县法院牵头，各镇、各部门按职责分工负责）\n3.丙。（县法院牵头，县司法局等相关部门及各镇按职责分工负责）\n4.丁。（县法院牵头，县级有关部门及各镇按职责分工负责）',
    );
    expect(output.measures.map(({ co, collective }) => [co, collective])).toEqual([
      [['县司法局'], ['等部门', '各镇']],
      [[], ['各镇', '各部门']],
      [['县司法局'], ['相关部门', '各镇']],
      [[], ['县级有关部门', '各镇']],
    ]);
  });

  it('9 nobody is made to lead where nobody does', () => {
    const [one] = read('98.广泛宣传。（县委宣传部、县职转和营商办、县行政审批局等部门及各镇按职责分工负责）').measures;
    expect(one).toMatchObject({ lead: [], impliedLead: false });
    expect(one?.flags).toContain('no-lead');
  });

  it('10 who leads the area does not lead the measure that names somebody else', () => {
    const output = read(
      '（四）优化用水用气（包抓领导：副县长赵某某，牵头部门：县水利局、县住建局）\n20.优化报装。减少跑动。（县住建局、县水利局牵头，县供电公司配合）\n21.压缩时间。公开流程。（县行政审批局牵头，县水利局配合）',
    );
    expect(output.areas[0]?.lead).toEqual(['县水利局', '县住建局']);
    expect(output.measures.map(({ lead, impliedLead }) => [lead, impliedLead])).toEqual([
      [['县住建局', '县水利局'], false],
      [['县行政审批局'], false],
    ]);
  });

  it('11 a figure that comes twice is two goals, each with its own subject', () => {
    const output = read(
      '1.压减时限。将政府投资、社会投资项目审批时限分别压缩至95、60个工作日内。（县行政审批局负责）\n2.加快审批。一般社会投资项目审批时限压减至60个工作日以内，年均停电时间压缩8%以上。（县行政审批局负责）',
    );
    expect(output.measures.map(({ targets }) => targets.map(({ subject, value }) => [subject, value]))).toEqual([
      [
        ['政府投资项目审批时限', 95],
        ['社会投资项目审批时限', 60],
      ],
      [
        ['一般社会投资项目审批时限', 60],
        ['年均停电时间压缩', 8],
      ],
    ]);
  });

  it('12 a sentence that an earlier measure has too is pointed out, not merged', () => {
    const output = read(
      '48.完善仲裁。完善和规范涉企商事纠纷快速仲裁程序和工作机制。（县司法局负责）\n50.多元化解。完善和规范涉企商事纠纷快速仲裁程序和工作机制。（县法院负责）',
    );
    expect(output.measures.map(({ no, flags }) => [no, flags.includes('repeated-sentence')])).toEqual([
      [48, false],
      [50, true],
    ]);
  });

  it('13 brackets inside the title of another document are no attribution', () => {
    const output = read(
      '36.网络处置。落实《财产处置办法（试行）》和《关于印发〈查询规定（暂行）〉的通知》。（县法院牵头，县财政局配合）\n37.设立资金。执行《资金管理办法（试行）》。',
    );
    expect(who(output)).toEqual([
      [36, '县法院', '县财政局'],
      [37, '', ''],
    ]);
    expect(output.measures[1]?.flags).toContain('no-attribution');
  });

  it('14 words that are missing in the source are not made up', () => {
    const reading = readPlan('14.提升水平。巩固“三零”“三省”，深化建设。（县供电公司牵头，县发改局配合）');
    expect(reading.measures[0]?.text).toContain('巩固“三零”“三省”，深化建设。');
  });

  it('15 reforms with sub-items stand beside the counted measures, the imprint belongs to none', () => {
    const reforms = ['一', '二']
      .map((no) => `（${no}）深化第${no}项改革。(1)梳理事项。（2）公开结果。（县行政审批局牵头，各镇按职责分工负责）`)
      .join('\n');
    const counted = (from: number, to: number) =>
      Array.from(
        { length: to - from + 1 },
        (_, index) => `${from + index}.办好实事。公开流程。（县法院牵头，县司法局配合）`,
      ).join('\n');
    const output = read(
      `二、重点改革任务\n${reforms}\n三、工作任务分工\n（一）甲类（牵头部门：县法院）\n${counted(1, 6)}\n（二）乙类（牵头部门：县法院）\n${counted(7, 12)}\n四、组织保障\n${counted(13, 14)}\n抄送：县委办公室，县人大常委会办公室。\n某县人民政府办公室 2022年5月23日印发\n共印60份`,
    );
    expect(output.keyTasks.map(({ no, items }) => [no, items.length])).toEqual([
      ['（一）', 2],
      ['（二）', 2],
    ]);
    expect(output.measures.map(({ no }) => no)).toEqual(Array.from({ length: 14 }, (_, index) => index + 1));
    expect(output.measures.slice(12).map(({ area, title, lead }) => [area, title, lead])).toEqual([
      [null, '办好实事', ['县法院']],
      [null, '办好实事', ['县法院']],
    ]);
  });
});
