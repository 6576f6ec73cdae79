import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileService, refused } from '../../../test/support/applying.ts';
import { signOff } from '../../../test/support/opening.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { CallError, type Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import { hasOpenssl } from '../../kernel/sm/openssl.fixture.ts';
import { readPemCertificates } from '../../kernel/sm/certificate.ts';
import * as caseContract from '../cases/contract.ts';
import { cases } from '../cases/index.ts';
import { catalogue } from '../catalogue/index.ts';
import { org } from '../org/index.ts';
import { tasks } from '../tasks/index.ts';
import * as contract from './contract.ts';
import { licences } from './index.ts';
import { rateLimit } from './limit.ts';
import { parseIdentifier } from './rules/identifier.ts';
import { foldAll, standingOn, type LicenceEvent, type LicenceState } from './rules/licence.ts';
import { standings } from './rules/transitions.ts';

let platform: TestPlatform;
let bureau: Caller;
let firm: Caller;
let stranger: Caller;
let administrator: Caller;
let second: Caller;
let resources: Caller;

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks, catalogue, licences, cases] });
  [bureau, firm, stranger, administrator, second, resources] = await Promise.all([
    platform.signIn('officer-approval-bureau'),
    platform.signIn('firm'),
    platform.signIn('applicant'),
    platform.signIn('administrator'),
    platform.signIn('second-administrator'),
    platform.signIn('officer-natural-resources'),
  ]);
});
afterAll(() => platform.stop());

const uscc = '91610329MA6X000167';
const food = (address: string, change: object = {}) => ({
  typeId: 'food-business-licence',
  issuerId: 'approval-bureau',
  holder: { kind: 'firm' as const, name: '麟游县御泉餐饮有限公司', number: uscc },
  values: {
    representative: '赵文斌',
    address: '麟游县九成宫镇东大街 18 号',
    premisesAddress: address,
    form: '餐饮服务经营者',
    items: '热食类食品制售',
  },
  reason: '上线前已发，补录',
  ...change,
});
const house = (unitNo: string, change: object = {}) => ({
  typeId: 'real-estate-certificate',
  issuerId: 'natural-resources',
  holder: { kind: 'person' as const, name: '张秀兰', number: '610329198506120026' },
  values: { location: '九成宫镇西大街 3 号楼 301', unitNo, use: '住宅', area: '96.5 ㎡', coOwnership: '单独所有' },
  reason: '补录',
  ...change,
});
const content = async (licenceId: string, format: 'ofd' | 'pdf', who = 'officer-approval-bureau') => {
  const headers = { cookie: await platform.cookieOf(who) };
  const answer = await platform.http.inject({ url: `/api/licences/${licenceId}/files/${format}/content`, headers });
  expect(answer.statusCode).toBe(200);
  return answer.rawPayload;
};
const verify = (bytes: Uint8Array) =>
  platform.call(contract.verifyFile, { document: new Blob([new Uint8Array(bytes)]) } as never);
const stateOf = async (licenceId: string) =>
  (await bureau(contract.readLicence, { licenceId }).catch(() => resources(contract.readLicence, { licenceId }))).state;

describe('a licence', () => {
  it('is issued with identifier and number, sealed twice, and anybody finds both files and the code good', async () => {
    const made = await bureau(contract.enterLicence, food('东大街 18 号'));
    expect(parseIdentifier(made.identifier)).toMatchObject({ version: 1, typeCode: '11610329329001076P002' });
    expect(made.number).toMatch(/^JY2610329\d{7}$/);
    for (const format of ['ofd', 'pdf'] as const) {
      const bytes = await content(made.licenceId, format, 'firm');
      const found = await verify(bytes);
      expect(found.steps.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped')).toEqual([]);
      expect([found.kind, found.verdict, found.register?.number]).toEqual([format, 'valid', made.number]);
      expect(found.seals.map(({ sealName, issuerKnown }) => [sealName, issuerKnown])).toEqual([
        ['麟游县行政审批服务局行政审批专用章', true],
      ]);
      const changed = Buffer.from(bytes);
      const place = Math.floor(changed.length / 2);
      changed[place] = (changed[place] ?? 0) ^ 1;
      const wrong = await verify(changed);
      expect([wrong.verdict, wrong.decisive?.outcome, wrong.register]).toEqual(['invalid', 'failed', null]);
      expect(wrong.zh).toContain(wrong.decisive?.zh ?? '-');
    }
    const whole = await firm(contract.myLicence, { licenceId: made.licenceId });
    const code = await platform.call(contract.verifyCode, { text: whole.code.text });
    expect([code.verdict, code.zh]).toEqual(['valid', '核验通过，证照现在有效。']);
    expect(code.facts).toContainEqual({ label: '持证人', value: '麟游县御泉餐饮有限公司' });
    const forged = `${whole.code.text.slice(0, -1)}${whole.code.text.endsWith('0') ? '1' : '0'}`;
    expect((await platform.call(contract.verifyCode, { text: forged })).verdict).toBe('invalid');
    expect((await verify(Buffer.from('没有格式'))).kind).toBe('unreadable');
    const { svg } = await firm(contract.licenceFaceView, { licenceId: made.licenceId });
    expect(svg).toContain('食品经营许可证');
  });

  it('a second for the same place is refused by hand; a next version takes the place of the one before', async () => {
    const { licences: own } = await firm(contract.myLicences, {});
    const old = own.find(({ typeId }) => typeId === 'food-business-licence');
    expect(await refused(bureau(contract.enterLicence, food('东大街 18 号')))).toEqual([409, 'LICENCE_IN_FORCE']);
    const next = await bureau(contract.issueNextVersion, {
      licenceId: old?.licenceId ?? '',
      how: 'changed',
      values: { items: '冷食类食品制售' },
      reason: '增加经营项目',
    });
    expect([next.version, next.number]).toEqual([2, old?.number]);
    expect(parseIdentifier(next.identifier)?.serial).toBe(parseIdentifier(old?.identifier ?? '')?.serial);
    const before = await firm(contract.myLicence, { licenceId: old?.licenceId ?? '' });
    expect([before.state, before.successor?.identifier]).toEqual(['replaced', next.identifier]);
    const whole = await bureau(contract.readLicence, { licenceId: next.licenceId });
    expect(whole.predecessor?.identifier).toBe(old?.identifier);
    expect(whole.fields.find(({ id }) => id === 'representative')?.value).toBe('赵文斌');
    expect([whole.validFrom, whole.validUntil]).toEqual([old?.validFrom, old?.validUntil]);
    const stale = await verify(await content(old?.licenceId ?? '', 'ofd'));
    expect([stale.verdict, stale.decisive?.name, stale.register?.successor]).toEqual([
      'invalid',
      'state',
      next.identifier,
    ]);
    expect(
      await refused(
        bureau(contract.issueNextVersion, { licenceId: old?.licenceId ?? '', how: 'renewed', reason: '再来' }),
      ),
    ).toEqual([409, 'LICENCE_TRANSITION_IMPOSSIBLE']);
  });

  it('comes with the grant in one transaction: what is missing stops the grant, what the officer types completes it', async () => {
    const filed = await fileService(platform, stranger, 'business-licence-reissue');
    const fault = await signOff(platform, filed.caseId).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(CallError);
    expect((fault as CallError).problem.code).toBe('LICENCE_VALUES_MISSING');
    expect((fault as CallError).problem.issues.map(({ path }) => path)).toContain('/values/scope');
    const { licence } = await bureau(caseContract.previewCaseLicence, { caseId: filed.caseId });
    expect(licence?.missing.length).toBeGreaterThan(0);
    const { progress } = await bureau(caseContract.readCase, { caseId: filed.caseId });
    expect(progress.status).toBe('accepted');
    const licenceValues = { kind: '有限责任公司', address: '麟游县', scope: '餐饮服务' };
    await bureau(caseContract.grantCase, { caseId: filed.caseId, licenceValues });
    const { licences: own } = await stranger(contract.myLicences, {});
    expect(own.filter(({ typeName }) => typeName === '营业执照')).toHaveLength(1);
    expect(await refused(bureau(caseContract.grantCase, { caseId: filed.caseId, licenceValues }))).toEqual([
      409,
      'CASE_TRANSITION_IMPOSSIBLE',
    ]);
  });

  it('a new firm gets its code; a changed layout leaves the old licence as it was', async () => {
    const filed = await fileService(platform, stranger, 'individual-business-registration');
    await signOff(platform, filed.caseId);
    const { licences: own } = await stranger(contract.myLicences, {});
    const made = own.find(({ number }) => number.startsWith('92610329MA6Y'));
    expect(made?.number).toMatch(/^92610329MA6Y[0-9A-Z]{6}$/);
    expect((await verify(await content(made?.licenceId ?? '', 'pdf'))).verdict).toBe('valid');
  });

  it('64 at once have 64 serials without a gap', async () => {
    const holder = { kind: 'firm', name: '麟游县某某商贸有限公司', number: uscc };
    const values = { representative: '李明', premisesAddress: '', period: '常年零售' };
    const emergency = await platform.signIn('officer-emergency');
    const made = await Promise.all(
      Array.from({ length: 64 }, (_, at) =>
        emergency(contract.enterLicence, {
          ...food(''),
          typeId: 'fireworks-licence',
          issuerId: 'emergency',
          holder,
          values: { ...values, premisesAddress: `街道 ${at} 号` },
        } as never),
      ),
    );
    const serials = made.map(({ identifier }) => parseIdentifier(identifier)?.serial.slice(4)).sort();
    expect(serials).toEqual(Array.from({ length: 64 }, (_, at) => String(at + 1).padStart(7, '0')));
  });

  it('of two for the same place at once one is issued', async () => {
    const both = await Promise.allSettled([1, 2].map(() => bureau(contract.enterLicence, food('同一条街 1 号'))));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = both.find((one) => one.status === 'rejected');
    expect((lost?.reason as CallError).problem.code).toBe('LICENCE_IN_FORCE');
  });

  it('its state changes by the table, is answered for every day, and lists agree with the rule', async () => {
    const { licenceId, identifier } = await bureau(
      contract.enterLicence,
      food('西大街 1 号', { issuedOn: '2026-03-02' }),
    );
    const change = (action: 'hold' | 'release' | 'revoke' | 'cancel', more: object = {}) =>
      bureau(contract.changeLicenceState, {
        licenceId,
        action,
        reason: '食品安全问题',
        documentNo: '麟市监罚〔2026〕5号',
        ...more,
      });
    expect(await change('hold', { from: '2026-05-01', until: '2026-06-30' })).toMatchObject({ state: 'valid' });
    expect(await refused(change('release'))).toEqual([409, 'LICENCE_TRANSITION_IMPOSSIBLE']);
    expect(await refused(change('revoke', { from: '2027-01-01' }))).toEqual([400, 'LICENCE_DATE_WRONG']);
    expect(await refused(change('hold', { until: '2026-01-01' }))).toEqual([400, 'LICENCE_HOLD_END_WRONG']);
    await change('revoke');
    const on = async (day: string) =>
      (await platform.call(contract.standingOfLicence, { identifier, on: day })).register?.state;
    expect([await on('2026-04-30'), await on('2026-06-30'), await on('2026-07-01'), await on('2026-11-23')]).toEqual([
      'valid',
      'held',
      'valid',
      'revoked',
    ]);
    expect(await refused(platform.call(contract.standingOfLicence, { identifier: `${identifier}0` }))).toEqual([
      400,
      'LICENCE_IDENTIFIER_WRONG',
    ]);
    await bureau(contract.enterLicence, food('西大街 2 号', { issuedOn: '2020-03-02' }));
    await bureau(contract.enterLicence, food('西大街 3 号', { validFrom: '2026-12-01', validUntil: '2027-12-01' }));
    const held = await bureau(contract.enterLicence, food('西大街 4 号', { issuedOn: '2026-03-02' }));
    await bureau(contract.changeLicenceState, { licenceId: held.licenceId, action: 'hold', reason: '整顿' });
    const { licences: all } = await bureau(contract.listLicences, { size: 200 });
    for (const state of standings) {
      const { licences: some } = await bureau(contract.listLicences, { state: [state], size: 200 });
      expect(some.map((one) => one.licenceId)).toEqual(
        all.filter((one) => one.state === state).map((one) => one.licenceId),
      );
    }
    expect(new Set(all.map(({ state }) => state))).toEqual(
      new Set(['valid', 'held', 'revoked', 'expired', 'notYet', 'replaced']),
    );
  });

  it('is found by holder, number, type; of a person only the surname shows, and only to whom it concerns', async () => {
    const { licenceId, number } = await resources(contract.enterLicence, house('610329100001GB00012F00030301'));
    const found = async (who: Caller, ask: object) =>
      (await who(contract.listLicences, ask)).licences.map((one) => one.licenceId);
    expect(await found(resources, { text: '张秀兰' })).toEqual([licenceId]);
    expect(await found(resources, { holderNumber: '610329198506120026' })).toEqual([licenceId]);
    expect(await found(resources, { text: number })).toEqual([licenceId]);
    expect(await found(resources, { text: '秀兰' })).toEqual([]);
    expect(await found(bureau, { text: '张秀兰' })).toEqual([]);
    expect((await resources(contract.listLicences, {})).licences[0]?.holderLabel).toBe('张**');
    expect(await refused(bureau(contract.readLicence, { licenceId }))).toEqual([404, 'LICENCE_NOT_FOUND']);
    expect(await refused(firm(contract.myLicence, { licenceId }))).toEqual([404, 'LICENCE_NOT_FOUND']);
    expect(await refused(firm(contract.openLicenceFile, { licenceId, format: 'ofd' }))).toEqual([
      404,
      'LICENCE_NOT_FOUND',
    ]);
    expect((await stranger(contract.myLicence, { licenceId })).holderName).toBe('张秀兰');
    const raw = await platform.asSystem((tx) =>
      tx.rows<{ text: string }>(sql`select l::text || e::text as text from licences.licence l
        join licences.licence_event e on e.licence_id = l.id where l.id = ${licenceId}`),
    );
    expect(raw[0]?.text).not.toMatch(/张秀兰|610329198506120026|西大街/);
    const headers = { cookie: await platform.cookieOf('officer-natural-resources') };
    const book = await platform.http.inject({ url: '/api/licences/export/workbook', headers });
    expect([book.statusCode, book.rawPayload.subarray(0, 2).toString()]).toEqual([200, 'PK']);
  });

  it('what cannot be issued is refused in words', async () => {
    const wrong = (change: object, who = bureau) => refused(who(contract.enterLicence, food('南街', change) as never));
    expect(await wrong({ typeId: 'identity-card' })).toEqual([404, 'LICENCE_TYPE_NOT_FOUND']);
    expect(await wrong({ issuerId: 'water' })).toEqual([403, 'LICENCE_NOT_THIS_UNIT']);
    expect(await wrong({}, resources)).toEqual([403, 'LICENCE_NOT_THIS_UNIT']);
    expect(await wrong({ values: { unknown: '1' } })).toEqual([409, 'LICENCE_VALUES_MISSING']);
    expect(await wrong({ issuedOn: '2026-11-24' })).toEqual([400, 'LICENCE_DATE_WRONG']);
    const rare = { ...food('').values, premisesAddress: '南街\u{1F600}' };
    expect(await wrong({ values: rare })).toEqual([409, 'LICENCE_GLYPH_MISSING']);
    const long = { ...food('').values, premisesAddress: '很长的地址'.repeat(150) };
    expect(await wrong({ values: long })).toEqual([409, 'LICENCE_TEXT_TOO_LONG']);
    const known = { ...food('').values, representative: '𬱖某' };
    expect(
      await bureau(contract.enterLicence, food('北街', { values: { ...known, premisesAddress: '北街' } })),
    ).toBeDefined();
  });

  it('every row is the fold over its events', async () => {
    const rows = await platform.asSystem((tx) =>
      tx.rows<{ id: string; state: LicenceState; events: LicenceEvent[] }>(sql`select l.id, l.state, (
          select jsonb_agg(e.body order by e.seq) from licences.licence_event e where e.region = l.region and e.licence_id = l.id) as events
        from licences.licence l`),
    );
    expect(rows.length).toBeGreaterThan(70);
    for (const row of rows) expect(foldAll(null, row.events)).toEqual(row.state);
    expect(new Set(rows.map(({ state }) => standingOn(state, '2026-11-23'))).size).toBeGreaterThan(4);
  });
});

describe('seals', () => {
  const wanted = { unitId: 'approval-bureau', kind: 'approval', reason: '更换印章' };

  it('are asked for by one and released by another; the old one ends, what it sealed stays good', async () => {
    const made = await bureau(contract.enterLicence, food('旧章街 1 号'));
    const { seals: before } = await administrator(contract.listSeals, {
      unit: ['approval-bureau'],
      state: ['released'],
    });
    const old = before.find(({ kind }) => kind === 'approval');
    const { svg } = await administrator(contract.previewSeal, { unitId: 'approval-bureau', kind: 'approval' });
    expect(svg).toContain('<svg');
    const { sealId } = await administrator(contract.requestSeal, { ...wanted, replaces: old?.sealId ?? '' });
    // What was sealed in the very moment of the change would be in doubt.
    platform.clock.set('2026-11-23T01:30:00.000Z');
    const decide = (who: Caller, released = true) => who(contract.decideSeal, { sealId, released });
    expect(await refused(decide(administrator))).toEqual([409, 'SEAL_SAME_PERSON']);
    expect(await refused(decide(bureau))).toEqual([403, 'FORBIDDEN']);
    expect(await decide(second)).toEqual({ state: 'released' });
    expect(await refused(decide(second))).toEqual([409, 'SEAL_NOT_REQUESTED']);
    expect(await administrator(contract.readSeal, { sealId: old?.sealId ?? '' })).toMatchObject({ state: 'replaced' });
    expect((await verify(await content(made.licenceId, 'ofd'))).verdict).toBe('valid');
    platform.clock.set('2026-11-23T02:00:00.000Z');
    const renewed = await bureau(contract.sealLicenceAnew, { licenceId: made.licenceId, reason: '换章' });
    const seal = await administrator(contract.readSeal, { sealId });
    expect(seal.uses.map(({ sha256 }) => sha256).sort()).toEqual([renewed.ofd, renewed.pdf].sort());
    expect(seal.certificate?.subject).toContain('麟游县行政审批服务局行政审批专用章');
    expect((await verify(await content(made.licenceId, 'pdf'))).verdict).toBe('valid');
    expect(await stateOf(made.licenceId)).toBe('valid');
    await refuseWrongRequests();
  });

  async function refuseWrongRequests() {
    const ask = (change: object) => refused(administrator(contract.requestSeal, { ...wanted, ...change }));
    expect(await ask({ kind: 'nothing' })).toEqual([400, 'SEAL_KIND_UNKNOWN']);
    expect(await ask({ wording: '有 空格' })).toEqual([400, 'SEAL_WORDING_WRONG']);
    expect(await ask({ replaces: '01920000-0000-7000-8000-00000000000a' })).toEqual([404, 'SEAL_NOT_FOUND']);
    const { sealId } = await administrator(contract.requestSeal, wanted);
    expect(await ask({ replaces: sealId })).toEqual([409, 'SEAL_NOT_RELEASED']);
    expect(await second(contract.decideSeal, { sealId, released: false })).toEqual({ state: 'refused' });
    expect(await refused(second(contract.revokeSeal, { sealId, reason: '停' }))).toEqual([409, 'SEAL_NOT_RELEASED']);
  }

  it('keep to whom they are given; a stolen key spoils every file and code it signed', async () => {
    const made = await resources(contract.enterLicence, house('610329100001GB00012F00030302'));
    const whole = await resources(contract.readLicence, { licenceId: made.licenceId });
    const file = await content(made.licenceId, 'ofd', 'officer-natural-resources');
    const { seals } = await administrator(contract.listSeals, { unit: ['natural-resources'] });
    const { sealId } = await administrator(contract.requestSeal, {
      unitId: 'natural-resources',
      kind: 'property',
      appliers: ['01920000-0000-7000-8000-00000000000a'],
      reason: '专人保管',
    });
    await second(contract.revokeSeal, { sealId: seals[0]?.sealId ?? '', stolen: true, reason: '密钥丢失' });
    expect(await refused(resources(contract.enterLicence, house('610329100001GB00012F00030303')))).toEqual([
      409,
      'SEAL_MISSING',
    ]);
    await second(contract.decideSeal, { sealId, released: true });
    expect(await refused(resources(contract.enterLicence, house('610329100001GB00012F00030303')))).toEqual([
      403,
      'SEAL_NOT_ALLOWED',
    ]);
    const found = await verify(file);
    expect([found.verdict, found.decisive?.name]).toEqual(['invalid', 'revocation']);
    const code = await platform.call(contract.verifyCode, { text: whole.code.text });
    expect([code.verdict, code.decisive?.name]).toEqual(['invalid', 'key']);
    expect(await refused(bureau(contract.readSeal, { sealId }))).toEqual([404, 'SEAL_NOT_FOUND']);
  });
});

describe('types', () => {
  it('are drafted by one, published by another, and used at once; nothing is programmed', async () => {
    const { definition } = await administrator(contract.readType, { id: 'drainage-permit' });
    const id = 'outdoor-sign-permit';
    const next = { ...definition, id, name: '户外广告设置许可证', code: '11610329329001076P099' };
    const save = (change: object = {}, baseDigest = '') =>
      administrator(contract.saveType, { id, definition: { ...next, ...change }, baseDigest });
    const broken = await save({ fields: [], code: 'x' });
    expect(broken.faults.map(({ path }) => path)).toEqual(expect.arrayContaining(['/fields', '/code']));
    expect(await refused(second(contract.publishType, { id, version: 1 }))).toEqual([400, 'INVALID_INPUT']);
    expect(await refused(save())).toEqual([409, 'TYPE_CHANGED']);
    const alone = await save({ issuers: ['nobody'], code: '11610329329001076P001' }, broken.digest);
    const said = await second(contract.publishType, { id, version: 1 }).catch((error: unknown) => error as CallError);
    expect((said as CallError).problem.issues.map(({ path }) => path)).toEqual([
      '/definition/issuers/0',
      '/definition/code',
    ]);
    const good = await save({}, alone.digest);
    expect([good.version, good.faults]).toEqual([1, []]);
    const preview = await administrator(contract.previewType, { definition: next });
    expect(preview.svg).toContain('城镇污水');
    expect(await refused(administrator(contract.publishType, { id, version: 1 }))).toEqual([409, 'TYPE_SAME_PERSON']);
    expect(await second(contract.publishType, { id, version: 1 })).toEqual({ published: 1 });
    expect(await refused(second(contract.publishType, { id, version: 1 }))).toEqual([409, 'TYPE_NOT_DRAFT']);
    expect(await refused(second(contract.publishType, { id, version: 9 }))).toEqual([404, 'TYPE_NOT_FOUND']);
    const housing = await platform.signIn('officer-housing-construction');
    const made = await housing(contract.enterLicence, {
      ...food('东大街'),
      typeId: id,
      issuerId: 'housing-construction',
      values: { representative: '赵文斌', premisesAddress: '东大街', amount: '1 块' },
    });
    expect(parseIdentifier(made.identifier)?.typeCode).toBe('11610329329001076P099');
    const { types } = await bureau(contract.listTypes, {});
    expect(types.length).toBeGreaterThanOrEqual(15);
    expect(await refused(bureau(contract.previewType, { typeId: 'nothing' }))).toEqual([404, 'TYPE_NOT_FOUND']);
  });
});

describe('to take along', () => {
  it('the page without a network finds codes good, changed ones bad, unknown keys unsure', async () => {
    const { licenceId } = await bureau(contract.enterLicence, food('离线街 1 号'));
    const { code } = await bureau(contract.readLicence, { licenceId });
    const page = await platform.http.inject({ url: '/verify/offline.html' });
    expect([page.statusCode, page.rawPayload.length < 60_000]).toEqual([200, true]);
    const script = /<script>([\s\S]*)<\/script>/.exec(page.body)?.[1] ?? '';
    const context = createContext({ TextDecoder });
    runInContext(
      `${script}; globalThis.check = (text, keys, day) => verifyCode(text, keys ?? pinned.keys, day);`,
      context,
    );
    const check = context.check as (
      text: string,
      keys: unknown,
      day: string,
    ) => { outcome: string; rows: [string, string][] };
    const good = check(code.text, null, '2026-11-23');
    expect(good.outcome).toBe('good');
    expect(good.rows).toContainEqual(['持证人', '麟游县御泉餐饮有限公司']);
    expect(check(code.text, null, '2040-01-01').outcome).toBe('bad');
    expect(check(code.text, [], '2026-11-23').outcome).toBe('unsure');
    const signs = [...code.text];
    for (let at = 4; at < signs.length; at += 17) {
      const changed = signs.map((sign, place) => (place === at ? (sign === '0' ? '1' : '0') : sign)).join('');
      expect(check(changed, null, '2026-11-23').outcome, String(at)).not.toBe('good');
    }
    expect(runInContext(`hexOf(sm3(latin('abc')))`, context)).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
  });

  it('root, list of revocations and certificates satisfy openssl', async () => {
    const { roots, revocationList, codeKeys } = await platform.call(contract.trustAnchors, {});
    expect([roots.length, codeKeys.length > 1, (revocationList?.number ?? 0) > 0]).toEqual([1, true, true]);
    const pem = await platform.http.inject({ url: '/verify/root.pem' });
    expect(readPemCertificates(pem.body)[0]?.isAuthority).toBe(true);
    expect((await platform.http.inject({ url: '/verify/revoked.crl' })).rawPayload[0]).toBe(0x30);
    const { seals } = await administrator(contract.listSeals, { unit: ['emergency'], state: ['released'] });
    const seal = await administrator(contract.readSeal, { sealId: seals[0]?.sealId ?? '' });
    if (!hasOpenssl) return void console.info('skipped: no openssl that knows SM2');
    const folder = mkdtempSync(join(tmpdir(), 'yingshang-chain-'));
    try {
      writeFileSync(join(folder, 'root.pem'), pem.body);
      writeFileSync(join(folder, 'signer.pem'), seal.certificate?.pem ?? '');
      const at = String(Math.floor(Date.parse(platform.clock.now()) / 1000));
      const options = ['-attime', at, '-vfyopt', 'distid:1234567812345678', join(folder, 'signer.pem')];
      const said = execFileSync('openssl', ['verify', '-CAfile', join(folder, 'root.pem'), ...options]).toString();
      expect(said).toContain('OK');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('who asks too often waits a minute', () => {
    let now = '2026-11-23T01:00:00.000Z';
    const limit = rateLimit({ now: () => now }, 2);
    const ask = () => limit({ ip: '10.0.0.1' });
    ask();
    ask();
    expect(ask).toThrow(expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }));
    limit({ ip: '10.0.0.2' });
    now = '2026-11-23T01:01:00.000Z';
    expect(ask).not.toThrow();
  });
});
