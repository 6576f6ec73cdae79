import type { JSX } from 'preact';
import type { Problem } from '../../kernel/call.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { moveSessionToCookie } from '../../kernel/serve.ts';
import { chineseDateTime } from '../../kernel/time.ts';
import * as acting from '../../modules/org/contract-acting.ts';
import * as org from '../../modules/org/contract.ts';
import { CommandForm, ErrorSummary, Facts, faultOf, LongTextField, TextField } from '../controls.tsx';
import type { FormBody } from '../form-body.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { attempt, isSignedIn, localPath, type Answer, type Visit } from '../visit.ts';

/** Signing in and out, registering, one's own data. */
export function accountPages(site: Site): void {
  site.page('/sign-in', async (visit) =>
    isSignedIn(visit) && visit.query('then') === '' ? goTo(homeOf(visit.actor.kind)) : signInPage(visit, null, ''),
  );
  site.form('/sign-in', takeSignIn);
  site.form('/sign-out', async (visit) => {
    moveSessionToCookie(visit.reply, await visit.invoke(org.signOut, {}), site.platform.services);
    return goTo('/');
  });
  site.ownForm('/me/sign-out-everywhere', async (visit) => {
    moveSessionToCookie(visit.reply, await visit.invoke(org.signOutEverywhere, {}), site.platform.services);
    return goTo('/sign-in');
  });
  site.page('/register', async (visit) => registerPage(visit, null, {}));
  site.form('/register', takeRegistration);
  site.ownPage('/me', (visit) => profilePage(visit, null, null));
  site.ownForm('/me', takeProfile);
  site.ownForm('/me/password', takePassword);
  site.ownForm('/me/enterprises', takeClaim);
}

async function takeSignIn(visit: Visit, form: FormBody): Promise<Answer> {
  const { loginName, password } = form.pick(['loginName', 'password']);
  const result = await attempt(visit, () => visit.invoke(org.signIn, { loginName, password }));
  if (!result.ok) return signInPage(visit, result.problem, loginName, form.text('then'));
  const { account, mustChangePassword } = result.output;
  moveSessionToCookie(visit.reply, result.output, visit.platform.services);
  if (mustChangePassword) return goTo('/me#password');
  return goTo(localPath(form.text('then'), homeOf(account.kind)));
}

function homeOf(kind: string): string {
  return kind === 'staff' ? '/workbench/' : '/my';
}

async function signInPage(
  visit: Visit,
  problem: Problem | null,
  loginName: string,
  then = visit.query('then'),
): Promise<Answer> {
  const trial = await visit.invoke(acting.trialAccounts, {});
  const { oidc } = visit.platform.settings;
  return showPage(
    visit,
    { title: '登录', hasFaults: problem !== null, ...(problem === null ? {} : { status: problem.status }) },
    <>
      <ErrorSummary problem={problem} />
      <h1>登录</h1>
      {visit.query('why') === 'expired' && (
        <p class="note warn">登录已经到时间了，请重新登录。刚才那一页没有保存的内容要再填一次，之前保存过的都还在。</p>
      )}
      <div class={trial.password === null ? undefined : 'split'}>
        <div>
          <CommandForm visit={visit} action="/sign-in">
            <input type="hidden" name="then" value={localPath(then, '')} />
            <TextField
              name="loginName"
              label="用户名"
              value={loginName}
              autocomplete="username"
              width="w20"
              fault={faultOf(problem, 'loginName')}
            />
            <TextField
              name="password"
              label="密码"
              type="password"
              autocomplete="current-password"
              width="w20"
              fault={faultOf(problem, 'password')}
            />
            <div class="row">
              <button>登录</button>
              <a href={then === '' ? '/register' : `/register?${new URLSearchParams({ then }).toString()}`}>
                没有账号，先注册
              </a>
            </div>
          </CommandForm>
          {oidc !== null && (
            <p>
              <a class="button quiet" href="/sign-in/oidc">
                用{oidc.label}登录
              </a>
            </p>
          )}
        </div>
        <p class="hint">忘了密码，可带身份证到政务服务大厅重置。查进度不用登录，有办件编号和手机号后四位就行。</p>
      </div>
      {trial.password !== null && <TrialAccounts visit={visit} trial={trial} password={trial.password} then={then} />}
    </>,
  );
}

type Trial = OutputOf<typeof acting.trialAccounts>;

function TrialAccounts({
  visit,
  trial,
  password,
  then,
}: {
  visit: Visit;
  trial: Trial;
  password: string;
  then: string;
}): JSX.Element {
  const isOfficer = (one: Trial['accounts'][number]) => one.loginName.startsWith('officer-');
  const groups = [
    { title: '来办事的人', accounts: trial.accounts.filter((one) => one.unitName === null), open: true },
    {
      title: '窗口、督办、领导和管理员',
      accounts: trial.accounts.filter((one) => one.unitName !== null && !isOfficer(one)),
      open: true,
    },
    { title: '各单位的承办人员', accounts: trial.accounts.filter(isOfficer), open: false },
  ];
  return (
    <section aria-labelledby="trial">
      <h2 id="trial">演示账号</h2>
      <p>
        点一下就能用这个人的身份登录。密码都是 <code>{password}</code>。
      </p>
      {groups.map((group) => {
        const list = (
          <ul class="cards">
            {group.accounts.map((one) => (
              <li>
                <CommandForm visit={visit} action="/sign-in">
                  <input type="hidden" name="loginName" value={one.loginName} />
                  <input type="hidden" name="password" value={password} />
                  <input type="hidden" name="then" value={one.unitName === null ? localPath(then, '') : ''} />
                  <button class="quiet">{one.unitName === null ? one.name : `${one.unitName} ${one.name}`}</button>
                  <p class="hint">
                    {one.explanation}（<code>{one.loginName}</code>）
                  </p>
                </CommandForm>
              </li>
            ))}
          </ul>
        );
        return group.open ? (
          <>
            <h3>{group.title}</h3>
            {list}
          </>
        ) : (
          <details>
            <summary>
              {group.title}（{group.accounts.length} 个）
            </summary>
            {list}
          </details>
        );
      })}
    </section>
  );
}

const registration = ['name', 'idNumber', 'phone', 'loginName', 'password'] as const;

async function takeRegistration(visit: Visit, form: FormBody): Promise<Answer> {
  const given = form.pick(registration);
  const result = await attempt(visit, () => visit.invoke(org.register, given));
  if (!result.ok) return registerPage(visit, placed(result.problem), given, form.text('then'));
  moveSessionToCookie(visit.reply, result.output, visit.platform.services);
  return goTo(localPath(form.text('then'), '/'));
}

/** Refusals that speak of one answer are shown beside it. */
function placed(problem: Problem): Problem {
  const at: Record<string, string> = {
    LOGIN_NAME_TAKEN: 'loginName',
    PASSWORD_UNSUITABLE: 'password',
    ID_NUMBER_REGISTERED: 'idNumber',
    ID_NUMBER_FIXED: 'idNumber',
    OLD_PASSWORD_WRONG: 'oldPassword',
  };
  const name = at[problem.code];
  return name === undefined || problem.issues.length > 0
    ? problem
    : { ...problem, issues: [{ path: `/${name}`, message: problem.detail }] };
}

function registerPage(
  visit: Visit,
  problem: Problem | null,
  given: Partial<Record<(typeof registration)[number], string>>,
  then = visit.query('then'),
): Answer {
  return showPage(
    visit,
    { title: '注册账号', hasFaults: problem !== null, ...(problem === null ? {} : { status: problem.status }) },
    <>
      <ErrorSummary problem={problem} />
      <h1>注册账号</h1>
      <p>填一次，以后办事这些内容会自动带出来。身份证号和手机号加密保存，只用来办事。</p>
      <CommandForm visit={visit} action="/register">
        <input type="hidden" name="then" value={localPath(then, '')} />
        <TextField
          name="name"
          label="姓名"
          hint="和身份证上一样"
          value={given.name ?? ''}
          autocomplete="name"
          width="w20"
          fault={faultOf(problem, 'name')}
        />
        <TextField
          name="idNumber"
          label="身份证号"
          hint="18 位，最后一位可能是 X"
          value={given.idNumber ?? ''}
          autocomplete="off"
          width="w20"
          fault={faultOf(problem, 'idNumber')}
        />
        <TextField
          name="phone"
          label="手机号"
          hint="办理进度会发到这个号码"
          type="tel"
          value={given.phone ?? ''}
          autocomplete="tel"
          inputmode="tel"
          width="w20"
          fault={faultOf(problem, 'phone')}
        />
        <TextField
          name="loginName"
          label="用户名"
          hint="自己起一个，字母开头，至少 4 位，比如 lijianguo"
          value={given.loginName ?? ''}
          autocomplete="username"
          width="w20"
          fault={faultOf(problem, 'loginName')}
        />
        <TextField
          name="password"
          label="密码"
          hint="至少 10 个字，越长越好，可以用一句只有自己记得住的话"
          type="password"
          autocomplete="new-password"
          width="w20"
          fault={faultOf(problem, 'password')}
        />
        <div class="row">
          <button>注册</button>
          <a href="/sign-in">已有账号，去登录</a>
        </div>
      </CommandForm>
    </>,
  );
}

const profileNames = ['phone', 'address'] as const;

async function takeProfile(visit: Visit, form: FormBody): Promise<Answer> {
  const given = form.pick(profileNames);
  const result = await attempt(visit, () => visit.invoke(org.updateProfile, given));
  return result.ok ? goTo('/me?saved=profile') : profilePage(visit, placed(result.problem), given);
}

async function takePassword(visit: Visit, form: FormBody): Promise<Answer> {
  const given = form.pick(['oldPassword', 'newPassword']);
  const result = await attempt(visit, () => visit.invoke(org.changePassword, given));
  return result.ok ? goTo('/me?saved=password') : profilePage(visit, placedNew(placed(result.problem)), null);
}

async function takeClaim(visit: Visit, form: FormBody): Promise<Answer> {
  const given = form.pick(['uscc', 'enterpriseName', 'proof']);
  const result = await attempt(visit, () => visit.invoke(acting.claimEnterprise, given, form.key()));
  return result.ok ? goTo('/me?saved=claim') : profilePage(visit, result.problem, null, given);
}

function placedNew(problem: Problem): Problem {
  const rename = (path: string) => (path === '/password' ? '/newPassword' : path);
  return { ...problem, issues: problem.issues.map((issue) => ({ ...issue, path: rename(issue.path) })) };
}

const savedWords: ReadonlyMap<string, string> = new Map([
  ['profile', '联系方式已保存。'],
  ['password', '密码已改好，其他设备上的登录已退出。'],
  ['claim', '登记申请已收到，带上证明到窗口核对后就能代表这家企业办事。'],
]);

async function profilePage(
  visit: Visit,
  problem: Problem | null,
  given: Record<(typeof profileNames)[number], string> | null,
  claim: Partial<Record<'uscc' | 'enterpriseName' | 'proof', string>> = {},
): Promise<Answer> {
  const me = await visit.invoke(org.me, {});
  const profile = await visit.invoke(org.myProfile, {});
  const { sessions } = await visit.invoke(org.mySessions, {});
  const verified = { '': '还没有核实', oidc: '统一身份认证已核实', window: '窗口已核实', trial: '演示账号' }[
    profile.verifiedBy
  ];
  const saved = savedWords.get(visit.query('saved'));
  return showPage(
    visit,
    { title: '我的资料', hasFaults: problem !== null, ...(problem === null ? {} : { status: problem.status }) },
    <>
      <ErrorSummary problem={problem} />
      {saved && problem === null && (
        <p class="note" role="status">
          {saved}
        </p>
      )}
      <h1>我的资料</h1>
      {me.mustChangePassword && <p class="note warn">这是别人替您设的密码，请先改成自己的。</p>}
      <Facts
        rows={[
          ['姓名', profile.name],
          ['用户名', me.account.loginName],
          ['身份证号', profile.idNumber],
          ['身份', verified],
          ['代表的企业', me.enterprises.map((one) => `${one.name}（${one.uscc}）`).join('；')],
        ]}
      />
      {me.account.kind === 'person' && (
        <>
          <h2>联系方式</h2>
          <CommandForm visit={visit} action="/me">
            <TextField
              name="phone"
              label="手机号"
              type="tel"
              value={given?.phone ?? profile.phone ?? ''}
              autocomplete="tel"
              inputmode="tel"
              width="w20"
              fault={faultOf(problem, 'phone')}
            />
            <LongTextField
              name="address"
              label="住址"
              optional
              rows={2}
              value={given?.address ?? profile.address ?? ''}
              fault={faultOf(problem, 'address')}
            />
            <button>保存</button>
          </CommandForm>
        </>
      )}
      {me.account.kind === 'person' && (
        <details open={Object.keys(claim).length > 0 ? true : undefined}>
          <summary>替企业办事</summary>
          <p>在这里登记，再带营业执照和身份证（替人办的还要授权委托书）到窗口核对一次，以后就能代表这家企业办事。</p>
          <CommandForm visit={visit} action="/me/enterprises">
            <TextField
              name="uscc"
              label="统一社会信用代码"
              hint="营业执照上的 18 位代码"
              value={claim.uscc ?? ''}
              autocomplete="off"
              width="w20"
              fault={faultOf(problem, 'uscc')}
            />
            <TextField
              name="enterpriseName"
              label="企业名称"
              value={claim.enterpriseName ?? ''}
              autocomplete="organization"
              fault={faultOf(problem, 'enterpriseName')}
            />
            <TextField
              name="proof"
              label="凭什么代表它"
              hint="比如：法定代表人本人、授权委托书"
              value={claim.proof ?? ''}
              autocomplete="off"
              fault={faultOf(problem, 'proof')}
            />
            <button class="quiet">登记</button>
          </CommandForm>
        </details>
      )}
      {me.hasPassword && (
        <>
          <h2 id="password">修改密码</h2>
          <CommandForm visit={visit} action="/me/password">
            <TextField
              name="oldPassword"
              label="现在的密码"
              type="password"
              autocomplete="current-password"
              width="w20"
              fault={faultOf(problem, 'oldPassword')}
            />
            <TextField
              name="newPassword"
              label="新密码"
              type="password"
              autocomplete="new-password"
              width="w20"
              fault={faultOf(problem, 'newPassword')}
            />
            <button class="quiet">改密码</button>
          </CommandForm>
        </>
      )}
      <h2>登录着的设备</h2>
      <ul class="list">
        {sessions.map((session) => (
          <li>
            {deviceName(session.userAgent)} {session.current && <span class="tag blue">就是这台</span>}
            <p class="hint">最近使用：{chineseDateTime(session.lastSeenAt)}</p>
          </li>
        ))}
      </ul>
      <CommandForm visit={visit} action="/me/sign-out-everywhere">
        <button class="danger">在所有设备上退出</button>
      </CommandForm>
    </>,
  );
}

/** Enough to recognise one's own phone; not a browser census. */
function deviceName(userAgent: string): string {
  const system = /iPhone|iPad/.test(userAgent)
    ? '苹果手机或平板'
    : /Android/.test(userAgent)
      ? '安卓手机'
      : /Windows/.test(userAgent)
        ? 'Windows 电脑'
        : /Mac OS/.test(userAgent)
          ? '苹果电脑'
          : /Linux/.test(userAgent)
            ? 'Linux 电脑'
            : '其他设备';
  return /MicroMessenger/.test(userAgent) ? `${system}（微信）` : system;
}
