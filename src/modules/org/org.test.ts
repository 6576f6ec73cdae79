import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, trialPassword, type TestPlatform } from '../../../test/support/platform.ts';
import * as acting from './contract-acting.ts';
import * as contract from './contract.ts';
import { org } from './index.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org] });
});
afterAll(() => platform.stop());

describe('演示账号', () => {
  it('every ready-made account is listed and can sign in', async () => {
    const { accounts, password } = await platform.call(acting.trialAccounts, {});
    expect(password).toBe(trialPassword);
    const names = accounts.map((account) => account.loginName);
    for (const name of ['applicant', 'firm', 'clerk', 'supervisor', 'leader', 'administrator', 'second-administrator', 'auditor', 'officer-approval-bureau', 'officer-town-610329107']) {
      expect(names).toContain(name);
    }
    const { units } = await platform.call(contract.units, {});
    expect(names.filter((name) => name.startsWith('officer-'))).toHaveLength(units.length);
    const firm = await platform.signIn('firm');
    const me = await firm(contract.me, {});
    expect(me).toMatchObject({ account: { kind: 'person' }, trial: true, enterprises: [{ uscc: '91610329MA6X000167' }] });
  });
});
