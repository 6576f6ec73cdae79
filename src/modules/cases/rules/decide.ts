import { AppError } from '../../../kernel/errors.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import { chineseDate, localDateOf } from '../../../kernel/time.ts';
import {
  decisionIsReady,
  evolve,
  readySteps,
  type CaseEvent,
  type CaseState,
  type Defect,
  type PreReview,
  type OwedMaterial,
} from './case.ts';
import { caseStatusNames, transitions, type CaseAction, type LegalBasis } from './transitions.ts';

/** What someone wants to do, with the facts that the decision needs. */
export type CaseCommand =
  | { action: 'accept' }
  | { action: 'acceptProvisionally'; owed: readonly { materialId: string; name: string; owedWithin: string | null }[] }
  | { action: 'acceptByCommitment'; allowed: boolean; signed: boolean; itemName: string }
  | { action: 'acceptBySilence' }
  | { action: 'decline'; reason: string; basis: LegalBasis; remedy: string; documentNo: string }
  | {
      action: 'requestCorrection';
      defects: readonly Defect[];
      noticeNo: string;
      answerBy: LocalDate;
      silenceAt: Instant;
    }
  | { action: 'correct' }
  | { action: 'finishStep'; step: string; opinion: 'agree' | 'disagree'; note: string; by: string }
  | {
      action: 'suspend';
      ground: string;
      groundName: string;
      noticeNo: string;
      plannedUntil: LocalDate;
      basis: LegalBasis;
    }
  | { action: 'resume'; reason: string }
  | {
      action: 'extend';
      allowed: { term: string; basis: LegalBasis } | null;
      itemName: string;
      reason: string;
      approvedBy: string;
      noticeNo: string;
    }
  | { action: 'preReview'; note: string; by: string }
  | { action: 'handOver'; step: string; accountId: string | null; reason: string }
  | { action: 'deliverOwed'; materialId: string; name: string }
  | { action: 'grant'; reason: string; documentNo: string; by: string }
  | { action: 'refuse'; reason: string; basis: LegalBasis; remedy: string; documentNo: string; by: string }
  | { action: 'withdraw'; reason: string };

/**
 * The events a command leads to, or an AppError that says in Chinese why it cannot be and on what basis.
 * Steps that become ready are opened in the same decision.
 */
export function decide(state: CaseState, command: CaseCommand, now: Instant): CaseEvent[] {
  refuseImpossible(state, command.action);
  const events = decideOne(state, command, now);
  const after = events.reduce<CaseState>(evolve, state);
  if (after.status !== 'accepted' && after.status !== 'granted') return events;
  const ready = readySteps(after).map((step) => step.id);
  return ready.length === 0 ? events : [...events, { type: 'stepsOpened', at: now, steps: ready }];
}

/**
 * The earlier item was granted and this one has been reviewed already: filed and accepted the same moment, with the
 * reviews of its own unit done, so that the decision is what is left.
 */
export function takeUpPreReviewed(waiting: CaseState, preReview: PreReview, now: Instant): CaseEvent[] {
  const filed: CaseEvent = { type: 'filed', at: now };
  const events = [filed, ...accepted(evolve(waiting, filed), 'ordinary', now, now, [], transitions.accept.basis)];
  let state = events.reduce<CaseState>(evolve, waiting);
  for (;;) {
    const reviewed = readySteps(state).find(
      (step) => step.kind === 'review' && step.unitId === state.unitId && step.excludedGround === '',
    );
    if (reviewed === undefined) break;
    const { by, note } = preReview;
    const done: CaseEvent = {
      type: 'stepFinished',
      at: now,
      step: reviewed.id,
      opinion: 'agree',
      note: note === '' ? '预审时已审查' : `预审：${note}`,
      by,
    };
    events.push(done);
    state = evolve(state, done);
  }
  const ready = readySteps(state).map((step) => step.id);
  return ready.length === 0 ? events : [...events, { type: 'stepsOpened', at: now, steps: ready }];
}

function decideOne(state: CaseState, command: CaseCommand, now: Instant): CaseEvent[] {
  const { basis } = transitions[command.action];
  switch (command.action) {
    case 'accept':
      return accepted(state, 'ordinary', now, now, [], basis);
    case 'acceptProvisionally':
      return accepted(state, 'provisional', now, now, owedMaterials(command.owed), basis);
    case 'acceptByCommitment':
      if (!command.allowed) throw new AppError('COMMITMENT_NOT_ALLOWED', { item: command.itemName });
      if (!command.signed) throw new AppError('COMMITMENT_NOT_SIGNED');
      return accepted(state, 'commitment', now, now, [], basis);
    case 'acceptBySilence':
      return accepted(state, 'silence', state.filedAt ?? now, now, [], basis);
    case 'decline':
      refuseWithoutReason(command.reason);
      return [conclude('declined', now, command)];
    case 'requestCorrection':
      return requestCorrection(state, command, now, basis);
    case 'correct':
      return [{ type: 'corrected', at: now }];
    case 'finishStep':
      return finishStep(state, command, now);
    case 'suspend': {
      const { ground, groundName, noticeNo, plannedUntil } = command;
      return [
        {
          type: 'suspended',
          at: now,
          suspension: { ground, groundName, noticeNo, plannedUntil, at: now },
          basis: command.basis,
        },
      ];
    }
    case 'resume':
      return [{ type: 'resumed', at: now, reason: command.reason }];
    case 'extend': {
      if (command.allowed === null || state.extended) {
        throw new AppError('EXTENSION_NOT_ALLOWED', { item: command.itemName, basis: say(basis) });
      }
      const { term } = command.allowed;
      const { reason, approvedBy, noticeNo } = command;
      return [{ type: 'extended', at: now, term, reason, approvedBy, noticeNo, basis: command.allowed.basis }];
    }
    case 'preReview':
      if (state.preReview !== undefined) throw new AppError('PRE_REVIEW_ALREADY_DONE', { by: state.preReview.by });
      return [{ type: 'preReviewed', at: now, by: command.by, note: command.note, basis }];
    case 'handOver':
      return [
        { type: 'handedOver', at: now, step: command.step, accountId: command.accountId, reason: command.reason },
      ];
    case 'deliverOwed':
      if (!state.owed.some((one) => one.materialId === command.materialId && one.deliveredAt === null)) {
        throw new AppError('MATERIAL_NOT_OWED', { material: command.name });
      }
      return [{ type: 'owedDelivered', at: now, materialId: command.materialId }];
    case 'grant':
      refuseUnready(state);
      refuseDisagreement(state);
      return [
        ...decisionSteps(state, 'agree', command.reason, command.by, now),
        conclude('granted', now, { reason: command.reason, basis, remedy: '', documentNo: command.documentNo }),
      ];
    case 'refuse':
      refuseWithoutReason(command.reason);
      refuseUnready(state);
      return [...decisionSteps(state, 'disagree', command.reason, command.by, now), conclude('refused', now, command)];
    case 'withdraw':
      return [conclude('withdrawn', now, { reason: command.reason, basis, remedy: '', documentNo: '' })];
  }
}

function accepted(
  state: CaseState,
  how: 'ordinary' | 'provisional' | 'commitment' | 'silence',
  startsAt: Instant,
  now: Instant,
  owed: readonly OwedMaterial[],
  basis: LegalBasis,
): CaseEvent[] {
  // Receiving is what acceptance is: an intake step that the guide shows is done by it.
  const intake = state.steps.filter((step) => step.kind === 'intake');
  return [
    { type: 'accepted', at: now, acceptance: { how, startsAt, at: now }, owed, basis },
    ...intake.map((step): CaseEvent => ({
      type: 'stepFinished',
      at: now,
      step: step.id,
      opinion: 'agree',
      note: '',
      by: '',
    })),
  ];
}

function owedMaterials(
  asked: readonly { materialId: string; name: string; owedWithin: string | null }[],
): OwedMaterial[] {
  if (asked.length === 0) throw new AppError('PROVISIONAL_NOTHING_OWED');
  return asked.map(({ materialId, name, owedWithin }) => {
    if (owedWithin === null) throw new AppError('PROVISIONAL_NOT_ALLOWED', { material: name });
    return { materialId, name, term: owedWithin, deliveredAt: null };
  });
}

function requestCorrection(
  state: CaseState,
  command: Extract<CaseCommand, { action: 'requestCorrection' }>,
  now: Instant,
  basis: LegalBasis,
): CaseEvent[] {
  if (state.correction !== null)
    throw new AppError('CORRECTION_ALREADY_REQUESTED', { noticeNo: state.correction.noticeNo });
  if (command.defects.length === 0 || command.defects.some((defect) => defect.text.trim() === '')) {
    throw new AppError('CORRECTION_WITHOUT_DEFECT');
  }
  if (now > command.silenceAt) {
    throw new AppError('CORRECTION_TOO_LATE', { filedOn: chineseDate(localDateOf(state.filedAt ?? now)) });
  }
  const { noticeNo, defects, answerBy } = command;
  return [
    {
      type: 'correctionRequested',
      at: now,
      correction: { noticeNo, at: now, defects, dueOn: answerBy, correctedAt: null },
      basis,
    },
  ];
}

function finishStep(
  state: CaseState,
  command: Extract<CaseCommand, { action: 'finishStep' }>,
  now: Instant,
): CaseEvent[] {
  const step = state.steps.find((one) => one.id === command.step);
  if (step === undefined) throw new AppError('STEP_NOT_OPEN', { step: command.step, why: '没有这个环节' });
  if (step.kind === 'decision') throw new AppError('SEPARATE_DECISION', { step: step.name });
  if (step.status !== 'open') {
    throw new AppError('STEP_NOT_OPEN', {
      step: step.name,
      why: step.status === 'done' ? '已经办完' : '前面的环节还没办完',
    });
  }
  return [
    { type: 'stepFinished', at: now, step: step.id, opinion: command.opinion, note: command.note, by: command.by },
  ];
}

function decisionSteps(
  state: CaseState,
  opinion: 'agree' | 'disagree',
  note: string,
  by: string,
  now: Instant,
): CaseEvent[] {
  return state.steps
    .filter((step) => step.kind === 'decision' && step.status !== 'done')
    .map((step) => ({ type: 'stepFinished', at: now, step: step.id, opinion, note, by }));
}

function conclude(
  kind: 'granted' | 'refused' | 'declined' | 'withdrawn',
  now: Instant,
  facts: { reason: string; basis: LegalBasis; remedy: string; documentNo: string },
): CaseEvent {
  const { reason, basis, remedy, documentNo } = facts;
  return { type: 'concluded', at: now, outcome: { kind, at: now, reason, basis, remedy, documentNo } };
}

function refuseImpossible(state: CaseState, action: CaseAction): void {
  const transition = transitions[action];
  if (transition.from.includes(state.status)) return;
  // A delivery step is handed over after the grant.
  if (action === 'finishStep' && state.status === 'granted') return;
  throw new AppError('CASE_TRANSITION_IMPOSSIBLE', {
    status: caseStatusNames[state.status],
    action: transition.zh,
    basis: say(transition.basis),
  });
}

function refuseUnready(state: CaseState): void {
  if (decisionIsReady(state)) return;
  const missing = state.steps.filter(
    (step) => step.status !== 'done' && step.kind !== 'decision' && step.kind !== 'delivery',
  );
  throw new AppError('STEPS_NOT_FINISHED', { steps: missing.map((step) => step.name).join('、') });
}

function refuseDisagreement(state: CaseState): void {
  const against = state.steps.find((step) => step.opinion === 'disagree');
  if (against !== undefined) throw new AppError('STEP_DISAGREES', { step: against.name });
}

function refuseWithoutReason(reason: string): void {
  if (reason.trim() === '') throw new AppError('REFUSAL_WITHOUT_REASON');
}

function say(basis: LegalBasis): string {
  return `${basis.title}${basis.article}`;
}
