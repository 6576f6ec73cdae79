import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDate, chineseDateTime } from '../../kernel/time.ts';
import { abandonProject, myProject } from '../../modules/projects/contract.ts';
import { listAcceptances } from '../../modules/projects/contract-rooms-acceptance.ts';
import { projectCommitments } from '../../modules/projects/contract-rooms-commitments.ts';
import { myQuestions } from '../../modules/projects/contract-rooms-questions.ts';
import { projectPushes } from '../../modules/projects/contract-rooms-supervision.ts';
import { readSurvey } from '../../modules/projects/contract-rooms-survey.ts';
import { CommandForm, ErrorSummary, Facts, faultOf, LightTag, LongTextField } from '../controls.tsx';
import type { Problem } from '../../kernel/call.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { attempt, type Answer, type Visit } from '../visit.ts';
import { homeOf, projectPath } from './projects.tsx';

/** A project's home: what is the firm's to do, the stages, the days used, everything said and found. */
export function projectHomePages(site: Site): void {
  site.ownPage('/my/projects/:projectId', showHome);
  site.ownPage('/my/projects/:projectId/end', (visit) => showEnd(visit, null));
  site.ownForm('/my/projects/:projectId/end', async (visit, form) => {
    const input = { projectId: visit.param('projectId'), reason: form.text('reason') };
    const done = await attempt(visit, () => visit.invoke(abandonProject, input, form.key()));
    return done.ok ? goTo(projectPath(input.projectId)) : showEnd(visit, done.problem);
  });
}

type Project = OutputOf<typeof myProject>;
type Stage = Project['stages'][number];
type Track = Project['tracks'][number];
type Item = Stage['items'][number];

interface Rooms {
  acceptances: OutputOf<typeof listAcceptances>['acceptances'];
  commitments: OutputOf<typeof projectCommitments>['commitments'];
  survey: OutputOf<typeof readSurvey>['survey'];
  pushes: OutputOf<typeof projectPushes>['pushes'];
  questions: OutputOf<typeof myQuestions>;
}

async function showHome(visit: Visit): Promise<Answer> {
  const projectId = visit.param('projectId');
  const project = await visit.invoke(myProject, { projectId });
  const rooms: Rooms = {
    acceptances: (await visit.invoke(listAcceptances, { projectId })).acceptances,
    commitments: (await visit.invoke(projectCommitments, { projectId })).commitments,
    survey: (await visit.invoke(readSurvey, { projectId })).survey,
    pushes: (await visit.invoke(projectPushes, { projectId })).pushes,
    questions: await visit.invoke(myQuestions, { projectId, size: 1 }),
  };
  return showPage(
    visit,
    { title: project.name, at: 'mine', back: { href: '/my/projects', text: '我的项目' } },
    <>
      <h1>{project.name}</h1>
      {visit.query('changed') === '1' && (
        <p class="note" role="status">
          已保存。{project.type.name}，承诺 {project.budget.budgetDays} 个工作日。
        </p>
      )}
      <p>
        <span class="tag blue">{project.type.name}</span> {project.stateName}
        {project.state === 'running' && (
          <>
            {' '}
            <LightTag light={project.budget.light} />
          </>
        )}
        <span class="hint">
          项目代码 {project.code}
          {project.provisional && '（临时代码，核对后换成国家统一代码）'}
        </span>
      </p>
      <Mine project={project} rooms={rooms} />
      <Holding project={project} />
      <StageMap project={project} />
      <Tracks project={project} />
      <RoomList project={project} rooms={rooms} />
      <Pushes pushes={rooms.pushes} />
      <Assessments project={project} />
      <Notices project={project} />
      <About project={project} />
    </>,
  );
}

/** First of all what waits for the firm, by the day it is owed. */
function Mine({ project, rooms }: { project: Project; rooms: Rooms }): JSX.Element {
  const own = [...project.mine, ...owedIn(project, rooms)].sort((a, b) =>
    (a.dueOn ?? '9999') < (b.dueOn ?? '9999') ? -1 : (a.dueOn ?? '9999') > (b.dueOn ?? '9999') ? 1 : 0,
  );
  return (
    <section aria-labelledby="mine" class={own.length > 0 ? 'note warn' : 'note'}>
      <h2 id="mine">现在该您做的</h2>
      {own.length === 0 ? (
        <p>没有，等部门办。</p>
      ) : (
        <ul>
          {own.map((one) => (
            <li>
              <a href={one.href}>{one.text}</a>
              {one.dueOn !== null && `，${chineseDate(one.dueOn)}前`}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What the rooms ask of the firm; the stages' own duties come with the project. */
function owedIn({ projectId }: Project, { acceptances, commitments, survey }: Rooms): Project['mine'] {
  const owed: Project['mine'] = [];
  for (const one of acceptances) {
    if (one.status === 'rectifying')
      owed.push({
        text: `联合验收：按清单整改 ${one.findings.length} 处，报告整改完成`,
        href: projectPath(projectId, '/acceptance'),
        dueOn: one.rectification?.dueOn ?? null,
      });
  }
  for (const one of commitments) {
    if (one.steps.some(({ step }) => step === 'reportCorrection'))
      owed.push({
        text: `${one.itemName}：与承诺不符，整改后报告`,
        href: projectPath(projectId, `/commitments#c-${one.id}`),
        dueOn: one.correctBy,
      });
  }
  if (survey !== null && (survey.status === 'commissioned' || survey.status === 'returned'))
    owed.push({
      text: survey.status === 'returned' ? '多测合一：成果退回了，改好再交' : '多测合一：交测量成果',
      href: projectPath(projectId, '/survey'),
      dueOn: survey.duty?.dueOn ?? null,
    });
  return owed;
}

function Holding({ project }: { project: Project }): JSX.Element {
  const { budget } = project;
  const running = [...project.stages, ...project.tracks].flatMap(({ items }) =>
    items.filter((item) => item.caseId !== null && item.holderKind !== 'none' && item.holderKind !== 'waiting'),
  );
  return (
    <section aria-labelledby="budget">
      <h2 id="budget">用了多少天</h2>
      <p class="big">
        承诺 {budget.budgetDays} 个工作日，部门已用 <b>{budget.usedDays}</b> 个，
        {budget.leftDays >= 0 ? (
          <>
            还剩 <b>{budget.leftDays}</b> 个
          </>
        ) : (
          <>
            超了 <b>{-budget.leftDays}</b> 个
          </>
        )}
      </p>
      <progress
        max={budget.budgetDays}
        value={Math.min(budget.usedDays, budget.budgetDays)}
        aria-label={`已用 ${budget.usedDays} 个工作日，承诺 ${budget.budgetDays} 个工作日`}
      />
      <Breakers project={project} />
      <Facts
        rows={[
          [
            '现在在谁手里',
            running.length === 0
              ? project.state === 'running' || project.state === 'registered'
                ? '您自己：没有事项在部门办'
                : ''
              : running.map((item) => (
                  <div>
                    <b>{item.holderKind === 'applicant' ? '您自己' : item.holderName}</b>：{item.itemName}
                  </div>
                )),
          ],
          [
            '到今天的每一天',
            project.holders.length === 0 ? (
              ''
            ) : (
              <>
                {project.holders.map((one) => (
                  <div>
                    {one.kind === 'applicant' ? '您（申请人）' : one.name} {one.days} 天
                    {one.countedDays > 0 && `，算在承诺里 ${one.countedDays} 个工作日`}
                  </div>
                ))}
                <a href={projectPath(project.projectId, '/days')}>一天一天看</a>
              </>
            ),
          ],
        ]}
      />
      <details>
        <summary>详细的算法</summary>
        <ul>
          {budget.words.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Breakers({ project }: { project: Project }): JSX.Element | null {
  if (project.breakers.length === 0) return null;
  return (
    <div class="note warn">
      <p>
        <b>这样下去会超过承诺的时限：</b>
      </p>
      <ul>
        {project.breakers.map((one) => (
          <li>{one.why}</li>
        ))}
      </ul>
      <p class="hint">系统已经提醒承办单位和牵头单位。您也可以打 12345。</p>
    </div>
  );
}

const stageTones: Readonly<Record<Stage['state'] | Track['state'], string>> = {
  blocked: '',
  ready: 'blue',
  open: 'blue',
  draft: 'blue',
  running: 'yellow',
  again: 'red',
  done: 'green',
  skipped: '',
};

function StageMap({ project }: { project: Project }): JSX.Element {
  return (
    <section aria-labelledby="stages">
      <h2 id="stages">四个阶段</h2>
      <ol class="stages">
        {project.stages.map((stage, position) => {
          const isNow = !['blocked', 'done', 'skipped'].includes(stage.state);
          return (
            <li class={`${stage.state}${isNow ? ' now' : ''}`} aria-current={isNow ? 'step' : undefined}>
              <h3>
                {position + 1}. <a href={projectPath(project.projectId, `/stages/${stage.id}`)}>{stage.name}</a>
              </h3>
              <p>
                <span class={`tag ${stageTones[stage.state]}`}>{stage.stateName}</span>
              </p>
              {stage.state !== 'skipped' && (
                <p class="hint">
                  {stage.leadName}牵头，已用 {stage.budget.usedDays} 个工作日，共 {stage.budget.budgetDays} 个
                </p>
              )}
              {stage.items.some(({ caseId }) => caseId !== null) && <ItemList items={stage.items} />}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

export function ItemList({ items }: { items: readonly Item[] }): JSX.Element {
  return (
    <ul class="items">
      {items.map((item) => (
        <li>
          {item.itemName}：<b>{item.statusName}</b>
          {item.holderName !== '' && item.holderKind !== 'waiting' && (
            <span class="hint">
              {item.holderKind === 'applicant' ? '在您手里' : `在${item.holderName}`}
              {item.dueOn !== null && `，应在${chineseDate(item.dueOn)}前办完`}
            </span>
          )}
          {item.waitsFor.length > 0 && <span class="hint">等“{item.waitsFor.join('”“')}”先办好</span>}
        </li>
      ))}
    </ul>
  );
}

function Tracks({ project }: { project: Project }): JSX.Element | null {
  const isOpenQuestion = ({ state, need }: Track) => state === 'open' && need === 'unknown';
  const needed = project.tracks.filter((track) => track.state !== 'skipped' && !isOpenQuestion(track));
  const perhaps = project.tracks.filter(isOpenQuestion);
  const spared = project.tracks.filter(({ state }) => state === 'skipped');
  if (project.tracks.length === 0) return null;
  return (
    <section aria-labelledby="tracks">
      <h2 id="tracks">可以同时办的</h2>
      {needed.length === 0 && <p>按您填的情况，没有一定要同时办的。</p>}
      <TrackList project={project} tracks={needed} />
      {perhaps.length > 0 && (
        <details>
          <summary>看情况，可能要办的（{perhaps.length} 项）</summary>
          <TrackList project={project} tracks={perhaps} />
        </details>
      )}
      {spared.length > 0 && (
        <details>
          <summary>按项目情况不用办的（{spared.length} 项）</summary>
          <p>{spared.map(({ name }) => name).join('、')}</p>
        </details>
      )}
    </section>
  );
}

function TrackList({ project, tracks }: { project: Project; tracks: readonly Track[] }): JSX.Element | null {
  if (tracks.length === 0) return null;
  return (
    <ul class="list">
      {tracks.map((track) => (
        <li id={`track-${track.id}`}>
          <h3>
            <a href={projectPath(project.projectId, `/tracks/${track.id}`)}>{track.name}</a>{' '}
            <span class={`tag ${stageTones[track.state]}`}>{track.stateName}</span>
          </h3>
          <p class="hint">
            {track.gate}。{track.summary}
          </p>
          {track.items.length > 0 && <ItemList items={track.items} />}
        </li>
      ))}
    </ul>
  );
}

/** Each on a page of its own, with where it stands now. */
function RoomList({ project, rooms }: { project: Project; rooms: Rooms }): JSX.Element {
  const { acceptances, commitments, survey, questions } = rooms;
  const [latest] = acceptances;
  const gas = commitments.find(({ kind, status }) => kind === 'gas' && status !== 'ended');
  const entries: readonly (readonly [string, string, string])[] = [
    ['/survey', '多测合一', survey === null ? '一家测绘单位一次测完三项，还没有委托' : survey.statusName],
    ['/acceptance', '联合验收', latest === undefined ? '一次申请，各部门同一天到，还没有申请' : latest.statusName],
    ['/gas', '燃气接入承诺备案', gas === undefined ? '外线不长的，备案后就能开工' : gas.statusName],
    [
      '/commitments',
      '承诺和核查',
      commitments.length === 0 ? '没有作过承诺' : `${commitments.length} 份承诺，看核查结果`,
    ],
    ['/questions', '问部门', questions.total === 0 ? '有不明白的，直接问' : `问过 ${questions.total} 次`],
  ];
  return (
    <section aria-labelledby="rooms">
      <h2 id="rooms">验收、测绘、承诺、咨询</h2>
      <ul class="cards">
        {entries.map(([path, name, words]) => (
          <li>
            <a href={projectPath(project.projectId, path)}>
              <b>{name}</b>
            </a>
            <p class="hint">{words}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Pushes({ pushes }: { pushes: Rooms['pushes'] }): JSX.Element {
  return (
    <section aria-labelledby="pushes">
      <h2 id="pushes">水、电、气提前准备</h2>
      {pushes.length === 0 ? (
        <p>拿到用地或规划许可后，系统会替您通知供电、供水、供气单位提前准备，不用您跑。</p>
      ) : (
        <ul class="list">
          {pushes.map((one) => (
            <li>
              <h3>{one.unitName}</h3>
              <p>
                {one.receipt === null ? (
                  <>已通知，等它答复</>
                ) : (
                  <>
                    计划 <b>{chineseDate(one.receipt.plannedOn)}</b> 到位
                    {one.receipt.note !== '' && `：${one.receipt.note}`}
                    {one.receipt.contact !== '' && `（联系：${one.receipt.contact}）`}
                  </>
                )}
              </p>
              <p class="hint">
                {one.cause}，{chineseDateTime(one.pushedAt)}通知：{one.asks}
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const verdicts = {
  spared: ['green', '不用做'],
  needed: ['yellow', '要做'],
  unknown: ['blue', '还说不准'],
} as const;

function Assessments({ project }: { project: Project }): JSX.Element | null {
  const { assessments } = project;
  if (assessments.length === 0) return null;
  const spared = assessments.filter(({ verdict }) => verdict === 'spared').length;
  const isPlaced = project.site.point !== null || project.site.polygon !== null;
  return (
    <section aria-labelledby="assessments">
      <h2 id="assessments">哪些评估不用做</h2>
      <p>
        {assessments.length} 项评估里，{spared} 项直接用区域的成果{spared > 0 && '，不用您自己再做'}。
        {!isPlaced && project.mayChange && (
          <>
            还没有填地块位置，
            <a href={projectPath(project.projectId, '/answers')}>补上位置</a>才说得准。
          </>
        )}
      </p>
      <details>
        <summary>逐项看，以及为什么</summary>
        <ul class="list">
          {assessments.map((one) => (
            <li>
              <h3>
                {one.kindName} <span class={`tag ${verdicts[one.verdict][0]}`}>{verdicts[one.verdict][1]}</span>
              </h3>
              <p>{one.why}</p>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Notices({ project }: { project: Project }): JSX.Element {
  const recent = 5;
  const list = (notices: Project['notices']) => (
    <ul class="list">
      {notices.map((notice) => (
        <li>
          <h3>
            {notice.applicationId === null ? notice.title : <a href={`/my/${notice.applicationId}`}>{notice.title}</a>}
          </h3>
          <p>{notice.body}</p>
          <p class="hint">{chineseDateTime(notice.at)}</p>
        </li>
      ))}
    </ul>
  );
  const older = project.notices.slice(recent);
  return (
    <section aria-labelledby="notices">
      <h2 id="notices">收到的通知</h2>
      {project.notices.length === 0 ? <p>还没有通知。</p> : list(project.notices.slice(0, recent))}
      {older.length > 0 && (
        <details>
          <summary>更早的（{older.length} 条）</summary>
          {list(older)}
        </details>
      )}
    </section>
  );
}

function About({ project }: { project: Project }): JSX.Element {
  const { site } = project;
  return (
    <section aria-labelledby="about">
      <h2 id="about">下载和项目情况</h2>
      <ul>
        {project.downloads.map((one) => (
          <li>
            <a href={one.href}>{one.name}</a>
          </li>
        ))}
      </ul>
      <Facts
        rows={[
          ['建设单位', project.ownerLabel],
          ['联系人', [project.contact.name, project.contact.phone].filter((one) => one !== '').join('，')],
          ['地点', [site.townName, site.address].filter((one) => one !== '').join('，')],
          ['项目主题', project.theme.name],
          ['为什么是这一类', project.type.reasons.join('；')],
          ['登记', chineseDateTime(project.registeredAt)],
          ['全部办完', project.completedAt === null ? '' : chineseDateTime(project.completedAt)],
        ]}
      />
      <p class="inline-links">
        {project.mayChange && <a href={projectPath(project.projectId, '/answers')}>修改项目情况</a>}{' '}
        {project.mayAbandon && <a href={projectPath(project.projectId, '/end')}>不建了，终止项目</a>}
      </p>
      {!project.mayChange && project.state === 'running' && (
        <p class="hint">已经提交过申请，项目情况不能自己改了；确实要调整，请问牵头部门。</p>
      )}
    </section>
  );
}

async function showEnd(visit: Visit, problem: Problem | null): Promise<Answer> {
  const project = await visit.invoke(myProject, { projectId: visit.param('projectId') });
  return showPage(
    visit,
    {
      title: `终止项目：${project.name}`,
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: homeOf(project.projectId),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>终止“{project.name}”？</h1>
      {project.mayAbandon ? (
        <>
          <p>终止后不能再申请，要建得重新登记。已经办好的证照不受影响。</p>
          <CommandForm visit={visit} action={projectPath(project.projectId, '/end')}>
            <LongTextField
              name="reason"
              label="为什么不建了"
              rows={2}
              maxlength={1000}
              fault={faultOf(problem, 'reason')}
            />
            <div class="row">
              <button class="danger">确认终止</button>
              <a href={projectPath(project.projectId)}>不终止</a>
            </div>
          </CommandForm>
        </>
      ) : (
        <p class="note">还有事项正在办，或者项目已经结束，现在不能终止。要终止请先撤回在办的事项。</p>
      )}
    </>,
  );
}
