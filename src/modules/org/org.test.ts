import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  callerFor,
  startTestPlatform,
  testStart,
  trialPassword,
  type TestPlatform,
} from '../../../test/support/platform.ts';
import { sql } from '../../kernel/db.ts';
import { plusMs } from '../../kernel/time.ts';
import * as acting from './contract-acting.ts';
import * as contract from './contract.ts';
import { org, profileOf, unitDirectory } from './index.ts';
import { load } from './load.ts';
import { failuresWritten } from './sign-in.ts';
import { codeOf, refusal } from './test-refusal.ts';
import { loadTrialAccounts, trialAccountsOf } from './trial.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org] });
});
afterAll(() => platform.stop());

const day = 86_400_000;
const good = '麦子熟了三千次又一年';
const password2 = '窑洞冬暖夏凉真好啊啊';
const failuresSettle = () => failuresWritten(platform.services);

describe('trial accounts', () => {
  it('are listed with their password and cover every unit', async () => {
    const { accounts, password } = await platform.call(acting.trialAccounts, {});
    expect(password).toBe(trialPassword);
    const names = accounts.map((account) => account.loginName);
    expect(names.slice(0, 11)).toEqual([
      'applicant',
      'firm',
      'clerk',
      'supervisor',
      'second-supervisor',
      'hotline-operator',
      'hotline-dispatcher',
      'leader',
      'administrator',
      'second-administrator',
      'auditor',
    ]);
    const { units } = await platform.call(contract.units, {});
    expect(names.slice(11).sort()).toEqual(units.map((unit) => `officer-${unit.id}`).sort());
  });

  it('sign in and say what they may do', async () => {
    const me = await (await platform.signInAnew('officer-approval-bureau'))(contract.me, {});
    expect(me).toMatchObject({
      account: { kind: 'staff', unitId: 'approval-bureau', unitName: '县行政审批局' },
      trial: true,
    });
    expect(me.permissions).toContainEqual({ permission: 'case.decide', units: ['approval-bureau'] });
    expect(me.displayName).toMatch(/（县行政审批局 .+）$/);
    expect(me.csrfToken).toMatch(/^[\w-]{43}$/);
    const supervisor = await (await platform.signInAnew('supervisor'))(contract.me, {});
    expect(supervisor.permissions).toContainEqual({ permission: 'task.read', units: 'all' });
    const firm = await (await platform.signInAnew('firm'))(contract.me, {});
    expect(firm).toMatchObject({
      permissions: [],
      identityVerified: true,
      enterprises: [{ uscc: '91610329MA6X000167' }],
    });
  });

  it('are made once, and loading again changes nothing', async () => {
    const count = () => platform.services.db.one<{ n: string }>(sql`select count(*) as n from org.account`);
    const before = await count();
    await platform.asSystem(async (tx) => {
      await load(tx);
      await loadTrialAccounts(tx);
    });
    expect(await count()).toEqual(before);
  });

  it('do not exist outside a trial', async () => {
    const list = await platform.asSystem((tx) =>
      trialAccountsOf({ ...tx, services: { ...tx.services, trial: false } }),
    );
    expect(list).toEqual({ password: null, accounts: [] });
  });
});

describe('sessions', () => {
  it('the token is only in an HttpOnly cookie, and only its hash is stored', async () => {
    const answer = await platform.http.inject({
      method: 'POST',
      url: '/api/sign-in',
      payload: { loginName: ' Applicant ', password: trialPassword },
    });
    expect(answer.statusCode).toBe(200);
    const cookie = answer.cookies.find((one) => one.name === 'ys_session');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    expect(answer.body).not.toContain(cookie?.value);
    expect(answer.json()).not.toHaveProperty('setSession');
    const kept = await platform.services.db.rows(sql`select * from org.session`);
    expect(JSON.stringify(kept)).not.toContain(cookie?.value);
    const idempotency = await platform.services.db.rows(sql`select * from kernel.idempotency`);
    expect(JSON.stringify(idempotency)).not.toContain(cookie?.value);
  });

  it('signing out ends this session; everywhere ends them all, at once', async () => {
    const [one, two, three] = [
      await platform.signInAnew('leader'),
      await platform.signInAnew('leader'),
      await platform.signInAnew('leader'),
    ];
    const { sessions } = await one(contract.mySessions, {});
    expect(sessions).toHaveLength(3);
    expect(sessions.filter((session) => session.current)).toHaveLength(1);
    await one(contract.signOut, {});
    expect(await codeOf(one(contract.me, {}))).toBe('NOT_SIGNED_IN');
    await two(contract.me, {});
    expect(await two(contract.signOutEverywhere, {})).toMatchObject({ ended: 2 });
    expect(await codeOf(three(contract.me, {}))).toBe('NOT_SIGNED_IN');
  });

  it('a session unused for twelve hours is over, a used one goes on, none lives a week', async () => {
    const idle = await platform.signInAnew('auditor');
    const busy = await platform.signInAnew('auditor');
    try {
      for (let hours = 8; hours < 7 * 24; hours += 8) {
        platform.clock.set(plusMs(testStart, hours * 3_600_000));
        await busy(contract.me, {});
        if (hours === 16) expect(await codeOf(idle(contract.me, {}))).toBe('NOT_SIGNED_IN');
      }
      platform.clock.set(plusMs(testStart, 7 * day + 1));
      expect(await codeOf(busy(contract.me, {}))).toBe('NOT_SIGNED_IN');
    } finally {
      platform.clock.set(testStart);
    }
  });

  it('a made-up token is nobody', async () => {
    expect(await codeOf(callerFor(platform, `ys_session=${'A'.repeat(43)}`)(contract.me, {}))).toBe('NOT_SIGNED_IN');
    expect(await codeOf(callerFor(platform, "ys_session=' or 1=1")(contract.me, {}))).toBe('NOT_SIGNED_IN');
  });
});

describe('lock-out', () => {
  const guess = (loginName: string, password = 'wrong-password', remoteAddress?: string) =>
    platform.http.inject({
      method: 'POST',
      url: '/api/sign-in',
      payload: { loginName, password },
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
    });

  it.each(['officer-water', 'nobody-of-this-name'])(
    '%s: five failures lock, and the answer never tells whether the account exists',
    async (name) => {
      for (let i = 0; i < 5; i++) {
        const answer = await guess(name);
        expect([answer.statusCode, answer.json<{ code?: string }>().code]).toEqual([401, 'SIGN_IN_REFUSED']);
        await failuresSettle();
      }
      expect((await guess(name, trialPassword)).json()).toMatchObject({
        code: 'SIGN_IN_LOCKED',
        detail: expect.stringContaining('1 分钟') as string,
      });
    },
  );

  it('opens again after its minute; the next failure locks twice as long; success forgets', async () => {
    try {
      platform.clock.set(plusMs(testStart, 60_001));
      expect((await guess('officer-water')).statusCode).toBe(401);
      await failuresSettle();
      platform.clock.set(plusMs(testStart, 120_002));
      expect((await guess('officer-water', trialPassword)).json<{ code?: string }>().code).toBe('SIGN_IN_LOCKED');
      platform.clock.set(plusMs(testStart, 200_000));
      expect((await guess('officer-water', trialPassword)).statusCode).toBe(200);
      expect((await guess('officer-water')).statusCode).toBe(401);
      await failuresSettle();
      expect((await guess('officer-water', trialPassword)).statusCode).toBe(200);
    } finally {
      platform.clock.set(testStart);
    }
  });

  it('fifty guesses at once get no more than five answers', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => guess('officer-tax')));
    const codes = answers.map((answer) => answer.json<{ code?: string }>().code);
    expect(codes.filter((code) => code === 'SIGN_IN_REFUSED').length).toBeLessThanOrEqual(5);
    expect(codes.filter((code) => code === 'SIGN_IN_REFUSED').length).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set(['SIGN_IN_REFUSED', 'SIGN_IN_LOCKED']));
  });

  it('an address that tries many names is locked, others are not', async () => {
    for (let i = 0; i < 30; i += 3) {
      await Promise.all([0, 1, 2].map((more) => guess(`stranger-${i + more}`, 'wrong-password', '10.9.8.7')));
      await failuresSettle();
    }
    await failuresSettle();
    expect((await guess('auditor', trialPassword, '10.9.8.7')).json<{ code?: string }>().code).toBe('SIGN_IN_LOCKED');
    expect((await guess('auditor', trialPassword, '10.9.8.6')).statusCode).toBe(200);
    const kept = JSON.stringify(await platform.services.db.rows(sql`select * from org.sign_in_attempt`));
    expect(kept).not.toContain('10.9.8.7');
    expect(kept).not.toContain('stranger');
  });
});

describe('registration and profile', () => {
  const person = {
    name: '李㛃',
    idNumber: '11010519491231002x',
    phone: '138 9170 0000',
    loginName: 'LiJie',
    password: good,
  };

  it('checks every field at once and tells each', async () => {
    const problem = await refusal(
      platform.call(contract.register, { ...person, idNumber: '110105194912310021', phone: '0917-7961234' }),
    );
    expect(problem).toMatchObject({ code: 'PERSONAL_DATA_INVALID', status: 400 });
    expect(problem.issues.map((issue) => issue.path)).toEqual(['/idNumber', '/phone']);
    expect(await codeOf(platform.call(contract.register, { ...person, name: '<b>' }))).toBe('INVALID_INPUT');
    expect(await codeOf(platform.call(contract.register, { ...person, loginName: '1ab' }))).toBe('INVALID_INPUT');
    expect(await codeOf(platform.call(contract.register, { ...person, password: '12345678901' }))).toBe(
      'PASSWORD_UNSUITABLE',
    );
  });

  it('makes an account that can sign in, seals the data, and the same form again is the same account', async () => {
    const { account } = await platform.call(contract.register, person);
    expect(account).toMatchObject({ loginName: 'lijie', name: '李㛃', kind: 'person', unitId: null });
    const again = await platform.call(contract.register, person);
    expect(again.account.id).toBe(account.id);
    const rows = JSON.stringify(await platform.services.db.rows(sql`select * from org.person`));
    expect(rows).not.toContain('110105194912');
    expect(rows).not.toContain('13891700000');
    expect(JSON.stringify(await platform.services.db.rows(sql`select * from kernel.journal`))).not.toContain(
      '110105194912',
    );

    const me = await platform.signInAnew('lijie', good);
    expect(await me(contract.myProfile, {})).toEqual({
      name: '李㛃',
      idNumber: '11010519491231002X',
      phone: '13891700000',
      address: null,
      verifiedBy: '',
    });
    const reading = await platform.services.db.rows(
      sql`select * from kernel.journal where kind = 'read' and subject = ${`account:${account.id}`}`,
    );
    expect(reading).toHaveLength(1);
  });

  it('a login name and an identity number belong to one person', async () => {
    expect(await codeOf(platform.call(contract.register, { ...person, password: password2 }))).toBe('LOGIN_NAME_TAKEN');
    expect(await codeOf(platform.call(contract.register, { ...person, loginName: 'lijie2' }))).toBe(
      'ID_NUMBER_REGISTERED',
    );
    expect(await codeOf(platform.call(contract.register, { ...person, loginName: 'applicant' }))).toBe(
      'LOGIN_NAME_TAKEN',
    );
  });

  it('a person changes what is not proven; a proven number stays', async () => {
    const me = await platform.signInAnew('lijie', good);
    await me(contract.updateProfile, { address: '两亭镇 街道 5 号', phone: '13891700009' });
    expect(await me(contract.myProfile, {})).toMatchObject({
      phone: '13891700009',
      address: '两亭镇 街道 5 号',
      idNumber: '11010519491231002X',
    });
    const proven = await platform.signInAnew('applicant');
    expect(await codeOf(proven(contract.updateProfile, { idNumber: '11010519491231002X' }))).toBe('ID_NUMBER_FIXED');
    expect(await codeOf(proven(contract.updateProfile, { name: '别人' }))).toBe('ID_NUMBER_FIXED');
    expect(await codeOf(me(contract.updateProfile, { idNumber: '610329198506120026' }))).toBe('ID_NUMBER_REGISTERED');
  });

  it('a new password throws the other sessions out and keeps this one', async () => {
    const [here, there] = [await platform.signInAnew('lijie', good), await platform.signInAnew('lijie', good)];
    expect(await codeOf(here(contract.changePassword, { oldPassword: 'not-this-one', newPassword: password2 }))).toBe(
      'OLD_PASSWORD_WRONG',
    );
    await failuresSettle();
    await here(contract.changePassword, { oldPassword: good, newPassword: password2 });
    await here(contract.me, {});
    expect(await codeOf(there(contract.me, {}))).toBe('NOT_SIGNED_IN');
    await platform.signInAnew('lijie', password2);
  });

  it('the window confirms who somebody is from the card, in both name and number', async () => {
    const clerk = await platform.signInAnew('clerk');
    expect(await codeOf(clerk(acting.verifyIdentity, { idNumber: person.idNumber, name: '李洁' }))).toBe(
      'ACCOUNT_NOT_FOUND',
    );
    expect(await codeOf(clerk(acting.verifyIdentity, { idNumber: '610329199003070017', name: '李㛃' }))).toBe(
      'ACCOUNT_NOT_FOUND',
    );
    expect(await codeOf(clerk(acting.verifyIdentity, { idNumber: '1', name: '李㛃' }))).toBe('PERSONAL_DATA_INVALID');
    await clerk(acting.verifyIdentity, { idNumber: person.idNumber, name: '李㛃' });
    const me = await platform.signInAnew('lijie', password2);
    expect((await me(contract.me, {})).identityVerified).toBe(true);
    expect(await codeOf(me(contract.updateProfile, { name: '李洁' }))).toBe('ID_NUMBER_FIXED');
  });

  it('an enterprise is represented after the window has seen the proof', async () => {
    const me = await platform.signInAnew('lijie', password2);
    const claim = { uscc: '92610329ma6xabcd5e', enterpriseName: '麟游县李家面馆', proof: '经营者本人' };
    expect(await codeOf(me(acting.claimEnterprise, { ...claim, uscc: '123' }))).toBe('PERSONAL_DATA_INVALID');
    const { representationId } = await me(acting.claimEnterprise, claim);
    expect(await codeOf(me(acting.claimEnterprise, claim))).toBe('REPRESENTATION_EXISTS');
    expect((await me(contract.me, {})).enterprises).toEqual([]);
    expect(await codeOf(me(acting.confirmRepresentation, { representationId }))).toBe('FORBIDDEN');
    const clerk = await platform.signInAnew('clerk');
    const waiting = await clerk(acting.representations, {});
    expect(waiting.representations).toMatchObject([
      { id: representationId, uscc: '92610329MA6XABCD5E', accountName: '李㛃' },
    ]);
    await clerk(acting.confirmRepresentation, { representationId });
    expect((await me(contract.me, {})).enterprises).toEqual([{ uscc: '92610329MA6XABCD5E', name: '麟游县李家面馆' }]);
    await me(acting.endRepresentation, { representationId });
    expect((await me(contract.me, {})).enterprises).toEqual([]);
    expect(await codeOf(clerk(acting.confirmRepresentation, { representationId }))).toBe('REPRESENTATION_NOT_FOUND');
  });
});

describe('directory', () => {
  it('lists units by kind and text, and tells one with its posts', async () => {
    expect((await platform.call(contract.units, { kind: ['town'] })).units.map((unit) => unit.name)).toHaveLength(7);
    expect((await platform.call(contract.units, { text: '人防办' })).units.map((unit) => unit.id)).toEqual([
      'housing-construction',
    ]);
    const unit = await platform.call(contract.unitById, { unitId: 'approval-bureau' });
    expect(unit.hungNames).toContain('县政务服务中心');
    expect(unit.posts.length).toBeGreaterThan(3);
    expect(await codeOf(platform.call(contract.unitById, { unitId: 'nowhere' }))).toBe('UNIT_NOT_FOUND');
  });

  it('resolves names, counts members, and sees a change made by another process', async () => {
    const read = () => platform.asSystem((tx) => unitDirectory(tx));
    const first = await read();
    expect(await read()).toBe(first);
    expect(first.resolveName('县住建局（县人防办）')).toEqual({ kind: 'unit', id: 'housing-construction' });
    const towns = first.resolveName('各镇');
    expect(towns?.kind).toBe('collective');
    expect(first.membersOf(towns?.id ?? '')).toHaveLength(7);
    expect(first.nameOf('court')).toBe('县法院');
    expect(first.nameOf('nowhere')).toBe('nowhere');
    await platform.services.db.exec(sql`update org.unit set name = '县财政大局' where id = 'finance'`);
    await platform.services.db.exec(sql`update org.county set digest = 'changed'`);
    expect((await read()).nameOf('finance')).toBe('县财政大局');
  });

  it('opens a profile only with a note in the journal', async () => {
    const { id } = await platform.services.db.one<{ id: string }>(
      sql`select id from org.account where login_name = 'applicant'`,
    );
    expect(await platform.asSystem((tx) => profileOf(tx, id))).toMatchObject({
      name: '张秀兰',
      idNumber: '610329198506120026',
      verifiedBy: 'trial',
    });
    const notes = await platform.services.db.rows(
      sql`select * from kernel.journal where subject = ${`account:${id}`} and reason = '查看个人资料'`,
    );
    expect(notes).toHaveLength(1);
    await expect(
      platform.asSystem((tx) => profileOf(tx, '00000000-0000-4000-8000-000000000000')),
    ).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
  });
});
