import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, testStart, type TestPlatform } from '../../../test/support/platform.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import * as acting from './contract-acting.ts';
import * as contract from './contract.ts';
import { createFirstAdministrator, org } from './index.ts';
import { failuresWritten } from './sign-in.ts';
import { codeOf } from './test-refusal.ts';

let platform: TestPlatform;
let administrator: Caller;
beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org] });
  administrator = await platform.signIn('administrator');
});
afterAll(() => platform.stop());

const good = '麦子熟了三千次又一年';
const password2 = '窑洞冬暖夏凉真好啊啊';
const failuresSettle = () => failuresWritten(platform.services);

let made = 0;
async function newOfficer(
  unitId = 'finance',
  roles: { roleId: string; units?: string[] | 'all' }[] = [{ roleId: 'officer' }],
) {
  const loginName = `worker${++made}`;
  const { accountId } = await administrator(contract.createAccount, {
    loginName,
    name: `职员${'甲乙丙丁戊己庚辛壬癸'[made % 10]}`,
    kind: 'staff',
    unitId,
    password: good,
    roles,
  });
  return { loginName, accountId, call: await platform.signIn(loginName, good) };
}

describe('accounts and roles', () => {
  it('a new account must change its password and may do what its roles say', async () => {
    const { loginName, accountId, call } = await newOfficer();
    const me = await call(contract.me, {});
    expect(me).toMatchObject({ mustChangePassword: true, roles: [{ id: 'officer' }] });
    expect(me.permissions).toContainEqual({ permission: 'task.work', units: ['finance'] });
    expect(await codeOf(call(contract.accounts, {}))).toBe('FORBIDDEN');
    const found = await administrator(contract.accounts, { text: loginName });
    expect(found).toMatchObject({
      total: 1,
      accounts: [
        {
          id: accountId,
          unitName: '县财政局',
          signsInBy: ['password'],
          roles: [{ roleId: 'officer', units: ['finance'] }],
        },
      ],
    });
    expect(JSON.stringify(found)).not.toContain('scrypt');
    expect((await administrator(contract.accounts, { text: '100%_' })).total).toBe(0);
  });

  it.each([
    [{ kind: 'staff' as const }, 'ACCOUNT_UNIT_REQUIRED'],
    [{ kind: 'person' as const, unitId: 'finance' }, 'ACCOUNT_UNIT_REQUIRED'],
    [{ kind: 'staff' as const, unitId: 'nowhere' }, 'UNIT_NOT_FOUND'],
    [{ kind: 'staff' as const, unitId: 'finance', roles: [{ roleId: 'king' }] }, 'ROLE_NOT_FOUND'],
    [
      { kind: 'staff' as const, unitId: 'finance', roles: [{ roleId: 'officer', units: ['nowhere'] }] },
      'UNIT_NOT_FOUND',
    ],
    [{ kind: 'person' as const, roles: [{ roleId: 'officer' }] }, 'ROLE_FOR_STAFF_ONLY'],
    [{ kind: 'staff' as const, unitId: 'finance', loginName: 'applicant' }, 'LOGIN_NAME_TAKEN'],
    [{ kind: 'staff' as const, unitId: 'finance', password: 'aaaaaaaaaaaa' }, 'PASSWORD_UNSUITABLE'],
  ])('refuses a faulty account %o with %s', async (over, code) => {
    expect(
      await codeOf(
        administrator(contract.createAccount, { loginName: 'faulty-one', name: '错误', password: good, ...over }),
      ),
    ).toBe(code);
  });

  it('a role taken away is gone on the next request', async () => {
    const { accountId, call } = await newOfficer('tax', [{ roleId: 'officer' }, { roleId: 'unit-leader' }]);
    await administrator(contract.setRoles, { accountId, roles: [{ roleId: 'officer' }], reason: '不再负责' });
    const me = await call(contract.me, {});
    expect(me.permissions.map((one) => one.permission)).not.toContain('case.decide');
    const grants = await platform.services.db.rows(sql`select id from org.role_grant where account_id = ${accountId}`);
    expect(grants).toHaveLength(2);
  });

  it('a disabled account is out at once, and comes back when enabled', async () => {
    const { accountId, loginName, call } = await newOfficer();
    await administrator(contract.disableAccount, { accountId, reason: '调离' });
    expect(await codeOf(call(contract.me, {}))).toBe('NOT_SIGNED_IN');
    expect(await codeOf(platform.call(contract.signIn, { loginName, password: good }))).toBe('SIGN_IN_REFUSED');
    await failuresSettle();
    expect(await codeOf(administrator(contract.setRoles, { accountId, roles: [], reason: '试' }))).toBe(
      'ACCOUNT_DISABLED',
    );
    expect(await codeOf(administrator(contract.resetPassword, { accountId, password: password2, reason: '试' }))).toBe(
      'ACCOUNT_DISABLED',
    );
    await administrator(contract.enableAccount, { accountId, reason: '调回' });
    await platform.signIn(loginName, good);
  });

  it('a password reset lifts the lock and ends the sessions', async () => {
    const { accountId, loginName, call } = await newOfficer();
    for (let i = 0; i < 5; i++) {
      await codeOf(platform.call(contract.signIn, { loginName, password: 'wrong-password' }));
      await failuresSettle();
    }
    expect(await codeOf(platform.call(contract.signIn, { loginName, password: good }))).toBe('SIGN_IN_LOCKED');
    await administrator(contract.resetPassword, { accountId, password: password2, reason: '本人到场' });
    expect(await codeOf(call(contract.me, {}))).toBe('NOT_SIGNED_IN');
    const { mustChangePassword } = await platform.call(contract.signIn, { loginName, password: password2 });
    expect(mustChangePassword).toBe(true);
  });

  it('an administrator of one unit knows only its accounts and gives nothing beyond it', async () => {
    const local = await newOfficer('finance', [{ roleId: 'administrator', units: ['finance'] }]);
    const { accounts } = await local.call(contract.accounts, { size: 200 });
    expect(new Set(accounts.map((account) => account.unitId))).toEqual(new Set(['finance']));
    const other = await newOfficer('tax');
    expect(await codeOf(local.call(contract.setRoles, { accountId: other.accountId, roles: [], reason: '试' }))).toBe(
      'ACCOUNT_NOT_FOUND',
    );
    const mine = await newOfficer('finance');
    expect(
      await codeOf(
        local.call(contract.setRoles, { accountId: mine.accountId, roles: [{ roleId: 'supervisor' }], reason: '试' }),
      ),
    ).toBe('FORBIDDEN');
    expect(
      await codeOf(
        local.call(contract.setRoles, {
          accountId: mine.accountId,
          roles: [{ roleId: 'officer', units: ['tax'] }],
          reason: '试',
        }),
      ),
    ).toBe('FORBIDDEN');
    expect(
      await codeOf(
        local.call(contract.createAccount, {
          loginName: 'outsider',
          name: '外人',
          kind: 'staff',
          unitId: 'tax',
          password: good,
        }),
      ),
    ).toBe('FORBIDDEN');
    await local.call(contract.setRoles, { accountId: mine.accountId, roles: [{ roleId: 'reviewer' }], reason: '调整' });
  });

  it('nobody removes himself, and one administrator always stays', async () => {
    const self = await administrator(contract.me, {});
    expect(await codeOf(administrator(contract.disableAccount, { accountId: self.account.id, reason: '试' }))).toBe(
      'OWN_ACCOUNT',
    );
    expect(
      await codeOf(administrator(contract.setRoles, { accountId: self.account.id, roles: [], reason: '试' })),
    ).toBe('OWN_ACCOUNT');
    const second = await platform.signIn('second-administrator');
    const other = await second(contract.me, {});
    // Both remove each other at the same moment, both known before either acts: exactly one is told no.
    const actorOf = (accountId: string): Actor => ({
      kind: 'staff',
      accountId,
      name: '管理员',
      unitId: 'digital-centre',
      enterpriseIds: [],
      grants: [{ permission: 'org.manage', units: 'all' }],
      sessionId: null,
    });
    const disable = (by: string, accountId: string) =>
      platform
        .invoke(contract.disableAccount, { accountId, reason: '互相停用' }, actorOf(by), {
          requestId: 'race',
          idempotencyKey: `race-of-${accountId}`,
        })
        .then(
          () => 'done',
          (error: { code: string }) => error.code,
        );
    const outcomes = await Promise.all([
      disable(self.account.id, other.account.id),
      disable(other.account.id, self.account.id),
    ]);
    expect(outcomes.sort()).toEqual(['LAST_ADMINISTRATOR', 'done']);
    await platform.services.db.exec(
      sql`update org.account set disabled_at = null where login_name in ('administrator', 'second-administrator')`,
    );
    administrator = await platform.signIn('administrator');
  });

  it('the first administrator is made only where there is none', async () => {
    const make = (password: string) =>
      platform
        .asSystem((tx) => createFirstAdministrator(tx, { loginName: 'Chief', name: '首位', password }))
        .catch((error: { code: string }) => error.code);
    expect(await make(good)).toBe('ADMINISTRATOR_EXISTS');
    await platform.services.db.exec(
      sql`update org.account set disabled_at = now() where login_name in ('administrator', 'second-administrator')`,
    );
    expect(await make('chief')).toBe('PASSWORD_UNSUITABLE');
    expect(await make(good)).toMatchObject({ accountId: expect.any(String) as string });
    expect(await make(good)).toBe('ADMINISTRATOR_EXISTS');
    const chief = await platform.signIn('chief', good);
    expect((await chief(contract.roles, {})).roles.map((role) => role.id)).toContain('auditor');
    await platform.services.db.exec(
      sql`update org.account set disabled_at = null where login_name in ('administrator', 'second-administrator')`,
    );
    administrator = await platform.signIn('administrator');
  });
});

describe('delegation', () => {
  it('lends what I hold to a colleague, for its days only, and can be ended', async () => {
    const lender = await newOfficer('audit', [{ roleId: 'unit-leader' }]);
    const colleague = await newOfficer('audit');
    const { colleagues } = await lender.call(acting.colleagues, {});
    expect(colleagues.map((one) => one.accountId)).toContain(colleague.accountId);
    const base = { toAccountId: colleague.accountId, untilOn: '2026-11-27', reason: '外出培训' };
    expect(await codeOf(lender.call(acting.delegate, { ...base, untilOn: '2027-03-01' }))).toBe('DELEGATION_TERM');
    expect(await codeOf(lender.call(acting.delegate, { ...base, fromOn: '2026-11-20' }))).toBe('DELEGATION_TERM');
    expect(await codeOf(lender.call(acting.delegate, { ...base, roles: ['supervisor'] }))).toBe(
      'DELEGATION_ROLE_NOT_HELD',
    );
    expect(await codeOf(lender.call(acting.delegate, { ...base, toAccountId: lender.accountId }))).toBe(
      'DELEGATE_NOT_COLLEAGUE',
    );
    const stranger = await newOfficer('tax');
    expect(await codeOf(lender.call(acting.delegate, { ...base, toAccountId: stranger.accountId }))).toBe(
      'DELEGATE_NOT_COLLEAGUE',
    );

    const may = async () =>
      (await colleague.call(contract.me, {})).permissions.some((one) => one.permission === 'case.decide');
    expect(await may()).toBe(false);
    const { delegationId } = await lender.call(acting.delegate, { ...base, fromOn: '2026-11-24' });
    expect(await may()).toBe(false);
    expect((await colleague.call(acting.delegations, {})).delegations).toMatchObject([
      { direction: 'received', state: 'coming', roles: [{ name: '单位负责人' }] },
    ]);
    try {
      platform.clock.set('2026-11-24T02:00:00.000Z');
      colleague.call = await platform.signIn(colleague.loginName, good);
      expect(await may()).toBe(true);
      // What was lent cannot be lent on.
      expect(
        await codeOf(
          colleague.call(acting.delegate, { ...base, toAccountId: lender.accountId, roles: ['unit-leader'] }),
        ),
      ).toBe('DELEGATION_ROLE_NOT_HELD');
      // The lender loses it: the borrower loses it too.
      await platform.services.db.exec(
        sql`update org.account set disabled_at = ${testStart} where id = ${lender.accountId}`,
      );
      expect(await may()).toBe(false);
      await platform.services.db.exec(sql`update org.account set disabled_at = null where id = ${lender.accountId}`);
      expect(await may()).toBe(true);
      expect(await codeOf(stranger.call(acting.endDelegation, { delegationId }))).toBe('NOT_SIGNED_IN');
      await colleague.call(acting.endDelegation, { delegationId });
      expect(await may()).toBe(false);
      expect(await codeOf(colleague.call(acting.endDelegation, { delegationId }))).toBe('DELEGATION_NOT_FOUND');
      const second = await platform.signIn(lender.loginName, good);
      await second(acting.delegate, base);
      platform.clock.set('2026-11-27T15:59:00.000Z');
      colleague.call = await platform.signIn(colleague.loginName, good);
      expect(await may()).toBe(true);
      platform.clock.set('2026-11-27T16:00:00.000Z');
      expect(await may()).toBe(false);
    } finally {
      platform.clock.set(testStart);
    }
  });
});
