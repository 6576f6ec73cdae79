import type { Platform } from '../kernel/module.ts';

/** A browser with scripts switched off, for tests: cookies, links, redirects and forms exactly as the pages give them. */
export interface Visitor {
  open(path: string): Promise<Page>;
  /** Sends the form whose action contains `action`, as it stands on the page, with some answers changed. */
  submit(page: Page, action: string, answers?: Answers): Promise<Page>;
  upload(
    page: Page,
    action: string,
    files: readonly { name: string; content: Uint8Array }[],
    answers?: Readonly<Record<string, string>>,
  ): Promise<Page>;
  /** A raw request with this visitor's cookies: for what no page would send. */
  post(path: string, body: string, headers?: Record<string, string>): Promise<Page>;
}

export interface Page {
  status: number;
  /** Where the redirects ended. */
  path: string;
  html: string;
  headers: Record<string, unknown>;
  /** What a reader sees: no tags, entities read. */
  text: string;
  forms: Form[];
}

export interface Form {
  action: string;
  method: string;
  values: [string, string][];
  names: string[];
}

export type Answers = Readonly<Record<string, string | readonly string[]>>;

export function createVisitor(platform: Platform): Visitor {
  const cookies = new Map<string, string>();

  async function send(
    method: 'GET' | 'POST',
    path: string,
    payload?: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await platform.http.inject({
      method,
      url: path,
      headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const one of answer.cookies) {
      if (one.value === '' || (one.expires !== undefined && one.expires.getTime() <= 0)) cookies.delete(one.name);
      else cookies.set(one.name, one.value);
    }
    const { location } = answer.headers;
    if (answer.statusCode === 303 && location !== undefined) return send('GET', location.split('#')[0] ?? location);
    return {
      status: answer.statusCode,
      path,
      html: answer.body,
      headers: answer.headers,
      text: textOf(answer.body),
      forms: formsOf(answer.body),
    };
  }

  const formOn = (page: Page, action: string): Form => {
    const form = page.forms.find((one) => one.action.includes(action));
    if (form === undefined)
      throw new Error(
        `no form for ${action} on ${page.path}: ${page.forms.map((one) => one.action).join(' ')}\n${page.text}`,
      );
    return form;
  };
  return {
    open: (path) => send('GET', path),
    submit(page, action, answers = {}) {
      const form = formOn(page, action);
      for (const name of Object.keys(answers)) {
        if (!form.names.includes(name))
          throw new Error(`the form ${form.action} does not ask ${name}: ${form.names.join(' ')}`);
      }
      const given = Object.entries(answers).flatMap(([name, value]) =>
        (typeof value === 'string' ? [value] : value).map((one) => [name, one]),
      );
      const body = new URLSearchParams([
        ...form.values.filter(([name]) => !Object.hasOwn(answers, name)),
        ...given,
      ]).toString();
      if (form.method === 'get') return send('GET', `${form.action}?${body}`);
      return send('POST', form.action, body, { 'content-type': 'application/x-www-form-urlencoded' });
    },
    upload(page, action, files, answers = {}) {
      const form = formOn(page, action);
      for (const name of Object.keys(answers))
        if (!form.names.includes(name)) throw new Error(`the form ${form.action} does not ask ${name}`);
      const boundary = 'xxxxBOUNDARYxxxx';
      const parts: Buffer[] = [];
      const values = [...form.values.filter(([name]) => !Object.hasOwn(answers, name)), ...Object.entries(answers)];
      for (const [name, value] of values)
        parts.push(Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`));
      const sent = files.length > 0 ? files : [{ name: '', content: new Uint8Array() }];
      for (const file of sent) {
        parts.push(
          Buffer.from(
            `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
          ),
        );
        parts.push(Buffer.from(file.content), Buffer.from('\r\n'));
      }
      parts.push(Buffer.from(`--${boundary}--\r\n`));
      return send('POST', form.action, Buffer.concat(parts), {
        'content-type': `multipart/form-data; boundary=${boundary}`,
      });
    },
    post: (path, body, headers = {}) =>
      send('POST', path, body, { 'content-type': 'application/x-www-form-urlencoded', ...headers }),
  };
}

function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, head = '', body = '']) => {
    const values: [string, string][] = [];
    const names: string[] = [];
    for (const [, tag = '', attributes = '', inner = ''] of body.matchAll(
      /<(input|select|textarea)\b([^>]*?)\/?>(?:(?<=<(?:select|textarea)\b[^>]*>)(.*?)<\/(?:select|textarea)>)?/gs,
    )) {
      const name = attribute(attributes, 'name');
      if (name === undefined) continue;
      names.push(name);
      const type = attribute(attributes, 'type') ?? 'text';
      if (tag === 'select') {
        const chosen = [...inner.matchAll(/<option\b([^>]*)>/g)].find(([, option = '']) => /\bselected\b/.test(option));
        values.push([name, attribute(chosen?.[1] ?? '', 'value') ?? '']);
      } else if (tag === 'textarea') values.push([name, unescape(inner)]);
      else if (type === 'file') continue;
      else if (type !== 'radio' && type !== 'checkbox') values.push([name, attribute(attributes, 'value') ?? '']);
      else if (/\bchecked\b/.test(attributes)) values.push([name, attribute(attributes, 'value') ?? 'on']);
    }
    for (const [, attributes = ''] of body.matchAll(/<button\b([^>]*)>/g)) {
      const name = attribute(attributes, 'name');
      if (name !== undefined) names.push(name);
    }
    return { action: attribute(head, 'action') ?? '', method: attribute(head, 'method') ?? 'get', values, names };
  });
}

function attribute(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}(?:="([^"]*)")?(?=[\\s/]|$)`).exec(attributes);
  return match === null ? undefined : unescape(match[1] ?? '');
}

function textOf(html: string): string {
  const main = /<main\b.*<\/main>/s.exec(html)?.[0] ?? html;
  return unescape(main.replace(/<(script|style)\b.*?<\/\1>/gs, '').replace(/<[^>]+>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

function unescape(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
