import type { Caller } from '../../src/kernel/call.ts';
import {
  listAppraisals,
  openAppraisal,
  publishAppraisal,
  readAppraisal,
  submitAppeal,
} from '../../src/modules/plans/contract-appraisal.ts';
import { readDocument } from '../../src/modules/plans/contract-review.ts';
import * as ledger from '../../src/modules/plans/contract-ledger.ts';
import { paper } from '../support/applying.ts';
import type { TestPlatform } from '../support/platform.ts';

/** A plan under way: reported, sent back, moved, supervised, appraised, so that its pages have something to show. */
export interface PlanSeed {
  /** Led by the approval bureau, with a report that waits for a decision. */
  measure: string;
  /** Moved to a later day, under supervision. */
  movedMeasure: string;
  computedTarget: string;
  reportedTarget: string;
  appraisal: string;
  planYear: number;
  /** Read in and not yet checked; one of its leads is in no directory. */
  planDocument: string;
}

/** A short plan as a county writes it, with a lead that nobody is. */
export function writtenPlan(year: number): string {
  return [
    `麟游县${year}年优化营商环境工作方案`,
    '一、重点任务',
    '1.简化企业开办。企业开办时间压缩至1个工作日以内。（县行政审批局牵头，县市场监管局、县税务局配合）',
    `2.提升办税便利度。全年纳税时间不超过80小时。${year}年9月底前完成。（县税务局牵头，县财政局配合）`,
    '3.规范中介服务。公布中介服务清单。推行网上选取。（县发展规划院牵头，县行政审批局配合）',
  ].join('\n');
}

export async function seedPlan(platform: TestPlatform): Promise<PlanSeed> {
  await platform.drain();
  const bureau = await platform.signIn('officer-approval-bureau');
  const supervisor = await platform.signIn('supervisor');
  const { plan, measures } = await supervisor(ledger.listMeasures, { size: 200 });
  const led = measures.filter((one) => one.leads.some((unit) => unit.id === 'approval-bureau'));
  const [first, second, third] = [found(led[0]), found(led[1]), found(led[2])];

  const evidence = [await uploaded(bureau)];
  const { reportId } = await bureau(ledger.reportProgress, {
    measureId: first.id,
    progress: 80,
    done: '“一网通办”已经上线，开办企业的六个环节合成一次申请。',
    problems: '刻章数据还没有回传。',
    nextSteps: '和公安部门对接印章备案。',
    evidence,
  });
  await supervisor(ledger.decideReport, { reportId, accept: true, reason: '材料齐全' });
  await bureau(ledger.reportProgress, { measureId: first.id, progress: 100, done: '印章备案已经对接。', evidence });
  const view = await bureau(ledger.readMeasure, { measureId: first.id });
  await bureau(ledger.setMilestones, {
    measureId: first.id,
    version: view.version,
    milestones: [
      { name: '系统上线', due: '2026-10-31', doneOn: '2026-10-20' },
      { name: '印章备案对接', due: '2026-12-10', doneOn: null },
    ],
  });
  await supervisor(ledger.moveDeadline, {
    measureId: second.id,
    deadline: '2027-03-31',
    reason: '上级系统推迟上线',
  });
  await supervisor(ledger.superviseMeasure, {
    measureId: second.id,
    unit: 'approval-bureau',
    level: 'supervision',
    reason: '一年没有报送进展，请说明原因。',
  });
  await supervisor(ledger.suspendMeasure, { measureId: third.id, suspended: true, reason: '等上级文件' });

  const note = { kind: 'note', channel: '县政府网站', evidence };
  const { submissionId } = await bureau(ledger.submitForQuota, {
    ...note,
    subject: '开展坐窗口走流程活动',
    occurredOn: '2026-11-10',
  });
  await supervisor(ledger.decideSubmission, { submissionId, accept: true });
  await bureau(ledger.submitForQuota, { ...note, subject: '企业开办专窗延时服务', occurredOn: '2026-11-18' });

  const targets = await Promise.all(
    measures
      .filter((one) => one.targets.length > 0)
      .slice(0, 12)
      .map((one) => supervisor(ledger.readMeasure, { measureId: one.id })),
  );
  const promised = targets.flatMap((one) => one.targets.map((target) => ({ target, leads: one.leads })));
  const computed = found(promised.find(({ target }) => target.how === 'computed'));
  const reported = found(promised.find(({ target, leads }) => target.how === 'reported' && leads.length > 0));
  const lead = await platform.signIn(`officer-${found(reported.leads[0]).id}`);
  await lead(ledger.reportReading, {
    targetId: reported.target.id,
    on: '2026-11-20',
    value: 6.1,
    note: '按统计月报填报',
    evidence: [await uploaded(lead)],
  });

  const written = new File([writtenPlan(plan.year + 1)], '方案.txt');
  const { documentId } = await supervisor(readDocument, { document: written } as never);

  return {
    measure: first.id,
    movedMeasure: second.id,
    computedTarget: computed.target.id,
    reportedTarget: reported.target.id,
    appraisal: await seedAppraisal(supervisor, bureau, String(plan.year)),
    planYear: plan.year,
    planDocument: documentId,
  };
}

async function seedAppraisal(supervisor: Caller, bureau: Caller, period: string): Promise<string> {
  const { appraisals } = await supervisor(listAppraisals, {});
  const known = appraisals.find((one) => one.period === period)?.id;
  const appraisalId = known ?? (await supervisor(openAppraisal, { period })).appraisalId;
  await supervisor(publishAppraisal, { appraisalId, until: '2026-12-15' });
  const { scores } = await supervisor(readAppraisal, { appraisalId });
  const mine = scores.find((score) => score.unit.id === 'approval-bureau');
  const lost = mine?.items.flatMap((item) => item.entries).find((entry) => entry.points < 0);
  if (lost !== undefined) {
    await bureau(submitAppeal, { appraisalId, evidence: lost.evidence, reason: '当月平台停机两天，材料已经补报。' });
  }
  return appraisalId;
}

async function uploaded(caller: Caller) {
  const { document } = await caller(ledger.uploadEvidence, { document: paper('佐证材料.pdf') } as never);
  return document;
}

function found<T>(one: T | undefined): T {
  if (one === undefined) throw new Error('the plan of the trial has nothing of the kind');
  return one;
}
