import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { AppError } from '../../kernel/errors.ts';
import { problemFor } from '../../kernel/serve.ts';
import { chineseDate, chineseDateTime } from '../../kernel/time.ts';
import { standingOfLicence, verifyCode, verifyFile } from '../../modules/licences/contract.ts';
import { CommandForm, ErrorSummary, Facts, Field, LongTextField, TextField } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import type { Site } from '../site.ts';
import { attempt, checkForm, type Answer, type Attempt, type Visit } from '../visit.ts';

/** 核验证照: a file, a photo of the code, the text of the code or the identifier; open to everybody. */
export function verifyPages(site: Site): void {
  site.page('/verify', (visit) => showVerify(visit, null));
  site.upload('/verify/file', takeFile);
  site.form('/verify/code', async (visit, form) => {
    const text = form.text('text');
    const done = await attempt(visit, () => visit.invoke(verifyCode, { text }));
    return done.ok ? showCodeVerdict(visit, done.output) : showVerify(visit, done.problem, { text });
  });
  site.page('/verify/licence', showStanding);
}

type Problem = Extract<Attempt<unknown>, { ok: false }>['problem'];
type FileVerdict = OutputOf<typeof verifyFile>;
type CodeVerdict = OutputOf<typeof verifyCode>;
type Verdict = FileVerdict | CodeVerdict;

async function showVerify(
  visit: Visit,
  problem: Problem | null,
  typed: { text?: string; identifier?: string } = {},
): Promise<Answer> {
  return showPage(
    visit,
    {
      title: '核验证照',
      at: 'services',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>核验证照</h1>
      <p>看一份电子证照是不是真的、现在还有没有效。不用登录，您交来的照片和文件看完就丢，不保存。</p>
      <section aria-labelledby="by-file">
        <h2 id="by-file">拍二维码，或者选证照文件</h2>
        <CommandForm visit={visit} action="/verify/file" upload>
          <Field name="file" label="照片或文件" hint="对着证照上的二维码拍一张；或者选 OFD、PDF 文件，最大 20 MB">
            {(tie) => <input {...tie} type="file" accept="image/jpeg,image/png,.ofd,.pdf" />}
          </Field>
          <p>
            <button>核验</button>
          </p>
        </CommandForm>
      </section>
      <details open={typed.text !== undefined}>
        <summary>已经用别的软件扫出了二维码里的文字</summary>
        <CommandForm visit={visit} action="/verify/code">
          <LongTextField
            name="text"
            label="二维码里的文字"
            hint="以 YS1: 开头"
            rows={4}
            maxlength={1000}
            value={typed.text ?? ''}
          />
          <p>
            <button>核验</button>
          </p>
        </CommandForm>
      </details>
      <details open={typed.identifier !== undefined}>
        <summary>手里只有证照标识（印在证照上的一长串数字）</summary>
        <form method="get" action="/verify/licence">
          <TextField
            name="identifier"
            label="证照标识"
            hint="以 1.2.156.3005.2 开头，照着抄，点也要抄"
            autocomplete="off"
            maxlength={160}
            value={typed.identifier ?? ''}
          />
          <TextField name="on" label="查哪一天的" type="date" width="w10" optional />
          <p>
            <button>查状态</button>
          </p>
        </form>
      </details>
      <p class="hint">
        没有网络的地方可以先<a href="/verify/offline.html">下载离线核验页</a>，存在手机或者电脑里用。
      </p>
    </>,
  );
}

/** Looked at in memory and gone with the answer. */
async function takeFile(visit: Visit): Promise<Answer> {
  const fields: Record<string, string> = {};
  let document: { name: string; bytes: Uint8Array } | null = null;
  try {
    const limits = { files: 1, fields: 5, fileSize: visit.platform.settings.maxUploadBytes };
    for await (const part of visit.request.parts({ limits })) {
      if (part.type === 'field') fields[part.fieldname] = String(part.value);
      else {
        checkForm(visit, fields.csrf ?? '');
        const bytes = await part.toBuffer();
        if (part.filename !== '' && bytes.length > 0) document = { name: part.filename, bytes };
      }
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    return showVerify(visit, tooLarge(visit));
  }
  checkForm(visit, fields.csrf ?? '');
  if (document === null) return showVerify(visit, chooseFirst);
  const given = document;
  const done = await attempt(visit, () => visit.invoke(verifyFile, { document: given }), [
    'TOO_MANY_REQUESTS',
    'PAYLOAD_TOO_LARGE',
  ]);
  return done.ok ? showFileVerdict(visit, done.output) : showVerify(visit, done.problem);
}

const chooseFirst: Problem = {
  type: 'about:blank',
  title: '',
  status: 400,
  code: 'INVALID_INPUT',
  detail: '',
  issues: [{ path: '/file', message: '请先拍照或者选一个文件，再点“核验”。' }],
  requestId: '',
};

function tooLarge(visit: Visit): Problem {
  return problemFor(new AppError('PAYLOAD_TOO_LARGE'), visit.platform.errors, visit.request.id);
}

function showFileVerdict(visit: Visit, verdict: FileVerdict): Promise<Answer> {
  return showVerdict(
    visit,
    verdict,
    verdict.seals.length === 0 ? null : (
      <section aria-labelledby="seals">
        <h2 id="seals">文件上的章</h2>
        <ul>
          {verdict.seals.map((seal) => (
            <li>
              {seal.sealName}，{seal.signedAt === null ? '没有写明时间' : `${chineseDateTime(seal.signedAt)}盖`}
              {!seal.issuerKnown && '；制章单位不是本平台认识的'}
            </li>
          ))}
        </ul>
      </section>
    ),
  );
}

function showCodeVerdict(visit: Visit, verdict: CodeVerdict): Promise<Answer> {
  if (verdict.facts.length === 0) return showVerdict(visit, verdict, null);
  const facts = <Facts rows={verdict.facts.map(({ label, value }) => [label, inChinese(value)] as const)} />;
  // What the register says is above already: what the code says is there to compare.
  const more =
    verdict.register === null ? (
      <section aria-labelledby="in-code">
        <h2 id="in-code">二维码里写的</h2>
        {facts}
      </section>
    ) : (
      <details>
        <summary>二维码里写的，和证照上印的对一对</summary>
        {facts}
      </details>
    );
  return showVerdict(visit, verdict, more);
}

function inChinese(value: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? chineseDate(value) : value;
}

async function showVerdict(visit: Visit, verdict: Verdict, more: JSX.Element | null): Promise<Answer> {
  const tone = { valid: 'good', invalid: 'bad', unknown: 'warn' }[verdict.verdict];
  const register = verdict.register;
  return showPage(
    visit,
    { title: '核验结果', at: 'services', back: { href: '/verify', text: '核验证照' } },
    <>
      <h1>核验结果</h1>
      <p class={`note ${tone}`} role="status">
        <b>{verdict.zh}</b>
      </p>
      {verdict.verdict !== 'valid' && (
        <p>
          先不要凭它办事：向颁发单位核实，或者打 <a href="tel:12345">12345</a> 问清楚。
        </p>
      )}
      {register !== null && <Register of={register} />}
      {more}
      <details>
        <summary>核验的每一步（{verdict.steps.length} 步）</summary>
        <ol>
          {verdict.steps.map((step) => (
            <li>
              {step.zh}：{outcomes[step.outcome]}
              {step.why !== '' && `。${step.why}`}
            </li>
          ))}
        </ol>
      </details>
      <p>
        <a href="/verify">再核验一份</a>
      </p>
    </>,
  );
}

const outcomes = { passed: '通过', failed: '没有通过', unknown: '无法判断', skipped: '不用做' } as const;

function Register({ of }: { of: NonNullable<Verdict['register']> }): JSX.Element {
  return (
    <section aria-labelledby="register">
      <h2 id="register">登记的情况</h2>
      <Facts
        rows={[
          ['证照', of.typeName],
          ['编号', of.number],
          ['持证人', of.holderLabel],
          ['颁发单位', of.issuerName],
          ['颁发日期', chineseDate(of.issuedOn)],
          ['有效期至', of.validUntil === null ? '长期' : chineseDate(of.validUntil)],
          ['状态', `${of.stateName}${of.since === null ? '' : `（${chineseDate(of.since)}起）`}`],
          ['换成了', of.successor],
        ]}
      />
    </section>
  );
}

async function showStanding(visit: Visit): Promise<Answer> {
  const identifier = visit.query('identifier').trim();
  const on = /^\d{4}-\d{2}-\d{2}$/.test(visit.query('on')) ? { on: visit.query('on') } : {};
  if (identifier === '') return showVerify(visit, null, { identifier });
  const done = await attempt(visit, () => visit.invoke(standingOfLicence, { identifier, ...on }), [
    'TOO_MANY_REQUESTS',
  ]);
  if (!done.ok) return showVerify(visit, done.problem, { identifier });
  const { register, on: day } = done.output;
  return showPage(
    visit,
    { title: '证照状态', at: 'services', back: { href: '/verify', text: '核验证照' } },
    <>
      <h1>证照{chineseDate(day)}的状态</h1>
      {register === null ? (
        <p class="note warn" role="status">
          本县的证照库里没有这个标识的证照。可能是别处发的，也可能不是真的，请向颁发单位核实。
        </p>
      ) : (
        <>
          <p class={`note ${register.state === 'valid' ? 'good' : 'warn'}`} role="status">
            <b>
              {register.typeName}：{register.stateName}
            </b>
          </p>
          <Register of={register} />
        </>
      )}
      <p>
        <a href="/verify">再核验一份</a>
      </p>
    </>,
  );
}
