import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { enterPlan } from './enter.ts';
import { carryForward } from './carry.ts';
import { planFile, planSettings, type PlanSettings } from './rules/definition.ts';
import { loadPlanOfYear } from './store/plans.ts';

/**
 * Enters the county's plans at first start. A year that is already in the ledger is never touched again: what people did
 * to it is the record. In trial mode the latest plan is carried over to the running year, so that there is something to see.
 */
export async function load(tx: Tx): Promise<void> {
  const folder = join(tx.services.countyFolder, 'plans');
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ENOENT') return [];
    throw error;
  });
  const years = names.filter((name) => /^\d{4}\.yaml$/.test(name)).sort();
  if (years.length === 0) return;
  const settings = await countySettings(tx);
  for (const name of years) {
    const file = planFile.parse(parse(await readFile(join(folder, name), 'utf8')));
    if ((await loadPlanOfYear(tx, file.year)) !== null) continue;
    await enterPlan(tx, { ...file, settings, previousId: null }, `依据${file.documentNo}列入台账`);
  }
  if (!tx.services.trial) return;
  const year = Number(localDateOf(tx.now).slice(0, 4));
  const latest = Number(years.at(-1)?.slice(0, 4));
  const last = await loadPlanOfYear(tx, latest);
  if (last !== null && year > latest && (await loadPlanOfYear(tx, year)) === null) {
    await carryForward(tx, last, year, `演示：由${latest}年的方案顺延`);
  }
}

/** The county's rules for lights, rounds, quotas and appraisal; a plan keeps those it was entered under. */
export async function countySettings(tx: Tx): Promise<PlanSettings> {
  const text = await readFile(join(tx.services.countyFolder, 'plans/settings.yaml'), 'utf8');
  return planSettings.parse(parse(text));
}
