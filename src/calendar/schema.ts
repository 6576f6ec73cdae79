import { z } from 'zod';
import { AppError } from '../kernel/errors.ts';
import { type CalendarNotice } from './calendar.ts';
import { tryParseDay } from './days.ts';
import { coversTheYear, type ClockSettings, type PauseGround } from './settings.ts';

const localDate = z.string().refine((text) => tryParseDay(text) !== null, '不是有效的日期');
const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时刻要写成 08:30 的样子');
const monthDay = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, '要写成 05-01 的样子');
const text = z.string().trim().min(1, '不能为空');

const notice = z.strictObject({
  year: z.int(),
  documentNo: text,
  documentNoStanding: z.enum(['confirmed', 'unconfirmed']).default('unconfirmed'),
  title: text,
  url: z.url().nullable(),
  days: z.array(z.strictObject({ date: localDate, kind: z.enum(['off', 'makeUp']), name: text })).min(1, '没有一天'),
});

const noticeFile = z.strictObject({ notices: z.array(notice) });

const ground = z.strictObject({
  code: z.string().regex(/^[a-z][A-Za-z]*$/),
  name: text,
  /** Law, or the local rule that allows it. */
  basis: text,
  enabled: z.boolean(),
  maxTimes: z.int().positive().nullable().default(null),
  /** `national`: from national law; `setting`: common practice that the county decides about. */
  standing: z.enum(['national', 'setting']),
  /** Who must be told how long it takes, and how. */
  noticeTo: text,
  noticeForm: text,
  /** What the pause is measured in; `term` = the unit of the term that it stops. */
  unit: z.enum(['term', 'wd', 'nd', 'h', 'mo']),
  /** Shown apart from the others in reports on time. */
  reportedSeparately: z.boolean().default(false),
  source: text,
});

const groundFile = z.strictObject({ grounds: z.array(ground).min(1) });

const opening = z.strictObject({ from: wallTime, to: wallTime }).refine(({ from, to }) => from < to, '开始要早于结束');

const clockSettings = z.strictObject({
  seasons: z
    .array(z.strictObject({ name: text, from: monthDay, to: monthDay, morning: opening, afternoon: opening }))
    .refine(
      (seasons) => seasons.every(({ morning, afternoon }) => morning.to <= afternoon.from),
      '上午要在下午之前结束',
    )
    .refine(coversTheYear, '作息时间没有覆盖全年每一天'),
  offHoursFiling: z.enum(['nextWorkingDay', 'sameDay']),
  workingDayEnds: z.enum(['close', 'midnight']),
  naturalDayEnds: z.enum(['close', 'midnight']),
  weekendRolls: z.boolean(),
  source: text,
});

/** One pause ground as the county's data describes it: a `PauseGround` plus what people are shown. */
export type PauseGroundRecord = z.infer<typeof ground>;

/** Reads the plain content of `data/calendar/notices.yaml`. Throws `BAD_NOTICE` with one issue per fault. */
export function parseNotices(content: unknown): readonly CalendarNotice[] {
  return accept(noticeFile, content).notices;
}

/** Reads the plain content of `data/calendar/pause-grounds.yaml`. The result fits `ClockSettings.pauseGrounds`. */
export function parsePauseGrounds(content: unknown): readonly PauseGroundRecord[] {
  const { grounds } = accept(groundFile, content);
  const codes = new Set(grounds.flatMap(({ code, name }) => [code, name]));
  if (codes.size !== grounds.length * 2) throw new AppError('BAD_NOTICE', { reason: '中止事由的代码或名称重复。' });
  return grounds;
}

/** Checks settings that an administrator edited; the pause grounds come from their own file. */
export function parseClockSettings(content: unknown, pauseGrounds: readonly PauseGround[]): ClockSettings {
  return { ...accept(clockSettings, content), pauseGrounds };
}

function accept<T>(schema: z.ZodType<T>, content: unknown): T {
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({ path: `/${path.join('/')}`, message }));
  const first = issues[0];
  throw new AppError('BAD_NOTICE', { reason: `${first?.path ?? ''} ${first?.message ?? ''}` }, issues);
}
