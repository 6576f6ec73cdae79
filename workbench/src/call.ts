import { CallError, createCaller, type Problem } from '../../src/kernel/call.ts';

export { newKey } from '../../src/kernel/call.ts';

/** The one way out of the workbench: the platform's own typed client over the session cookie. */
export const call = createCaller({});

/** A refusal as the platform words it; a lost connection in the same shape. */
export function problemOf(error: unknown): Problem {
  if (error instanceof CallError) return error.problem;
  const detail = '连不上系统，请检查网络后再试。您的操作可以放心重试，不会重复办理。';
  return {
    type: 'about:blank',
    title: '连不上系统',
    status: 0,
    code: 'UNREACHABLE',
    detail,
    issues: [],
    requestId: '',
  };
}
