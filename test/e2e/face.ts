import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { AxeResults, NodeResult, RunOptions } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** What every page of both faces must be, looked at in a browser on a phone and on a desk. */

export const viewports = { desktop: { width: 1366, height: 768 }, phone: { width: 360, height: 740 } } as const;
export type Viewport = keyof typeof viewports;

const wcag: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  resultTypes: ['violations', 'incomplete'],
};
/** Every page is then pictured in both sizes, also where nothing is wrong. */
const isTakingPictures = process.env.YINGSHANG_PICTURES !== undefined;
const artefacts = resolve(import.meta.dirname, '../../test-artefacts');
const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A visitor: one context of the browser, with what his pages complained about since somebody last asked. */
export interface Visitor {
  context: BrowserContext;
  page: Page;
  /** Goes to a path of the platform and answers its status; 0 when there was no answer to speak of. */
  goTo(path: string): Promise<number>;
  /** Everything wrong with the page as it stands, in both sizes; pictures of what is wrong are kept under this name. Empty is good. */
  faults(name: string, expect?: { status?: number }): Promise<string[]>;
  /** What the console and the security policy said since the last time. */
  complaints(expect?: { status?: number }): Promise<string[]>;
  close(): Promise<void>;
}

export async function openVisitor(
  browser: Browser,
  origin: string,
  options: { cookies?: Readonly<Record<string, string>>; javaScript?: boolean; viewport?: Viewport } = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: viewports[options.viewport ?? 'desktop'],
    javaScriptEnabled: options.javaScript ?? true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(20_000);
  await context.addCookies(
    Object.entries(options.cookies ?? {}).map(([name, value]) => ({ name, value, url: origin })),
  );
  // Brought along rather than put in afterwards: the engine then keeps what it has compiled from one page to the next.
  await context.addInitScript({ content: await axeSource });
  await context.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(globalThis, { policyViolations: violations });
    addEventListener('securitypolicyviolation', (event) => {
      violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  const page = await context.newPage();
  const heard: { text: string; url: string }[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      heard.push({ text: message.text(), url: message.location().url });
  });
  page.on('pageerror', (error) => heard.push({ text: `uncaught ${error.message}`, url: page.url() }));

  const complaints: Visitor['complaints'] = async (expect = {}) => {
    const violations = await page.evaluate(
      () => (globalThis as { policyViolations?: string[] }).policyViolations?.splice(0) ?? [],
    );
    const said = heard
      .splice(0)
      .filter(
        ({ text, url }) =>
          !(url === page.url() && expect.status !== undefined && text.includes(`status of ${expect.status}`)),
      );
    return [...violations.map((one) => `policy: ${one}`), ...said.map(({ text, url }) => `console: ${text} (${url})`)];
  };
  return {
    context,
    page,
    complaints,
    async goTo(path) {
      const answer = await page.goto(path);
      return answer?.status() ?? 0;
    },
    async faults(name, expect) {
      const faults = await outline(page);
      // The size that the page was opened in comes first, so pages are opened on desks and phones by turns.
      const width = page.viewportSize()?.width;
      const sizes = Object.entries(viewports).sort(
        ([, one], [, other]) => Number(other.width === width) - Number(one.width === width),
      );
      for (const [viewport, size] of sizes) {
        if (size.width !== page.viewportSize()?.width) await page.setViewportSize(size);
        const seen = [...(await breadth(page)), ...(await accessibility(page))];
        faults.push(...seen.map((fault) => `${viewport}: ${fault}`));
        if (seen.length > 0 || isTakingPictures) await keepPicture(page, `${name}-${viewport}`);
      }
      return [...faults, ...(await complaints(expect))].map((fault) => `${name} ${fault}`);
    },
    close: () => context.close(),
  };
}

/** Language, title and one heading: what a screen reader says first. */
async function outline(page: Page): Promise<string[]> {
  const { lang, title, headings } = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title.trim(),
    headings: [...document.querySelectorAll('h1')]
      .filter((one) => one.checkVisibility())
      .map((one) => one.textContent.trim()),
  }));
  return [
    ...(lang === 'zh-CN' ? [] : [`lang is “${lang}”`]),
    ...(title === '' ? ['no title'] : []),
    ...(headings.length === 1 && headings[0] !== '' ? [] : [`${headings.length} h1: ${headings.join(' | ')}`]),
  ];
}

async function breadth(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll('body *')]
      .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1)
      .slice(-3)
      .map((one) => `${one.tagName.toLowerCase()}.${one.className.toString()}`);
    return [`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth} because of ${wide.join(', ')}`];
  });
}

/** Axe finds no violation of WCAG 2.2 A and AA, and is sure about every colour. */
async function accessibility(page: Page): Promise<string[]> {
  const found = await page.evaluate(
    async (options) => {
      const { axe } = globalThis as unknown as { axe: { run(options: unknown): Promise<AxeResults> } };
      const { violations, incomplete } = await axe.run(options);
      return [...violations, ...incomplete.filter((one) => one.id === 'color-contrast')];
    },
    wcag as unknown as Record<string, string[]>,
  );
  return found.flatMap((one) => one.nodes.slice(0, 4).map((node) => describe(one.id, node)));
}

function describe(rule: string, node: NodeResult): string {
  const why = [...node.any, ...node.all, ...node.none].map((check) => check.message).join('; ');
  return `${rule}: ${node.target.join(' ')} — ${why} — ${node.html.slice(0, 120)}`;
}

async function keepPicture(page: Page, name: string): Promise<void> {
  const path = join(artefacts, `${name}.jpg`);
  await mkdir(resolve(path, '..'), { recursive: true });
  // A desk shows what is first seen; a phone the whole way down, up to where lists go on and on.
  const { width, height } = page.viewportSize() ?? viewports.desktop;
  const isWhole = width === viewports.phone.width && (await page.locator('dialog[open]').count()) === 0;
  const length = isWhole ? await page.evaluate(() => document.documentElement.scrollHeight) : height;
  const clip = { x: 0, y: 0, width, height: Math.min(Math.max(length, height), 3000) };
  await page.screenshot({ path, type: 'jpeg', quality: 60, ...(isWhole ? { fullPage: true, clip } : {}) });
}

/** A picture for the README, taken anew when YINGSHANG_PICTURES is set. */
export async function takePicture({ page }: Visitor, name: string): Promise<void> {
  if (!isTakingPictures) return;
  await page.setViewportSize({ width: 1024, height: 640 });
  const path = resolve(import.meta.dirname, '../../docs/pictures', `${name}.png`);
  await mkdir(resolve(path, '..'), { recursive: true });
  await page.screenshot({ path });
  await page.setViewportSize(viewports.desktop);
}
