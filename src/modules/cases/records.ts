import type { Tx } from '../../kernel/module.ts';
import type { Instant } from '../../kernel/time.ts';
import { materialsFor } from '../catalogue/index.ts';
import { withService } from './perform.ts';
import type { StepState } from './rules/case.ts';
import type { CaseStatus } from './rules/transitions.ts';
import { loadApplication, type ApplicationRow, type Matter } from './store/applications.ts';
import { loadCasesOfMatter } from './store/cases.ts';

/** How a case was really handled, for who checks that: its steps as entered, how it was accepted, what was asked for. */
export interface CaseRecord {
  caseId: string;
  no: string;
  itemId: string;
  itemName: string;
  unitId: string;
  status: CaseStatus;
  acceptedAt: Instant | null;
  acceptedBy: 'ordinary' | 'provisional' | 'commitment' | 'silence' | null;
  concludedAt: Instant | null;
  outcome: 'granted' | 'refused' | 'declined' | 'withdrawn' | null;
  /** Promised within the day: decided at the counter. */
  immediate: boolean;
  steps: readonly StepState[];
  /** Materials named in the correction notice; `waivedBy` says what proves them without the applicant, if anything does. */
  requested: readonly { id: string; name: string; at: Instant; waivedBy: string | null }[];
}

/** Every case of a matter, in order of opening. */
export async function caseRecords(tx: Tx, matter: Matter): Promise<CaseRecord[]> {
  const rows = await loadCasesOfMatter(tx, matter);
  const applications = new Map<string, ApplicationRow>();
  const records: CaseRecord[] = [];
  for (const row of rows) {
    const known = applications.get(row.applicationId) ?? (await loadApplication(tx, row.applicationId)) ?? undefined;
    if (known !== undefined) applications.set(row.applicationId, known);
    const { item, service, application } = await withService(tx, row, known);
    const { state } = row;
    const asked = (state.correction?.defects ?? []).flatMap(({ about }) =>
      about.startsWith('material:') ? [about.slice('material:'.length)] : [],
    );
    const needs = asked.length === 0 ? [] : materialsFor(service, application.answers, { complete: true });
    records.push({
      caseId: row.id,
      no: row.no,
      itemId: row.itemId,
      itemName: row.itemName,
      unitId: row.unitId,
      status: row.status,
      acceptedAt: row.acceptedAt,
      acceptedBy: state.acceptance?.how ?? null,
      concludedAt: row.concludedAt,
      outcome: state.outcome?.kind ?? null,
      immediate: Number.parseFloat(item.definition.promised.term) === 0,
      steps: state.steps,
      requested: asked.flatMap((key) => {
        const need = needs.find((one) => one.key === key || one.key.endsWith(`.${key}`));
        return need === undefined
          ? []
          : [
              {
                id: need.key,
                name: need.name,
                at: state.correction?.at ?? row.filedAt ?? tx.now,
                waivedBy: need.state === 'waived' ? need.explanation : null,
              },
            ];
      }),
    });
  }
  return records;
}
