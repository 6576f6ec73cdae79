import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { NotADocument, readPlanFile, toOutput } from './index.ts';

const text =
  '一、任务\n1.推行告知承诺。先批后查。（县行政审批局牵头，县司法局配合）\n2.推行容缺受理。清单公开。（县发改局负责）';

describe('files', () => {
  it('UTF-8, with and without a mark, and UTF-16', async () => {
    const plain = await readPlanFile(strToU8(text), 'a.txt');
    for (const bytes of [strToU8(`\ufeff${text}`), utf16(text), utf16(text).slice(2)]) {
      const other = await readPlanFile(bytes, 'a.txt');
      expect(toOutput(other).measures.map(({ lead, co }) => [lead, co])).toEqual(
        toOutput(plain).measures.map(({ lead, co }) => [lead, co]),
      );
    }
    expect(toOutput(plain).measures[0]).toMatchObject({ lead: ['县行政审批局'], co: ['县司法局'] });
  });

  it('GB18030', async () => {
    // 1.甲。（县发改局负责）
    const bytes = new Uint8Array([
      0x31, 0x2e, 0xbc, 0xd7, 0xa1, 0xa3, 0xa3, 0xa8, 0xcf, 0xd8, 0xb7, 0xa2, 0xb8, 0xc4, 0xbe, 0xd6, 0xb8, 0xba, 0xd4,
      0xf0, 0xa3, 0xa9,
    ]);
    const output = toOutput(await readPlanFile(bytes, 'gb.txt'));
    expect(output.measures).toMatchObject([{ no: 1, title: '甲', lead: ['县发改局'], impliedLead: true }]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['empty', new Uint8Array(0), /空文件/],
    ['white space', strToU8(' \n\u3000\n'), /空白/],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 1]), /图片/],
    [
      'random bytes',
      Uint8Array.from({ length: 4000 }, (_, index) => (index * index * 31 + index * 7) % 256),
      /不是文字文件/,
    ],
    ['an old Word file', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), /另存为/],
    ['a zip without a document', zipSync({ 'a.txt': strToU8('a') }), /不是 Word 文档/],
    ['a workbook', zipSync({ 'xl/workbook.xml': strToU8('<workbook/>') }), /电子表格/],
    ['a spoilt zip', new Uint8Array([0x50, 0x4b, 0x03, 0x04, 9, 9, 9, 9]), /损坏/],
    ['a spoilt PDF', strToU8('%PDF-1.4 nothing'), /损坏/],
    [
      'an English letter',
      strToU8(
        'Dear Sir,\n\n1. Thank you for your letter of 3 May.\n2. We will come on Friday.\n\nYours sincerely,\nJ. Smith',
      ),
      /没有中文/,
    ],
    ['a shopping list', strToU8('周末购物清单\n1.牛奶两盒\n2.鸡蛋一打\n3.去市场买菜\n4.给妈妈打电话'), /不像.*公文/],
    [
      'a letter',
      strToU8('亲爱的小明：\n    你好！今天天气很好，我们一家去公园划船，晚上一起吃了饺子。\n    祝开心！'),
      /不像.*公文/,
    ],
  ])('%s is no document', async (_, bytes, message) => {
    await expect(readPlanFile(bytes, 'x')).rejects.toThrow(NotADocument);
    await expect(readPlanFile(bytes, 'x')).rejects.toThrow(message);
  });

  it('a text that is no plan is read, with a warning', async () => {
    const reading = await readPlanFile(
      strToU8('关于做好防汛工作的通知\n各部门要加强值班值守，落实责任，及时组织群众转移。'),
      'a.txt',
    );
    expect(reading.measures).toEqual([]);
    expect(reading.warnings.map(({ code }) => code)).toContain('no-measures');
  });

  it('a saved web page', async () => {
    const html = `<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head><body>${text
      .split('\n')
      .map((line) => `<p>${line.replace('。（', '。&nbsp;（')}</p>`)
      .join('')}</body></html>`;
    expect(toOutput(await readPlanFile(strToU8(html), 'a.html')).measures.map(({ no, lead }) => [no, lead])).toEqual([
      [1, ['县行政审批局']],
      [2, ['县发改局']],
    ]);
  });
});

describe('Word documents', () => {
  it('paragraphs, runs cut inside words, deleted and inserted words', async () => {
    const body =
      p(run('一、任务')) +
      p(
        `${run('1.推行告知')}${run('承诺。先批后查。（县行政审')}<w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins>${run('批局牵头')}</w:ins>${run('，县司法局配合）')}`,
      );
    const output = toOutput(await readPlanFile(docx(body), 'a.docx'));
    expect(output.measures).toMatchObject([{ no: 1, title: '推行告知承诺', lead: ['县行政审批局'], co: ['县司法局'] }]);
  });

  it('numbers that Word counts itself', async () => {
    const item = (level: number, words: string) =>
      p(run(words), `<w:pPr><w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="3"/></w:numPr></w:pPr>`);
    const body =
      item(0, '重点任务') +
      item(1, '优化审批。减少环节。（县行政审批局牵头，县财政局配合）') +
      item(1, '优化监管。减少检查。（县司法局牵头，县财政局配合）') +
      item(0, '其他任务') +
      item(1, '优化法治。公开裁判。（县法院牵头，县司法局配合）');
    const numbering =
      '<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>' +
      '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num></w:numbering>';
    const output = toOutput(await readPlanFile(docx(body, { 'word/numbering.xml': strToU8(numbering) }), 'a.docx'));
    expect(output.measures.map(({ no, title, area }) => [no, title, area])).toEqual([
      ['（一）', '优化审批', '重点任务'],
      ['（二）', '优化监管', '重点任务'],
      ['（一）', '优化法治', '其他任务'],
    ]);
  });

  it('a table with a cell over two rows and a heading over all columns', async () => {
    const body = `<w:tbl>${row(cell('序号'), cell('任务'), cell('牵头单位'), cell('责任单位'), cell('完成时限'))}${row(
      cell('一、政务环境', '<w:gridSpan w:val="5"/>'),
    )}${row(cell('1', '<w:vMerge w:val="restart"/>'), cell('推进一网通办', '<w:vMerge w:val="restart"/>'), cell('县行政审批局'), cell('县公安局', '', '县税务局'), cell('2023年6月底'))}${row(
      cell('', '<w:vMerge/>'),
      cell('', '<w:vMerge/>'),
      cell('县数据中心'),
      cell('各乡镇'),
      cell('长期坚持'),
    )}${row(cell('2'), cell('推进就近办'), cell('县民政局'), cell(''), cell('2023年底'))}</w:tbl>`;
    const output = toOutput(await readPlanFile(docx(p(run('某县2023年任务清单')) + body), 'a.docx'));
    expect(
      output.measures.map(({ no, title, lead, co, collective, deadline, area }) => [
        no,
        title,
        lead,
        co,
        collective,
        deadline,
        area,
      ]),
    ).toEqual([
      [1, '推进一网通办', ['县行政审批局'], ['县公安局', '县税务局'], [], '2023-06-30', '政务环境'],
      [1, '推进一网通办', ['县数据中心'], [], ['各乡镇'], '长期坚持', '政务环境'],
      [2, '推进就近办', ['县民政局'], [], [], '2023-12-31', '政务环境'],
    ]);
  });

  it('a text box that stands there twice, a footnote, a tracked deletion inside a name', async () => {
    const box = p(run('2.推行容缺受理。清单公开。（县发改局负责）'));
    const body =
      p(
        `${run('1.推行告知承诺。先批后查。')}<w:r><w:footnoteReference w:id="2"/></w:r>${run('（县行政')}<w:del><w:r><w:delText>许可</w:delText></w:r></w:del>${run('审批局牵头，县司法局配合）')}`,
      ) +
      `<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>${box}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>${box}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`;
    const output = toOutput(
      await readPlanFile(docx(body, { 'word/footnotes.xml': strToU8('<w:footnotes/>') }), 'a.docx'),
    );
    expect(output.measures.map(({ no, lead, co }) => [no, lead, co])).toEqual([
      [1, ['县行政审批局'], ['县司法局']],
      [2, ['县发改局'], []],
    ]);
  });

  it('a heading of two rows, its cells merged both ways', async () => {
    const over = '<w:vMerge w:val="restart"/>';
    const under = '<w:vMerge/>';
    const body = `<w:tbl>${row(cell('序号', over), cell('任务', over), cell('责任单位', '<w:gridSpan w:val="2"/>'), cell('完成时限', over))}${row(
      cell('', under),
      cell('', under),
      cell('牵头单位'),
      cell('配合单位'),
      cell('', under),
    )}${row(cell('1'), cell('推进一网通办'), cell('县行政审批局'), cell('县公安局、县税务局'), cell('2023年6月底'))}</w:tbl>`;
    const output = toOutput(await readPlanFile(docx(p(run('某县2023年任务清单')) + body), 'a.docx'));
    expect(output.measures).toMatchObject([
      { no: 1, lead: ['县行政审批局'], co: ['县公安局', '县税务局'], impliedLead: false, deadline: '2023-06-30' },
    ]);
  });

  it('a document cut off in the middle is read up to there, and said', async () => {
    const whole = `${head}<w:body>${p(run('1.优化审批。减少环节。（县行政审批局牵头，县财政局配合）'))}<w:p><w:r><w:t>2.优`;
    const reading = await readPlanFile(zipSync({ 'word/document.xml': strToU8(whole) }), 'a.docx');
    expect(reading.measures).toHaveLength(1);
    expect(reading.warnings.map(({ code }) => code)).toContain('file-part-unread');
  });
});

describe('PDF', () => {
  it('the text layer, lines joined over the width and the page', async () => {
    const pages = [
      [
        '一、任务',
        '1.推行告知承诺，在二十个行业先行先试，先批后查。（县行政审批局牵头，县',
        '司法局配合）',
        '2.推行容缺受理，公布清单，一次告知，限期补齐，逾期不补的依法处理。（县发',
      ],
      ['改局牵头，县财政局配合）'],
    ];
    const reading = await readPlanFile(pdf(pages), 'a.pdf');
    expect(toOutput(reading).measures.map(({ no, lead, co }) => [no, lead, co])).toEqual([
      [1, ['县行政审批局'], ['县司法局']],
      [2, ['县发改局'], ['县财政局']],
    ]);
  });

  it('a ruled table: cells of several lines, a cell over two rows, a heading over all columns', async () => {
    // Columns 60–90–210–300–420–500; each line is a place and its text.
    const at = (x: number, y: number, words: string) => ({ x, y, words });
    const table = [
      at(66, 700, '序号'),
      at(96, 700, '工作任务'),
      at(216, 700, '牵头单位'),
      at(306, 700, '配合单位'),
      at(426, 700, '完成时限'),
      at(96, 676, '一、政务环境'),
      at(66, 640, '1'),
      at(96, 652, '推进工程建设项目审'),
      at(96, 636, '批制度改革'),
      at(216, 652, '县住房和城乡'),
      at(216, 636, '建设局'),
      at(306, 652, '县自然资源局、县水'),
      at(306, 636, '利局'),
      at(426, 652, '2023年6'),
      at(426, 636, '月底'),
      at(66, 596, '2'),
      at(96, 596, '推进一网通办'),
      at(216, 612, '县行政审批局'),
      at(306, 612, '县公安局'),
      at(306, 600, '县税务局'),
      at(426, 612, '长期坚持'),
      at(216, 580, '县数据局'),
      at(306, 580, '各乡镇'),
      at(426, 580, '年底前'),
    ];
    const ys = [716, 692, 668, 628, 594, 570];
    const xs = [60, 90, 210, 300, 420, 500];
    const level = ys.flatMap((y) => (y === 594 ? [`210 ${y} m 500 ${y} l S`] : [`60 ${y} m 500 ${y} l S`]));
    const upright = xs.map((x) =>
      x === 60 || x === 500 ? `${x} 716 m ${x} 570 l S` : `${x} 716 m ${x} 692 l S ${x} 668 m ${x} 570 l S`,
    );
    const reading = await readPlanFile(
      pdf([[at(60, 760, '某县2023年营商环境任务分解表'), ...table]], [...level, ...upright].join('\n')),
      'table.pdf',
    );
    expect(
      toOutput(reading).measures.map(({ no, title, lead, co, collective, deadline, area }) => [
        no,
        title,
        lead,
        co,
        collective,
        deadline,
        area,
      ]),
    ).toEqual([
      [
        1,
        '推进工程建设项目审批制度改革',
        ['县住房和城乡建设局'],
        ['县自然资源局', '县水利局'],
        [],
        '2023-06-30',
        '政务环境',
      ],
      [2, '推进一网通办', ['县行政审批局'], ['县公安局', '县税务局'], [], '长期坚持', '政务环境'],
      [2, '推进一网通办', ['县数据局'], [], ['各乡镇'], '2023-12-31', '政务环境'],
    ]);
  });

  it('a page without a text layer gives a warning', async () => {
    const reading = await readPlanFile(pdf([[]]), 'scan.pdf');
    expect(reading.warnings[0]?.message).toContain('第1页没有文字层');
  });
});

const head =
  '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">';
const run = (words: string) => `<w:r><w:t xml:space="preserve">${words}</w:t></w:r>`;
const p = (inner: string, properties = '') => `<w:p>${properties}${inner}</w:p>`;
const cell = (words: string, properties = '', more?: string) =>
  `<w:tc><w:tcPr>${properties}</w:tcPr>${p(run(words))}${more === undefined ? '' : p(run(more))}</w:tc>`;
const row = (...cells: string[]) => `<w:tr>${cells.join('')}</w:tr>`;
const docx = (body: string, parts: Record<string, Uint8Array> = {}) =>
  zipSync({ 'word/document.xml': strToU8(`${head}<w:body>${body}</w:body></w:document>`), ...parts });

function utf16(words: string): Uint8Array {
  const bytes = new Uint8Array(words.length * 2 + 2);
  bytes.set([0xff, 0xfe]);
  for (let index = 0; index < words.length; index++) {
    bytes[index * 2 + 2] = words.charCodeAt(index) & 0xff;
    bytes[index * 2 + 3] = words.charCodeAt(index) >> 8;
  }
  return bytes;
}

/** The smallest PDF with Chinese text: a font named only, its characters by a predefined map. */
function pdf(
  pages: readonly (readonly (string | { x: number; y: number; words: string })[])[],
  drawn = '',
): Uint8Array {
  const objects: string[] = ['<</Type/Catalog/Pages 2 0 R>>', ''];
  const kids: string[] = [];
  const font = 3;
  objects.push('<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>');
  objects.push(
    '<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/FontDescriptor 5 0 R>>',
  );
  objects.push(
    '<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>',
  );
  for (const lines of pages) {
    const hex = (line: string) =>
      [...line].map((char) => (char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')).join('');
    const stream = lines
      .map((line, index) => (typeof line === 'string' ? { x: 60, y: 780 - index * 24, words: line } : line))
      .map(({ x, y, words }) => `BT /F1 12 Tf ${x} ${y} Td <${hex(words)}> Tj ET`)
      .concat(drawn)
      .join('\n');
    objects.push(`<</Length ${stream.length}>>stream\n${stream}\nendstream`);
    const content = objects.length;
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${content} 0 R/Resources<</Font<</F1 ${font} 0 R>>>>>>`,
    );
    kids.push(`${objects.length} 0 R`);
  }
  objects[1] = `<</Type/Pages/Kids[${kids.join(' ')}]/Count ${kids.length}>>`;
  let out = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = out.length;
    out += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const xref = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${xref}\n%%EOF`;
  return strToU8(out);
}
