import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { acceptAttribute } from '../../kernel/files/index.ts';
import {
  adviseWriting,
  hotlineVocabulary,
  joinTicket,
  registerTicket,
  uploadAttachment,
  useKnowledge,
} from '../../modules/hotline/contract.ts';
import {
  ChoiceField,
  CommandForm,
  ErrorSummary,
  Facts,
  faultOf,
  Field,
  LongTextField,
  SelectField,
  TextField,
} from '../controls.tsx';
import { FormBody } from '../form-body.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { takeFilesWithFields } from '../uploads.tsx';
import { attempt, isSignedIn, type Answer, type Attempt, type Visit } from '../visit.ts';

/**
 * 提问、求助、投诉: three short pages, the answers carried along in the form. Before anything is asked for, what is known
 * already is shown: an answer, somebody else's open ticket about the same thing, or the number to dial.
 */
export function askPages(site: Site): void {
  site.page('/ask', (visit) =>
    showWords(visit, null, new FormBody({ class: visit.query('class'), text: visit.query('text') })),
  );
  site.form('/ask', showWhere);
  site.upload('/ask/check', takeWhere);
  site.form('/ask/send', send);
  site.form('/ask/helped', helped);
  site.page('/ask/done', showHelped);
  site.form('/ask/join', join);
}

type Problem = Extract<Attempt<unknown>, { ok: false }>['problem'];
type Vocabulary = OutputOf<typeof hotlineVocabulary>;
type Advice = OutputOf<typeof adviseWriting>;

/** What the pages carry along. */
const carried = [
  'class',
  'text',
  'town',
  'place',
  'occurred',
  'name',
  'phone',
  'hidden',
  'attachments',
  'acknowledged',
  'onBehalfOf',
] as const;

const explanations: Readonly<Record<string, string>> = {
  question: '想知道政策、怎么办事、去哪里办',
  help: '有困难，请有关单位帮忙解决',
  complaint: '对办事、服务、执法不满意，或者权益受了损害',
  report: '反映违法违规的行为，谁举报的严格保密',
  advice: '对工作有意见、建议',
  praise: '表扬做得好的人和单位',
};

async function showWords(visit: Visit, problem: Problem | null, form: FormBody): Promise<Answer> {
  const { classes } = await visit.invoke(hotlineVocabulary, {});
  const chosen = form.text('class') === '' ? [] : [form.text('class')];
  return showPage(
    visit,
    {
      title: '提问、求助、投诉',
      at: 'ask',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>提问、求助、投诉</h1>
      <p>
        写下来就行，不用知道归哪个单位管。网上写和打 12345 一样办理。正在发生危险，请马上拨打 110、119、120 或 122。
      </p>
      <CommandForm visit={visit} action="/ask">
        <Carried form={form} except={['class', 'text']} />
        <ChoiceField
          name="class"
          label="您想"
          chosen={chosen}
          fault={faultOf(problem, 'class')}
          options={classes.map(({ id, name }) => ({ value: id, label: name, hint: explanations[id] ?? '' }))}
        />
        <LongTextField
          name="text"
          label="什么事"
          hint="什么时候、什么地方、怎么回事、想怎么解决。不用写姓名和电话，下一页再填"
          rows={6}
          maxlength={2000}
          value={form.text('text')}
          fault={faultOf(problem, 'text')}
        />
        <p>
          <button>下一步</button>
        </p>
      </CommandForm>
      <p class="inline-links">
        <a href="/ask/follow">查进度</a>
        {isSignedIn(visit) && <a href="/my/tickets">我提过的</a>}
        <a href="/ask/board">大家问了什么、解决得怎么样</a>
      </p>
    </>,
  );
}

function missing(...fields: (readonly [string, string])[]): Problem {
  return {
    type: 'about:blank',
    title: '',
    status: 400,
    code: 'INVALID_INPUT',
    detail: '',
    issues: fields.map(([name, message]) => ({ path: `/${name}`, message })),
    requestId: '',
  };
}

function wordsFault(form: FormBody): Problem | null {
  const faults: [string, string][] = [];
  if (!Object.hasOwn(explanations, form.text('class'))) faults.push(['class', '请选一种。']);
  if (form.text('text').trim().length < 4) faults.push(['text', '请写下是什么事，至少四个字。']);
  return faults.length === 0 ? null : missing(...faults);
}

async function showWhere(visit: Visit, form: FormBody): Promise<Answer> {
  const fault = wordsFault(form);
  if (fault !== null) return showWords(visit, fault, form);
  return where(visit, null, form);
}

async function where(visit: Visit, problem: Problem | null, form: FormBody): Promise<Answer> {
  const vocabulary = await visit.invoke(hotlineVocabulary, {});
  const advice = await visit.invoke(adviseWriting, { text: form.text('text').slice(0, 1000), town: form.text('town') });
  const enterprises = visit.actor.enterpriseIds.length > 0;
  return showPage(
    visit,
    {
      title: '在哪里、怎么联系您',
      at: 'ask',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} />
      <KnownAlready visit={visit} advice={advice} form={form} />
      <h1>在哪里、怎么联系您</h1>
      <CommandForm visit={visit} action="/ask/check" upload>
        <Carried form={form} except={['town', 'place', 'occurred', 'name', 'phone', 'hidden']} />
        {advice.hints.map(({ id }) => (
          <input type="hidden" name="acknowledged" value={id} />
        ))}
        <SelectField
          name="town"
          label="在哪个镇"
          optional
          value={form.text('town')}
          options={vocabulary.towns.map(({ id, name }) => ({ value: id, label: name }))}
          fault={faultOf(problem, 'town')}
        />
        <TextField
          name="place"
          label="具体地点"
          hint="例如：西大街社区 3 号楼前"
          optional
          autocomplete="off"
          maxlength={120}
          value={form.text('place')}
          fault={faultOf(problem, 'place')}
        />
        <TextField
          name="occurred"
          label="什么时候的事"
          hint="例如：昨天晚上、11 月 20 日上午"
          optional
          autocomplete="off"
          maxlength={60}
          value={form.text('occurred')}
          fault={faultOf(problem, 'occurred')}
        />
        <Field name="file" label="照片或文件" hint="可以选几张，最多 9 个" optional>
          {(tie) => <input {...tie} type="file" multiple accept={acceptAttribute} />}
        </Field>
        {form.text('attachments') !== '' && (
          <p class="note">已上传 {form.text('attachments').split(' ').length} 个文件，不用再选。</p>
        )}
        <fieldset class="field">
          <legend>怎么联系您</legend>
          <p class="hint">只有热线和办理单位能看，被反映的单位看不到举报人。不留电话也能提，凭工单号和查询码看结果。</p>
          <TextField
            name="name"
            label="怎么称呼"
            optional
            autocomplete="name"
            maxlength={40}
            value={form.text('name')}
            fault={faultOf(problem, 'name')}
          />
          <TextField
            name="phone"
            label="手机号"
            type="tel"
            inputmode="tel"
            optional
            width="w10"
            autocomplete="tel"
            maxlength={30}
            value={form.text('phone')}
            fault={faultOf(problem, 'phone')}
          />
          <ChoiceField
            name="hidden"
            label="要不要保密"
            many
            optional
            chosen={form.list('hidden')}
            options={[
              { value: 'confidential', label: '不让办理单位知道我是谁' },
              { value: 'anonymous', label: '匿名，什么联系方式都不留' },
            ]}
          />
        </fieldset>
        {enterprises && (
          <ChoiceField
            name="onBehalfOf"
            label="替企业提"
            many
            optional
            hint="企业的诉求由专人跟踪，企业自己确认解决才销号"
            chosen={form.list('onBehalfOf')}
            options={visit.actor.enterpriseIds.map((id) => ({ value: id, label: id }))}
          />
        )}
        <p>
          <button>下一步</button>
        </p>
      </CommandForm>
    </>,
  );
}

/** An answer, an open ticket or a number to dial: shown before anything more is asked. */
function KnownAlready({ visit, advice, form }: { visit: Visit; advice: Advice; form: FormBody }): JSX.Element | null {
  const { hints, knowledge, similar } = advice;
  if (hints.length + knowledge.length + similar.length === 0) return null;
  return (
    <section aria-labelledby="known">
      <h2 id="known">先看看这些</h2>
      {hints.map((hint) => (
        <div
          class={hint.kind === 'emergency' ? 'note bad' : 'note warn'}
          role={hint.kind === 'emergency' ? 'alert' : undefined}
        >
          <p>
            <b>
              {hint.name}
              {/^\d+$/.test(hint.channel) ? (
                <>
                  ：<a href={`tel:${hint.channel}`}>马上拨打 {hint.channel}</a>
                </>
              ) : (
                `：${hint.channel}`
              )}
            </b>
          </p>
          <p>{hint.text}</p>
        </div>
      ))}
      {knowledge.slice(0, 3).map((one) => (
        <details class="card">
          <summary>{one.title}</summary>
          <p>{one.answer}</p>
          <p class="hint">
            {one.unitName}答复{one.sourceTitle !== '' && `，依据${one.sourceTitle}${one.sourceNo}`}
            {one.itemId !== '' && (
              <>
                ，<a href={`/guides/${one.itemId}`}>办事指南</a>
              </>
            )}
          </p>
          <CommandForm visit={visit} action="/ask/helped">
            <input type="hidden" name="entryId" value={one.entryId} />
            <p class="row">
              <button name="helpful" value="1">
                解决了，不用再提
              </button>{' '}
              <button name="helpful" value="0" class="quiet">
                没有回答我的问题
              </button>
            </p>
            <Carried form={form} except={[]} />
          </CommandForm>
        </details>
      ))}
      {similar.slice(0, 3).map((one) => (
        <div class="card">
          <p>
            <b>{one.title}</b> <span class="tag blue">{one.statusName}</span>
          </p>
          <p class="hint">
            {[one.className, one.townName, one.repeats > 0 ? `${one.repeats + 1} 个人反映` : '有人已经反映']
              .filter((words) => words !== '')
              .join('，')}
          </p>
          <CommandForm visit={visit} action="/ask/join">
            <input type="hidden" name="ticketId" value={one.ticketId} />
            <input type="hidden" name="text" value={form.text('text')} />
            <p>
              <button class="quiet">{one.probable ? '就是这件事，我也要知道进度' : '和我的一样，一起等结果'}</button>
            </p>
          </CommandForm>
        </div>
      ))}
    </section>
  );
}

/** Files are kept at once; the rest is shown for a last look. */
async function takeWhere(visit: Visit): Promise<Answer> {
  const fresh: string[] = [];
  const lists: Record<string, string[]> = {};
  const { fields, issues } = await takeFilesWithFields(
    visit,
    'file',
    async (document, key) => {
      fresh.push((await visit.invoke(uploadAttachment, { document }, key)).attachmentId);
    },
    (name, value) => (lists[name] ??= []).push(value),
  );
  const attachments = [...(fields.attachments ?? '').split(' '), ...fresh].filter((id) => id !== '').slice(0, 9);
  const form = new FormBody({ ...lists, attachments: attachments.join(' ') });
  if (issues.length > 0)
    return where(visit, { ...missing(), issues: issues.map(({ message }) => ({ path: '/file', message })) }, form);
  const fault = wordsFault(form);
  return fault === null ? showCheck(visit, null, form) : showWords(visit, fault, form);
}

async function showCheck(visit: Visit, problem: Problem | null, form: FormBody): Promise<Answer> {
  const vocabulary = await visit.invoke(hotlineVocabulary, {});
  const isAnonymous = form.list('hidden').includes('anonymous');
  const files = form
    .text('attachments')
    .split(' ')
    .filter((id) => id !== '').length;
  return showPage(
    visit,
    {
      title: '看一遍，再提交',
      at: 'ask',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} href={() => null} />
      <h1>看一遍，再提交</h1>
      <Facts
        rows={[
          ['类别', nameIn(vocabulary.classes, form.text('class'))],
          ['什么事', form.text('text')],
          ['在哪里', [nameIn(vocabulary.towns, form.text('town')), form.text('place')].filter(Boolean).join('，')],
          ['什么时候', form.text('occurred')],
          ['照片、文件', files > 0 && `${files} 个`],
          [
            '联系',
            isAnonymous ? '匿名，不留联系方式' : [form.text('name'), form.text('phone')].filter(Boolean).join('，'),
          ],
          ['保密', form.list('hidden').includes('confidential') && '不让办理单位知道我是谁'],
          ['替企业提', form.text('onBehalfOf')],
        ]}
      />
      <CommandForm visit={visit} action="/ask/send">
        <Carried form={form} except={[]} />
        <p class="row">
          <button>提交</button>{' '}
          <button class="quiet" formaction="/ask">
            回去改
          </button>
        </p>
      </CommandForm>
      <p class="hint">{termOf(vocabulary, form.text('class'))}</p>
    </>,
  );
}

async function send(visit: Visit, form: FormBody): Promise<Answer> {
  const hidden = form.list('hidden');
  const anonymous = hidden.includes('anonymous');
  const input = {
    ...form.pick(['class', 'text', 'town', 'place', 'occurred', 'onBehalfOf']),
    confidential: hidden.includes('confidential') || form.text('class') === 'report',
    anonymous,
    contact: anonymous ? {} : form.pick(['name', 'phone']),
    attachments: form
      .text('attachments')
      .split(' ')
      .filter((id) => id !== ''),
    acknowledged: form.list('acknowledged'),
  };
  const done = await attempt(visit, () => visit.invoke(registerTicket, input, form.key()));
  if (!done.ok) {
    const isContact = done.problem.code === 'TICKET_CONTACT_WRONG' || done.problem.issues.length > 0;
    return isContact ? where(visit, done.problem, form) : showCheck(visit, done.problem, form);
  }
  const { result, no, code, dueText, hints } = done.output;
  if (result === 'told') {
    const seen = new FormBody({ ...formValues(form), acknowledged: hints.map(({ id }) => id) });
    return where(visit, null, seen);
  }
  return showPage(
    visit,
    { title: '已经收到', at: 'ask' },
    <>
      <div class="done">
        <h1>已经收到</h1>
        <p>
          工单号 <b>{no}</b>
          {code !== '' && (
            <>
              ，查询码 <b>{code}</b>
            </>
          )}
        </p>
      </div>
      {code !== '' && <p>请把工单号和查询码记下来或者截屏，查询码只显示这一次。没有登录的时候，凭它们看进度。</p>}
      <p>{dueText}</p>
      <p class="inline-links">
        {isSignedIn(visit) ? <a href="/my/tickets">我提过的</a> : <a href={`/ask/follow?no=${no}`}>查进度</a>}
        <a href="/">回首页</a>
      </p>
    </>,
  );
}

async function helped(visit: Visit, form: FormBody): Promise<Answer> {
  const helpful = form.text('helpful') === '1';
  const done = await attempt(visit, () =>
    visit.invoke(useKnowledge, { entryId: form.text('entryId'), helpful }, form.key()),
  );
  return done.ok && helpful ? goTo('/ask/done') : where(visit, done.ok ? null : done.problem, form);
}

async function showHelped(visit: Visit): Promise<Answer> {
  return showPage(
    visit,
    { title: '问题解决了', at: 'ask' },
    <>
      <div class="done">
        <h1>问题解决了</h1>
        <p>这次没有另建工单。以后照着办遇到困难，随时再来问。</p>
      </div>
      <p class="inline-links">
        <a href="/ask">再问一个</a>
        <a href="/">回首页</a>
      </p>
    </>,
  );
}

async function join(visit: Visit, form: FormBody): Promise<Answer> {
  const input = {
    ticketId: form.text('ticketId'),
    text: form.text('text').slice(0, 1000),
    anonymous: !isSignedIn(visit),
  };
  const done = await attempt(visit, () => visit.invoke(joinTicket, input, form.key()));
  if (!done.ok) return showWords(visit, done.problem, form);
  const { no, code, statusName, dueText } = done.output;
  return showPage(
    visit,
    { title: '已经记到一起', at: 'ask' },
    <>
      <div class="done">
        <h1>已经记到一起</h1>
        <p>
          工单号 <b>{no}</b>
          {code !== '' && (
            <>
              ，查询码 <b>{code}</b>
            </>
          )}
        </p>
      </div>
      <p>
        这件事现在“{statusName}”。{dueText}
      </p>
      <p class="inline-links">
        <a href={`/ask/follow?no=${no}`}>查进度</a>
      </p>
    </>,
  );
}

function Carried({ form, except }: { form: FormBody; except: readonly (typeof carried)[number][] }): JSX.Element {
  const names = carried.filter((name) => !except.includes(name));
  return (
    <>{names.flatMap((name) => form.list(name).map((value) => <input type="hidden" name={name} value={value} />))}</>
  );
}

function formValues(form: FormBody): Record<string, string[]> {
  return Object.fromEntries(carried.map((name) => [name, form.list(name)]));
}

function nameIn(list: readonly { id: string; name: string }[], id: string): string {
  return list.find((one) => one.id === id)?.name ?? '';
}

function termOf({ classes }: Vocabulary, id: string): string {
  const term = classes.find((one) => one.id === id)?.term ?? '';
  return term === '' ? '' : `这一类一般${term}内答复，从派给承办单位时起算。`;
}
