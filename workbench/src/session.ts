import { computed, shallowRef } from 'vue';
import { me, signOut } from '../../src/modules/org/contract.ts';
import type { OutputOf } from '../../src/kernel/endpoint.ts';
import { CallError } from '../../src/kernel/call.ts';
import { call } from './call.ts';

type Me = OutputOf<typeof me>;

const current = shallowRef<Me | null>(null);

/** Who is signed in; null until `loadSession` found out or when nobody is. */
export const session = computed(() => current.value);

/** Asks the platform once; `again` after something changed (password, delegation). */
export async function loadSession(again = false): Promise<Me | null> {
  if (current.value !== null && !again) return current.value;
  try {
    current.value = await call(me, {});
  } catch (error) {
    if (!(error instanceof CallError) || error.problem.status !== 401) throw error;
    current.value = null;
  }
  return current.value;
}

export function forgetSession(): void {
  current.value = null;
}

export async function leave(): Promise<void> {
  await call(signOut, {});
  forgetSession();
}

/** Any of the permissions is enough; none asked means any account of the staff. */
export function mayAny(...permissions: string[]): boolean {
  const held = current.value?.permissions ?? [];
  return permissions.length === 0 || permissions.some((wanted) => held.some((one) => one.permission === wanted));
}
