import type { Grant } from '../../../kernel/actor.ts';
import type { LocalDate } from '../../../kernel/time.ts';

/** A role held by an account, with the role's permissions beside it. `units` null: the whole county. */
export interface HeldRole {
  roleId: string;
  permissions: readonly string[];
  units: readonly string[] | null;
  fromOn: LocalDate;
  untilOn: LocalDate | null;
}

/** Roles that a colleague lent; `held` is what he himself holds by a grant of his own, never by another delegation. */
export interface LentRoles {
  roles: readonly string[];
  fromOn: LocalDate;
  untilOn: LocalDate;
  lenderActive: boolean;
  held: readonly HeldRole[];
}

/** What an account may do today: its own roles, and the lent ones as far as the lender holds them today. */
export function effectiveGrants(own: readonly HeldRole[], lent: readonly LentRoles[], today: LocalDate): Grant[] {
  const active = own.filter((role) => isWithin(role, today));
  for (const loan of lent) {
    if (!loan.lenderActive || !isWithin(loan, today)) continue;
    active.push(...loan.held.filter((role) => loan.roles.includes(role.roleId) && isWithin(role, today)));
  }
  return mergeByPermission(active);
}

function mergeByPermission(roles: readonly HeldRole[]): Grant[] {
  const reach = new Map<string, 'all' | Set<string>>();
  for (const role of roles) {
    for (const permission of role.permissions) {
      const known = reach.get(permission);
      if (known === 'all') continue;
      if (role.units === null) reach.set(permission, 'all');
      else reach.set(permission, new Set([...(known ?? []), ...role.units]));
    }
  }
  return [...reach].map(([permission, units]) => ({ permission, units: units === 'all' ? 'all' : [...units] }));
}

/** Both dates are included; no end date means until further notice. */
export function isWithin(term: { fromOn: LocalDate; untilOn: LocalDate | null }, today: LocalDate): boolean {
  return term.fromOn <= today && (term.untilOn === null || today <= term.untilOn);
}

export const longestDelegationDays = 60;

/** Whether a delegation may run over these days when it is made today. */
export function isLawfulDelegationTerm(fromOn: LocalDate, untilOn: LocalDate, today: LocalDate): boolean {
  const days = (Date.parse(untilOn) - Date.parse(fromOn)) / 86_400_000 + 1;
  return fromOn >= today && untilOn >= fromOn && days <= longestDelegationDays;
}
