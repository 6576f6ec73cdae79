import { z } from 'zod';

/** The shape of `data/org/directory.yaml`: who there is in the county. */

const id = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/);
const text = z.string().trim().min(1);

export const unitKinds = ['party', 'government', 'judicial', 'institution', 'enterprise', 'park', 'town'] as const;

export const unit = z.strictObject({
  id,
  /** As the plan writes it: 县行政审批局 */
  name: text,
  /** 麟游县行政审批服务局 */
  fullName: text,
  kind: z.enum(unitKinds),
  /** Other ways documents write the same unit. */
  aliases: z.array(text).default([]),
  /** 牌匾机构: bodies that hang their plate on this unit and are no unit of their own. */
  hungNames: z.array(text).default([]),
  uscc: z.string().length(18),
  areaCode: z.string().default(''),
  address: z.string().default(''),
  phone: z.string().default(''),
  /** Duties in one line, for people and for dispatch. */
  duty: text,
});
export type UnitDefinition = z.infer<typeof unit>;

export const directory = z.strictObject({
  region: z.strictObject({
    code: z.string().regex(/^\d{6}$/),
    name: text,
    shortName: text,
    city: text,
    province: text,
    phoneAreaCode: text,
  }),
  units: z.array(unit).min(1),
  /** "各镇", "县级有关部门": never units; resolved to member kinds when a ledger counts. */
  collectives: z.array(
    z.strictObject({ id, name: text, aliases: z.array(text).default([]), members: z.array(z.enum(unitKinds)) }),
  ),
  leaders: z.array(z.strictObject({ id, name: text, title: text, areas: z.array(z.number().int()).default([]) })),
  posts: z.array(z.strictObject({ id, unit: id, name: text, roles: z.array(id) })),
});
export type Directory = z.infer<typeof directory>;
