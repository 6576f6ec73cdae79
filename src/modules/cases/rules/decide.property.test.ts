import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../kernel/errors.ts';
import { evolve, fold, type CaseEvent, type CaseState, type StepState } from './case.ts';
import { decide, type CaseCommand } from './decide.ts';
import { commands, later, opened, step } from './sample-case.ts';
import { caseActions, isConcluded } from './transitions.ts';

/** Steps in any order that forms no circle: each may wait for any of those before it. */
const steps: fc.Arbitrary<StepState[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('intake', 'review', 'site', 'publicNotice', 'joint'),
      after: fc.array(fc.nat(5), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .chain((work) =>
    fc.record({ decision: fc.boolean(), delivery: fc.boolean() }).map((ends) => {
      const made = work.map(({ kind, after }, index) =>
        step(`s${index}`, { kind, after: [...new Set(after.filter((one) => one < index).map((one) => `s${one}`))] }),
      );
      const all = made.map((one) => one.id);
      if (ends.decision) made.push(step('decision', { kind: 'decision', after: all }));
      if (ends.delivery) made.push(step('delivery', { kind: 'delivery', after: ends.decision ? ['decision'] : all }));
      return made;
    }),
  );

const command: fc.Arbitrary<CaseCommand> = fc
  .record({
    action: fc.constantFrom(
      ...caseActions,
      'finishStep' as const,
      'finishStep' as const,
      'accept' as const,
      'grant' as const,
    ),
    stepId: fc.constantFrom('s0', 's1', 's2', 's3', 's4', 'decision', 'delivery', 'no-such-step'),
    agrees: fc.boolean(),
    text: fc.constantFrom('', '  ', '理由'),
    isAllowed: fc.boolean(),
  })
  .map(({ action, stepId, agrees, text, isAllowed }): CaseCommand => {
    switch (action) {
      case 'finishStep':
        return { ...commands.finishStep, step: stepId, opinion: agrees ? 'agree' : 'disagree' };
      case 'acceptProvisionally':
        return { ...commands.acceptProvisionally, owed: isAllowed ? commands.acceptProvisionally.owed : [] };
      case 'acceptByCommitment':
        return { ...commands.acceptByCommitment, allowed: isAllowed, signed: agrees };
      case 'requestCorrection':
        return {
          ...commands.requestCorrection,
          defects: isAllowed ? commands.requestCorrection.defects : [{ about: '', text }],
        };
      case 'decline':
      case 'refuse':
        return { ...commands[action], reason: text };
      case 'extend':
        return { ...commands.extend, allowed: isAllowed ? commands.extend.allowed : null };
      default:
        return commands[action];
    }
  });

test('任意一串动作：只会被有理由地拒绝；事件折叠等于现状；只有一个决定', () => {
  fc.assert(
    fc.property(
      steps,
      fc.array(fc.tuple(command, fc.integer({ min: 0, max: 40 })), { minLength: 1, maxLength: 30 }),
      (definition, actions) => {
        const history: CaseEvent[] = opened(definition);
        let state: CaseState = fold(history);
        let hour = 0;
        for (const [one, hours] of actions) {
          hour += hours;
          let events: CaseEvent[] = [];
          try {
            events = decide(state, one, later(hour));
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            continue;
          }
          expect(events.length).toBeGreaterThan(0);
          for (const event of events) {
            if (event.type === 'stepsOpened') expectPredecessorsDone(state, event.steps);
            state = evolve(state, event);
            history.push(event);
          }
        }
        expect(fold(history)).toEqual(state);
        expectOnce(history, 'concluded', 'correctionRequested', 'corrected', 'extended', 'accepted');
        for (const { id } of definition)
          expect(
            history.filter((event) => event.type === 'stepFinished' && event.step === id).length,
          ).toBeLessThanOrEqual(1);
        expect(isConcluded(state.status)).toBe(state.outcome !== null);
        if (state.status === 'granted') {
          expect(state.steps.every((one) => one.status === 'done' || one.kind === 'delivery')).toBe(true);
          expect(state.steps.filter((one) => one.kind !== 'delivery').every((one) => one.opinion === 'agree')).toBe(
            true,
          );
        }
        if (state.outcome !== null && state.status !== 'granted')
          expect(state.steps.some((one) => one.status === 'open' || one.status === 'waiting')).toBe(false);
      },
    ),
    { seed: 610329, numRuns: 700 },
  );
});

test('同意到底的办件一定能走到准予：没有卡死的先后顺序', () => {
  fc.assert(
    fc.property(steps, (definition) => {
      let state = fold(opened(definition));
      const run = (one: CaseCommand) => {
        state = decide(state, one, later(1)).reduce<CaseState>(evolve, state);
      };
      run(commands.accept);
      for (let round = 0; round <= definition.length; round += 1) {
        for (const one of state.steps)
          if (one.status === 'open' && one.kind !== 'decision') run({ ...commands.finishStep, step: one.id });
      }
      run(commands.grant);
      for (const one of state.steps) if (one.status === 'open') run({ ...commands.finishStep, step: one.id });
      expect(state.steps.every((one) => one.status === 'done')).toBe(true);
    }),
    { seed: 610329, numRuns: 400 },
  );
});

function expectPredecessorsDone(before: CaseState, openedSteps: readonly string[]): void {
  const done = new Set(before.steps.filter((one) => one.status === 'done').map((one) => one.id));
  for (const one of before.steps.filter((candidate) => openedSteps.includes(candidate.id))) {
    expect(one.status).toBe('waiting');
    for (const id of one.after) expect(done.has(id), `${one.id} after ${id}`).toBe(true);
    if (one.kind === 'delivery') expect(before.status).toBe('granted');
  }
}

function expectOnce(history: readonly CaseEvent[], ...types: CaseEvent['type'][]): void {
  for (const type of types) expect(history.filter((event) => event.type === type).length, type).toBeLessThanOrEqual(1);
}
