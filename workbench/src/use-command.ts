import { computed, ref } from 'vue';
import { useQueryClient } from '@tanstack/vue-query';
import type { z } from 'zod';
import type { Problem } from '../../src/kernel/call.ts';
import type { Endpoint } from '../../src/kernel/endpoint.ts';
import { call, newKey, problemOf } from './call.ts';
import { announce } from './announce.ts';

/**
 * One user action. Its idempotency key lives until it succeeds or the input changes, so that a double click or a
 * repeat after a lost answer is the same action; while it runs nothing else starts.
 */
export function useCommand<I extends z.ZodType, O extends z.ZodType>(
  contract: Endpoint<I, O>,
  options: {
    done?: (output: z.output<O>) => void | Promise<void>;
    message?: string | ((output: z.output<O>) => string);
    refresh?: readonly string[];
  } = {},
) {
  const queries = useQueryClient();
  const busy = ref(false);
  const problem = ref<Problem | null>(null);
  let key = '';
  let keyedInput = '';

  async function run(input: z.input<I>): Promise<z.output<O> | undefined> {
    if (busy.value) return undefined;
    const wording = JSON.stringify(input);
    if (key === '' || wording !== keyedInput) [key, keyedInput] = [newKey(), wording];
    busy.value = true;
    problem.value = null;
    try {
      const output = await call(contract, input, { idempotencyKey: key });
      key = '';
      if (options.message !== undefined)
        announce(typeof options.message === 'string' ? options.message : options.message(output));
      await options.done?.(output);
      for (const name of options.refresh ?? []) await queries.invalidateQueries({ queryKey: [name] });
      return output;
    } catch (error) {
      problem.value = withPlainWords(problemOf(error), input);
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  return { run, busy: computed(() => busy.value), problem, clear: () => (problem.value = null) };
}

/** A field left empty is called empty, whatever the rule for its format says. */
function withPlainWords(problem: Problem, input: unknown): Problem {
  const issues = problem.issues.map((issue) =>
    isEmptyAt(input, issue.path) && /^(无效|数值过小)/.test(issue.message)
      ? { ...issue, message: '请填写这一项。' }
      : issue,
  );
  return { ...problem, issues };
}

function isEmptyAt(input: unknown, path: string): boolean {
  let value = input;
  for (const key of path.split('/').slice(1)) value = (value as Record<string, unknown> | null | undefined)?.[key];
  return value === '' || value === undefined || value === null;
}
