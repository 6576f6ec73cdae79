import { CallError } from '../kernel/call.ts';
import * as cases from '../modules/cases/contract.ts';
import type { Town } from './town.ts';

/**
 * Grants a case. What the licence needs and the form did not ask, as when a firm changes a licence that was issued
 * before the platform was there, the officer copies from the old paper.
 */
export async function grantCase(officer: ReturnType<Town['officerOf']>, caseId: string): Promise<void> {
  try {
    await officer.call(cases.grantCase, { caseId });
  } catch (error) {
    if (!(error instanceof CallError) || error.problem.code !== 'LICENCE_VALUES_MISSING') throw error;
    const { licence } = await officer.call(cases.previewCaseLicence, { caseId });
    const lacking = (licence?.fields ?? []).filter(({ fault }) => fault !== '');
    const licenceValues = Object.fromEntries(lacking.map(({ id, kind, label }) => [id, onOldPaper(kind, label)]));
    await officer.call(cases.grantCase, { caseId, licenceValues });
  }
}

function onOldPaper(kind: string, label: string): string {
  switch (kind) {
    case 'date':
      return '2020-06-01';
    case 'number':
      return '1';
    default:
      return `见原证“${label}”一栏`;
  }
}
