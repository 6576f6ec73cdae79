import type { JSX } from 'preact';
import type { Problem } from '../../kernel/call.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { AppError } from '../../kernel/errors.ts';
import { chineseDate, chineseDateTime } from '../../kernel/time.ts';
import {
  checkApplication,
  correctCase,
  uploadCaseDocument,
  withdrawCase,
  type myApplication,
} from '../../modules/cases/contract.ts';
import { myRatings, rateCase } from '../../modules/ratings/contract.ts';
import { AnswerField, readTyped } from '../answer-fields.tsx';
import { CaseSection } from '../case-progress.tsx';
import { ChoiceField, CommandForm, ErrorSummary, faultOf, LongTextField } from '../controls.tsx';
import type { FormBody } from '../form-body.ts';
import { stepsOf } from '../form-plan.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { ratingNames } from '../texts.ts';
import { DocumentLink, takeFiles, UploadForm } from '../uploads.tsx';
import { attempt, type Answer, type Visit } from '../visit.ts';
import { incomplete, openForm, readApplication, type Application, type OpenForm } from './apply.tsx';

type OwnCase = OutputOf<typeof myApplication>['cases'][number];
type OwnRating = OutputOf<typeof myRatings>['ratings'][number];
type Material = OutputOf<typeof checkApplication>['materials'][number];

/** A filed application: its cases, and what its applicant may still do with each. */
export function myApplicationPages(site: Site): void {
  site.ownPage('/my/:applicationId', (visit) => showApplication(visit, null));
  site.ownUpload('/my/:applicationId/cases/:caseId/materials/:materialId', takeCaseUpload);
  site.ownPage('/my/:applicationId/cases/:caseId/correct', (visit) => showCorrection(visit, null, null));
  site.ownForm('/my/:applicationId/cases/:caseId/correct', takeCorrection);
  site.ownPage('/my/:applicationId/cases/:caseId/withdraw', (visit) => showWithdrawal(visit, null));
  site.ownForm('/my/:applicationId/cases/:caseId/withdraw', async (visit, form) => {
    const input = { caseId: visit.param('caseId'), reason: form.text('reason') };
    const done = await attempt(visit, () => visit.invoke(withdrawCase, input, form.key()));
    return done.ok ? goTo(pathOf(visit)) : showWithdrawal(visit, done.problem);
  });
  site.ownForm('/my/:applicationId/cases/:caseId/rate', async (visit, form) => {
    const input = {
      caseId: visit.param('caseId'),
      level: form.text('level'),
      comment: form.text('comment'),
      anonymous: form.has('anonymous'),
    };
    if (input.level === '')
      return showApplication(
        visit,
        incomplete(visit, [{ path: `/level-${input.caseId}`, message: '请先选满意不满意，再提交评价。' }]),
      );
    const done = await attempt(visit, () => visit.invoke(rateCase, input, form.key()));
    return done.ok ? goTo(`${pathOf(visit)}#case-${input.caseId}`) : showApplication(visit, done.problem);
  });
}

function pathOf(visit: Visit): string {
  return `/my/${visit.param('applicationId')}`;
}

async function showApplication(visit: Visit, problem: Problem | null): Promise<Answer> {
  const application = await readApplication(visit);
  if (application.state === 'draft') return goTo(`/applications/${application.id}/form`);
  const mine = application.cases.filter(
    (one) => one.status === 'correcting' || one.owed.some((owed) => owed.deliveredAt === null),
  );
  const ratings = await ratingsOf(visit, application);
  return showPage(
    visit,
    {
      title: application.service.name,
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: { href: '/my', text: '我的办件' },
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>{application.service.name}</h1>
      <p>
        申报编号 <b>{application.no}</b>
        {application.filedAt !== null && `，${chineseDateTime(application.filedAt)}提交`}
      </p>
      {mine.length > 0 && (
        <div class="note warn">
          <p>
            <b>等您来办：</b>
          </p>
          <ul>
            {mine.map((one) => (
              <li>
                <a href={`#case-${one.caseId}`}>{one.itemName}</a>：
                {one.status === 'correcting' ? '按通知补正' : '补交材料'}
              </li>
            ))}
          </ul>
        </div>
      )}
      {application.cases.map((one) => (
        <CaseSection progress={one}>
          <CaseActions
            visit={visit}
            application={application}
            one={one}
            rating={ratings.get(one.caseId)}
            problem={problem}
          />
        </CaseSection>
      ))}
      {application.documents.length > 0 && (
        <details>
          <summary>交过的材料（{application.documents.length} 个文件）</summary>
          <ul>
            {application.documents.map((document) => (
              <li>
                <DocumentLink document={document} />，{chineseDateTime(document.uploadedAt)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>,
  );
}

/** What he said of the cases that were decided; the ones nobody has opened for rating yet can be rated all the same. */
async function ratingsOf(visit: Visit, application: Application): Promise<Map<string, OwnRating>> {
  const subjectId = application.cases
    .filter((one) => one.status === 'granted' || one.status === 'refused')
    .map((one) => one.caseId);
  if (subjectId.length === 0) return new Map();
  const { ratings } = await visit.invoke(myRatings, { subjectId, size: 50 });
  return new Map(ratings.map((one) => [one.subjectId, one]));
}

function CaseActions(props: {
  visit: Visit;
  application: Application;
  one: OwnCase;
  rating: OwnRating | undefined;
  problem: Problem | null;
}): JSX.Element {
  const { visit, application, one, rating, problem } = props;
  const base = `/my/${application.id}/cases/${one.caseId}`;
  const owed = one.owed.filter((material) => material.deliveredAt === null);
  return (
    <>
      {one.status === 'correcting' && one.correction !== null && (
        <div class="note warn">
          <p>
            <b>
              要补正（{one.correction.noticeNo}），请在 {chineseDate(one.correction.dueOn)} 前补好：
            </b>
          </p>
          <Defects one={one} />
          <p>
            <a class="button" href={`${base}/correct`}>
              去补正
            </a>
          </p>
        </div>
      )}
      {owed.map((material) => (
        <div class="note warn">
          <p>
            <b>欠交：{material.name}</b>
            {material.dueOn !== null && `，请在 ${chineseDate(material.dueOn)} 前补上`}
          </p>
          <UploadForm
            visit={visit}
            action={`${base}/materials/${material.materialId}`}
            materialId={material.materialId}
            name={material.name}
            fault={faultOf(problem, material.materialId)}
          />
        </div>
      ))}
      {(one.status === 'granted' || one.status === 'refused') && (rating === undefined || rating.mayRate) && (
        <RatingForm visit={visit} base={base} caseId={one.caseId} problem={problem} />
      )}
      {rating?.rating && (
        <p>
          您的评价：<b>{ratingNames[rating.rating.level]}</b>
          {rating.rating.words !== '' && `，${rating.rating.words}`}
          {rating.reply !== '' && `。单位答复：${rating.reply}`}{' '}
          <a href={`/rate/${rating.code}`} aria-label={`看我的评价：${one.itemName}`}>
            {rating.awaitsRevisit ? '改得满意吗？请您说' : '看我的评价'}
          </a>
        </p>
      )}
      {one.mayWithdraw && (
        <p>
          <a href={`${base}/withdraw`} aria-label={`不办了，撤回：${one.itemName}`}>
            不办了，撤回
          </a>
        </p>
      )}
    </>
  );
}

function Defects({ one }: { one: OwnCase }): JSX.Element {
  return (
    <ul>
      {one.correction?.defects.map((defect) => (
        <li>{defect.text}</li>
      ))}
    </ul>
  );
}

function RatingForm({
  visit,
  base,
  caseId,
  problem,
}: {
  visit: Visit;
  base: string;
  caseId: string;
  problem: Problem | null;
}): JSX.Element {
  // Several cases on one page: the group's id carries the case, the field's name does not.
  const fault = faultOf(problem, `level-${caseId}`);
  return (
    <details open={fault !== undefined ? true : undefined}>
      <summary>评价这次办事</summary>
      <CommandForm visit={visit} action={`${base}/rate`}>
        <ChoiceField
          id={`level-${caseId}`}
          name="level"
          label="您满意吗？"
          hint="一件事只能评一次；办事窗口看不到是谁评的。不满意的，一个工作日内会有人联系您"
          fault={fault}
          options={[5, 4, 3, 2, 1].map((level) => ({ value: String(level), label: ratingNames[level] ?? '' }))}
          chosen={[]}
        />
        <LongTextField id={`comment-${caseId}`} name="comment" label="想说的话" optional rows={2} maxlength={500} />
        <ChoiceField
          id={`anonymous-${caseId}`}
          name="anonymous"
          label="匿名"
          optional
          many
          options={[{ value: 'yes', label: '匿名评价（只计入统计，不会有人联系您）' }]}
          chosen={[]}
        />
        <button class="quiet">提交评价</button>
      </CommandForm>
    </details>
  );
}

async function takeCaseUpload(visit: Visit): Promise<Answer> {
  const [caseId, materialId] = [visit.param('caseId'), visit.param('materialId')];
  const isCorrection = visit.query('for') === 'correction';
  const { issues } = await takeFiles(visit, materialId, (document, key) =>
    visit.invoke(uploadCaseDocument, { caseId, materialId, document }, key),
  );
  if (issues.length > 0) {
    const problem = incomplete(visit, issues);
    return isCorrection ? showCorrection(visit, problem, null) : showApplication(visit, problem);
  }
  return goTo(isCorrection ? `${pathOf(visit)}/cases/${caseId}/correct` : `${pathOf(visit)}#case-${caseId}`);
}

interface Correction {
  one: OwnCase;
  open: OpenForm;
  materials: Material[];
}

async function openCorrection(visit: Visit): Promise<Correction | null> {
  const application = await readApplication(visit);
  const one = application.cases.find((candidate) => candidate.caseId === visit.param('caseId'));
  if (one === undefined) throw new AppError('CASE_NOT_FOUND');
  if (one.status !== 'correcting') return null;
  const { materials } = await visit.invoke(checkApplication, { applicationId: application.id });
  return {
    one,
    open: await openForm(visit, application),
    materials: materials.filter((material) => material.need !== 'waived'),
  };
}

/** The answers and materials of this item only; those that the notice names come first. */
async function showCorrection(
  visit: Visit,
  problem: Problem | null,
  typed: Record<string, unknown> | null,
): Promise<Answer> {
  const correction = await openCorrection(visit);
  if (correction === null) return goTo(pathOf(visit));
  const { one, open, materials } = correction;
  const base = `${pathOf(visit)}/cases/${one.caseId}`;
  const about = (one.correction?.defects ?? []).map((defect) => defect.about.replace(/^\w+:/, ''));
  const isNamed = (...names: string[]) => names.some((name) => about.includes(name));
  const own = materials.filter((material) => material.itemNames.includes(one.itemName));
  const named = own.filter((material) => isNamed(material.id, material.name, material.id.split('.').at(-1) ?? ''));
  const fields = fieldsOf(correction);
  const namedFields = fields.filter(({ field }) => isNamed(field.element.id, field.element.name));
  const otherFields = fields.filter((state) => !namedFields.includes(state));
  const values = { ...open.application.answers, ...typed };
  const field = (state: (typeof fields)[number]) => (
    <AnswerField state={state} value={values[state.field.element.id]} problem={problem} />
  );
  const upload = (material: Material) => (
    <section class="card" aria-label={material.name}>
      <h3>{material.name}</h3>
      {material.documents.length > 0 && (
        <ul>
          {material.documents.map((document) => (
            <li>
              <DocumentLink document={document} />，{chineseDateTime(document.uploadedAt)}
            </li>
          ))}
        </ul>
      )}
      <UploadForm
        visit={visit}
        action={`${base}/materials/${material.id}?for=correction`}
        materialId={material.id}
        name={material.name}
        fault={faultOf(problem, material.id)}
      />
    </section>
  );
  const rest = own.filter((material) => !named.includes(material));
  return showPage(
    visit,
    {
      title: `补正：${one.itemName}`,
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: { href: pathOf(visit), text: '回到进度' },
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>补正：{one.itemName}</h1>
      <div class="note warn">
        <p>
          <b>
            {one.unitName}告诉您（{one.correction?.noticeNo}）：
          </b>
        </p>
        <Defects one={one} />
        <p>请在 {chineseDate(one.correction?.dueOn ?? visit.today)} 前补好，一次补齐就行。</p>
      </div>
      {own.length > 0 && (
        <>
          <h2>第一步：补传材料</h2>
          {named.map(upload)}
          {rest.length > 0 &&
            (named.length === 0 ? (
              rest.map(upload)
            ) : (
              <details>
                <summary>其他材料</summary>
                {rest.map(upload)}
              </details>
            ))}
        </>
      )}
      <h2>{own.length > 0 ? '第二步：改填的内容，重新提交' : '改填的内容，重新提交'}</h2>
      <CommandForm visit={visit} action={`${base}/correct`}>
        {namedFields.map(field)}
        {otherFields.length > 0 && (
          <details
            open={
              problem?.issues.some((issue) =>
                otherFields.some((state) => issue.path === `/answers/${state.field.element.id}`),
              )
                ? true
                : undefined
            }
          >
            <summary>{namedFields.length > 0 ? '还要改别的' : '要改填的内容'}</summary>
            {otherFields.map(field)}
          </details>
        )}
        <div class="row">
          <button>补好了，重新提交</button>
          <a href={pathOf(visit)}>先不提交</a>
        </div>
      </CommandForm>
    </>,
  );
}

/** What the form asks for this item, by the answers that are there. */
function fieldsOf({ one, open }: Correction) {
  const { application, form, pages } = open;
  return stepsOf(pages, form, application.answers)
    .flatMap((step) => step.fields)
    .filter(({ field }) => field.asks.some((ask) => ask.item === one.itemId));
}

async function takeCorrection(visit: Visit, body: FormBody): Promise<Answer> {
  const correction = await openCorrection(visit);
  if (correction === null) return goTo(pathOf(visit));
  const { application, form } = correction.open;
  const typed = readTyped(form, fieldsOf(correction), application.answers, body, visit.today);
  if (typed.issues.length > 0) return showCorrection(visit, incomplete(visit, typed.issues), typed.raw);
  const done = await attempt(visit, () =>
    visit.invoke(correctCase, { caseId: correction.one.caseId, answers: typed.answers }, body.key()),
  );
  return done.ok
    ? goTo(`${pathOf(visit)}#case-${correction.one.caseId}`)
    : showCorrection(visit, done.problem, typed.raw);
}

async function showWithdrawal(visit: Visit, problem: Problem | null): Promise<Answer> {
  const application = await readApplication(visit);
  const one = application.cases.find((candidate) => candidate.caseId === visit.param('caseId'));
  if (one === undefined) throw new AppError('CASE_NOT_FOUND');
  return showPage(
    visit,
    {
      title: `撤回：${one.itemName}`,
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: { href: pathOf(visit), text: '回到进度' },
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>撤回“{one.itemName}”？</h1>
      <p>撤回后这一项就不办了，要办得重新申请。已经办好的其他事项不受影响；等着这一项的事项会跟着停下来。</p>
      {one.mayWithdraw ? (
        <CommandForm visit={visit} action={`${pathOf(visit)}/cases/${one.caseId}/withdraw`}>
          <LongTextField name="reason" label="为什么不办了" optional rows={2} maxlength={1000} />
          <div class="row">
            <button class="danger">确认撤回</button>
            <a href={pathOf(visit)}>不撤回</a>
          </div>
        </CommandForm>
      ) : (
        <p class="note">现在是“{one.statusName}”，不能撤回了。</p>
      )}
    </>,
  );
}
