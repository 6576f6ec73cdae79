import type { z } from 'zod';
import { fillPath, isCommand, type Endpoint } from './endpoint.ts';
import type { Issue } from './errors.ts';

/** What every refused call answers: RFC 9457 with our code and the places in the input. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  issues: Issue[];
  requestId: string;
}

export class CallError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = 'CallError';
    this.problem = problem;
  }
}

export interface Caller {
  /**
   * Calls an endpoint over HTTP. A command gets a fresh idempotency key unless one is given;
   * give the same key again to repeat a call whose answer was lost.
   */
  <I extends z.ZodType, O extends z.ZodType>(
    contract: Endpoint<I, O>,
    input: z.input<I>,
    options?: { idempotencyKey?: string; signal?: AbortSignal },
  ): Promise<z.output<O>>;
}

export function createCaller(options: {
  baseUrl?: string;
  fetch?: typeof fetch;
  headers?: () => Record<string, string>;
}): Caller {
  const send: typeof fetch = options.fetch ?? ((...request) => fetch(...request));
  return async (contract, input, callOptions = {}) => {
    const { path, rest } = fillPath(contract.path, input ?? {});
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers?.() };
    const init: RequestInit = { method: contract.method, headers };
    if (callOptions.signal) init.signal = callOptions.signal;
    let url = `${options.baseUrl ?? ''}${path}`;
    if (isCommand(contract)) {
      headers['idempotency-key'] = callOptions.idempotencyKey ?? newKey();
      if (contract.upload) {
        init.body = uploadForm(rest);
      } else {
        headers['content-type'] = 'application/json';
        init.body = JSON.stringify(rest);
      }
    } else {
      url += queryString(rest);
    }
    const response = await send(url, init);
    const text = await response.text();
    if (!response.ok) throw new CallError(problemOf(response, text));
    return (text === '' ? undefined : JSON.parse(text)) as never;
  };
}

/** `crypto.randomUUID` exists only on https and loopback; a county's own network may have neither. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function queryString(values: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') query.append(name, String(one));
    }
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

function uploadForm(values: Record<string, unknown>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) {
    if (value instanceof Blob) form.append(name, value, value instanceof File ? value.name : name);
    else if (value !== undefined) form.append(name, String(value));
  }
  return form;
}

function problemOf(response: Response, text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {
      type: 'about:blank',
      title: '连不上系统',
      status: response.status,
      code: 'UNREACHABLE',
      detail: '连不上系统，请检查网络后再试。',
      issues: [],
      requestId: response.headers.get('x-request-id') ?? '',
    };
  }
}
