import { z } from 'zod';
import type { JSX } from 'preact';
import { needsIdempotencyKey, type Endpoint } from '../../kernel/endpoint.ts';
import { kernelErrors } from '../../kernel/errors.ts';
import { showPage } from '../layout.tsx';
import type { Site } from '../site.ts';

/** The API for people who read: the same contracts that serve it, nothing written by hand. */
export function apiPages(site: Site): void {
  const { endpoints, errors } = site.platform;
  site.page('/api', async (visit) => {
    const groups = new Map<string, Endpoint[]>();
    for (const endpoint of endpoints) {
      const group = endpoint.id.split('.')[0] ?? '';
      groups.set(group, [...(groups.get(group) ?? []), endpoint]);
    }
    return showPage(
      visit,
      { title: '开放接口' },
      <>
        <h1>开放接口</h1>
        <p>
          共 {endpoints.length} 个接口。机器读的约定是 <a href="/api/openapi.json">OpenAPI 3.1</a>，出错的代码见{' '}
          <a href="/api/errors">错误代码</a>。 写操作要带 <code>Idempotency-Key</code>
          ，同一个编号重复提交只算一次；出错时返回 <code>application/problem+json</code>。
        </p>
        <nav aria-label="接口分组">
          <ul class="chips">
            {[...groups.keys()].map((group) => (
              <li>
                <a href={`#${group}`}>{group}</a>
              </li>
            ))}
          </ul>
        </nav>
        {[...groups].map(([group, list]) => (
          <section aria-labelledby={group}>
            <h2 id={group}>{group}</h2>
            {list.map((endpoint) => (
              <Operation endpoint={endpoint} />
            ))}
          </section>
        ))}
      </>,
    );
  });

  site.page('/api/errors', async (visit) =>
    showPage(
      visit,
      { title: '错误代码', back: { href: '/api', text: '开放接口' } },
      <>
        <h1>错误代码</h1>
        <p>标“通用”的每个接口都可能返回，其余的写在各接口的说明里。</p>
        <div class="wide" tabindex={0} role="group" aria-label="错误代码表">
          <table>
            <thead>
              <tr>
                <th scope="col">代码</th>
                <th scope="col">状态</th>
                <th scope="col">说明</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(errors).map(([code, { status, zh }]) => (
                <tr id={code}>
                  <th scope="row">
                    <code>{code}</code>
                    {Object.hasOwn(kernelErrors, code) && ' （通用）'}
                  </th>
                  <td>{status}</td>
                  <td>{zh}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </>,
    ),
  );
}

function Operation({ endpoint }: { endpoint: Endpoint }): JSX.Element {
  const inputs = Object.entries(propertiesOf(endpoint.input));
  return (
    <details>
      <summary>
        <code>
          {endpoint.method} {endpoint.path}
        </code>{' '}
        {endpoint.summary}
      </summary>
      <p>
        权限：{permissionText(endpoint.permission)}
        {needsIdempotencyKey(endpoint) && '；要带 Idempotency-Key'}
        {endpoint.readsPersonalData && '；读取个人信息，留痕'}
        {endpoint.upload && '；以 multipart/form-data 上传一个文件，字段名 file'}
      </p>
      {inputs.length > 0 && (
        <p>
          输入：
          {inputs.map(([name, schema], position) => (
            <>
              {position > 0 && '、'}
              <code>{name}</code>
              {schema.description && `（${schema.description}）`}
            </>
          ))}
        </p>
      )}
      {endpoint.errors.length > 0 && (
        <p>
          错误：
          {endpoint.errors.map((code) => (
            <>
              <a href={`/api/errors#${code}`}>
                <code>{code}</code>
              </a>{' '}
            </>
          ))}
        </p>
      )}
    </details>
  );
}

function permissionText(permission: string): string {
  return permission === 'public' ? '不用登录' : permission === 'signedIn' ? '登录就行' : permission;
}

function propertiesOf(schema: z.ZodType): Record<string, { description?: string }> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return (json.properties ?? {}) as Record<string, { description?: string }>;
}
