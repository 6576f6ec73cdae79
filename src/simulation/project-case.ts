import type { OutputOf } from '../kernel/endpoint.ts';
import { localDateOf, localTimeOf, plusMs, type Instant, type LocalDate } from '../kernel/time.ts';
import * as cases from '../modules/cases/contract.ts';
import { grantCase } from './granting.ts';
import { momentOf, workingDayMinutes } from './office-hours.ts';
import type { ProjectFate } from './project-plan.ts';
import type { Random } from './random.ts';
import { count, type Town } from './town.ts';
import type { Visitor } from './visitors.ts';
import * as words from './words.ts';

/** One item of a stage or a track: asked about, stopped, decided. All of an application know each other. */
export interface ProjectCase {
  caseId: string;
  unitId: string;
  waitsFor: Set<string>;
  isPreReviewed: boolean;
  isGranted: boolean;
  isPromised: boolean;
  /** The one whose papers have a fault, and the one whose clock is stopped. */
  isFaulty: boolean;
  pause: { days: number; overrun: number } | null;
  siblings: readonly ProjectCase[];
  fate: ProjectFate;
  builder: Visitor;
  random: Random;
  onGranted: (one: ProjectCase) => void;
}

type Whole = OutputOf<typeof cases.readCase>;

/** In opening hours and not in the first minutes of the day, when the clock still shows the hour before. */
export function officeMoment(town: Town, from: Instant, minutes: number): Instant {
  const at = town.hours.after(from, minutes);
  return localTimeOf(at) < '08:50' ? plusMs(at, 24 * 60_000) : at;
}

/** It arrives at its unit, or waits for an earlier one and is looked at before. */
export function followProjectCase(town: Town, one: ProjectCase): void {
  const { random } = one;
  if (one.waitsFor.size === 0) {
    town.plan(officeMoment(town, town.now(), random.whole(20, 300)), () => takeIn(town, one));
    return;
  }
  if (!random.chance(0.5)) return;
  town.plan(officeMoment(town, town.now(), random.whole(60, 500)), async () => {
    if (one.waitsFor.size === 0) return;
    await town.officerOf(one.unitId).call(cases.preReviewCase, { caseId: one.caseId, note: '除前一项的结果外都齐全' });
    one.isPreReviewed = true;
    town.tally.projects.preReviews += 1;
  });
}

async function takeIn(town: Town, one: ProjectCase): Promise<void> {
  const { caseId, random, builder } = one;
  const officer = town.officerOf(one.unitId);
  if (one.isFaulty) {
    one.isFaulty = false;
    const text = '项目总投资和建设规模在两份材料里写得不一致，请核对后说明。';
    await officer.call(cases.requestCorrection, { caseId, defects: [{ about: '', text }] });
    town.tally.corrections += 1;
    town.tally.projects.corrections += 1;
    town.plan(officeMoment(town, town.now(), random.whole(1, 5) * workingDayMinutes), async () => {
      await builder.call(cases.correctCase, { caseId, answers: {} });
      town.plan(officeMoment(town, town.now(), random.whole(30, 240)), () => takeIn(town, one));
    });
    return;
  }
  await officer.call(cases.acceptCase, { caseId, how: one.isPromised ? 'commitment' : 'ordinary' });
  if (one.isPromised) town.tally.commitments += 1;
  await begin(town, one);
}

/** Accepted: the departments put it in their diaries. */
async function begin(town: Town, one: ProjectCase): Promise<void> {
  const { caseId, random, pause } = one;
  const whole = await town.officerOf(one.unitId).call(cases.readCase, { caseId });
  const due = whole.progress.dueOn;
  const room = due === null ? 0 : workingDaysUntil(due, town);
  const published = whole.progress.steps.find(({ kind, status }) => kind === 'publicNotice' && status === 'open');
  if (published?.dueOn != null && whole.pauseGrounds.some(({ code }) => code === 'publicNotice')) {
    const { dueOn } = published;
    const overrun = pause?.overrun ?? 0;
    town.plan(officeMoment(town, town.now(), random.whole(60, 200)), () =>
      stop(town, one, whole, {
        ground: 'publicNotice',
        plannedUntil: dueOn,
        backOn: town.hours.dayAfter(dueOn, 1 + overrun),
        overrun,
      }),
    );
    return;
  }
  if (pause !== null && room >= 2 && whole.pauseGrounds.length > 0) {
    const { days, overrun } = pause;
    const today = localDateOf(town.now());
    const ground = whole.pauseGrounds.find(({ code }) => code === 'expertReview') ?? random.pick(whole.pauseGrounds);
    const backOn = town.hours.dayAfter(today, overrun > 0 ? days + overrun : random.whole(1, days));
    const plannedUntil = town.hours.dayAfter(today, days);
    town.plan(officeMoment(town, town.now(), random.whole(60, 200)), () =>
      stop(town, one, whole, { ground: ground.code, plannedUntil, backOn, overrun }),
    );
    return;
  }
  const minutes = one.isPreReviewed || room === 0 ? random.whole(45, 90) : room * one.fate.pace * workingDayMinutes;
  town.plan(officeMoment(town, town.now(), Math.max(40, minutes)), () => finishSteps(town, one, whole));
}

/** A lawful pause with its notice; when its announced end has passed, the clock runs though nobody has resumed. */
async function stop(
  town: Town,
  one: ProjectCase,
  whole: Whole,
  pause: { ground: string; plannedUntil: LocalDate; backOn: LocalDate; overrun: number },
): Promise<void> {
  const { caseId, random } = one;
  const officer = town.officerOf(one.unitId);
  const { ground } = pause;
  const today = localDateOf(town.now());
  // It may have become tomorrow since it was planned: nothing is resumed before it was stopped.
  const tomorrow = town.hours.dayAfter(today, 1);
  const plannedUntil = pause.plannedUntil < tomorrow ? tomorrow : pause.plannedUntil;
  const backOn = pause.backOn < tomorrow ? tomorrow : pause.backOn;
  const noticeNo = `麟审告〔${today.slice(0, 4)}〕${whole.progress.no.slice(-6)}号`;
  await officer.call(cases.suspendCase, { caseId, ground, noticeNo, plannedUntil });
  town.tally.suspensions += 1;
  town.tally.projects.pauses += 1;
  if (pause.overrun > 0) town.tally.projects.overruns += 1;
  town.plan(officeMoment(town, momentOf(backOn, 9 * 60), random.whole(0, 120)), async () => {
    const name = whole.pauseGrounds.find(({ code }) => code === ground)?.name ?? '';
    await officer.call(cases.resumeCase, { caseId, reason: `${name}已结束` });
    town.plan(officeMoment(town, town.now(), random.whole(60, 900)), () => finishSteps(town, one, whole));
  });
}

/** Every department whose step is open gives its opinion; a notice to the public stays up for its time. */
async function finishSteps(town: Town, one: ProjectCase, whole: Whole): Promise<void> {
  const { caseId, random } = one;
  const open = whole.progress.steps.filter(
    ({ status, kind }) => status === 'open' && kind !== 'decision' && kind !== 'delivery',
  );
  const today = localDateOf(town.now());
  const isUp = (step: (typeof open)[number]): boolean =>
    step.kind === 'publicNotice' && step.dueOn !== null && step.dueOn >= today;
  for (const step of open.filter((each) => !isUp(each))) {
    await town.officerOf(step.unitId).call(cases.finishStep, {
      caseId,
      stepId: step.id,
      opinion: 'agree',
      note: random.pick(words.agreements),
    });
  }
  const left = whole.progress.steps.filter(
    (step) => step.status !== 'done' && step.kind !== 'decision' && step.kind !== 'delivery',
  );
  const last = open.filter(isUp).map((step) => momentOf(step.dueOn ?? today, 17 * 60));
  if (left.length === open.length && last.length === 0) {
    town.plan(officeMoment(town, town.now(), random.whole(30, 180)), () => decide(town, one, whole));
    return;
  }
  const next = last.sort().at(-1) ?? town.now();
  town.plan(officeMoment(town, next, random.whole(60, 200)), async () => {
    await finishSteps(town, one, await town.officerOf(one.unitId).call(cases.readCase, { caseId }));
  });
}

async function decide(town: Town, one: ProjectCase, whole: Whole): Promise<void> {
  const { caseId, random } = one;
  await grantCase(town.officerOf(one.unitId), caseId);
  one.isGranted = true;
  count(town.tally.outcomes, 'granted');
  const delivery = whole.progress.steps.find((step) => step.kind === 'delivery');
  if (delivery !== undefined) {
    town.plan(officeMoment(town, town.now(), random.whole(20, 150)), async () => {
      await town
        .officerOf(delivery.unitId)
        .call(cases.finishStep, { caseId, stepId: delivery.id, opinion: 'agree', note: '已送达' });
    });
  }
  for (const waiting of one.siblings) {
    if (!waiting.waitsFor.delete(caseId) || waiting.waitsFor.size > 0) continue;
    // What was looked at before is accepted this very moment and decided today.
    if (waiting.isPreReviewed)
      town.plan(officeMoment(town, town.now(), random.whole(20, 40)), () => begin(town, waiting));
    else followProjectCase(town, waiting);
  }
  one.onGranted(one);
}

/** Near enough to plan by, and also beyond the days that the simulation knows. */
function workingDaysUntil(due: LocalDate, town: Town): number {
  const days = Date.parse(due) - Date.parse(localDateOf(town.now()));
  return Math.round(((days / 86_400_000) * 5) / 7);
}
