import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSheet } from 'read-excel-file/node';
import writeXlsxFile from 'write-excel-file/node';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { CallError, type Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import { instantAt } from '../../kernel/time.ts';
import * as contract from './contract.ts';
import { textOfFile } from './reader/file.ts';

let platform: TestPlatform;
let lead: Caller;
let supervisor: Caller;
let second: Caller;
let planId: string;
const spring = instantAt('2022-06-06', '09:00');

beforeAll(async () => {
  platform = await startTestPlatform({ now: spring });
  lead = await platform.signIn('officer-approval-bureau');
  supervisor = await platform.signIn('supervisor');
  // One supervisor reads a document in, another enters it: a second one, with the same role.
  await platform.asSystem((tx) =>
    tx.exec(sql`insert into org.role_grant (region, id, account_id, role_id, units, from_on, reason, created_at)
      select region, gen_random_uuid(), id, 'supervisor', null, '2000-01-01', '测试', ${spring} from org.account where login_name = 'officer-reform-office'`),
  );
  second = await platform.signIn('officer-reform-office');
  const { plans } = await supervisor(contract.listPlans, {});
  planId = plans.find((plan) => plan.year === 2022)?.id ?? '';
});
afterAll(() => platform.stop());

async function refused(work: Promise<unknown>): Promise<[number, string]> {
  return work.then(
    () => [200, 'none'],
    (error: unknown) => {
      if (error instanceof CallError) return [error.problem.status, error.problem.code];
      throw error;
    },
  );
}

const measures = async () =>
  (await supervisor(contract.listMeasures, { planId, kind: ['measure'], size: 200 })).measures;

const notice = `麟游县2027年优化营商环境工作方案

一、重点任务
1.简化企业开办。企业开办时间压缩至1个工作日以内。（县行政审批局牵头，县市场监管局、县税务局配合）
2.提升办税便利度。全年纳税时间不超过80小时。2027年9月底前完成。（县税务局牵头，县财政局配合）
3.规范中介服务。公布中介服务清单。推行网上选取。（县发展规划院牵头，县行政审批局配合）
`;

describe('读入方案', () => {
  it('读、改、确认，由另外的人入台账；目录里没有的牵头确认不了；两个版本比得出差别', async () => {
    const read = await supervisor(contract.readDocument, { document: new File([notice], '方案.txt') } as never);
    expect(read.rows).toBe(3);
    const { documentId } = read;
    const open = () => supervisor(contract.reviewDocument, { documentId });
    const before = await open();
    expect(before.rows.map((row) => row.no)).toEqual(['1', '2', '3']);
    for (const row of before.rows) {
      const { span, value } = row.title;
      expect(span === null ? '' : before.text.slice(span.start, span.end)).toBe(value);
    }
    const third = before.rows[2];
    const ids = before.rows.map((row) => row.id);
    if (third === undefined) throw new Error('no third row');
    expect(third.leads).toMatchObject([{ name: '县发展规划院', unit: null }]);
    const decided = await supervisor(contract.decideRows, { documentId, rowIds: ids, state: 'confirmed' });
    expect(decided).toMatchObject({ changed: 2, refused: [{ rowId: third.id }] });
    const period = { documentId, year: 2027, startsOn: '2027-01-01', endsOn: '2027-12-31' };
    expect(await refused(supervisor(contract.enterLedger, period))).toEqual([409, 'DECIDER_IS_DOER']);
    expect(await refused(second(contract.enterLedger, period))).toEqual([409, 'ROWS_UNDECIDED']);
    const edit = {
      rowId: third.id,
      version: third.version,
      no: '3',
      title: '规范中介服务',
      area: null,
      leads: ['县发改局'],
      supporters: ['县行政审批局'],
      collectives: [],
      deadline: null,
      targets: [],
    };
    const both = await Promise.all([
      refused(supervisor(contract.editRow, edit)),
      refused(second(contract.editRow, edit)),
    ]);
    expect(both.map(([status]) => status).sort()).toEqual([200, 409]);
    const { text } = before;
    const at = text.indexOf('推行网上选取');
    const changed = (await open()).rows[2];
    expect(
      await refused(supervisor(contract.splitRow, { rowId: third.id, version: changed?.version ?? 0, at: 0 })),
    ).toEqual([400, 'SPLIT_OUTSIDE']);
    const split = await supervisor(contract.splitRow, { rowId: third.id, version: changed?.version ?? 0, at });
    expect(split.rows.map((row) => row.no)).toEqual(['3', '3-2']);
    expect(split.rows[1]?.text.value).toContain('推行网上选取');
    const [kept, other] = split.rows;
    expect(
      await refused(
        supervisor(contract.mergeRows, {
          rowId: ids[0] ?? '',
          version: before.rows[0]?.version ?? 0,
          otherId: other?.id ?? '',
        }),
      ),
    ).toEqual([409, 'ROW_CHANGED']);
    await supervisor(contract.mergeRows, { rowId: third.id, version: kept?.version ?? 0, otherId: other?.id ?? '' });
    await supervisor(contract.decideRows, { documentId, rowIds: ids, state: 'confirmed' });
    expect(await refused(second(contract.enterLedger, { ...period, endsOn: '2026-12-31' }))).toEqual([
      400,
      'PERIOD_BACKWARDS',
    ]);
    const entered = await second(contract.enterLedger, period);
    expect(entered).toMatchObject({ version: 1, measures: 3 });
    expect(await refused(second(contract.enterLedger, period))).toEqual([409, 'DOCUMENT_ENTERED']);
    const ledger = await supervisor(contract.listMeasures, { planId: entered.planId, size: 200 });
    expect(ledger.measures.map((one) => [one.no, one.leads[0]?.id, one.deadline])).toEqual([
      ['1', 'approval-bureau', '2027-12-31'],
      ['2', 'tax', '2027-09-30'],
      ['3', 'development-reform', '2027-12-31'],
    ]);
    expect(ledger.measures[1]?.targets).toMatchObject([{ how: 'reported' }]);

    // A year's work before the plan is issued anew: reported, counted, moved, supervised, written off, a figure handed in.
    platform.clock.set(instantAt('2027-05-10', '09:00'));
    const [boss, checker, bureau, revenue] = [
      await platform.signIn('supervisor'),
      await platform.signIn('officer-reform-office'),
      await platform.signIn('officer-approval-bureau'),
      await platform.signIn('officer-tax'),
    ];
    const [opening, tax] = ledger.measures;
    if (opening === undefined || tax === undefined) throw new Error('no measures');
    const proof = async (caller: Caller) => [
      (
        await caller(contract.uploadEvidence, {
          document: new File([`佐证 ${Math.random()}`], '证明.txt', { type: 'text/plain' }),
        } as never)
      ).document,
    ];
    const reported = await bureau(contract.reportProgress, {
      measureId: opening.id,
      progress: 40,
      done: '流程已经合并',
      evidence: await proof(bureau),
    });
    await boss(contract.decideReport, { reportId: reported.reportId, accept: true });
    await boss(contract.moveDeadline, { measureId: opening.id, deadline: '2028-03-31', reason: '上级系统推迟' });
    const slip = await boss(contract.superviseMeasure, {
      measureId: opening.id,
      unit: 'approval-bureau',
      level: 'supervision',
      reason: '进度偏慢',
    });
    const taxed = await revenue(contract.reportProgress, {
      measureId: tax.id,
      progress: 100,
      done: '完成',
      evidence: await proof(revenue),
    });
    await boss(contract.decideReport, { reportId: taxed.reportId, accept: true });
    await revenue(contract.askWriteOff, { measureId: tax.id, reason: '完成', evidence: await proof(revenue) });
    await checker(contract.decideWriteOff, { measureId: tax.id, accept: true });
    const opened = (await boss(contract.readMeasure, { measureId: opening.id })).targets[0];
    const { readingId } = await bureau(contract.reportReading, {
      targetId: opened?.id ?? '',
      on: '2027-05-01',
      value: 0.8,
      evidence: await proof(bureau),
    });
    await boss(contract.decideReading, { readingId, accept: true });
    await bureau(contract.submitForQuota, { kind: 'note', subject: '开办提速', occurredOn: '2027-05-06' });
    platform.clock.set(spring);

    const reread = await supervisor(contract.readDocument, {
      document: new File(
        [notice.replace('80小时', '60小时').replace('县税务局牵头，县财政局', '县财政局牵头，县税务局')],
        '修订.txt',
      ),
    } as never);
    const rows = (await supervisor(contract.reviewDocument, { documentId: reread.documentId })).rows;
    await supervisor(contract.decideRows, {
      documentId: reread.documentId,
      rowIds: rows.slice(0, 2).map((row) => row.id),
      state: 'confirmed',
    });
    await supervisor(contract.decideRows, {
      documentId: reread.documentId,
      rowIds: rows.slice(2).map((row) => row.id),
      state: 'dropped',
    });
    const next = await second(contract.enterLedger, { ...period, documentId: reread.documentId });
    expect(next.version).toBe(2);
    const again = await supervisor(contract.listMeasures, { planId: next.planId, size: 200 });
    const [goesOn, changed2] = await Promise.all(
      again.measures.map((one) => supervisor(contract.readMeasure, { measureId: one.id })),
    );
    expect(goesOn).toMatchObject({
      progress: 40,
      originalDeadline: '2027-12-31',
      deadline: '2028-03-31',
      supervisions: [{ number: slip.number, level: '督办', state: 'issued', unit: { id: 'approval-bureau' } }],
      reports: [{ progress: 40, state: 'accepted' }],
    });
    const figures = await supervisor(contract.targetHistory, { targetId: goesOn?.targets[0]?.id ?? '' });
    expect(figures.readings).toMatchObject([{ value: 0.8, how: 'reported', state: 'accepted', on: '2027-05-01' }]);
    expect(goesOn?.supervisions[0]?.link).toMatch(/^\/workbench\/supervision\/[0-9a-f-]{36}$/);
    expect(goesOn?.events.map((one) => one.type)).toContain('continued');
    // The target is another one now: what was done stays done, but not what was signed off.
    expect(changed2).toMatchObject({ progress: 100, writtenOffOn: null });
    expect(changed2?.events[0]?.words).toContain('新版方案改了目标');
    expect((await supervisor(contract.listSubmissions, { planId: next.planId })).total).toBe(1);
    const old = await supervisor(contract.readMeasure, { measureId: opening.id });
    expect(old).toMatchObject({ superseded: true, continuedIn: { measureId: goesOn?.id, version: 2 }, actions: [] });
    expect(await refused(lead(contract.reportProgress, { measureId: opening.id, progress: 50, done: '做了' }))).toEqual(
      [409, 'PLAN_SUPERSEDED'],
    );
    const found = await supervisor(contract.planDifferences, { from: entered.planId, to: next.planId });
    expect(found.added).toEqual([]);
    expect(found.removed).toEqual([{ no: '3', title: '规范中介服务' }]);
    expect(found.changed).toMatchObject([{ no: '2' }]);
    expect(found.changed[0]?.changes.map((one) => one.what)).toEqual(['牵头', '配合', '目标']);
    expect((await supervisor(contract.listDocuments, {})).total).toBe(2);
    expect(await refused(lead(contract.listDocuments, {}))).toEqual([403, 'FORBIDDEN']);
    expect(await refused(supervisor(contract.carryOver, { planId, year: 2027, reason: '沿用' }))).toEqual([
      409,
      'PLAN_EXISTS',
    ]);
    const carried = await supervisor(contract.carryOver, { planId, year: 2029, reason: '沿用' });
    expect(carried.measures).toBe(125);
    expect(await supervisor(contract.planDifferences, { from: planId, to: carried.planId })).toEqual({
      added: [],
      removed: [],
      changed: [],
    });
  });

  it('不是文件的、没有措施的，说明白', async () => {
    const reading = (content: string, name: string) =>
      refused(supervisor(contract.readDocument, { document: new File([content], name) } as never));
    expect(await reading('今天天气很好。', '日记.txt')).toEqual([400, 'DOCUMENT_UNREADABLE']);
    expect(await refused(supervisor(contract.reviewDocument, { documentId: planId }))).toEqual([
      404,
      'DOCUMENT_NOT_READ',
    ]);
  });

  const real = resolve(import.meta.dirname, '../../../../shared/data/plan-linyou-2022.txt');
  it.skipIf(!existsSync(real))('2022年的方案原文：99条加26项，入台账后公式还在', async () => {
    const { documentId, rows } = await supervisor(contract.readDocument, {
      document: new File([readFileSync(real)], '方案.txt'),
    } as never);
    expect(rows).toBe(125);
    const read = await supervisor(contract.reviewDocument, { documentId });
    expect(read.areas).toHaveLength(19);
    const decided = await supervisor(contract.decideRows, {
      documentId,
      rowIds: read.rows.map((row) => row.id),
      state: 'confirmed',
    });
    expect(decided.refused.map((one) => one.why)).toEqual([]);
    const entered = await second(contract.enterLedger, {
      documentId,
      year: 2030,
      startsOn: '2030-01-01',
      endsOn: '2030-12-31',
    });
    expect(entered.measures).toBe(125);
    const found = await supervisor(contract.planDifferences, { from: planId, to: entered.planId });
    expect(found.added.filter((one) => !one.no.includes('('))).toEqual([]);
    expect(found.removed.filter((one) => !one.no.includes('('))).toEqual([]);
    const ours = await supervisor(contract.listMeasures, { planId: entered.planId, kind: ['measure'], size: 200 });
    const theirs = await measures();
    for (const [index, one] of ours.measures.entries()) {
      expect(
        one.leads.map((unit) => unit.id),
        one.no,
      ).toEqual(theirs[index]?.leads.map((unit) => unit.id));
    }
    expect(ours.measures.flatMap((one) => one.targets).some((one) => one.how === 'computed')).toBe(true);
  });
});

describe('佐证材料', () => {
  it('承担的单位、督办、审计打得开，别的单位打不开；每次留痕，作为文件安全送出', async () => {
    const measureId = (await measures()).find((one) => one.no === '2')?.id ?? '';
    const { document } = await lead(contract.uploadEvidence, {
      document: new File(['办理情况说明'], '情况.txt', { type: 'text/plain' }),
    } as never);
    const { reportId } = await lead(contract.reportProgress, {
      measureId,
      progress: 10,
      done: '已经启动',
      evidence: [document],
    });
    const url = `/api/plans/evidence/report/${reportId}/${document.sha256}/content`;
    const open = async (account: string) =>
      platform.http.inject({ url, headers: { cookie: await platform.cookieOf(account) } });
    for (const account of ['officer-approval-bureau', 'supervisor', 'auditor', 'leader']) {
      const answer = await open(account);
      expect(answer.statusCode, account).toBe(200);
      expect(answer.body).toContain('办理情况');
      expect(answer.headers['content-disposition']).toMatch(/^attachment/);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
    expect((await open('officer-culture-tourism')).statusCode).toBe(404);
    expect((await open('applicant')).statusCode).toBe(403);
    expect((await platform.http.inject({ url })).statusCode).toBe(401);
    const missing = { of: 'report' as const, recordId: reportId, sha256: '0'.repeat(64) };
    expect(await refused(supervisor(contract.openEvidence, missing))).toEqual([404, 'EVIDENCE_NOT_FOUND']);
    // The same file under a record that does not name it is not there.
    expect(
      await refused(supervisor(contract.openEvidence, { ...missing, recordId: measureId, sha256: document.sha256 })),
    ).toEqual([404, 'EVIDENCE_NOT_FOUND']);
    const read = await platform.services.db.rows(
      sql`select from kernel.journal where subject = ${`report:${reportId}`} and reason = '打开佐证材料'`,
    );
    expect(read).toHaveLength(4);
  });
});

describe('月报表', () => {
  it('空表填好就能导入：没填的行不算错；先看不报；错的行写明怎样改', async () => {
    const answer = await platform.http.inject({
      url: `/api/plans/${planId}/report-sheet.xlsx`,
      headers: { cookie: await platform.cookieOf('officer-approval-bureau') },
    });
    expect(answer.statusCode).toBe(200);
    const rows = (await readSheet(answer.rawPayload)) as (string | number | null)[][];
    const width = rows[2]?.length ?? 0;
    expect(rows[2]?.slice(0, 2)).toEqual(['措施序号', '措施']);
    const at = (name: string) => rows[2]?.indexOf(name) ?? -1;
    const filled = rows.map((row) => Array.from({ length: width }, (_, index) => row[index] ?? null));
    Object.assign(filled[3] ?? [], { [at('工作进展')]: '梳理了流程', [at('进度')]: 35 });
    Object.assign(filled[4] ?? [], { [at('工作进展')]: '开了会', [at('进度')]: '一半' });
    const sheet = await writeXlsxFile([
      {
        data: filled.map((row) =>
          row.map((value) => (value === null ? null : { value, type: typeof value === 'number' ? Number : String })),
        ) as never,
        sheet: '月报',
      },
    ]).toBuffer();
    const send = (apply: 'true' | 'false') =>
      lead(contract.importReports, { document: new File([new Uint8Array(sheet)], '月报.xlsx'), apply } as never);
    const count = async () => (await supervisor(contract.listReports, { planId, unit: ['approval-bureau'] })).total;
    const before = await count();
    const seen = await send('false');
    expect(seen).toMatchObject({ applied: false, accepted: 1, skipped: rows.length - 5 });
    expect(seen.errors).toMatchObject([
      { row: 5, column: '进度', found: '一半', instead: '填0到100之间的整数，例如 60 或 60%' },
    ]);
    expect(await count()).toBe(before);
    expect(await send('true')).toMatchObject({ applied: true, accepted: 1, rows: seen.rows });
    expect(await count()).toBe(before + 1);
  });
});

describe('报送的一轮', () => {
  it('报齐以后有一条被退回，这一轮就没有报齐：待办重新打开，补报了才又报齐', async () => {
    await platform.drain();
    const round = '上半年进展';
    const finance = await platform.signIn('officer-finance');
    const owed = async () =>
      (await finance(contract.whatUnitOwes, { planId, month: '2022-06' })).rounds.find((one) => one.name === round);
    const tasks = () =>
      platform.services.db.rows<{ state: string }>(
        sql`select state from tasks.task where kind = 'plan.report' and unit_id = 'finance' order by opened_at, id`,
      );
    const led = await supervisor(contract.listMeasures, { planId, unit: ['finance'], role: 'lead', size: 200 });
    const report = (measureId: string) =>
      finance(contract.reportProgress, { measureId, round, progress: 30, done: '按计划推进' });
    const ids = [];
    for (const one of led.measures) ids.push((await report(one.id)).reportId);
    expect(await owed()).toMatchObject({ reported: true });
    expect((await tasks()).map((one) => one.state)).toEqual(['finished']);
    await supervisor(contract.decideReport, { reportId: ids[0] ?? '', accept: false, reason: '没有写数量' });
    expect(await owed()).toMatchObject({ reported: false, reportedMeasures: ids.length - 1 });
    expect((await tasks()).map((one) => one.state)).toEqual(['finished', 'open']);
    await report(led.measures[0]?.id ?? '');
    expect(await owed()).toMatchObject({ reported: true });
    expect((await tasks()).map((one) => one.state)).toEqual(['finished', 'finished']);
  });
});

describe('下载', () => {
  const fetch = async (url: string, account: string | null) =>
    platform.http.inject({ url, headers: account === null ? {} : { cookie: await platform.cookieOf(account) } });

  it('台账表、简报，要有权限，留痕', async () => {
    const ledger = await fetch(`/api/plans/${planId}/ledger.xlsx`, 'leader');
    expect(ledger.statusCode).toBe(200);
    expect(decodeURIComponent(String(ledger.headers['content-disposition']))).toContain('2022年台账');
    const rows = (await readSheet(ledger.rawPayload)) as unknown[][];
    expect(rows[2]).toEqual(
      '序号 任务 措施 包抓领导 牵头单位 配合单位 目标 节点 期限 进度 存在问题 下一步 灯 销号'.split(' '),
    );
    expect(rows).toHaveLength(3 + 125);
    for (const type of ['docx', 'pdf']) {
      const made = await fetch(`/api/plans/${planId}/briefing.${type}`, 'leader');
      expect(made.statusCode).toBe(200);
      const { text } = await textOfFile(new Uint8Array(made.rawPayload), `简报.${type}`);
      const words = text.replaceAll(/\s/g, '');
      expect(words).toContain('简化企业开办');
      expect(words).toContain('台账共125项');
    }
    // As things stood at the end of a month, of one unit: what was accepted since is not in it.
    const done = (await measures()).find((one) => one.leads.some((unit) => unit.id === 'approval-bureau'));
    const { reportId } = await lead(contract.reportProgress, {
      measureId: done?.id ?? '',
      progress: 45,
      done: '六月做的',
    });
    await supervisor(contract.decideReport, { reportId, accept: true });
    const of = async (query: string) =>
      (await readSheet((await fetch(`/api/plans/${planId}/ledger.xlsx?${query}`, 'leader')).rawPayload)) as unknown[][];
    const progressIn = (sheet: unknown[][]) => sheet.find((row) => row[0] === done?.no)?.[9];
    const then = await of('month=2022-05&unit=approval-bureau');
    expect(String(then[1]?.[0])).toContain('截至2022年5月31日');
    expect(then.length).toBeLessThan(3 + 125);
    expect(progressIn(then)).toBe(0);
    expect(progressIn(await of('unit=approval-bureau'))).toBe(0.45);
    expect((await fetch(`/api/plans/${planId}/ledger.xlsx?month=2022-13`, 'leader')).statusCode).toBe(400);
    const parts = unzipSync((await fetch(`/api/plans/${planId}/briefing.docx`, 'leader')).rawPayload);
    const part = (path: string) => strFromU8(parts[path] ?? new Uint8Array());
    expect(part('word/document.xml')).not.toContain('[[chart');
    for (const name of ['chart1', 'chart2']) {
      expect(part('word/_rels/document.xml.rels')).toContain(`charts/${name}.xml`);
      expect(part('[Content_Types].xml')).toContain(`/word/charts/${name}.xml`);
      expect((await readSheet(Buffer.from(parts[`word/embeddings/${name}.xlsx`] ?? []))).length).toBeGreaterThan(1);
    }
    // The bars of the areas together are the whole ledger.
    const figures = [...part('word/charts/chart1.xml').matchAll(/<c:numCache>.*?<\/c:numCache>/g)].flatMap(([cache]) =>
      [...cache.matchAll(/<c:v>(\d+)<\/c:v>/g)].map(([, figure]) => Number(figure)),
    );
    expect(figures.reduce((sum, one) => sum + one, 0)).toBe(125);
    for (const file of ['ledger.xlsx', 'briefing.docx', 'briefing.pdf']) {
      expect((await fetch(`/api/plans/${planId}/${file}`, null)).statusCode).toBe(401);
      expect((await fetch(`/api/plans/${planId}/${file}`, 'applicant')).statusCode).toBe(403);
    }
    const journalled = await platform.services.db.rows(
      sql`select from kernel.journal where subject = ${`plan:${planId}`} and reason in ('取台账表', '取简报')`,
    );
    expect(journalled).toHaveLength(6);
  });
});
