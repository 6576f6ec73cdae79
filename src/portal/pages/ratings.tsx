import type { JSX } from 'preact';
import type { Problem } from '../../kernel/call.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { qrModules } from '../../kernel/ofd/qr.ts';
import { chineseDate, chineseDateTime } from '../../kernel/time.ts';
import { readGuide } from '../../modules/catalogue/contract.ts';
import {
  explainByLink,
  followUpByLink,
  openLink,
  publishedRatings,
  rateByLink,
  ratingSummary,
  revisitByLink,
} from '../../modules/ratings/contract.ts';
import {
  Bits,
  ChoiceField,
  CommandForm,
  ErrorSummary,
  Facts,
  faultOf,
  LongTextField,
  pageNumber,
  Pager,
  TextField,
} from '../controls.tsx';
import type { FormBody } from '../form-body.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { ratingNames } from '../texts.ts';
import { attempt, type Answer, type Visit } from '../visit.ts';

type Rating = OutputOf<typeof openLink>;

/** Rating by link, without signing in: five buttons, one tap; a link that is only opened changes nothing. */
export function ratingPages(site: Site): void {
  site.page('/rate/:code', (visit) => showRating(visit, null));
  site.form('/rate/:code', (visit, form) => {
    const channel = channelOf(form.text('via'));
    return take(visit, form, rateByLink, {
      level: form.text('level'),
      anonymous: form.has('anonymous'),
      ...(channel === null ? {} : { channel }),
    });
  });
  site.form('/rate/:code/words', (visit, form) =>
    take(visit, form, explainByLink, {
      reasons: form.list('reasons'),
      words: form.text('words'),
      phone: form.text('phone'),
    }),
  );
  site.form('/rate/:code/follow-up', (visit, form) =>
    take(visit, form, followUpByLink, { level: form.text('level'), words: form.text('words') }),
  );
  site.form('/rate/:code/revisit', (visit, form) =>
    take(visit, form, revisitByLink, { satisfied: form.text('satisfied') === 'yes', words: form.text('words') }),
  );
  site.page('/guides/:id/ratings', showPublished);
  site.http.get<{ Params: { code: string } }>('/rate/:code/qr.svg', async (request, reply) => {
    // A picture of the address: it says no more than whoever asks for it has already.
    const { code } = request.params;
    if (!/^[0-9A-Za-z]{8,64}$/.test(code)) return reply.code(404).send();
    const picture = qrPicture(`${site.platform.services.publicUrl}/rate/${code}?via=qr`);
    return reply.header('cache-control', 'private, max-age=300').type('image/svg+xml').send(picture);
  });
}

/** Four light modules around it, as readers want. */
function qrPicture(text: string): string {
  const modules = qrModules(text);
  const dark = modules.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x + 4} ${y + 4}h1v1h-1z`] : [])));
  const side = modules.length + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${dark.join('')}"/></svg>`;
}

function channelOf(via: string): 'qr' | 'device' | null {
  return via === 'qr' || via === 'device' ? via : null;
}

async function take(
  visit: Visit,
  form: FormBody,
  contract: typeof rateByLink | typeof explainByLink | typeof followUpByLink | typeof revisitByLink,
  input: Record<string, unknown>,
): Promise<Answer> {
  const code = visit.param('code');
  const done = await attempt(visit, () => visit.invoke(contract, { code, ...input }, form.key()));
  return done.ok ? goTo(`/rate/${code}`) : showRating(visit, done.problem);
}

async function showRating(visit: Visit, problem: Problem | null): Promise<Answer> {
  const code = visit.param('code');
  const rating = await visit.invoke(openLink, { code });
  return showPage(
    visit,
    {
      title: `评价：${rating.itemName}`,
      hasFaults: problem !== null,
      ...(problem === null ? {} : { status: problem.status }),
    },
    <>
      <ErrorSummary problem={problem} />
      <h1>{rating.rating === null ? '办得满意吗？' : '您的评价'}</h1>
      <Facts
        rows={[
          ['办的事', rating.itemName],
          ['办理单位', rating.unitName],
          ['哪天办完的', chineseDate(rating.finishedOn)],
        ]}
      />
      {rating.mayRate && <Tap visit={visit} code={code} via={visit.query('via')} />}
      {!rating.mayRate && rating.rating === null && (
        <p class="note">评价的期限到{chineseDate(rating.rateUntil)}为止。</p>
      )}
      {rating.rating !== null && <Said rating={rating} />}
      {rating.mayExplain && <Explain visit={visit} code={code} rating={rating} problem={problem} />}
      {rating.mayAnswerRevisit && <Revisit visit={visit} code={code} problem={problem} />}
      {rating.mayFollowUp && !rating.mayExplain && <FollowUp visit={visit} code={code} problem={problem} />}
    </>,
  );
}

function Tap({ visit, code, via }: { visit: Visit; code: string; via: string }): JSX.Element {
  return (
    <CommandForm visit={visit} action={`/rate/${code}`} class="levels">
      {via !== '' && <input type="hidden" name="via" value={via} />}
      <p>点一个就算评完，一件事评一次。办事窗口看不到是谁评的。</p>
      <p>
        <label class="pick">
          <input type="checkbox" name="anonymous" value="yes" />
          <span>匿名评价（只计入统计，不会有人联系您）</span>
        </label>
      </p>
      {[5, 4, 3, 2, 1].map((level) => (
        <button name="level" value={String(level)} class="quiet">
          {ratingNames[level]}
        </button>
      ))}
    </CommandForm>
  );
}

function Said({ rating }: { rating: Rating }): JSX.Element | null {
  const { rating: given, followUp, reply } = rating;
  if (given === null) return null;
  return (
    <div class="card" role="status">
      <p>
        <b>{given.levelName}</b>
        {given.anonymous && '（匿名）'}，{chineseDateTime(given.at)}
      </p>
      {given.reasons.length > 0 && <p>{given.reasons.join('、')}</p>}
      {given.words !== '' && <p>{given.words}</p>}
      {followUp !== null && (
        <p>
          追加评价：<b>{followUp.levelName}</b>
          {followUp.words !== '' && `，${followUp.words}`}
        </p>
      )}
      {reply !== null && (
        <p>
          <b>{rating.unitName}答复：</b>
          {reply.words}
        </p>
      )}
      <p class="hint">{statusText(rating)}</p>
    </div>
  );
}

function statusText({ status, rating }: Rating): string {
  if (status === 'contact') return '单位会在一个工作日内联系您。';
  if (status === 'removed') return '经监督单位复核，这条评价不计入统计，记录仍然保留。';
  if (status === 'revisit') return '单位已经处理，请您说说满意不满意。';
  if (status === 'supervised') return '您不满意，已经交给监督单位处理。';
  if (status === 'closed') return '这条评价已经办结。';
  return rating !== null && rating.level <= 2 && status !== 'rated' ? '单位正在处理。' : '收到了，谢谢您。';
}

interface Part {
  visit: Visit;
  code: string;
  problem: Problem | null;
}

function Explain({ visit, code, rating, problem }: Part & { rating: Rating }): JSX.Element {
  const choices = (rating.rating?.level ?? 5) <= 2 ? rating.reasons.bad : rating.reasons.good;
  return (
    <CommandForm visit={visit} action={`/rate/${code}/words`}>
      <h2>想多说两句吗？</h2>
      <ChoiceField
        name="reasons"
        label="为什么"
        many
        optional
        fault={faultOf(problem, 'reasons')}
        options={choices.map(({ id, name }) => ({ value: id, label: name }))}
        chosen={[]}
      />
      <LongTextField
        name="words"
        label="想说的话"
        hint="不要写姓名、电话、身份证号"
        optional
        rows={3}
        maxlength={500}
        fault={faultOf(problem, 'words')}
      />
      {rating.mayLeavePhone && (
        <TextField
          name="phone"
          label="手机号"
          hint="要我们回复您就留下，只给处理的人看"
          type="tel"
          inputmode="tel"
          width="w20"
          optional
          fault={faultOf(problem, 'phone')}
        />
      )}
      <button>提交</button>
    </CommandForm>
  );
}

function Revisit({ visit, code, problem }: Part): JSX.Element {
  return (
    <CommandForm visit={visit} action={`/rate/${code}/revisit`}>
      <h2>改得满意吗？</h2>
      <LongTextField
        name="words"
        id="revisit-words"
        label="想说的话"
        optional
        rows={2}
        maxlength={500}
        fault={faultOf(problem, 'words')}
      />
      <div class="row">
        <button name="satisfied" value="yes">
          满意
        </button>
        <button name="satisfied" value="no" class="quiet">
          还是不满意
        </button>
      </div>
    </CommandForm>
  );
}

function FollowUp({ visit, code, problem }: Part): JSX.Element {
  return (
    <details open={problem === null ? undefined : true}>
      <summary>追加评价</summary>
      <CommandForm visit={visit} action={`/rate/${code}/follow-up`}>
        <ChoiceField
          id="follow-level"
          name="level"
          label="现在怎么看？"
          hint="只能追加一次，原来的评价不变"
          fault={faultOf(problem, 'level')}
          options={[5, 4, 3, 2, 1].map((level) => ({ value: String(level), label: ratingNames[level] ?? '' }))}
          chosen={[]}
        />
        <LongTextField
          id="follow-words"
          name="words"
          label="想说的话"
          optional
          rows={3}
          maxlength={500}
          fault={faultOf(problem, 'words')}
        />
        <button class="quiet">追加</button>
      </CommandForm>
    </details>
  );
}

const size = 20;

async function showPublished(visit: Visit): Promise<Answer> {
  const id = visit.param('id');
  const page = pageNumber(visit.query('page'));
  const { name } = await visit.invoke(readGuide, { id });
  const { count, goodShare } = await visit.invoke(ratingSummary, { id });
  const { ratings, total } = await visit.invoke(publishedRatings, { id, page, size });
  return showPage(
    visit,
    { title: `公开的评价：${name}`, at: 'services', back: { href: `/guides/${id}`, text: name } },
    <>
      <h1>公开的评价：{name}</h1>
      <p>
        {goodShare === null
          ? '还没有人评价。'
          : `${count} 条评价，好评率 ${Math.floor(goodShare * 100 + 1e-9)}%（基本满意以上；没有评价的不算好评）。`}
        公开的评价去掉了能看出是谁的内容。
      </p>
      {ratings.length === 0 ? <p role="status">还没有公开的评价。</p> : <PublishedList ratings={ratings} />}
      <Pager path={`/guides/${id}/ratings`} query={{}} page={page} size={size} total={total} />
    </>,
  );
}

/** What was said and what was answered. Nobody is named. */
export function PublishedList({ ratings }: { ratings: OutputOf<typeof publishedRatings>['ratings'] }): JSX.Element {
  return (
    <ul class="list">
      {ratings.map((one) => (
        <li>
          <p>
            <b>{one.levelName}</b>
            {one.words !== '' && `：${one.words}`}
          </p>
          {one.reply !== '' && (
            <p>
              <b>{one.unitName}答复：</b>
              {one.reply}
            </p>
          )}
          <Bits of={[one.itemName, `${chineseDate(one.publishedOn)}公开`]} />
        </li>
      ))}
    </ul>
  );
}
