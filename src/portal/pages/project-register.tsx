import type { JSX } from 'preact';
import type { Problem } from '../../kernel/call.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import type { Issue } from '../../kernel/errors.ts';
import { readPoint } from '../../modules/land/index.ts';
import { myPlots } from '../../modules/land/contract.ts';
import { me, myProfile } from '../../modules/org/contract.ts';
import {
  changeProjectAnswers,
  decideType,
  listThemes,
  myProject,
  myProjectForm,
  registerProject,
  registrationForm,
} from '../../modules/projects/contract.ts';
import { answerText, readAnswers, type Answers, type Form } from '../../modules/catalogue/index.ts';
import { AnswerField, readTyped } from '../answer-fields.tsx';
import { CommandForm, ErrorSummary, Facts, faultOf, SelectField, TextField } from '../controls.tsx';
import type { FormBody } from '../form-body.ts';
import { pageOfElement, pagesOf, stepsOf, type FormPage, type FormStep } from '../form-plan.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { attempt, type Answer, type Visit } from '../visit.ts';
import { incomplete } from './apply.tsx';
import { homeOf, projectPath } from './projects.tsx';

/**
 * Registering a project, and changing what was said of it: a few questions a page. Nothing is kept on the server before the
 * last page; each page carries the answers so far, which are read anew whenever they come back.
 */
export function projectRegisterPages(site: Site): void {
  site.ownPage('/my/projects/new', (visit) => showThemes(visit, null));
  site.ownForm('/my/projects/new', async (visit, form) => {
    const { themes } = await visit.invoke(listThemes, {});
    const theme = themes.find(({ id }) => id === form.text('theme'));
    if (theme !== undefined) return goTo(`/my/projects/new/${theme.id}`);
    return showThemes(visit, incomplete(visit, [{ path: '/theme', message: '请先选一种项目。' }]));
  });
  site.ownPage('/my/projects/new/:themeId', async (visit) => begin(visit, await openNew(visit)));
  site.ownForm('/my/projects/new/:themeId', async (visit, form) => turn(visit, await openNew(visit), form));
  site.ownPage('/my/projects/:projectId/registered', showRegistered);
  site.ownPage('/my/projects/:projectId/answers', async (visit) => {
    const { mayChange } = await visit.invoke(myProject, { projectId: visit.param('projectId') });
    return mayChange ? begin(visit, await openChange(visit)) : goTo(projectPath(visit.param('projectId')));
  });
  site.ownForm('/my/projects/:projectId/answers', async (visit, form) => turn(visit, await openChange(visit), form));
}

type Known = Record<string, string | number | boolean | string[] | null>;

/** One walk through the questions, whether for a new project or a registered one. */
interface Walk {
  themeId: string;
  title: string;
  action: string;
  back: { href: string; text: string };
  form: Form;
  pages: FormPage[];
  /** What is answered to begin with. */
  answers: Known;
  /** Given by the theme: not asked. */
  fixed: ReadonlySet<string>;
  button: string;
  save(input: { answers: Known; site: ReturnType<typeof siteInput> | undefined; form: FormBody }): Promise<string>;
}

async function showThemes(visit: Visit, problem: Problem | null): Promise<Answer> {
  const { themes } = await visit.invoke(listThemes, {});
  return showPage(
    visit,
    {
      title: '登记项目',
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: { href: '/my/projects', text: '我的项目' },
    },
    <>
      <ErrorSummary problem={problem} />
      <CommandForm visit={visit} action="/my/projects/new">
        <fieldset class={problem === null ? 'field' : 'field wrong'}>
          <legend>
            <h1>您要建的是哪一种项目？</h1>
          </legend>
          {problem !== null && (
            <p class="fault" id="f-theme-fault" data-sign="×">
              {faultOf(problem, 'theme')}
            </p>
          )}
          {themes.map((theme, position) => (
            <label class="pick">
              <input
                type="radio"
                name="theme"
                id={position === 0 ? 'f-theme' : `f-theme-${theme.id}`}
                value={theme.id}
              />
              <span>
                {theme.name}
                <span class="hint">{theme.summary}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <button>继续</button>
      </CommandForm>
      <p class="hint">
        后面大约要答三十个问题，十分钟左右。填到最后一页会先告诉您项目属于哪一类、承诺多少个工作日办完，您确认了才登记。
      </p>
    </>,
  );
}

async function openNew(visit: Visit): Promise<Walk> {
  const themeId = visit.param('themeId');
  const { theme, form, answers, fixed } = await visit.invoke(registrationForm, { themeId });
  const prefilled = visit.request.method === 'GET' ? await ownAnswers(visit, form) : {};
  return {
    themeId,
    title: `登记项目：${theme.name}`,
    action: `/my/projects/new/${encodeURIComponent(themeId)}`,
    back: { href: '/my/projects/new', text: '换一种项目' },
    form,
    pages: pagesOf(form),
    answers: { ...prefilled, ...answers },
    fixed: new Set(fixed),
    button: '确认登记',
    async save({ answers: given, site, form: body }) {
      const input = { themeId, answers: given, ...(site === undefined ? {} : { site }) };
      const { projectId } = await visit.invoke(registerProject, input, body.key());
      return projectPath(projectId, '/registered');
    },
  };
}

async function openChange(visit: Visit): Promise<Walk> {
  const projectId = visit.param('projectId');
  const project = await visit.invoke(myProject, { projectId });
  const { form, answers, fixed } = await visit.invoke(myProjectForm, { projectId });
  return {
    themeId: project.theme.id,
    title: '修改项目情况',
    action: projectPath(projectId, '/answers'),
    back: homeOf(projectId),
    form,
    pages: pagesOf(form),
    answers: withPlace(answers, project.site),
    fixed: new Set(fixed),
    button: '保存修改',
    async save({ answers: given, site, form: body }) {
      const revision = Number(body.text('revision')) || project.revision;
      const emptied = Object.keys(answers).filter((id) => !Object.hasOwn(given, id) && isAsked(form, id));
      const changed = { ...Object.fromEntries(emptied.map((id) => [id, null])), ...given };
      const input = { projectId, revision, answers: changed, ...(site === undefined ? {} : { site }) };
      await visit.invoke(changeProjectAnswers, input, body.key());
      return projectPath(projectId, '?changed=1');
    },
  };
}

function isAsked(form: Form, id: string): boolean {
  return form.sections.some(({ fields }) => fields.some(({ element }) => element.id === id));
}

/** What the account knows already is not asked from nothing. */
async function ownAnswers(visit: Visit, form: Form): Promise<Known> {
  const { enterprises } = await visit.invoke(me, {});
  const profile = await visit.invoke(myProfile, {});
  const [firm] = enterprises.length === 1 ? enterprises : [];
  const known: Record<string, string | null | undefined> = {
    enterpriseName: firm?.name,
    uscc: firm?.uscc,
    contactName: profile.name,
    contactPhone: profile.phone,
  };
  return Object.fromEntries(
    Object.entries(known).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '' && isAsked(form, entry[0]),
    ),
  );
}

function begin(visit: Visit, walk: Walk): Answer | Promise<Answer> {
  const [first] = screens(walk, walk.answers);
  return first === undefined ? showPlace(visit, walk, walk.answers, null) : showStep(visit, walk, first, walk.answers);
}

/** The screens under these answers, without what the theme has fixed. */
function screens({ form, pages, fixed }: Walk, answers: Known): FormStep[] {
  return stepsOf(pages, form, answers as Answers)
    .map((step) => ({ ...step, fields: step.fields.filter(({ field }) => !fixed.has(field.element.id)) }))
    .filter(({ fields }) => fields.length > 0);
}

async function turn(visit: Visit, walk: Walk, body: FormBody): Promise<Answer> {
  const known = { ...walk.answers, ...carried(body, walk) };
  const at = body.text('at');
  const jump = body.text('jump');
  if (jump === 'place') return showPlace(visit, walk, known, null);
  const target = screens(walk, known).find((step) => step.number <= Number(jump) && Number(jump) <= step.last);
  if (target !== undefined) return showStep(visit, walk, target, known);
  if (at === 'place') {
    const place = body.pick(['plotId', 'point']);
    const issues = placeFaults(place);
    const after: Known = { ...known, [placeKey]: JSON.stringify(place) };
    if (issues.length > 0) return showPlace(visit, walk, after, incomplete(visit, issues));
    return showPreview(visit, walk, after, null);
  }
  if (at === 'preview') {
    const place = placeOf(known);
    const { [placeKey]: _, ...answers } = known;
    // An unchanged place keeps what else is known of it.
    const site = known[placeKey] === walk.answers[placeKey] ? undefined : await sited(visit, place);
    const saved = await attempt(visit, () => walk.save({ answers, site, form: body }));
    return saved.ok ? goTo(saved.output) : showPreview(visit, walk, known, saved.problem);
  }
  const step = screens(walk, known).find((one) => one.number <= Number(at) && Number(at) <= one.last);
  if (step === undefined) return begin(visit, walk);
  const typed = readTyped(walk.form, step.fields, known as Answers, body, visit.today);
  if (typed.issues.length > 0)
    return showStep(visit, walk, step, { ...known, ...typed.raw } as Known, incomplete(visit, typed.issues));
  const answers: Known = { ...known, ...typed.answers };
  const next = screens(walk, answers).find((one) => one.last > step.last);
  return next === undefined ? showPlace(visit, walk, answers, null) : showStep(visit, walk, next, answers);
}

/** Answers that came along; whatever is not a question of this form is left behind. */
function carried(body: FormBody, walk: Walk): Known {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.text('known') || '{}');
  } catch {
    return {};
  }
  if (parsed === null || typeof parsed !== 'object') return {};
  return Object.fromEntries(
    Object.entries(parsed as Known).filter(
      ([id]) => id === placeKey || (isAsked(walk.form, id) && !walk.fixed.has(id)),
    ),
  );
}

function Carried({ answers, at }: { answers: Known; at: string }): JSX.Element {
  return (
    <>
      <input type="hidden" name="known" value={JSON.stringify(answers)} />
      <input type="hidden" name="at" value={at} />
    </>
  );
}

function showStep(visit: Visit, walk: Walk, step: FormStep, answers: Known, problem: Problem | null = null): Answer {
  const all = screens(walk, answers);
  const position = all.findIndex(({ number }) => number === step.number);
  const before = all[position - 1];
  const part = all.filter(({ title }) => title === step.title).findIndex(({ number }) => number === step.number);
  const title = part > 0 ? `${step.title}（续）` : step.title;
  return showPage(
    visit,
    {
      title: `${title} - ${walk.title}`,
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: walk.back,
    },
    <>
      <ErrorSummary problem={problem} />
      <p class="hint">
        {walk.title}：第 {position + 1} 页
      </p>
      <h1>{title}</h1>
      <CommandForm visit={visit} action={walk.action}>
        <Carried answers={answers} at={String(step.number)} />
        {step.fields.map((state) => (
          <AnswerField state={state} value={answers[state.field.element.id]} problem={problem} />
        ))}
        <div class="row">
          <button>继续</button>
          {before !== undefined && (
            <button class="quiet" name="jump" value={before.number}>
              上一页
            </button>
          )}
        </div>
      </CommandForm>
    </>,
  );
}

/** Where it stands decides which assessments the area's results spare it; town and address were asked before. */
async function showPlace(visit: Visit, walk: Walk, answers: Known, problem: Problem | null): Promise<Answer> {
  const { plots } = await visit.invoke(myPlots, { size: 50 });
  const place = placeOf(answers);
  const last = screens(walk, answers).at(-1);
  return showPage(
    visit,
    {
      title: `地块在哪里 - ${walk.title}`,
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: walk.back,
    },
    <>
      <ErrorSummary problem={problem} />
      <p class="hint">{walk.title}：最后一问</p>
      <h1>地块在哪里</h1>
      <p>知道了位置，系统就能告诉您哪些评估可以直接用区域的成果、不用自己再做。现在不知道可以先空着，以后再补。</p>
      <CommandForm visit={visit} action={walk.action}>
        <Carried answers={answers} at="place" />
        {plots.length > 0 && (
          <SelectField
            name="plotId"
            label="用的是哪块标准地"
            optional
            value={place.plotId}
            options={plots.map(({ id, no, name }) => ({ value: id, label: `${no} ${name}` }))}
          />
        )}
        <TextField
          name="point"
          label={plots.length > 0 ? '不是标准地的，写一个点的经度、纬度' : '地块上一个点的经度、纬度'}
          hint="比如 107.81, 34.69。用规划条件或出让公告上的坐标（CGCS2000）；手机地图上的点会偏几百米"
          optional
          value={place.point}
          width="w20"
          autocomplete="off"
          fault={faultOf(problem, 'point')}
        />
        <div class="row">
          <button>继续</button>
          {last !== undefined && (
            <button class="quiet" name="jump" value={last.number}>
              上一页
            </button>
          )}
        </div>
      </CommandForm>
    </>,
  );
}

/** What the project would be, and why, before anything is registered; every answer with the way back to it. */
async function showPreview(visit: Visit, walk: Walk, answers: Known, problem: Problem | null): Promise<Answer> {
  const { [placeKey]: _, ...given } = answers;
  const read = readAnswers(walk.form, given, visit.today);
  const decision = await visit.invoke(decideType, { themeId: walk.themeId, answers: given });
  const faults = [...new Map([...read.issues, ...(problem?.issues ?? [])].map((one) => [one.path, one])).values()];
  const shown = faults.length > 0 ? incomplete(visit, faults) : problem;
  const chosen = decision.tried.find(({ typeId }) => typeId === decision.typeId);
  const against = decision.tried
    .filter(({ applies }) => applies === 'no')
    .map(({ typeName, reasons }) => ({ typeName, broken: reasons.filter(({ holds }) => holds === 'no') }));
  const place = placeOf(answers);
  return showPage(
    visit,
    {
      title: `核对 - ${walk.title}`,
      at: 'mine',
      hasFaults: shown !== null,
      ...(shown === null ? {} : { status: shown.status }),
      back: walk.back,
    },
    <>
      <ErrorSummary problem={shown} href={(issue) => (elementOf(walk.form, issue) === null ? null : '#answers')} />
      <h1>核对后{walk.button === '确认登记' ? '登记' : '保存'}</h1>
      <section class="done" aria-labelledby="decision">
        <h2 id="decision">
          {decision.typeId === null ? '还定不了项目类型' : `${decision.typeName}，承诺 ${decision.budgetDays} 个工作日`}
        </h2>
        <p>{decision.summary}</p>
        {chosen !== undefined && (
          <>
            <p>
              <b>为什么是{chosen.typeName}：</b>
            </p>
            <ul>
              {chosen.reasons.map((one) => (
                <li>
                  {one.text}
                  <span class="hint">依据：{one.basis}</span>
                </li>
              ))}
            </ul>
          </>
        )}
        {against.length > 0 && (
          <details>
            <summary>为什么不是别的类型</summary>
            <ul>
              {against.map(({ typeName, broken }) => (
                <li>
                  {typeName}，不符合：{broken.map(({ text }) => text).join('；')}
                </li>
              ))}
            </ul>
          </details>
        )}
        {decision.missing.length > 0 && <p>还要回答：{decision.missing.map(({ name }) => name).join('、')}</p>}
      </section>
      <CommandForm visit={visit} action={walk.action}>
        <Carried answers={answers} at="preview" />
        <div class="row">
          <button>{walk.button}</button>
          <button class="quiet" name="jump" value="place">
            上一页
          </button>
        </div>
        <section id="answers" aria-labelledby="told" tabindex={-1}>
          <h2 id="told">您填的内容</h2>
          {screens(walk, answers).map((step) => (
            <>
              <Facts
                rows={step.fields.map(({ field: { element } }) => [
                  element.name,
                  answerText(element, read.answers[element.id]) || '没有填',
                ])}
              />
              <p>
                <button class="link" name="jump" value={step.number} aria-label={`修改：${namesOf(step)}`}>
                  修改
                </button>
              </p>
            </>
          ))}
          <Facts rows={[['地块位置', place.plotId === '' ? place.point || '没有填' : '已选标准地']]} />
        </section>
      </CommandForm>
    </>,
  );
}

function namesOf(step: FormStep): string {
  return step.fields.map(({ field }) => field.element.name).join('、');
}

function elementOf(form: Form, issue: Issue): string | null {
  const id = issue.path.split('/').at(-1) ?? '';
  return pageOfElement(pagesOf(form), id) === undefined ? null : id;
}

async function showRegistered(visit: Visit): Promise<Answer> {
  const projectId = visit.param('projectId');
  const project = await visit.invoke(myProject, { projectId });
  return showPage(
    visit,
    { title: '已登记', at: 'mine' },
    <>
      <div class="done">
        <h1>已登记：{project.name}</h1>
        <p>
          项目代码 <span class="no">{project.code}</span>
          {project.provisional && '（临时代码，县发改局核对后换成国家统一代码，办事不受影响）'}
        </p>
        <p>
          {project.type.name}，全部审批承诺 {project.budget.budgetDays} 个工作日。
        </p>
      </div>
      <h2>接下来</h2>
      <ol>
        {project.mine.slice(0, 3).map((one) => (
          <li>
            <a href={one.href}>{one.text}</a>
          </li>
        ))}
        <li>
          <a href={projectPath(projectId)}>看项目首页</a>：四个阶段、每一天在谁手里、收到的通知都在那里
        </li>
      </ol>
    </>,
  );
}

/** Carried beside the answers; no data element is called so. */
const placeKey = '~place';

function placeOf(answers: Known): { plotId: string; point: string } {
  const text = answers[placeKey];
  try {
    const { plotId, point } = JSON.parse(typeof text === 'string' ? text : '{}') as Record<string, unknown>;
    return { plotId: typeof plotId === 'string' ? plotId : '', point: typeof point === 'string' ? point : '' };
  } catch {
    return { plotId: '', point: '' };
  }
}

function withPlace(answers: Known, { plotId, point }: OutputOf<typeof myProject>['site']): Known {
  const typed = point === null ? '' : `${point.longitude}, ${point.latitude}`;
  return { ...answers, [placeKey]: JSON.stringify({ plotId: plotId ?? '', point: typed }) };
}

function placeFaults({ point }: { point: string }): Issue[] {
  if (point.trim() === '' || readPoint(point) !== null) return [];
  return [{ path: '/point', message: '经度、纬度要写成“107.81, 34.69”这样，先经度后纬度。' }];
}

/** A plot brings its area along. */
async function sited(visit: Visit, place: { plotId: string; point: string }) {
  const point = readPoint(place.point);
  if (place.plotId === '') return siteInput({ plotId: null, point, area: null });
  const { plots } = await visit.invoke(myPlots, { size: 50 });
  const plot = plots.find(({ id }) => id === place.plotId);
  return siteInput({ plotId: plot?.id ?? null, point: null, area: plot?.area[0] ?? null });
}

function siteInput(place: {
  plotId: string | null;
  point: readonly [number, number] | null;
  area: readonly (readonly number[])[] | null;
}) {
  const at = ([longitude = 0, latitude = 0]: readonly number[]) => ({ longitude, latitude });
  return {
    plotId: place.plotId,
    point: place.point === null ? null : at(place.point),
    polygon: place.area?.map(at) ?? null,
  };
}
