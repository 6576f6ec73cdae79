import { createHash } from 'node:crypto';
import { stableJson } from '../kernel/json.ts';

/** What a page's form sent: every value is text, a repeated name is a list. */
export class FormBody {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(body: unknown) {
    this.#values = body !== null && typeof body === 'object' ? (body as Record<string, unknown>) : {};
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#values, name);
  }

  text(name: string): string {
    return this.list(name)[0] ?? '';
  }

  list(name: string): string[] {
    if (!this.has(name)) return [];
    const value = this.#values[name];
    return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
  }

  pick<const Name extends string>(names: readonly Name[]): Record<Name, string> {
    return Object.fromEntries(names.map((name) => [name, this.text(name)])) as Record<Name, string>;
  }

  /**
   * The key that makes a double click one command. It is made of the page's own key and of what was typed: the same form
   * sent twice is one command, the same page sent again after a change is another.
   */
  key(): string {
    const { csrf: _, idempotencyKey, ...typed } = this.#values;
    return keyOf(typeof idempotencyKey === 'string' ? idempotencyKey : '', typed);
  }
}

export function keyOf(pageKey: string, typed: unknown): string {
  return createHash('sha256').update(pageKey).update('\n').update(stableJson(typed)).digest('hex').slice(0, 48);
}
