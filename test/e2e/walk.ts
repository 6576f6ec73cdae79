import type { Page } from 'playwright-core';

/** Doing on a page what a person does: filling in what is asked, moving with the keyboard. */

export type Answers = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Fills in every question that the page's form asks. A question without an answer here stops the walk unless it is optional. */
export async function fillIn(page: Page, answers: Answers): Promise<void> {
  const form = page.locator('main form[method=post]').first();
  const names = await form
    .locator(':is(input,select,textarea)[name]:not([type=hidden])')
    .evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute('name') ?? ''))]);
  for (const name of names) {
    const control = form.locator(`[name="${name}"]`);
    const first = control.first();
    const kind = await first.evaluate((one) =>
      one instanceof HTMLInputElement ? one.type : one.tagName.toLowerCase(),
    );
    const answer = answers[name];
    if (answer === undefined) {
      const isOptional = await first.evaluate((one) =>
        (one.closest('.field')?.querySelector('label, legend')?.textContent ?? '').includes('选填'),
      );
      if (!isOptional) throw new Error(`${page.url()} asks ${name}, which has no answer`);
    } else if (kind === 'radio') await form.locator(`[name="${name}"][value="${String(answer)}"]`).check();
    else if (kind === 'checkbox') {
      const wanted = Array.isArray(answer) ? answer : [answer];
      for (const value of wanted) await form.locator(`[name="${name}"][value="${String(value)}"]`).check();
    } else if (kind === 'select') await first.selectOption(String(answer));
    else await first.fill(String(answer));
  }
}

export interface Focused {
  /** What a person would call it: its label or text. */
  name: string;
  tag: string;
  /** An outline, a shadow or another ground shows where one is. */
  isSeen: boolean;
}

/** Presses Tab until something called `name` has the focus; everything passed on the way, that last thing included. */
export async function tabTo(page: Page, name: string, limit = 40): Promise<Focused[]> {
  const passed: Focused[] = [];
  for (let press = 0; press < limit; press++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    passed.push(at);
    if (at.name === name) return passed;
  }
  throw new Error(`Tab never reaches “${name}”: ${passed.map((one) => one.name).join(' → ')}`);
}

export function focused(page: Page): Promise<Focused> {
  return page.evaluate(() => {
    const at = document.activeElement ?? document.body;
    const style = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const isOnScreen =
      box.width > 0 &&
      box.height > 0 &&
      box.right > 0 &&
      box.left < innerWidth &&
      box.bottom > 0 &&
      box.top < innerHeight;
    const hasOutline = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
    return {
      name: (
        at.getAttribute('aria-label') ??
        ('labels' in at ? (at.labels as NodeList | null)?.[0]?.textContent : null) ??
        at.textContent
      ).trim(),
      tag: at.tagName.toLowerCase(),
      isSeen: isOnScreen && (hasOutline || style.boxShadow !== 'none'),
    };
  });
}
