/** Who is asking, and what he may do where. Made by module `org` from the session; carried by every transaction. */
export interface Actor {
  kind: 'anonymous' | 'person' | 'staff' | 'system';
  /** null for anonymous and system. */
  accountId: string | null;
  /** For the journal and for people: 张三（县行政审批局 受理岗） */
  name: string;
  /** The unit a member of staff works in. */
  unitId: string | null;
  /** Enterprises the person acts for. */
  enterpriseIds: readonly string[];
  grants: readonly Grant[];
  sessionId: string | null;
}

export interface Grant {
  permission: string;
  /** Units (departments, towns, enterprises acting as units) the permission reaches. */
  units: 'all' | readonly string[];
}

/** Units whose rows may be read or changed under a permission. */
export type Reach = 'all' | readonly string[];

export const anonymous: Actor = {
  kind: 'anonymous',
  accountId: null,
  name: '未登录',
  unitId: null,
  enterpriseIds: [],
  grants: [],
  sessionId: null,
};

/** The platform itself: jobs and outbox subscribers. */
export const systemActor: Actor = { ...anonymous, kind: 'system', name: '系统', grants: [] };

export function may(actor: Actor, permission: string, unitId?: string): boolean {
  if (actor.kind === 'system') return true;
  const reach = reachOf(actor, permission);
  if (reach === 'all') return true;
  return unitId === undefined ? reach.length > 0 : reach.includes(unitId);
}

/** The union of the units of every grant of the permission. */
export function reachOf(actor: Actor, permission: string): Reach {
  if (actor.kind === 'system') return 'all';
  const units = new Set<string>();
  for (const grant of actor.grants) {
    if (grant.permission !== permission) continue;
    if (grant.units === 'all') return 'all';
    for (const unit of grant.units) units.add(unit);
  }
  return [...units];
}
