import type { JSX } from 'preact';
import type { Problem } from '../../kernel/call.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { AppError } from '../../kernel/errors.ts';
import { chineseDate } from '../../kernel/time.ts';
import { myAttribution, myProject, stagePreview, startStage, startTrack } from '../../modules/projects/contract.ts';
import { CommandForm, ErrorSummary, Facts } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { attempt, type Answer, type Visit } from '../visit.ts';
import { ItemList } from './project-home.tsx';
import { homeOf, projectPath } from './projects.tsx';

/** What a stage or a track asks before it is begun, and every day of the project in whose hands it was. */
export function projectStagePages(site: Site): void {
  site.ownPage('/my/projects/:projectId/stages/:stageId', (visit) => showStage(visit, null));
  site.ownForm('/my/projects/:projectId/stages/:stageId', async (visit, form) => {
    const input = { projectId: visit.param('projectId'), stageId: visit.param('stageId') };
    const started = await attempt(visit, () => visit.invoke(startStage, input, form.key()));
    return started.ok ? goTo(started.output.href) : showStage(visit, started.problem);
  });
  site.ownPage('/my/projects/:projectId/tracks/:trackId', (visit) => showTrack(visit, null));
  site.ownForm('/my/projects/:projectId/tracks/:trackId', async (visit, form) => {
    const input = { projectId: visit.param('projectId'), trackId: visit.param('trackId') };
    const started = await attempt(visit, () => visit.invoke(startTrack, input, form.key()));
    return started.ok ? goTo(started.output.href) : showTrack(visit, started.problem);
  });
  site.ownPage('/my/projects/:projectId/days', showDays);
}

type Preview = OutputOf<typeof stagePreview>;
type Application = Preview['stage']['applications'][number];
type Attribution = OutputOf<typeof myAttribution>;
type Day = Attribution['days'][number];

async function showStage(visit: Visit, problem: Problem | null): Promise<Answer> {
  const projectId = visit.param('projectId');
  const preview = await visit.invoke(stagePreview, { projectId, stageId: visit.param('stageId') });
  const { stage } = preview;
  return showPage(
    visit,
    {
      title: stage.name,
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: homeOf(projectId),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>{stage.name}</h1>
      <p>
        <span class="tag blue">{stage.stateName}</span> {stage.leadName}牵头。这个阶段承诺 {stage.budget.budgetDays}{' '}
        个工作日，已用 {stage.budget.usedDays} 个。
      </p>
      <Applications list={stage.applications} />
      {preview.mayStart ? (
        <CommandForm visit={visit} action={projectPath(projectId, `/stages/${stage.id}`)}>
          <p>项目情况已经替您填好，只问没填过的。一张表、一套材料，下面的事项一起办。</p>
          <button>开始申请</button>
        </CommandForm>
      ) : (
        <p class="note">现在不能申请：{preview.obstacle}。</p>
      )}
      {stage.prerequisites.length > 0 && (
        <section aria-labelledby="before">
          <h2 id="before">要先办好的</h2>
          <ul>
            {stage.prerequisites.map((one) => (
              <li>
                {one.name}：{one.met ? '已办好' : <b>还没办好</b>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {stage.items.some(({ caseId }) => caseId !== null) && (
        <section aria-labelledby="standing">
          <h2 id="standing">办到哪里了</h2>
          <ItemList items={stage.items} />
        </section>
      )}
      <Chosen preview={preview} />
      <Materials preview={preview} />
    </>,
  );
}

function Applications({ list }: { list: readonly Application[] }): JSX.Element | null {
  if (list.length === 0) return null;
  return (
    <ul class="list">
      {list.map((one) => (
        <li>
          <a href={one.state === 'draft' ? `/applications/${one.applicationId}/form` : `/my/${one.applicationId}`}>
            {one.state === 'draft' ? `接着填写“${one.serviceName}”` : `${one.serviceName}：看进度、补正、撤回`}
          </a>
          <span class="hint">{one.no}</span>
        </li>
      ))}
    </ul>
  );
}

const applies = { yes: '要办', no: '不用办', unknown: '可能要办，填表时再问' } as const;

function Chosen({ preview }: { preview: Preview }): JSX.Element {
  return (
    <section aria-labelledby="chosen">
      <h2 id="chosen">按您的项目，要办这些</h2>
      {preview.chosen.length === 0 && <p>这个阶段没有要办的。</p>}
      <ul class="list">
        {preview.chosen.map((one) => (
          <li>
            <h3>
              <a href={`/guides/${one.itemId}`}>{one.itemName}</a>{' '}
              <span class={one.applies === 'yes' ? 'tag blue' : 'tag'}>{applies[one.applies]}</span>
            </h3>
            <p>{one.why}</p>
            <p class="hint">
              {one.unitName}，承诺 {one.promisedTerm}
              {one.after.length > 0 && `，等“${one.after.join('”“')}”办好再定`}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Materials({ preview }: { preview: Preview }): JSX.Element {
  const asked = preview.materials.filter(({ need }) => need !== 'waived');
  const waived = preview.materials.filter(({ need }) => need === 'waived');
  return (
    <section aria-labelledby="materials">
      <h2 id="materials">要准备的材料</h2>
      {asked.length === 0 && <p>不用准备材料，填表就行。</p>}
      <ul class="list">
        {asked.map((one) => (
          <li>
            <h3>
              {one.name} {one.need === 'undecided' && <span class="tag">看情况</span>}
            </h3>
            <p class="hint">{one.why}</p>
          </li>
        ))}
      </ul>
      {waived.length > 0 && (
        <details>
          <summary>这些不用您交（{waived.length} 样）</summary>
          <ul>
            {waived.map((one) => (
              <li>
                {one.name}
                <span class="hint">{one.why}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

async function showTrack(visit: Visit, problem: Problem | null): Promise<Answer> {
  const projectId = visit.param('projectId');
  const project = await visit.invoke(myProject, { projectId });
  const track = project.tracks.find(({ id }) => id === visit.param('trackId'));
  if (track === undefined) throw new AppError('TRACK_NOT_FOUND');
  const mayStart =
    (track.state === 'open' || track.state === 'again') &&
    project.state !== 'abandoned' &&
    project.state !== 'completed';
  return showPage(
    visit,
    {
      title: track.name,
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: homeOf(projectId),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>{track.name}</h1>
      <p>
        <span class="tag blue">{track.stateName}</span> 和四个阶段同时办，不占阶段的时限，{track.gate}。
      </p>
      <Facts
        rows={[
          ['什么情况要办', track.summary],
          ['依据', track.why],
        ]}
      />
      <Applications list={track.applications} />
      {track.items.length > 0 && <ItemList items={track.items} />}
      {mayStart && (
        <CommandForm visit={visit} action={projectPath(projectId, `/tracks/${track.id}`)}>
          <button>{track.state === 'again' ? '重新申请' : '开始申请'}</button>
        </CommandForm>
      )}
      <p>
        <a href={`/guides/${track.id}`}>看办事指南</a>
      </p>
    </>,
  );
}

async function showDays(visit: Visit): Promise<Answer> {
  const projectId = visit.param('projectId');
  const found = await visit.invoke(myAttribution, { projectId });
  return showPage(
    visit,
    { title: `每一天在谁手里：${found.name}`, at: 'mine', back: homeOf(projectId) },
    <>
      <h1>每一天在谁手里</h1>
      <p>
        {found.name}。
        {found.days.length === 0
          ? '还没有提交过申请，从提交的第二天开始算。'
          : `${chineseDate(found.startOn)}起，到${chineseDate(found.throughOn)}${found.finished ? '全部办完' : ''}，一共 ${found.elapsedDays} 天。`}
        {found.provisional && '有的日子还没有国家放假通知，先按周末算。'}
      </p>
      {found.days.length > 0 && <Totals found={found} />}
      <p>
        <a href={`/api/my-projects/${projectId}/attribution.xlsx`} download>
          下载表格
        </a>
      </p>
      <Exclusions found={found} />
      {monthsOf(found.days).map(({ month, days }, position, all) => (
        <details open={position === all.length - 1 ? true : undefined}>
          <summary>
            {month}（{days.length} 天）
          </summary>
          <table>
            <caption class="hint">{month}每一天在谁手里，算不算进承诺的时限</caption>
            <thead>
              <tr>
                <th scope="col">日期</th>
                <th scope="col">在谁手里</th>
                <th scope="col">算进时限</th>
              </tr>
            </thead>
            <tbody>
              {days.map((day) => (
                <tr>
                  <th scope="row" class="day">
                    {dayText(day.day)}
                  </th>
                  <td>
                    {holderText(day)}
                    <span class="hint">{day.why}</span>
                  </td>
                  <td>{day.counts ? '算' : '不算'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      ))}
    </>,
  );
}

/** The columns add up in front of the reader. */
function Totals({ found }: { found: Attribution }): JSX.Element {
  const days = found.holders.reduce((sum, one) => sum + one.days, 0);
  const counted = found.holders.reduce((sum, one) => sum + one.countedDays, 0);
  return (
    <table>
      <caption class="hint">合计</caption>
      <thead>
        <tr>
          <th scope="col">在谁手里</th>
          <th scope="col">天数</th>
          <th scope="col">算进时限的工作日</th>
        </tr>
      </thead>
      <tbody>
        {found.holders.map((one) => (
          <tr>
            <th scope="row">{one.kind === 'applicant' ? '您（申请人）' : one.name}</th>
            <td>{one.days}</td>
            <td>{one.countedDays}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">一共</th>
          <td>
            <b>{days}</b>
          </td>
          <td>
            <b>{counted}</b>
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function Exclusions({ found }: { found: Attribution }): JSX.Element | null {
  if (found.exclusions.length === 0) return null;
  return (
    <section aria-labelledby="exclusions">
      <h2 id="exclusions">不算进时限的程序</h2>
      <ul class="list">
        {found.exclusions.map((one) => (
          <li>
            <h3>
              {one.groundName}：{one.itemName}{' '}
              <span class={one.lawful ? 'tag' : 'tag red'}>{one.lawful ? '符合规定' : '不符合规定，照样算'}</span>
            </h3>
            <p>
              {one.unitName}，{chineseDate(one.startedOn)}起
              {one.plannedUntil !== null && `，计划到${chineseDate(one.plannedUntil)}`}
              {one.endedOn !== null && `，${chineseDate(one.endedOn)}结束`}
              {one.noticeNo !== '' && `，告知书 ${one.noticeNo}`}，不算 {one.days} 天。
            </p>
            {one.why !== '' && <p>{one.why}</p>}
            <p class="hint">依据：{one.basis}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function monthsOf(days: readonly Day[]): { month: string; days: Day[] }[] {
  const months = new Map<string, Day[]>();
  for (const day of days) {
    const key = `${day.day.slice(0, 4)}年${Number(day.day.slice(5, 7))}月`;
    const known = months.get(key);
    if (known === undefined) months.set(key, [day]);
    else known.push(day);
  }
  return [...months].map(([month, list]) => ({ month, days: list }));
}

function dayText(day: string): string {
  return `${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日`;
}

function holderText(day: Day): string {
  switch (day.kind) {
    case 'unit':
      return day.unitName;
    case 'applicant':
      return '您（申请人）';
    case 'procedure':
      return day.noticeNo === '' ? day.groundName : `${day.groundName}（${day.noticeNo}）`;
    case 'nonWorking':
      return '非工作日';
  }
}
