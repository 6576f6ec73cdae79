import type { Platform } from '../kernel/module.ts';
import { instantAt, localDateOf, plusMs, type Instant } from '../kernel/time.ts';
import { modules } from '../modules.ts';
import { trialAccounts } from '../modules/org/contract-acting.ts';
import { fillIn, type Answers } from './answers.ts';
import { apply, type Applicant } from './applying.ts';
import { planRounds } from './hotline-rounds.ts';
import { planUses } from './licence-uses.ts';
import { learnOfficeHours, momentOf } from './office-hours.ts';
import { createIdentity } from './people.ts';
import { planProjects } from './project-plan.ts';
import { answerPushesAndAlerts } from './project-rooms.ts';
import { build } from './project-story.ts';
import { createRandom, type Random } from './random.ts';
import { workRatings } from './rating-desk.ts';
import { supervise } from './supervising.ts';
import { planTickets } from './ticket-plan.ts';
import { settle, type ListedService, type Tally, type Town } from './town.ts';
import { newcomer, openBrowser, visitor } from './visitors.ts';

export interface SimulationOptions {
  seed: number;
  from: Instant;
  /** The present; what was planned for later has not happened yet. */
  until: Instant;
  clock: { set(at: Instant): void; now(): Instant };
  /** How busy the county is: 1 makes about four applications on a working day. */
  scale?: number;
  /** Construction projects, of the five themes in turn. */
  projects?: number;
  /** How often people call the hotline: 1 makes about a hundred tickets a month. */
  tickets?: number;
  onProgress?(at: Instant, tally: Tally): void;
}

/** People of a county using the platform over HTTP from one moment to another; background work runs in between. */
export async function simulatePeople(platform: Platform, options: SimulationOptions): Promise<Tally> {
  const { clock, from, until } = options;
  clock.set(from);
  const { call } = openBrowser(platform);
  const { password } = await call(trialAccounts, {});
  if (password === null) throw new Error('这里没有演示账号，不能模拟。');
  const hours = await learnOfficeHours(call, localDateOf(from), localDateOf(until));
  const town = await settle(platform, () => clock.now(), until, hours, password);
  if (options.scale !== 0) await gatherAdvice(town, options.seed);
  planApplications(town, options, password);
  planConstruction(town, options, password);
  planSupervision(town, options);
  await planHotline(town, options, password);
  await live(town, options);
  return town.tally;
}

/** Moves the clock from one deed to the next, and lets the platform do its own work twice a day. */
async function live(town: Town, { clock, until, onProgress }: SimulationOptions): Promise<void> {
  let chores = plusMs(clock.now(), choreEveryMs);
  for (let next = town.agenda.nextAt(); next !== null && next <= until; next = town.agenda.nextAt()) {
    while (chores <= next) {
      clock.set(chores);
      await doChores(town.platform);
      onProgress?.(chores, town.tally);
      chores = plusMs(chores, choreEveryMs);
    }
    clock.set(next);
    // People do not wait for each other; whose luck is his own needs no order among strangers.
    const deeds = town.agenda.take(plusMs(next, slotMs));
    await Promise.all(
      Array.from({ length: atOnce }, async (_, lane) => {
        for (let index = lane; index < deeds.length; index += atOnce) await deeds[index]?.();
      }),
    );
  }
  clock.set(until);
  await doChores(town.platform);
  onProgress?.(until, town.tally);
}

const choreEveryMs = 12 * 3_600_000;
/** What is planned within so short a time happens at the same moment. */
const slotMs = 14 * 60_000;
const atOnce = 5;

/**
 * Messages and jobs. The jobs are run directly: their diary in the database belongs to real time, and a platform that
 * ran yesterday would have them wait until the simulated clock has caught up.
 */
async function doChores({ worker, runner }: Platform): Promise<void> {
  await Promise.all([worker.drain(), worker.drain(), worker.drain()]);
  for (const job of modules.flatMap((module) => module.jobs ?? [])) {
    await runner.asSystem(job.name, 'job', (tx) => job.run(tx));
  }
  // What the jobs have said is little.
  await worker.drain();
}

function planApplications(town: Town, { seed, from, scale = 1 }: SimulationOptions, password: string): void {
  const random = createRandom(seed);
  const weights = town.services.map((service) => [service, weightOf(service, random.fork(service.id))] as const);
  const regulars = new Map<string, Promise<Applicant>>();
  const readyMade = [...Array.from({ length: 6 }, () => 'applicant'), ...Array.from({ length: 5 }, () => 'firm')];
  let serial = 0;
  for (const { day, working } of town.hours.days) {
    const wanted = (working ? random.whole(2, 7) : random.whole(0, 2)) * scale;
    for (let left = Math.floor(wanted) + (random.chance(wanted % 1) ? 1 : 0); left > 0; left -= 1) {
      serial += 1;
      const fate = random.fork(`application ${serial}`);
      const atWindow = working && fate.chance(0.08);
      const at = momentOf(
        day,
        atWindow ? fate.pick([9, 10, 11, 14, 15, 16]) * 60 + fate.whole(0, 59) : hourOf(fate) * 60 + fate.whole(0, 59),
      );
      if (at < from) continue;
      const service = fate.weighted(weights);
      // A third are new; the others are people who come again and again, many of them agents for small firms.
      const number = fate.chance(0.35) ? 1000 + serial : fate.whole(1, 45);
      const ready = serial % 53 === 17 ? readyMade.shift() : undefined;
      town.plan(at, async () =>
        apply(town, await applicantFor(town, { seed, number, atWindow, ready, regulars, password }), service, fate),
      );
    }
  }
}

/** The ready-made accounts get some history of their own; everybody else registers before the first application. */
async function applicantFor(
  town: Town,
  facts: {
    seed: number;
    number: number;
    atWindow: boolean;
    ready: string | undefined;
    regulars: Map<string, Promise<Applicant>>;
    password: string;
  },
): Promise<Applicant> {
  const { seed, number, ready, regulars } = facts;
  const identity = createIdentity(createRandom(seed).fork(`person ${number}`));
  if (facts.atWindow) return { visitor: town.staff('clerk'), identity, atWindow: true };
  if (ready !== undefined) return { visitor: visitor(town.platform, ready, facts.password), identity, atWindow: false };
  const loginName = `sim${seed}-${number}`;
  const known = regulars.get(loginName) ?? register();
  regulars.set(loginName, known);
  return known;

  async function register(): Promise<Applicant> {
    town.tally.people += 1;
    return {
      visitor: await newcomer(town.platform, loginName, `麟游山水常相见-${number}号`, identity),
      identity,
      atWindow: false,
    };
  }
}

/** Everybody knows from others how one qualifies; learned before anything happens, so that it depends on nobody's order. */
async function gatherAdvice(town: Town, seed: number): Promise<void> {
  for (const service of town.services) {
    const random = createRandom(seed).fork(`advice ${service.id}`);
    await fillIn(town.passer, await town.formOf(service.id), {
      random,
      identity: createIdentity(random),
      now: town.now(),
      advice: town.advice,
    });
  }
}

/** Opening a business is what the platform is for; the rest is asked for now and then, some of it rarely. */
function weightOf(service: ListedService, random: Random): number {
  if (service.kind === 'bundle') return service.lifeEvent.includes('开') ? 22 : 5;
  return random.pick([0.6, 1, 1, 2, 3]);
}

function hourOf(random: Random): number {
  return random.weighted([
    [7, 2],
    [8, 5],
    [9, 12],
    [10, 14],
    [11, 10],
    [12, 5],
    [13, 4],
    [14, 9],
    [15, 12],
    [16, 10],
    [17, 6],
    [19, 4],
    [20, 5],
    [21, 4],
    [22, 2],
  ]);
}

/** Firms that build: two projects belong to the ready-made account, the others to firms that come for them. */
function planConstruction(town: Town, { seed, projects = 40 }: SimulationOptions, password: string): void {
  const random = createRandom(seed).fork('construction');
  const known = new Map<string, Answers>();
  for (const fate of planProjects(town, random, projects)) {
    town.plan(fate.registersAt, async () => {
      const identity = createIdentity(fate.random.fork('builder'));
      const builder = fate.ownsReadyMade
        ? visitor(town.platform, 'firm', password)
        : await newcomer(
            town.platform,
            `sim${seed}-build-${fate.number}`,
            `麟游山水常相见-建${fate.number}号`,
            identity,
          );
      if (!fate.ownsReadyMade) town.tally.people += 1;
      await build(town, { fate, builder, identity, known });
    });
  }
  const office = random.fork('office');
  for (const { day, working } of town.hours.days) {
    const isThursday = new Date(`${day}T00:00:00Z`).getUTCDay() === 4;
    if (projects > 0 && working && isThursday && instantAt(day, '15:40') > town.now())
      town.plan(instantAt(day, '15:40'), () => answerPushesAndAlerts(town, office));
  }
}

function planSupervision(town: Town, { seed, from }: SimulationOptions): void {
  const random = createRandom(seed).fork('supervision');
  for (const { day, working } of town.hours.days) {
    const isFriday = new Date(`${day}T00:00:00Z`).getUTCDay() === 5;
    const at = instantAt(day, '16:10');
    if (working && isFriday && at > from) town.plan(at, () => supervise(town, random));
    const round = instantAt(day, '10:20');
    if (working && round > from) town.plan(round, () => workRatings(town, random.fork(`ratings ${day}`)));
  }
}

async function planHotline(
  town: Town,
  { seed, from, tickets = 1 }: SimulationOptions,
  password: string,
): Promise<void> {
  const random = createRandom(seed).fork('hotline');
  if (tickets === 0) return;
  const firm = visitor(town.platform, 'firm', password);
  await planTickets(town, random.fork('calls'), { from, scale: tickets });
  planRounds(town, random.fork('rounds'), from, firm);
  planUses(town, random.fork('uses'), from, firm);
}
