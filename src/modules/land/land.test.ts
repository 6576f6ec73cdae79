import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused } from '../../../test/support/applying.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import type { Caller } from '../../kernel/call.ts';
import { org } from '../org/index.ts';
import { tasks } from '../tasks/index.ts';
import * as contract from './contract.ts';
import { assessmentsFor, land, recordReuse } from './index.ts';

let platform: TestPlatform;
let resources: Caller;
let park: Caller;

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks, land] });
  resources = await platform.signIn('officer-natural-resources');
  park = await platform.signIn('officer-park-committee');
});
afterAll(() => platform.stop());

describe('x', () => {
  it('loads', async () => {
    const list = await park(contract.listAssessments, { size: 50 });
    console.log(list.total, list.assessments[0]);
    console.log((await park(contract.listPlots, {})).plots);
    console.log((await platform.call(contract.publicRanking, {})).firms);
    console.log((await park(contract.listIdleLand, {})).lands);
    void resources;
    void assessmentsFor;
    void recordReuse;
    void refused;
    void expect;
  });
});
