import { CallError } from '../../kernel/call.ts';

/** For tests: what a refused call answered. */
export async function refusal(work: Promise<unknown>): Promise<CallError['problem']> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CallError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error.problem;
}

export async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await refusal(work)).code;
}
