import type { OutputOf } from '../../src/kernel/endpoint.ts';
import type { listTickets, readTicket } from '../../src/modules/hotline/contract-desk.ts';
import type { readRates } from '../../src/modules/hotline/contract-analysis.ts';
import type { Column } from './csv.ts';

/** Words, figures and pictures of the hotline's pages. Pure: tested without a browser. */

export type TicketLine = OutputOf<typeof listTickets>['tickets'][number];
export type TicketView = OutputOf<typeof readTicket>;
export type League = OutputOf<typeof readRates>;
export type UnitRates = League['units'][number];
type Rate = League['county']['response'];

export const satisfactionNames = ['非常不满意', '不满意', '基本满意', '满意', '非常满意'] as const;
export const resultNames = { done: '办成了', partly: '办了一部分', explained: '办不了，已解释' } as const;
export const colourNames = { blue: '蓝色提醒', yellow: '黄色预警', red: '红色督办' } as const;
export const waitingNames = {
  extension: '等批延期',
  earlyClosing: '等批提前办结',
  proposal: '等本人同意改类别',
} as const;
export const colourTags = { blue: 'tag-info', yellow: 'tag-warn', red: 'tag-bad' } as const;

/** 96.5%（57/59）; nothing to divide by is “—”, never nought. Rounded down, so that nobody is shown as better than he is. */
export function rateText({ value, numerator, denominator }: Rate): string {
  return value === null ? '—' : `${Math.floor(value * 10 + 1e-9) / 10}%（${numerator}/${denominator}）`;
}

export function scoreText(score: number | null): string {
  return score === null ? '—' : (Math.floor(score * 10 + 1e-9) / 10).toFixed(1);
}

/** “3 天后到期”, “还有 5 小时”, “超期 2 天”; days are whole days of the clock, not working days. */
export function leftText(dueAt: string | null, now: string): string {
  if (dueAt === null) return '';
  const minutes = Math.round((Date.parse(dueAt) - Date.parse(now)) / 60_000);
  const span = (count: number) =>
    count < 60
      ? `${Math.max(1, count)} 分钟`
      : count < 48 * 60
        ? `${Math.floor(count / 60)} 小时`
        : `${Math.floor(count / 1440)} 天`;
  return minutes < 0 ? `超期 ${span(-minutes)}` : `还有 ${span(minutes)}`;
}

export function unitColumns(): readonly Column<UnitRates>[] {
  return [
    { name: '名次', value: (row) => row.rank ?? '—' },
    { name: '单位', value: (row) => row.unitName },
    { name: '总分', value: (row) => scoreText(row.score) },
    { name: '响应率', value: (row) => rateText(row.response) },
    { name: '解决率', value: (row) => rateText(row.solution) },
    { name: '满意率', value: (row) => rateText(row.satisfaction) },
    { name: '工单', value: (row) => row.total },
    { name: '计入考核', value: (row) => row.assessable },
    { name: '不计入', value: (row) => row.excluded.map(({ why, count }) => `${why} ${count}`).join('；') },
    { name: '超期', value: (row) => row.late },
    { name: '退单', value: (row) => row.returns },
    { name: '重新办理', value: (row) => row.reopened },
  ];
}

/** The first and last day of the month of this day. */
export function monthOf(day: string): { from: string; to: string } {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { from: `${day.slice(0, 7)}-01`, to: `${day.slice(0, 7)}-${String(last).padStart(2, '0')}` };
}

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  label: string;
  count: number;
}

/** One bar a day within a picture of this size. */
export function dayBars(
  days: readonly { day: string; count: number }[],
  size: { width: number; height: number },
): Bar[] {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const step = size.width / Math.max(1, days.length);
  return days.map(({ day, count }, index) => {
    const height = Math.round((count / most) * size.height * 10) / 10;
    return {
      x: Math.round((index * step + step * 0.1) * 10) / 10,
      y: size.height - height,
      width: Math.round(step * 8) / 10,
      height,
      label: day,
      count,
    };
  });
}

/** Days without a ticket are days too. */
export function everyDay(days: readonly { day: string; count: number }[], to: string, back: number): typeof days {
  const counts = new Map(days.map(({ day, count }) => [day, count]));
  return Array.from({ length: back }, (_, index) => {
    const day = new Date(Date.parse(`${to}T00:00:00Z`) - (back - 1 - index) * 86_400_000).toISOString().slice(0, 10);
    return { day, count: counts.get(day) ?? 0 };
  });
}

/** “停水 停电，缴费” → words one by one. */
export function splitWords(text: string): string[] {
  return [...new Set(text.split(/[\s,，、;；]+/).filter((word) => word !== ''))];
}

export interface DispatchForm {
  lead: string;
  leadAsks: string;
  assist: { unitId: string; asks: string }[];
  copies: string[];
  note: string;
}

/** A suggested unit becomes the lead, or joins those that assist once there is one; taken again it is taken back. */
export function withSuggested(form: DispatchForm, unitId: string): DispatchForm {
  if (form.lead === unitId) return { ...form, lead: '' };
  if (form.assist.some((one) => one.unitId === unitId))
    return { ...form, assist: form.assist.filter((one) => one.unitId !== unitId) };
  if (form.lead === '') return { ...form, lead: unitId };
  return { ...form, assist: [...form.assist, { unitId, asks: '' }] };
}

/** What is sent: lines without a unit are not. */
export function dispatchInput(form: DispatchForm): DispatchForm {
  return { ...form, assist: form.assist.filter(({ unitId }) => unitId !== ''), copies: form.copies.filter(Boolean) };
}
