import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDate, chineseDateTime, localDateOf } from '../../kernel/time.ts';
import { myApplications, myNotices, readNotices, trackCase } from '../../modules/cases/contract.ts';
import { CaseSection } from '../case-progress.tsx';
import { CommandForm, ErrorSummary, faultOf, hrefWith, pageNumber, Pager, TextField } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { attempt, type Answer, type Visit } from '../visit.ts';

type Listed = OutputOf<typeof myApplications>['applications'][number];

/** Where one's own business stands; and following a case without an account. */
export function myPages(site: Site): void {
  site.ownPage('/my', showMine);
  site.ownPage('/my/notices', showNotices);
  site.ownForm('/my/notices', async (visit, form) => {
    await visit.invoke(readNotices, {}, form.key());
    return goTo('/my/notices');
  });
  site.page('/track', showTrack);
}

const states = { '': '全部', draft: '草稿', running: '正在办', concluded: '已办结' } as const;
const size = 20;

async function showMine(visit: Visit): Promise<Answer> {
  const wanted = visit.query('state');
  const state = wanted === 'draft' || wanted === 'running' || wanted === 'concluded' ? wanted : '';
  const text = visit.query('text').trim().slice(0, 50);
  const page = pageNumber(visit.query('page'));
  const { applications, total } = await visit.invoke(myApplications, { state, text, page, size });
  const { unread } = await visit.invoke(myNotices, { size: 1 });
  const needing = applications.filter((one) => one.needsMe);
  const others = applications.filter((one) => !one.needsMe);
  return showPage(
    visit,
    { title: '我的办件', at: 'mine' },
    <>
      <h1>我的办件</h1>
      {visit.query('saved') === '1' && (
        <p class="note" role="status">
          草稿已保存，随时可以接着填。
        </p>
      )}
      <p class="inline-links">
        <a href="/my/notices">{unread > 0 ? `有 ${unread} 条新通知` : '看通知'}</a>
        {visit.actor.enterpriseIds.length > 0 && <a href="/my/land">我的土地和亩均数据</a>}
        <a href="/my/licences">我的证照</a>
        <a href="/my/tickets">我提过的问题和诉求</a>
        <a href="/my/projects">我的工程项目</a>
      </p>
      <nav aria-label="办件状态">
        <ul class="chips">
          {Object.entries(states).map(([value, name]) => (
            <li>
              <a href={hrefWith('/my', { state: value, text })} aria-current={value === state ? 'true' : undefined}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {needing.length > 0 && (
        <section aria-labelledby="needing">
          <h2 id="needing">等您来办</h2>
          <ApplicationList list={needing} />
        </section>
      )}
      {others.length > 0 && (
        <section aria-labelledby="others">
          <h2 id="others">{needing.length > 0 ? '已经交上去的' : '办件'}</h2>
          <ApplicationList list={others} />
        </section>
      )}
      {total === 0 && (
        <p role="status">
          {state === '' && text === '' ? '您还没有办过事。' : '没有符合条件的办件。'} <a href="/services">找要办的事</a>
        </p>
      )}
      <Pager path="/my" query={{ state, text }} page={page} size={size} total={total} />
    </>,
  );
}

function ApplicationList({ list }: { list: readonly Listed[] }): JSX.Element {
  return (
    <ul class="list">
      {list.map((one) => (
        <li>
          <h3>
            <a href={one.state === 'draft' ? `/applications/${one.id}/form` : `/my/${one.id}`}>{one.service.name}</a>{' '}
            <span class={`tag ${toneOf(one)}`}>{one.statusText}</span>
          </h3>
          <p class="hint">
            {one.state === 'draft' ? (
              <a href={`/applications/${one.id}/discard`} aria-label={`删除草稿：${one.service.name}`}>
                删除草稿
              </a>
            ) : (
              <>
                {one.no}，{chineseDate(localDateOf(one.filedAt ?? one.updatedAt))}提交
              </>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}

function toneOf({ state, needsMe, concludedCount, caseCount }: Listed): string {
  if (state === 'draft') return '';
  if (needsMe) return 'red';
  return concludedCount === caseCount ? 'green' : 'blue';
}

async function showNotices(visit: Visit): Promise<Answer> {
  const page = pageNumber(visit.query('page'));
  const { notices, total, unread } = await visit.invoke(myNotices, { page, size });
  return showPage(
    visit,
    { title: '通知', at: 'mine', back: { href: '/my', text: '我的办件' } },
    <>
      <h1>通知</h1>
      {total === 0 && <p>还没有通知。</p>}
      {unread > 0 && (
        <CommandForm visit={visit} action="/my/notices">
          <button class="quiet">全部标为已读（{unread} 条）</button>
        </CommandForm>
      )}
      <ul class="list">
        {notices.map((notice) => (
          <li>
            <h2>
              {notice.applicationId === null ? (
                notice.title
              ) : (
                <a href={`/my/${notice.applicationId}`}>{notice.title}</a>
              )}{' '}
              {notice.readAt === null && <span class="tag red">新</span>}
            </h2>
            <p>{notice.body}</p>
            <p class="hint">{chineseDateTime(notice.at)}</p>
          </li>
        ))}
      </ul>
      <Pager path="/my/notices" query={{}} page={page} size={size} total={total} />
    </>,
  );
}

async function showTrack(visit: Visit): Promise<Answer> {
  const [no, phoneTail] = [visit.query('no').trim(), visit.query('phoneTail').trim()];
  const isAsked = no !== '' || phoneTail !== '';
  // Number and tail that do not belong together are a slip of the pen, not a page that is missing.
  const found = isAsked
    ? await attempt(visit, () => visit.invoke(trackCase, { no, phoneTail }), ['CASE_NOT_FOUND'])
    : null;
  const problem = found?.ok === false ? found.problem : null;
  return showPage(
    visit,
    {
      title: '查进度',
      at: 'track',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>查进度</h1>
      <form action="/track" novalidate>
        <TextField
          name="no"
          label="办件编号"
          hint="申报编号也行，在提交后的页面和短信里"
          value={no}
          autocomplete="off"
          maxlength={60}
          fault={faultOf(problem, 'no')}
        />
        <TextField
          name="phoneTail"
          label="手机号后四位"
          hint="办这件事时留的手机号"
          value={phoneTail}
          inputmode="numeric"
          width="w4"
          maxlength={4}
          autocomplete="off"
          fault={faultOf(problem, 'phoneTail')}
        />
        <button>查询</button>
      </form>
      {found?.ok === true && (
        <>
          <h2>
            {found.output.serviceName}（{found.output.applicationNo}）
          </h2>
          {found.output.cases.map((progress) => (
            <CaseSection progress={progress} />
          ))}
        </>
      )}
      <p class="hint">
        登录后在“<a href="/my">我的办件</a>”里能看到全部，还能补材料、撤回和评价。
      </p>
    </>,
  );
}
