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
import { me } from '../../modules/org/contract.ts';
import { carried, Carried, KnownAlready, Numbers } from '../ask-parts.tsx';
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

const explanations: Readonly<Record<string, string>> = {
  question: '有事想问：政策是怎么定的、事情怎么办、去哪里办',
  help: '遇到困难，想请单位来帮忙、来修、来管',
  complaint: '对办事、服务、执法不满意，或者自己吃了亏',
  report: '发现有人违法违规；是谁举报的，严格保密',
  advice: '觉得哪里可以做得更好',
  praise: '有人、有单位做得好',
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
        写下来就行，不用知道归哪个单位管。网上写和打 <a href="tel:12345">12345</a> 一样办理。
      </p>
      <p class="note">
        正有危险、要救人，不要在这里等，马上打 <a href="tel:110">110</a>（报警）、<a href="tel:119">119</a>（着火）、
        <a href="tel:120">120</a>（急救）、<a href="tel:122">122</a>（车祸）。
      </p>
      <CommandForm visit={visit} action="/ask">
        <Carried form={form} except={['class', 'text']} />
        <ChoiceField
          name="class"
          label="您想做什么"
          chosen={chosen}
          fault={faultOf(problem, 'class')}
          options={classes.map(({ id, name }) => ({ value: id, label: name, hint: explanations[id] ?? '' }))}
        />
        <LongTextField
          name="text"
          label="什么事"
          hint="什么时候、什么地方、怎么回事、想怎么解决。姓名和电话不要写在这里，下一页再填"
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
  const firms = visit.actor.enterpriseIds.length > 0 ? (await visit.invoke(me, {})).enterprises : [];
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
      <h1>在哪里、怎么联系您</h1>
      <KnownAlready visit={visit} advice={advice} form={form} />
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
          hint="例如：昨天晚上、11月20日上午"
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
          <p class="hint">
            只有热线和办理单位看得到；是举报的，被举报的一方看不到您是谁。不留也能提，凭工单号和查询码看结果。
          </p>
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
            label="要保密吗"
            many
            optional
            chosen={form.list('hidden')}
            options={[
              { value: 'confidential', label: '不让办理单位知道我是谁' },
              { value: 'anonymous', label: '匿名：姓名、电话都不留' },
            ]}
          />
        </fieldset>
        {firms.length > 0 && (
          <ChoiceField
            name="onBehalfOf"
            label="是替企业提的吗"
            many
            optional
            hint="是的就选上：企业提的有专人跟着办，企业自己说解决了才算完"
            chosen={form.list('onBehalfOf')}
            options={firms.map(({ uscc, name }) => ({ value: uscc, label: name }))}
          />
        )}
        <p>
          <button>下一步</button>
        </p>
      </CommandForm>
    </>,
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
          ['什么事', <span class="told">{form.text('text')}</span>],
          ['在哪里', [nameIn(vocabulary.towns, form.text('town')), form.text('place')].filter(Boolean).join('，')],
          ['什么时候', form.text('occurred')],
          ['照片、文件', files > 0 && `${files} 个`],
          [
            '怎么联系您',
            isAnonymous
              ? '匿名，姓名、电话都不留'
              : [form.text('name'), form.text('phone')].filter(Boolean).join('，') || '没有留，凭工单号和查询码看结果',
          ],
          ['保密', form.list('hidden').includes('confidential') && '不让办理单位知道我是谁'],
          ['替哪家企业提', form.text('onBehalfOf')],
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
        <Numbers no={no} code={code} />
      </div>
      {code !== '' && <p>请把这两个号记下来或者截屏。查询码只显示这一次，以后凭它们看进度、补充情况。</p>}
      {dueText !== '' && <p>期限：{dueText}。</p>}
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
        <Numbers no={no} code={code} />
      </div>
      <p>
        这件事现在“{statusName}”{dueText !== '' && `，${dueText}`}。
      </p>
      {code !== '' && <p>请把这两个号记下来或者截屏。查询码只显示这一次，以后凭它们看进度。</p>}
      <p class="inline-links">
        <a href={`/ask/follow?no=${no}`}>查进度</a>
      </p>
    </>,
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
  return term === '' ? '' : `这一类一般${term}内答复，从派给办理的单位那天算起。`;
}
