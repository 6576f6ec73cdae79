import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDate, chineseDateTime } from '../../kernel/time.ts';
import {
  declareFigures,
  fileObjection,
  landOptions,
  myFigures,
  myPlots,
  reportMyCompletion,
  signMyCommitment,
} from '../../modules/land/contract.ts';
import { CommandForm, ErrorSummary, Facts, faultOf, hrefWith, LongTextField, TextField } from '../controls.tsx';
import type { FormBody } from '../form-body.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { attempt, type Answer, type Attempt, type Visit } from '../visit.ts';

/** A firm's own plots and figures: what it has promised, what it has to do, how it was ranked. */
export function ownLandPages(site: Site): void {
  site.ownPage('/my/land', (visit) => showOwn(visit, null));
  site.ownForm('/my/land/commitment', (visit, form) =>
    finish(visit, () =>
      visit.invoke(signMyCommitment, { plotId: form.text('plotId'), agreed: form.text('agreed') === '1' }, form.key()),
    ),
  );
  site.ownForm('/my/land/completion', (visit, form) =>
    finish(visit, () => visit.invoke(reportMyCompletion, form.pick(['plotId', 'completedOn']), form.key())),
  );
  site.ownForm('/my/land/objection', (visit, form) =>
    finish(visit, () => visit.invoke(fileObjection, form.pick(['rankingId', 'uscc', 'grounds']), form.key())),
  );
  site.ownPage('/my/land/figures', (visit) => showFigures(visit, null));
  site.ownForm('/my/land/figures', takeFigures);
}

type Problem = Extract<Attempt<unknown>, { ok: false }>['problem'];
type OwnPlot = OutputOf<typeof myPlots>['plots'][number];
type OwnYear = OutputOf<typeof myFigures>['years'][number];

async function finish(visit: Visit, work: () => Promise<unknown>): Promise<Answer> {
  const done = await attempt(visit, work);
  return done.ok ? goTo('/my/land') : showOwn(visit, done.problem);
}

async function showOwn(visit: Visit, problem: Problem | null): Promise<Answer> {
  const { plots } = await visit.invoke(myPlots, { size: 50 });
  const { years, enterprises, openYear } = await visit.invoke(myFigures, {});
  return showPage(
    visit,
    {
      title: '我的土地和亩均数据',
      at: 'mine',
      back: { href: '/my', text: '我的办件' },
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} href={() => null} />
      <h1>我的土地和亩均数据</h1>
      {enterprises.length === 0 && (
        <p role="status">
          您还没有核对过的企业代办关系，先到<a href="/me">我的信息</a>里添加。
        </p>
      )}
      {plots.map((plot) => (
        <PlotCard visit={visit} plot={plot} problem={problem} />
      ))}
      {enterprises.length > 0 && plots.length === 0 && (
        <p>
          您的企业还没有受让标准地。<a href="/land">看看正在出让的</a>
        </p>
      )}
      {enterprises.length > 0 && (
        <section aria-labelledby="figures">
          <h2 id="figures">亩均数据</h2>
          <p class="inline-links">
            {enterprises.map(({ uscc, name }) => (
              <a href={hrefWith('/my/land/figures', { uscc, year: String(openYear) })}>
                {name}：申报 {openYear} 年数据
              </a>
            ))}
          </p>
          {years.map((one) => (
            <YearCard visit={visit} one={one} problem={problem} />
          ))}
        </section>
      )}
    </>,
  );
}

function PlotCard(props: { visit: Visit; plot: OwnPlot; problem: Problem | null }): JSX.Element {
  const { visit, plot, problem } = props;
  const may = (action: OwnPlot['actions'][number]['action']) => plot.actions.some((one) => one.action === action);
  return (
    <section aria-labelledby={`plot-${plot.id}`} class="card">
      <h2 id={`plot-${plot.id}`}>
        {plot.no} {plot.name}
      </h2>
      <Facts
        rows={[
          ['现在到', plot.conclusion?.name ?? plot.stateName],
          ['监管协议', plot.agreement?.no ?? null],
          ['约定竣工', plot.agreement && chineseDate(plot.agreement.completionBy)],
          ['约定达产', plot.agreement && chineseDate(plot.agreement.productionBy)],
          ['承诺书', plot.commitment && `${chineseDate(plot.commitment.signedOn)}已签`],
        ]}
      />
      <h3>承诺的指标</h3>
      <ul>
        {plot.promises.map((one) => (
          <li>{one}</li>
        ))}
      </ul>
      {plot.breaches
        .filter(({ closing }) => closing === null)
        .map((breach) => (
          <div class="note warn">
            <p>有一件违约案{breach.rectifyBy === null ? '' : `，请在${chineseDate(breach.rectifyBy)}前整改`}：</p>
            <ul>
              {breach.terms.map((term) => (
                <li>{term}</li>
              ))}
            </ul>
            <p>协议写明：{breach.penalty}</p>
          </div>
        ))}
      {may('signCommitment') && (
        <CommandForm visit={visit} action="/my/land/commitment">
          <input type="hidden" name="plotId" value={plot.id} />
          <p>{plot.commitmentText}</p>
          <label class="pick">
            <input type="checkbox" name="agreed" value="1" />
            <span>我已看过并承诺</span>
          </label>
          <p>
            <button>签承诺书</button>
          </p>
        </CommandForm>
      )}
      {may('reportCompletion') && (
        <CommandForm visit={visit} action="/my/land/completion">
          <input type="hidden" name="plotId" value={plot.id} />
          <TextField
            name="completedOn"
            id={`completed-${plot.id}`}
            label="竣工日期"
            type="date"
            width="w10"
            fault={faultOf(problem, 'completedOn')}
          />
          <button>报告竣工</button>
        </CommandForm>
      )}
    </section>
  );
}

function YearCard(props: { visit: Visit; one: OwnYear; problem: Problem | null }): JSX.Element {
  const { visit, one, problem } = props;
  const { ranking } = one;
  const id = `${one.year}-${one.uscc}`;
  return (
    <section aria-labelledby={`year-${id}`} class="card">
      <h3 id={`year-${id}`}>
        {one.year} 年 {one.enterpriseName}
      </h3>
      <Facts
        rows={[
          ['状态', one.remark === '' ? one.stateName : `${one.stateName}：${one.remark}`],
          [
            '等次',
            ranking && (ranking.grade === null ? `—（${ranking.why}）` : `${ranking.grade} ${ranking.gradeName ?? ''}`),
          ],
          ['名次', ranking?.place == null ? null : `${ranking.place}（共 ${ranking.ranked} 家）`],
          ['得分', ranking?.score ?? null],
        ]}
      />
      {one.state !== 'checked' && (
        <p>
          <a href={hrefWith('/my/land/figures', { uscc: one.uscc, year: String(one.year) })}>修改 {one.year} 年数据</a>
        </p>
      )}
      {one.objections.map((objection) => (
        <p>
          {chineseDateTime(objection.filedAt)}提出异议：{objection.grounds}。
          {objection.decision === null ? '等答复。' : `答复：${objection.decision}`}
        </p>
      ))}
      {ranking?.mayObject === true && (
        <details>
          <summary>对结果有异议</summary>
          <CommandForm visit={visit} action="/my/land/objection">
            <input type="hidden" name="rankingId" value={ranking.id} />
            <input type="hidden" name="uscc" value={one.uscc} />
            <LongTextField
              name="grounds"
              id={`grounds-${id}`}
              label="哪里不对，有什么依据"
              hint={`${chineseDate(ranking.objectUntil)}前提出`}
              maxlength={1000}
              fault={faultOf(problem, 'grounds')}
            />
            <button>提出异议</button>
          </CommandForm>
        </details>
      )}
    </section>
  );
}

async function showFigures(visit: Visit, failed: { problem: Problem; form: FormBody } | null): Promise<Answer> {
  const { years, enterprises, openYear } = await visit.invoke(myFigures, {});
  const { figures } = await visit.invoke(landOptions, {});
  const asked = failed === null ? visit.query('year') : failed.form.text('year');
  const year = /^20\d\d$/.test(asked) ? Number(asked) : openYear;
  const wanted = failed === null ? visit.query('uscc') : failed.form.text('uscc');
  const firm = enterprises.find(({ uscc }) => uscc === wanted) ?? enterprises[0];
  const known = years.find((one) => one.year === year && one.uscc === firm?.uscc);
  const value = (id: string) => failed?.form.text(id) ?? (known?.figures[id] == null ? '' : String(known.figures[id]));
  const problem = failed?.problem ?? null;
  return showPage(
    visit,
    {
      title: `申报 ${year} 年亩均数据`,
      at: 'mine',
      back: { href: '/my/land', text: '我的土地和亩均数据' },
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>申报 {year} 年亩均数据</h1>
      {firm === undefined ? (
        <p role="status">您还没有核对过的企业代办关系。</p>
      ) : known?.state === 'checked' ? (
        <p role="status">这一年的数据已经核对，不能再改；对结果有不同意见可以提出异议。</p>
      ) : (
        <CommandForm visit={visit} action="/my/land/figures">
          <p>{firm.name}。不知道的留空，留空不当作零。</p>
          <input type="hidden" name="year" value={year} />
          <input type="hidden" name="uscc" value={firm.uscc} />
          <input type="hidden" name="revision" value={known?.revision ?? 0} />
          {figures.map(({ id, name, unit }) => (
            <TextField
              name={id}
              label={`${name}（${unit}）`}
              optional
              value={value(id)}
              width="w10"
              inputmode="decimal"
              autocomplete="off"
              fault={faultOf(problem, id)}
            />
          ))}
          <button>提交</button>
        </CommandForm>
      )}
    </>,
  );
}

async function takeFigures(visit: Visit, form: FormBody): Promise<Answer> {
  const { figures } = await visit.invoke(landOptions, {});
  const typed = figures.map(({ id, name }) => ({ id, name, text: form.text(id).trim() }));
  const unreadable = typed.filter(({ text }) => text !== '' && !/^-?\d+(\.\d+)?$/.test(text));
  if (unreadable.length > 0) {
    const issues = unreadable.map(({ id, name }) => ({ path: `/${id}`, message: `“${name}”要写成数字，比如 12.5。` }));
    return showFigures(visit, { form, problem: { ...wrong, issues } });
  }
  const given = {
    ...form.pick(['year', 'uscc']),
    revision: Number(form.text('revision')) || 0,
    figures: Object.fromEntries(typed.map(({ id, text }) => [id, text === '' ? null : Number(text)])),
  };
  const done = await attempt(visit, () => visit.invoke(declareFigures, given, form.key()));
  return done.ok ? goTo('/my/land') : showFigures(visit, { form, problem: done.problem });
}

const wrong: Problem = {
  type: 'about:blank',
  title: '',
  status: 400,
  code: 'INVALID_INPUT',
  detail: '填写的内容有误，请按提示修改后再提交。',
  issues: [],
  requestId: '',
};
