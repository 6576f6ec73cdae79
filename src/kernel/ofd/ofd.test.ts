import { create } from 'fontkit';
import { describe, expect, test } from 'vitest';
import type { Face, FaceItem, TextItem } from './face.ts';
import { MissingGlyph, PictureRefused, TextTooLong } from './face.ts';
import { facts, fonts, sampleFace } from './fixture.ts';
import { layOut, type TextShape } from './layout.ts';
import { defaultLimits } from './limits.ts';
import { readPart } from './package.ts';
import { sealOfd } from './seal-ofd.ts';
import * as world from '../seal/fixture.ts';
import { readZip } from './unzip.ts';
import { writeOfd } from './write-ofd.ts';
import { childrenOf, type XmlElement } from './xml.ts';

const faceOf = (...items: FaceItem[]): Face => ({ title: '样本', pages: [{ width: 210, height: 297, items }] });
const textOf = (text: string, more: Partial<TextItem> = {}): TextItem => ({
  kind: 'text',
  x: 20,
  y: 30,
  text,
  size: 5,
  ...more,
});
const linesOf = (item: TextItem) =>
  (layOut(faceOf(item), fonts)[0]?.shapes ?? []).filter((shape): shape is TextShape => shape.kind === 'text');
const wordsOf = (item: TextItem) => linesOf(item).map(({ signs }) => signs.map(({ sign }) => sign).join(''));
const filesOf = (face: Face) => readZip(writeOfd(face, fonts, facts), defaultLimits).files;
const sealed = await sealOfd(writeOfd(sampleFace({ code: 'YS1:A' }), fonts, facts), {
  seal: await world.sealMaker.make(world.sealOrder(world.signer)),
  signer: world.signer,
  signedAt: world.times.sealed,
  stamps: [
    { page: 0, x: 200, y: 140, width: 42, height: 42 },
    { page: 1, x: 200, y: 140, width: 42, height: 42 },
  ],
});
const files = readZip(sealed, defaultLimits).files;

/**
 * What the schema of GB/T 33190 says of every element that is written here: its attributes (`!` required) and its
 * children in their order (`?` at most once, `*` any number, `+` at least once).
 */
const schema: Readonly<Record<string, { attributes?: string; children?: string; isMixed?: boolean }>> = {
  OFD: { attributes: 'Version! DocType!', children: 'DocBody+' },
  DocBody: { children: 'DocInfo DocRoot Versions? Signatures?' },
  DocInfo: {
    children:
      'DocID Title? Author? Subject? Abstract? CreationDate? ModDate? DocUsage? Cover? Keywords? Creator? CreatorVersion? CustomDatas?',
  },
  CustomDatas: { children: 'CustomData+' },
  CustomData: { attributes: 'Name!' },
  Document: { children: 'CommonData Pages Outlines? Permissions? Actions? Annotations? Attachments? Extensions?' },
  CommonData: { children: 'MaxUnitID PageArea PublicRes* DocumentRes* TemplatePage* DefaultCS?' },
  PageArea: { children: 'PhysicalBox ApplicationBox? ContentBox? BleedBox?' },
  Area: { children: 'PhysicalBox ApplicationBox? ContentBox? BleedBox?' },
  Pages: { children: 'Page+' },
  'Pages/Page': { attributes: 'ID! BaseLoc!' },
  Page: { children: 'Template* PageRes* Area? Content? Actions?' },
  Content: { children: 'Layer+' },
  Layer: { attributes: 'ID! Type DrawParam', isMixed: true },
  TextObject: {
    attributes: 'ID! Boundary! CTM Font! Size! Weight Alpha',
    children: 'FillColor? StrokeColor? TextCode+',
  },
  TextCode: { attributes: 'X Y DeltaX DeltaY' },
  PathObject: {
    attributes: 'ID! Boundary! CTM LineWidth DashPattern Alpha Stroke Fill',
    children: 'StrokeColor? FillColor? AbbreviatedData',
  },
  ImageObject: { attributes: 'ID! Boundary! CTM Alpha ResourceID!', children: '' },
  FillColor: { attributes: 'Value' },
  StrokeColor: { attributes: 'Value' },
  Res: { attributes: 'BaseLoc!', children: 'Fonts? MultiMedias?' },
  Fonts: { children: 'Font+' },
  Font: { attributes: 'ID! FontName! FamilyName Charset Bold Serif', children: 'FontFile?' },
  MultiMedias: { children: 'MultiMedia+' },
  MultiMedia: { attributes: 'ID! Type! Format', children: 'MediaFile' },
  Signatures: { children: 'MaxSignId? Signature*' },
  'Signatures/Signature': { attributes: 'ID! Type BaseLoc!' },
  Signature: { children: 'SignedInfo SignedValue' },
  SignedInfo: { children: 'Provider SignatureMethod? SignatureDateTime? References StampAnnot* Seal?' },
  Provider: { attributes: 'ProviderName! Version Company' },
  References: { attributes: 'CheckMethod', children: 'Reference+' },
  Reference: { attributes: 'FileRef!', children: 'CheckValue' },
  StampAnnot: { attributes: 'ID! PageRef! Boundary! Clip' },
  Seal: { children: 'BaseLoc' },
};
const leaves =
  /^(DocID|Title|Author|Subject|CreationDate|ModDate|Creator|DocRoot|Signatures|MaxUnitID|PhysicalBox|PublicRes|DocumentRes|FontFile|MediaFile|AbbreviatedData|SignatureMethod|SignatureDateTime|CheckValue|BaseLoc|SignedValue)$/;

function faults(at: XmlElement, parent = ''): string[] {
  const rule = schema[`${parent}/${at.name}`] ?? schema[at.name];
  if (!rule || (at.name === 'Signatures' && parent !== ''))
    return leaves.test(at.name) ? [] : [`${at.name} is not known`];
  const allowed = (rule.attributes ?? '').split(' ').filter(Boolean);
  const found = Object.keys(at.attributes).filter((key) => key !== 'xmlns' && key !== 'ofd');
  const wrong = [
    ...allowed
      .filter((one) => one.endsWith('!') && !found.includes(one.slice(0, -1)))
      .map((one) => `${at.name} without ${one}`),
    ...found
      .filter((key) => !allowed.includes(key) && !allowed.includes(`${key}!`))
      .map((key) => `${at.name} with ${key}`),
  ];
  const pattern = (rule.children ?? '').split(' ').filter(Boolean);
  const order = new RegExp(`^${pattern.map((one) => one.replace(/^(\w+)(.?)$/, '(?:$1 )$2')).join('')}$`);
  const children = at.children.map(({ name }) => `${name} `).join('');
  if (!rule.isMixed && !order.test(children)) wrong.push(`${at.name} with ${children}`);
  return [...wrong, ...at.children.flatMap((child) => faults(child, at.name))];
}

describe('the file', () => {
  test.each([...files.keys()].filter((path) => path.endsWith('.xml')))(
    '%s keeps to the schema of GB/T 33190',
    (path) => {
      const root = { 'OFD.xml': 'OFD', 'Content.xml': 'Page', 'PublicRes.xml': 'Res', 'DocumentRes.xml': 'Res' }[
        path.split('/').at(-1) ?? ''
      ];
      const found = readPart(files, path, root ?? path.split('/').at(-1)?.replace('.xml', '') ?? '');
      expect(faults(found)).toEqual([]);
    },
  );

  test('the check of the schema can fail', () => {
    const wrong = (change: Partial<XmlElement>): XmlElement => ({
      name: 'Seal',
      attributes: {},
      text: '',
      children: [],
      ...change,
    });
    expect(faults(wrong({}))).toEqual(['Seal with ']);
    expect(faults(wrong({ name: 'Font', attributes: { ID: '1' } }))).toEqual(['Font without FontName!']);
    expect(faults(wrong({ name: 'OFD', attributes: { Version: '1.0', DocType: 'OFD', x: '' } }))).toContain(
      'OFD with x',
    );
  });

  test('ids are numbers, unique in the document, and MaxUnitID is not below any of them', () => {
    const ids: number[] = [];
    const walk = (at: XmlElement) => {
      if (at.attributes.ID !== undefined) ids.push(Number(at.attributes.ID));
      at.children.forEach(walk);
    };
    const document = readPart(files, 'Doc_0/Document.xml', 'Document');
    const pages = [0, 1].map((page) => readPart(files, `Doc_0/Pages/Page_${page}/Content.xml`, 'Page'));
    [
      document,
      ...pages,
      readPart(files, 'Doc_0/PublicRes.xml', 'Res'),
      readPart(files, 'Doc_0/DocumentRes.xml', 'Res'),
    ].forEach(walk);
    expect(new Set(ids).size).toBe(ids.length);
    const most = Number(document.children[0]?.children.find(({ name }) => name === 'MaxUnitID')?.text);
    expect(Math.max(...ids)).toBeLessThanOrEqual(most);
  });

  test('ids of signatures and stamps begin with a letter, as ids of XML do', () => {
    const [entry] = childrenOf(readPart(files, 'Doc_0/Signs/Signatures.xml', 'Signatures'), 'Signature');
    expect(entry?.attributes).toEqual({ ID: 's001', Type: 'Seal', BaseLoc: '/Doc_0/Signs/Sign_0/Signature.xml' });
    const about = readPart(files, 'Doc_0/Signs/Sign_0/Signature.xml', 'Signature').children[0];
    expect(childrenOf(about, 'StampAnnot').map(({ attributes }) => attributes.ID)).toEqual(['stamp001', 'stamp002']);
  });

  test('every file but the list and the signature itself is protected', () => {
    const about = readPart(files, 'Doc_0/Signs/Sign_0/Signature.xml', 'Signature').children[0];
    const references = childrenOf(about, 'References')[0];
    const protectedFiles = childrenOf(references, 'Reference').map(({ attributes }) => attributes.FileRef?.slice(1));
    const open = [
      'Doc_0/Signs/Signatures.xml',
      'Doc_0/Signs/Sign_0/Signature.xml',
      'Doc_0/Signs/Sign_0/SignedValue.dat',
    ];
    expect(protectedFiles.sort()).toEqual([...files.keys()].filter((path) => !open.includes(path)).sort());
    expect(references?.attributes.CheckMethod).toBe('1.2.156.10197.1.401');
  });

  test('the same face and facts give the same bytes; other facts give others', () => {
    const again = () => Buffer.from(writeOfd(sampleFace(), fonts, facts));
    expect(again().equals(again())).toBe(true);
    expect(again().equals(Buffer.from(writeOfd(sampleFace({ holder: '别家' }), fonts, facts)))).toBe(false);
    expect(() => writeOfd(sampleFace(), fonts, { ...facts, id: 'x' })).toThrow(RangeError);
    expect(() => writeOfd({ title: '', pages: [] }, fonts, facts)).toThrow(RangeError);
    expect(() => filesOf(faceOf(textOf('字', { colour: 'red' })))).toThrow('red is not a colour');
  });

  test('what XML cannot write is refused before there is a file', () => {
    expect(() => filesOf({ ...faceOf(textOf('字')), title: 'a\u0000b' })).toThrow(RangeError);
    expect(() => writeOfd(faceOf(textOf('字')), fonts, { ...facts, fields: { 名称: '\ud800' } })).toThrow(RangeError);
    expect(wordsOf(textOf('甲\t乙\u00a0丙'))).toEqual(['甲 乙 丙']);
  });

  test('text with marks of XML and line ends comes back as it was', () => {
    const face = { ...faceOf(textOf('甲<乙>&"丙"')), title: '题 <&>"\'' };
    expect(readPart(filesOf(face), 'OFD.xml', 'OFD').children[0]?.children[0]?.children[1]?.text).toBe('题 <&>"\'');
  });
});

describe('fonts', () => {
  const subsetOf = (text: string) => {
    const font = fonts.pick('serif', 'regular', '中');
    return fonts.subset(
      font,
      [...text].map((sign) => sign.codePointAt(0) ?? 0),
    );
  };

  test('the small font has the same outlines and widths under the same signs, by another reader', () => {
    const text = '中华人民共和国营商环境Äé℃①，。A1';
    const { bytes, font, glyphs } = subsetOf(text);
    const small = create(bytes);
    if (!('glyphForCodePoint' in small)) throw new Error('a collection');
    expect(bytes.length).toBeLessThan(30_000);
    expect(small.numGlyphs).toBeGreaterThan(glyphs.size);
    expect(small.postscriptName).toBe('NotoSerifSC-Regular');
    for (const sign of text) {
      const code = sign.codePointAt(0) ?? 0;
      const glyph = small.glyphForCodePoint(code);
      expect(glyph.id, sign).toBe(glyphs.get(code));
      expect(glyph.advanceWidth, sign).toBe(font.advance(code));
    }
    const whole = create(
      fonts.subset(
        font,
        Array.from({ length: 200 }, (_, at) => 0x4e00 + at),
      ).bytes,
    );
    if (!('glyphForCodePoint' in whole)) throw new Error('a collection');
    expect(whole.glyphForCodePoint(0x4e2d).path.toSVG()).toBe(small.glyphForCodePoint(0x4e2d).path.toSVG());
    expect(small.glyphForCodePoint(0x4e2d).path.commands.length).toBeGreaterThan(10);
    expect(small.hasGlyphForCodePoint(0x4e00)).toBe(false);
  });

  test('rare characters are drawn with the font that has them, and stand alone for readers that count sixteen bits', () => {
    const shapes = linesOf(textOf('𬱖与𰻝'));
    expect(shapes.map(({ font }) => font.family)).toEqual(['Noto Serif SC', 'Noto Sans SC']);
    const page = readPart(filesOf(faceOf(textOf('甲𬱖𬱖乙丙'))), 'Doc_0/Pages/Page_0/Content.xml', 'Page');
    const codes = childrenOf(page.children[1]?.children[0]?.children[0], 'TextCode');
    expect(codes.map(({ text, attributes }) => [text, attributes.X, attributes.DeltaX])).toEqual([
      ['甲', '0', undefined],
      ['𬱖', '5', undefined],
      ['𬱖', '10', undefined],
      ['乙丙', '15', '5'],
    ]);
    const small = create(subsetOf('𬱖中').bytes);
    expect('glyphForCodePoint' in small && small.hasGlyphForCodePoint(0x2cc56)).toBe(true);
  });

  test('a sign that no font has is an error with its name', () => {
    const odd = String.fromCodePoint(0x323af);
    expect(() => writeOfd(faceOf(textOf(`张${odd}`)), fonts, facts)).toThrow(MissingGlyph);
    expect(() => writeOfd(faceOf(textOf(`张${odd}`)), fonts, facts)).toThrow('U+323AF');
  });
});

describe('layout', () => {
  test('text is broken at its box, words whole, no mark at the beginning of a line', () => {
    expect(wordsOf(textOf('营商环境，人人有责。', { width: 20, lines: 3 }))).toEqual(['营商环', '境，人人', '有责。']);
    expect(wordsOf(textOf('见 Building 12 号楼', { width: 26, lines: 3, leastSize: 5 }))).toEqual([
      '见',
      'Building',
      '12 号楼',
    ]);
    expect(wordsOf(textOf('A'.repeat(20), { width: 20, lines: 4 })).join('')).toBe('A'.repeat(20));
    expect(wordsOf(textOf('（某某）公司', { width: 15, lines: 3, leastSize: 5 }))).toEqual(['（某', '某）公', '司']);
  });

  test('text that does not fit is set smaller, down to its least size, and then refused', () => {
    const item = textOf('某某县某某镇某某村某某组一号', { width: 50 });
    const [line] = linesOf(item);
    expect(line?.size).toBeLessThan(4);
    expect((line?.signs.at(-1)?.at ?? 0) + (line?.signs.at(-1)?.width ?? 0)).toBeLessThanOrEqual(50);
    expect(() => linesOf({ ...item, leastSize: 4.5 })).toThrow(TextTooLong);
    expect(linesOf({ ...item, width: 70 })[0]?.size).toBe(5);
  });

  test('left, centred, right, spread', () => {
    const startOf = (align: TextItem['align']) =>
      linesOf(textOf('住所', { width: 30, ...(align ? { align } : {}) }))[0];
    expect(startOf(undefined)?.x).toBe(20);
    expect(startOf('center')?.x).toBe(30);
    expect(startOf('right')?.x).toBe(40);
    expect(startOf('spread')?.signs.map(({ at }) => at)).toEqual([0, 25]);
    expect(linesOf(textOf('住所', { align: 'center' }))[0]?.x).toBe(15);
    expect(linesOf(textOf('一\n二')).map(({ y }) => y)).toEqual([30, 37.5]);
  });

  test('pictures are looked at before they are placed, and kept once', () => {
    const bytes = Buffer.from('GIF89a');
    expect(() => filesOf(faceOf({ kind: 'picture', x: 0, y: 0, width: 1, height: 1, bytes }))).toThrow(PictureRefused);
    expect([...filesOf(sampleFace()).keys()].filter((path) => path.includes('image'))).toEqual([
      'Doc_0/Res/image_0.png',
    ]);
  });
});
