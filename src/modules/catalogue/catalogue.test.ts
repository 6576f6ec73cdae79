import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { org } from '../org/index.ts';
import { caseNumber, catalogue, listServices, searchServices, serviceFor } from './index.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, catalogue] });
}, 60_000);
afterAll(() => platform.stop());

describe('the county catalogue', () => {
  it('is loaded, in force and listed', async () => {
    const listed = await platform.asSystem((tx) => listServices(tx));
    expect(listed.filter((one) => one.kind === 'item').length).toBeGreaterThanOrEqual(60);
    expect(listed.filter((one) => one.kind === 'bundle').length).toBeGreaterThanOrEqual(10);
    const service = await platform.asSystem((tx) => serviceFor(tx, { kind: 'bundle', id: 'enterprise-opening' }));
    expect(service.items.map((item) => item.definition.id)).toContain('enterprise-registration');
    console.log(await platform.asSystem((tx) => caseNumber(tx, 'enterprise-registration', '2026-11-23')));
    for (const q of ['我想开个小饭馆要办什么证', 'yyzz', 'gongjijin tiqu'])
      console.log(q, (await platform.asSystem((tx) => searchServices(tx, q))).found.slice(0, 5).map((f) => f.name));
  });
});
