import { type ErrorTable } from '../kernel/errors.ts';

/** Everything a caller can do wrong with dates, terms and pauses. Pass to the server's table of codes. */
export const calendarErrors = {
  BAD_DATE: {
    status: 400,
    zh: '“{value}”不是有效的日期。请写成 2022-09-29；需要写明时刻的，写成 2022-09-29T09:30。',
  },
  BAD_TERM: {
    status: 400,
    zh: '“{value}”不是有效的期限。写法：20wd（20个工作日）、1.5wd（一天半）、0wd（当日）、2h（2小时）、20nd（20个自然日）、1mo（1个月）。',
  },
  BAD_PAUSE: { status: 400, zh: '中止计时的起止时间有误：结束（{to}）早于开始（{from}）。' },
  BAD_THRESHOLD: {
    status: 400,
    zh: '亮灯的设置有误：{value}。按已用比例的，应在 0 到 1 之间；按剩余数量的，不能是负数。',
  },
  HOURS_NEED_TIME: {
    status: 400,
    zh: '按小时计算的期限要从具体时刻起算，只写日期“{value}”算不出来。请写明时刻，例如 {value}T09:30。',
  },
  EXTENSION_UNIT_MISMATCH: { status: 400, zh: '期限按“{term}”计算，延期却按“{extension}”计算，单位要一致。' },
  BEYOND_CALENDAR: { status: 422, zh: '算到的日期超出了日历的范围（{first} 至 {last}），请检查开始时间和期限。' },
  BAD_NOTICE: { status: 400, zh: '放假通知的数据有误：{reason}' },
} as const satisfies ErrorTable;
