import type { ComponentChildren, JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { readGuide } from '../../modules/catalogue/contract.ts';
import { publishedRatings, ratingSummary } from '../../modules/ratings/contract.ts';
import { flowOf } from '../../modules/catalogue/index.ts';
import { Facts } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import { PublishedList } from './ratings.tsx';
import type { Site } from '../site.ts';
import { limitsText, serviceKindNames } from '../texts.ts';
import type { Answer, Visit } from '../visit.ts';

type Guide = OutputOf<typeof readGuide>;
type ItemGuide = Guide['items'][number];
type Basis = ItemGuide['basis'][number];

/** The service guide of an item or a bundle. */
export function guidePages(site: Site): void {
  site.page('/guides/:id', showGuide);
  for (const format of ['svg', 'bpmn'] as const) {
    site.http.get<{ Params: { id: string } }>(`/guides/:id/flow.${format}`, async (request, reply) => {
      const { id } = request.params;
      const flow = await site.platform.runner.asSystem('portal.flow', 'job', (tx) => flowOf(tx, id, format));
      const etag = `"${flow.etag}"`;
      reply.header('etag', etag).header('cache-control', 'public, max-age=300');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      if (format === 'bpmn')
        reply.header('content-disposition', `attachment; filename="${id.replace(/[^a-z0-9-]/g, '')}.bpmn"`);
      // An image with its own small style sheet inside; nothing in it may run or load.
      return reply
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .type(flow.type)
        .send(flow.content);
    });
  }
}

async function showGuide(visit: Visit): Promise<Answer> {
  const guide = await visit.invoke(readGuide, { id: visit.param('id') });
  const single = guide.kind === 'item' ? guide.items[0] : undefined;
  const rating = await visit.invoke(ratingSummary, { id: guide.id });
  const said = rating.published === 0 ? null : await visit.invoke(publishedRatings, { id: guide.id, size: 3 });
  return showPage(
    visit,
    { title: guide.name, at: 'services', back: { href: '/services', text: '全部服务' } },
    <>
      <h1>{guide.name}</h1>
      <p>
        <span class={guide.kind === 'bundle' ? 'tag blue' : 'tag'}>{serviceKindNames[guide.kind]}</span> {guide.summary}
      </p>
      <Apply guide={guide} />
      <Facts
        rows={[
          ['谁可以办', guide.audienceNames.join('、')],
          ['多长时间', <Limit guide={guide} single={single} />],
          ['收费', guide.charged ? feeText(guide) : '不收费'],
          ['要跑几次', guide.visits === 0 ? '一次都不用跑' : `最多 ${guide.visits} 次`],
          [guide.kind === 'bundle' ? '牵头单位' : '承办单位', guide.leadName],
          ['怎么办', single?.onlineDepthName ?? ''],
          ['办好得到', [...new Set(guide.items.map((item) => item.result.name))].join('、')],
          ['办过的人说', ratingText(rating)],
        ]}
      />
      {single !== undefined && <Conditions item={single} />}
      <Materials guide={guide} />
      <Flow guide={guide} single={single} />
      {single === undefined ? <Parts guide={guide} /> : <ItemRest item={single} />}
      <Questions questions={guide.questions} />
      {said !== null && <LastRatings id={guide.id} said={said} />}
      <p class="row noprint">
        <button class="quiet" data-print hidden>
          打印这份指南
        </button>
        <a href={`/guides/${guide.id}/flow.bpmn`} download>
          下载流程（BPMN 2.0）
        </a>
      </p>
      <p class="hint">
        指南第 {guide.version} 版{single === undefined ? '' : `，实施编码 ${single.itemCode}`}
      </p>
    </>,
  );
}

function Apply({ guide }: { guide: Guide }): JSX.Element {
  const online = guide.items.some((item) => item.onlineDepth !== 'none' && item.onlineDepth !== 'information');
  const [item] = guide.items;
  if (guide.startedFrom === 'project')
    return (
      <p class="row noprint">
        <a class="button" href="/my/projects">
          从我的项目里办理
        </a>
        <span class="hint">
          这是工程建设项目的一个阶段，先<a href="/projects">登记项目</a>，项目情况只填一次。
        </span>
      </p>
    );
  return online ? (
    <p class="row noprint">
      <a class="button" href={`/apply/${guide.kind}/${guide.id}`}>
        我要办理
      </a>
      <span class="hint">最多 {guide.questionsAsked} 个问题，问过的不再问；中间可以保存，下次接着填。</span>
    </p>
  ) : (
    <p class="note">
      这件事要到窗口办理：{item?.window.place}，{item?.window.hours}。
    </p>
  );
}

function Limit({ guide, single }: { guide: Guide; single: ItemGuide | undefined }): JSX.Element {
  return (
    <>
      {limitsText(guide.promised.term, single?.statutory.term ?? '')}
      {guide.promised.note !== '' && <span class="hint">{guide.promised.note}</span>}
    </>
  );
}

function feeText(guide: Guide): string {
  return guide.items
    .filter((item) => item.fees.charged)
    .map((item) => (guide.items.length === 1 ? item.fees.standard : `${item.name}：${item.fees.standard}`))
    .join('；');
}

function Conditions({ item }: { item: ItemGuide }): JSX.Element | null {
  if (item.conditions.length === 0) return null;
  return (
    <section aria-label="办理条件">
      <h2>什么条件可以办</h2>
      <ConditionList item={item} />
    </section>
  );
}

function ConditionList({ item }: { item: ItemGuide }): JSX.Element {
  return (
    <ul>
      {item.conditions.map((condition) => (
        <li>
          {condition.text}
          {condition.test !== '' && <span class="hint">系统按您填的内容核对：{condition.test}</span>}
          {condition.basis !== null && <span class="hint">依据：{basisText(condition.basis)}</span>}
        </li>
      ))}
    </ul>
  );
}

/** A template is named for people or, in some definitions, only by an identifier, which tells nobody anything. */
function Materials({ guide }: { guide: Guide }): JSX.Element {
  const needed = guide.materials.filter((one) => one.waived === null);
  const waived = guide.materials.filter((one) => one.waived !== null);
  return (
    <section aria-labelledby="materials">
      <h2 id="materials">要准备的材料</h2>
      {needed.length === 0 && <p>不用准备材料，填表就行。</p>}
      <ul class="list">
        {needed.map((one) => (
          <li>
            <h3>
              {one.name} {one.owedWithin !== '' && <span class="tag blue">可以后补</span>}{' '}
              {one.state === 'undecided' && <span class="tag">看情况</span>}
            </h3>
            <p>
              {one.formName}
              {one.form !== 'electronic' && one.copies > 0 && ` ${one.copies} 份`}
              {one.source !== 'applicant' && `，${one.sourceName}`}。{one.explanation}
            </p>
            {one.notes.map((note) => (
              <p class="hint">{note}</p>
            ))}
            {/\p{Script=Han}/u.test(one.template) && <p class="hint">样本：{one.template}</p>}
            {guide.kind === 'bundle' && <p class="hint">用于：{one.items.map((item) => item.name).join('、')}</p>}
          </li>
        ))}
      </ul>
      {waived.length > 0 && (
        <>
          <h3>这些不用您交</h3>
          <ul>
            {waived.map((one) => (
              <li>
                {one.name} <span class="tag green">免提交</span>
                <span class="hint">{waiverText(one)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** Why it is not asked: the county's own words, else where it comes from. */
function waiverText({ waived, explanation }: Guide['materials'][number]): string {
  if (waived === null) return '';
  return waived.note === '' ? explanation.replace(/^免提交：/, '') : waived.note;
}

function Flow({ guide, single }: { guide: Guide; single: ItemGuide | undefined }): JSX.Element {
  return (
    <section aria-labelledby="flow">
      <h2 id="flow">怎么一步步办</h2>
      <ol>
        {single === undefined
          ? guide.order.map((part) => (
              <li>
                <b>{part.name}</b>，{part.departmentName}，{part.promised}
                {part.condition !== '' && <span class="hint">只在这种情况办：{part.condition}</span>}
                <span class="hint">
                  {part.afterNames.length === 0 ? '提交后马上开始' : `等“${part.afterNames.join('”“')}”办好就开始`}
                </span>
                {part.note !== '' && <span class="hint">{part.note}</span>}
              </li>
            ))
          : single.steps.map((step) => (
              <li>
                <b>{step.name}</b>，{step.departmentName}，{step.limit}
                {step.afterNames.length > 0 && <span class="hint">在“{step.afterNames.join('”“')}”之后</span>}
                {step.excluded && <span class="hint">这一步的时间按规定不算在办理时限里</span>}
              </li>
            ))}
      </ol>
      <details>
        <summary>看流程图</summary>
        <div class="wide" tabindex={0} role="group" aria-label="流程图，可以左右拖动">
          <img
            src={`/guides/${guide.id}/flow.svg`}
            alt={`“${guide.name}”的流程图，内容和上面的步骤一样`}
            loading="lazy"
          />
        </div>
      </details>
    </section>
  );
}

function Parts({ guide }: { guide: Guide }): JSX.Element {
  return (
    <section aria-labelledby="parts">
      <h2 id="parts">里面的每个事项</h2>
      {guide.items.map((item) => (
        <details>
          <summary>
            {item.name}（{item.departmentName}，{item.promised.text}）
          </summary>
          <p>{item.summary}</p>
          {item.conditions.length > 0 && (
            <>
              <h3>条件</h3>
              <ConditionList item={item} />
            </>
          )}
          <ItemFacts item={item} />
          <p>
            <a href={`/guides/${item.id}`}>单独看这个事项的指南</a>
          </p>
        </details>
      ))}
    </section>
  );
}

function ItemRest({ item }: { item: ItemGuide }): JSX.Element {
  return (
    <section aria-labelledby="rest">
      <h2 id="rest">窗口、电话和依据</h2>
      <ItemFacts item={item} />
    </section>
  );
}

function ItemFacts({ item }: { item: ItemGuide }): JSX.Element {
  const lines = (values: readonly string[]): ComponentChildren =>
    values.filter((one) => one !== '').map((one) => <div>{one}</div>);
  return (
    <Facts
      rows={[
        [
          '时限',
          `${limitsText(item.promised.term, item.statutory.term)}${item.promised.note === '' ? '' : `，${item.promised.note}`}`,
        ],
        [
          '收费',
          item.fees.charged
            ? `${item.fees.standard}${item.fees.basis === null ? '' : `（依据：${basisText(item.fees.basis)}）`}`
            : '不收费',
        ],
        [
          '结果',
          `${item.result.name}${item.result.validity === '' ? '' : `，有效期 ${item.result.validity}`}；${item.result.deliveryNames.join('、')}`,
        ],
        ['窗口', lines([item.window.place, item.window.hours, item.window.transport])],
        ['咨询电话', <Phones text={item.phones.enquiry} />],
        ['投诉电话', <Phones text={item.phones.complaint} />],
        ['通办范围', item.areaName],
        ['性质', `${item.kindName}，${item.levelName}，${item.caseKindName}`],
        ['协办单位', item.jointUnitNames.join('、')],
        [
          '告知承诺',
          item.commitment === null
            ? ''
            : lines([
                item.commitment.text,
                `核查：${item.commitment.verification}`,
                `不实的后果：${item.commitment.breach}`,
              ]),
        ],
        [
          '延期',
          item.extension === null
            ? ''
            : `经${item.extension.approver}批准可以延长 ${item.extension.text}（依据：${basisText(item.extension.basis)}）`,
        ],
        ['法律依据', lines(item.basis.map(basisText))],
        ['不服怎么办', lines([item.remedy.reconsideration, item.remedy.litigation])],
      ]}
    />
  );
}

/** Numbers that a phone can dial at a touch; the words around them stay. */
function Phones({ text }: { text: string }): JSX.Element {
  return (
    <>
      {text
        .split(/(\d{3,4}-\d{7,8}|1\d{10}|\b12\d{3}\b)/)
        .map((part, position) => (position % 2 === 1 ? <a href={`tel:${part.replace('-', '')}`}>{part}</a> : part))}
    </>
  );
}

function Questions({ questions }: { questions: Guide['questions'] }): JSX.Element | null {
  if (questions.length === 0) return null;
  return (
    <section aria-labelledby="questions">
      <h2 id="questions">大家常问</h2>
      {questions.map(({ q, a }) => (
        <>
          <h3>{q}</h3>
          <p>{a}</p>
        </>
      ))}
    </section>
  );
}

function LastRatings({ id, said }: { id: string; said: OutputOf<typeof publishedRatings> }): JSX.Element {
  return (
    <section aria-labelledby="ratings">
      <h2 id="ratings">最近公开的评价</h2>
      <PublishedList ratings={said.ratings} />
      {said.total > said.ratings.length && (
        <p>
          <a href={`/guides/${id}/ratings`}>看全部 {said.total} 条</a>
        </p>
      )}
    </section>
  );
}

/** Rounded down, so that all of them is said only when it is all of them. */
function ratingText({ count, goodShare }: OutputOf<typeof ratingSummary>): string {
  return goodShare === null ? '还没有评价' : `好评率 ${Math.floor(goodShare * 100 + 1e-9)}%（${count} 条评价）`;
}

function basisText(basis: Pick<Basis, 'title' | 'article'> & Partial<Basis>): string {
  return `${basis.title}${basis.article}${basis.documentNo ? `（${basis.documentNo}）` : ''}`;
}
