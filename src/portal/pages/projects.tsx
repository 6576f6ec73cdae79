import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDate, localDateOf } from '../../kernel/time.ts';
import { listThemes, myProjects, projectShares } from '../../modules/projects/contract.ts';
import { publicAnswers } from '../../modules/projects/contract-rooms-questions.ts';
import { Bits, LightTag, pageNumber, Pager, TextField } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import type { Site } from '../site.ts';
import { isSignedIn, type Answer, type Visit } from '../visit.ts';

/** What anybody may know of construction projects: how they are approved, what is promised, how it is kept, what others asked. */
export function projectsPages(site: Site): void {
  site.page('/projects', showProjects);
  site.page('/projects/questions', showAnswers);
  site.ownPage('/my/projects', showMine);
}

type Shares = OutputOf<typeof projectShares>;
const size = 20;

async function showProjects(visit: Visit): Promise<Answer> {
  const { themes, types } = await visit.invoke(listThemes, {});
  const shares = await visit.invoke(projectShares, {});
  const stages = themes[0]?.stages ?? [];
  return showPage(
    visit,
    { title: '工程建设项目审批', at: 'services', back: { href: '/services', text: '全部服务' } },
    <>
      <h1>工程建设项目审批</h1>
      <p>
        建厂房、盖房子、修管道：登记一次，按四个阶段办，一个阶段一张表、一套材料。每一天在谁手里，您随时看得到；部门用了多少天，对着承诺一天一天算。
      </p>
      <p class="row">
        <a class="button" href="/my/projects/new">
          登记项目
        </a>
        {isSignedIn(visit) && <a href="/my/projects">我的项目</a>}
        <a href="/projects/questions">别人问过的</a>
      </p>
      <section aria-labelledby="promise">
        <h2 id="promise">多少天办完</h2>
        <ul class="cards">
          {types.map((type) => (
            <li>
              <h3>{type.name}</h3>
              <p>
                全部审批 <b>{type.budgetDays} 个工作日</b>
              </p>
              <p class="hint">{type.summary}</p>
            </li>
          ))}
        </ul>
        <p class="hint">
          只算部门手里的工作日。您准备材料和补正的时间、依法要做并书面告诉过您的评审、公示等，不算在里面，但每一天都写明在谁手里。
        </p>
      </section>
      <Kept shares={shares} />
      <section aria-labelledby="stages">
        <h2 id="stages">四个阶段</h2>
        <ol class="line">
          {stages.map((stage) => (
            <li>
              <p>
                <a href={`/guides/${stage.serviceId}`}>{stage.name}</a>
              </p>
              <p class="hint">牵头：{stage.leadName}</p>
            </li>
          ))}
        </ol>
      </section>
      <section aria-labelledby="themes">
        <h2 id="themes">您的项目是哪一种？</h2>
        <ul class="list">
          {themes.map((theme) => (
            <li>
              <h3>
                <a href={`/my/projects/new/${theme.id}`}>{theme.name}</a>
              </h3>
              <p>{theme.summary}</p>
            </li>
          ))}
        </ul>
        {themes[0] && (
          <details>
            <summary>阶段以外可以同时办的（{themes[0].tracks.length} 项）</summary>
            <ul>
              {themes[0].tracks.map((track) => (
                <li>
                  <a href={`/guides/${track.id}`}>{track.name}</a>
                </li>
              ))}
            </ul>
          </details>
        )}
      </section>
    </>,
  );
}

/** Every share with its numerator and denominator; nothing finished yet is a dash, never nought or all. */
function Kept({ shares }: { shares: Shares }): JSX.Element {
  return (
    <section aria-labelledby="kept">
      <h2 id="kept">承诺兑现得怎么样</h2>
      <ul class="cards">
        {shares.types.map((type) => (
          <li>
            <h3>
              {type.typeName}（{type.budgetDays} 个工作日）
            </h3>
            <p>
              按时办完 <b>{shareText(type.share)}</b>
              <span class="hint">
                {type.completed === 0
                  ? '还没有全部办完的项目'
                  : `办完 ${type.completed} 个，其中按时 ${type.within} 个`}
              </span>
            </p>
            {type.averageDays !== null && (
              <p class="hint">
                平均 {oneDecimal(type.averageDays)} 个工作日，最长 {type.longestDays ?? '—'} 个工作日
              </p>
            )}
            <p class="hint">
              正在办 {type.running} 个{type.runningExceeded > 0 && `，其中已超时 ${type.runningExceeded} 个`}
              {type.abandoned > 0 && `；企业终止 ${type.abandoned} 个`}
            </p>
          </li>
        ))}
      </ul>
      <details>
        <summary>怎么算的</summary>
        <p>{shares.note}</p>
      </details>
    </section>
  );
}

/** Rounded down, so that all of them is said only when it is all of them. */
function shareText(share: number | null): string {
  return share === null ? '—' : `${Math.floor(share * 1000 + 1e-9) / 10}%`;
}

function oneDecimal(value: number): string {
  return String(Math.round(value * 10) / 10);
}

async function showAnswers(visit: Visit): Promise<Answer> {
  const text = visit.query('text').trim().slice(0, 100);
  const page = pageNumber(visit.query('page'));
  const { answers, total } = await visit.invoke(publicAnswers, { text, page, size });
  return showPage(
    visit,
    { title: '项目审批问答', at: 'services', back: { href: '/projects', text: '工程建设项目审批' } },
    <>
      <h1>项目审批问答</h1>
      <p>
        企业问过、部门答过的，去掉名字公开在这里。没有您要问的，可以在<a href="/my/projects">自己的项目</a>
        里直接问部门。
      </p>
      <form action="/projects/questions" role="search">
        <TextField name="text" label="找什么" type="search" optional value={text} maxlength={100} />
        <button>搜索</button>
      </form>
      <p role="status">
        {total === 0 ? (text === '' ? '还没有公开的问答。' : '没有找到，换个说法试试。') : `共 ${total} 条`}
      </p>
      <ul class="list">
        {answers.map((one) => (
          <li>
            <h2>{one.subject}</h2>
            <p>问：{one.question}</p>
            <p>答：{one.answer}</p>
            <Bits of={[one.unitName, one.itemName, chineseDate(localDateOf(one.publishedAt))].filter((bit) => bit)} />
          </li>
        ))}
      </ul>
      <Pager path="/projects/questions" query={{ text }} page={page} size={size} total={total} />
    </>,
  );
}

async function showMine(visit: Visit): Promise<Answer> {
  const page = pageNumber(visit.query('page'));
  const { projects, total } = await visit.invoke(myProjects, { page, size });
  return showPage(
    visit,
    { title: '我的项目', at: 'mine', back: { href: '/my', text: '我的办件' } },
    <>
      <h1>我的项目</h1>
      {total === 0 && <p role="status">您还没有登记工程建设项目。登记后，四个阶段都从项目里办，填过的不用再填。</p>}
      <p class="row">
        <a class="button" href="/my/projects/new">
          登记项目
        </a>
        <a href="/projects">怎么办、要多久</a>
      </p>
      <ul class="list">
        {projects.map((one) => (
          <li>
            <h2>
              <a href={`/my/projects/${one.projectId}`}>{one.name}</a>{' '}
              {one.state === 'running' ? <LightTag light={one.light} /> : <span class="tag">{one.stateName}</span>}
            </h2>
            <p>
              {one.stageName !== '' && one.state !== 'abandoned' && `现在到：${one.stageName}。`}
              部门已用 {one.usedDays} 个工作日（承诺 {one.budgetDays} 个）
              {one.state === 'running' && one.endsOn !== null && `，最迟${chineseDate(one.endsOn)}办完`}。
            </p>
            <Bits
              of={[
                one.typeName,
                `${one.code}${one.provisional ? '（临时代码）' : ''}`,
                `${chineseDate(localDateOf(one.registeredAt))}登记`,
              ]}
            />
          </li>
        ))}
      </ul>
      <Pager path="/my/projects" query={{}} page={page} size={size} total={total} />
    </>,
  );
}

export const projectPath = (id: string, rest = ''): string => `/my/projects/${encodeURIComponent(id)}${rest}`;
export const homeOf = (id: string): { href: string; text: string } => ({ href: projectPath(id), text: '项目首页' });
