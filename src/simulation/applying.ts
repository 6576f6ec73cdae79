import { CallError } from '../kernel/call.ts';
import { plusMs } from '../kernel/time.ts';
import * as cases from '../modules/cases/contract.ts';
import { fillIn } from './answers.ts';
import { followCase, type Story } from './case-story.ts';
import { paperFor } from './papers.ts';
import type { Identity } from './people.ts';
import type { Random } from './random.ts';
import type { ListedService, Town } from './town.ts';
import type { Visitor } from './visitors.ts';

/** Who applies: for himself at home, or the clerk at the window for someone who came in. */
export interface Applicant {
  visitor: Visitor;
  identity: Identity;
  atWindow: boolean;
}

/** One application from the first click to its cases; what happens to those is `case-story`. */
export async function apply(town: Town, applicant: Applicant, service: ListedService, random: Random): Promise<void> {
  const { visitor: who, identity, atWindow } = applicant;
  const { tally } = town;
  const form = await town.formOf(service.id);
  const answers = await fillIn(town.passer, form, { random, identity, now: town.now(), advice: town.advice });
  if (answers === null) {
    tally.givenUp += 1;
    return;
  }
  const begun = await who.call(cases.startApplication, {
    service: { kind: service.kind, id: service.id },
    ...(atWindow ? { onBehalfOf: { name: identity.name, phone: identity.phone } } : {}),
  });
  const { id: applicationId } = begun;
  const guide = await town.guideOf(service.id);
  const promising = guide.items.filter((item) => item.commitment !== null && random.chance(0.6)).map((item) => item.id);
  const saved = await who.call(cases.saveDraft, {
    applicationId,
    revision: begun.revision,
    answers,
    commitments: promising,
  });
  const left = random.next();
  if (left < 0.06) {
    tally.drafts += 1;
    if (left < 0.02)
      town.plan(
        plusMs(town.now(), random.whole(1, 9) * 86_400_000),
        async () => void (await who.call(cases.discardDraft, { applicationId })),
      );
    return;
  }
  await handIn(applicant, applicationId, random);
  try {
    await who.call(
      cases.fileApplication,
      { applicationId, revision: saved.revision },
      { idempotencyKey: `file-${applicationId}` },
    );
  } catch (error) {
    // What does not meet the conditions is refused with the reason; the person leaves it there.
    if (!(error instanceof CallError) || error.problem.code !== 'CONDITION_NOT_MET') throw error;
    tally.givenUp += 1;
    return;
  }
  tally.applications += 1;
  const filed = await who.call(cases.myApplication, { applicationId });
  tally.cases += filed.cases.length;
  const stories: Story[] = filed.cases.map((one) => ({
    caseId: one.caseId,
    itemName: one.itemName,
    unitId: one.unitId,
    waitsFor: new Set(one.waitsFor.map((earlier) => earlier.caseId)),
    applicant: who,
    mayRate: !atWindow,
    random: random.fork(one.itemId),
    siblings: [],
    planned: new Set(),
    isSuspended: false,
    isConcluded: false,
    isLate: false,
  }));
  for (const story of stories) {
    story.siblings = stories;
    if (story.waitsFor.size === 0) followCase(town, story);
  }
}

/** Uploads what is asked for; what may follow later is sometimes left for later. */
async function handIn({ visitor: who }: Applicant, applicationId: string, random: Random): Promise<void> {
  const { materials } = await who.call(cases.checkApplication, { applicationId });
  for (const material of materials) {
    if (material.need !== 'needed') continue;
    if (material.owedWithin !== null && random.chance(0.35)) continue;
    await who.call(cases.uploadDocument, {
      applicationId,
      materialId: material.id,
      document: paperFor(material.name, random),
    } as never);
  }
}
