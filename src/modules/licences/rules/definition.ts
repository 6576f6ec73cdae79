import { z } from 'zod';
import { isIdentifierPart, typeCodeFault } from './identifier.ts';
import { numberTokens } from './numbers.ts';
import { placeholdersOf } from './placeholders.ts';

/**
 * The shape of a licence type (证照类型): what stands on it, where each value comes from, how it looks, how long it
 * lasts, who issues it. A published version is frozen; a licence names the version it was issued under.
 */

const slug = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/, '只能用小写字母、数字和连字符');
const fieldId = z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/, '栏目标识用小驼峰英文');
const text = z.string().trim().min(1, '不能为空');
const millimetres = z.number().min(0).max(2000);
const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, '颜色写法如 #a01818');

/**
 * Where a value is looked for, the first that has one wins: `element:ID` of the application form, `holder:name`,
 * `holder:number`, `licence:TYPE.FIELD` of the same application, `earlier:FIELD` of the version before,
 * `decision:documentNo`, `decision:issuedOn`, `item:ITEM=words` when that item was applied for, `assigned:uscc` from the
 * county's segment, `text:…` as it stands.
 */
const source = z
  .string()
  .regex(
    /^(element:[a-z][A-Za-z0-9]*|earlier:[a-z][A-Za-z0-9]*|holder:(name|number)|licence:[a-z][a-z0-9-]*\.[a-z][A-Za-z0-9]*|decision:(documentNo|issuedOn)|item:[a-z][a-z0-9-]*=.+|assigned:uscc|text:.+)$/,
    '来源写法如 element:enterpriseName、holder:name、licence:business-licence.uscc、text:长期',
  );
const sources = z.array(source).max(8).default([]);

export const fieldKinds = ['text', 'longText', 'date', 'number', 'uscc', 'idNumber'] as const;
export const validityKinds = ['term', 'longTerm'] as const;

const field = z.strictObject({
  id: fieldId,
  label: text,
  kind: z.enum(fieldKinds).default('text'),
  required: z.boolean().default(true),
  from: sources,
  /** Written on the face behind a number: 平方米. */
  unit: z.string().default(''),
  /** Encrypted at rest anyway; these are masked on pages and left out of what is public. */
  personal: z.boolean().default(false),
  /** How the face words an answer: catering → 餐饮服务经营者. */
  words: z.record(z.string(), z.string().min(1)).default({}),
  /** What stands for an answer in the licence's number: catering → 2; `*` for every other. */
  codes: z.record(z.string(), z.string().regex(/^[0-9A-Z]{1,4}$/)).default({}),
  sample: z.string().default(''),
});
export type LicenceField = z.output<typeof field>;

const words = z.string().min(1).max(600);
const place = { x: millimetres, y: millimetres };
const font = z.enum(['serif', 'sans']).default('serif');
const weight = z.enum(['regular', 'bold']).default('regular');

/** One thing on the face, in millimetres from its upper left corner. A text stands on the line `y`. */
const layoutItem = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    ...place,
    /** Words with {placeholders}: a field's id, or number, identifier, issuerName, issuedOn, validFrom, validUntil, validity. */
    text: words,
    size: z.number().min(1).max(60),
    font,
    weight,
    colour: colour.default('#000000'),
    align: z.enum(['left', 'center', 'right', 'spread']).default('left'),
    width: z.number().positive().max(2000).optional(),
    lines: z.number().int().min(1).max(30).default(1),
    /** From line to line, as a multiple of the size. */
    lineHeight: z.number().min(1).max(5).optional(),
  }),
  z.strictObject({
    kind: z.literal('line'),
    x1: millimetres,
    y1: millimetres,
    x2: millimetres,
    y2: millimetres,
    stroke: colour,
    thickness: z.number().min(0.05).max(10),
  }),
  z.strictObject({
    kind: z.literal('rect'),
    ...place,
    width: z.number().positive().max(2000),
    height: z.number().positive().max(2000),
    stroke: colour.optional(),
    thickness: z.number().min(0.05).max(20).optional(),
    fill: colour.optional(),
    radius: z.number().min(0).max(50).optional(),
  }),
  /** Where the seal stands; its own diameter is kept. */
  z.strictObject({ kind: z.literal('seal'), ...place }),
  z.strictObject({ kind: z.literal('qr'), ...place, size: z.number().min(15).max(80) }),
]);
export type LayoutItem = z.output<typeof layoutItem>;

const layout = z.strictObject({
  width: z.number().min(40).max(1000),
  height: z.number().min(40).max(1000),
  items: z.array(layoutItem).min(3).max(150),
});
export type Layout = z.output<typeof layout>;

export const typeDefinition = z
  .strictObject({
    id: slug,
    name: text.max(40),
    /** GB/T 36902: the definer's unified social credit code and a sequence of three. */
    code: z.string(),
    /** Whose code it is and how sure: the county's own until the national catalogue gives one. */
    codeSource: z.string().default(''),
    summary: z.string().max(200).default(''),
    holder: z.strictObject({
      kind: z.enum(['firm', 'person', 'either']),
      name: sources,
      number: sources,
      personName: sources,
      personNumber: sources,
    }),
    /** Units that may issue it; the first is the one whose name stands on it unless a case says otherwise. */
    issuers: z.array(slug).min(1),
    sealKind: slug,
    basis: z.array(z.strictObject({ title: text, article: z.string().default('') })).default([]),
    fields: z.array(field).min(1).max(40),
    /** Fields that make two licences the same one: a second issue is a new version of the first. Empty: never. */
    subject: z.array(fieldId).max(4).default([]),
    number: z.strictObject({
      /** `陕（{year}）麟游县不动产权第{serial:7}号`; or the id of a field: `{uscc}`. */
      pattern: text.max(80),
      counts: z.enum(['year', 'day']).default('year'),
      /** Whether a new version keeps the number of the one before. */
      keeps: z.boolean().default(true),
      source: z.string().default(''),
    }),
    validity: z.strictObject({
      until: sources,
      yearsFrom: sources,
      years: z.number().int().min(1).max(100).optional(),
      months: z.number().int().min(1).max(1200).optional(),
      /** A case granted so close to the end is a renewal; earlier it is a change that keeps the end. */
      renewableMonths: z.number().int().min(0).max(36).default(6),
      source: z.string().default(''),
    }),
    layout,
  })
  .check((context) => {
    for (const { path, message } of definitionFaults(context.value)) {
      context.issues.push({ code: 'custom', path, message, input: context.value });
    }
  });
export type TypeDefinition = z.output<typeof typeDefinition>;

export const builtIns = [
  'number',
  'identifier',
  'issuerName',
  'holderName',
  'holderNumber',
  'issuedOn',
  'validFrom',
  'validUntil',
  'validity',
  'typeName',
] as const;

interface Fault {
  path: (string | number)[];
  message: string;
}

/** What the shape alone cannot say: names that lead nowhere, things off the page, no place for seal or code. */
function definitionFaults(type: z.output<typeof typeDefinition>): Fault[] {
  const ids = type.fields.map(({ id }) => id);
  const known = new Set<string>([...ids, ...builtIns]);
  const { width, height, items } = type.layout;
  const faults: Fault[] = [];
  const say = (path: (string | number)[], message: string) => faults.push({ path, message });

  const codeFault = typeCodeFault(type.code);
  if (codeFault !== null) say(['code'], codeFault);
  for (const [at, id] of ids.entries()) {
    if (ids.indexOf(id) !== at) say(['fields', at, 'id'], `栏目“${id}”写了两次`);
    if ((builtIns as readonly string[]).includes(id)) say(['fields', at, 'id'], `“${id}”是系统自带的，换一个名字`);
  }
  for (const [at, id] of type.subject.entries()) if (!ids.includes(id)) say(['subject', at], `没有“${id}”这个栏目`);
  for (const token of numberTokens(type.number.pattern)) {
    if (token.kind === 'unknown') say(['number', 'pattern'], `编号里的“${token.text}”看不懂`);
    if (token.kind === 'field' && !ids.includes(token.id)) say(['number', 'pattern'], `没有“${token.id}”这个栏目`);
    if (token.kind === 'code' && Object.keys(type.fields.find(({ id }) => id === token.id)?.codes ?? {}).length === 0)
      say(['number', 'pattern'], `栏目“${token.id}”没有写 codes`);
  }
  for (const [at, item] of items.entries()) {
    if (item.kind === 'text') {
      for (const name of placeholdersOf(item.text))
        if (!known.has(name)) say(['layout', 'items', at, 'text'], `没有“${name}”这个栏目`);
    }
    if (!isOnPage(item, width, height)) say(['layout', 'items', at], '超出了纸面');
  }
  for (const [kind, name] of [
    ['seal', '印章'],
    ['qr', '二维码'],
  ] as const)
    if (items.filter((item) => item.kind === kind).length !== 1) say(['layout', 'items'], `要有且只有一处${name}位置`);
  return faults;
}

function isOnPage(item: LayoutItem, width: number, height: number): boolean {
  switch (item.kind) {
    case 'text':
      return item.y <= height && item.x + (item.width ?? 0) <= width;
    case 'line':
      return Math.max(item.x1, item.x2) <= width && Math.max(item.y1, item.y2) <= height;
    case 'rect':
      return item.x + item.width <= width && item.y + item.height <= height;
    case 'seal':
      // The smallest seal of an office; a larger one is kept on the page when it is drawn.
      return item.x + 38 <= width && item.y + 38 <= height;
    case 'qr':
      return item.x + item.size <= width && item.y + item.size <= height;
  }
}

/** Types that items only read and somebody else issues (身份证): known by name, without a template. */
export const foreignTypes = z.array(z.strictObject({ id: slug, name: text, issuedBy: text }));
export type ForeignType = z.output<typeof foreignTypes>[number];

export const licenceSettings = z.strictObject({
  /** Segment from which codes for new firms are given, by the registrar's prefix. */
  usccSegment: z.strictObject({
    prefixes: z.record(z.string(), z.string().regex(/^9[1-3]$/)),
    otherwise: z.string().regex(/^9[1-3]$/),
    organisation: z.string().regex(/^[0-9A-HJ-NP-RTUW-Y]{4}$/),
    source: text,
  }),
  sealKinds: z.array(
    z.strictObject({
      id: slug,
      name: text,
      /** Second line on the seal; empty for the office's own round seal. */
      line: z.string().max(16).default(''),
      diameter: z.number().min(30).max(60),
      star: z.boolean().default(true),
      source: z.string().default(''),
    }),
  ),
  /** Years that a seal and the certificate behind it live. */
  sealYears: z.number().int().min(1).max(20),
  rootYears: z.number().int().min(5).max(40),
  /** Codes of issuers in identifiers; a unit's credit code unless set here. */
  issuerCodes: z.record(slug, z.string().refine(isIdentifierPart, '颁发机构代码只能是数字和大写字母')).default({}),
});
export type LicenceSettings = z.output<typeof licenceSettings>;

/** Seals that a trial starts with. */
export const trialSeals = z.array(
  z.strictObject({ unit: slug, kind: slug, types: z.array(slug).default([]), reason: text }),
);
