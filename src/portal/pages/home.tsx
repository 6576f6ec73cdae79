import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { listCatalogue } from '../../modules/catalogue/contract.ts';
import { Bits, hrefWith, TextField } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import { allServices, audienceOf, type ListedService } from '../services.ts';
import type { Site } from '../site.ts';
import { audienceNames, termText, texts } from '../texts.ts';
import type { Answer, Visit } from '../visit.ts';

/** The first page: search, then the ways in for those who would rather look around. */
export function homePage(site: Site): void {
  site.page('/', showHome);
}

async function showHome(visit: Visit): Promise<Answer> {
  const audience = audienceOf(visit.query('for')) ?? 'person';
  const overview = await visit.invoke(listCatalogue, { audience, size: 1 });
  const services = await allServices(visit, audience);
  return showPage(
    visit,
    { title: `${visit.county}${texts.siteName}`, at: 'home', bare: true },
    <>
      <div class="hero">
        <div class="in">
          <h1 id="search">{texts.searchLabel}</h1>
          <SearchForm />
          {!visit.elder && <p class="hint">{texts.searchHint}</p>}
        </div>
      </div>
      <div class="in">
        <Audiences audience={audience} path="/" name="for" />
        {visit.elder && <Help />}
        <Events services={services} count={visit.elder ? 9 : services.length} />
        <div class="split">
          <div>
            <Frequent services={services} audience={audience} count={visit.elder ? 4 : 8} />
            {!visit.elder && <Themes overview={overview} audience={audience} />}
            <p>
              <a href={`/services?audience=${audience}`}>
                看全部 {overview.total} 项{audienceNames[audience]}
              </a>
            </p>
            {audience === 'firm' && (
              <p class="stack">
                <a href="/my/licences">我的证照、企业的证照</a>
                <a href="/projects">建厂房、盖房子：工程建设项目审批</a>
                <a href="/land">找地：标准地、区域评估和亩均评价</a>
              </p>
            )}
          </div>
          <aside aria-labelledby="track">
            <TrackBox />
            {!visit.elder && <Help />}
          </aside>
        </div>
      </div>
    </>,
  );
}

export function SearchForm({ value }: { value?: string }): JSX.Element {
  return (
    <form action="/search" role="search">
      <input
        type="search"
        name="q"
        aria-label={texts.searchLabel}
        value={value}
        maxlength={200}
        enterkeyhint="search"
      />
      <button>{texts.search}</button>
    </form>
  );
}

export function Audiences({ audience, path, name }: { audience: string; path: string; name: string }): JSX.Element {
  return (
    <nav aria-label="为谁办事">
      <ul class="chips">
        {Object.entries(audienceNames).map(([value, text]) => (
          <li>
            <a href={hrefWith(path, { [name]: value })} aria-current={value === audience ? 'true' : undefined}>
              {text}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Events({ services, count }: { services: readonly ListedService[]; count: number }): JSX.Element {
  return (
    <section aria-labelledby="events">
      <h2 id="events">一件事一次办</h2>
      <ul class="cards small">
        {services
          .filter((one) => one.kind === 'bundle')
          .slice(0, count)
          .map((one) => (
            <li>
              <a href={`/guides/${one.id}`}>
                <b>{one.lifeEvent}</b>
              </a>
              <Bits of={[`${one.items.length} 个事项一张表`, termText(one.promisedTerm)]} />
            </li>
          ))}
      </ul>
    </section>
  );
}

/** What the foremost bundles need is what most people come for; what is for these visitors alone goes first. */
function Frequent(props: { services: readonly ListedService[]; audience: string; count: number }): JSX.Element {
  const { services, audience, count } = props;
  const uses = new Map<string, number>();
  for (const [place, bundle] of services.filter((one) => one.kind === 'bundle').entries()) {
    for (const id of bundle.items) uses.set(id, (uses.get(id) ?? 0) + 1 / (place + 1));
  }
  const weight = (one: ListedService) =>
    (uses.get(one.id) ?? 0) + (one.audience.every((who) => who === audience) ? 1 : 0);
  const items = services
    .filter((one) => one.kind === 'item')
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, count);
  return (
    <section aria-labelledby="frequent">
      <h2 id="frequent">常办的事</h2>
      <ul class="cards small">
        {items.map((one) => (
          <li>
            <a href={`/guides/${one.id}`}>{one.name}</a>
            <Bits of={[one.departmentName, termText(one.promisedTerm)]} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Themes({ overview, audience }: { overview: OutputOf<typeof listCatalogue>; audience: string }): JSX.Element {
  const themes = [...overview.themes].sort((a, b) => b.count - a.count).slice(0, 16);
  return (
    <section aria-labelledby="themes">
      <h2 id="themes">按主题找</h2>
      <ul class="chips">
        {themes.map((theme) => (
          <li>
            <a href={hrefWith('/services', { audience, theme: theme.name })}>
              {theme.name} {theme.count}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function TrackBox(): JSX.Element {
  return (
    <form action="/track" class="card">
      <h2 id="track">查进度</h2>
      <TextField name="no" label="办件编号" autocomplete="off" maxlength={60} />
      <TextField
        name="phoneTail"
        label="手机号后四位"
        inputmode="numeric"
        autocomplete="off"
        width="w4"
        maxlength={4}
      />
      <button class="quiet">查询</button>
    </form>
  );
}

function Help(): JSX.Element {
  return (
    <section aria-labelledby="help">
      <h2 id="help">找人帮忙</h2>
      <p>
        <a class="phone" href="tel:12345">
          ☎ 12345
        </a>
        <span class="hint">24 小时有人接，说方言也行</span>
      </p>
    </section>
  );
}
