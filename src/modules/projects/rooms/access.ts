import { may, reachOf, type Reach } from '../../../kernel/actor.ts';
import { sql } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Tx } from '../../../kernel/module.ts';
import { unitDirectory } from '../../org/index.ts';
import { loadProject, projectFor, type Project } from '../project.ts';

/** Who may see and do what in a room: the firm its own project, a unit what it takes part in. */

export type ProjectRef = Project;
export { isStageDone } from '../project.ts';

/** A project as far as the caller may see it. Throws PROJECT_NOT_FOUND. */
export const visibleProject = projectFor;

/** The firm's own project. Throws PROJECT_NOT_FOUND for everybody else. */
export async function ownProject(tx: Tx, id: string): Promise<ProjectRef> {
  const project = await projectFor(tx, id);
  if (!isOwn(tx, project)) throw new AppError('PROJECT_NOT_FOUND');
  return project;
}

/** A person reaches no project but his own or his firm's; a clerk may have registered one for somebody. */
export function isOwn(tx: Tx, project: ProjectRef): boolean {
  const { kind, accountId } = tx.actor;
  return kind === 'person' || (accountId !== null && project.accountId === accountId);
}

/** Without scope: for jobs, subscribers, and after the caller's right is proved otherwise. */
export async function knownProject(tx: Tx, id: string): Promise<ProjectRef> {
  const project = await loadProject(tx, id);
  if (project === null) throw new AppError('PROJECT_NOT_FOUND');
  return project;
}

/** The project of a room's row, for units of the room and whoever may see the project; else the room's own NOT_FOUND. */
export async function projectOfRoom(
  tx: Tx,
  projectId: string,
  units: readonly string[],
  notFound: string,
): Promise<ProjectRef> {
  if (isWithin(reachOf(tx.actor, 'project.read'), units)) return knownProject(tx, projectId);
  try {
    return await projectFor(tx, projectId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'PROJECT_NOT_FOUND') throw new AppError(notFound);
    throw error;
  }
}

export function isWithin(reach: Reach, units: readonly string[]): boolean {
  return reach === 'all' || units.some((unit) => reach.includes(unit));
}

/** Throws FORBIDDEN when the caller's permission does not reach the unit. */
export function refuseOtherUnit(tx: Tx, permission: string, unitId: string): void {
  if (!may(tx.actor, permission, unitId)) throw new AppError('FORBIDDEN');
}

/** Throws UNIT_UNKNOWN. */
export async function refuseUnknownUnits(tx: Tx, units: readonly string[]): Promise<void> {
  const directory = await unitDirectory(tx);
  const unknown = units.find((id) => directory.byId(id) === undefined);
  if (unknown !== undefined) throw new AppError('UNIT_UNKNOWN', { unit: unknown });
}

/** The stage as the project's frame has it. Throws STAGE_NOT_FOUND. */
export function stageOf(project: ProjectRef, id: string) {
  const stage = project.frame.stages.find((one) => one.id === id);
  if (stage === undefined) throw new AppError('STAGE_NOT_FOUND');
  return stage;
}

/** For lists whose rows were reached otherwise. */
export async function projectNames(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, { name: string; builder: string }>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await tx.rows<{
    id: string;
    name: string;
    ownerLabel: string;
  }>(sql`select id, name, owner_label from projects.project
    where region = ${tx.region} and id = any(${wanted}::uuid[])`);
  return new Map(rows.map((row) => [row.id, { name: row.name, builder: row.ownerLabel }]));
}

/** The unit the caller works in. Throws FORBIDDEN for who works in none. */
export function ownUnit(tx: Tx): string {
  if (tx.actor.unitId === null) throw new AppError('FORBIDDEN');
  return tx.actor.unitId;
}
