import { parseArgs } from 'node:util';
import { AppError, describeError } from '../kernel/errors.ts';
import { localTimeOf } from '../kernel/time.ts';
import { type Calendar } from './calendar.ts';
import { dueOf, type ClockInput } from './clock.ts';
import { parseMoment } from './days.ts';
import { calendarErrors } from './errors.ts';
import { explainTerm } from './explain.ts';
import { type Pause } from './pauses.ts';
import { defaultSettings, type ClockSettings } from './settings.ts';
import { parseTerm } from './terms.ts';

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

const usage = `用法：calendar due --start 日期 --term 期限 [--pause 起/止]... [--explain]

  --start    起算的日期或时刻，例如 2022-09-29、2022-06-02T09:30
  --term     期限：20wd 工作日、1.5wd 一天半、0wd 当日、2h 小时、20nd 自然日、1mo 月
  --pause    中止计时的起止日期，两头都算在内，例如 2022-10-10/2022-10-12；可以写多次
             （这里只作推算，不检查中止的依据和书面告知）
  --explain  逐日说明怎么算出来的
`;

/**
 * `calendar due …` for operators and auditors: `args` are the words after `calendar`. Prints one line of JSON; what the
 * caller got wrong goes to stderr in Chinese with exit code 2.
 */
export function calendarCommand(
  args: readonly string[],
  calendar: Calendar,
  settings: ClockSettings = defaultSettings,
): CommandResult {
  try {
    return run(args, calendar, settings);
  } catch (error) {
    return failure(messageOf(error));
  }
}

function run(args: readonly string[], calendar: Calendar, settings: ClockSettings): CommandResult {
  const [verb, ...rest] = args;
  if (verb === '--help' || verb === 'help') return { exitCode: 0, stdout: usage, stderr: '' };
  if (verb !== 'due') return failure(verb === undefined ? '缺少子命令。' : `没有“${verb}”这个子命令。`, true);
  const { values } = parseArgs({
    args: rest,
    options: {
      start: { type: 'string' },
      term: { type: 'string' },
      pause: { type: 'string', multiple: true, default: [] },
      explain: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { exitCode: 0, stdout: usage, stderr: '' };
  if (values.start === undefined) return failure('缺少 --start（起算的日期或时刻）。', true);
  if (values.term === undefined) return failure('缺少 --term（期限）。', true);
  const term = parseTerm(values.term);
  const input: ClockInput = {
    start: values.start,
    term,
    calendar,
    ledger: { pauses: values.pause.map(readPause), extensions: [] },
    // The auditor asks "what if": the pauses come with no ground or notice to judge.
    settings: { ...settings, pauseGrounds: 'any' },
  };
  const { dueOn, dueAt, session, provisional } = dueOf(input);
  const answer = {
    dueOn,
    ...(term.unit === 'h' ? { dueTime: localTimeOf(dueAt) } : {}),
    session,
    provisional,
    ...(values.explain ? { days: explainTerm(input) } : {}),
  };
  return { exitCode: 0, stdout: `${JSON.stringify(answer)}\n`, stderr: '' };
}

function readPause(text: string): Pause {
  const [from, to, ...more] = text.split('/');
  if (from === undefined || to === undefined || more.length > 0) {
    throw new CommandFault(`“${text}”不是有效的起止日期。请写成 2022-10-10/2022-10-12，两头都算在内。`);
  }
  parseMoment(from);
  parseMoment(to);
  return { from, to, ground: '命令行给出的中止', basis: '', noticeNo: null, plannedUntil: null };
}

class CommandFault extends Error {}

function failure(message: string, withUsage = false): CommandResult {
  return { exitCode: 2, stdout: '', stderr: `错误：${message}\n${withUsage ? `\n${usage}` : ''}` };
}

function messageOf(error: unknown): string {
  if (error instanceof CommandFault) return error.message;
  if (error instanceof AppError && error.code in calendarErrors) {
    return describeError(calendarErrors[error.code as keyof typeof calendarErrors], error.details);
  }
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    return optionFault(String(error.code), error.message);
  }
  throw error;
}

function optionFault(code: string, message: string): string {
  const quoted = /'([^']+)'/.exec(message)?.[1] ?? '';
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return `不认识的选项“${quoted}”。可用：--start、--term、--pause、--explain。`;
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return `多余的内容“${quoted}”。`;
  return `选项“${quoted}”的写法不对：--start、--term、--pause 后面要有内容，--explain 后面不要。`;
}
