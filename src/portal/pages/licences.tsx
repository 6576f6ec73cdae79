import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDate, chineseDateTime } from '../../kernel/time.ts';
import {
  decideUseOfMine,
  licenceFaceView,
  makeCopy,
  myAccesses,
  myLicence,
  myLicences,
  myUses,
} from '../../modules/licences/contract.ts';
import {
  Bits,
  CommandForm,
  ErrorSummary,
  Facts,
  faultOf,
  hrefWith,
  pageNumber,
  Pager,
  TextField,
} from '../controls.tsx';
import type { FormBody } from '../form-body.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { attempt, type Answer, type Attempt, type Visit } from '../visit.ts';

/** 我的证照: what I hold, showing it, who wants to use it, who did, and copies with their purpose on them. */
export function licencePages(site: Site): void {
  site.ownPage('/my/licences', showWallet);
  site.ownPage('/my/licences/uses', (visit) => showUses(visit, null));
  site.ownForm('/my/licences/uses', decide);
  site.ownPage('/my/licences/accesses', showAccesses);
  site.ownPage('/my/licences/:licenceId', (visit) => showLicence(visit, null));
  site.ownForm('/my/licences/:licenceId/copies', copy);
}

type Listed = OutputOf<typeof myLicences>['licences'][number];
type Use = OutputOf<typeof myUses>['uses'][number];
type Problem = Extract<Attempt<unknown>, { ok: false }>['problem'];
interface Failed {
  problem: Problem;
  form: FormBody;
}

const size = 20;
const shows = { current: '有效的', past: '不再有效的' } as const;

async function showWallet(visit: Visit): Promise<Answer> {
  const show = visit.query('show') === 'past' ? 'past' : 'current';
  const page = pageNumber(visit.query('page'));
  const { licences, total } = await visit.invoke(myLicences, { show, page, size });
  const { waiting } = await visit.invoke(myUses, { size: 1 });
  return showPage(
    visit,
    { title: '我的证照', at: 'mine', back: { href: '/my', text: '我的办件' } },
    <>
      <h1>我的证照</h1>
      <p>电子证照和纸质的一样有效。要出示的时候打开它，让对方拍上面的二维码核验。</p>
      {waiting > 0 && (
        <p class="note warn" role="status">
          <a href="/my/licences/uses">有 {waiting} 个单位想用您的证照，等您答复</a>
        </p>
      )}
      <p class="inline-links">
        <a href="/my/licences/uses">谁申请用我的证照</a>
        <a href="/my/licences/accesses">谁用过我的证照</a>
        <a href="/verify">核验别人的证照</a>
      </p>
      <nav aria-label="证照状态">
        <ul class="chips">
          {Object.entries(shows).map(([value, name]) => (
            <li>
              <a
                href={hrefWith('/my/licences', { show: value === 'past' ? value : '' })}
                aria-current={value === show ? 'true' : undefined}
              >
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {licences.length === 0 ? (
        <p role="status">
          {show === 'past'
            ? '没有过期、注销或者换过新版的证照。'
            : '您名下还没有电子证照。办成发证的事项以后，证照会自动放到这里。'}
        </p>
      ) : (
        <ul class="list">
          {licences.map((one) => (
            <li>
              <h2>
                <a href={`/my/licences/${one.licenceId}`}>{one.typeName}</a> <StateTag of={one} />
              </h2>
              <Bits of={[one.holderLabel, one.number, `${one.issuerName}发`, validity(one)]} />
            </li>
          ))}
        </ul>
      )}
      <Pager path="/my/licences" query={{ show: show === 'past' ? show : '' }} page={page} size={size} total={total} />
    </>,
  );
}

async function showLicence(visit: Visit, failed: Failed | null): Promise<Answer> {
  const licenceId = visit.param('licenceId');
  const licence = await visit.invoke(myLicence, { licenceId });
  const { svg, width, height } = await visit.invoke(licenceFaceView, { licenceId });
  const problem = failed?.problem ?? null;
  const isCurrent = licence.state === 'valid' || licence.state === 'held';
  return showPage(
    visit,
    {
      title: licence.typeName,
      at: 'mine',
      back: { href: '/my/licences', text: '我的证照' },
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>
        {licence.typeName} <StateTag of={licence} />
      </h1>
      <img
        class="face"
        src={`data:image/svg+xml,${encodeURIComponent(svg)}`}
        alt={`${licence.typeName}照面：${licence.holderName}，编号${licence.number}`}
        width={Math.round(width * 4)}
        height={Math.round(height * 4)}
      />
      {isCurrent && (
        <section aria-labelledby="show">
          <h2 id="show">出示二维码</h2>
          <img
            class="code"
            src={`data:image/svg+xml,${encodeURIComponent(licence.code.svg)}`}
            alt="证照二维码"
            width={280}
            height={280}
          />
          <p class="hint">对方打开“核验证照”，拍下这个二维码就知道真假；没有网，用事先存好的离线核验页也行。</p>
        </section>
      )}
      <Facts
        rows={[
          ['持证人', licence.holderName],
          ['证照编号', licence.number],
          ['颁发单位', licence.issuerName],
          ['颁发日期', chineseDate(licence.issuedOn)],
          ['有效期', licence.validityText],
          ['版本', licence.version === 1 ? '第一版' : `第 ${licence.version} 版`],
          ['证照标识', <span class="break">{licence.identifier}</span>],
          ['盖的章', licence.seal.name],
          ['盖章时间', chineseDateTime(licence.seal.sealedAt)],
        ]}
      />
      {licence.successor !== null && (
        <p class="note">
          这一版已经换过，<a href={`/my/licences/${licence.successor.licenceId}`}>看现在的版本</a>。
        </p>
      )}
      <section aria-labelledby="files">
        <h2 id="files">下载</h2>
        <ul>
          {licence.files.map((file) => (
            <li>
              <a href={file.href}>
                {file.format === 'ofd'
                  ? 'OFD 文件（国家标准的版式，盖着章，交给单位用它）'
                  : 'PDF 文件（手机、电脑都能打开，自己看、打印用它）'}
              </a>
            </li>
          ))}
        </ul>
      </section>
      {isCurrent && <CopyForm visit={visit} licenceId={licenceId} failed={failed} />}
      <section aria-labelledby="history">
        <h2 id="history">这份证照的经过</h2>
        <ul>
          {licence.history.map((one) => (
            <li>
              {chineseDateTime(one.at)}：{one.words}
            </li>
          ))}
        </ul>
        <p>
          <a href={hrefWith('/my/licences/accesses', { licence: licenceId })}>谁用过这份证照</a>
        </p>
      </section>
    </>,
  );
}

function CopyForm(props: { visit: Visit; licenceId: string; failed: Failed | null }): JSX.Element {
  const { visit, licenceId, failed } = props;
  const problem = failed?.problem ?? null;
  return (
    <section aria-labelledby="copy">
      <h2 id="copy">做一份写明用途的副本</h2>
      <p>副本上印着给谁、做什么用；谁拿去做别的，一眼就看得出来。</p>
      <CommandForm visit={visit} action={`/my/licences/${licenceId}/copies`}>
        <TextField
          name="recipient"
          label="给谁"
          autocomplete="off"
          maxlength={60}
          value={failed?.form.text('recipient') ?? ''}
          fault={faultOf(problem, 'recipient')}
        />
        <TextField
          name="purpose"
          label="做什么用"
          hint="例如：办理贷款、投标"
          autocomplete="off"
          maxlength={60}
          value={failed?.form.text('purpose') ?? ''}
          fault={faultOf(problem, 'purpose')}
        />
        <p>
          <button>生成副本（PDF）</button>
        </p>
      </CommandForm>
    </section>
  );
}

async function copy(visit: Visit, form: FormBody): Promise<Answer> {
  const licenceId = visit.param('licenceId');
  const input = { licenceId, ...form.pick(['recipient', 'purpose']) };
  const done = await attempt(visit, () => visit.invoke(makeCopy, input, form.key()));
  if (!done.ok) return showLicence(visit, { problem: done.problem, form });
  return goTo(done.output.copy?.href ?? `/my/licences/${licenceId}`);
}

async function showUses(visit: Visit, problem: Problem | null): Promise<Answer> {
  const page = pageNumber(visit.query('page'));
  const { uses, total } = await visit.invoke(myUses, { page, size });
  return showPage(
    visit,
    {
      title: '谁申请用我的证照',
      at: 'mine',
      back: { href: '/my/licences', text: '我的证照' },
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>谁申请用我的证照</h1>
      <p>
        同意以后，对方只能在写明的日子以前，看写明的那些内容；每看一次这里都有记录，您随时可以撤回。不同意，不影响您办别的事。
      </p>
      {uses.length === 0 && <p role="status">还没有单位申请用您的证照。</p>}
      {uses.map((use) => (
        <UseCard visit={visit} use={use} />
      ))}
      <Pager path="/my/licences/uses" query={{}} page={page} size={size} total={total} />
    </>,
  );
}

function UseCard({ visit, use }: { visit: Visit; use: Use }): JSX.Element {
  const tone = use.state === 'asked' ? 'yellow' : use.state === 'allowed' ? 'green' : '';
  return (
    <section class="card" aria-labelledby={`use-${use.useId}`}>
      <h2 id={`use-${use.useId}`}>
        {use.unitName} <span class={`tag ${tone}`}>{use.mayDecide ? '等您答复' : use.stateName}</span>
      </h2>
      <Facts
        rows={[
          ['想用哪份证照', `${use.typeName}（${use.number}）`],
          ['用来做什么', use.purpose],
          ['要看什么', use.scope === 'fields' ? use.fields.map(({ label }) => label).join('、') : use.scopeName],
          ['用到哪天', chineseDate(use.until)],
          ['凭什么用', use.ground === 'consent' ? '您同意才能用' : `${use.groundName}：${use.basis}`],
          ['办件', use.caseNo],
          ['谁申请的', use.askerName],
          ['什么时候申请的', chineseDateTime(use.askedAt)],
          ['看了几次', use.fetches === 0 ? '还没有看过' : `${use.fetches} 次`],
        ]}
      />
      {(use.mayDecide || use.mayWithdraw) && (
        <CommandForm visit={visit} action="/my/licences/uses">
          <input type="hidden" name="useId" value={use.useId} />
          <p class="row">
            {use.mayDecide && (
              <>
                <button name="action" value="allow">
                  同意
                </button>{' '}
                <button name="action" value="refuse" class="quiet">
                  不同意
                </button>
              </>
            )}
            {use.mayWithdraw && (
              <button name="action" value="withdraw" class="quiet">
                撤回同意
              </button>
            )}
          </p>
        </CommandForm>
      )}
    </section>
  );
}

async function decide(visit: Visit, form: FormBody): Promise<Answer> {
  const action = form.text('action');
  const input = { useId: form.text('useId'), action };
  const done = await attempt(visit, () => visit.invoke(decideUseOfMine, input, form.key()));
  return done.ok ? goTo('/my/licences/uses') : showUses(visit, done.problem);
}

async function showAccesses(visit: Visit): Promise<Answer> {
  const page = pageNumber(visit.query('page'));
  const licence = /^[0-9a-f-]{36}$/.test(visit.query('licence')) ? visit.query('licence') : '';
  const { accesses, total } = await visit.invoke(myAccesses, {
    page,
    size,
    ...(licence === '' ? {} : { licenceId: licence }),
  });
  return showPage(
    visit,
    { title: '谁用过我的证照', at: 'mine', back: { href: '/my/licences', text: '我的证照' } },
    <>
      <h1>谁用过我的证照</h1>
      {accesses.length === 0 ? (
        <p role="status">还没有人用过。</p>
      ) : (
        <ul class="list">
          {accesses.map((one) => (
            <li>
              <h2>
                {one.who}：{one.given}
              </h2>
              <p>
                {one.purpose}
                {one.href !== null && (
                  <>
                    {' '}
                    <a href={one.href}>看副本</a>
                  </>
                )}
              </p>
              <Bits
                of={[
                  `${one.typeName}（${one.number}）`,
                  chineseDateTime(one.at),
                  one.basis === '' ? one.ground : `${one.ground}：${one.basis}`,
                ]}
              />
            </li>
          ))}
        </ul>
      )}
      <Pager path="/my/licences/accesses" query={{ licence }} page={page} size={size} total={total} />
    </>,
  );
}

function StateTag({ of }: { of: Pick<Listed, 'state' | 'stateName'> }): JSX.Element {
  const tone = of.state === 'valid' ? 'green' : of.state === 'held' || of.state === 'notYet' ? 'yellow' : 'red';
  return <span class={`tag ${tone}`}>{of.stateName}</span>;
}

function validity(one: Listed): string {
  return one.validUntil === null ? '长期有效' : `${chineseDate(one.validUntil)}到期`;
}
