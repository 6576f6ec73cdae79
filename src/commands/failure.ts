import { AppError, kernelErrors } from '../kernel/errors.ts';
import { EmbeddedPostgresError } from '../kernel/embedded-postgres.ts';
import { MigrationError } from '../kernel/migrate.ts';
import { SettingsError } from '../kernel/settings.ts';

/** One clear message for a fault that the person at the terminal can mend; the whole stack for one that only we can. */
export function explainFailure(error: unknown): string {
  if (error instanceof SettingsError || error instanceof MigrationError || error instanceof EmbeddedPostgresError) return error.message;
  if (error instanceof AppError) return (kernelErrors as Record<string, { zh: string }>)[error.code]?.zh ?? error.code;
  const code = (error as { code?: string }).code;
  if (code === 'EADDRINUSE') return '端口已被占用。可能平台已经在运行；也可以用 PORT 换一个端口。';
  if (code === 'ECONNREFUSED' || code === '28P01' || code === '3D000') {
    return `连不上数据库：${(error as Error).message}。请检查 DATABASE_URL。`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
