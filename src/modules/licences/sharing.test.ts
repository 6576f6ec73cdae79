import writeXlsxFile from 'write-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { refused } from '../../../test/support/applying.ts';
import { callerFor, startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { buildApp } from '../../app.ts';
import type { Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import type { Platform } from '../../kernel/module.ts';
import { org } from '../org/index.ts';
import { tasks } from '../tasks/index.ts';
import { startLibraryStandIn, type LibraryStandIn } from './city-stand-in.ts';
import { signatureOf } from './city-library.ts';
import * as contract from './contract.ts';
import { licences } from './index.ts';
import { licencesProving, relyOn } from './proofs.ts';
import { decideUse, evolveUse, fetchFault, useActions, type UseEvent, type UseState } from './rules/use.ts';

const key = 'ab'.repeat(32);
let platform: TestPlatform;
let library: LibraryStandIn;
/** The same platform with the city's library behind it. */
let connected: Platform;
let bureau: Caller;
let asker: Caller;
let firm: Caller;
let stranger: Caller;
let licenceId: string;

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks, licences] });
  const now = () => platform.services.clock.now();
  library = await startLibraryStandIn({ key, now });
  connected = await buildApp({
    services: { ...platform.services, upward: { url: library.url, key } },
    settings: platform.settings,
    modules: [org, tasks, licences],
  });
  bureau = await platform.signIn('officer-approval-bureau');
  asker = await platform.signIn('officer-natural-resources');
  firm = await platform.signIn('firm');
  stranger = await platform.signIn('applicant');
  licenceId = (await bureau(contract.enterLicence, food('东大街 18 号'))).licenceId;
});
afterAll(async () => {
  await connected.http.close();
  await library.stop();
  await platform.stop();
});

const uscc = '91610329MA6X000167';
const food = (premisesAddress: string) => ({
  typeId: 'food-business-licence',
  issuerId: 'approval-bureau',
  holder: { kind: 'firm' as const, name: '麟游县御泉餐饮有限公司', number: uscc },
  values: {
    representative: '赵文斌',
    address: '麟游县九成宫镇东大街 18 号',
    premisesAddress,
    form: '餐饮服务经营者',
    items: '热食类食品制售',
  },
  reason: '补录',
});
const asked = (change: object = {}) => ({
  licenceId,
  purpose: '办理户外广告设置审批',
  ground: 'consent' as const,
  scope: 'answer' as const,
  ...change,
});

describe('用证', () => {
  it('持证人同意以后才能取，只给同意的那几栏；持证人看得到是谁、什么时候、为什么；撤回以后取不到', async () => {
    const { licences: found } = await asker(contract.findLicence, {
      holderNumber: uscc,
      typeId: 'food-business-licence',
    });
    expect(found.map((one) => one.licenceId)).toContain(licenceId);
    const use = await asker(contract.askUse, asked({ scope: 'fields', fields: ['premisesAddress'] }));
    expect(use).toMatchObject({ state: 'asked', scopeName: '只要几栏内容' });
    expect(await refused(asker(contract.fetchUse, { useId: use.useId }))).toEqual([409, 'USE_NOT_POSSIBLE']);
    expect(await refused(stranger(contract.decideUseOfMine, { useId: use.useId, action: 'allow' }))).toEqual([
      404,
      'USE_NOT_FOUND',
    ]);
    expect((await firm(contract.myUses, {})).waiting).toBe(1);
    await firm(contract.decideUseOfMine, { useId: use.useId, action: 'allow' });
    const given = await asker(contract.fetchUse, { useId: use.useId });
    expect(given.fields).toEqual([expect.objectContaining({ id: 'premisesAddress', value: '东大街 18 号' })]);
    expect(given.copy).toBeNull();
    const { accesses } = await firm(contract.myAccesses, { licenceId });
    expect(accesses[0]).toMatchObject({ purpose: '办理户外广告设置审批', ground: '持证人同意', useId: use.useId });
    expect(accesses[0]?.who).not.toBe('');
    expect((await stranger(contract.myAccesses, { licenceId })).accesses).toEqual([]);
    await firm(contract.decideUseOfMine, { useId: use.useId, action: 'withdraw' });
    expect(await refused(asker(contract.fetchUse, { useId: use.useId }))).toEqual([409, 'USE_NOT_POSSIBLE']);
    expect(await refused(firm(contract.decideUseOfMine, { useId: use.useId, action: 'allow' }))).toEqual([
      409,
      'USE_NOT_POSSIBLE',
    ]);
    const whole = await asker(contract.readUse, { useId: use.useId });
    expect(whole).toMatchObject({ state: 'withdrawn', fetches: 1 });
    expect(whole.history.map(({ words }) => words)).toEqual(['申请：办理户外广告设置审批', '同意', '撤回同意']);
    expect(await refused(bureau(contract.readUse, { useId: use.useId }))).toEqual([404, 'USE_NOT_FOUND']);
  });

  it('有法律依据的写明案件就可以查，马上可用，持证人不能撤回，但看得到', async () => {
    expect(await refused(asker(contract.askUse, asked({ ground: 'statute', statute: 'enforcement' })))).toEqual([
      400,
      'USE_CASE_MISSING',
    ]);
    expect(
      await refused(
        asker(contract.askUse, asked({ ground: 'statute', statute: 'curiosity', caseNo: '麟自然资罚〔2026〕3号' })),
      ),
    ).toEqual([400, 'USE_STATUTE_UNKNOWN']);
    const use = await asker(
      contract.askUse,
      asked({ ground: 'statute', statute: 'enforcement', caseNo: '麟自然资罚〔2026〕3号' }),
    );
    expect(use.state).toBe('allowed');
    expect((await asker(contract.fetchUse, { useId: use.useId })).stateName).toBe('有效');
    expect(await refused(firm(contract.decideUseOfMine, { useId: use.useId, action: 'withdraw' }))).toEqual([
      409,
      'USE_BY_LAW',
    ]);
    expect((await firm(contract.myUses, {})).uses[0]).toMatchObject({ useId: use.useId, mayWithdraw: false });
    expect((await asker(contract.cancelUse, { useId: use.useId })).state).toBe('cancelled');
  });

  it('取整份证照给的是加注件：写明谁用、做什么，自己的编号，核验通过；外人打不开', async () => {
    const use = await asker(contract.askUse, asked({ scope: 'file' }));
    await firm(contract.decideUseOfMine, { useId: use.useId, action: 'allow' });
    for (const format of ['pdf', 'ofd'] as const) {
      const { copy, accessId } = await asker(contract.fetchUse, { useId: use.useId, format });
      const url = copy?.href ?? '';
      const open = async (login: string) =>
        platform.http.inject({ url, headers: { cookie: await platform.cookieOf(login) } });
      const content = await open('officer-natural-resources');
      expect([content.statusCode, content.headers['content-type']]).toEqual([200, `application/${format}`]);
      expect((await open('firm')).statusCode).toBe(200);
      expect((await open('applicant')).statusCode).toBe(404);
      const verdict = await platform.call(contract.verifyFile, {
        document: new Blob([new Uint8Array(content.rawPayload)]),
      } as never);
      expect(verdict.steps.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      expect((await asker(contract.openCopy, { accessId })).name).toContain(copy?.no);
    }
  });

  it('一天取得太多次就停', async () => {
    const use = await asker(contract.askUse, asked());
    await firm(contract.decideUseOfMine, { useId: use.useId, action: 'allow' });
    for (let i = 0; i < 20; i++) await asker(contract.fetchUse, { useId: use.useId });
    expect(await refused(asker(contract.fetchUse, { useId: use.useId }))).toEqual([429, 'USE_TOO_OFTEN']);
  });

  it('期限、栏目写得不对，找得太宽，都说清楚', async () => {
    expect(await refused(asker(contract.askUse, asked({ until: '2050-01-01' })))).toEqual([400, 'USE_TERM_WRONG']);
    expect(await refused(asker(contract.askUse, asked({ scope: 'fields', fields: ['secret'] })))).toEqual([
      400,
      'USE_FIELDS_WRONG',
    ]);
    expect(await refused(asker(contract.findLicence, { typeId: 'food-business-licence' }))).toEqual([
      400,
      'USE_SEARCH_TOO_WIDE',
    ]);
  });

  it('持证人自己做副本；做的也记在账上', async () => {
    const made = await firm(contract.makeCopy, { licenceId, purpose: '办理贷款', recipient: '麟游县信用社' });
    expect(made.copy?.no).toMatch(/^FB\d{13}$/);
    expect(await refused(stranger(contract.makeCopy, { licenceId, purpose: '办理贷款', recipient: '信用社' }))).toEqual(
      [404, 'LICENCE_NOT_FOUND'],
    );
    const { accesses } = await firm(contract.myAccesses, { licenceId });
    expect(accesses[0]).toMatchObject({ who: '您自己', purpose: '给麟游县信用社：办理贷款' });
  });

  it('任何一串动作，历史折叠出来的就是现在的样子；不在期限内、没有同意就取不到', () => {
    const state: UseState = {
      id: 'u',
      no: 'YZ',
      licenceId: 'l',
      unitId: 'unit',
      asker: { accountId: null, name: '' },
      purpose: '',
      caseNo: '',
      ground: 'consent',
      basis: '',
      scope: 'file',
      fields: [],
      until: '2026-12-10',
      askedAt: '2026-11-24T01:00:00.000Z',
      status: 'asked',
      words: '',
    };
    const step = fc.record({
      action: fc.constantFrom(...useActions),
      day: fc.integer({ min: 1, max: 20 }).map((day) => `2026-12-${String(day).padStart(2, '0')}`),
      until: fc.option(fc.constantFrom('2026-12-05', '2026-12-10', '2026-12-30')),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        let now = state;
        const events: UseEvent[] = [{ type: 'asked', at: state.askedAt, state }];
        for (const { action, day, until } of steps) {
          const result = decideUse(now, { action, at: `${day}T01:00:00.000Z`, today: day, until, words: '' });
          if ('refusal' in result) continue;
          events.push(result.event);
          now = evolveUse(now, result.event);
          expect(now.until <= state.until).toBe(true);
        }
        expect(events.reduce<UseState | null>(evolveUse, null)).toEqual(now);
        const mayFetch = fetchFault(now, '2026-12-06', 'valid') === null;
        expect(mayFetch).toBe(now.status === 'allowed' && now.until >= '2026-12-06');
        expect(fetchFault(now, '2026-12-06', 'revoked')).not.toBeNull();
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe('代替纸质材料', () => {
  it('有效证照能证明的材料找得到是哪一版；别人的证照不算；持证人看得到办件用过', async () => {
    const need = [{ material: 'item.licence', name: '食品经营许可证副本（复印件）', typeId: '' }];
    const actorOf = async (login: string) => {
      const cookie = await platform.cookieOf(login);
      return platform.authenticate({ cookies: { ys_session: cookie.split('=')[1] }, headers: { cookie } } as never);
    };
    const prove = async (login: string, numbers: string[] = []) => {
      const actor = await actorOf(login);
      return platform.asSystem((tx) => licencesProving({ ...tx, actor }, need, numbers));
    };
    const [proof] = await prove('firm');
    expect(proof).toMatchObject({ material: 'item.licence', version: 1, typeName: '食品经营许可证' });
    expect(await prove('applicant')).toEqual([]);
    expect(await prove('applicant', [uscc])).toEqual([]);
    const caseId = '01920000-0000-7000-8000-0000000000c1';
    if (proof === undefined) throw new Error('no proof');
    await platform.asSystem((tx) =>
      relyOn(tx, [{ caseId, unitId: 'approval-bureau', itemName: '食品经营许可变更', proofs: [proof] }]),
    );
    const { licences: relied } = await bureau(contract.reliedLicences, { caseId });
    const rows = await platform.asSystem((tx) =>
      tx.rows<{ identifier: string }>(sql`select identifier from licences.reliance where case_id = ${caseId}`),
    );
    expect(rows).toEqual([{ identifier: proof.identifier }]);
    expect(relied[0]).toMatchObject({ version: 1, stateName: '有效' });
    const { accesses } = await firm(contract.myAccesses, { licenceId: proof.licenceId });
    expect(accesses[0]?.purpose).toContain('食品经营许可变更');
  });
});

describe('报送市级证照库', () => {
  const drain = () => connected.worker.drain();
  const desk = async () => callerFor(connected, await platform.cookieOf('administrator'));

  it('每次变化送一次，有回执；送不到就等着再送；核对出缺的重新排队', async () => {
    await platform.worker.drain();
    const administrator = await desk();
    expect((await administrator(contract.listPushes, {})).waiting).toBeGreaterThan(0);
    library.fail(503);
    await makeDue();
    await drain();
    const failing = await administrator(contract.listPushes, { show: 'failing' });
    expect(failing.failing).toBeGreaterThan(0);
    expect(failing.pushes[0]?.lastError).toContain('503');
    library.fail(null);
    await administrator(contract.retryPushes, {});
    await makeDue();
    await drain();
    const done = await administrator(contract.listPushes, { show: 'done' });
    expect(done.waiting).toBe(0);
    expect(done.pushes[0]?.receiptNo).toMatch(/^SJ\d{14}$/);
    expect(library.held.size).toBeGreaterThan(0);

    const [identifier] = [...library.held.keys()];
    library.forget(identifier ?? '');
    const today = platform.services.clock.now().slice(0, 10);
    const report = await administrator(contract.reconcilePushes, { from: today, to: today });
    expect(report.differing).toEqual([{ identifier, why: '市级库里没有', queued: true }]);
    await makeDue();
    await drain();
    const again = await administrator(contract.reconcilePushes, { from: today, to: today });
    expect(again.differing).toEqual([]);
    expect(again.same).toBe(again.here);
    expect(await refused(administrator(contract.reconcilePushes, { from: '2026-01-01', to: '2026-12-31' }))).toEqual([
      400,
      'LIBRARY_PERIOD_TOO_LONG',
    ]);
  });

  it('签名不对的库不收；没有设置库就说没有设置', async () => {
    const path = '/licences?from=2026-01-01&to=2026-12-31&after=';
    const timestamp = platform.services.clock.now();
    const ask = (signature: string) =>
      fetch(`${library.url}${path}`, { headers: { 'x-timestamp': timestamp, 'x-signature': signature } });
    expect((await ask('00'.repeat(32))).status).toBe(401);
    expect((await ask(signatureOf(key, { method: 'GET', path, timestamp, body: '' }))).status).toBe(200);
    const alone = await platform.signIn('administrator');
    const today = timestamp.slice(0, 10);
    expect(await refused(alone(contract.reconcilePushes, { from: today, to: today }))).toEqual([
      409,
      'LIBRARY_NOT_CONFIGURED',
    ]);
  });

  async function makeDue(): Promise<void> {
    await platform.asSystem((tx) =>
      tx.exec(sql`update kernel.job set next_at = '2000-01-01T00:00:00Z' where name = 'licences.push'`),
    );
  }
});

describe('存量纸质证照', () => {
  it('逐行说错；录入的人不能自己核对；没有扫描件不能核对；核对以后才是证照，用纸上的编号', async () => {
    const form = await bureau(contract.paperForm, { typeId: 'food-business-licence' });
    const empty = await platform.http.inject({
      url: '/api/licence-paper-forms/food-business-licence/workbook',
      headers: { cookie: await platform.cookieOf('clerk') },
    });
    expect([empty.statusCode, empty.rawPayload.subarray(0, 2).toString()]).toEqual([200, 'PK']);
    const line = (number: string, holderNumber: string, issuedOn: string) =>
      form.heads.map((head) => {
        const known: Record<string, string> = {
          证照编号: number,
          持证人: '麟游县老槐树饭庄',
          持证人代码: holderNumber,
          颁发日期: issuedOn,
          有效期起: issuedOn,
          有效期止: '2028-03-17',
          经营者: '王桂兰',
        };
        return {
          value: known[head] ?? (head.includes('地址') || head.includes('场所') ? '麟游县崔木镇老街 6 号' : head),
        };
      });
    const sheet = [
      form.heads.map((value) => ({ value })),
      line('JY26103290000011', '92610329MA6XABCD5E', '2023-03-18'),
      line('JY26103290000012', '92610329MA6XABCD5F', '2023-02-30'),
      line('JY26103290000011', '92610329MA6XABCD5E', '2023-03-18'),
    ];
    const bytes = new Uint8Array(await writeXlsxFile([{ data: sheet, sheet: '表' }]).toBuffer());
    const input = (apply: boolean) =>
      ({
        document: new File([bytes], '存量.xlsx'),
        typeId: 'food-business-licence',
        issuerId: 'approval-bureau',
        apply,
      }) as never;
    const looked = await bureau(contract.importPapers, input(false));
    expect([looked.good, looked.bad, looked.entered]).toEqual([1, 2, 0]);
    expect(looked.rows[1]?.faults.map(({ column }) => column)).toEqual(
      expect.arrayContaining(['持证人代码', '颁发日期']),
    );
    expect(looked.rows[2]?.faults[0]?.message).toBe('和第2行的编号一样');
    const clerk = await platform.signIn('clerk');
    expect((await clerk(contract.importPapers, input(true))).entered).toBe(1);
    expect((await clerk(contract.importPapers, input(true))).entered).toBe(0);
    const { papers, waiting } = await bureau(contract.listPapers, {});
    const paperId = papers[0]?.paperId ?? '';
    expect([waiting, papers[0]?.statusName]).toEqual([1, '等待核对']);
    const own = await writeXlsxFile([
      { data: [sheet[0] ?? [], line('JY26103290000021', '92610329MA6XABCD5E', '2023-03-18')], sheet: '表' },
    ]).toBuffer();
    const ownFile = { document: new File([new Uint8Array(own)], '自己录.xlsx'), typeId: 'food-business-licence' };
    await bureau(contract.importPapers, { ...ownFile, issuerId: 'approval-bureau', apply: true } as never);
    const { papers: both } = await bureau(contract.listPapers, { text: 'JY26103290000021' });
    expect(await refused(bureau(contract.decidePaper, { paperId: both[0]?.paperId ?? '', agree: true }))).toEqual([
      409,
      'PAPER_SAME_PERSON',
    ]);

    expect(await refused(clerk(contract.decidePaper, { paperId, agree: true }))).toEqual([403, 'FORBIDDEN']);
    expect(await refused(bureau(contract.decidePaper, { paperId, agree: false }))).toEqual([
      400,
      'PAPER_REASON_MISSING',
    ]);
    expect(await refused(bureau(contract.decidePaper, { paperId, agree: true }))).toEqual([409, 'PAPER_NO_SCAN']);
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    await clerk(contract.addScan, { paperId, document: new File([png], '正面.png') } as never);
    const checked = await bureau(contract.decidePaper, { paperId, agree: true });
    expect(checked).toMatchObject({ status: 'checked' });
    const licence = await bureau(contract.readLicence, { licenceId: checked.licenceId ?? '' });
    expect(licence).toMatchObject({ number: 'JY26103290000011', issuedOn: '2023-03-18', validUntil: '2028-03-17' });
    expect(licence.origin.reason).toContain('核对');
    expect(await refused(bureau(contract.decidePaper, { paperId, agree: true }))).toEqual([409, 'PAPER_NOT_WAITING']);
    const scan = (await bureau(contract.readPaper, { paperId })).scanFiles[0];
    const open = async (login: string) =>
      (await platform.http.inject({ url: scan?.href ?? '', headers: { cookie: await platform.cookieOf(login) } }))
        .statusCode;
    expect([
      await open('officer-approval-bureau'),
      await open('officer-natural-resources'),
      await open('firm'),
    ]).toEqual([200, 404, 403]);
  });

  it('不是表格、没有那几列、不归这个单位发，都说清楚', async () => {
    const input = (name: string, content: Uint8Array<ArrayBuffer>, issuerId = 'approval-bureau') =>
      ({ document: new File([content], name), typeId: 'food-business-licence', issuerId, apply: false }) as never;
    expect(await refused(bureau(contract.importPapers, input('a.xlsx', new Uint8Array([1, 2, 3]))))).toEqual([
      400,
      'PAPER_FILE_UNREADABLE',
    ]);
    const empty = new Uint8Array(await writeXlsxFile([{ data: [[{ value: '随便' }]], sheet: '表' }]).toBuffer());
    expect(await refused(bureau(contract.importPapers, input('a.xlsx', empty)))).toEqual([
      400,
      'PAPER_FILE_UNREADABLE',
    ]);
    expect(await refused(asker(contract.importPapers, input('a.xlsx', empty)))).toEqual([403, 'LICENCE_NOT_THIS_UNIT']);
  });
});
