import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../test/support/platform.ts';
import { localDateOf, plusMs } from '../kernel/time.ts';
import { hotlineVocabulary } from '../modules/hotline/contract.ts';
import { checkReply } from '../modules/hotline/rules/quality.ts';
import { countyOf } from '../modules/hotline/settings.ts';
import { listProjects, listThemes } from '../modules/projects/contract.ts';
import { listOffSystemAlerts } from '../modules/projects/contract-rooms-supervision.ts';
import { learnOfficeHours, type OfficeHours } from './office-hours.ts';
import { planProjects, type ProjectFate } from './project-plan.ts';
import { createRandom } from './random.ts';
import { simulatePeople } from './run.ts';
import { planCalls } from './ticket-plan.ts';
import * as words from './ticket-words.ts';
import { settle, type Town } from './town.ts';

let platform: TestPlatform;
let town: Town;
let hours: OfficeHours;
const from = '2026-03-02T00:30:00.000Z';
const until = '2026-03-06T10:00:00.000Z';

beforeAll(async () => {
  platform = await startTestPlatform({ now: from });
  hours = await learnOfficeHours(platform.call, localDateOf(from), localDateOf(until));
  town = await settle(platform, () => platform.clock.now(), until, hours, 'yingshang-trial');
});
afterAll(() => platform?.stop());

test('四十个项目，五个主题都有，从头到尾分布；同一个种子安排得一模一样', () => {
  const plan = (seed: number): ProjectFate[] => planProjects(town, createRandom(seed), 40);
  const fates = plan(1);
  const told = (all: ProjectFate[]) => JSON.stringify(all);
  expect(told(plan(1))).toBe(told(fates));
  expect(told(plan(2))).not.toBe(told(fates));
  expect(new Set(fates.map((fate) => fate.themeId)).size).toBe(5);
  const count = (of: (fate: ProjectFate) => boolean): number => fates.filter(of).length;
  expect(count((fate) => fate.hasOffSystemCase)).toBe(1);
  expect(count((fate) => fate.consults)).toBe(1);
  expect(count((fate) => fate.hasJointVisit)).toBe(1);
  expect(count((fate) => fate.promise !== 'none')).toBe(2);
  expect(count((fate) => fate.overrun.days > 10)).toBeGreaterThanOrEqual(3);
  const first = fates.filter((fate) => localDateOf(fate.registersAt) <= '2026-03-03').length;
  expect(first).toBeGreaterThan(8);
  expect(first).toBeLessThan(24);
});

test('随便选来办的事里没有项目的阶段和其中的事项', async () => {
  const { themes } = await platform.call(listThemes, {});
  const stages = themes.flatMap((theme) => theme.stages.map((stage) => stage.serviceId));
  const ids = new Set(town.services.map((service) => service.id));
  expect(stages.filter((id) => ids.has(id))).toEqual([]);
  expect(ids.has('construction-permit')).toBe(false);
  expect(ids.has('enterprise-opening')).toBe(true);
});

test('两个项目过几天：都从登记开始，事项到了部门，没有一个可疑；热线有人打、有人答复、有人回访', async () => {
  const options = { seed: 1, from, until, clock: platform.clock, scale: 0, projects: 2, tickets: 0.6 };
  const tally = await simulatePeople(platform, options);
  expect(tally.projects.registered).toBe(2);
  expect(tally.projects.cases).toBeGreaterThanOrEqual(1);
  expect(tally.cases).toBe(tally.projects.cases);
  expect(tally.outcomes.get('granted') ?? 0).toBeGreaterThan(0);
  expect([...tally.refusals]).toEqual([]);
  expect(tally.tickets.registered).toBeGreaterThanOrEqual(8);
  expect(tally.tickets.closed.get('solved') ?? 0).toBeGreaterThan(0);
  const supervisor = await platform.signIn('supervisor');
  const { projects } = await supervisor(listProjects, {});
  expect(projects.map((one) => one.state)).toContain('running');
  expect((await supervisor(listOffSystemAlerts, {})).total).toBe(0);
});

test('半年六百张左右，各种说法，出事的地方一下子很多；同一个种子一样', () => {
  const days = Array.from({ length: 182 }, (_, at) => ({
    day: localDateOf(plusMs(from, at * 86_400_000)),
    working: at % 7 < 5,
  }));
  const plan = (seed: number) => planCalls(days, ['低保怎么申请'], createRandom(seed), 1);
  const told = (seed: number) =>
    plan(seed).map(({ at, scene, place, channel, random }) => [
      at,
      words.saidOf(scene, place, channel !== 'portal', random),
    ]);
  const calls = plan(1);
  expect(calls.length).toBeGreaterThan(540);
  expect(calls.length).toBeLessThan(720);
  expect(told(1)).toEqual(told(1));
  expect(told(2)).not.toEqual(told(1));
  expect(new Set(told(1).map(([, text]) => text)).size).toBeGreaterThan(calls.length * 0.9);
  const dry = calls.filter(({ scene }) => scene.subject === '家里停水').map(({ at }) => localDateOf(at));
  expect(Math.max(...dry.map((day) => dry.filter((one) => one === day).length))).toBeGreaterThanOrEqual(12);
});

test('场景六十个以上，主办单位都在机构名录里；办得好的答复经得起热线的质量检查', async () => {
  const { units } = await platform.call(hotlineVocabulary, {});
  const known = new Set([...units.map(({ id }) => id), 'town']);
  expect(words.scenes.length).toBeGreaterThanOrEqual(60);
  expect([...words.scenes, ...words.enterpriseScenes].filter(({ unit }) => !known.has(unit))).toEqual([]);
  const settings = (await countyOf(platform.services)).settings.reply;
  const faults = words.scenes.flatMap((scene) =>
    scene.done.flatMap((done) => {
      const random = createRandom(7).fork(scene.subject);
      const place = words.placeFor(scene.where, random);
      const about = { subject: scene.subject, done, place: place.words };
      const reply = words.replyFor('good', about, from, random);
      const text = words.saidOf(scene, place, true, random);
      expect(`${text}${reply.text}`).not.toMatch(/[{}]/);
      const asked = { class: scene.class, title: scene.subject, text, contacted: true };
      return checkReply(reply, asked, settings).flatMap(({ rule, passed }) =>
        passed ? [] : [`${rule}：${reply.text}`],
      );
    }),
  );
  expect(faults).toEqual([]);
});
