import type { LocationQuery } from 'vue-router';
import { session } from './session.ts';

/** The places around the list of projects, in the order of their tabs. */
export const projectTabs = [
  { path: '/projects', name: '项目', permissions: ['project.read'] },
  { path: '/projects/alerts', name: '超时和停表提醒', permissions: ['project.read'] },
  { path: '/projects/consultations', name: '并联会商', permissions: ['project.read'] },
  { path: '/projects/commitments', name: '承诺核查', permissions: ['project.read'] },
  { path: '/projects/acceptances', name: '联合验收', permissions: ['project.read'] },
] as const;

/**
 * Duties and messages of the rooms name the project and the room: `/projects/ID?acceptance=ID`. Each leads straight to
 * the page on which the work is done; null when the address means the project itself.
 */
export function roomPlace(projectId: string, query: LocationQuery): string | null {
  const { consultation, commitment, acceptance, stage, survey } = query;
  if (typeof consultation === 'string') return `/projects/consultations/${consultation}`;
  if (typeof commitment === 'string') return `/projects/commitments/${commitment}`;
  if (typeof acceptance === 'string') return `/projects/acceptances/${acceptance}`;
  if (typeof stage === 'string') return `/projects/${projectId}/stages/${stage}`;
  return typeof survey === 'string' ? `/projects/${projectId}/survey` : null;
}

/** Whether the signed-in person may do this for that unit. */
export function mayFor(permission: string, unitId: string): boolean {
  return (
    session.value?.permissions.some(
      (one) => one.permission === permission && (one.units === 'all' || one.units.includes(unitId)),
    ) === true
  );
}

/** The unit of the signed-in person when it is among these, else the first that he may act for. */
export function ownAmong(permission: string, unitIds: readonly string[]): string | null {
  const own = session.value?.account.unitId;
  if (own != null && unitIds.includes(own) && mayFor(permission, own)) return own;
  return unitIds.find((unitId) => mayFor(permission, unitId)) ?? null;
}
