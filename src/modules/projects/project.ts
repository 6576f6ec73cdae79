import { may, reachOf } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { applicationsOf, caseTimelines } from '../cases/index.ts';
import { enterprisesOf } from '../org/index.ts';
import type { Frame } from './frame.ts';
import type { ProjectState } from './shapes.ts';
import { stageOf } from './attribution.ts';
import { stagesOf } from './standing.ts';
import { loadProjectByCode, loadProjectRow, type ProjectRow } from './store/projects.ts';

/** A project as the rooms and other modules see it. */
export interface Project {
  id: string;
  code: string;
  provisional: boolean;
  name: string;
  themeId: string;
  typeId: string;
  typeName: string;
  state: ProjectState;
  /** Who registered it and applies for it. */
  accountId: string;
  /** Of the building firm; empty when none was given. */
  uscc: string;
  /** A firm by its name, a person masked. */
  builderName: string;
  town: string;
  plotId: string | null;
  point: ProjectRow['point'];
  polygon: ProjectRow['polygon'];
  answers: ProjectRow['answers'];
  /** The stages, leads, budgets and tracks that it runs under. */
  frame: Frame;
  /** Units that lead a stage or may have an item. */
  units: readonly string[];
}

/**
 * For whoever asks: the firm its own, staff what their `project.read` reaches. Throws PROJECT_NOT_FOUND for both "none"
 * and "not yours".
 */
export async function projectFor(tx: Tx, id: string): Promise<Project> {
  return projectOfRow(await reachableRow(tx, id));
}

/** Without scope: for jobs, subscribers and doors that have checked already. */
export async function loadProject(tx: Tx, id: string): Promise<Project | null> {
  const row = await loadProjectRow(tx, id);
  return row === null ? null : projectOfRow(row);
}

/** By number, as people and the command line write it; without scope. */
export async function projectByCode(tx: Tx, code: string): Promise<Project | null> {
  const row = await loadProjectByCode(tx, code);
  return row === null ? null : projectOfRow(row);
}

/** All of the stage's items have been granted, none is running. */
export async function isStageDone(tx: Tx, projectId: string, stageId: string): Promise<boolean> {
  const row = await loadProjectRow(tx, projectId);
  if (row === null) return false;
  const matter = { type: 'project', id: projectId };
  const stages = await stagesOf(tx, row, await caseTimelines(tx, matter), await applicationsOf(tx, matter));
  return stages.find(({ stage }) => stage.id === stageId)?.state === 'done';
}

/** Which stage an application is for; null for a track or an application of something else. */
export async function stageOfApplication(tx: Tx, projectId: string, applicationId: string): Promise<string | null> {
  const row = await loadProjectRow(tx, projectId);
  const applications = row === null ? [] : await applicationsOf(tx, { type: 'project', id: projectId });
  const found = applications.find((one) => one.id === applicationId);
  return row === null || found === undefined ? null : stageOf(row.frame, found);
}

export async function reachableRow(tx: Tx, id: string): Promise<ProjectRow> {
  const row = await loadProjectRow(tx, id);
  if (row === null || !((await isOwn(tx, row)) || isWithinReach(tx, row))) throw new AppError('PROJECT_NOT_FOUND');
  return row;
}

/** The one who registered it, and whoever is confirmed to act for the firm. */
export async function isOwn(tx: Tx, row: Pick<ProjectRow, 'accountId' | 'uscc' | 'ownerProven'>): Promise<boolean> {
  const { accountId } = tx.actor;
  if (accountId === null) return false;
  if (row.accountId === accountId) return true;
  if (!row.ownerProven || row.uscc === null) return false;
  return (await enterprisesOf(tx, accountId)).some(({ uscc }) => uscc === row.uscc);
}

export function isWithinReach(tx: Tx, row: Pick<ProjectRow, 'units'>): boolean {
  if (!may(tx.actor, 'project.read')) return false;
  const reach = reachOf(tx.actor, 'project.read');
  return reach === 'all' || row.units.some((unit) => reach.includes(unit));
}

function projectOfRow(row: ProjectRow): Project {
  return {
    id: row.id,
    code: row.code,
    provisional: row.provisional,
    name: row.name,
    themeId: row.themeId,
    typeId: row.typeId,
    typeName: row.typeName,
    state: row.state,
    accountId: row.accountId,
    uscc: row.uscc ?? '',
    builderName: row.ownerLabel,
    town: row.town,
    plotId: row.plotId,
    point: row.point,
    polygon: row.polygon,
    answers: row.answers,
    frame: row.frame,
    units: row.units,
  };
}
