import { describe, expect, test } from 'vitest';
import { calendarCommand } from './command.ts';
import { county } from './test-calendar.ts';

function run(line: string): ReturnType<typeof calendarCommand> {
  return calendarCommand(line === '' ? [] : line.split(' '), county);
}

describe('calendar due', () => {
  test.each([
    ['--start 2022-09-29 --term 20wd', '{"dueOn":"2022-11-01","session":null,"provisional":false}'],
    ['--start 2022-06-02T09:30 --term 1.5wd', '{"dueOn":"2022-06-06","session":"afternoon","provisional":false}'],
    [
      '--start 2022-09-29 --term 20wd --pause 2022-10-10/2022-10-12',
      '{"dueOn":"2022-11-04","session":null,"provisional":false}',
    ],
    [
      '--start 2022-09-29 --term 20wd --pause 2022-10-10/2022-10-12 --pause 2022-10-12/2022-10-13',
      '{"dueOn":"2022-11-07","session":null,"provisional":false}',
    ],
    ['--start=2030-09-02 --term=1wd', '{"dueOn":"2030-09-03","session":null,"provisional":true}'],
    [
      '--start 2022-10-01T23:30 --term 2h',
      '{"dueOn":"2022-10-02","dueTime":"01:30","session":null,"provisional":false}',
    ],
  ])('%s', (line, json) => {
    expect(run(`due ${line}`)).toEqual({ exitCode: 0, stdout: `${json}\n`, stderr: '' });
  });

  test('--explain adds the days', () => {
    const { stdout } = run('due --start 2022-09-29 --term 3wd --explain');
    const answer = JSON.parse(stdout) as { dueOn: string; days: { date: string; outcome: string }[] };
    expect(Object.keys(answer)).toEqual(['dueOn', 'session', 'provisional', 'days']);
    expect(answer.days.at(-1)).toMatchObject({ date: answer.dueOn, outcome: 'due' });
  });

  test.each([
    ['due --start 2022-02-30 --term 20wd', '“2022-02-30”不是有效的日期'],
    ['due --start 2022-09-29 --term 20', '“20”不是有效的期限'],
    ['due --start 2022-09-29 --term 1.3wd', '不是有效的期限'],
    ['due --start 2022-09-29 --term 2h', '请写明时刻'],
    ['due --start 2022-09-29 --term 100000wd', '超出了日历的范围'],
    ['due --start 2022-09-29', '缺少 --term'],
    ['due --term 20wd', '缺少 --start'],
    ['due --start 2022-09-29 --term 20wd --pause 2022-10-10', '不是有效的起止日期'],
    ['due --start 2022-09-29 --term 20wd --pause 2022-10-10/', '不是有效的日期'],
    ['due --start 2022-09-29 --term 20wd --pause 2022-10-12/2022-10-10', '早于开始'],
    ['due --start 2022-09-29 --term 20wd --paus 2022-10-10/2022-10-12', '不认识的选项'],
    ['due --start 2022-09-29 --term 20wd extra', '多余的内容'],
    ['due --start --term 20wd', '选项'],
    ['due --start 2022-09-29 --term 20wd --explain=yes', '选项'],
    ['', '缺少子命令'],
    ['add --start 2022-09-29', '没有“add”这个子命令'],
  ])('%s → exit 2', (line, message) => {
    const { exitCode, stdout, stderr } = run(line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^错误：/);
    expect(stderr).toContain(message);
  });

  test('help', () => {
    expect(run('--help').exitCode).toBe(0);
    expect(run('due --help').stdout).toContain('--term');
  });
});
