import { pino } from 'pino';
import type { Platform } from '../kernel/module.ts';
import { readSettings } from '../kernel/settings.ts';
import { startPlatform } from '../start.ts';

/** For commands that work on the data without serving: quiet, and stopped whatever happens. */
export async function withPlatform<T>(work: (platform: Platform) => Promise<T>): Promise<T> {
  const platform = await startPlatform(readSettings(), { log: pino({ level: 'error' }, pino.destination(2)) });
  try {
    return await work(platform);
  } finally {
    await platform.stop();
  }
}
