import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { AppError } from '../../kernel/errors.ts';
import { chineseDate, chineseDateTime } from '../../kernel/time.ts';
import {
  applyAcceptance,
  listAcceptances,
  reportRectified,
  withdrawAcceptance,
} from '../../modules/projects/contract-rooms-acceptance.ts';
import { CommandForm, ErrorSummary, Facts, faultOf, LongTextField, TextField } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import { DocumentList, FilesField, takeRoomForm } from '../room-files.tsx';
import { goTo, type Site } from '../site.ts';
import { attempt, type Answer, type Visit } from '../visit.ts';
import { wrong, type Failed } from './project-rooms.tsx';
import { homeOf, projectPath } from './projects.tsx';

/** 联合验收 as the firm sees it: apply once, one date, one list, one report of what was put right, one opinion to print. */
export function projectAcceptancePages(site: Site): void {
  site.ownPage('/my/projects/:projectId/acceptance', (visit) => showAcceptance(visit, null));
  site.ownForm('/my/projects/:projectId/acceptance', async (visit, form) => {
    const projectId = visit.param('projectId');
    const input = { projectId, ...form.pick(['scope', 'readyOn', 'note']) };
    const done = await attempt(visit, () => visit.invoke(applyAcceptance, input, form.key()));
    return done.ok
      ? goTo(projectPath(projectId, '/acceptance'))
      : showAcceptance(visit, { problem: done.problem, form });
  });
  site.ownForm('/my/projects/:projectId/acceptance/:acceptanceId/withdrawal', async (visit, form) => {
    const input = { acceptanceId: visit.param('acceptanceId'), reason: form.text('reason') };
    const done = await attempt(visit, () => visit.invoke(withdrawAcceptance, input, form.key()));
    return done.ok
      ? goTo(projectPath(visit.param('projectId'), '/acceptance'))
      : showAcceptance(visit, { problem: done.problem, form });
  });
  site.ownPage('/my/projects/:projectId/acceptance/:acceptanceId/rectification', (visit) => showReport(visit, null));
  site.ownUpload('/my/projects/:projectId/acceptance/:acceptanceId/rectification', takeReport);
  site.ownPage('/my/projects/:projectId/acceptance/:acceptanceId/opinion', showOpinion);
}

type Acceptance = OutputOf<typeof listAcceptances>['acceptances'][number];
const over: ReadonlySet<Acceptance['status']> = new Set(['passed', 'failed', 'withdrawn']);

async function listOf(visit: Visit): Promise<Acceptance[]> {
  return (await visit.invoke(listAcceptances, { projectId: visit.param('projectId') })).acceptances;
}

async function acceptanceOf(visit: Visit): Promise<Acceptance> {
  const found = (await listOf(visit)).find(({ id }) => id === visit.param('acceptanceId'));
  if (found === undefined) throw new AppError('ACCEPTANCE_NOT_FOUND');
  return found;
}

async function showAcceptance(visit: Visit, failed: Failed | null): Promise<Answer> {
  const projectId = visit.param('projectId');
  const acceptances = await listOf(visit);
  const problem = failed?.problem ?? null;
  const mayApply = acceptances.every(({ status }) => status === 'failed' || status === 'withdrawn');
  return showPage(
    visit,
    {
      title: '联合验收',
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: homeOf(projectId),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>联合验收</h1>
      {acceptances.length === 0 && (
        <p>
          申请一次，各部门同一天到现场。有问题列在一张单子上、整改一次，最后出一份意见书。先要有审核通过的测量成果。
        </p>
      )}
      {acceptances.map((one) => (
        <AcceptanceCard visit={visit} projectId={projectId} one={one} failed={failed} />
      ))}
      {mayApply && (
        <>
          <h2>{acceptances.length === 0 ? '申请验收' : '再次申请'}</h2>
          <CommandForm visit={visit} action={projectPath(projectId, '/acceptance')}>
            <LongTextField
              name="scope"
              label="验收哪些"
              hint="比如：1号厂房及室外工程"
              rows={2}
              maxlength={500}
              value={failed?.form.text('scope') ?? ''}
              fault={faultOf(problem, 'scope')}
            />
            <TextField
              name="readyOn"
              label="哪天起可以来看"
              type="date"
              width="w10"
              value={failed?.form.text('readyOn') ?? ''}
              fault={faultOf(problem, 'readyOn')}
            />
            <LongTextField
              name="note"
              label="还要说明的"
              optional
              rows={2}
              maxlength={1000}
              value={failed?.form.text('note') ?? ''}
              fault={faultOf(problem, 'note')}
            />
            <button>申请联合验收</button>
          </CommandForm>
        </>
      )}
    </>,
  );
}

function AcceptanceCard(props: {
  visit: Visit;
  projectId: string;
  one: Acceptance;
  failed: Failed | null;
}): JSX.Element {
  const { visit, projectId, one, failed } = props;
  const base = projectPath(projectId, `/acceptance/${one.id}`);
  const may = (step: string) => one.steps.some((known) => known.step === step);
  const tone = { passed: 'green', failed: 'red', rectifying: 'red' }[one.status as string] ?? 'blue';
  const isHere = failed !== null && visit.param('acceptanceId') === one.id;
  return (
    <section class="card" aria-labelledby={`a-${one.id}`}>
      <h2 id={`a-${one.id}`}>
        {one.no} <span class={`tag ${one.status === 'withdrawn' ? '' : tone}`}>{one.statusName}</span>
      </h2>
      {one.visit !== null && !over.has(one.status) && (
        <p class="big">
          {chineseDate(one.visit.on)} {one.visit.time}，各部门到现场{one.visit.place !== '' && `（${one.visit.place}）`}
          {one.visit.moved && '，日期改过'}
        </p>
      )}
      {one.missing.length > 0 && (
        <p>现在等：{one.missing.map(({ unitName, what }) => `${unitName}（${what}）`).join('、')}</p>
      )}
      <Facts
        rows={[
          ['验收范围', one.scope],
          ['申请', chineseDateTime(one.appliedAt)],
          ['牵头单位', one.leadName],
        ]}
      />
      <h3>各部门</h3>
      <ul class="items">
        {one.departments.map((department) => (
          <li>
            {department.unitName}（{department.matter}）：<b>{positionOf(department)}</b>
            {department.note !== '' && <span class="hint">{department.note}</span>}
          </li>
        ))}
      </ul>
      {one.findings.length > 0 && (
        <>
          <h3>问题清单</h3>
          <ol>
            {one.findings.map((finding) => (
              <li>
                {finding.place !== '' && `${finding.place}：`}
                {finding.text}
                <span class="hint">
                  {finding.unitName}
                  {finding.resolved !== null && `，复查：${finding.resolved ? '已改好' : '没有改好'}`}
                </span>
                {finding.rectified !== null && <span class="hint">您说：{finding.rectified.note}</span>}
                <DocumentList documents={[...finding.photos, ...(finding.rectified?.documents ?? [])]} />
              </li>
            ))}
          </ol>
        </>
      )}
      {may('reportRectified') && one.rectification !== null && (
        <div class="note warn">
          <p>
            <b>请在{chineseDate(one.rectification.dueOn)}前改好</b>（{one.rectification.noticeNo}），只有一轮整改。
          </p>
          <p>
            <a class="button" href={`${base}/rectification`}>
              改好了，去报告
            </a>
          </p>
        </div>
      )}
      {one.opinion !== null && (
        <p>
          <a class="button" href={`${base}/opinion`}>
            看联合验收意见书
          </a>
        </p>
      )}
      {may('withdraw') && (
        <details open={isHere ? true : undefined}>
          <summary>撤回验收申请</summary>
          <CommandForm visit={visit} action={`${base}/withdrawal`}>
            <LongTextField
              name="reason"
              label="为什么撤回"
              optional
              rows={2}
              maxlength={1000}
              value={isHere ? failed.form.text('reason') : ''}
              fault={isHere ? faultOf(failed.problem, 'reason') : undefined}
            />
            <button class="danger">撤回</button>
          </CommandForm>
        </details>
      )}
    </section>
  );
}

function positionOf(department: Acceptance['departments'][number]): string {
  const { signature, recheck, result } = department;
  if (signature !== null) return signature.opinion === 'agree' ? '已签：同意' : '已签：不同意';
  if (recheck !== null) return recheck.passed ? '复查通过' : '复查没有通过';
  if (result === null) return '还没看';
  return { pass: '符合要求', fail: '有问题', notApplicable: '不涉及' }[result];
}

async function showReport(visit: Visit, failed: Failed | null): Promise<Answer> {
  const projectId = visit.param('projectId');
  const one = await acceptanceOf(visit);
  if (one.steps.every(({ step }) => step !== 'reportRectified')) return goTo(projectPath(projectId, '/acceptance'));
  const problem = failed?.problem ?? null;
  return showPage(
    visit,
    {
      title: '报告整改完成',
      at: 'mine',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
      back: { href: projectPath(projectId, '/acceptance'), text: '联合验收' },
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>报告整改完成</h1>
      <p>
        逐条写明怎样改的。{one.rectification !== null && `${chineseDate(one.rectification.dueOn)}前报告；`}
        报告后各部门来复查，只有一轮。
      </p>
      <CommandForm visit={visit} action={projectPath(projectId, `/acceptance/${one.id}/rectification`)} upload>
        {one.findings.map((finding, position) => (
          <LongTextField
            name={`note-${finding.id}`}
            label={`${position + 1}. ${finding.place === '' ? '' : `${finding.place}：`}${finding.text}`}
            hint={`${finding.unitName}提的。怎样改的？`}
            rows={2}
            maxlength={500}
            value={failed?.form.text(`note-${finding.id}`) ?? ''}
            fault={faultOf(problem, `note-${finding.id}`)}
          />
        ))}
        <FilesField
          label="改好后的照片"
          optional
          keep={failed?.form.text('documents') ?? ''}
          fault={faultOf(problem, 'file')}
        />
        <button>都改好了，报告</button>
      </CommandForm>
    </>,
  );
}

async function takeReport(visit: Visit): Promise<Answer> {
  const { form, documents, issues } = await takeRoomForm(visit);
  const one = await acceptanceOf(visit);
  const notes = one.findings.map(({ id }) => ({ findingId: id, note: form.text(`note-${id}`).trim() }));
  for (const [position, { findingId, note }] of notes.entries())
    if (note === '') issues.push({ path: `/note-${findingId}`, message: `第 ${position + 1} 条还没有写明怎样改的。` });
  if (issues.length > 0) return showReport(visit, { problem: wrong(visit, issues), form });
  // One set of pictures for the whole list: it is shown with every finding.
  const input = { acceptanceId: one.id, items: notes.map((item) => ({ ...item, documents })) };
  const done = await attempt(visit, () => visit.invoke(reportRectified, input, form.key()));
  return done.ok
    ? goTo(projectPath(visit.param('projectId'), '/acceptance'))
    : showReport(visit, { problem: done.problem, form });
}

/** The opinion as it is printed: one sheet with every signature. */
async function showOpinion(visit: Visit): Promise<Answer> {
  const projectId = visit.param('projectId');
  const one = await acceptanceOf(visit);
  if (one.opinion === null) return goTo(projectPath(projectId, '/acceptance'));
  const { opinion } = one;
  return showPage(
    visit,
    {
      title: `联合验收意见书 ${opinion.documentNo}`,
      at: 'mine',
      back: { href: projectPath(projectId, '/acceptance'), text: '联合验收' },
    },
    <>
      <h1>联合验收意见书</h1>
      <p class="no">{opinion.documentNo}</p>
      <Facts
        rows={[
          ['项目', `${one.projectName}（${one.projectCode}）`],
          ['建设单位', one.builderName],
          ['验收范围', one.scope],
          ['现场验收', one.visit && chineseDate(one.visit.on)],
          ['结论', opinion.passed ? '通过' : '不通过'],
          ['意见', opinion.text],
          ['依据', `${opinion.basis.title}${opinion.basis.article}`],
        ]}
      />
      {opinion.survey.length > 0 && (
        <>
          <h2>测量数据</h2>
          <Facts rows={opinion.survey.map(({ name, value, unit }) => [name, `${value} ${unit}`.trim()])} />
        </>
      )}
      <h2>各部门签署</h2>
      <ul class="list">
        {opinion.signatures.map((signature) => (
          <li>
            <b>
              {signature.unitName}（{signature.matter}）
            </b>
            ：{signature.opinion}
            {signature.note !== '' && `，${signature.note}`}
            <span class="hint">
              {signature.by}，{chineseDate(signature.on)}
            </span>
          </li>
        ))}
      </ul>
      <p>
        <b>{one.leadName}</b>，{chineseDate(opinion.on)}
        {opinion.by !== '' && <span class="hint">出具：{opinion.by}</span>}
      </p>
      {opinion.remedy !== '' && <p class="hint">{opinion.remedy}</p>}
      <p class="noprint">
        <button class="quiet" data-print hidden>
          打印
        </button>
      </p>
    </>,
  );
}
