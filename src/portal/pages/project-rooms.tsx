import type { JSX } from 'preact';
import type { Problem } from '../../kernel/call.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDate, chineseDateTime } from '../../kernel/time.ts';
import { units } from '../../modules/org/contract.ts';
import { myProject } from '../../modules/projects/contract.ts';
import {
  fileGasConnection,
  gasRule,
  projectCommitments,
  reportCorrection,
} from '../../modules/projects/contract-rooms-commitments.ts';
import { askQuestion, myQuestions, withdrawQuestion } from '../../modules/projects/contract-rooms-questions.ts';
import {
  CommandForm,
  ErrorSummary,
  Facts,
  faultOf,
  LongTextField,
  pageNumber,
  Pager,
  SelectField,
  TextField,
} from '../controls.tsx';
import type { FormBody } from '../form-body.ts';
import { showPage } from '../layout.tsx';
import { DocumentList, FilesField, takeRoomForm } from '../room-files.tsx';
import { goTo, type Site } from '../site.ts';
import { termText } from '../texts.ts';
import { attempt, type Answer, type Visit } from '../visit.ts';
import { homeOf, projectPath } from './projects.tsx';

/** Around a project: asking a department, filing a short gas line, and what became of the promises. */
export function projectRoomPages(site: Site): void {
  site.ownPage('/my/projects/:projectId/questions', (visit) => showQuestions(visit, null));
  site.ownForm('/my/projects/:projectId/questions', async (visit, form) => {
    const projectId = visit.param('projectId');
    const input = { projectId, ...form.pick(['subject', 'text']), ...optional(form, 'unitId') };
    const done = await attempt(visit, () => visit.invoke(askQuestion, input, form.key()));
    return done.ok
      ? goTo(projectPath(projectId, '/questions?asked=1'))
      : showQuestions(visit, { problem: done.problem, form });
  });
  site.ownForm('/my/projects/:projectId/questions/:questionId/withdrawal', async (visit, form) => {
    const input = { questionId: visit.param('questionId') };
    const done = await attempt(visit, () => visit.invoke(withdrawQuestion, input, form.key()));
    return done.ok
      ? goTo(projectPath(visit.param('projectId'), '/questions'))
      : showQuestions(visit, { problem: done.problem, form });
  });
  site.ownPage('/my/projects/:projectId/gas', (visit) => showGas(visit, null));
  site.ownUpload('/my/projects/:projectId/gas', takeGas);
  site.ownPage('/my/projects/:projectId/commitments', (visit) => showCommitments(visit, null));
  site.ownUpload('/my/projects/:projectId/commitments/:commitmentId/correction', takeCorrection);
}

export interface Failed {
  problem: Problem;
  form: FormBody;
}
type Commitment = OutputOf<typeof projectCommitments>['commitments'][number];

function optional(form: FormBody, name: string): Record<string, string> {
  return form.text(name) === '' ? {} : { [name]: form.text(name) };
}

async function showQuestions(visit: Visit, failed: Failed | null): Promise<Answer> {
  const projectId = visit.param('projectId');
  const page = pageNumber(visit.query('page'));
  const project = await visit.invoke(myProject, { projectId });
  const { questions, total } = await visit.invoke(myQuestions, { projectId, page, size: 20 });
  const { units: departments } = await visit.invoke(units, {
    kind: ['government', 'institution', 'enterprise', 'park'],
  });
  // Who has something of this project comes first.
  const near = new Set([...project.stages, ...project.tracks].flatMap(({ items }) => items.map((item) => item.unitId)));
  const options = [...departments]
    .sort((a, b) => Number(near.has(b.id)) - Number(near.has(a.id)))
    .map(({ id, name }) => ({ value: id, label: name }));
  const typed = (name: string) => failed?.form.text(name) ?? '';
  const problem = failed?.problem ?? null;
  return showPage(
    visit,
    {
      title: `问部门：${project.name}`,
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: homeOf(projectId),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>问部门</h1>
      {visit.query('asked') === '1' && (
        <p class="note" role="status">
          已送到部门，答复会出现在这里，也会通知您。
        </p>
      )}
      <p>
        先看看<a href="/projects/questions">别人问过的</a>，也许已经有答案。
      </p>
      <CommandForm visit={visit} action={projectPath(projectId, '/questions')}>
        <SelectField
          name="unitId"
          label="问哪个部门"
          options={options}
          value={typed('unitId')}
          fault={faultOf(problem, 'unitId') ?? (problem?.code === 'WHOM_TO_ASK' ? problem.detail : undefined)}
        />
        <TextField
          name="subject"
          label="一句话写明要问什么"
          value={typed('subject')}
          maxlength={100}
          autocomplete="off"
          fault={faultOf(problem, 'subject')}
        />
        <LongTextField
          name="text"
          label="详细说说"
          value={typed('text')}
          maxlength={2000}
          fault={faultOf(problem, 'text')}
        />
        <button>提问</button>
      </CommandForm>
      {total > 0 && <h2>我问过的</h2>}
      <ul class="list">
        {questions.map((one) => (
          <li>
            <h3>
              {one.subject} <span class={`tag ${one.status === 'answered' ? 'green' : ''}`}>{one.statusName}</span>
            </h3>
            <p>{one.text}</p>
            <p class="hint">
              {one.no}，{chineseDateTime(one.askedAt)}问{one.unitName}
              {one.duty !== null && `，${chineseDate(one.duty.dueOn)}前答复`}
            </p>
            {one.answer !== null && (
              <div class="note">
                <p>{one.answer.text}</p>
                <p class="hint">
                  {one.unitName}，{chineseDateTime(one.answer.at)}
                </p>
              </div>
            )}
            {one.status === 'asked' && (
              <CommandForm visit={visit} action={projectPath(projectId, `/questions/${one.id}/withdrawal`)}>
                <button class="link" aria-label={`撤回：${one.subject}`}>
                  不问了，撤回
                </button>
              </CommandForm>
            )}
          </li>
        ))}
      </ul>
      <Pager path={projectPath(projectId, '/questions')} query={{}} page={page} size={20} total={total} />
    </>,
  );
}

async function takeGas(visit: Visit): Promise<Answer> {
  const { form, documents, issues } = await takeRoomForm(visit);
  const projectId = visit.param('projectId');
  const input = {
    projectId,
    lengthMetres: Number(form.text('lengthMetres').trim() || 'x'),
    ...form.pick(['route', 'startOn', 'note']),
    pledged: form.text('pledged') === '1',
    documents,
  };
  if (Number.isNaN(input.lengthMetres))
    issues.push({ path: '/lengthMetres', message: '外线长度要写成数字，比如 120。' });
  if (issues.length > 0) return showGas(visit, { problem: wrong(visit, issues), form });
  const done = await attempt(visit, () => visit.invoke(fileGasConnection, input, form.key()));
  return done.ok ? goTo(projectPath(projectId, '/gas')) : showGas(visit, { problem: done.problem, form });
}

async function showGas(visit: Visit, failed: Failed | null): Promise<Answer> {
  const projectId = visit.param('projectId');
  const rule = await visit.invoke(gasRule, {});
  const { commitments } = await visit.invoke(projectCommitments, { projectId });
  const filed = commitments.find(({ kind, status }) => kind === 'gas' && status !== 'ended');
  const typed = (name: string) => failed?.form.text(name) ?? '';
  const problem = failed?.problem ?? null;
  return showPage(
    visit,
    {
      title: '燃气接入承诺备案',
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: homeOf(projectId),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>燃气接入承诺备案</h1>
      {filed !== undefined ? (
        <>
          <div class="done">
            <h2>已备案，可以按计划开工</h2>
            <Facts rows={filed.figures.map(({ name, value }) => [name, value])} />
          </div>
          <CommitmentCard visit={visit} projectId={projectId} one={filed} failed={failed} />
        </>
      ) : (
        <>
          <p>
            红线外的燃气管线不超过 <b>{rule.limitMetres} 米</b>，签一份承诺、备案，就可以开工，不用等批。
            {rule.unitName}在您计划开工后 {termText(rule.inspectWithin)}内到现场核查。
          </p>
          <CommandForm visit={visit} action={projectPath(projectId, '/gas')} upload>
            <TextField
              name="lengthMetres"
              label="外线多长（米）"
              inputmode="decimal"
              width="w10"
              autocomplete="off"
              value={typed('lengthMetres')}
              fault={faultOf(problem, 'lengthMetres')}
            />
            <LongTextField
              name="route"
              label="管线从哪里接到哪里"
              hint="比如：自东大街市政中压管接至厂区北门"
              rows={2}
              maxlength={500}
              value={typed('route')}
              fault={faultOf(problem, 'route')}
            />
            <TextField
              name="startOn"
              label="计划哪天开工"
              type="date"
              width="w10"
              value={typed('startOn')}
              fault={faultOf(problem, 'startOn')}
            />
            <FilesField
              label="管线图等附件"
              optional
              keep={failed?.form.text('documents') ?? ''}
              fault={faultOf(problem, 'file')}
            />
            <section class="card" aria-labelledby="pledge">
              <h2 id="pledge">承诺书</h2>
              <p>{rule.promise}</p>
              <p class="hint">依据：{rule.source}</p>
              {faultOf(problem, 'pledged') && (
                <p class="fault" id="f-pledged-fault" data-sign="×">
                  {faultOf(problem, 'pledged')}
                </p>
              )}
              <label class="pick">
                <input
                  type="checkbox"
                  id="f-pledged"
                  name="pledged"
                  value="1"
                  aria-describedby={faultOf(problem, 'pledged') ? 'f-pledged-fault' : undefined}
                />
                <span>我看明白了，我承诺符合上面的条件</span>
              </label>
            </section>
            <button>签承诺并备案</button>
          </CommandForm>
        </>
      )}
    </>,
  );
}

export function wrong(visit: Visit, issues: Problem['issues']): Problem {
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

async function takeCorrection(visit: Visit): Promise<Answer> {
  const { form, documents, issues } = await takeRoomForm(visit);
  const commitmentId = visit.param('commitmentId');
  if (issues.length > 0) return showCommitments(visit, { problem: wrong(visit, issues), form });
  const input = { commitmentId, note: form.text('note'), documents };
  const done = await attempt(visit, () => visit.invoke(reportCorrection, input, form.key()));
  return done.ok
    ? goTo(projectPath(visit.param('projectId'), `/commitments#c-${commitmentId}`))
    : showCommitments(visit, { problem: done.problem, form });
}

async function showCommitments(visit: Visit, failed: Failed | null): Promise<Answer> {
  const projectId = visit.param('projectId');
  const { commitments } = await visit.invoke(projectCommitments, { projectId });
  const problem = failed?.problem ?? null;
  return showPage(
    visit,
    {
      title: '承诺和核查',
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: homeOf(projectId),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>承诺和核查</h1>
      <p>
        告知承诺和容缺（先办后补材料）在申请时选、在申请时签；部门办完后来核查，核查的结果写在这里。与承诺不符的要在期限内整改，逾期不改会撤销，以后不能再选承诺。
      </p>
      {commitments.length === 0 && <p role="status">这个项目还没有作过承诺。</p>}
      {commitments.map((one) => (
        <CommitmentCard visit={visit} projectId={projectId} one={one} failed={failed} />
      ))}
    </>,
  );
}

function CommitmentCard(props: {
  visit: Visit;
  projectId: string;
  one: Commitment;
  failed: Failed | null;
}): JSX.Element {
  const { visit, projectId, one, failed } = props;
  const mayReport = one.steps.some(({ step }) => step === 'reportCorrection');
  const isHere = failed !== null && visit.param('commitmentId') === one.id;
  const tone = { kept: 'green', correcting: 'red', uncorrected: 'red', revoked: 'red' }[one.status as string] ?? '';
  return (
    <section class="card" aria-labelledby={`c-${one.id}`}>
      <h2 id={`c-${one.id}`}>
        {one.kindName}：{one.itemName} <span class={`tag ${tone}`}>{one.statusName}</span>
      </h2>
      <p>{one.promise}</p>
      <Facts
        rows={[
          ...one.figures.map(({ name, value }) => [name, value] as const),
          ['承诺时间', chineseDateTime(one.promisedAt)],
          ['核查单位', one.unitName],
          [
            '核查结果',
            one.inspection &&
              `${one.inspection.result === 'kept' ? '与承诺相符' : '与承诺不符'}（${chineseDate(one.inspection.on)}）：${one.inspection.findings}`,
          ],
          ['整改期限', one.correctBy && `${chineseDate(one.correctBy)}前`],
          ['您报告的整改', one.correction && `${one.correction.note}（${chineseDateTime(one.correction.at)}）`],
        ]}
      />
      {one.revocation !== null && (
        <div class="note warn">
          <p>
            <b>已撤销（{one.revocation.documentNo}）</b>：{one.revocation.reason}
          </p>
          <p>
            依据：{one.revocation.basis.title}
            {one.revocation.basis.article}。不服怎么办：{one.revocation.remedy}
          </p>
        </div>
      )}
      <DocumentList documents={one.documents} />
      {mayReport && (
        <CommandForm visit={visit} action={projectPath(projectId, `/commitments/${one.id}/correction`)} upload>
          <LongTextField
            name="note"
            id={isHere ? 'note' : `note-${one.id}`}
            label="怎样整改的"
            rows={3}
            maxlength={1000}
            value={isHere ? failed.form.text('note') : ''}
            fault={isHere ? faultOf(failed.problem, 'note') : undefined}
          />
          <FilesField
            id={isHere ? 'file' : `file-${one.id}`}
            label="照片或证明"
            optional
            keep={isHere ? failed.form.text('documents') : ''}
            fault={isHere ? faultOf(failed.problem, 'file') : undefined}
          />
          <button>报告整改完成</button>
        </CommandForm>
      )}
    </section>
  );
}
