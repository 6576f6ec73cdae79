import type { Caller } from '../../src/kernel/call.ts';
import * as cases from '../../src/modules/cases/contract.ts';
import { listAssessments, listPlots } from '../../src/modules/land/contract.ts';
import { listTasks, superviseTask } from '../../src/modules/tasks/contract.ts';
import { fileOpening, openingAnswers, signOff } from '../support/opening.ts';
import { testStart, type TestPlatform } from '../support/platform.ts';
import * as ratingContract from '../../src/modules/ratings/contract.ts';

/** A few days in the county, so that every page has something to show. All of it comes about as people bring it about. */
export interface County {
  /** 企业开办: granted and rated, granted, to be corrected, standing still, under way, refused. */
  mixed: string;
  mixedNo: string;
  /** Its case that the applicant must correct. */
  correctingCase: string;
  /** Its case whose clock stands still. */
  pausedCase: string;
  /** Its case that its office is working on. */
  acceptedCase: string;
  /** Filed just now. */
  filed: string;
  filedCase: string;
  /** Filled in, nothing handed in. */
  draft: string;
  /** Of a service that lets one commit instead of proving. */
  commitmentDraft: string;
  taskId: string;
  slipId: string;
  /** Standard plots of the trial: one on offer, one whose standard is not set yet; and a published result. */
  offeredPlot: string;
  unsetPlot: string;
  assessment: string;
  /** Ratings by link: one still open, one just given and bad; the bad one on the desk. */
  openRating: string;
  givenRating: string;
  badRating: string;
}

export async function seedCounty(platform: TestPlatform): Promise<County> {
  const applicant = await platform.signIn('applicant');
  const officer = (unitId: string) => platform.signIn(`officer-${unitId}`);

  platform.clock.set('2026-11-16T01:10:00.000Z');
  const mixed = await fileOpening(applicant);
  await signOff(platform, caseOf(mixed, '企业设立登记'));
  await platform.drain();
  const { cases: under } = await applicant(cases.myApplication, { applicationId: mixed.applicationId });
  const follower = (itemId: string) => {
    const found = under.find((one) => one.itemId === itemId && one.status === 'filed');
    if (found === undefined) throw new Error(`${itemId} did not start after the registration`);
    return found;
  };
  const [first, second] = [follower('seal-engraving'), follower('social-insurance-registration')];
  const [third, fourth] = [follower('invoice-application'), follower('housing-fund-registration')];

  await signOff(platform, first.caseId);
  await applicant(ratingContract.rateCase, { caseId: first.caseId, level: 5, comment: '半天就拿到了，省得跑。' });
  await (
    await officer(second.unitId)
  )(cases.requestCorrection, {
    caseId: second.caseId,
    defects: [{ about: 'material:staff-list', text: '参保人员花名册少了第二页，请重新拍照上传。' }],
  });
  const pausing = await officer(third.unitId);
  await pausing(cases.acceptCase, { caseId: third.caseId });
  await pausing(cases.suspendCase, {
    caseId: third.caseId,
    ground: 'hearing',
    noticeNo: '麟告〔2026〕7号',
    plannedUntil: '2026-12-04',
  });
  await (
    await officer(fourth.unitId)
  )(cases.acceptCase, { caseId: fourth.caseId });

  const late = await fileOpening(applicant);
  platform.clock.set('2026-11-20T02:00:00.000Z');
  await fileOpening(applicant);
  platform.clock.set(testStart);
  const filed = await fileOpening(applicant);
  const draft = await startDraft(applicant, { kind: 'bundle', id: 'enterprise-opening' });
  await applicant(cases.saveDraft, { applicationId: draft, revision: 1, answers: openingAnswers });
  const commitmentDraft = await startDraft(applicant, { kind: 'item', id: 'public-place-hygiene' });
  await platform.drain();

  const supervisor = await platform.signIn('supervisor');
  const { tasks } = await supervisor(listTasks, { light: ['red'] });
  const overdue = tasks.find((task) => task.link.endsWith(caseOf(late, '企业设立登记'))) ?? tasks[0];
  if (overdue === undefined) throw new Error('nothing is overdue');
  const { supervision } = await supervisor(superviseTask, {
    taskId: overdue.id,
    level: 'supervision',
    reason: '已经超期，请说明原因和办结时间。',
  });
  await platform.drain();
  const clerk = await platform.signIn('clerk');
  const atWindow = () =>
    clerk(ratingContract.openVisit, {
      itemId: 'food-business-licence',
      windowName: '综合窗口 3 号',
      phone: '13991700001',
    });
  const [openRating, badRating] = [await atWindow(), await atWindow()];
  const code = badRating.code;
  await platform.call(ratingContract.rateByLink, { code, level: 1 });
  const praised = await atWindow();
  await platform.call(ratingContract.rateByLink, { code: praised.code, level: 5, words: '讲得清楚，一次就办好。' });
  const words = '讲得清楚，一次就办好。';
  await supervisor(ratingContract.publishRating, { ratingId: praised.ratingId, words, reply: '谢谢您。' });
  const park = await officer('park-committee');
  const { plots } = await park(listPlots, {});
  const { assessments } = await park(listAssessments, { state: ['published'] });
  return {
    mixed: mixed.applicationId,
    mixedNo: mixed.no,
    correctingCase: second.caseId,
    pausedCase: third.caseId,
    acceptedCase: fourth.caseId,
    filed: filed.applicationId,
    filedCase: caseOf(filed, '企业设立登记'),
    draft,
    commitmentDraft,
    taskId: overdue.id,
    slipId: supervision.id,
    offeredPlot: plots.find(({ onOffer }) => onOffer)?.id ?? '',
    unsetPlot: plots.find(({ state }) => state === 'standard-set')?.id ?? '',
    assessment: assessments[0]?.id ?? '',
    openRating: openRating.code,
    givenRating: code,
    badRating: badRating.ratingId,
  };
}

async function startDraft(applicant: Caller, service: { kind: 'item' | 'bundle'; id: string }): Promise<string> {
  return (await applicant(cases.startApplication, { service })).id;
}

function caseOf(filed: Awaited<ReturnType<typeof fileOpening>>, itemName: string): string {
  const found = filed.cases.find((one) => one.itemName === itemName);
  if (found === undefined) throw new Error(`no ${itemName} among ${filed.cases.map((one) => one.itemName).join('、')}`);
  return found.caseId;
}
