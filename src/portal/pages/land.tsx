import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDate, chineseDateTime } from '../../kernel/time.ts';
import {
  checkAssessments,
  landOptions,
  publicAssessments,
  publicPlot,
  publicPlots,
  publicRanking,
} from '../../modules/land/contract.ts';
import { mapPicture, readPoint, type Point, type Polygon } from '../../modules/land/index.ts';
import {
  Bits,
  ChoiceField,
  ErrorSummary,
  Facts,
  faultOf,
  hrefWith,
  pageNumber,
  Pager,
  SelectField,
  TextField,
} from '../controls.tsx';
import { showPage } from '../layout.tsx';
import type { Site } from '../site.ts';
import { attempt, type Answer, type Visit } from '../visit.ts';

/** What a firm looks for before it buys land: plots with their standard, what is assessed already, who makes much of a mu. */
export function landPages(site: Site): void {
  site.page('/land', showPlots);
  site.page('/land/plots/:plotId', showPlot);
  site.page('/land/assessments', showAssessments);
  site.page('/land/check', showCheck);
  site.page('/land/performance', showPerformance);
}

const size = 20;
const tabs = {
  '/land': '标准地',
  '/land/assessments': '区域评估',
  '/land/check': '还要做哪些评估',
  '/land/performance': '亩均评价',
} as const;

function Tabs({ at }: { at: keyof typeof tabs }): JSX.Element {
  return (
    <nav aria-label="土地要素">
      <ul class="chips">
        {Object.entries(tabs).map(([path, name]) => (
          <li>
            <a href={path} aria-current={path === at ? 'true' : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

async function showPlots(visit: Visit): Promise<Answer> {
  const page = pageNumber(visit.query('page'));
  const offer = visit.query('offer') === 'open' ? 'open' : '';
  const { plots, total } = await visit.invoke(publicPlots, { offer, page, size });
  const drawn = plots.map(({ id, no, area }) => ({ id, name: no, polygon: area }));
  return showPage(
    visit,
    { title: '标准地', at: 'services' },
    <>
      <h1>标准地与区域评估</h1>
      <p>
        标准地出让时就带着指标：区域评估已经做好，投资、容积率、税收等要求写明，企业签承诺书就能办许可，建成后按指标验收。
      </p>
      <Tabs at="/land" />
      {drawn.length > 0 && <AreaMap areas={drawn} label="地块位置图" />}
      {plots.length === 0 ? (
        <p role="status">现在没有公布的标准地。</p>
      ) : (
        <ul class="list">
          {plots.map((plot) => (
            <li>
              <h2>
                <a href={`/land/plots/${plot.id}`}>
                  {plot.no} {plot.name}
                </a>{' '}
                <span class={`tag ${plot.onOffer ? 'green' : ''}`}>
                  {plot.onOffer ? '正在出让' : plot.concluded ? '已了结' : plot.stateName}
                </span>
              </h2>
              <Bits of={[plot.townName, plot.useName, `${plot.areaMu} 亩`]} />
            </li>
          ))}
        </ul>
      )}
      <Pager path="/land" query={{ offer }} page={page} size={size} total={total} />
    </>,
  );
}

async function showPlot(visit: Visit): Promise<Answer> {
  const plot = await visit.invoke(publicPlot, { plotId: visit.param('plotId') });
  const phase = (name: 'completion' | 'production') => plot.targets.filter((target) => target.phase === name);
  return showPage(
    visit,
    { title: `${plot.no} ${plot.name}`, at: 'services', back: { href: '/land', text: '标准地' } },
    <>
      <h1>{plot.name}</h1>
      <Facts
        rows={[
          ['地块编号', plot.no],
          ['现在到', plot.conclusion === null ? plot.stateName : plot.conclusion.name],
          ['位置', `${plot.townName}，${plot.location}`],
          ['面积', `${plot.areaMu} 亩`],
          ['用途', plot.useName],
          ['已经具备', plot.ready.join('、')],
          ['受让企业', plot.award?.enterpriseName ?? null],
          ['负责单位', plot.unitName],
          ['说明', plot.note],
        ]}
      />
      <AreaMap areas={[{ id: plot.id, name: plot.no, polygon: plot.area }]} label={`${plot.name}的位置和形状`} />
      <section aria-labelledby="targets">
        <h2 id="targets">要达到的指标</h2>
        <TargetList title="竣工时验收" targets={phase('completion')} />
        <TargetList title="达产时复核" targets={phase('production')} />
      </section>
      <section aria-labelledby="regional">
        <h2 id="regional">已经做好的区域评估</h2>
        <ul>
          {plot.regional.map((one) => (
            <li>
              {one.kindName}：{one.documentNo}，有效期至{chineseDate(one.validUntil)}
            </li>
          ))}
        </ul>
        <p>
          <a href={hrefWith('/land/check', { plot: plot.id })}>这块地我还要做哪些评估？</a>
        </p>
      </section>
      <section aria-labelledby="states">
        <h2 id="states">五个阶段</h2>
        <ol class="line">
          {plot.states.map((state) => (
            <li class={state.at === 'now' ? 'now' : undefined} aria-current={state.at === 'now' ? 'step' : undefined}>
              <b>{state.name}</b>
              {state.at === 'done' && '（已完成）'}
              <p class="hint">{state.guard}</p>
            </li>
          ))}
        </ol>
      </section>
    </>,
  );
}

function TargetList(props: { title: string; targets: OutputOf<typeof publicPlot>['targets'] }): JSX.Element | null {
  if (props.targets.length === 0) return null;
  return (
    <>
      <h3>{props.title}</h3>
      <ul>
        {props.targets.map((target) => (
          <li>{target.words}</li>
        ))}
      </ul>
    </>
  );
}

async function showAssessments(visit: Visit): Promise<Answer> {
  const page = pageNumber(visit.query('page'));
  const { kinds } = await visit.invoke(landOptions, {});
  const kind = kinds.find(({ id }) => id === visit.query('kind'))?.id ?? '';
  const { assessments, total } = await visit.invoke(publicAssessments, { kind, page, size });
  return showPage(
    visit,
    { title: '区域评估', at: 'services', back: { href: '/land', text: '标准地' } },
    <>
      <h1>区域评估</h1>
      <p>
        政府统一做好的评估，区域里的项目直接用，不用自己再做，费用也不由企业承担。
        <a href="/land/check">查一查您的项目还要做哪些</a>
      </p>
      <Tabs at="/land/assessments" />
      <form action="/land/assessments">
        <SelectField
          name="kind"
          label="评估种类"
          optional
          value={kind}
          options={kinds.map(({ id, fullName }) => ({ value: id, label: fullName }))}
        />
        <button class="quiet">筛选</button>
      </form>
      <p role="status">今天有效的成果 {total} 份。</p>
      <ul class="list">
        {assessments.map((one) => (
          <li>
            <h2>{one.title}</h2>
            <Bits
              of={[
                one.documentNo,
                `${one.areaMu} 亩`,
                `有效期至${chineseDate(one.validUntil)}`,
                `已有 ${one.reuses} 个项目和地块在用`,
              ]}
            />
            <p>{one.stillNeeds}。</p>
            {one.exceptions.length > 0 && <p>不适用于：{one.exceptions.join('；')}。</p>}
            {one.document && (
              <p>
                <a href={`/api/land/documents/${one.document.documentId}/content`}>看成果文件：{one.document.name}</a>
              </p>
            )}
          </li>
        ))}
      </ul>
      <Pager path="/land/assessments" query={{ kind }} page={page} size={size} total={total} />
    </>,
  );
}

async function showCheck(visit: Visit): Promise<Answer> {
  const [plotId, typed] = [visit.query('plot').trim(), visit.query('point').trim()];
  const point = readPoint(typed);
  const isAsked = plotId !== '' || typed !== '';
  const answers = listIn(visit, 'applies');
  const isSure = visit.query('sure') === '1';
  const { uses } = await visit.invoke(landOptions, {});
  const { plots } = await visit.invoke(publicPlots, { size: 100 });
  const use = visit.query('use');
  const where = plotId !== '' ? { plotId } : point === null ? {} : { longitude: point[0], latitude: point[1] };
  const ask = (more: { applies?: string[]; denied?: string[] }) =>
    attempt(visit, () => visit.invoke(checkAssessments, { ...where, use, ...more }));
  let result = isAsked && (plotId !== '' || point !== null) ? await ask({ applies: answers }) : null;
  const open = result?.ok === true ? result.output.exceptions : [];
  if (isSure && result?.ok === true)
    result = await ask({ applies: answers, denied: open.filter((one) => !answers.includes(one)) });
  const problem = result?.ok === false ? placed(result.problem) : isAsked && result === null ? unreadable : null;
  const found = result?.ok === true ? result.output : null;
  const options = [...new Set([...open, ...answers])].map((one) => ({ value: one, label: one }));
  const at = plots.find(({ id }) => id === plotId);
  return showPage(
    visit,
    {
      title: '还要做哪些评估',
      at: 'services',
      back: { href: '/land', text: '标准地' },
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>这块地我还要做哪些评估？</h1>
      <Tabs at="/land/check" />
      <form action="/land/check">
        <SelectField
          name="plot"
          label="标准地"
          optional
          value={plotId}
          options={plots.map(({ id, no, name }) => ({ value: id, label: `${no} ${name}` }))}
        />
        <TextField
          name="point"
          label="或者写一个点的经度、纬度"
          hint="比如 107.81, 34.69。用规划条件或出让公告上的坐标（CGCS2000）；手机地图上的点会偏几百米"
          optional
          value={typed}
          width="w20"
          autocomplete="off"
          fault={faultOf(problem, 'point')}
        />
        <SelectField
          name="use"
          label="项目用途"
          optional
          value={use}
          options={uses.map(({ id, name }) => ({ value: id, label: name }))}
        />
        {options.length > 0 && (
          <>
            <ChoiceField
              name="applies"
              label="您的项目属于下面哪些情况？"
              optional
              options={options}
              chosen={answers}
              many
            />
            <label class="pick">
              <input type="checkbox" name="sure" value="1" checked={isSure} />
              <span>看过了，没有勾选的都不属于</span>
            </label>
          </>
        )}
        <p>
          <button>查一查</button>
        </p>
      </form>
      {found !== null && (
        <Judgements
          found={found}
          areas={at === undefined ? [] : [{ id: at.id, name: at.no, polygon: at.area }]}
          point={point}
        />
      )}
    </>,
  );
}

const tones = { spared: 'green', needed: 'yellow', unknown: 'blue' } as const;

function Judgements(props: {
  found: OutputOf<typeof checkAssessments>;
  areas: readonly NamedArea[];
  point: Point | null;
}): JSX.Element {
  const { found, areas } = props;
  const where = found.plot === null ? '这个点' : `${found.plot.no} ${found.plot.name}`;
  return (
    <section aria-labelledby="result" class="done">
      <h2 id="result">
        {where}：{found.judgements.length} 项评估里，{found.spared} 项直接用区域成果
      </h2>
      <p class="hint">按{chineseDate(found.onDate)}有效的成果判断。</p>
      {areas.length > 0 && <AreaMap areas={areas} label={`${where}的位置`} />}
      <ul class="list">
        {found.judgements.map((one) => (
          <li>
            <h3>
              {one.kindName} <span class={`tag ${tones[one.verdict]}`}>{one.verdictName}</span>
            </h3>
            <p>{one.why}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

async function showPerformance(visit: Visit): Promise<Answer> {
  const page = pageNumber(visit.query('page'));
  const asked = /^20\d\d$/.test(visit.query('year')) ? { year: visit.query('year') } : {};
  const found = await visit.invoke(publicRanking, { ...asked, page, size });
  const rows = found.firms;
  return showPage(
    visit,
    { title: '亩均评价', at: 'services', back: { href: '/land', text: '标准地' } },
    <>
      <h1>{found.year === null ? '' : `${found.year} 年`}亩均评价</h1>
      <p>看每亩地创造了多少税收和增加值，按得分分档。只公布等次和名次，企业的具体数据不公布。</p>
      <Tabs at="/land/performance" />
      {found.years.length > 1 && (
        <nav aria-label="年度">
          <ul class="chips">
            {found.years.map((year) => (
              <li>
                <a href={`/land/performance?year=${year}`} aria-current={year === found.year ? 'true' : undefined}>
                  {year} 年
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {found.publishedAt === null || found.objectUntil === null ? (
        <p role="status">还没有公布评价结果。</p>
      ) : (
        <>
          <p class="hint">
            {chineseDateTime(found.publishedAt)}公布（第 {found.version} 版
            {found.reason === '' ? '' : `，${found.reason}`}
            ）。企业有异议的，{chineseDate(found.objectUntil)}前登录提出。
          </p>
          <table>
            <caption class="hint">共 {found.total} 家</caption>
            <thead>
              <tr>
                <th scope="col">企业</th>
                <th scope="col">名次</th>
                <th scope="col">等次</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((firm) => (
                <tr>
                  <th scope="row">{firm.enterpriseName}</th>
                  <td>{firm.place ?? '—'}</td>
                  <td>
                    {firm.grade === null ? '—' : `${firm.grade}（${firm.gradeName ?? ''}）`}
                    {firm.why !== '' && <span class="hint"> {firm.why}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <h2>各档是什么意思</h2>
          <ul>
            {found.grades.map((one) => (
              <li>
                {one.grade} {one.name}（{one.share}%）：{one.words}
              </li>
            ))}
          </ul>
        </>
      )}
      <Pager path="/land/performance" query={asked} page={page} size={size} total={found.total} />
    </>,
  );
}

interface NamedArea {
  id: string;
  name: string;
  polygon: Polygon;
}

/** North is up. The picture says nothing that the text beside it does not. */
function AreaMap({ areas, label }: { areas: readonly NamedArea[]; label: string }): JSX.Element {
  const { svg, width, height } = mapPicture(areas);
  return (
    <>
      <img
        class="map"
        src={`data:image/svg+xml,${encodeURIComponent(svg)}`}
        alt={label}
        width={width}
        height={height}
      />
      <p class="hint">示意图，上北下南，以成果文件和出让公告为准。</p>
    </>
  );
}

type Problem = Parameters<typeof faultOf>[0];

const unreadable: NonNullable<Problem> = {
  type: 'about:blank',
  title: '',
  status: 400,
  code: 'INVALID_INPUT',
  detail: '读不出经度和纬度。',
  issues: [{ path: '/point', message: '请先写经度、再写纬度，中间用逗号隔开，比如 107.81, 34.69。' }],
  requestId: '',
};

function placed(problem: NonNullable<Problem>): NonNullable<Problem> {
  return { ...problem, issues: problem.issues.map(({ message }) => ({ path: '/point', message })) };
}

function listIn(visit: Visit, name: string): string[] {
  const value = (visit.request.query as Record<string, unknown>)[name];
  return (Array.isArray(value) ? value : [value])
    .filter((one): one is string => typeof one === 'string' && one !== '')
    .slice(0, 20)
    .map((one) => one.slice(0, 100));
}
