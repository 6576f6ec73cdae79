import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, countyFolder, type TestPlatform } from '../../../test/support/platform.ts';
import { CallError, type Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import { org, unitDirectory } from '../org/index.ts';
import * as open from './contract.ts';
import * as staff from './contract-staff.ts';
import {
  caseNumber,
  catalogue,
  flowOf,
  importNationalItems,
  listServices,
  parseCaseNumber,
  serviceFor,
} from './index.ts';
import { load, problemsOf, readCountyFolder } from './load.ts';
import { expressionOf } from './rules/conditions.ts';
import { item as sample } from './rules/fixtures/services.ts';

let platform: TestPlatform;
let author: Caller;
let publisher: Caller;

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, catalogue] });
  await signIn();
}, 60_000);

/** Sessions end by the clock: whoever moves it signs in again. */
async function signIn(): Promise<void> {
  author = await platform.signIn('administrator');
  publisher = await platform.signIn('second-administrator');
}

afterAll(() => platform.stop());

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof CallError ? error.problem.code : String(error)),
  );

const definitionOf = async (id: string): Promise<Record<string, unknown>> => {
  const { versions } = await author(staff.listVersions, { id });
  const inForce = versions.find((one) => one.state === 'published');
  return (await author(staff.readVersion, { id, version: inForce?.version ?? 1 })).definition;
};

describe("the county's own catalogue", () => {
  it('keeps every rule', async () => {
    const county = await readCountyFolder(countyFolder);
    const units = await platform.asSystem(
      async (tx) => new Map((await unitDirectory(tx)).units.map((unit) => [unit.id, unit])),
    );
    const elements = Object.fromEntries(county.elements.map((one) => [one.id, one]));
    expect([...county.problems, ...problemsOf(county, elements, units)]).toEqual([]);
    expect(county.items.length).toBeGreaterThanOrEqual(60);
    expect(county.bundles.length).toBeGreaterThanOrEqual(10);
  });

  it('has conditions that can be read, all of them', async () => {
    const county = await readCountyFolder(countyFolder);
    const texts = county.items.flatMap((one) => [...one.elements, ...one.materials].flatMap((part) => part.when ?? []));
    expect(texts.length).toBeGreaterThan(50);
    for (const text of texts) expect(() => expressionOf(text)).not.toThrow();
  });

  it('is in force on every day of the trial, and loading it again changes nothing', async () => {
    const before = await platform.asSystem((tx) =>
      tx.one<{ count: string }>(sql`select count(*) from catalogue.service_version`),
    );
    await platform.asSystem(async (tx) => {
      await tx.exec(sql`update kernel.loaded set digest = '' where region = ${tx.region} and part = 'catalogue'`);
      await load(tx);
    });
    expect(
      await platform.asSystem((tx) => tx.one<{ count: string }>(sql`select count(*) from catalogue.service_version`)),
    ).toEqual(before);
    const listed = await platform.asSystem((tx) => listServices({ ...tx, now: '2022-10-01T01:00:00.000Z' }));
    expect(listed.length).toBeGreaterThanOrEqual(70);
  });
});

describe('search', () => {
  it.each([
    ['我想开个小饭馆要办什么证', /餐饮店/],
    ['yyzz', /企业设立登记/],
    ['gongjijin tiqu', /公积金提取/],
    ['开公司', /企业开办|企业设立/],
  ])('%s finds the right thing first', async (q, name) => {
    const { found } = await platform.call(open.searchCatalogue, { q });
    expect(found[0]?.name).toMatch(name);
  });

  it('remembers what was looked for in vain, without numbers of people', async () => {
    for (const q of ['量子纠缠xqzj', '量子纠缠XQZJ ', 'qqqq 610329199003070017', '', 'q'])
      await platform.call(open.searchCatalogue, { q });
    await platform.call(open.searchCatalogue, { q: '量子纠缠xqzj', audience: 'firm' });
    const { misses } = await author(staff.listMisses, {});
    expect(misses.map(({ query, times }) => [query, times])).toEqual([['量子纠缠xqzj', 2]]);
    expect(await author(staff.forgetMisses, { queries: ['量子纠缠xqzj'] })).toEqual({ forgotten: 1 });
  });

  it('follows a synonym as soon as it is saved, and forgets it when it is deleted', async () => {
    const q = '鸡毛换糖铺';
    expect((await platform.call(open.searchCatalogue, { q })).found[0]?.name ?? '').not.toContain('公积金提取');
    const { id } = await author(staff.saveSynonym, { kind: 'oneWay', words: [q], leadsTo: ['住房公积金提取'] });
    expect((await platform.call(open.searchCatalogue, { q })).found[0]?.name).toContain('公积金提取');
    await author(staff.deleteSynonym, { id });
    expect((await platform.call(open.searchCatalogue, { q })).found[0]?.name ?? '').not.toContain('公积金提取');
    expect(await refusal(author(staff.deleteSynonym, { id }))).toBe('SYNONYM_NOT_FOUND');
  });

  it('suggests while someone types', async () => {
    const { suggestions } = await platform.call(open.suggestCatalogue, { q: 'qykb' });
    expect(suggestions.map((one) => one.id)).toContain('enterprise-opening');
  });
});

describe('guides', () => {
  it('of the whole catalogue can be read, formed and drawn', async () => {
    const { services, total } = await platform.call(open.listCatalogue, { size: 200 });
    expect(services).toHaveLength(total);
    for (const { id } of services) {
      const guide = await platform.call(open.readGuide, { id });
      expect(guide.items.every((one) => one.departmentName !== one.department)).toBe(true);
      const form = await platform.call(open.readForm, { id });
      expect(form.sections.flatMap((section) => section.fields)).toHaveLength(guide.questionsAsked);
    }
    const chart = await platform.asSystem((tx) => flowOf(tx, 'enterprise-opening', 'svg'));
    expect(chart.content).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
    expect((await platform.asSystem((tx) => flowOf(tx, 'food-business-licence', 'bpmn'))).content).toContain(
      'bpmn:process',
    );
  }, 30_000);

  it('narrow by what people choose', async () => {
    const { services } = await platform.call(open.listCatalogue, { kind: 'bundle', audience: 'firm', size: 200 });
    expect(services.every((one) => one.kind === 'bundle' && one.audience.includes('firm'))).toBe(true);
    expect(await refusal(platform.call(open.readGuide, { id: 'no-such-thing' }))).toBe('SERVICE_NOT_FOUND');
  });

  it('work out items, materials and conditions from answers', async () => {
    const id = 'enterprise-opening';
    const unknown = await platform.call(open.computeMaterials, { id });
    expect(unknown.items.map((one) => one.applies)).toContain('unknown');
    expect(unknown.issues).toEqual([]);
    const answers = {
      hiresEmployees: 'false',
      wantsBankAccount: 'false',
      premisesKind: 'rented',
      enterpriseType: 'limited-company',
      shareholderCount: '51',
    };
    const known = await platform.call(open.computeMaterials, { id, answers });
    expect(known.items.find((one) => one.id === 'social-insurance-registration')?.applies).toBe('no');
    expect(known.materials.find((one) => one.name === '租房合同')?.state).toBe('needed');
    expect(known.conditions.find((one) => one.id === 'shareholder-number')?.holds).toBe('no');
    const wrong = await platform.call(open.computeMaterials, { id, answers: { premisesKind: 'tent' } });
    expect(wrong.issues.map((issue) => issue.path)).toEqual(['/answers/premisesKind']);
  });
});

describe('from draft to publication', () => {
  const id = 'food-business-licence';

  it('takes two people, freezes, and leaves running cases alone', async () => {
    const before = await platform.asSystem((tx) => serviceFor(tx, { kind: 'item', id }));
    const definition = { ...(await definitionOf(id)), summary: '改过的说明。' };
    const saved = await author(staff.saveDraft, { id, definition, note: '改说明' });
    expect(saved.violations).toEqual([]);
    expect(saved.version).toBe(before.version + 1);
    expect((await platform.call(open.readGuide, { id })).summary).not.toBe('改过的说明。');
    expect(await refusal(publisher(staff.publishVersion, { id }))).toBe('NOT_IN_REVIEW');
    await author(staff.submitForReview, { id });
    expect(await refusal(author(staff.submitForReview, { id }))).toBe('NOT_A_DRAFT');
    expect(await refusal(author(staff.publishVersion, { id }))).toBe('SAME_PERSON');
    expect(await refusal(publisher(staff.publishVersion, { id, validFrom: '2026-11-22' }))).toBe('VALID_FROM_PAST');
    await publisher(staff.publishVersion, { id });
    expect((await platform.call(open.readGuide, { id })).summary).toBe('改过的说明。');

    const frozen = await platform.asSystem((tx) =>
      serviceFor(tx, { kind: 'item', id, versions: { [id]: before.version } }),
    );
    expect(frozen.items[0]?.definition).toEqual(before.items[0]?.definition);
    expect(frozen.elements).toEqual(before.elements);
    const { changes } = await author(staff.readDifference, { id, from: before.version, to: saved.version });
    expect(changes).toEqual([{ path: '/summary', label: '一句话说明', before: before.summary, after: '改过的说明。' }]);
    await platform.asSystem(async (tx) => {
      await tx.exec(sql`update kernel.loaded set digest = '' where region = ${tx.region} and part = 'catalogue'`);
      await load(tx);
    });
    expect((await platform.call(open.readGuide, { id })).summary).toBe('改过的说明。');
  });

  it('cannot be undone behind the back of the platform', async () => {
    const client = new pg.Client({ connectionString: platform.appUrl });
    await client.connect();
    await client.query('set role yingshang_app');
    const tampering = `update catalogue.service_version set definition = '{}' where id = '${id}' and state = 'published'`;
    await expect(client.query(tampering)).rejects.toThrow(/frozen/);
    await expect(
      client.query(`update catalogue.service_version set state = 'draft' where id = '${id}' and state = 'published'`),
    ).rejects.toThrow(/frozen/);
    await expect(client.query('delete from catalogue.service_version')).rejects.toThrow(/permission denied/);
    await client.end();
  });

  it('refuses broken rules with their places and reasons', async () => {
    const definition = { ...(await definitionOf('water-connection')), promised: { term: '300wd', note: '' } };
    const saved = await author(staff.saveDraft, { id: 'water-connection', definition });
    expect(saved.violations.map((one) => one.path)).toContain('/promised/term');
    expect(await refusal(author(staff.submitForReview, { id: 'water-connection' }))).toBe('CONSTRAINTS_BROKEN');
    expect(await refusal(author(staff.saveDraft, { id: 'water-connection', definition, baseDigest: 'another' }))).toBe(
      'DRAFT_CHANGED',
    );
    expect(
      await refusal(author(staff.saveDraft, { id: 'water-connection', definition: { ...definition, colour: 'red' } })),
    ).toBe('INVALID_INPUT');
    expect((await author(staff.checkDefinition, { definition: { id: 'bad' } })).violations.length).toBeGreaterThan(5);
    await publisher(staff.withdrawVersion, { id: 'water-connection', version: saved.version, reason: '放弃草稿' });
    expect(
      await refusal(
        publisher(staff.withdrawVersion, { id: 'water-connection', version: saved.version, reason: '再来一次' }),
      ),
    ).toBe('ALREADY_WITHDRAWN');
    expect((await platform.call(open.readGuide, { id: 'water-connection' })).id).toBe('water-connection');
  });

  it('lets a new item begin on its day, and end, unless a bundle needs it', async () => {
    const definition = {
      ...sample({ id: 'test-item', basicCode: 'TEST00000001', department: 'market-regulation' }),
      elements: [],
      conditions: [],
      materials: [],
    };
    const steps = definition.steps.map((step) => ({ ...step, department: 'market-regulation' }));
    await author(staff.saveDraft, { id: 'test-item', definition: { ...definition, steps } });
    expect(
      await refusal(
        author(staff.saveDraft, { id: 'enterprise-opening', definition: { ...definition, id: 'enterprise-opening' } }),
      ),
    ).toBe('ID_TAKEN');
    await author(staff.submitForReview, { id: 'test-item' });
    const { itemCode } = await publisher(staff.publishVersion, { id: 'test-item', validFrom: '2026-11-25' });
    expect(itemCode).toMatch(/^11610329.{10}4TEST00000001$/);
    expect(await refusal(platform.call(open.readGuide, { id: 'test-item' }))).toBe('SERVICE_NOT_FOUND');
    platform.clock.set('2026-11-24T16:30:00.000Z');
    await signIn();
    expect((await platform.call(open.readGuide, { id: 'test-item' })).version).toBe(1);
    await publisher(staff.withdrawVersion, { id: 'test-item', version: 1, reason: '停办' });
    expect(await refusal(platform.call(open.readGuide, { id: 'test-item' }))).toBe('SERVICE_NOT_FOUND');
    const { version } = await platform.asSystem((tx) =>
      serviceFor(tx, { kind: 'item', id: 'enterprise-registration' }),
    );
    expect(
      await refusal(publisher(staff.withdrawVersion, { id: 'enterprise-registration', version, reason: '停办' })),
    ).toBe('USED_BY_BUNDLE');
  });

  it('is not for everybody', async () => {
    const clerk = await platform.signIn('clerk');
    expect(await refusal(clerk(staff.listItems, {}))).toBe('FORBIDDEN');
    expect(await refusal(platform.call(staff.listItems, {}))).toBe('NOT_SIGNED_IN');
    const { total, services } = await author(staff.listItems, { kind: 'bundle', size: 5 });
    expect(total).toBeGreaterThanOrEqual(10);
    expect(services).toHaveLength(5);
  });

  it('keeps the questions of what is published when a data element is edited', async () => {
    const { elements } = await author(staff.listElements, { text: 'premisesArea' });
    const element = elements.find((one) => one.definition.id === 'premisesArea');
    expect(element?.usedBy.length).toBeGreaterThan(0);
    const definition = { ...(element?.definition ?? expect.fail('no element')), name: '新的叫法' };
    await author(staff.saveElement, { id: 'premisesArea', definition });
    const user = element?.usedBy[0]?.id ?? '';
    const form = await platform.call(open.readForm, { id: user });
    const asked = form.sections
      .flatMap((section) => section.fields)
      .find((field) => field.element.id === 'premisesArea');
    expect(asked?.element.name).not.toBe('新的叫法');
    expect(
      await refusal(author(staff.saveElement, { id: 'premisesArea', definition: { ...definition, type: 'choice' } })),
    ).toBe('CONSTRAINTS_BROKEN');
  });
});

describe('case numbers', () => {
  it('are never given twice, however many ask at once', async () => {
    const draw = () => platform.asSystem((tx) => caseNumber(tx, 'enterprise-registration', '2026-11-23'));
    const numbers = await Promise.all(Array.from({ length: 20 }, draw));
    expect(new Set(numbers).size).toBe(20);
    expect(numbers.map((number) => parseCaseNumber(number)?.serial).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    await platform.asSystem((tx) => tx.exec(sql`update kernel.serial set last = 9999`));
    expect(await draw()).toMatch(/2026112310000$/);
  });
});

/** The smallest workbook that programs open: one sheet of inline strings in an uncompressed archive. */
function excelFile(rows: readonly (readonly string[])[]): Buffer {
  const cells = (row: readonly string[], at: number) =>
    row
      .map((text, column) =>
        text === '' ? '' : `<c r="${'ABC'.charAt(column)}${at + 1}" t="inlineStr"><is><t>${text}</t></is></c>`,
      )
      .join('');
  const namespace = 'http://schemas.openxmlformats.org';
  const sheet = rows.map((row, at) => `<row r="${at + 1}">${cells(row, at)}</row>`).join('');
  return archive({
    '[Content_Types].xml': `<Types xmlns="${namespace}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${namespace}/package/2006/relationships"><Relationship Id="r1" Type="${namespace}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${namespace}/spreadsheetml/2006/main" xmlns:r="${namespace}/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${namespace}/package/2006/relationships"><Relationship Id="r1" Type="${namespace}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${namespace}/spreadsheetml/2006/main"><dimension ref="A1:C${rows.length}"/><sheetData>${sheet}</sheetData></worksheet>`,
  });
}

function archive(files: Readonly<Record<string, string>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, content] = [Buffer.from(name), Buffer.from(text)];
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc32(content), 0);
    sizes.writeUInt32LE(content.length, 4);
    sizes.writeUInt32LE(content.length, 8);
    const lengths = Buffer.from([path.length, 0, 0, 0]);
    const head = Buffer.concat([
      Buffer.from('504b0304' + '1400' + '0008' + '0000' + '00000000', 'hex'),
      sizes,
      lengths,
      path,
      content,
    ]);
    const at = Buffer.alloc(4);
    at.writeUInt32LE(offset);
    central.push(
      Buffer.concat([
        Buffer.from('504b0102' + '1400' + '1400' + '0008' + '0000' + '00000000', 'hex'),
        sizes,
        lengths,
        Buffer.alloc(10),
        at,
        path,
      ]),
    );
    local.push(head);
    offset += head.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('504b0506', 'hex');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

const nationalList = resolve(import.meta.dirname, '../../../../shared/data/service-items-511602.json');

describe('imported lists', () => {
  const bringIn = (name: string, bytes: Buffer, preview = false) =>
    platform.asSystem((tx) => importNationalItems(tx, { name, bytes }, '511602', { preview }));

  it.skipIf(!existsSync(nationalList))('all 1,135 rows go in, and a second time nothing changes', async () => {
    const bytes = readFileSync(nationalList);
    const fresh = { read: 1135, created: 1135, updated: 0, unchanged: 0, rejected: [] };
    expect(await bringIn('items.json', bytes, true)).toEqual(fresh);
    expect(await bringIn('items.json', bytes)).toEqual(fresh);
    expect(await bringIn('items.json', bytes)).toEqual({
      read: 1135,
      created: 0,
      updated: 0,
      unchanged: 1135,
      rejected: [],
    });
    const { total, items } = await author(staff.listNationalItems, { region: '511602', kind: ['01'], size: 1 });
    expect(total).toBe(536);
    expect(items[0]?.kindName).toBe('行政许可');
    expect((await platform.call(open.searchCatalogue, { q: 'gongjijin tiqu' })).found[0]?.kind).toBe('item');
  });

  it('as CSV, in UTF-8 and in GBK, with broken rows listed', async () => {
    const text =
      '事项名称,实施编码,实施主体,事项类型\r\n甲,CSV-1,某局,行政许可\r\n,CSV-2,某局,1\r\n乙,CSV-3,某局,1\r\n';
    expect(await bringIn('a.csv', Buffer.from(`\ufeff${text}`))).toEqual({
      read: 3,
      created: 2,
      updated: 0,
      unchanged: 0,
      rejected: [{ row: 3, reason: '没有事项名称。' }],
    });
    // 甲 乙 … in GBK: what Excel in China writes.
    const gbk = Buffer.from('cac2cfeec3fbb3c62cb1e0c2eb0abcd72c47422d310a', 'hex');
    expect(await bringIn('b.csv', gbk)).toEqual({ read: 1, created: 1, updated: 0, unchanged: 0, rejected: [] });
    expect((await author(staff.listNationalItems, { text: 'GB-1', kind: [] })).items).toMatchObject([
      { name: '甲', code: 'GB-1', areaCode: '511602' },
    ]);
  });

  it('as an Excel sheet, where a changed row is updated', async () => {
    const rows = (name: string) => [
      ['事项名称', '事项编码', '部门'],
      [name, 'XL-1', '某局'],
      ['', '', ''],
      ['戊', 'XL-2', '某局'],
      ['', '', ''],
    ];
    expect(await bringIn('a.xlsx', excelFile(rows('丁')))).toEqual({
      read: 3,
      created: 2,
      updated: 0,
      unchanged: 0,
      rejected: [{ row: 3, reason: '这一行是空的。' }],
    });
    expect(await bringIn('a.xlsx', excelFile(rows('丁（修订）')))).toMatchObject({
      created: 0,
      updated: 1,
      unchanged: 1,
    });
  });

  it('are refused as a whole when they cannot be read', async () => {
    for (const [name, content] of [
      ['a.json', '{'],
      ['a.xlsx', 'no sheet'],
      ['a.doc', 'x'],
      ['a.csv', ''],
    ] as const) {
      await expect(bringIn(name, Buffer.from(content))).rejects.toMatchObject({ code: 'ITEM_LIST_UNREADABLE' });
    }
  });

  it('are uploaded by staff, previewed first', async () => {
    const document = new File(['name,itemCode\n丙事项,UP-1\n'], 'list.csv', { type: 'text/csv' });
    const input = { document, region: '511602', fileName: 'list.csv' } as never;
    expect(await author(staff.importItems, input)).toMatchObject({ applied: false, created: 1 });
    expect(await author(staff.importItems, { ...(input as object), apply: 'true' } as never)).toMatchObject({
      applied: true,
      created: 1,
    });
    expect(await author(staff.importItems, { ...(input as object), apply: 'true' } as never)).toMatchObject({
      unchanged: 1,
    });
    const json = new File([JSON.stringify([{ name: '己事\0项', itemCode: 'UP-2', 备注: '\0' }])], 'list.json');
    expect(
      await author(staff.importItems, {
        document: json,
        region: '511602',
        fileName: 'list.json',
        apply: 'true',
      } as never),
    ).toMatchObject({ created: 1 });
  });
});
