import { argv, exit, stderr, stdout } from 'node:process';

/** Command line. Every command is a file of its own, loaded when it is asked for. */

interface Command {
  zh: string;
  run(args: string[]): Promise<number>;
}

const commands: Record<string, Command> = {
  serve: { zh: '启动平台（npm start）', run: async (args) => (await import('./commands/serve.ts')).serve(args) },
  settings: { zh: '列出所有设置和现在的值', run: async () => (await import('./commands/settings.ts')).settings() },
  migrate: {
    zh: '以数据库属主身份升级数据库结构',
    run: async () => (await import('./commands/migrate.ts')).migrateCommand(),
  },
  'create-administrator': {
    zh: '建立第一个管理员（在终端输入密码）',
    run: async (args) => (await import('./commands/create-administrator.ts')).createAdministrator(args),
  },
  calendar: {
    zh: '计算期限：calendar due --start 2022-09-29 --term 20wd [--pause 起/止]… [--explain]',
    run: async (args) => (await import('./commands/calendar.ts')).calendar(args),
  },
  import: {
    zh: '导入事项清单：import items 文件 --region 511602 [--json]',
    run: async (args) => (await import('./commands/import.ts')).importCommand(args),
  },
  project: {
    zh: '说明项目的每一天在谁手里：project explain 项目代码 [--json]',
    run: async (args) => (await import('./commands/project.ts')).project(args),
  },
  appraisal: {
    zh: '从记录重新计算考核表：appraisal recompute --period 2022 [--json]',
    run: async (args) => (await import('./commands/appraisal.ts')).appraisal(args),
  },
  plan: {
    zh: '读取政府文件里的任务：plan read 文件 [--json]',
    run: async (args) => (await import('./commands/plan.ts')).plan(args),
  },
  hotline: {
    zh: '用已知承办单位的诉求检验派单建议：hotline suggest --train 文件 --test 文件 [--json]',
    run: async (args) => (await import('./commands/hotline-suggest.ts')).hotline(args),
  },
  knowledge: {
    zh: '检验知识库搜索：knowledge search --docs 文件 --queries 文件 [--json]',
    run: async (args) => (await import('./commands/knowledge-search.ts')).knowledge(args),
  },
  licence: {
    zh: '核验证照文件：licence verify 文件 [--root 根证书.pem] [--json]',
    run: async (args) => (await import('./commands/licence.ts')).licence(args),
  },
  'city-library': {
    zh: '在本机充当市级证照库，试报送用：city-library',
    run: async (args) => (await import('./commands/city-library.ts')).cityLibrary(args),
  },
  verify: {
    zh: '核验操作日志：verify journal [--json]',
    run: async (args) => (await import('./commands/verify.ts')).verify(args),
  },
  simulate: {
    zh: '用接口模拟若干月的办件：simulate --months 6 --seed 1',
    run: async (args) => (await import('./commands/simulate.ts')).simulate(args),
  },
  backup: { zh: '备份数据库：backup 文件', run: async (args) => (await import('./commands/backup.ts')).backup(args) },
  restore: {
    zh: '从备份恢复到空数据库：restore 文件',
    run: async (args) => (await import('./commands/backup.ts')).restore(args),
  },
};

const [name, ...args] = argv.slice(2);
const command = name === undefined ? undefined : commands[name];
if (command === undefined) {
  const list = Object.entries(commands).map(([key, { zh }]) => `  ${key.padEnd(22)}${zh}`);
  const text = `用法：npm run -s yingshang -- 命令 [选项]\n\n${list.join('\n')}\n`;
  if (name === undefined || name === 'help' || name === '--help') {
    stdout.write(text);
    exit(0);
  }
  stderr.write(`没有“${name}”这个命令。\n\n${text}`);
  exit(2);
}
try {
  process.exitCode = await command.run(args);
} catch (error) {
  const { explainFailure } = await import('./commands/failure.ts');
  stderr.write(`${explainFailure(error)}\n`);
  exit(1);
}
