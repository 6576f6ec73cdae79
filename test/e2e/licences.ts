import { expect } from 'vitest';
import type { Visitor } from './face.ts';
import { foodValues } from './seed-licences.ts';

type Arrive = (visitor: Visitor, path: string) => Promise<void>;

/** A licence from the form to its state: typed in, seen, held. */
export async function enterAndHoldLicence(visitor: Visitor, arrive: Arrive): Promise<void> {
  const { page } = visitor;
  await arrive(visitor, '/licences/new');
  await page.getByLabel('哪一种证照').selectOption({ label: '食品经营许可证' });
  await page.getByLabel('名称', { exact: true }).fill('麟游县御泉餐饮有限公司');
  await page.getByLabel('统一社会信用代码', { exact: true }).first().fill('91610329MA6X000167');
  await page.getByLabel('为什么补录').fill('补录');
  await page.getByRole('button', { name: '发证' }).click();
  await page.getByRole('alert').waitFor();
  // What is missing is the platform's answer, which the browser writes down as an error.
  const faults = await visitor.faults('workbench/licence-new-missing');
  expect(faults.filter((one) => !one.includes('status of 4'))).toEqual([]);
  for (const [label, value] of [
    ['法定代表人（负责人）', foodValues.representative],
    ['住所', foodValues.address],
    ['经营场所', '麟游县九成宫镇西大街 2 号'],
    ['主体业态', foodValues.form],
    ['经营项目', foodValues.items],
  ] as const)
    await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole('img', { name: '食品经营许可证预览' }).waitFor();
  await page.getByRole('button', { name: '发证' }).click();
  await page.waitForURL(/\/licences\/[\da-f-]{36}$/);
  const face = page.getByRole('img', { name: '食品经营许可证的照面' });
  await face.waitFor();
  expect(decodeURIComponent((await face.getAttribute('src')) ?? '')).toContain('西大街 2 号');
  await page.getByRole('button', { name: '暂扣', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('理由').fill('现场检查不合格，限期整改');
  await dialog.getByLabel('决定书文号').fill('麟审暂扣〔2026〕1号');
  await dialog.getByRole('button', { name: '确认暂扣' }).click();
  await page.getByText('现在是“暂扣”').waitFor();
  const changes = page.getByRole('group', { name: '状态变化' });
  expect(await changes.innerText()).toContain('麟审暂扣〔2026〕1号');
  expect(await page.getByRole('button', { name: '解除暂扣' }).count()).toBe(1);
}

/** What the licence still lacks is typed where the case is granted, and stands on it. */
export async function grantTypingTheRest(visitor: Visitor, caseId: string, arrive: Arrive): Promise<void> {
  const { page } = visitor;
  await arrive(visitor, `/cases/${caseId}`);
  await page.getByRole('button', { name: '准予', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^证上还缺 \d+ 项，请填好再准予/).waitFor();
  expect(await dialog.getByRole('img', { name: '营业执照预览' }).count()).toBe(1);
  expect(await visitor.faults('workbench/dialog-licence-grant')).toEqual([]);
  const submit = dialog.getByRole('button', { name: '确认准予' });
  await submit.click();
  await dialog.getByRole('alert').waitFor();
  // What is missing is the platform's answer, which the browser writes down as an error.
  expect((await visitor.complaints()).filter((one) => !one.includes('status of 4'))).toEqual([]);
  for (const field of await dialog.locator('.field.wrong :is(input, textarea)').all())
    await field.fill((await field.getAttribute('type')) === 'date' ? '2020-06-01' : '见原证');
  await submit.click();
  await page.getByText('已办理：准予').waitFor();
  await arrive(visitor, '/licences?type=business-licence');
  await page.getByRole('link', { name: '营业执照' }).first().click();
  await page.getByRole('img', { name: '营业执照的照面' }).waitFor();
  expect(await page.getByRole('main').innerText()).toContain('见原证');
}

/** The text of a type and its face side by side: a fault says its line, and leads there. */
export async function seeFaultOfType(visitor: Visitor, type: string, arrive: Arrive): Promise<void> {
  const { page } = visitor;
  await arrive(visitor, `/licence-types/${type}`);
  await page.getByText('没有问题，可以发布').waitFor();
  const text = page.getByLabel('证照种类的内容');
  const before = await text.inputValue();
  await text.fill(before.replace('{number}', '{nosuch}'));
  await page.getByText('没有“nosuch”这个栏目').waitFor();
  await page.getByRole('button', { name: /^第 \d+ 行$/ }).click();
  const chosen = await text.evaluate((area: HTMLTextAreaElement) =>
    area.value.slice(area.selectionStart, area.selectionEnd),
  );
  expect(chosen).toContain('{nosuch}');
  expect(await visitor.faults('workbench/licence-type-fault')).toEqual([]);
  await text.fill(before);
  await page.getByText('没有问题，可以发布').waitFor();
}
