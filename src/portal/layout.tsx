import type { ComponentChildren, JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { may } from '../kernel/actor.ts';
import { script, stylesheet } from './assets.ts';
import { CsrfField } from './controls.tsx';
import { texts } from './texts.ts';
import { isSignedIn, type Answer, type Visit } from './visit.ts';

export interface PageFacts {
  title: string;
  status?: number;
  /** Something on the page must be put right: said in the title, so that a screen reader says it first. */
  hasFaults?: boolean;
  /** The entry of the navigation that this page belongs to. */
  at?: 'home' | 'services' | 'mine' | 'track' | 'ask';
  back?: { href: string; text: string };
  /** Without the frame's width limit: the home page lays out its own bands. */
  bare?: boolean;
}

/** A whole page. */
export function showPage(visit: Visit, facts: PageFacts, content: ComponentChildren): Answer {
  const html = renderToString(
    <Frame visit={visit} facts={facts}>
      {content}
    </Frame>,
  );
  return {
    status: facts.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': isSignedIn(visit) || visit.request.method !== 'GET' ? 'no-store' : 'private, no-cache',
      vary: 'cookie',
    },
    body: `<!doctype html>${html}`,
  };
}

function Frame({
  visit,
  facts,
  children,
}: {
  visit: Visit;
  facts: PageFacts;
  children: ComponentChildren;
}): JSX.Element {
  const site = `${visit.county}${texts.siteName}`;
  return (
    <html lang="zh-CN" class={visit.elder ? 'elder' : undefined}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${facts.hasFaults ? '有错误：' : ''}${facts.title === site ? site : `${facts.title} - ${site}`}`}</title>
        <link rel="stylesheet" href={stylesheet.path} />
        <link rel="icon" href="/favicon.ico" type="image/svg+xml" />
        <script src={script.path} defer />
      </head>
      <body>
        <a class="skip" href="#main">
          {texts.skip}
        </a>
        {visit.platform.services.trial && <TrialBanner />}
        <Header visit={visit} site={site} at={facts.at} />
        <main id="main" tabindex={-1} class={facts.bare ? undefined : 'in'}>
          {facts.back && (
            <a class="back" href={facts.back.href}>
              ‹ {facts.back.text}
            </a>
          )}
          {children}
        </main>
        <Footer />
      </body>
    </html>
  );
}

function TrialBanner(): JSX.Element {
  return (
    <aside class="demo" aria-label="演示提示">
      <p class="in">{texts.trialBanner}</p>
    </aside>
  );
}

function Header({ visit, site, at }: { visit: Visit; site: string; at: PageFacts['at'] }): JSX.Element {
  const link = (href: string, name: PageFacts['at'], text: string) => (
    <a href={href} aria-current={at === name ? 'page' : undefined}>
      {text}
    </a>
  );
  const back = new URLSearchParams({
    on: visit.elder ? '0' : '1',
    back: visit.request.method === 'GET' ? visit.here : '/',
  });
  return (
    <header class="top">
      <div class="in">
        <a class="brand" href="/">
          {site}
        </a>
        <nav aria-label="主要栏目">
          {link('/services', 'services', texts.services)}
          {link('/my', 'mine', texts.mine)}
          {link('/track', 'track', texts.track)}
          {link('/ask', 'ask', texts.ask)}
        </nav>
        <div class="me">
          <a href={`/elder?${back.toString()}`}>{visit.elder ? texts.elderOff : texts.elderOn}</a>
          {isSignedIn(visit) ? <SignedIn visit={visit} /> : <a href={signInPath(visit)}>{texts.signIn}</a>}
        </div>
      </div>
    </header>
  );
}

function SignedIn({ visit }: { visit: Visit }): JSX.Element {
  return (
    <>
      {visit.actor.kind === 'staff' && may(visit.actor, 'task.read') && <a href="/workbench/">工作台</a>}
      <a href="/me">{visit.actor.name}</a>
      <form method="post" action="/sign-out">
        <CsrfField visit={visit} />
        <button class="link">{texts.signOut}</button>
      </form>
    </>
  );
}

function signInPath(visit: Visit): string {
  const then =
    visit.request.method === 'GET' && !visit.here.startsWith('/sign-in') && visit.here !== '/' ? visit.here : '';
  return then === '' ? '/sign-in' : `/sign-in?${new URLSearchParams({ then }).toString()}`;
}

function Footer(): JSX.Element {
  return (
    <footer>
      <div class="in">
        <p>
          咨询、投诉请打 <a href="tel:12345">12345</a>，24 小时有人接
        </p>
        <nav aria-label="关于本站">
          <a href="/calendar">期限计算</a>
          <a href="/plan">营商环境进展</a>
          <a href="/ask/board">诉求公开栏</a>
          <a href="/verify">核验证照</a>
          <a href="/accessibility">无障碍</a>
          <a href="/privacy">隐私</a>
          <a href="/api">开放接口</a>
        </nav>
      </div>
    </footer>
  );
}
