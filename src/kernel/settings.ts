import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Everything the platform may be told from outside. The only file that reads the environment. */
export interface Settings {
  /** `trial` runs by itself on this machine with ready-made accounts; `production` never has any. */
  mode: 'trial' | 'production';
  port: number;
  host: string;
  /** Absolute. Database (trial), files and keys live below it. */
  varDirectory: string;
  /** Absolute. The county: organisation, calendar, catalogue. */
  countyDirectory: string;
  /** What people type in the browser, without a slash at the end; links in notices are made from it. */
  publicUrl: string;
  trustProxy: boolean;
  /** Null: the embedded server. `ownerUrl` runs migrations, `appUrl` is the role the platform works as. */
  database: { appUrl: string; ownerUrl: string } | null;
  poolSize: number;
  preparedStatements: boolean;
  embedded: { binDir: string | undefined; account: string | undefined };
  /** Master keys as hex; null in trial mode, where `loadMasterKey` makes one below `varDirectory`. */
  dataKey: string | null;
  dataKeyPrevious: string | null;
  sessionHours: number;
  maxUploadBytes: number;
  logLevel: LogLevel;
  oidc: { issuer: string; clientId: string; clientSecret: string; label: string } | null;
  metricsToken: string | null;
  sms: { transport: 'log' } | { transport: 'http'; url: string };
  /** The platform one level up that copies go to; null: nothing is sent, everything waits. */
  upward: Upward | null;
}

export interface Upward {
  /** Without a slash at the end. */
  url: string;
  /** Shared secret that requests are signed with, as hex. */
  key: string;
}

export type LogLevel = (typeof logLevels)[number];

/** Every fault found, each a sentence for the person who starts the platform. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`设置有误：\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads and checks all settings at once, so that one start shows every fault. Empty means not set. */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const problems: string[] = [];
  const raw = parseEach(env, problems);
  const isGiven = (name: keyof Raw) => (env[name] ?? '').trim() !== '';
  // What was given wrongly was still given: a mistyped DATABASE_URL does not turn a server into a trial.
  const trial = !isGiven('DATABASE_URL') && raw.NODE_ENV !== 'production';
  problems.push(...combinationProblems(raw, isGiven, trial));
  if (problems.length > 0) throw new SettingsError(problems);

  const varDirectory = resolve(raw.YINGSHANG_VAR ?? 'var');
  const { DATABASE_URL: appUrl, YINGSHANG_SMS_URL: smsUrl, OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = raw;
  const host = raw.HOST ?? '127.0.0.1';
  const port = raw.PORT ?? 8610;
  return {
    mode: trial ? 'trial' : 'production',
    port,
    host,
    varDirectory,
    countyDirectory: resolve(raw.YINGSHANG_COUNTY ?? 'data'),
    publicUrl: (raw.YINGSHANG_PUBLIC_URL ?? localUrl(host, port)).replace(/\/+$/, ''),
    trustProxy: raw.YINGSHANG_TRUST_PROXY ?? false,
    database: appUrl ? { appUrl, ownerUrl: raw.DATABASE_OWNER_URL ?? appUrl } : null,
    poolSize: raw.YINGSHANG_POOL_SIZE ?? 8,
    preparedStatements: raw.YINGSHANG_PREPARED_STATEMENTS ?? true,
    embedded: { binDir: raw.PG_BINDIR, account: raw.YINGSHANG_PG_ACCOUNT },
    dataKey: raw.YINGSHANG_DATA_KEY ?? null,
    dataKeyPrevious: raw.YINGSHANG_DATA_KEY_PREVIOUS ?? null,
    sessionHours: raw.YINGSHANG_SESSION_HOURS ?? 12,
    maxUploadBytes: (raw.YINGSHANG_MAX_UPLOAD_MB ?? 20) * 2 ** 20,
    logLevel: raw.LOG_LEVEL ?? 'info',
    oidc:
      issuer && clientId
        ? { issuer, clientId, clientSecret: raw.OIDC_CLIENT_SECRET ?? '', label: raw.OIDC_LABEL ?? '统一身份认证' }
        : null,
    metricsToken: raw.YINGSHANG_METRICS_TOKEN ?? null,
    sms: raw.YINGSHANG_SMS_TRANSPORT === 'http' && smsUrl ? { transport: 'http', url: smsUrl } : { transport: 'log' },
    upward:
      raw.YINGSHANG_UPWARD_URL && raw.YINGSHANG_UPWARD_KEY
        ? { url: raw.YINGSHANG_UPWARD_URL.replace(/\/+$/, ''), key: raw.YINGSHANG_UPWARD_KEY }
        : null,
  };
}

/** The table behind `yingshang -- settings`. With an environment, says what is set; secrets are never shown. */
export function describeSettings(env: Readonly<Record<string, string | undefined>> = {}): string {
  const lines = Object.entries(table).flatMap(([name, { zh, standard, example, secret }]) => {
    const value = env[name];
    const now = value === undefined || value === '' ? [] : [`    现值：${secret ? '（已设置，不显示）' : value}`];
    return [name, `    ${zh}`, `    默认：${standard}`, `    例如：${name}=${example}`, ...now, ''];
  });
  return `平台的设置都来自环境变量；不设就用默认值。\n\n${lines.join('\n').trimEnd()}\n`;
}

/** What a child process may inherit: no secrets, none of the PG* variables that would redirect it. */
export function inheritedEnvironment(): Record<string, string> {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Where each part of the data folder is; named here so that backup and start agree. */
export function varPaths(varDirectory: string): { postgres: string; files: string; keys: string } {
  const at = (name: string) => join(varDirectory, name);
  return { postgres: at('postgres'), files: at('files'), keys: at('keys') };
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `应当是 ${least} 到 ${most} 之间的整数`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `应当是 ${least} 到 ${most} 之间的整数`);
const text = z.string();
const onOff = z.enum(['on', 'off'], '应当是 on 或 off').transform((value) => value === 'on');
const address = (protocols: readonly string[]) =>
  z.string().refine(
    (value) => {
      const scheme = /^([a-z]+):\/\/./.exec(value)?.[1];
      return scheme !== undefined && protocols.includes(scheme) && !/\s/.test(value);
    },
    `应当是以 ${protocols.map((protocol) => `${protocol}://`).join(' 或 ')} 开头的地址`,
  );
const key = z.string().regex(/^[0-9a-fA-F]{64}$/, '应当是 64 位十六进制数（用 openssl rand -hex 32 生成）');
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `应当是 ${values.join('、')} 之一`);

interface Setting<T extends z.ZodType> {
  schema: T;
  zh: string;
  standard: string;
  example: string;
  secret?: true;
}

const define = <T extends z.ZodType>(schema: T, zh: string, standard: string, example: string, secret?: true) =>
  ({ schema, zh, standard, example, ...(secret ? { secret } : {}) }) satisfies Setting<T>;

const table = {
  PORT: define(wholeNumber(0, 65535), '网页服务的端口；0 表示由系统挑一个。', '8610', '80'),
  HOST: define(text, '网页服务监听的地址；试用方式下只能是本机地址。', '127.0.0.1', '0.0.0.0'),
  YINGSHANG_VAR: define(text, '数据目录：自带数据库、上传的文件、试用密钥都在里面。', './var', '/srv/yingshang'),
  YINGSHANG_COUNTY: define(text, '本县资料目录：机构、节假日通知、事项目录等。', './data', '/srv/county'),
  YINGSHANG_PUBLIC_URL: define(
    address(['http', 'https']),
    '群众在浏览器里打开平台用的地址，短信和登录回跳里的链接用它。',
    'http://127.0.0.1:8610',
    'https://ys.example.gov.cn',
  ),
  YINGSHANG_TRUST_PROXY: define(onOff, '前面有反向代理时设为 on，访问来源取自代理转来的地址。', 'off', 'on'),
  NODE_ENV: define(
    oneOf(['production', 'development', 'test']),
    '设为 production 就是正式运行，没有现成的演示账号。',
    '不设',
    'production',
  ),
  DATABASE_URL: define(
    address(['postgres', 'postgresql']),
    '县里自己的 PostgreSQL 服务器，平台日常使用的账号；设了它就是正式运行，不再启动自带的数据库。',
    '不设，使用自带的 PostgreSQL',
    'postgres://yingshang_app:口令@db:5432/yingshang',
    true,
  ),
  DATABASE_OWNER_URL: define(
    address(['postgres', 'postgresql']),
    '同一个数据库的属主账号，只在升级表结构时使用。',
    '与 DATABASE_URL 相同',
    'postgres://yingshang_owner:口令@db:5432/yingshang',
    true,
  ),
  YINGSHANG_POOL_SIZE: define(wholeNumber(1, 200), '数据库连接池的大小；两个核的机器 6 到 10 最好。', '8', '16'),
  YINGSHANG_PREPARED_STATEMENTS: define(
    onOff,
    '是否使用命名的预备语句；经过事务级连接池（如 pgbouncer）时设为 off。',
    'on',
    'off',
  ),
  PG_BINDIR: define(
    text,
    '自带数据库改用这个目录里的 PostgreSQL 程序。',
    '随 npm 安装的程序',
    '/usr/lib/postgresql/18/bin',
  ),
  YINGSHANG_PG_ACCOUNT: define(
    text,
    '以 root 启动时，自带数据库改用哪个普通账户运行。',
    'postgres，没有就用 nobody',
    'yingshang',
  ),
  YINGSHANG_DATA_KEY: define(
    key,
    '加密身份证号、电话、住址的主密钥；正式运行必须设置，丢了就解不开。',
    '试用方式下自动生成，存在数据目录的 keys 里',
    '用 openssl rand -hex 32 生成的 64 位十六进制数',
    true,
  ),
  YINGSHANG_DATA_KEY_PREVIOUS: define(
    key,
    '更换主密钥时填旧的那一把，旧数据仍能解开。',
    '不设',
    '换下来的 64 位十六进制数',
    true,
  ),
  YINGSHANG_SESSION_HOURS: define(wholeNumber(1, 720), '登录后多少小时没有操作就要重新登录。', '12', '8'),
  YINGSHANG_MAX_UPLOAD_MB: define(wholeNumber(1, 1024), '每个上传文件最大多少兆字节（MB）。', '20', '50'),
  LOG_LEVEL: define(oneOf(logLevels), `日志的详细程度：${logLevels.join('、')}。`, 'info', 'warn'),
  OIDC_ISSUER: define(
    address(['http', 'https']),
    '统一身份认证（OpenID Connect）的签发者地址；与 OIDC_CLIENT_ID 一起设置才启用。',
    '不设，只用平台自己的账号',
    'https://sso.example.gov.cn',
  ),
  OIDC_CLIENT_ID: define(text, '平台在统一身份认证系统里登记的编号。', '不设', 'yingshang'),
  OIDC_CLIENT_SECRET: define(text, '平台在统一身份认证系统里的密钥。', '不设', '由认证系统给出', true),
  OIDC_LABEL: define(text, '登录页上这个登录方式叫什么。', '统一身份认证', '陕西政务服务网账号'),
  YINGSHANG_SMS_TRANSPORT: define(
    oneOf(['log', 'http']),
    '短信和邮件怎么发：log 只写进日志，http 交给消息网关。',
    'log',
    'http',
  ),
  YINGSHANG_SMS_URL: define(
    address(['http', 'https']),
    '消息网关（短信、邮件）的地址，YINGSHANG_SMS_TRANSPORT=http 时必须设置。',
    '不设',
    'https://sms.example.gov.cn/send',
    true,
  ),
  YINGSHANG_UPWARD_URL: define(
    address(['http', 'https']),
    '上级（市级）平台接口的地址，证照等数据报送到那里；不设时只排队，不报送。',
    '不设',
    'https://data.example.gov.cn/exchange',
  ),
  YINGSHANG_UPWARD_KEY: define(
    key,
    '和上级平台约定的签名密钥，64 位十六进制数。',
    '不设',
    'openssl rand -hex 32 生成',
    true,
  ),
  YINGSHANG_METRICS_TOKEN: define(
    z.string().min(16, '至少要 16 个字符'),
    '读取运行指标（/metrics）要带的口令；不设时只有本机能读。',
    '不设',
    '一串至少 16 个字符的随机文字',
    true,
  ),
} as const satisfies Record<string, Setting<z.ZodType>>;

type Raw = { -readonly [Name in keyof typeof table]: z.output<(typeof table)[Name]['schema']> | undefined };

function parseEach(env: Readonly<Record<string, string | undefined>>, problems: string[]): Raw {
  const raw: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting<z.ZodType>>(table)) {
    const value = env[name]?.trim();
    if (value === undefined || value === '') continue;
    const parsed = setting.schema.safeParse(value);
    if (parsed.success) raw[name] = parsed.data;
    else {
      const shown = setting.secret ? '' : `，现在是“${value}”`;
      problems.push(`${name} ${parsed.error.issues[0]?.message ?? '不对'}${shown}。${setting.zh}`);
    }
  }
  return raw as Raw;
}

function combinationProblems(raw: Raw, isGiven: (name: keyof Raw) => boolean, trial: boolean): string[] {
  const problems: string[] = [];
  if (trial && raw.HOST !== undefined && !isLoopback(raw.HOST)) {
    problems.push(
      `HOST 是“${raw.HOST}”，但试用方式有人人能登录的演示账号，只许监听本机（127.0.0.1、::1 或 localhost）。` +
        '要让别的机器访问，请正式运行：设置 DATABASE_URL（或 NODE_ENV=production）和 YINGSHANG_DATA_KEY。',
    );
  }
  if (!trial && !isGiven('YINGSHANG_DATA_KEY')) {
    problems.push('正式运行必须设置 YINGSHANG_DATA_KEY（用 openssl rand -hex 32 生成，并妥善保管）。');
  }
  if (isGiven('YINGSHANG_DATA_KEY_PREVIOUS') && !isGiven('YINGSHANG_DATA_KEY')) {
    problems.push('设置了 YINGSHANG_DATA_KEY_PREVIOUS，就要同时设置新的 YINGSHANG_DATA_KEY。');
  }
  if (isGiven('DATABASE_OWNER_URL') && !isGiven('DATABASE_URL')) {
    problems.push('设置了 DATABASE_OWNER_URL，就要同时设置 DATABASE_URL。');
  }
  if (isGiven('OIDC_ISSUER') !== isGiven('OIDC_CLIENT_ID')) {
    problems.push('OIDC_ISSUER 和 OIDC_CLIENT_ID 要么都设置，要么都不设置。');
  }
  if (raw.YINGSHANG_SMS_TRANSPORT === 'http' && !isGiven('YINGSHANG_SMS_URL')) {
    problems.push('YINGSHANG_SMS_TRANSPORT 设成了 http，还要用 YINGSHANG_SMS_URL 给出短信网关的地址。');
  }
  if (isGiven('YINGSHANG_UPWARD_URL') !== isGiven('YINGSHANG_UPWARD_KEY')) {
    problems.push('YINGSHANG_UPWARD_URL 和 YINGSHANG_UPWARD_KEY 要么都设置，要么都不设置。');
  }
  return problems;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function localUrl(host: string, port: number): string {
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}
