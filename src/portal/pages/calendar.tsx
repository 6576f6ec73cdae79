import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDate, chineseDateTime } from '../../kernel/time.ts';
import { calendarDue } from '../../modules/tasks/contract-calendar.ts';
import { ErrorSummary, faultOf, TextField } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import type { Site } from '../site.ts';
import { attempt, type Answer, type Visit } from '../visit.ts';

/** Anybody may work out a legal date and see, day by day, why it is that one. */
export function calendarPage(site: Site): void {
  site.page('/calendar', showCalendar);
}

type Due = OutputOf<typeof calendarDue>;

async function showCalendar(visit: Visit): Promise<Answer> {
  const start = visit.query('start').trim();
  const amount = visit.query('amount').trim();
  const unit = visit.query('unit');
  const asked = start !== '' || amount !== '';
  const result = asked
    ? await attempt(visit, () => visit.invoke(calendarDue, { start, term: `${amount}${unit || 'wd'}` }))
    : null;
  const problem = result?.ok === false ? placed(result.problem) : null;
  return showPage(
    visit,
    { title: '期限计算', hasFaults: problem !== null, ...(problem === null ? {} : { status: problem.status }) },
    <>
      <ErrorSummary problem={problem} />
      <h1>期限计算</h1>
      <p>从哪天起、多长时间，算出到哪一天。放假和调休按国务院办公厅的通知，每一天为什么算、为什么不算都写出来。</p>
      <form action="/calendar">
        <TextField
          name="start"
          label="从哪一天起"
          hint={`比如 ${visit.today}；要算半天，写成 ${visit.today}T09:30`}
          value={start === '' ? visit.today : start}
          width="w20"
          autocomplete="off"
          fault={faultOf(problem, 'start')}
        />
        <TextField
          name="amount"
          label="多长"
          hint="数字，可以是 1.5"
          value={amount}
          width="w4"
          inputmode="decimal"
          autocomplete="off"
          fault={faultOf(problem, 'amount')}
        />
        <div class="field">
          <label for="f-unit">单位</label>
          <select id="f-unit" name="unit" class="w10">
            {units.map(([value, label]) => (
              <option value={value} selected={value === unit}>
                {label}
              </option>
            ))}
          </select>
        </div>
        <button>算一算</button>
      </form>
      {result?.ok === true && <Result due={result.output} />}
    </>,
  );
}

const units = [
  ['wd', '个工作日'],
  ['nd', '天（自然日）'],
  ['mo', '个月'],
  ['h', '小时'],
] as const;

function placed(problem: Parameters<typeof faultOf>[0]): typeof problem {
  if (problem === null || problem.issues.length > 0) return problem;
  return {
    ...problem,
    issues: [
      {
        path: problem.code === 'BAD_TERM' || problem.code === 'TERM_TOO_LONG' ? '/amount' : '/start',
        message: problem.detail,
      },
    ],
  };
}

const outcomes: Readonly<Record<Due['days'][number]['outcome'], string>> = {
  event: '不计入',
  counted: '计入',
  skipped: '不算',
  paused: '不算',
  due: '到期日',
};

function Result({ due }: { due: Due }): JSX.Element {
  return (
    <section aria-labelledby="due" class="done">
      <h2 id="due">
        到 {chineseDate(due.dueOn)}
        {due.session === null ? '' : due.session === 'morning' ? '上午' : '下午'}为止
      </h2>
      <p>
        {due.words}（{chineseDateTime(due.dueAt)}）
      </p>
      {due.provisional && <p class="note warn">这一年的放假通知还没有发布，这个日期是暂定的，通知发布后可能变动。</p>}
      <table>
        <caption class="hint">逐日说明</caption>
        <thead>
          <tr>
            <th scope="col">日期</th>
            <th scope="col">算不算</th>
            <th scope="col">为什么</th>
          </tr>
        </thead>
        <tbody>
          {due.days.map((day) => (
            <tr>
              <th scope="row">
                <span class="day">{day.date}</span>
              </th>
              <td>
                <span class="day">{outcomes[day.outcome]}</span>
              </td>
              <td>{day.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
