import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import { draft, publish } from './assessments.ts';
import { recordIdle } from './idle.ts';
import { check, declare, publishYear } from './performance.ts';
import { define, perform, readinessOf } from './plots.ts';
import { trialFile, trialFirmsFile, type Trial, type TrialFirms } from './rules/definition.ts';
import type { Polygon } from './rules/geometry.ts';
import { readCountyFile, settingsOf } from './settings.ts';
import { hasAny } from './store/assessments.ts';
import { insertDocument } from './store/documents.ts';

/**
 * Invented areas, plots and firms for trying the platform out, brought about by what staff would do. Once, into an empty
 * house, and never outside a trial.
 */
export async function loadTrial(tx: Tx): Promise<void> {
  if (!tx.services.trial || (await hasAny(tx)).any) return;
  const folder = tx.services.countyFolder;
  if (await exists(folder, 'trial.yaml')) {
    const trial = await readCountyFile(folder, 'trial.yaml', trialFile);
    await loadResults(tx, trial);
    await loadPlots(tx, trial);
  }
  if (await exists(folder, 'trial-firms.yaml'))
    await loadFirms(tx, await readCountyFile(folder, 'trial-firms.yaml', trialFirmsFile));
}

async function loadResults(tx: Tx, { areas, results }: Trial): Promise<void> {
  const { kinds } = (await settingsOf(tx.services)).kinds;
  for (const result of results) {
    const area = areas.find(({ id }) => id === result.area);
    const kind = kinds.find(({ id }) => id === result.kind);
    if (area === undefined || kind === undefined) throw new Error(`land/trial.yaml: ${result.id}`);
    const title = `${area.name}${kind.fullName}`;
    const given = {
      kind: kind.id,
      title,
      areaName: area.name,
      issuer: '试用数据（虚构）',
      documentNo: result.no,
      validFrom: result.approvedOn,
      validUntil: result.validUntil,
      area: [area.polygon] as Polygon,
      excludedUses: [],
      exceptions: kind.exceptions,
      conditions: '',
      documentId: await paper(tx, title, area.organiser),
      replaces: null,
    };
    const id = await draft(tx, given, area.organiser);
    await publish(tx, id, 1, null);
  }
}

async function loadPlots(tx: Tx, { areas, plots }: Trial): Promise<void> {
  for (const plot of plots) {
    const area = areas.find(({ id }) => id === plot.area);
    if (area === undefined) throw new Error(`land/trial.yaml: ${plot.id}`);
    const { state, id } = await define(
      tx,
      uuidv7(Date.parse(tx.now)),
      plot.no,
      {
        name: plot.name,
        town: area.town,
        location: area.name,
        use: plot.use,
        area: [plot.polygon],
        ready: plot.ready,
        note: '',
        targets: Object.entries(plot.indicators).map(([indicator, value]) => ({ indicator, value, upTo: null })),
      },
      area.organiser,
    );
    // Those that meet every guard are offered; the others show what is missing.
    const readiness = await readinessOf(tx, state);
    const isReady =
      readiness.required.every(({ result }) => result !== null) &&
      readiness.readyWith.every((one) => plot.ready.includes(one)) &&
      readiness.coreIndicators.every((one) => plot.indicators[one.id] !== undefined);
    if (isReady)
      await perform(
        tx,
        id,
        () => true,
        () => ({ action: 'offer', readiness }),
      );
  }
}

async function loadFirms(tx: Tx, { year, firms, idle }: TrialFirms): Promise<void> {
  for (const { uscc, name, figures, exemption, lastGrade } of firms) {
    await declare(tx, { year, uscc, enterpriseName: name, figures, byFirm: false, revision: 0 });
    await check(tx, {
      year,
      uscc,
      outcome: 'checked',
      exemption: exemption ?? null,
      lastGrade: lastGrade ?? null,
      remark: '',
      revision: 1,
    });
  }
  if (firms.length > 0) await publishYear(tx, year, '');
  for (const { unit, ...land } of idle) await recordIdle(tx, land, unit);
}

/** A page that says what it is, so that links lead somewhere. */
async function paper(tx: Tx, title: string, unitId: string): Promise<string> {
  const text = `${title}\n\n这是演示用的说明，内容是编造的，没有法律效力。\n`;
  const stored = await tx.services.files.put(Buffer.from(text), { maxBytes: 10_000 });
  const id = uuidv7(Date.parse(tx.now));
  await insertDocument(tx, id, { ...stored, name: `${title}.txt` }, unitId);
  return id;
}

async function exists(folder: string, name: string): Promise<boolean> {
  return readFile(join(folder, 'land', name)).then(
    () => true,
    (error: unknown) => {
      if ((error as { code?: string }).code === 'ENOENT') return false;
      throw error;
    },
  );
}
