import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSheet } from 'read-excel-file/node';
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
    expect(journalled).toHaveLength(4);
  });
});
