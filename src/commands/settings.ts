import { describeSettings } from '../kernel/settings.ts';

export async function settings(): Promise<number> {
  process.stdout.write(describeSettings(process.env));
  return 0;
}
