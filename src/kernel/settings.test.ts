import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeSettings, readSettings, SettingsError } from './settings.ts';

const key = 'ab'.repeat(32);
const url = 'postgres://app:secret@db:5432/yingshang';

describe('readSettings', () => {
  test('nothing set is trial mode on loopback', () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({
      mode: 'trial',
      host: '127.0.0.1',
      port: 8610,
      varDirectory: resolve('var'),
      countyDirectory: resolve('data'),
      publicUrl: 'http://127.0.0.1:8610',
      database: null,
      poolSize: 8,
      preparedStatements: true,
      maxUploadBytes: 20 * 1024 * 1024,
      sms: { transport: 'log' },
      upward: null,
      oidc: null,
    });
  });

  test('an empty or blank value counts as not set', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: '  ' })).toMatchObject({ mode: 'trial', port: 8610 });
  });

  test('a database of the county makes it production; the owner is the same role unless named', () => {
    const settings = readSettings({ DATABASE_URL: url, YINGSHANG_DATA_KEY: key, HOST: '0.0.0.0' });
    expect(settings).toMatchObject({ mode: 'production', host: '0.0.0.0', database: { appUrl: url, ownerUrl: url } });
    const owner = 'postgresql://owner@db/yingshang';
    const both = readSettings({ DATABASE_URL: url, DATABASE_OWNER_URL: owner, YINGSHANG_DATA_KEY: key });
    expect(both.database?.ownerUrl).toBe(owner);
  });

  test('NODE_ENV=production on the embedded server is production too', () => {
    expect(readSettings({ NODE_ENV: 'production', YINGSHANG_DATA_KEY: key })).toMatchObject({
      mode: 'production',
      database: null,
    });
  });

  test.each(['0.0.0.0', '192.168.1.5', '::', 'example.cn', '127.example.cn'])(
    'trial refuses to listen on %s',
    (HOST) => {
      expect(problemsOf({ HOST })).toEqual([expect.stringMatching(/只许监听本机.*DATABASE_URL/s)]);
    },
  );

  test.each(['localhost', '::1', '127.0.0.2'])('trial listens on %s', (HOST) => {
    expect(readSettings({ HOST }).host).toBe(HOST);
  });

  test('production without a key is refused', () => {
    expect(problemsOf({ DATABASE_URL: url })).toEqual([expect.stringContaining('YINGSHANG_DATA_KEY')]);
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([expect.stringContaining('YINGSHANG_DATA_KEY')]);
  });

  test('every fault is told at once, secrets are not repeated', () => {
    const problems = problemsOf({
      PORT: '70000',
      HOST: '0.0.0.0',
      LOG_LEVEL: 'loud',
      YINGSHANG_DATA_KEY: 'hunter2',
      DATABASE_URL: 'mysql://u:pw@x',
    });
    const names = problems.map((problem) => problem.split(' ')[0]);
    expect(names).toEqual(['PORT', 'DATABASE_URL', 'YINGSHANG_DATA_KEY', 'LOG_LEVEL']);
    expect(problems.join()).toContain('70000');
    expect(problems.join()).not.toMatch(/hunter2|pw@x/);
  });

  test.each([
    [{ PORT: '80a' }, /PORT/],
    [{ PORT: '-1' }, /PORT/],
    [{ YINGSHANG_MAX_UPLOAD_MB: '0' }, /YINGSHANG_MAX_UPLOAD_MB/],
    [{ YINGSHANG_PREPARED_STATEMENTS: 'yes' }, /on 或 off/],
    [{ OIDC_ISSUER: 'https://sso' }, /OIDC_CLIENT_ID/],
    [{ OIDC_CLIENT_ID: 'x' }, /OIDC_ISSUER/],
    [{ YINGSHANG_SMS_TRANSPORT: 'http' }, /YINGSHANG_SMS_URL/],
    [{ YINGSHANG_SMS_TRANSPORT: 'pigeon' }, /log、http/],
    [{ DATABASE_OWNER_URL: url }, /同时设置 DATABASE_URL/],
    [{ YINGSHANG_DATA_KEY_PREVIOUS: key }, /新的 YINGSHANG_DATA_KEY/],
    [{ YINGSHANG_PUBLIC_URL: 'javascript:alert(1)' }, /http:\/\/ 或 https:\/\//],
    [{ YINGSHANG_METRICS_TOKEN: 'short' }, /16/],
  ])('%j is refused', (env, message) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(message)]);
  });

  test('sign-in elsewhere, SMS gateway and pooler settings arrive', () => {
    const settings = readSettings({
      OIDC_ISSUER: 'https://sso.example.cn',
      OIDC_CLIENT_ID: 'ys',
      YINGSHANG_SMS_TRANSPORT: 'http',
      YINGSHANG_SMS_URL: 'https://sms.example.cn/send',
      YINGSHANG_PREPARED_STATEMENTS: 'off',
      YINGSHANG_PUBLIC_URL: 'https://ys.example.cn/',
      HOST: '::1',
    });
    expect(settings.oidc).toEqual({
      issuer: 'https://sso.example.cn',
      clientId: 'ys',
      clientSecret: '',
      label: '统一身份认证',
    });
    expect(settings.sms).toEqual({ transport: 'http', url: 'https://sms.example.cn/send' });
    expect(settings.preparedStatements).toBe(false);
    expect(settings.publicUrl).toBe('https://ys.example.cn');
    expect(readSettings({ HOST: '::1', PORT: '80' }).publicUrl).toBe('http://[::1]:80');
  });
});

describe('describeSettings', () => {
  test('explains each setting with default and example', () => {
    const text = describeSettings();
    for (const name of ['PORT', 'YINGSHANG_VAR', 'DATABASE_URL', 'YINGSHANG_DATA_KEY', 'PG_BINDIR', 'OIDC_ISSUER']) {
      expect(text).toMatch(new RegExp(`^${name}\n    .+\n    默认：.+\n    例如：${name}=`, 'm'));
    }
  });

  test('shows what is set, but no secret', () => {
    const text = describeSettings({ PORT: '80', DATABASE_URL: url });
    expect(text).toContain('现值：80');
    expect(text).toContain('（已设置，不显示）');
    expect(text).not.toContain('secret@');
  });
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}
