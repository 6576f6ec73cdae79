import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { AppError, type Issue } from '../../kernel/errors.ts';
import { chineseDate, chineseDateTime } from '../../kernel/time.ts';
import {
  cancelSurvey,
  commissionSurvey,
  deliverSurveyResult,
  readSurvey,
} from '../../modules/projects/contract-rooms-survey.ts';
import { CommandForm, ErrorSummary, Facts, faultOf, LongTextField, TextField } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import { DocumentList, FilesField, takeRoomForm } from '../room-files.tsx';
import { goTo, type Site } from '../site.ts';
import { attempt, type Answer, type Visit } from '../visit.ts';
import { wrong, type Failed } from './project-rooms.tsx';
import { homeOf, projectPath } from './projects.tsx';

/** 多测合一: one commission, three results handed in, one review. */
export function projectSurveyPages(site: Site): void {
  site.ownPage('/my/projects/:projectId/survey', (visit) => showSurvey(visit, null));
  site.ownForm('/my/projects/:projectId/survey', async (visit, form) => {
    const projectId = visit.param('projectId');
    const surveyor = form.pick(['name', 'uscc', 'qualificationNo', 'grade', 'validUntil']);
    const done = await attempt(visit, () => visit.invoke(commissionSurvey, { projectId, surveyor }, form.key()));
    return done.ok ? goTo(projectPath(projectId, '/survey')) : showSurvey(visit, { problem: done.problem, form });
  });
  site.ownForm('/my/projects/:projectId/survey/:surveyId/cancellation', async (visit, form) => {
    const input = { surveyId: visit.param('surveyId'), reason: form.text('reason') };
    const done = await attempt(visit, () => visit.invoke(cancelSurvey, input, form.key()));
    return done.ok
      ? goTo(projectPath(visit.param('projectId'), '/survey'))
      : showSurvey(visit, { problem: done.problem, form });
  });
  site.ownPage('/my/projects/:projectId/survey/:kind', (visit) => showResult(visit, null));
  site.ownUpload('/my/projects/:projectId/survey/:kind', takeResult);
}

type Survey = NonNullable<OutputOf<typeof readSurvey>['survey']>;

async function surveyOf(visit: Visit): Promise<Survey | null> {
  const { survey } = await visit.invoke(readSurvey, { projectId: visit.param('projectId') });
  return survey;
}

async function showSurvey(visit: Visit, failed: Failed | null): Promise<Answer> {
  const projectId = visit.param('projectId');
  const survey = await surveyOf(visit);
  const problem = failed?.problem ?? null;
  const isOpen = survey === null || survey.status === 'cancelled';
  return showPage(
    visit,
    {
      title: '多测合一',
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: homeOf(projectId),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>多测合一</h1>
      <p>竣工规划、竣工验收、房屋三项测量委托一家单位一次做，一家审核，联合验收和不动产登记都用这一份，不用重测。</p>
      {survey !== null && !isOpen && <SurveyCard visit={visit} projectId={projectId} survey={survey} failed={failed} />}
      {isOpen && <CommissionForm visit={visit} projectId={projectId} failed={failed} />}
    </>,
  );
}

function CommissionForm(props: { visit: Visit; projectId: string; failed: Failed | null }): JSX.Element {
  const { visit, projectId, failed } = props;
  const problem = failed?.problem ?? null;
  const field = (name: string, label: string, more: Partial<Parameters<typeof TextField>[0]> = {}) => (
    <TextField
      name={name}
      label={label}
      autocomplete="off"
      value={failed?.form.text(name) ?? ''}
      fault={faultOf(problem, name)}
      {...more}
    />
  );
  return (
    <>
      <h2>委托哪家测绘单位</h2>
      <CommandForm visit={visit} action={projectPath(projectId, '/survey')}>
        {field('name', '测绘单位', { maxlength: 100 })}
        {field('uscc', '统一社会信用代码', { width: 'w20', maxlength: 30 })}
        {field('qualificationNo', '测绘资质证书编号', { width: 'w20', maxlength: 60 })}
        {field('grade', '资质等级', { width: 'w10', optional: true, maxlength: 20 })}
        {field('validUntil', '资质有效期到哪天', { type: 'date', width: 'w10' })}
        <button>委托</button>
      </CommandForm>
    </>
  );
}

function SurveyCard(props: { visit: Visit; projectId: string; survey: Survey; failed: Failed | null }): JSX.Element {
  const { visit, projectId, survey, failed } = props;
  const may = (step: string) => survey.steps.some((one) => one.step === step);
  const returned = new Set(
    survey.status === 'returned' ? survey.review?.defects.map(({ kind }) => kind) : survey.results.map((r) => r.kind),
  );
  return (
    <>
      <p>
        <span class={`tag ${survey.status === 'approved' ? 'green' : survey.status === 'returned' ? 'red' : 'blue'}`}>
          {survey.statusName}
        </span>
      </p>
      {survey.review?.decision === 'returned' && survey.status === 'returned' && (
        <div class="note warn">
          <p>
            <b>{survey.reviewerName}退回，请改好再交：</b>
          </p>
          <ul>
            {survey.review.defects.map(({ kind, text }) => (
              <li>
                {survey.results.find((one) => one.kind === kind)?.kindName}：{text}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Facts
        rows={[
          ['测绘单位', survey.surveyor.name],
          ['资质证书', `${survey.surveyor.qualificationNo}，有效期至${chineseDate(survey.surveyor.validUntil)}`],
          ['委托时间', chineseDateTime(survey.commissionedAt)],
          ['审核单位', survey.reviewerName],
          [
            '审核结果',
            survey.review?.decision === 'approved' &&
              `通过（${chineseDateTime(survey.review.at)}）${survey.review.note === '' ? '' : `：${survey.review.note}`}`,
          ],
          ['用在', survey.uses.map(({ by }) => by).join('、')],
        ]}
      />
      <h2>三项成果</h2>
      <ul class="list">
        {survey.results.map((one) => (
          <li>
            <h3>
              {one.kindName}{' '}
              <span class={`tag ${one.deliveredAt === null ? '' : 'green'}`}>
                {one.deliveredAt === null ? '还没交' : '已交'}
              </span>
            </h3>
            {one.surveyedOn !== null && (
              <p>
                {chineseDate(one.surveyedOn)}测：
                {one.figures.map(({ name, value, unit }) => `${name} ${value} ${unit}`.trim()).join('；')}
              </p>
            )}
            <DocumentList documents={one.documents} />
            {may('deliver') && returned.has(one.kind) && (
              <p>
                <a href={projectPath(projectId, `/survey/${one.kind}`)}>
                  {one.deliveredAt === null ? '交' : '改交'}
                  {one.kindName}成果
                </a>
              </p>
            )}
          </li>
        ))}
      </ul>
      {may('cancel') && (
        <details open={failed !== null && visit.param('surveyId') !== '' ? true : undefined}>
          <summary>换测绘单位，取消委托</summary>
          <CommandForm visit={visit} action={projectPath(projectId, `/survey/${survey.id}/cancellation`)}>
            <LongTextField
              name="reason"
              label="为什么取消"
              rows={2}
              maxlength={500}
              value={failed?.form.text('reason') ?? ''}
              fault={faultOf(failed?.problem ?? null, 'reason')}
            />
            <button class="danger">取消委托</button>
          </CommandForm>
        </details>
      )}
    </>
  );
}

async function showResult(visit: Visit, failed: Failed | null): Promise<Answer> {
  const projectId = visit.param('projectId');
  const survey = await surveyOf(visit);
  const result = survey?.results.find(({ kind }) => kind === visit.param('kind'));
  if (survey === null || result === undefined) throw new AppError('SURVEY_NOT_FOUND');
  const problem = failed?.problem ?? null;
  const figures = result.figures.map(({ name, value, unit }) => `${name} ${value} ${unit}`.trim()).join('\n');
  return showPage(
    visit,
    {
      title: `交${result.kindName}成果`,
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: { href: projectPath(projectId, '/survey'), text: '多测合一' },
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>交{result.kindName}成果</h1>
      <CommandForm visit={visit} action={projectPath(projectId, `/survey/${result.kind}`)} upload>
        <TextField
          name="surveyedOn"
          label="哪天测的"
          type="date"
          width="w10"
          value={failed?.form.text('surveyedOn') ?? result.surveyedOn ?? ''}
          fault={faultOf(problem, 'surveyedOn')}
        />
        <LongTextField
          name="figures"
          label="主要数据，一行一个"
          hint="名称、数值、单位用空格分开，比如：总建筑面积 8650.32 平方米"
          rows={5}
          maxlength={3000}
          value={failed?.form.text('figures') ?? figures}
          fault={faultOf(problem, 'figures')}
        />
        <FilesField
          label="成果文件"
          keep={failed?.form.text('documents') ?? ''}
          fault={faultOf(problem, 'file') ?? faultOf(problem, 'documents')}
        />
        <button>提交成果</button>
      </CommandForm>
    </>,
  );
}

async function takeResult(visit: Visit): Promise<Answer> {
  const { form, documents, issues } = await takeRoomForm(visit);
  const survey = await surveyOf(visit);
  if (survey === null) throw new AppError('SURVEY_NOT_FOUND');
  const figures = readFigures(form.text('figures'), issues);
  if (documents.length === 0 && issues.every(({ path }) => !path.endsWith('/file')))
    issues.push({ path: '/file', message: '请上传成果文件。' });
  if (issues.length > 0) return showResult(visit, { problem: wrong(visit, issues), form });
  const input = {
    surveyId: survey.id,
    kind: visit.param('kind'),
    surveyedOn: form.text('surveyedOn'),
    figures,
    documents,
  };
  const done = await attempt(visit, () => visit.invoke(deliverSurveyResult, input, form.key()));
  return done.ok
    ? goTo(projectPath(visit.param('projectId'), '/survey'))
    : showResult(visit, { problem: done.problem, form });
}

function readFigures(text: string, issues: Issue[]): { name: string; value: string; unit: string }[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length === 0) issues.push({ path: '/figures', message: '请填写主要测量数据。' });
  const figures = lines.map((line) => {
    const [name = '', value = '', ...unit] = line.split(/[\s:：]+/);
    return { line, name, value, unit: unit.join('') };
  });
  const faulty = figures.find(({ value }) => !/\d/.test(value));
  if (faulty !== undefined) issues.push({ path: '/figures', message: `“${faulty.line}”里没有看到数值。` });
  return figures.map(({ name, value, unit }) => ({ name, value, unit }));
}
