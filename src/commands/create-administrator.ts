import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { AppError, describeError } from '../kernel/errors.ts';
import { readSettings } from '../kernel/settings.ts';
import { createFirstAdministrator } from '../modules/org/index.ts';
import { withPlatform } from './with-platform.ts';

/**
 * `create-administrator`: the account that makes all others, in production only. At a terminal the password is typed twice
 * and not shown; from a pipe the lines are login name, name, password.
 */
export async function createAdministrator(_: string[]): Promise<number> {
  if (readSettings().mode === 'trial') {
    return refuse(
      '演示模式里已有现成的管理员账号（administrator）。正式运行请先设置 DATABASE_URL（或 NODE_ENV=production）和 YINGSHANG_DATA_KEY。',
    );
  }
  const given = process.stdin.isTTY ? await askAtTerminal() : await readLines();
  if (typeof given === 'string') return refuse(given);
  return withPlatform(async (platform) => {
    try {
      await platform.runner.asSystem('create-administrator', 'job', (tx) => createFirstAdministrator(tx, given));
    } catch (error) {
      const definition = error instanceof AppError ? platform.errors[error.code] : undefined;
      if (!(error instanceof AppError) || definition === undefined || definition.status >= 500) throw error;
      return refuse(describeError(definition, error.details));
    }
    process.stdout.write(`管理员 ${given.loginName} 已建立，现在可以登录了。\n`);
    return 0;
  });
}

interface Given {
  loginName: string;
  name: string;
  password: string;
}

/** A sentence instead when what was typed cannot be used. */
async function askAtTerminal(): Promise<Given | string> {
  let muted = false;
  const output = new Writable({
    write(piece: Buffer, _encoding, done) {
      if (!muted) process.stdout.write(piece);
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  let closed = false;
  const ask = (question: string, options: { hidden?: boolean } = {}) =>
    new Promise<string>((resolve, reject) => {
      if (closed) return reject(new Cancelled());
      terminal.once('close', () => reject(new Cancelled()));
      terminal.question(question, (answer) => {
        if (muted) process.stdout.write('\n');
        muted = false;
        resolve(answer.trim());
      });
      muted = options.hidden === true;
    });
  terminal.once('close', () => {
    closed = true;
  });
  try {
    const loginName = await ask('登录名（小写字母开头，至少 4 个字符）：');
    const name = await ask('姓名：');
    const password = await ask('密码（不显示）：', { hidden: true });
    const again = await ask('再输一遍密码：', { hidden: true });
    return password === again ? checked({ loginName, name, password }) : '两次输入的密码不一样，没有建立账号。';
  } catch (error) {
    if (error instanceof Cancelled) return '已取消，没有建立账号。';
    throw error;
  } finally {
    terminal.close();
  }
}

class Cancelled extends Error {}

async function readLines(): Promise<Given | string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) lines.push(line.replace(/\r$/, ''));
  const [loginName = '', name = '', password = ''] = lines;
  return checked({ loginName: loginName.trim(), name: name.trim(), password });
}

function checked(given: Given): Given | string {
  if (given.loginName === '' || given.name === '' || given.password === '')
    return '登录名、姓名、密码都要填写，没有建立账号。';
  return given;
}

function refuse(message: string): 2 {
  process.stderr.write(`${message}\n`);
  return 2;
}
