import { AppError, describeError, kernelErrors, type ErrorTable } from '../kernel/errors.ts';
import { EmbeddedPostgresError } from '../kernel/embedded-postgres.ts';
import { MigrationError } from '../kernel/migrate.ts';
import { modules } from '../modules.ts';
import { SettingsError } from '../kernel/settings.ts';

/** One clear message for a fault that the person at the terminal can mend; the whole stack for one that only we can. */
export function explainFailure(error: unknown): string {
  if (error instanceof SettingsError || error instanceof MigrationError || error instanceof EmbeddedPostgresError)
    return error.message;
  if (error instanceof AppError)
    return [describeAppError(error), ...error.issues.map((issue) => `  - ${issue.message}`)].join('\n');
  const code = (error as { code?: string }).code;
  if (code === 'EADDRINUSE') return '端口已被占用。可能平台已经在运行；也可以用 PORT 换一个端口。';
  if (code === 'ECONNREFUSED' || code === '28P01' || code === '3D000') {
    return `连不上数据库：${(error as Error).message}。请检查 DATABASE_URL。`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function describeAppError(error: AppError): string {
  const tables: ErrorTable[] = [kernelErrors, ...modules.map((module) => module.errors)];
  const definition = tables.map((table) => table[error.code]).find((one) => one !== undefined);
  return definition === undefined ? error.code : describeError(definition, error.details);
}
