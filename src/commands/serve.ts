import { readSettings } from '../kernel/settings.ts';
import { createLogger, startPlatform } from '../start.ts';

/** Runs until it is told to stop; a second Ctrl-C does not wait. */
export async function serve(_: string[]): Promise<number> {
  const settings = readSettings();
  const log = createLogger(settings);
  const platform = await startPlatform(settings, { log });
  await platform.worker.start();
  await platform.http.listen({ port: settings.port, host: settings.host });
  const word = settings.mode === 'trial' ? '演示模式，只在本机可用，数据在 ' + settings.varDirectory : '正式运行';
  log.info(`营商平台已启动：${settings.publicUrl} （${word}）`);
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (signal: string) => {
      if (stopping) process.exit(130);
      stopping = true;
      log.info({ signal }, '正在停止：办完手头的请求');
      platform.stop().then(
        () => resolve(0),
        (error: unknown) => {
          log.error({ err: error }, 'stop failed');
          resolve(1);
        },
      );
    };
    void platform.databaseLost.then((reason) => {
      log.fatal({ reason }, '自带的数据库停了，平台随之退出；再启动一次即可，已答复的申请不会丢');
      process.exit(1);
    });
    process.on('SIGINT', () => stop('SIGINT'));
    process.on('SIGTERM', () => stop('SIGTERM'));
  });
}
