import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { fileDraft, registerProject } from '../../../test/support/projects.ts';
import type { Caller } from '../../kernel/call.ts';
import { publicAssessments } from '../land/contract.ts';
import * as contract from './contract.ts';

let platform: TestPlatform;
let firm: Caller;
beforeAll(async () => {
  platform = await startTestPlatform();
  firm = await platform.signIn('firm');
});
afterAll(() => platform?.stop());

const inThePark = { point: { longitude: 107.81, latitude: 34.69 } };

async function registered(site: Record<string, unknown> | undefined): Promise<string> {
  const { projectId } = await registerProject(firm);
  if (site !== undefined)
    await firm(contract.changeProjectAnswers, { projectId, revision: 1, answers: {}, site } as never);
  return projectId;
}

async function verdicts(projectId: string) {
  const { assessments } = await firm(contract.myProject, { projectId });
  return Object.fromEntries(assessments.map((one) => [one.kindName, one]));
}

test('inside the assessed area the results spare a project; outside it does its own; without a place nobody can say', async () => {
  const inside = await verdicts(await registered(inThePark));
  expect(inside['水土保持']).toMatchObject({ verdict: 'spared' });
  expect(inside['水土保持']?.documentNo).not.toBeNull();
  const outside = await verdicts(await registered({ point: { longitude: 107.2, latitude: 34.4 } }));
  expect(Object.values(outside).every(({ verdict, documentNo }) => verdict === 'needed' && documentNo === null)).toBe(
    true,
  );
  const nowhere = await verdicts(await registered(undefined));
  expect(nowhere['水土保持']).toMatchObject({ verdict: 'unknown' });
  // A ring that comes closed is the same area as an open one.
  const corner = (longitude: number, latitude: number) => ({ longitude, latitude });
  const ring = [corner(107.81, 34.69), corner(107.8101, 34.69), corner(107.8101, 34.6901)];
  const closed = await verdicts(await registered({ polygon: [...ring, corner(107.81, 34.69)] }));
  expect(closed['水土保持']).toMatchObject({ verdict: 'spared' });
});

test('filing what relies on a result counts the project among those that use it, once; other results stay', async () => {
  const uses = async (kind: string) => {
    const { assessments } = await platform.call(publicAssessments, { kind, size: 50 });
    return assessments.reduce((sum, one) => sum + one.reuses, 0);
  };
  const before = { soil: await uses('soil-conservation'), energy: await uses('energy') };
  const projectId = await registered(inThePark);
  const { application } = await firm(contract.startTrack, { projectId, trackId: 'soil-conservation-approval' });
  expect(await uses('soil-conservation')).toBe(before.soil);
  await fileDraft(platform, firm, application.applicationId);
  await platform.drain();
  expect(await uses('soil-conservation')).toBe(before.soil + 1);
  expect(await uses('energy')).toBe(before.energy);
});
