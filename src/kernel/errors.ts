/**
 * One error class for everything a caller can cause, one table of codes per module.
 * A code not in a registered table is a programming fault and answers 500.
 */

export interface ErrorDefinition {
  status: number;
  /** What a villager reads. `{name}` is replaced from the error's details. */
  zh: string;
}

export type ErrorTable = Readonly<Record<string, ErrorDefinition>>;

export interface Issue {
  /** Where in the input, e.g. `/answers/phone`. */
  path: string;
  /** Chinese, complete sentence. */
  message: string;
}

export class AppError extends Error {
  readonly code: string;
  readonly issues: readonly Issue[];
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: string, details: Record<string, string | number> = {}, issues: readonly Issue[] = []) {
    super(code);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
    this.issues = issues;
  }
}

/** Codes every endpoint may answer. */
export const kernelErrors = {
  NOT_SIGNED_IN: { status: 401, zh: '请先登录。' },
  FORBIDDEN: { status: 403, zh: '您没有办理这件事的权限。' },
  NOT_FOUND: { status: 404, zh: '没有找到您要的内容，可能已被移走，或者您无权查看。' },
  INVALID_INPUT: { status: 400, zh: '填写的内容有误，请按提示修改后再提交。' },
  IDEMPOTENCY_KEY_REQUIRED: { status: 400, zh: '这个操作需要带上一次性编号（Idempotency-Key），防止重复提交。' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, zh: '同一个一次性编号被用来提交了不同的内容，请重新打开页面再提交。' },
  CSRF_REJECTED: { status: 403, zh: '页面停留太久或来源不对，请刷新页面后再提交。' },
  TOO_MANY_REQUESTS: { status: 429, zh: '操作太频繁，请过一会儿再试。' },
  PAYLOAD_TOO_LARGE: { status: 413, zh: '提交的内容太大。' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, zh: '不支持这种格式的内容。' },
  DATABASE_UNAVAILABLE: { status: 503, zh: '系统暂时连不上数据库，您提交的内容没有保存，请稍后再试。' },
  INTERNAL: { status: 500, zh: '系统出了问题，已经记录下来。请稍后再试；如果一直这样，请打 12345。' },
} as const satisfies ErrorTable;

/** Fills `{name}` in a code's Chinese text. */
export function describeError(definition: ErrorDefinition, details: Readonly<Record<string, string | number>>): string {
  return definition.zh.replace(/\{(\w+)\}/g, (whole, key: string) => String(details[key] ?? whole));
}
