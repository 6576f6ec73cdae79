import type { JSX } from 'preact';
import type { Problem } from '../../kernel/call.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import {
  applicationForm,
  checkApplication,
  discardDraft,
  myApplication,
  saveDraft,
  startApplication,
} from '../../modules/cases/contract.ts';
import { readGuide } from '../../modules/catalogue/contract.ts';
import { stateOf, validateAnswers, type Form } from '../../modules/catalogue/index.ts';
import { AnswerField, readTyped } from '../answer-fields.tsx';
import { CommandForm, ErrorSummary, hrefWith } from '../controls.tsx';
import type { FormBody } from '../form-body.ts';
import { formFrom, pageOfElement, pagesOf, stepsOf, type FormPage } from '../form-plan.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { attempt, type Answer, type Visit } from '../visit.ts';

export type Application = OutputOf<typeof myApplication>;

/** From “我要办理” through the pages of the form to the commitments; materials and checking follow in `submit.tsx`. */
export function applyPages(site: Site): void {
  site.ownPage('/apply/:kind/:id', showStart);
  site.ownForm('/apply/:kind/:id', async (visit, form) => {
    const service = { kind: visit.param('kind'), id: visit.param('id') };
    const started = await attempt(visit, () => visit.invoke(startApplication, { service }, form.key()));
    return started.ok ? goTo(`/applications/${started.output.id}/form`) : showStart(visit, started.problem);
  });
  site.ownPage('/applications/:applicationId', async (visit) => {
    const application = await readApplication(visit);
    return goTo(application.state === 'draft' ? `/applications/${application.id}/form` : `/my/${application.id}`);
  });
  site.ownPage('/applications/:applicationId/form', async (visit) => {
    const application = await readApplication(visit);
    return application.state === 'draft'
      ? showFormPage(visit, await openForm(visit, application), Number(visit.query('step')), null, null)
      : goTo(`/my/${application.id}`);
  });
  site.ownForm('/applications/:applicationId/form', takeFormPage);
  site.ownPage('/applications/:applicationId/commitments', (visit) => showCommitments(visit));
  site.ownForm('/applications/:applicationId/commitments', takeCommitments);
  site.ownPage('/applications/:applicationId/discard', showDiscard);
  site.ownForm('/applications/:applicationId/discard', async (visit, form) => {
    await visit.invoke(discardDraft, { applicationId: visit.param('applicationId') }, form.key());
    return goTo('/my');
  });
}

export function readApplication(visit: Visit): Promise<Application> {
  return visit.invoke(myApplication, { applicationId: visit.param('applicationId') });
}

async function showStart(visit: Visit, problem: Problem | null = null): Promise<Answer> {
  const guide = await visit.invoke(readGuide, { id: visit.param('id') });
  if (guide.startedFrom === 'project') return goTo('/my/projects');
  // What a register knows is not asked, whatever is answered.
  const asked = guide.materials.filter((one) => one.waived === null);
  const needed = asked.filter((one) => one.state === 'needed');
  const maybe = asked.filter((one) => one.state === 'undecided');
  const status = problem === null ? {} : { status: problem.status };
  return showPage(
    visit,
    {
      title: `办理${guide.name}`,
      hasFaults: problem !== null,
      ...status,
      back: { href: `/guides/${guide.id}`, text: '办事指南' },
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>办理：{guide.name}</h1>
      <p>一共分四步：填表、交材料、核对、提交。每一页都会保存，随时可以停下来，以后在“我的办件”里接着填。</p>
      <h2>开始前准备好</h2>
      <ul>
        <li>要填的人的姓名、身份证号和手机号（您自己的会自动带出来）</li>
        {needed.map((one) => (
          <li>
            {one.name}
            {one.owedWithin !== '' && '（可以后补）'}
          </li>
        ))}
        {maybe.length > 0 && <li>看您的情况，可能还要：{maybe.map((one) => one.name).join('、')}</li>}
      </ul>
      {asked.length > 0 && <p class="hint">用手机拍照、拍清楚就行。填完表，系统会告诉您到底要交哪几样。</p>}
      <CommandForm visit={visit} action={`/apply/${guide.kind}/${guide.id}`}>
        <button>开始填表</button>
      </CommandForm>
    </>,
  );
}

export interface OpenForm {
  application: Application;
  form: Form;
  pages: FormPage[];
}

export async function openForm(visit: Visit, application: Application): Promise<OpenForm> {
  const form = formFrom(await visit.invoke(applicationForm, { applicationId: application.id }));
  return { application, form, pages: pagesOf(form) };
}

function showFormPage(
  visit: Visit,
  open: OpenForm,
  wanted: number,
  problem: Problem | null,
  typed: Record<string, unknown> | null,
): Answer {
  const { application, form, pages } = open;
  const visible = stepsOf(pages, form, application.answers);
  const page = visible.find((one) => one.number <= wanted && wanted <= one.last) ?? visible[0];
  const base = `/applications/${application.id}`;
  if (page === undefined) return goTo(`${base}/commitments`);
  const position = visible.indexOf(page);
  const before = visible[position - 1];
  const toCheck = visit.query('back') === 'check';
  const back = toCheck
    ? { href: `${base}/check`, text: '回到核对' }
    : before
      ? { href: `${base}/form?step=${before.number}`, text: '上一页' }
      : { href: `/my`, text: '我的办件' };
  const values = { ...application.answers, ...typed };
  // How many pages there will be is known only when no question waits for another's answer.
  const isOpen = stateOf(form, application.answers).some((state) => state.asked === 'unknown');
  const part = visible.filter((one) => one.title === page.title).indexOf(page);
  const title = part > 0 ? `${page.title}（续）` : page.title;
  return showPage(
    visit,
    {
      title: `${title} - ${application.service.name}`,
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      at: 'mine',
      back,
    },
    <>
      <ErrorSummary problem={problem} />
      <Progress name={application.service.name} position={position} count={isOpen ? null : visible.length} />
      <h1>{title}</h1>
      <CommandForm
        visit={visit}
        action={hrefWith(`${base}/form`, { step: String(page.number), back: toCheck ? 'check' : '' })}
      >
        <input type="hidden" name="revision" value={application.revision} />
        {page.fields.map((state) => (
          <AnswerField state={state} value={values[state.field.element.id]} problem={problem} />
        ))}
        <div class="row">
          <button>保存并继续</button>
          <button class="quiet" name="later" value="1">
            先保存，以后再填
          </button>
        </div>
      </CommandForm>
    </>,
  );
}

function Progress({ name, position, count }: { name: string; position: number; count: number | null }): JSX.Element {
  const label = count === null ? `填表第 ${position + 1} 页` : `填表第 ${position + 1} 页，共 ${count} 页`;
  return (
    <>
      <p class="hint">
        {name}：{label}
      </p>
      {count !== null && <progress max={count} value={position + 1} aria-label={label} />}
    </>
  );
}

async function takeFormPage(visit: Visit, body: FormBody): Promise<Answer> {
  const open = await openForm(visit, await readApplication(visit));
  const { application, form, pages } = open;
  const wanted = Number(visit.query('step'));
  const page = stepsOf(pages, form, application.answers).find((one) => one.number <= wanted && wanted <= one.last);
  if (application.state !== 'draft' || page === undefined) return goTo(`/applications/${application.id}`);
  const typed = readTyped(form, page.fields, application.answers, body, visit.today);
  const later = body.text('later') === '1';
  if (typed.issues.length > 0 && !later)
    return showFormPage(visit, open, page.number, incomplete(visit, typed.issues), typed.raw);

  const saved = await attempt(visit, () =>
    visit.invoke(
      saveDraft,
      { applicationId: application.id, revision: Number(body.text('revision')), answers: typed.answers },
      body.key(),
    ),
  );
  if (!saved.ok) return showFormPage(visit, open, page.number, saved.problem, typed.raw);
  if (later) return goTo('/my?saved=1');
  return goTo(nextPath(open, { ...application.answers, ...typed.answers }, page.last, visit));
}

/** The next page that has something to ask; from the check page straight back to it, unless the change opened new questions. */
function nextPath(
  { application, form, pages }: OpenForm,
  answers: Application['answers'],
  done: number,
  visit: Visit,
): string {
  const base = `/applications/${application.id}`;
  const toCheck = visit.query('back') === 'check';
  const after = stepsOf(pages, form, answers).find((step) => step.last > done);
  if (!toCheck && after !== undefined) return `${base}/form?step=${after.number}`;
  const [missing] = validateAnswers(form, answers, visit.today);
  const unfinished = missing && pageOfElement(pages, missing.path.slice('/answers/'.length));
  if (unfinished) return hrefWith(`${base}/form`, { step: String(unfinished.number), back: toCheck ? 'check' : '' });
  return toCheck ? `${base}/check` : `${base}/commitments`;
}

export function incomplete(visit: Visit, issues: Problem['issues']): Problem {
  return {
    type: 'about:blank',
    title: '',
    status: 400,
    code: 'INVALID_INPUT',
    detail: '请把标红的几处改好。',
    issues,
    requestId: visit.request.id,
  };
}

/** What the items that these answers call for let one commit to instead of prove. */
async function commitmentsOf(visit: Visit, application: Application) {
  const { items } = await visit.invoke(checkApplication, { applicationId: application.id });
  return items.flatMap(({ id, name, commitment }) => (commitment === null ? [] : [{ id, name, ...commitment }]));
}

async function showCommitments(visit: Visit, problem: Problem | null = null): Promise<Answer> {
  const application = await readApplication(visit);
  const base = `/applications/${application.id}`;
  if (application.state !== 'draft') return goTo(`/my/${application.id}`);
  const offers = await commitmentsOf(visit, application);
  if (offers.length === 0) return goTo(`${base}/materials`);
  return showPage(
    visit,
    { title: '告知承诺', at: 'mine', hasFaults: problem !== null, back: { href: `${base}/form`, text: '回到填表' } },
    <>
      <ErrorSummary problem={problem} />
      <h1>要不要用告知承诺</h1>
      <p>下面的事项可以由您书面承诺符合条件，部门先办，事后再核查。选不选都可以：不选就按平常的办法办。</p>
      <CommandForm visit={visit} action={`${base}/commitments`}>
        <input type="hidden" name="revision" value={application.revision} />
        {offers.map((offer) => (
          <section class="card" aria-labelledby={`c-${offer.id}`}>
            <h2 id={`c-${offer.id}`}>{offer.name}</h2>
            <p>{offer.text}</p>
            <p>
              <b>事后怎么核查：</b>
              {offer.verification}
            </p>
            <p>
              <b>承诺不实的后果：</b>
              {offer.breach}
            </p>
            <p class="hint">依据：{offer.basis}</p>
            <label class="pick">
              <input
                type="checkbox"
                name="commitments"
                value={offer.id}
                checked={application.commitments.includes(offer.id)}
              />
              <span>我看明白了，我承诺符合上面的条件，愿意承担不实的后果</span>
            </label>
          </section>
        ))}
        <div class="row">
          <button>保存并继续</button>
        </div>
      </CommandForm>
    </>,
  );
}

async function takeCommitments(visit: Visit, body: FormBody): Promise<Answer> {
  const application = await readApplication(visit);
  const offered = (await commitmentsOf(visit, application)).map((offer) => offer.id);
  const commitments = body.list('commitments').filter((id) => offered.includes(id));
  const input = { applicationId: application.id, revision: Number(body.text('revision')), answers: {}, commitments };
  const saved = await attempt(visit, () => visit.invoke(saveDraft, input, body.key()));
  return saved.ok ? goTo(`/applications/${application.id}/materials`) : showCommitments(visit, saved.problem);
}

async function showDiscard(visit: Visit): Promise<Answer> {
  const application = await readApplication(visit);
  return showPage(
    visit,
    { title: '删除草稿', at: 'mine', back: { href: '/my', text: '我的办件' } },
    <>
      <h1>删除这份草稿？</h1>
      <p>“{application.service.name}”里已填的内容和已传的材料都会删掉，找不回来。</p>
      <CommandForm visit={visit} action={`/applications/${application.id}/discard`}>
        <div class="row">
          <button class="danger">删除</button>
          <a href={`/applications/${application.id}/form`}>不删，接着填</a>
        </div>
      </CommandForm>
    </>,
  );
}
