import type { JSX } from 'preact';
import type { Problem } from '../../kernel/call.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import type { Issue } from '../../kernel/errors.ts';
import { checkApplication, fileApplication, removeDocument, uploadDocument } from '../../modules/cases/contract.ts';
import { answerText } from '../../modules/catalogue/index.ts';
import { CommandForm, ErrorSummary, Facts, faultOf, idOf } from '../controls.tsx';
import type { FormBody } from '../form-body.ts';
import { pageOfElement, stepsOf } from '../form-plan.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { DocumentLink, takeFiles, UploadForm } from '../uploads.tsx';
import { attempt, type Answer, type Visit } from '../visit.ts';
import { incomplete, openForm, readApplication, type Application, type OpenForm } from './apply.tsx';

type Check = OutputOf<typeof checkApplication>;

/** Materials, check answers, filing, confirmation. */
export function submitPages(site: Site): void {
  site.ownPage('/applications/:applicationId/materials', (visit) => showMaterials(visit, null));
  site.ownUpload('/applications/:applicationId/materials/:materialId', takeUpload);
  site.ownForm('/applications/:applicationId/documents/:documentId/remove', async (visit, form) => {
    const [applicationId, documentId] = [visit.param('applicationId'), visit.param('documentId')];
    await visit.invoke(removeDocument, { applicationId, documentId }, form.key());
    return goTo(`/applications/${applicationId}/materials`);
  });
  site.ownPage('/applications/:applicationId/check', (visit) => showCheck(visit, null));
  site.ownForm('/applications/:applicationId/check', takeFiling);
  site.ownPage('/applications/:applicationId/done', showDone);
}

async function showMaterials(visit: Visit, problem: Problem | null): Promise<Answer> {
  const application = await readApplication(visit);
  if (application.state !== 'draft') return goTo(`/my/${application.id}`);
  const check = await visit.invoke(checkApplication, { applicationId: application.id });
  const base = `/applications/${application.id}`;
  const asked = check.materials.filter((one) => one.need !== 'waived');
  const waived = check.materials.filter((one) => one.need === 'waived');
  const isFilled = !check.issues.some((issue) => issue.path.startsWith('/answers/'));
  const missing = asked.filter((one) => one.owedWithin === null && one.documents.length === 0).length;
  return showPage(
    visit,
    {
      title: '交材料',
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: { href: `${base}/form`, text: '回到填表' },
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>交材料</h1>
      <p role="status">
        {!isFilled
          ? '表还没有填完，填完才能算准要交哪些。'
          : asked.length === 0
            ? '按您填的情况，不用交任何材料。'
            : missing === 0
              ? '必须交的都齐了。'
              : `按您填的情况要交 ${asked.length} 样，还差 ${missing} 样必须现在交。`}
      </p>
      {asked.length > 0 && (
        <p class="hint">
          拍照或扫描都行：PDF、图片、Word、Excel，每个不超过{' '}
          {Math.floor(visit.platform.settings.maxUploadBytes / 2 ** 20)} MB。
        </p>
      )}
      {asked.map((one) => (
        <MaterialCard visit={visit} base={base} material={one} problem={problem} />
      ))}
      {waived.length > 0 && (
        <section aria-labelledby="waived">
          <h2 id="waived">这些不用您交</h2>
          <WaivedList materials={waived} />
        </section>
      )}
      <p class="row">
        {isFilled ? (
          <a class="button" href={`${base}/check`}>
            去核对
          </a>
        ) : (
          <a class="button" href={`${base}/form`}>
            接着填表
          </a>
        )}
        {isFilled && missing > 0 && <span class="hint">材料没齐也可以先去核对，齐了再提交。</span>}
      </p>
    </>,
  );
}

function MaterialCard(props: {
  visit: Visit;
  base: string;
  material: Check['materials'][number];
  problem: Problem | null;
}): JSX.Element {
  const { visit, base, material, problem } = props;
  const isDone = material.documents.length > 0;
  return (
    <section class="card" aria-labelledby={`m-${material.id}`}>
      <h2 id={`m-${material.id}`}>
        {material.name}{' '}
        {isDone ? (
          <span class="tag green">✓ 已传</span>
        ) : material.owedWithin === null ? (
          <span class="tag red">必须交</span>
        ) : (
          <span class="tag blue">可以后补，{material.owedWithin}内</span>
        )}
      </h2>
      <p class="hint">
        {material.why}。用于：{material.itemNames.join('、')}
      </p>
      {isDone && (
        <ul>
          {material.documents.map((document) => (
            <li>
              <CommandForm visit={visit} action={`${base}/documents/${document.id}/remove`}>
                <DocumentLink document={document} />{' '}
                <button class="link" aria-label={`删除${document.name}`}>
                  删除
                </button>
              </CommandForm>
            </li>
          ))}
        </ul>
      )}
      <UploadForm
        visit={visit}
        action={`${base}/materials/${material.id}`}
        materialId={material.id}
        name={material.name}
        fault={faultOf(problem, material.id)}
      />
    </section>
  );
}

function WaivedList({ materials }: { materials: Check['materials'] }): JSX.Element | null {
  if (materials.length === 0) return null;
  return (
    <ul>
      {materials.map((one) => (
        <li>
          {one.name} <span class="tag green">免提交</span>
          <span class="hint">{one.why.replace(/^免提交：/, '')}</span>
        </li>
      ))}
    </ul>
  );
}

async function takeUpload(visit: Visit): Promise<Answer> {
  const [applicationId, materialId] = [visit.param('applicationId'), visit.param('materialId')];
  const { issues } = await takeFiles(visit, materialId, (document, key) =>
    visit.invoke(uploadDocument, { applicationId, materialId, document }, key),
  );
  return issues.length === 0
    ? goTo(`/applications/${applicationId}/materials#m-${encodeURIComponent(materialId)}`)
    : showMaterials(visit, incomplete(visit, issues));
}

async function showCheck(visit: Visit, problem: Problem | null): Promise<Answer> {
  const application = await readApplication(visit);
  if (application.state !== 'draft') return goTo(`/applications/${application.id}/done`);
  const check = await visit.invoke(checkApplication, { applicationId: application.id });
  const open = await openForm(visit, application);
  const base = `/applications/${application.id}`;
  const against = check.conditions.filter((one) => one.holds === 'no');
  return showPage(
    visit,
    {
      title: '核对',
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: { href: `${base}/materials`, text: '回到交材料' },
    },
    <>
      <ErrorSummary problem={problem} href={(issue) => placeOf(open, issue)} />
      <h1>核对后提交</h1>
      {problem === null && check.issues.length > 0 && (
        <div class="note warn">
          <p>
            <b>还差 {check.issues.length} 处，补好才能提交：</b>
          </p>
          <ul>
            {check.issues.map((issue) => (
              <li>
                <a href={placeOf(open, issue)}>{issue.message}</a>
              </li>
            ))}
          </ul>
        </div>
      )}
      {against.length > 0 && (
        <div class="note warn">
          <p>
            <b>按您填的情况，不符合下面的条件：</b>
          </p>
          <ul>
            {against.map((one) => (
              <li>
                {one.text}（{one.itemName}）<span class="hint">依据：{one.basis}</span>
              </li>
            ))}
          </ul>
          <p>填错了就改过来；确实不符合，可以打 12345 问怎么办。</p>
        </div>
      )}
      <AnswersGiven open={open} />
      {check.materials.length > 0 && <h2>材料</h2>}
      <Facts
        rows={check.materials
          .filter((one) => one.need !== 'waived')
          .map((one) => [
            one.name,
            <>
              {one.documents.length > 0
                ? one.documents.map((document) => document.name).join('、')
                : one.owedWithin === null
                  ? '还没有传'
                  : `以后补（受理后${one.owedWithin}内）`}{' '}
              <a href={`${base}/materials#m-${one.id}`} aria-label={`修改材料：${one.name}`}>
                修改
              </a>
            </>,
          ])}
      />
      <WaivedList materials={check.materials.filter((one) => one.need === 'waived')} />
      {check.items.length > 0 && <h2>提交后分成这些办件，各部门同时收到</h2>}
      <ul>
        {check.items.map((item) => (
          <li>
            {item.name}，{item.unitName}，{item.promisedTerm}
            {item.note !== '' && <span class="hint">{item.note}</span>}
            {application.commitments.includes(item.id) && <span class="hint">您选了告知承诺</span>}
          </li>
        ))}
      </ul>
      <CommandForm visit={visit} action={`${base}/check`}>
        <input type="hidden" name="revision" value={application.revision} />
        <p>点“提交”就表示：上面填的和交的都是真的。</p>
        <div class="row">
          <button>提交</button>
          <a href="/my">先不提交，草稿已保存</a>
        </div>
      </CommandForm>
    </>,
  );
}

function AnswersGiven({ open }: { open: OpenForm }): JSX.Element {
  const { application, form, pages } = open;
  const sections = new Map<string, JSX.Element[]>();
  for (const step of stepsOf(pages, form, application.answers)) {
    const rows = step.fields.map(({ field: { element } }) => (
      <div>
        <dt>{element.name}</dt>
        <dd>
          {answerText(element, application.answers[element.id]) || <span class="hint">没有填</span>}{' '}
          <a
            href={`/applications/${application.id}/form?step=${step.number}&back=check#${idOf(element.id)}`}
            aria-label={`修改${element.name}`}
          >
            修改
          </a>
        </dd>
      </div>
    ));
    sections.set(step.title, [...(sections.get(step.title) ?? []), ...rows]);
  }
  return (
    <>
      {[...sections].map(([title, rows]) => (
        <>
          <h2>{title}</h2>
          <dl class="facts">{rows}</dl>
        </>
      ))}
    </>
  );
}

function placeOf({ application, pages }: OpenForm, issue: Issue): string {
  const base = `/applications/${application.id}`;
  const [, kind, id] = issue.path.split('/');
  if (kind === 'materials') return `${base}/materials#m-${id ?? ''}`;
  const page = pageOfElement(pages, id ?? '');
  return page === undefined ? `${base}/form` : `${base}/form?step=${page.number}&back=check#${idOf(id ?? '')}`;
}

async function takeFiling(visit: Visit, form: FormBody): Promise<Answer> {
  const applicationId = visit.param('applicationId');
  const filed = await attempt(visit, () =>
    visit.invoke(fileApplication, { applicationId, revision: Number(form.text('revision')) }, form.key()),
  );
  return filed.ok ? goTo(`/applications/${applicationId}/done`) : showCheck(visit, filed.problem);
}

async function showDone(visit: Visit): Promise<Answer> {
  const application: Application = await readApplication(visit);
  if (application.state === 'draft') return goTo(`/applications/${application.id}/check`);
  return showPage(
    visit,
    { title: '已提交', at: 'mine' },
    <>
      <div class="done">
        <h1>✓ 已提交</h1>
        <p>
          申报编号 <span class="no">{application.no}</span>
        </p>
        <p>
          {application.service.name}，分成下面 {application.cases.length} 个办件：
        </p>
        <ul>
          {application.cases.map((one) => (
            <li>
              {one.itemName}（{one.unitName}）<br />
              办件编号 <b>{one.no}</b>
              <span class="hint">
                {one.status === 'waiting'
                  ? one.holders.map((holder) => `${holder.what}：${holder.name}`).join('；')
                  : one.dueText}
              </span>
            </li>
          ))}
        </ul>
      </div>
      <h2>接下来</h2>
      <ol>
        <li>部门 5 个工作日内告诉您受理了没有；材料不齐会一次说清要补什么。到期不说，就算受理。</li>
        <li>受理后在承诺的时间里办好。每一步谁在办、还剩几天，在“我的办件”里都能看到。</li>
        <li>需要您补材料时，会发短信，也会在“我的办件”里标出来。</li>
      </ol>
      <p class="row">
        <a class="button" href={`/my/${application.id}`}>
          看进度
        </a>
        <button class="quiet" data-print hidden>
          打印这一页
        </button>
      </p>
    </>,
  );
}
