import { describe, expect, test } from 'vitest';
import { type ExceptionalDay } from '../calendar.ts';
import { countyNotices } from '../test-calendar.ts';
import { readNotice } from './parse.ts';

/** The five notices in the official form, retold: only title, number and the date sentences matter. */
const pasted: Readonly<Record<number, string>> = {
  2022: `国务院办公厅关于2022年
部分节假日安排的通知
国办发明电〔2021〕11号
各有关单位：
  2022年元旦、春节、清明节等节日的放假安排如下。
  一、元旦：2022年1月1日至3日放假，共3天。
  二、春节：1月31日至2月6日放假调休，共7天。1月29日（星期六）、1月30日（星期日）上班。
  三、清明节：4月3日至5日放假调休，共3天。4月2日（星期六）上班。
  四、劳动节：4月30日至5月4日放假调休，共5天。4月24日（星期日）、5月7日（星期六）上班。
  五、端午节：6月3日至5日放假，共3天。
  六、中秋节：9月10日至12日放假，共3天。
  七、国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。
  节假日期间，请安排好值班。`,
  2023: `国务院办公厅关于2023年部分节假日安排的通知 国办发明电[2022]16号
一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。`,
  2024: `关于2024年部分节假日安排的通知（国办发明电〔2023〕7号）
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。除夕（2月9日）请各单位安排职工休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。`,
  2025: `国办发明电【2024】12号
国务院办公厅关于２０２５年部分节假日安排的通知
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。`,
  2026: `国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
  鼓励错峰出行。节假日期间，请安排好值班。`,
};

function sectioned(sentences: string): string {
  return `国务院办公厅关于2022年部分节假日安排的通知 国办发明电〔2021〕11号\n${sentences}`;
}

/** Warnings other than the seven holidays that a fragment leaves out. */
function codes(text: string): readonly string[] {
  return readNotice(text)
    .warnings.map(({ code }) => code)
    .filter((code) => code !== 'MISSING_HOLIDAY');
}

function datesOf(text: string, kind: ExceptionalDay['kind']): readonly string[] {
  return (readNotice(text).notice?.days ?? []).filter((day) => day.kind === kind).map(({ date }) => date);
}

describe('the notices of 2022–2026', () => {
  test.each(countyNotices.map((notice) => [notice.year, notice] as const))('%i gives the data', (year, notice) => {
    const reading = readNotice(pasted[year] ?? '');
    expect(reading.warnings).toEqual([]);
    expect(reading.notice?.days).toEqual(notice.days);
    expect(reading.notice).toMatchObject({ year, documentNo: notice.documentNo, title: notice.title });
  });
});

describe('ranges', () => {
  test('New Year may begin in December without naming the year', () => {
    const text = sectioned('一、元旦：12月31日至1月2日放假，共3天。12月25日（星期六）上班。');
    expect(datesOf(text, 'off')).toEqual(['2021-12-31', '2022-01-01', '2022-01-02']);
    expect(datesOf(text, 'makeUp')).toEqual(['2021-12-25']);
    expect(codes(text)).toEqual([]);
  });

  test('a later day inherits its month', () => {
    const text = sectioned('二、春节：1月29日（星期六）、30日（星期日）上班。');
    expect(datesOf(text, 'makeUp')).toEqual(['2022-01-29', '2022-01-30']);
  });

  test('one line without breaks, other dashes, blanks inside', () => {
    const text = sectioned('五、端午节：6月 3日-5日放假，共3天。六、中秋节：9月10日—9月12日 放假，共3天。');
    expect(datesOf(text, 'off')).toHaveLength(6);
    expect(codes(text)).toEqual([]);
  });
});

describe('warnings', () => {
  test.each([
    ['WEEKDAY_MISMATCH', '三、清明节：4月3日至5日放假，共3天。4月2日（星期日）上班。', '是周六，通知里写的是“星期日”'],
    ['COUNT_MISMATCH', '三、清明节：4月3日至5日放假，共4天。', '按起止日期是3天'],
    ['COUNT_MISMATCH', '三、清明节：4月5日放假2天。', '按起止日期是1天'],
    ['MAKE_UP_ON_WEEKDAY', '三、清明节：4月3日至5日放假，共3天。4月6日（星期三）上班。', '本来就上班'],
    ['BAD_DATE', '二、春节：2月30日放假，共1天。4月3日至5日放假。', '没有2022年2月30日'],
    ['BAD_DATE', '二、春节：4月5日至3日放假。', '起止日期不对'],
    ['BAD_DATE', '二、春节：5日放假。', '没有写月份'],
    ['DUPLICATE_DAY', '三、清明节：4月3日至5日放假。四、劳动节：4月5日放假。', '出现了两次'],
    ['UNREADABLE', '三、清明节：4月3日至5日放假。4月9日另行通知。', '没有读懂'],
  ])('%s', (code, text, message) => {
    const { warnings } = readNotice(sectioned(text));
    expect(warnings.find((warning) => warning.code === code)?.message).toContain(message);
  });

  test('a holiday that the text leaves out is named', () => {
    const text = (pasted[2022] ?? '').replace(/五、端午节.*\n/, '');
    expect(readNotice(text).warnings).toMatchObject([
      { code: 'MISSING_HOLIDAY', message: '没有读出端午节的放假安排。' },
    ]);
  });

  test('without a year nothing is guessed', () => {
    const reading = readNotice('一、元旦：1月1日至3日放假，共3天。');
    expect(reading.notice).toBeNull();
    expect(reading.warnings.map(({ code }) => code)).toEqual(['NO_DOCUMENT_NO', 'NO_YEAR']);
  });

  test('without a number the days are still read', () => {
    const reading = readNotice((pasted[2026] ?? '').replace(/国办.*\n/, ''));
    expect(reading.notice).toMatchObject({ year: 2026, documentNo: '' });
    expect(reading.warnings.map(({ code }) => code)).toEqual(['NO_DOCUMENT_NO']);
  });

  test.each(['', '\n\n', '今天天气很好', '<html></html>'])('“%s” is no notice', (text) => {
    expect(readNotice(text).notice).toBeNull();
  });

  test('a title without a single day is no notice', () => {
    expect(codes(sectioned(''))).toEqual(['NO_HOLIDAY']);
  });
});
