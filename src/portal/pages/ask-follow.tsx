import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDateTime } from '../../kernel/time.ts';
import {
  answerCallBack,
  answerClassProposal,
  followTicket,
  myTicket,
  myTickets,
  reopenTicket,
  supplementTicket,
  withdrawTicket,
  writeOffRequest,
} from '../../modules/hotline/contract.ts';
import {
  Bits,
  ChoiceField,
  CommandForm,
  ErrorSummary,
  Facts,
  faultOf,
  hrefWith,
  idOf,
  LongTextField,
  pageNumber,
  Pager,
  TextField,
} from '../controls.tsx';
import type { FormBody } from '../form-body.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { attempt, type Answer, type Attempt, type Visit } from '../visit.ts';

/** What I asked: the thread, and what I may say to it. With an account, or with the number and its code. */
export function askFollowPages(site: Site): void {
  site.ownPage('/my/tickets', showMine);
  site.ownPage('/my/tickets/:ticketId', async (visit) =>
    showTicket(visit, await visit.invoke(myTicket, { ticketId: visit.param('ticketId') }), '', null),
  );
  site.page('/ask/follow', (visit) => showFollow(visit, null, visit.query('no')));
  site.form('/ask/follow', follow);
  for (const action of Object.keys(acts) as Act[]) {
    site.form(`/ask/tickets/:ticketId/${action}`, (visit, form) => act(visit, form, action));
  }
}

type Ticket = OutputOf<typeof myTicket>;
type Problem = Extract<Attempt<unknown>, { ok: false }>['problem'];
interface Failed {
  problem: Problem;
  form: FormBody;
  action: Act;
}

const size = 20;

async function showMine(visit: Visit): Promise<Answer> {
  const page = pageNumber(visit.query('page'));
  const { tickets, total } = await visit.invoke(myTickets, { page, size });
  return showPage(
    visit,
    { title: '我提过的', at: 'mine', back: { href: '/my', text: '我的办件' } },
    <>
      <h1>我提过的</h1>
      {tickets.length === 0 ? (
        <p role="status">
          您还没有提过。<a href="/ask">提问、求助、投诉</a>
        </p>
      ) : (
        <ul class="list">
          {tickets.map((one) => (
            <li>
              <h2>
                <a href={`/my/tickets/${one.id}`}>{one.title}</a>{' '}
                <span class={`tag ${one.needsMe ? 'red' : one.status === 'closed' ? 'green' : 'blue'}`}>
                  {one.needsMe ? '等您答复' : one.statusName}
                </span>
              </h2>
              <Bits of={[one.no, one.className, `${chineseDateTime(one.registeredAt)}提出`]} />
            </li>
          ))}
        </ul>
      )}
      <Pager path="/my/tickets" query={{}} page={page} size={size} total={total} />
    </>,
  );
}

async function showFollow(visit: Visit, problem: Problem | null, no: string): Promise<Answer> {
  return showPage(
    visit,
    {
      title: '查进度',
      at: 'ask',
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>查提问、求助、投诉的进度</h1>
      <CommandForm visit={visit} action="/ask/follow">
        <TextField
          name="no"
          label="工单号"
          hint="例如：20261123-0001"
          width="w10"
          autocomplete="off"
          maxlength={20}
          value={no}
          fault={faultOf(problem, 'no')}
        />
        <TextField
          name="code"
          label="查询码"
          hint="提交的时候给您的，八个字母和数字，大写小写都行"
          width="w10"
          autocomplete="off"
          maxlength={20}
          fault={faultOf(problem, 'code')}
        />
        <p>
          <button>查进度</button>
        </p>
      </CommandForm>
      <p>
        登录以后提的，在<a href="/my/tickets">我提过的</a>里看，不用查询码。查询码找不到了，请打
        <a href="tel:12345">12345</a>。
      </p>
    </>,
  );
}

async function follow(visit: Visit, form: FormBody): Promise<Answer> {
  const { no, code } = form.pick(['no', 'code']);
  const done = await attempt(visit, () => visit.invoke(followTicket, { no, code }), ['TICKET_CODE_WRONG']);
  return done.ok ? showTicket(visit, done.output, code, null) : showFollow(visit, done.problem, no);
}

const acts = {
  'call-back': { endpoint: answerCallBack, read: callBackInput },
  supplement: { endpoint: supplementTicket, read: (form: FormBody) => form.pick(['text']) },
  withdrawal: { endpoint: withdrawTicket, read: (form: FormBody) => form.pick(['reason']) },
  reopening: { endpoint: reopenTicket, read: (form: FormBody) => form.pick(['reason']) },
  'class-answer': {
    endpoint: answerClassProposal,
    read: (form: FormBody) => ({ agreed: form.text('agreed') === '1' }),
  },
  'write-off': {
    endpoint: writeOffRequest,
    read: (form: FormBody) => ({ satisfaction: Number(form.text('satisfaction')), note: form.text('note') }),
  },
} as const;
type Act = keyof typeof acts;

function callBackInput(form: FormBody) {
  const solved = form.text('solved');
  return {
    ...(solved === '' ? {} : { solved: solved === 'yes' || solved === 'partly' }),
    understood: solved === 'understood',
    ...(form.text('satisfaction') === '' ? {} : { satisfaction: Number(form.text('satisfaction')) }),
    comment: form.text('comment'),
  };
}

const asked: Readonly<Record<Act, readonly (readonly [string, string])[]>> = {
  supplement: [['text', '请写下新的情况。']],
  withdrawal: [['reason', '请写下为什么撤回。']],
  'call-back': [
    ['solved', '请选事情解决了没有。'],
    ['satisfaction', '请选对办理满意不满意。'],
  ],
  reopening: [['reason', '请写下怎么没有解决。']],
  'class-answer': [],
  'write-off': [['satisfaction', '请选对办理满意不满意。']],
};

/** What was left empty, said in the page's own words. */
function unsaidIn(action: Act, form: FormBody): Problem | null {
  const issues = asked[action]
    .filter(([name]) => form.text(name).trim() === '')
    .map(([name, message]) => ({ path: `/${name}`, message }));
  if (issues.length === 0) return null;
  return { type: 'about:blank', title: '', status: 400, code: 'INVALID_INPUT', detail: '', issues, requestId: '' };
}

/** Two forms of one page ask for a reason, two for satisfaction. */
const ownIds: Readonly<Record<string, string>> = {
  'reopening/reason': 'reopen-reason',
  'withdrawal/reason': 'withdraw-reason',
  'write-off/satisfaction': 'write-off-satisfaction',
};

async function act(visit: Visit, form: FormBody, action: Act): Promise<Answer> {
  const { endpoint, read } = acts[action];
  const input = { ticketId: visit.param('ticketId'), code: form.text('code'), ...read(form) };
  const unsaid = unsaidIn(action, form);
  const done: Attempt<Ticket> =
    unsaid === null
      ? await attempt(visit, () => visit.invoke(endpoint, input, form.key()))
      : { ok: false, problem: unsaid };
  const code = form.text('code');
  if (done.ok) return code === '' ? goTo(`/my/tickets/${input.ticketId}`) : showTicket(visit, done.output, code, null);
  const failed = { problem: done.problem, form, action };
  // With a code there is no page of its own to read the ticket from: it is asked for again.
  const ticket =
    code === ''
      ? await visit.invoke(myTicket, { ticketId: input.ticketId })
      : await visit.invoke(followTicket, { no: form.text('no'), code });
  return showTicket(visit, ticket, code, failed);
}

async function showTicket(visit: Visit, ticket: Ticket, code: string, failed: Failed | null): Promise<Answer> {
  const problem = failed?.problem ?? null;
  const may = (action: Ticket['actions'][number]) => ticket.actions.includes(action);
  const form = (action: Act, children: JSX.Element) => (
    <CommandForm visit={visit} action={`/ask/tickets/${ticket.id}/${action}`}>
      {code !== '' && (
        <>
          <input type="hidden" name="code" value={code} />
          <input type="hidden" name="no" value={ticket.no} />
        </>
      )}
      {children}
    </CommandForm>
  );
  const awaited = may('callBack') || (may('answerClassProposal') && ticket.proposal !== null);
  const typed = (action: Act, name: string) => (failed?.action === action ? failed.form.text(name) : '');
  const fault = (action: Act, name: string) => (failed?.action === action ? faultOf(problem, name) : undefined);
  return showPage(
    visit,
    {
      title: ticket.title,
      at: code === '' ? 'mine' : 'ask',
      back: code === '' ? { href: '/my/tickets', text: '我提过的' } : { href: '/ask/follow', text: '查进度' },
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary
        problem={problem}
        href={({ path }) => {
          const name = path.split('/').at(-1) ?? '';
          return `#${idOf(ownIds[`${failed?.action ?? ''}/${name}`] ?? name)}`;
        }}
      />
      <h1>
        {titleOf(ticket)}{' '}
        {awaited ? (
          <span class="tag red">等您答复</span>
        ) : (
          <span class={`tag ${ticket.status === 'closed' ? 'green' : 'blue'}`}>{ticket.statusName}</span>
        )}
      </h1>
      {ticket.role === 'joiner' && <p class="note">这件事别人先提了，您提的和它并到一起办，在这里看进度。</p>}
      <Facts
        rows={[
          ['工单号', ticket.no],
          ['类别', ticket.className],
          ['办理单位', ticket.unitName],
          ['期限', ticket.dueText],
          ['提出时间', chineseDateTime(ticket.registeredAt)],
          ['什么事', <span class="told">{ticket.text}</span>],
        ]}
      />
      {ticket.reply !== null && (
        <section class="card" aria-labelledby="reply">
          <h2 id="reply">{ticket.reply.unitName}的答复</h2>
          <p class="told">{ticket.reply.text}</p>
          <p class="hint">{chineseDateTime(ticket.reply.at)}</p>
        </section>
      )}
      {may('answerClassProposal') && ticket.proposal !== null && (
        <section class="card" aria-labelledby="proposal">
          <h2 id="proposal">要不要改成“{ticket.proposal.toName}”</h2>
          <p>{ticket.proposal.reason.replace(/。$/, '')}。您不同意就不改，照原来的办。</p>
          {form(
            'class-answer',
            <p class="row">
              <button name="agreed" value="1">
                同意改
              </button>{' '}
              <button name="agreed" value="0" class="quiet">
                不同意
              </button>
            </p>,
          )}
        </section>
      )}
      {may('callBack') && (
        <section class="card" aria-labelledby="call-back">
          <h2 id="call-back">解决了吗</h2>
          {form(
            'call-back',
            <>
              <ChoiceField
                name="solved"
                label="您的事情"
                chosen={[typed('call-back', 'solved')]}
                fault={fault('call-back', 'solved')}
                options={[
                  { value: 'yes', label: '解决了' },
                  { value: 'no', label: '没有解决', hint: '退回办理单位，重新办' },
                  { value: 'understood', label: '没有解决，但我理解单位的解释', hint: '就办到这里，不再退回' },
                ]}
              />
              <SatisfactionField
                chosen={typed('call-back', 'satisfaction')}
                fault={fault('call-back', 'satisfaction')}
              />
              <LongTextField
                name="comment"
                label="还想说的"
                optional
                rows={3}
                maxlength={1000}
                value={typed('call-back', 'comment')}
                fault={fault('call-back', 'comment')}
              />
              <p>
                <button>告诉热线</button>
              </p>
            </>,
          )}
        </section>
      )}
      {may('writeOff') && (
        <section class="card" aria-labelledby="write-off">
          <h2 id="write-off">确认解决，销号</h2>
          <p>企业的诉求由企业自己确认解决才算完。</p>
          {form(
            'write-off',
            <>
              <SatisfactionField
                id="write-off-satisfaction"
                chosen={typed('write-off', 'satisfaction')}
                fault={fault('write-off', 'satisfaction')}
              />
              <p>
                <button>确认解决</button>
              </p>
            </>,
          )}
        </section>
      )}
      <section aria-labelledby="thread">
        <h2 id="thread">经过</h2>
        <ol class="line">
          {ticket.thread.map((one, position) => (
            <li>
              <h3>{one.title}</h3>
              {one.text !== '' && !isSaid(ticket, position) && <p class="told">{one.text}</p>}
              <p class="hint">
                {one.who}，{chineseDateTime(one.at)}
              </p>
            </li>
          ))}
        </ol>
        {ticket.attachments.length > 0 && (
          <ul>
            {ticket.attachments.map((one) => (
              <li>
                <a href={hrefWith(`/api/hotline/attachments/${one.attachmentId}/content`, { code })}>{one.name}</a>
              </li>
            ))}
          </ul>
        )}
      </section>
      {may('supplement') && (
        <details open={failed?.action === 'supplement'}>
          <summary>补充新的情况</summary>
          {form(
            'supplement',
            <>
              <LongTextField
                name="text"
                label="新的情况"
                rows={3}
                maxlength={1000}
                value={typed('supplement', 'text')}
                fault={fault('supplement', 'text')}
              />
              <p>
                <button>补充</button>
              </p>
            </>,
          )}
        </details>
      )}
      {may('reopen') && (
        <details open={failed?.action === 'reopening'}>
          <summary>又出现了，或者其实没有解决</summary>
          {form(
            'reopening',
            <>
              <LongTextField
                name="reason"
                id="reopen-reason"
                label="怎么没有解决"
                rows={3}
                maxlength={1000}
                value={typed('reopening', 'reason')}
                fault={fault('reopening', 'reason')}
              />
              <p>
                <button>要求重新办理</button>
              </p>
            </>,
          )}
        </details>
      )}
      {may('withdraw') && (
        <details open={failed?.action === 'withdrawal'}>
          <summary>不用办了，撤回</summary>
          {form(
            'withdrawal',
            <>
              <TextField
                name="reason"
                id="withdraw-reason"
                label="为什么撤回"
                maxlength={200}
                value={typed('withdrawal', 'reason')}
                fault={fault('withdrawal', 'reason')}
              />
              <p>
                <button class="quiet">撤回</button>
              </p>
            </>,
          )}
        </details>
      )}
    </>,
  );
}

/** A title is cut from the words themselves; that it goes on is said. */
function titleOf({ title, text }: Ticket): string {
  return text.startsWith(title) && !/^[。！？\s]*$/.test(text.slice(title.length)) ? `${title}……` : title;
}

/** The reply stands above in full, and a word of closing often repeats the one before. */
function isSaid({ reply, thread }: Ticket, position: number): boolean {
  const said = thread[position]?.text;
  return said === reply?.text || said === thread[position - 1]?.text;
}

function SatisfactionField(props: { id?: string; chosen: string; fault: string | undefined }): JSX.Element {
  return (
    <ChoiceField
      name="satisfaction"
      {...(props.id === undefined ? {} : { id: props.id })}
      label="对办理满意吗"
      chosen={[props.chosen]}
      fault={props.fault}
      options={['非常不满意', '不满意', '基本满意', '满意', '非常满意']
        .map((label, at) => ({ value: String(at + 1), label }))
        .reverse()}
    />
  );
}
