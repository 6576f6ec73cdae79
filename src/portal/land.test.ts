import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPlatform, trialPassword, type TestPlatform } from '../../test/support/platform.ts';
import { cases } from '../modules/cases/index.ts';
import { catalogue } from '../modules/catalogue/index.ts';
import { land } from '../modules/land/index.ts';
import { publicPlots } from '../modules/land/contract.ts';
import { org } from '../modules/org/index.ts';
import { tasks } from '../modules/tasks/index.ts';
import { portal } from './index.ts';
import { createVisitor } from './test-visitor.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks, catalogue, cases, land, portal] });
});
afterAll(() => platform.stop());

const see = async (path: string) => {
  const answer = await platform.http.inject({ url: path });
  return { status: answer.statusCode, text: answer.body };
};

it('the plots on offer stand on a map, each with its promises', async () => {
  const list = await see('/land');
  expect(list.status).toBe(200);
  expect(list.text).toContain('src="data:image/svg+xml,');
  expect(list.text).toContain('正在出让');
  // Plots that were never offered are nobody's business yet.
  expect(list.text).not.toContain('试-2026-03');
  const { plots } = await platform.call(publicPlots, {});
  const page = await see(`/land/plots/${plots[0]?.id}`);
  for (const words of ['固定资产投资强度不低于 160 万元/亩', '达产时复核', '试评〔2025〕1号'])
    expect(page.text).toContain(words);
  expect((await see('/land/plots/01920000-0000-7000-8000-000000000001')).status).toBe(404);
});

it('whoever asks for a point hears what is still to be done, and says what he is not', async () => {
  const first = await see('/land/check?point=107.81,34.69&use=factory');
  expect(first.status).toBe(200);
  expect(first.text).toContain('只要不是“文物保护单位保护范围内的项目”');
  const sure = await see('/land/check?point=107.81,34.69&use=factory&sure=1');
  expect(sure.text).toContain('11 项评估里，10 项直接用区域成果');
  expect(sure.text).toContain('已经过期');
  const heavy = await see(
    `/land/check?point=107.81,34.69&sure=1&applies=${encodeURIComponent('年综合能耗五千吨标准煤以上的项目')}`,
  );
  expect(heavy.text).toContain('9 项直接用区域成果');
  const wrong = await see('/land/check?point=麟游');
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain('href="#f-point"');
  expect((await see('/land/check?point=7,34')).status).toBe(400);
});

it('a firm declares its figures in a form, hears what is wrong, and objects to its grade', async () => {
  const visitor = createVisitor(platform);
  const signIn = await visitor.open('/sign-in');
  await visitor.submit(signIn, '/sign-in', { loginName: 'firm', password: trialPassword });
  const own = await visitor.open('/my/land');
  expect(own.text).toContain('用地不足 3 亩');
  const form = await visitor.open('/my/land/figures?year=2024');
  expect(form.text).toContain('申报 2024 年亩均数据');
  const wrong = await visitor.submit(form, '/my/land/figures', { landMu: '两亩' });
  expect(wrong.status).toBe(400);
  expect(wrong.html).toContain('href="#f-landMu"');
  const kept = await visitor.submit(wrong, '/my/land/figures', { landMu: '2.1', tax: '15' });
  expect(kept.path).toBe('/my/land');
  expect((await visitor.open('/my/land')).text).toContain('已申报，等核对');
  const objected = await visitor.submit(own, '/my/land/objection', { grounds: '用地面积应是 3.4 亩' });
  expect(objected.path).toBe('/my/land');
  expect((await visitor.open('/my/land')).text).toContain('等答复');
});

it('results and grades are read by anybody; figures by nobody', async () => {
  expect((await see('/land/assessments?kind=energy')).text).toContain('今天有效的成果 1 份');
  const { text } = await see('/land/performance');
  expect(text).toContain('2025 年亩均评价');
  expect(text).toContain('缺少亩均税收的数据');
  expect(text).not.toContain('386.5');
  expect((await see('/land/performance?year=2001')).text).toContain('还没有公布评价结果');
});
