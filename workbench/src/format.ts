import {
  chineseDate,
  chineseDateTime,
  localDateOf,
  systemClock,
  type Instant,
  type LocalDate,
} from '../../src/kernel/time.ts';

export { chineseDate, chineseDateTime };

export function now(): Instant {
  return systemClock.now();
}

export function today(): LocalDate {
  return localDateOf(now());
}

export function dateOrDash(day: LocalDate | null): string {
  return day === null ? '—' : chineseDate(day);
}

export function momentOrDash(at: Instant | null): string {
  return at === null ? '—' : chineseDateTime(at);
}

/** 0.873 → 87.3% */
export function percent(share: number | null): string {
  return share === null ? '暂无' : `${Math.round(share * 1000) / 10}%`;
}

export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`;
  if (bytes < 1024 ** 2) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
