import { chineseDate } from '../../kernel/time.ts';
import { publicBoard, readKnowledge, searchKnowledge } from '../../modules/hotline/contract.ts';
import { Facts, hrefWith, TextField } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import type { Site } from '../site.ts';
import type { Answer, Visit } from '../visit.ts';

/** 公开栏: what people asked, how it was solved, and the answers that hold. */
export function askBoardPages(site: Site): void {
  site.page('/ask/board', showBoard);
  site.page('/ask/answers', showAnswers);
  site.page('/ask/answers/:entryId', showAnswer);
}

const spans = { '30': '近一个月', '90': '近三个月', '365': '近一年' } as const;

async function showBoard(visit: Visit): Promise<Answer> {
  const days = Object.hasOwn(spans, visit.query('days')) ? visit.query('days') : '90';
  const board = await visit.invoke(publicBoard, { days });
  const topics = board.topics.filter(({ topic }) => topic !== '其他');
  return showPage(
    visit,
    { title: '诉求公开栏', at: 'ask', back: { href: '/ask', text: '提问、求助、投诉' } },
    <>
      <h1>大家问了什么，解决得怎么样</h1>
      <nav aria-label="时间">
        <ul class="chips">
          {Object.entries(spans).map(([value, name]) => (
            <li>
              <a href={hrefWith('/ask/board', { days: value })} aria-current={value === days ? 'true' : undefined}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <p class="hint">
        {chineseDate(board.from)}到{chineseDate(board.to)}
      </p>
      <Facts
        rows={[
          ['收到', `${board.received} 件`],
          ['办结', `${board.closed} 件`],
          ['回访说解决了的占', share(board.solvedShare)],
          ['答复的咨询', `${board.answered} 个，其中看现成的答案就解决的 ${board.selfServed} 个`],
        ]}
      />
      <section aria-labelledby="classes">
        <h2 id="classes">都是哪些事</h2>
        {board.classes.length === 0 && <p>这段时间没有收到诉求。</p>}
        <div class="wide" role="group" aria-labelledby="classes" tabindex={0} hidden={board.classes.length === 0}>
          <table>
            <thead>
              <tr>
                <th scope="col">类别</th>
                <th scope="col">件数</th>
              </tr>
            </thead>
            <tbody>
              {board.classes.map((one) => (
                <tr>
                  <th scope="row">{one.name}</th>
                  <td>{one.count}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {topics.length > 0 && <p>说得多的：{topics.map((one) => `${one.topic}（${one.count}）`).join('、')}。</p>}
      </section>
      <section aria-labelledby="units">
        <h2 id="units">各单位办得怎么样</h2>
        {board.units.length === 0 ? (
          <p>这段时间没有办结的诉求。</p>
        ) : (
          <div class="wide" role="group" aria-labelledby="units" tabindex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">单位</th>
                  <th scope="col">收到</th>
                  <th scope="col">投诉</th>
                  <th scope="col">办结</th>
                  <th scope="col">解决率</th>
                </tr>
              </thead>
              <tbody>
                {board.units.map((one) => (
                  <tr>
                    <th scope="row">{one.unitName}</th>
                    <td>{one.total}</td>
                    <td>{one.complaints}</td>
                    <td>{one.closed}</td>
                    <td>{share(one.solvedShare)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <p class="hint">
          “收到”里包括投诉。“解决率”是回访时说解决了的占多少；“—”是还没有人答复回访，不算零，也不算满分。
        </p>
      </section>
      <section aria-labelledby="questions">
        <h2 id="questions">问得多的，答案在这里</h2>
        {board.questions.length === 0 && <p>这段时间还没有。</p>}
        {board.questions.map((one) => (
          <details class="card">
            <summary>{one.title}</summary>
            <p class="told">{one.answer}</p>
            <p class="hint">
              {one.unitName}答复，{one.used} 次帮上了忙
            </p>
          </details>
        ))}
        <p>
          <a href="/ask/answers">查现成的答案</a>
        </p>
      </section>
    </>,
  );
}

async function showAnswers(visit: Visit): Promise<Answer> {
  const text = visit.query('q').trim().slice(0, 200);
  const { entries } = await visit.invoke(searchKnowledge, { text, limit: 20 });
  return showPage(
    visit,
    { title: '查答案', at: 'ask', back: { href: '/ask/board', text: '诉求公开栏' } },
    <>
      <h1>查答案</h1>
      <form method="get" action="/ask/answers" role="search">
        <TextField name="q" label="想问什么" type="search" autocomplete="off" maxlength={200} value={text} />
        <p>
          <button>查答案</button>
        </p>
      </form>
      {entries.length === 0 ? (
        <p role="status">
          没有找到现成的答案。换个说法再查，或者
          <a href={hrefWith('/ask', { class: 'question', text })}>写下来，请有关单位回答</a>。
        </p>
      ) : (
        <ul class="list">
          {entries.map((one) => (
            <li>
              <h2>
                <a href={`/ask/answers/${one.entryId}`}>{one.title}</a>
              </h2>
              <p class="hint">
                {one.unitName}，{chineseDate(one.verifiedOn)}核对过
              </p>
            </li>
          ))}
        </ul>
      )}
    </>,
  );
}

async function showAnswer(visit: Visit): Promise<Answer> {
  const entry = await visit.invoke(readKnowledge, { entryId: visit.param('entryId') });
  return showPage(
    visit,
    { title: entry.title, at: 'ask', back: { href: '/ask/answers', text: '查答案' } },
    <>
      <h1>{entry.title}</h1>
      <p class="told">{entry.answer}</p>
      <p class="hint">
        {entry.unitName}答复，{chineseDate(entry.verifiedOn)}核对过
        {entry.sourceTitle !== '' && `；依据${entry.sourceTitle}${entry.sourceNo}`}
      </p>
      {entry.itemId !== '' && (
        <p>
          <a href={`/guides/${entry.itemId}`}>看办事指南</a>
        </p>
      )}
      <p>
        没有回答您的问题？<a href={hrefWith('/ask', { class: 'question' })}>写下来，请有关单位回答</a>
      </p>
    </>,
  );
}

function share({ value }: { value: number | null }): string {
  return value === null ? '—' : `${value}%`;
}
