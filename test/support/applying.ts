import { CallError, type Caller } from '../../src/kernel/call.ts';
import * as cases from '../../src/modules/cases/contract.ts';
import { readForm } from '../../src/modules/catalogue/contract.ts';
import { fillIn, type Answers } from '../../src/simulation/answers.ts';
import { pdf } from '../../src/simulation/papers.ts';
import { createIdentity } from '../../src/simulation/people.ts';
import { createRandom } from '../../src/simulation/random.ts';
import type { TestPlatform } from './platform.ts';

export function paper(name = '材料.pdf', content: Uint8Array = pdf(7)): File {
  return new File([new Uint8Array(content)], name, { type: 'application/pdf' });
}

export interface Filed {
  applicationId: string;
  no: string;
  caseId: string;
  cases: { caseId: string; no: string; itemName: string }[];
  answers: Answers;
}

/** Fills in, uploads and files any service of the catalogue. `leaveOut`: materials (tail of their key) that are not uploaded. */
export async function fileService(
  platform: TestPlatform,
  applicant: Caller,
  id: string,
  options: {
    kind?: 'item' | 'bundle';
    answers?: Answers;
    leaveOut?: readonly string[];
    commitments?: string[];
    seed?: number;
  } = {},
): Promise<Filed> {
  const { applicationId, answers } = await draftService(platform, applicant, id, options);
  const filed = await applicant(cases.fileApplication, { applicationId });
  const [first] = filed.cases;
  return { applicationId, no: filed.no, caseId: first?.caseId ?? '', cases: filed.cases, answers };
}

export async function draftService(
  platform: TestPlatform,
  applicant: Caller,
  id: string,
  {
    kind = 'item',
    answers: given = {},
    leaveOut = [],
    commitments = [],
    seed = 1,
  }: Parameters<typeof fileService>[3] & object = {},
): Promise<{ applicationId: string; answers: Answers }> {
  const random = createRandom(seed);
  const form = await platform.call(readForm, { id });
  const advice = new Map([[id, given]]);
  const answers = await fillIn(platform.call, form, {
    random,
    identity: createIdentity(random),
    now: platform.clock.now(),
    advice,
  });
  if (answers === null) throw new Error(`cannot fill in ${id}`);
  const started = await applicant(cases.startApplication, { service: { kind, id } });
  const applicationId = started.id;
  await applicant(cases.saveDraft, { applicationId, revision: started.revision, answers, commitments });
  const { materials } = await applicant(cases.checkApplication, { applicationId });
  for (const material of materials) {
    if (material.need !== 'needed' || leaveOut.some((tail) => material.id.endsWith(tail))) continue;
    await upload(applicant, { applicationId, materialId: material.id });
  }
  return { applicationId, answers };
}

export function upload(applicant: Caller, to: { applicationId: string; materialId: string }, file = paper()) {
  return applicant(cases.uploadDocument, { ...to, document: file } as never);
}

/** What a call was refused with: status and code; `[200, 'none']` when it was not. */
export async function refused(work: Promise<unknown>): Promise<[number, string]> {
  return work.then(
    () => [200, 'none'],
    (error: unknown) => {
      if (error instanceof CallError) return [error.problem.status, error.problem.code];
      throw error;
    },
  );
}
