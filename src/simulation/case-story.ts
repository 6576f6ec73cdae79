import type { OutputOf } from '../kernel/endpoint.ts';
import { localDateOf, plusMs, type Instant } from '../kernel/time.ts';
import * as cases from '../modules/cases/contract.ts';
import { me } from '../modules/org/contract.ts';
import { grantCase } from './granting.ts';
import { momentOf, workingDayMinutes } from './office-hours.ts';
import { paperFor } from './papers.ts';
import type { Random } from './random.ts';
import { count, type Town } from './town.ts';
import type { Visitor } from './visitors.ts';
import * as words from './words.ts';
import * as ratingContract from '../modules/ratings/contract.ts';

/** What becomes of one case: how quickly it is looked at, what goes wrong, how it ends, and what the applicant says of it. */
export interface Story {
  caseId: string;
  itemName: string;
  unitId: string;
  waitsFor: Set<string>;
  applicant: Visitor;
  mayRate: boolean;
  random: Random;
  siblings: readonly Story[];
  /** Steps that somebody has already put in his diary. */
  planned: Set<string>;
  isSuspended: boolean;
  isConcluded: boolean;
  isLate: boolean;
}

type Whole = OutputOf<typeof cases.readCase>;
type Step = Whole['progress']['steps'][number];

/** A filed case arrives at its unit. */
export function followCase(town: Town, story: Story): void {
  const { random } = story;
  const turn = random.next();
  if (turn < 0.02) {
    // Nobody answers: the law accepts after five working days, and someone finds it later.
    town.plan(town.hours.after(town.now(), 6.2 * workingDayMinutes), () => work(town, story));
    return;
  }
  const wait = random.weighted([
    [random.whole(10, 120), 78],
    [random.whole(120, 380), 17],
    [random.whole(430, 900), 3],
  ]);
  town.plan(town.hours.after(town.now(), wait), () => receive(town, story, turn));
  if (random.chance(0.02)) {
    town.plan(plusMs(town.now(), random.whole(1, 60) * 3_600_000), () => withdraw(town, story));
  }
}

async function receive(town: Town, story: Story, turn: number): Promise<void> {
  const { caseId, random } = story;
  const officer = town.officerOf(story.unitId);
  const whole = await officer.call(cases.readCase, { caseId });
  if (whole.progress.status !== 'filed') return;
  if (turn > 0.975) {
    await officer.call(cases.declineCase, { caseId, reason: random.pick(words.declineReasons) });
    conclude(town, story, 'declined');
    return;
  }
  const papers = whole.materials.filter((one) => one.need === 'needed' && one.documents.length > 0);
  if (turn < 0.11 && papers.length > 0 && whole.progress.correction === null) {
    const bad = random.pick(papers);
    await officer.call(cases.requestCorrection, {
      caseId,
      defects: [{ about: `material:${bad.id}`, text: words.defectIn(bad.name, random) }],
    });
    town.tally.corrections += 1;
    answerCorrection(town, story, bad);
    return;
  }
  const missing = whole.materials.filter(
    (one) => one.need === 'needed' && one.documents.length === 0 && one.owedWithin !== null,
  );
  if (missing.length > 0) {
    await officer.call(cases.acceptCase, { caseId, how: 'provisional', owed: missing.map((one) => one.id) });
    town.tally.provisional += 1;
    for (const material of missing) {
      if (random.chance(0.85))
        town.plan(plusMs(town.now(), random.whole(4, 110) * 3_600_000), () => deliver(town, story, material));
    }
  } else if (whole.commitment?.signed === true) {
    await officer.call(cases.acceptCase, { caseId, how: 'commitment' });
    town.tally.commitments += 1;
  } else {
    await officer.call(cases.acceptCase, { caseId });
  }
  await work(town, story);
}

function answerCorrection(town: Town, story: Story, material: { id: string; name: string }): void {
  const { random, applicant, caseId } = story;
  const turn = random.next();
  if (turn < 0.07) return;
  const at = plusMs(town.now(), random.whole(3, 150) * 3_600_000);
  if (turn < 0.15) {
    town.plan(at, () => withdraw(town, story));
    return;
  }
  town.plan(at, async () => {
    await applicant.call(cases.uploadCaseDocument, {
      caseId,
      materialId: material.id,
      document: paperFor(material.name, random),
    } as never);
    await applicant.call(cases.correctCase, { caseId });
    town.plan(town.hours.after(town.now(), random.whole(15, 300)), () => receive(town, story, 0.5));
  });
}

/** The case is with the departments: everybody whose step is open puts it in his diary. */
async function work(town: Town, story: Story): Promise<void> {
  const { caseId, random } = story;
  const whole = await town.officerOf(story.unitId).call(cases.readCase, { caseId });
  const { progress } = whole;
  if (progress.status !== 'accepted') return;
  if (progress.light === 'red') story.isLate = true;
  const isFirst = story.planned.size === 0;
  const open = progress.steps.filter(
    (step) => step.status === 'open' && step.kind !== 'decision' && step.kind !== 'delivery',
  );
  for (const step of open) {
    if (story.planned.has(step.id)) continue;
    story.planned.add(step.id);
    town.plan(momentForStep(town, step, random), () => finishStep(town, story, step));
  }
  if (isFirst && open.length > 0) interrupt(town, story, whole);
  const isReady = progress.steps.every(
    (step) => step.status === 'done' || step.kind === 'decision' || step.kind === 'delivery',
  );
  if (isReady && !story.planned.has('decision')) {
    story.planned.add('decision');
    town.plan(
      town.hours.after(
        town.now(),
        random.weighted([
          [random.whole(10, 150), 88],
          [random.whole(200, 420), 9],
          [random.whole(500, 1300), 3],
        ]),
      ),
      () => decide(town, story),
    );
  }
}

/** Most work is done well before its date; some on the last day, a little after it. */
function momentForStep(town: Town, step: Step, random: Random): Instant {
  const now = town.now();
  if (step.dueOn === null) return town.hours.after(now, random.whole(20, 200));
  const due = momentOf(step.dueOn, 17 * 60 + 29);
  if (step.kind === 'publicNotice') return town.hours.atWork(plusMs(due, 16 * 3_600_000));
  if (random.chance(0.02)) return town.hours.after(due, random.whole(60, 1500));
  const room = Math.max(0, Date.parse(due) - Date.parse(now));
  const share = random.weighted([
    [0.05 + random.next() * 0.3, 60],
    [0.3 + random.next() * 0.5, 30],
    [0.85 + random.next() * 0.1, 10],
  ]);
  const at = town.hours.after(plusMs(now, room * share), random.whole(1, 40));
  return at < due ? at : town.hours.after(now, random.whole(5, 30));
}

async function finishStep(town: Town, story: Story, step: Step): Promise<void> {
  const { caseId, random } = story;
  if (story.isConcluded) return;
  if (story.isSuspended) {
    town.plan(town.hours.after(town.now(), workingDayMinutes), () => finishStep(town, story, step));
    return;
  }
  const disagrees = (step.kind === 'site' || step.kind === 'review') && random.chance(0.025);
  if (disagrees) town.tally.disagreements += 1;
  if (step.dueOn !== null && localDateOf(town.now()) > step.dueOn) story.isLate = true;
  await town.officerOf(step.unitId).call(cases.finishStep, {
    caseId,
    stepId: step.id,
    opinion: disagrees ? 'disagree' : 'agree',
    note: random.pick(disagrees ? words.disagreements : words.agreements),
  });
  await work(town, story);
}

/** What keeps a case from running smoothly: a lawful pause, an extension, another officer. */
function interrupt(town: Town, story: Story, whole: Whole): void {
  const { random, caseId } = story;
  const officer = town.officerOf(story.unitId);
  const { daysLeft } = whole.progress;
  if (daysLeft !== null && daysLeft >= 3 && random.chance(0.09))
    town.plan(town.hours.after(town.now(), random.whole(10, 200)), () => suspend(town, story, whole));
  if (whole.actions.some((one) => one.action === 'extend') && random.chance(0.12)) {
    town.plan(town.hours.after(town.now(), random.whole(100, 700)), async () => {
      const noticeNo = `麟政务延〔${localDateOf(town.now()).slice(0, 4)}〕${whole.progress.no.slice(-6)}号`;
      await officer.call(cases.extendCase, {
        caseId,
        reason: random.pick(words.extensionReasons),
        approvedBy: '单位负责人',
        noticeNo,
      });
      town.tally.extensions += 1;
    });
  }
  if (random.chance(0.01)) {
    town.plan(town.hours.after(town.now(), random.whole(5, 90)), async () => {
      const { account } = await officer.call(me, {});
      await officer.call(cases.handOverCase, {
        caseId,
        accountId: account.id,
        reason: random.pick(words.handoverReasons),
      });
    });
  }
}

async function suspend(town: Town, story: Story, whole: Whole): Promise<void> {
  const { caseId, random } = story;
  if (story.isConcluded || story.isSuspended) return;
  const officer = town.officerOf(story.unitId);
  const ground = random.pick(whole.pauseGrounds);
  const days = random.whole(2, 7);
  const plannedUntil = town.hours.dayAfter(localDateOf(town.now()), days);
  const noticeNo = `麟政务中〔${localDateOf(town.now()).slice(0, 4)}〕${whole.progress.no.slice(-6)}号`;
  await officer.call(cases.suspendCase, { caseId, ground: ground.code, noticeNo, plannedUntil });
  story.isSuspended = true;
  town.tally.suspensions += 1;
  // One in five forgets: from the announced end on, the clock runs whether anybody resumes or not.
  const back = random.chance(0.2) ? days + random.whole(1, 3) : random.whole(1, days);
  town.plan(town.hours.after(town.now(), back * workingDayMinutes - 30), async () => {
    if (story.isConcluded) return;
    await officer.call(cases.resumeCase, { caseId, reason: `${ground.name}已结束` });
    story.isSuspended = false;
    await work(town, story);
  });
}

async function decide(town: Town, story: Story): Promise<void> {
  const { caseId, random } = story;
  if (story.isConcluded) return;
  if (story.isSuspended) {
    town.plan(town.hours.after(town.now(), workingDayMinutes), () => decide(town, story));
    return;
  }
  const officer = town.officerOf(story.unitId);
  const { progress } = await officer.call(cases.readCase, { caseId });
  if (progress.light === 'red') story.isLate = true;
  const refused = progress.steps.some((step) => step.opinion === 'disagree') || random.chance(0.008);
  if (refused) await officer.call(cases.refuseCase, { caseId, reason: random.pick(words.refusalReasons) });
  else await grantCase(officer, caseId);
  conclude(town, story, refused ? 'refused' : 'granted');
  if (!refused && story.mayRate) town.holders.push(story.applicant);
  const delivery = progress.steps.find((step) => step.kind === 'delivery');
  if (!refused && delivery !== undefined) {
    town.plan(town.hours.after(town.now(), random.whole(10, 180)), async () => {
      await town
        .officerOf(delivery.unitId)
        .call(cases.finishStep, { caseId, stepId: delivery.id, opinion: 'agree', note: '已送达' });
    });
  }
  if (story.mayRate && random.chance(story.isLate ? 0.75 : 0.5)) {
    town.plan(plusMs(town.now(), random.whole(1, 60) * 3_600_000), () => rate(town, story, refused));
  }
}

/** The next case of the bundle begins, or will never begin. */
function conclude(town: Town, story: Story, outcome: string): void {
  story.isConcluded = true;
  count(town.tally.outcomes, outcome);
  for (const waiting of story.siblings) {
    if (!waiting.waitsFor.delete(story.caseId) || waiting.isConcluded) continue;
    if (outcome !== 'granted') conclude(town, waiting, 'withdrawn');
    else if (waiting.waitsFor.size === 0) followCase(town, waiting);
  }
}

async function withdraw(town: Town, story: Story): Promise<void> {
  if (story.isConcluded) return;
  await story.applicant.call(cases.withdrawCase, {
    caseId: story.caseId,
    reason: story.random.pick(words.withdrawals),
  });
  conclude(town, story, 'withdrawn');
}

async function deliver(town: Town, story: Story, material: { id: string; name: string }): Promise<void> {
  const { caseId, applicant, random } = story;
  await applicant.call(cases.uploadCaseDocument, {
    caseId,
    materialId: material.id,
    document: paperFor(material.name, random),
  } as never);
  town.tally.delivered += 1;
}

async function rate(town: Town, story: Story, refused: boolean): Promise<void> {
  const { caseId, random, isLate } = story;
  const unhappy = isLate || refused;
  const level = random.weighted(
    unhappy
      ? [
          [5, 15],
          [4, 20],
          [3, 25],
          [2, 22],
          [1, 18],
        ]
      : [
          [5, 74],
          [4, 18],
          [3, 5],
          [2, 2],
          [1, 1],
        ],
  );
  await story.applicant.call(ratingContract.rateCase, {
    caseId,
    level,
    comment: words.commentFor(level, isLate, random),
    anonymous: random.chance(0.12),
    reasons: level <= 2 ? [isLate ? 'slow' : random.pick(['again', 'unclear', 'system'])] : [],
  });
  town.tally.ratings[level - 1] = (town.tally.ratings[level - 1] ?? 0) + 1;
}
