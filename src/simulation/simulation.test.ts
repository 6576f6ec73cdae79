import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../test/support/platform.ts';
import { localDateOf } from '../kernel/time.ts';
import { listProjects, listThemes } from '../modules/projects/contract.ts';
import { listOffSystemAlerts } from '../modules/projects/contract-rooms-supervision.ts';
import { learnOfficeHours, type OfficeHours } from './office-hours.ts';
import { planProjects, type ProjectFate } from './project-plan.ts';
import { createRandom } from './random.ts';
import { simulatePeople } from './run.ts';
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

test('两个项目过几天：都从登记开始，事项到了部门，没有一个可疑', async () => {
  const tally = await simulatePeople(platform, { seed: 1, from, until, clock: platform.clock, scale: 0, projects: 2 });
  expect(tally.projects.registered).toBe(2);
  expect(tally.projects.cases).toBeGreaterThanOrEqual(1);
  expect(tally.cases).toBe(tally.projects.cases);
  expect(tally.outcomes.get('granted') ?? 0).toBeGreaterThan(0);
  expect([...tally.refusals]).toEqual([]);
  const supervisor = await platform.signIn('supervisor');
  const { projects } = await supervisor(listProjects, {});
  expect(projects.map((one) => one.state)).toContain('running');
  expect((await supervisor(listOffSystemAlerts, {})).total).toBe(0);
});
