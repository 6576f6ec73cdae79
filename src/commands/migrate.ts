import { migrate, readMigrations } from '../kernel/migrate.ts';
import { readSettings } from '../kernel/settings.ts';
import { migrationsFolder } from '../start.ts';

/** For a county whose platform does not run as the owner of the database. */
export async function migrateCommand(): Promise<number> {
  const { database } = readSettings();
  if (database === null) {
    process.stdout.write('没有设置 DATABASE_URL：自带的数据库在启动时自动升级，不需要这个命令。\n');
    return 0;
  }
  const done = await migrate(database.ownerUrl, await readMigrations(migrationsFolder));
  process.stdout.write(done.length === 0 ? '数据库已是最新。\n' : `已执行：${done.join('、')}\n`);
  return 0;
}
