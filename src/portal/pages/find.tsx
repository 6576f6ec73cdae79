import type { JSX } from 'preact';
import { listCatalogue, searchCatalogue, suggestCatalogue } from '../../modules/catalogue/contract.ts';
import { Bits, hrefWith, pageNumber, Pager, SelectField } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import { allServices, audienceOf, type ListedService } from '../services.ts';
import type { Site } from '../site.ts';
import { audienceNames, promiseText, serviceKindNames, texts } from '../texts.ts';
import type { Answer, Visit } from '../visit.ts';
import { SearchForm } from './home.tsx';

/** Finding a service: by words, or by looking through the lists. */
export function findPages(site: Site): void {
  site.page('/search', showSearch);
  site.page('/services', showServices);
}

const size = 10;

async function showSearch(visit: Visit): Promise<Answer> {
  const q = visit.query('q').trim().slice(0, 200);
  const audience = audienceOf(visit.query('audience'));
  const page = pageNumber(visit.query('page'));
  const narrowed = audience === undefined ? {} : { audience };
  const answer = await visit.invoke(searchCatalogue, { q, page, size, ...narrowed });
  const services = new Map((await allServices(visit)).map((one) => [one.id, one]));
  const suggestions =
    answer.total === 0 && q !== '' ? (await visit.invoke(suggestCatalogue, { q: q.slice(0, 100) })).suggestions : [];
  const title = q === '' ? '搜索' : `搜索“${q}”`;
  return showPage(
    visit,
    { title },
    <>
      <h1>{title}</h1>
      <SearchRow value={q} />
      {q !== '' && (
        <ul class="chips" aria-label="只看">
          {(['', 'person', 'firm'] as const).map((one) => (
            <li>
              <a
                href={hrefWith('/search', { q, audience: one })}
                aria-current={(audience ?? '') === one ? 'true' : undefined}
              >
                {one === '' ? '全部' : audienceNames[one]}
              </a>
            </li>
          ))}
        </ul>
      )}
      {answer.total > 0 && <p role="status">找到 {answer.total} 项。</p>}
      <ul class="list">
        {answer.found.map((found) => {
          const service = services.get(found.id);
          return service === undefined ? (
            <li>
              <h2>{found.name}</h2>
              <p>
                <span class="tag">上级事项目录</span> {found.summary}
              </p>
              <p class="hint">这一项本县还没有网上指南，请打 12345 问在哪里办。</p>
            </li>
          ) : (
            <ServiceLine service={service} />
          );
        })}
      </ul>
      {answer.total === 0 && <Nothing q={q} nothingAsked={answer.nothingAsked} suggestions={suggestions} />}
      <Pager path="/search" query={{ q, audience: audience ?? '' }} page={page} size={size} total={answer.total} />
    </>,
  );
}

function SearchRow({ value }: { value: string }): JSX.Element {
  return (
    <div class="find">
      <SearchForm value={value} />
    </div>
  );
}

function Nothing(props: {
  q: string;
  nothingAsked: string | null;
  suggestions: readonly { id: string; type: string; text: string }[];
}): JSX.Element {
  const { q, nothingAsked, suggestions } = props;
  return (
    <>
      {q === '' || nothingAsked !== null ? (
        <p role="status">请写出要办的事，比如“营业执照”“孩子上户口”“公积金提取”。</p>
      ) : (
        <p role="status">没有找到和“{q}”有关的服务。</p>
      )}
      {suggestions.length > 0 && (
        <>
          <h2>您是不是要找</h2>
          <ul>
            {suggestions.map((one) => (
              <li>
                <a
                  href={
                    one.type === 'item' || one.type === 'bundle'
                      ? `/guides/${one.id}`
                      : hrefWith('/search', { q: one.text })
                  }
                >
                  {one.text}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>还可以</h2>
      <ul>
        <li>换个说法，少写几个字；</li>
        <li>
          <a href="/services">看全部服务</a>；
        </li>
        <li>
          打 <a href="tel:12345">12345</a> 直接问。
        </li>
      </ul>
    </>
  );
}

export function ServiceLine({ service }: { service: ListedService }): JSX.Element {
  return (
    <li>
      <h2>
        <a href={`/guides/${service.id}`}>{service.name}</a>
      </h2>
      <p>{service.summary}</p>
      <Bits
        of={[
          <span class={service.kind === 'bundle' ? 'tag blue' : 'tag'}>{serviceKindNames[service.kind]}</span>,
          service.departmentName,
          promiseText(service.promisedTerm),
          service.visits === 0 ? '一次都不用跑' : `最多跑 ${service.visits} 次`,
        ]}
      />
    </li>
  );
}

async function showServices(visit: Visit): Promise<Answer> {
  const asked = {
    audience: audienceOf(visit.query('audience')) ?? '',
    theme: visit.query('theme').slice(0, 40),
    department: visit.query('department').slice(0, 64),
    lifeEvent: visit.query('lifeEvent').slice(0, 40),
    kind: ['item', 'bundle'].includes(visit.query('kind')) ? visit.query('kind') : '',
  };
  const page = pageNumber(visit.query('page'));
  const filter = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
  const everything = await visit.invoke(listCatalogue, { size: 1 });
  const answer = await visit.invoke(listCatalogue, { ...filter, page, size: 20 });
  const named = (list: readonly { name: string; count: number }[]) =>
    list.map(({ name, count }) => ({ value: name, label: `${name}（${count}）` }));
  const title =
    asked.theme ||
    asked.lifeEvent ||
    everything.departments.find((one) => one.id === asked.department)?.name ||
    '全部服务';
  return showPage(
    visit,
    { title, at: 'services' },
    <>
      <h1>{title}</h1>
      <details open={Object.keys(filter).length === 0 ? undefined : true}>
        <summary>按条件找</summary>
        <form action="/services">
          <SelectField
            name="audience"
            label="为谁办"
            optional
            value={asked.audience}
            options={Object.entries(audienceNames).map(([value, label]) => ({ value, label }))}
          />
          <SelectField name="theme" label="主题" optional value={asked.theme} options={named(everything.themes)} />
          <SelectField
            name="department"
            label="承办单位"
            optional
            value={asked.department}
            options={everything.departments.map(({ id, name, count }) => ({ value: id, label: `${name}（${count}）` }))}
          />
          <SelectField
            name="lifeEvent"
            label="人生和经营大事"
            optional
            value={asked.lifeEvent}
            options={named(everything.lifeEvents)}
          />
          <div class="row">
            <button class="quiet">查看</button>
            <a href="/services">清除条件</a>
          </div>
        </form>
      </details>
      <p role="status">
        共 {answer.total} 项{asked.audience === '' ? '' : `，${audienceNames[asked.audience]}`}。
        {answer.total === 0 && texts.hotlineLine}
      </p>
      <ul class="list">
        {answer.services.map((service) => (
          <ServiceLine service={service} />
        ))}
      </ul>
      <Pager path="/services" query={asked} page={page} size={20} total={answer.total} />
      <p class="hint">
        其中 {everything.online.full} 个事项能全程网上办（共 {everything.online.items} 个）。
      </p>
    </>,
  );
}
