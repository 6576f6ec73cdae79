import type { Actor, Reach } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { HandlerContext, Tx } from '../../kernel/module.ts';
import { unitDirectory } from '../org/index.ts';
import { settingsOf } from './settings.ts';

/** Several units share each desk, as the county's plan says; who of them acts is in the journal. */
export type Desk = 'assessments' | 'plots' | 'performance' | 'idle';

/** The unit of the desk in whose name the caller acts. Throws LAND_NOT_THIS_UNIT. */
export async function deskUnit({ tx, actor, reach }: HandlerContext<unknown>, desk: Desk): Promise<string> {
  const units = await unitsOf(tx, desk);
  const reached = units.filter((unit) => isReached(reach, unit));
  const own = reached.find((unit) => unit === actor.unitId) ?? reached[0];
  if (own !== undefined) return own;
  const directory = await unitDirectory(tx);
  throw new AppError('LAND_NOT_THIS_UNIT', { units: units.map((unit) => directory.nameOf(unit)).join('、') });
}

/** Whether the caller sees what only the desk sees. */
export async function isAtDesk(tx: Tx, reach: Reach, desk: Desk): Promise<boolean> {
  return (await unitsOf(tx, desk)).some((unit) => isReached(reach, unit));
}

export function ownsEnterprise(actor: Actor, uscc: string | null): boolean {
  return uscc !== null && actor.enterpriseIds.includes(uscc);
}

async function unitsOf(tx: Tx, desk: Desk): Promise<readonly string[]> {
  return (await settingsOf(tx.services)).desk.units[desk];
}

function isReached(reach: Reach, unit: string): boolean {
  return reach === 'all' || reach.includes(unit);
}
