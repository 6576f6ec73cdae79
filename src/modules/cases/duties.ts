import type { Tx } from '../../kernel/module.ts';
import { changeTask, finishTasks, openTasks, type TaskChange, type TaskSpec } from '../tasks/index.ts';
import type { ServiceItem } from '../catalogue/index.ts';
import type { CaseEvent, CaseState } from './rules/case.ts';
import { leadingExclusions } from './rules/timeline.ts';
import { transitions } from './rules/transitions.ts';
import { settingsOf } from './settings.ts';
import type { CaseTasks } from './store/cases.ts';

/**
 * What a case's events mean for the tasks that carry its duties. Everything owed by someone by a date is a task:
 * saying yes or no (`intake`), the whole promise (`clock`), each step, the applicant's correction and owed materials.
 */

export interface Subject {
  state: CaseState;
  item: ServiceItem;
  accountId: string;
  tasks: CaseTasks;
}

interface Wanted {
  key: string;
  spec: TaskSpec;
}

/** Opens, changes and finishes tasks for one case's new events. @returns the case's tasks by duty. */
export async function fulfil(tx: Tx, subject: Subject, events: readonly CaseEvent[]): Promise<CaseTasks> {
  const [tasks] = await fulfilAll(tx, [{ subject, events }]);
  return tasks ?? subject.tasks;
}

/** For several cases at once; all new tasks of all of them in one statement. */
export async function fulfilAll(
  tx: Tx,
  changes: readonly { subject: Subject; events: readonly CaseEvent[] }[],
): Promise<CaseTasks[]> {
  const wanted: (Wanted & { index: number })[] = [];
  for (const [index, { subject, events }] of changes.entries()) {
    for (const event of events) {
      await settle(tx, subject, event);
      for (const one of await newDuties(tx, subject, event, events)) wanted.push({ ...one, index });
    }
  }
  const opened = await openTasks(
    tx,
    wanted.map(({ spec }) => spec),
  );
  return changes.map(({ subject }, index) => {
    const fresh = wanted.flatMap((one, at) => (one.index === index ? [[one.key, opened[at]?.id ?? ''] as const] : []));
    return { ...subject.tasks, ...Object.fromEntries(fresh) };
  });
}

async function newDuties(tx: Tx, subject: Subject, event: CaseEvent, events: readonly CaseEvent[]): Promise<Wanted[]> {
  const { state, item } = subject;
  switch (event.type) {
    case 'filed':
    case 'corrected':
      // Pre-reviewed and taken up at once: nobody has to answer whether it is accepted.
      if (events.some((one) => one.type === 'accepted')) return [];
      return [intakeDuty(subject, event.at, (await settingsOf(tx.services)).intake.term)];
    case 'accepted':
      return [
        ...(leadingExclusions(state.steps).length === 0
          ? [await clockDuty(tx, subject, event.acceptance.startsAt)]
          : []),
        ...event.owed.map((owed): Wanted => ({
          key: `owed:${owed.materialId}`,
          spec: applicantDuty(
            subject,
            'case.owed-material',
            `补交${owed.name}`,
            event.at,
            owed.term,
            transitions.acceptProvisionally.basis,
          ),
        })),
      ];
    case 'correctionRequested': {
      const { term } = (await settingsOf(tx.services)).correctionAnswer;
      return [
        { key: 'correction', spec: applicantDuty(subject, 'case.correction', '补正材料', event.at, term, event.basis) },
      ];
    }
    case 'stepFinished': {
      // The promise starts once the notice period that the law puts before it is over.
      const leading = leadingExclusions(state.steps);
      const others = leading.filter((step) => step.id !== event.step && step.status !== 'done');
      const isLast = leading.some((step) => step.id === event.step) && others.length === 0;
      return isLast && subject.tasks.clock === undefined ? [await clockDuty(tx, subject, event.at)] : [];
    }
    case 'stepsOpened': {
      const startsAt = events.find((one) => one.type === 'accepted')?.acceptance.startsAt ?? event.at;
      return state.steps
        .filter((step) => event.steps.includes(step.id))
        .map((step): Wanted => ({
          key: `step:${step.id}`,
          spec: {
            ...taskFor(
              subject,
              'case.step',
              `${item.definition.name}·${step.name}`,
              startsAt,
              step.term,
              transitions.finishStep.basis,
            ),
            unitId: step.unitId,
          },
        }));
    }
    default:
      return [];
  }
}

async function settle(tx: Tx, { tasks, state }: Subject, event: CaseEvent): Promise<void> {
  switch (event.type) {
    case 'accepted':
      return finish(tx, [tasks.intake], event.acceptance.how === 'silence' ? 'overtaken' : 'accepted');
    case 'correctionRequested':
      return finish(tx, [tasks.intake], 'correctionRequested');
    case 'corrected':
      return finish(tx, [tasks.correction], 'done');
    case 'stepFinished':
      return finish(tx, [tasks[`step:${event.step}`]], 'done', event.note);
    case 'suspended': {
      const { ground, noticeNo, plannedUntil } = event.suspension;
      return changeRunning(tx, tasks, state, { type: 'pause', ground, basis: '', noticeNo, plannedUntil });
    }
    case 'resumed':
      return changeRunning(tx, tasks, state, { type: 'resume', reason: event.reason });
    case 'extended': {
      const { term, approvedBy, noticeNo, basis } = event;
      const clock = tasks.clock;
      if (clock === undefined) return;
      await changeTask(tx, clock, {
        type: 'extend',
        term,
        basis: `${basis.title}${basis.article}`,
        approvedBy,
        noticeNo,
        once: true,
      });
      return;
    }
    case 'handedOver': {
      const task = event.step === '' ? (tasks.clock ?? tasks.intake) : tasks[`step:${event.step}`];
      if (task !== undefined)
        await changeTask(tx, task, { type: 'handOver', accountId: event.accountId, reason: event.reason });
      return;
    }
    case 'owedDelivered':
      return finish(tx, [tasks[`owed:${event.materialId}`]], 'done');
    case 'concluded':
      return conclude(tx, tasks, state, event.outcome.kind);
    default:
      return;
  }
}

/** The clock ends with the decision; duties that the decision makes pointless are cancelled. Owed materials stay owed after a grant. */
async function conclude(
  tx: Tx,
  tasks: CaseTasks,
  state: CaseState,
  kind: 'granted' | 'refused' | 'declined' | 'withdrawn',
): Promise<void> {
  const outcome = kind === 'withdrawn' ? 'cancelled' : kind;
  const openSteps = state.steps
    .filter((step) => step.status === 'open' && step.kind !== 'decision')
    .map((step) => tasks[`step:${step.id}`]);
  const owed = state.owed.filter((one) => one.deliveredAt === null).map((one) => tasks[`owed:${one.materialId}`]);
  await finish(tx, [tasks.clock], outcome);
  if (state.status === 'filed') await finish(tx, [tasks.intake], outcome);
  await finish(
    tx,
    [...openSteps, ...(kind === 'granted' ? [] : owed), ...(state.status === 'correcting' ? [tasks.correction] : [])],
    'cancelled',
  );
}

/** Suspension stops the whole promise and every step under way, or nothing. */
async function changeRunning(tx: Tx, tasks: CaseTasks, state: CaseState, change: TaskChange): Promise<void> {
  const steps = state.steps.filter((step) => step.status === 'open').map((step) => tasks[`step:${step.id}`]);
  for (const task of [tasks.clock, ...steps]) {
    if (task !== undefined) await changeTask(tx, task, change);
  }
}

async function finish(tx: Tx, ids: readonly (string | undefined)[], outcome: string, reason = ''): Promise<void> {
  const known = ids.filter((id) => id !== undefined);
  if (known.length > 0) await finishTasks(tx, known, outcome, reason);
}

function intakeDuty(subject: Subject, at: string, promised: string): Wanted {
  const title = `${subject.item.definition.name}·受理`;
  return {
    key: 'intake',
    spec: {
      ...taskFor(subject, 'case.intake', title, at, promised, transitions.requestCorrection.basis),
      statutoryTerm: '5wd',
    },
  };
}

async function clockDuty(tx: Tx, subject: Subject, startsAt: string): Promise<Wanted> {
  const { definition } = subject.item;
  const isPreReviewed = subject.state.preReview !== undefined;
  const promised = isPreReviewed ? (await settingsOf(tx.services)).preReviewedDecision.term : definition.promised.term;
  const title = isPreReviewed ? '前一项已办好，请作决定' : '办结';
  const spec = taskFor(subject, 'case.clock', `${definition.name}·${title}`, startsAt, promised, {
    title: definition.basis[0]?.title ?? '',
    article: definition.basis[0]?.article ?? '',
  });
  const { term: statutoryTerm } = definition.statutory;
  // Yellow from the first minute: the unit is told that today it is its turn.
  return { key: 'clock', spec: { ...spec, statutoryTerm, ...(isPreReviewed ? { yellow: { shareUsed: 0 } } : {}) } };
}

function applicantDuty(
  subject: Subject,
  kind: string,
  title: string,
  at: string,
  term: string,
  basis: TaskSpec['basis'],
): TaskSpec {
  return {
    ...taskFor(subject, kind, `${subject.item.definition.name}·${title}`, at, term, basis),
    unitId: null,
    accountId: subject.accountId,
  };
}

function taskFor(
  { state }: Subject,
  kind: string,
  title: string,
  start: string,
  promisedTerm: string,
  basis: TaskSpec['basis'],
): TaskSpec {
  return {
    kind,
    title,
    subject: { type: 'case', id: state.id, no: state.no },
    link: `/workbench/cases/${state.id}`,
    unitId: state.unitId,
    start,
    promisedTerm,
    basis,
  };
}
