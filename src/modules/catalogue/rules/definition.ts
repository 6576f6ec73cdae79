import { z } from 'zod';

/**
 * The shape of what staff publish: data elements, service items (实施清单) and bundles (一件事).
 * A published definition is frozen; a running case keeps the version it started under.
 * What the shape alone cannot say (promise ≤ statutory, no vague materials …) is in `constraints.ts`.
 */

const slug = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/, '只能用小写字母、数字和连字符');
const elementId = z.string().regex(/^[a-z][A-Za-z0-9]{1,63}$/, '数据元标识用小驼峰英文');
const unitId = slug;
const text = z.string().trim().min(1);
const place = z.number().int().min(1).max(999);
/** `20wd`, `1.5wd`, `2h`, `20nd`, `1mo`; `0wd` = the same day (即办). */
const term = z.string().regex(/^\d+(\.5)?(wd|nd|h|mo)$/, '时限写法如 20wd、1.5wd、2h、20nd、1mo');
/** An expression in FEEL over data elements; parsed and checked on publish. */
const feel = z.string().trim().min(1);

export const basisReference = z.strictObject({
  /** 《食品经营许可和备案管理办法》 */
  title: text,
  /** 第十三条 */
  article: z.string().default(''),
  documentNo: z.string().default(''),
  url: z.string().default(''),
});
export type BasisReference = z.infer<typeof basisReference>;

export const elementTypes = [
  'text',
  'longText',
  'integer',
  'decimal',
  'money',
  'date',
  'boolean',
  'choice',
  'multiChoice',
  'idNumber',
  'uscc',
  'phone',
  'email',
  'address',
] as const;

export const dataElement = z.strictObject({
  id: elementId,
  name: text,
  type: z.enum(elementTypes),
  /** The heading under which the form asks it: 经营者, 经营场所 … */
  section: text,
  help: z.string().default(''),
  unit: z.string().default(''),
  options: z.array(z.strictObject({ value: slug, label: text })).default([]),
  min: z.number().optional(),
  max: z.number().optional(),
  maxLength: z.number().int().positive().optional(),
  pattern: z.string().optional(),
  patternMessage: z.string().optional(),
  /** Encrypted at rest, masked in lists, reading journalled. */
  personal: z.boolean().default(false),
  /** Where a value may be filled in from: `profile.name`, `profile.idNumber`, `profile.phone`, `enterprise.uscc`, `enterprise.name`, `enterprise.address` … */
  prefill: z.string().default(''),
  /** The register that holds the authoritative value, e.g. 人口库. */
  register: z.string().default(''),
});
export type DataElement = z.infer<typeof dataElement>;

export const itemKinds = {
  '01': '行政许可',
  '02': '行政处罚',
  '03': '行政强制',
  '04': '行政征收',
  '05': '行政给付',
  '06': '行政检查',
  '07': '行政确认',
  '08': '行政奖励',
  '09': '行政裁决',
  '10': '其他行政权力',
  '20': '公共服务',
} as const;

export const stepKinds = ['intake', 'review', 'site', 'joint', 'publicNotice', 'decision', 'delivery'] as const;

export const itemStep = z.strictObject({
  id: slug,
  /** 受理, 现场核查, 审查, 决定, 制证 … */
  name: text,
  department: unitId,
  term,
  /** Steps of the same item that must be finished first; empty = starts at acceptance. */
  after: z.array(slug).default([]),
  kind: z.enum(stepKinds),
  /** Days of this step do not count against the promise (听证、公示、检验 …): the lawful ground's id. */
  excludedGround: z.string().default(''),
});
export type ItemStep = z.infer<typeof itemStep>;

export const itemMaterial = z.strictObject({
  id: slug,
  name: text,
  form: z.enum(['original', 'copy', 'electronic', 'originalShown']),
  copies: z.number().int().min(0).default(1),
  source: z.enum(['applicant', 'government', 'intermediary']).default('applicant'),
  /** Asked only when this holds for the answers; empty = always. */
  when: feel.optional(),
  /** 免提交: obtained from another register or a stored licence, never asked. */
  waived: z
    .strictObject({
      licenceType: z.string().default(''),
      register: z.string().default(''),
      note: z.string().default(''),
    })
    .optional(),
  /** 容缺: may be handed in after acceptance within this term. */
  owedWithin: term.optional(),
  /** Fillable form or blank that the platform gives. */
  template: z.string().default(''),
  notes: z.string().default(''),
  basis: basisReference.optional(),
});
export type ItemMaterial = z.infer<typeof itemMaterial>;

export const itemDefinition = z.strictObject({
  id: slug,
  /** 基本编码, 12 characters. */
  basicCode: z.string().regex(/^[0-9A-Z]{12}$/, '基本编码为12位'),
  name: text,
  aliases: z.array(text).default([]),
  keywords: z.array(text).default([]),
  /** One plain sentence for a villager. */
  summary: text,
  kind: z.enum(Object.keys(itemKinds) as [keyof typeof itemKinds, ...(keyof typeof itemKinds)[]]),
  /** 行使层级: 1 国家 2 省 3 市 4 县 5 镇 6 村 */
  level: z.enum(['1', '2', '3', '4', '5', '6']).default('4'),
  /** 实施主体 */
  department: unitId,
  jointUnits: z.array(unitId).default([]),
  audience: z.array(z.enum(['person', 'firm'])).min(1),
  themes: z.array(text).default([]),
  basis: z.array(basisReference).min(1),
  /** 即办件 / 承诺件 */
  caseKind: z.enum(['immediate', 'promised']),
  statutory: z.strictObject({ term, note: z.string().default('') }),
  promised: z.strictObject({ term, note: z.string().default('') }),
  conditions: z
    .array(z.strictObject({ id: slug, text, test: feel.optional(), basis: basisReference.optional() }))
    .default([]),
  elements: z
    .array(z.strictObject({ id: elementId, required: z.boolean().default(true), when: feel.optional() }))
    .default([]),
  materials: z.array(itemMaterial).default([]),
  steps: z.array(itemStep).min(1),
  result: z.strictObject({
    kind: z.enum(['licence', 'document', 'registration', 'service', 'none']),
    name: text,
    licenceType: z.string().default(''),
    validity: z.string().default(''),
    delivery: z.array(z.enum(['electronic', 'window', 'post', 'selfService'])).min(1),
  }),
  fees: z.strictObject({ charged: z.boolean(), standard: z.string().default(''), basis: basisReference.optional() }),
  /** 到现场次数 */
  visits: z.number().int().min(0).max(9),
  /** 网办深度 */
  onlineDepth: z.enum(['none', 'information', 'appointment', 'prereview', 'full']),
  /** 告知承诺 */
  commitment: z
    .strictObject({ allowed: z.literal(true), text, verification: text, breach: text, basis: basisReference })
    .optional(),
  /** 延期, once */
  extension: z.strictObject({ term, basis: basisReference, approver: text }).optional(),
  area: z.enum(['county', 'city', 'province', 'crossProvince']).default('county'),
  window: z.strictObject({ place: text, hours: text, transport: z.string().default('') }),
  phones: z.strictObject({ enquiry: text, complaint: text }),
  remedy: z.strictObject({ reconsideration: text, litigation: text }),
  questions: z.array(z.strictObject({ q: text, a: text })).default([]),
  /** Numbers of the plan's measures that this item carries out. */
  measures: z.array(z.number().int().positive()).default([]),
});
export type ItemDefinition = z.infer<typeof itemDefinition>;

export const bundleDefinition = z.strictObject({
  id: slug,
  name: text,
  aliases: z.array(text).default([]),
  keywords: z.array(text).default([]),
  summary: text,
  audience: z.array(z.enum(['person', 'firm'])).min(1),
  /** The life or business event under which the home page lists it: 我要开店, 我要买房 … */
  lifeEvent: text,
  /** Place among the life events shown to people and to firms: small numbers first, those without a number last. */
  priority: z.strictObject({ person: place.optional(), firm: place.optional() }).optional(),
  themes: z.array(text).default([]),
  lead: unitId,
  /** Applied for from the page of something larger, never from its own guide: a stage of a construction project. */
  startedFrom: z.enum(['project']).optional(),
  promised: z.strictObject({ term, note: z.string().default('') }),
  items: z
    .array(
      z.strictObject({
        item: slug,
        /** Items of the bundle that must be granted first. */
        after: z.array(slug).default([]),
        /** Part of the bundle only when this holds for the answers. */
        when: feel.optional(),
        /** Why it waits or when it applies, for people. */
        note: z.string().default(''),
      }),
    )
    .min(2),
  /** Elements asked only to decide which items apply. */
  elements: z
    .array(z.strictObject({ id: elementId, required: z.boolean().default(true), when: feel.optional() }))
    .default([]),
  questions: z.array(z.strictObject({ q: text, a: text })).default([]),
  measures: z.array(z.number().int().positive()).default([]),
});
export type BundleDefinition = z.infer<typeof bundleDefinition>;
