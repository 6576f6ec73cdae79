import { readSettings } from '../kernel/settings.ts';
import { systemClock } from '../kernel/time.ts';
import { startLibraryStandIn } from '../modules/licences/index.ts';

const usage =
  '用法：YINGSHANG_UPWARD_URL=http://127.0.0.1:8611 YINGSHANG_UPWARD_KEY=密钥 npm run -s yingshang -- city-library\n' +
  '在本机充当市级证照库，收下平台报送的证照，给回执；停下来以后收的都不保留。平台用同样的两项设置启动，就报送到这里。\n';

/** `city-library`: the city's side of the licence library at the very address the platform is set to send to, on this machine. */
export async function cityLibrary(args: string[]): Promise<number> {
  const { upward } = readSettings();
  const address = upward === null ? null : new URL(upward.url);
  if (args.length > 0 || upward === null || address?.hostname !== '127.0.0.1' || address.port === '') {
    process.stderr.write(usage);
    return 2;
  }
  const library = await startLibraryStandIn({
    key: upward.key,
    port: Number(address.port),
    now: () => systemClock.now(),
  });
  process.stdout.write(`市级证照库（本机演示）在 ${library.url}，按 Ctrl-C 停止。\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  process.stdout.write(`收下了 ${library.held.size} 份证照，停止。\n`);
  await library.stop();
  return 0;
}
