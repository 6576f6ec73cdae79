import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { CallError, type Caller } from '../../kernel/call.ts';
import { png } from '../../simulation/papers.ts';
import * as contract from './contract.ts';
import { levelOf, looksOf, needsLook, numbersTwice, type RowSeen } from './rules/look.ts';

let platform: TestPlatform;
let reader: Caller;
let second: Caller;

beforeAll(async () => {
  platform = await startTestPlatform();
  reader = await platform.signIn('supervisor');
  second = await platform.signIn('second-supervisor');
});
afterAll(() => platform.stop());

async function refused(work: Promise<unknown>): Promise<[number, string, string]> {
  return work.then(
    () => [200, 'none', ''],
    (error: unknown) => {
      if (!(error instanceof CallError)) throw error;
      return [error.problem.status, error.problem.code, error.problem.detail];
    },
  );
}

const lines = [
  '麟游县2027年优化营商环境工作方案',
  '一、重点任务',
  '（一）简化企业开办',
  '1.简化企业开办。企业开办时间压缩至1个工作日以内。（县行政审批局牵头，县税务局、县发展规划院配合）',
  '2.规范中介服务。公布中介服务清单。（县发展规划院牵头，县行政审批局配合）',
  '3.提升办税便利度。全年纳税时间不超过80小时。（县税务局牵头，县财政局配合）',
  '4.加强宣传引导。多渠道宣传政策。',
];

const upload = (content: BlobPart, name: string, as = reader) =>
  as(contract.readDocument, { document: new File([content], name) } as never);
const open = (documentId: string, as = reader) => as(contract.reviewDocument, { documentId });
const shown = async (documentId: string) =>
  (await open(documentId)).rows.map(({ no, title, leads }) => [
    no,
    title.value,
    leads.map((one) => one.name).join('、'),
  ]);
const read = [
  ['1', '简化企业开办', '县行政审批局'],
  ['2', '规范中介服务', '县发展规划院'],
  ['3', '提升办税便利度', '县税务局'],
  ['4', '加强宣传引导', ''],
];

describe('读入', () => {
  it.each([
    ['方案.txt', () => lines.join('\n')],
    ['方案.docx', () => docx(lines)],
    ['方案.pdf', () => pdf(lines)],
  ])('%s：行和每个字段在原文里的位置', async (name, content) => {
    const { documentId, rows } = await upload(content() as BlobPart, name);
    expect(rows).toBe(4);
    expect(await shown(documentId)).toEqual(read);
    const { text, rows: all, document } = await open(documentId);
    expect(document).toMatchObject({ name, state: 'review', rows: 4, confirmed: 0, dropped: 0, isMine: true });
    for (const one of all.flatMap(({ leads, supporters }) => [...leads, ...supporters]))
      expect(one.span === null ? '' : text.slice(one.span.start, one.span.end)).toBe(one.name);
  });

  it('同一份文件再读一次，说以前读过', async () => {
    const content = lines.join('\n').replace('80小时', '70小时');
    const first = await upload(content, '甲.txt');
    expect(first.earlier).toBeNull();
    expect((await upload(content, '乙.txt')).earlier).toBe(first.documentId);
  });

  it.each<[string, BlobPart, RegExp]>([
    ['图片.docx', new Uint8Array(png(0x336699)), /图片，没有文字可读/],
    ['白纸.docx', docx([]) as BlobPart, /读不进来/],
    ['扫描.pdf', pdf([]) as BlobPart, /没有读到任务|没有文字/],
    ['日记.txt', '今天天气很好。', /没有读到任务|没有文字/],
  ])('读不进来的 %s 说明白为什么', async (name, content, why) => {
    const [status, code, detail] = await refused(upload(content, name));
    expect([status, code]).toEqual([400, 'DOCUMENT_UNREADABLE']);
    expect(detail).toMatch(why);
  });

  it('空文件不收', async () => {
    expect((await refused(upload('', '空.txt'))).slice(0, 2)).toEqual([400, 'FILE_EMPTY']);
  });
});

describe('核对', () => {
  it('数出要看的行，按字和状态找，放到一边再取回来', async () => {
    const { documentId } = await upload(lines.join('\n').replace('麟游县2027年', '麟游县2031年'), '三一年.txt');
    const find = async (text: string, state: ('review' | 'entered' | 'dropped')[] = []) =>
      (await reader(contract.listDocuments, { text, state })).documents;
    const [line, ...others] = await find('2031年优化');
    expect(others).toEqual([]);
    // The strange lead, the strange supporter, and the measure that names nobody.
    expect(line).toMatchObject({ id: documentId, rows: 4, confirmed: 0, toLook: 3, dropped: 0, planId: null });
    expect((await find('2031年%优化')).length + (await find('三一年', ['entered'])).length).toBe(0);
    const { rows } = await open(documentId);
    const ids = rows.map((row) => row.id);
    await reader(contract.decideRows, { documentId, rowIds: [ids[0] ?? '', ids[2] ?? ''], state: 'confirmed' });
    await reader(contract.decideRows, { documentId, rowIds: [ids[3] ?? ''], state: 'dropped' });
    expect(await find('三一年')).toMatchObject([{ rows: 3, confirmed: 2, toLook: 1, dropped: 1 }]);
    expect((await open(documentId, second)).document).toMatchObject({ isMine: false, toLook: 1 });

    expect(await reader(contract.discardDocument, { documentId, discarded: true })).toEqual({ state: 'dropped' });
    expect(await find('三一年', ['dropped'])).toHaveLength(1);
    expect(await find('三一年', ['review'])).toHaveLength(0);
    const decide = { documentId, rowIds: ids, state: 'confirmed' as const };
    expect((await refused(reader(contract.decideRows, decide))).slice(0, 2)).toEqual([409, 'DOCUMENT_DISCARDED']);
    expect(await reader(contract.discardDocument, { documentId, discarded: false })).toEqual({ state: 'review' });
    expect((await reader(contract.decideRows, decide)).refused).toHaveLength(1);
  });

  it('正文和包抓领导也改得了；入台账以后说哪些没有进、哪些只是名称、哪些没人牵头', async () => {
    const { documentId } = await upload(lines.join('\n').replace('麟游县2027年', '麟游县2032年'), '三二年.txt');
    const { rows } = await open(documentId);
    const [, secondRow, , last] = rows;
    if (secondRow === undefined || last === undefined) throw new Error('four rows were expected');
    const base = { area: null, supporters: [], collectives: [], deadline: null, targets: [] };
    const { row } = await reader(contract.editRow, {
      ...base,
      rowId: last.id,
      version: last.version,
      no: '1',
      title: '加强宣传',
      text: '用好县政府网站宣传政策。',
      leads: [],
      sponsors: ['县长王某'],
    });
    expect(row).toMatchObject({ text: { value: '用好县政府网站宣传政策。', confidence: 1 }, sponsors: ['县长王某'] });
    await reader(contract.decideRows, { documentId, rowIds: [secondRow.id], state: 'dropped' });
    const kept = rows.filter((one) => one !== secondRow).map((one) => one.id);
    await reader(contract.decideRows, { documentId, rowIds: kept, state: 'confirmed' });
    const period = { documentId, year: 2032, startsOn: '2032-01-01', endsOn: '2032-12-31' };
    expect((await refused(second(contract.enterLedger, period))).slice(1)).toEqual([
      'ROW_NUMBER_TWICE',
      '编号1用了两次，请先改成不同的编号。',
    ]);
    // Two kept rows of one number both wait for somebody's eyes.
    expect((await open(documentId)).document.toLook).toBe(2);
    await reader(contract.editRow, {
      ...base,
      rowId: last.id,
      version: row.version + 1,
      no: '4',
      title: '加强宣传',
      leads: [],
    });
    await reader(contract.decideRows, { documentId, rowIds: kept, state: 'confirmed' });
    const entered = await second(contract.enterLedger, period);
    expect(entered).toMatchObject({
      version: 1,
      measures: 3,
      leftOut: [{ no: '2', title: '规范中介服务' }],
      namesOnly: [{ no: '1', names: ['县发展规划院'] }],
      withoutLead: [{ no: '4', title: '加强宣传' }],
    });
    const { measures } = await reader(contract.listMeasures, { planId: entered.planId });
    const view = await reader(contract.readMeasure, { measureId: measures.find((one) => one.no === '4')?.id ?? '' });
    expect(view).toMatchObject({ summary: '用好县政府网站宣传政策。', sponsors: ['县长王某'] });
    expect((await open(documentId)).document).toMatchObject({ state: 'entered', planId: entered.planId, toLook: 0 });
    expect((await refused(reader(contract.discardDocument, { documentId, discarded: true })))[1]).toBe(
      'DOCUMENT_ENTERED',
    );
    expect((await refused(reader(contract.discardDocument, { documentId: entered.planId, discarded: true })))[1]).toBe(
      'DOCUMENT_NOT_READ',
    );
    const officer = await platform.signIn('officer-approval-bureau');
    expect((await refused(officer(contract.discardDocument, { documentId, discarded: true })))[1]).toBe('FORBIDDEN');
  });
});

describe('要看的地方', () => {
  const sound: RowSeen = {
    kind: 'measure',
    state: 'proposed',
    confidence: 0.95,
    no: '1',
    span: { start: 0, end: 9 },
    leads: [{ name: '县税务局', span: null, known: true }],
    supporters: [],
    flags: [],
  };
  const stranger = { name: '县发展规划院', span: { start: 3, end: 9 }, known: false };
  const nobody = new Set<string>();

  it.each<[string, Partial<RowSeen>, string[]]>([
    ['都读准了', {}, []],
    ['把握小', { confidence: 0.7 }, ['look']],
    ['把握十足，疑问还在', { confidence: 1, flags: ['repaired-name'] }, ['look']],
    ['没有编号', { no: ' ' }, ['stop']],
    ['牵头不在目录里', { leads: [stranger] }, ['stop']],
    ['配合不在目录里', { supporters: [stranger] }, ['look']],
    ['没有牵头，只说一次', { leads: [], flags: ['no-lead'] }, ['look']],
    ['只是说明', { flags: ['open-list', 'broken-line'] }, ['note']],
    ['没有见过的标记也要看', { flags: ['something-new'] }, ['look']],
    ['人改过以后，读的时候的疑问就了结了', { confidence: 1, flags: ['unread-words', 'typed'] }, []],
    ['最要紧的在前', { flags: ['open-list', 'unread-words'], no: '' }, ['stop', 'look', 'note']],
  ])('%s', (_, change, weights) => {
    const looks = looksOf({ ...sound, ...change }, nobody);
    expect(looks.map((one) => one.weight)).toEqual(weights);
    expect(looks.every(({ words }) => /\p{Script=Han}.*。$/u.test(words) && !/[a-z]/i.test(words))).toBe(true);
    expect(needsLook('proposed', looks)).toBe(weights.some((one) => one !== 'note'));
    expect(needsLook('confirmed', looks)).toBe(weights.includes('stop'));
    expect(needsLook('dropped', looks)).toBe(false);
  });

  it('指到原文里的那个名字', () => {
    expect(looksOf({ ...sound, leads: [stranger] }, nobody)[0]?.span).toEqual(stranger.span);
  });

  it('同一类里留下来的两行不能同号', () => {
    const one = (no: string, rest: Partial<RowSeen> = {}) => ({ ...sound, no, ...rest });
    expect([...numbersTwice([one('1'), one('2'), one('1', { kind: 'subItem' })])]).toEqual([]);
    expect([...numbersTwice([one('1'), one('1', { state: 'dropped' }), one(''), one('')])]).toEqual([]);
    const twice = numbersTwice([one('1'), one('1')]);
    expect(looksOf(sound, twice).map(({ weight }) => weight)).toEqual(['stop']);
  });

  it('改过的行分开以后，又要对照原文', async () => {
    const { documentId } = await upload(lines.join('\n').replace('麟游县2027年', '麟游县2033年'), '三三年.txt');
    const [row] = (await open(documentId)).rows;
    if (row === undefined) throw new Error('rows were expected');
    const edit = { area: null, supporters: [], collectives: [], deadline: null, targets: [], title: '甲', no: '9' };
    const edited = await reader(contract.editRow, {
      ...edit,
      rowId: row.id,
      version: row.version,
      leads: ['县行政审批局'],
    });
    expect(edited.row.flags).toContain('typed');
    const { text } = await open(documentId);
    const at = text.indexOf('企业开办时间');
    const { rows } = await reader(contract.splitRow, { rowId: row.id, version: edited.row.version, at });
    expect(rows.map(({ flags, confidence }) => [flags.includes('typed'), levelOf(confidence, flags)])).toEqual([
      [false, 'sure'],
      [false, 'weak'],
    ]);
  });

  it('把握分四档', () => {
    expect([1, 0.97, 0.9, 0.89, 0.8, 0.79, 0].map((one) => levelOf(one, []))).toEqual(
      'sure sure sure fair fair weak weak'.split(' '),
    );
    expect(levelOf(0.3, ['typed'])).toBe('typed');
  });
});

function docx(paragraphs: readonly string[]): Uint8Array {
  const body = paragraphs.map((words) => `<w:p><w:r><w:t xml:space="preserve">${words}</w:t></w:r></w:p>`).join('');
  const types =
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
  return zipSync({
    '[Content_Types].xml': strToU8(types),
    'word/document.xml': strToU8(
      `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    ),
  });
}

/** One page; the font is only named, its characters come by a predefined map. */
function pdf(printed: readonly string[]): Uint8Array {
  const hex = (line: string) =>
    [...line].map((sign) => (sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')).join('');
  const drawn = printed.map((line, index) => `BT /F1 8 Tf 20 ${800 - index * 24} Td <${hex(line)}> Tj ET`).join('\n');
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${drawn.length}>>stream\n${drawn}\nendstream`,
    '<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>',
    '<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/FontDescriptor 7 0 R>>',
    '<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>',
  ];
  let out = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = out.length;
    out += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  return strToU8(
    `${out}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${out.length}\n%%EOF`,
  );
}
