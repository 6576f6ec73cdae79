import { expect } from 'vitest';
import { png } from '../../src/simulation/papers.ts';
import { viewports, type Visitor } from './face.ts';
import { writtenPlan } from './seed-plan.ts';
import { focused } from './walk.ts';

/** A document from the file to the ledger: one colleague reads and checks it, another enters it. */
export async function readAndEnterPlan(
  visitor: Visitor,
  other: Visitor,
  arrive: (visitor: Visitor, path: string) => Promise<void>,
): Promise<void> {
  const { page } = visitor;
  await page.setViewportSize(viewports.desktop);
  await arrive(visitor, '/plan/documents');
  await page.getByRole('button', { name: '读入', exact: true }).click();
  expect(await page.getByRole('alert').innerText()).toContain('请先选一份文件');
  const file = page.getByLabel('方案文件');
  await file.setInputFiles({ name: '扫描.pdf', mimeType: 'application/pdf', buffer: png(0x336699) });
  await page.getByRole('button', { name: '读入', exact: true }).click();
  await page.getByText(/图片，没有文字可读/).waitFor();
  // That a picture cannot be read is the platform's answer, which the browser writes down as an error.
  expect((await visitor.complaints()).filter((one) => !one.includes('status of 400'))).toEqual([]);
  const written = Buffer.from(writtenPlan(2029));
  await file.setInputFiles({ name: '方案.txt', mimeType: 'text/plain', buffer: written });
  await page.getByRole('button', { name: '读入', exact: true }).click();
  await page.waitForURL(/\/plan\/documents\/[\da-f-]{36}/);
  await page.waitForSelector('.review-row');

  // What must be changed stands open, and its words in the source are named.
  const chosen = page.locator('.review-row.is-chosen');
  expect(await chosen.innerText()).toContain('牵头单位“县发展规划院”不在单位目录里');
  expect(await page.locator('.review-source .review-field').allInnerTexts()).toContain('县发展规划院');
  await page.locator('.review-source').getByText('企业开办时间压缩').click();
  expect(await chosen.innerText()).toContain('简化企业开办');
  await page.keyboard.press('j');
  expect(await focused(page)).toMatchObject({ name: '2 提升办税便利度', isSeen: true });
  await page.keyboard.press('Enter');
  await page.getByText('已确认 1 行，还有 2 行没有决定。').waitFor();
  expect(await focused(page)).toMatchObject({ name: '3 规范中介服务', isSeen: true });
  await page.keyboard.press('Enter');
  await chosen.getByText(/没有确认：.*不在单位目录里/).waitFor();
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('牵头单位第 1 个').fill('县发改局');
  // Letters typed into a field are letters.
  await dialog.getByLabel('标题', { exact: true }).press('End');
  await page.keyboard.type('jke');
  expect(await dialog.getByLabel('标题', { exact: true }).inputValue()).toBe('规范中介服务jke');
  await dialog.getByLabel('标题', { exact: true }).fill('规范中介服务');
  await dialog.getByRole('button', { name: '保存', exact: true }).click();
  await page.getByText('已确认 1 行，还有 1 行没有决定。').waitFor();
  await page.getByRole('button', { name: '批量处理' }).click();
  await dialog.getByRole('button', { name: '确认这 1 行' }).click();
  await page.getByText('已确认 1 行，还有 0 行没有决定。').waitFor();
  expect(await page.getByText('没有要看的').count()).toBe(0);
  await page.getByRole('button', { name: '列入台账' }).click();
  expect(await dialog.innerText()).toContain('这份文件是您读入的，要由另一位有督办权限的同事列入台账');
  expect(await dialog.getByRole('button', { name: '把 3 行列入台账' }).isDisabled()).toBe(true);
  expect(await visitor.complaints()).toEqual([]);

  await arrive(other, new URL(page.url()).pathname.replace('/workbench', ''));
  await other.page.getByRole('button', { name: '列入台账' }).click();
  await other.page.getByText('成为 2029 年的第 1 版方案').waitFor();
  await other.page.getByRole('button', { name: '把 3 行列入台账' }).click();
  await other.page.getByRole('heading', { name: '已列入台账：2029 年第 1 版，3 条' }).waitFor();
  expect(await other.page.getByRole('button', { name: /确认|修改/ }).count()).toBe(0);
  expect(await other.faults('workbench/plan-document-entered')).toEqual([]);
  await other.page.getByRole('link', { name: '看台账' }).click();
  await other.page.getByRole('link', { name: '规范中介服务' }).waitFor();
  expect(await other.page.getByRole('main').innerText()).toContain('县发改局');
}
