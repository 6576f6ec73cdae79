import { AppError } from '../../kernel/errors.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf, type LocalDate } from '../../kernel/time.ts';
import { finishTasks, openTasks } from '../tasks/index.ts';
import { parseTerm } from '../../calendar/index.ts';
import { draftFaults, judgeAll, type Judgement, type Question } from './rules/assessments.ts';
import { openRing } from './rules/coordinates.ts';
import { polygonFault, type Point, type Polygon } from './rules/geometry.ts';
import { settingsOf, useName } from './settings.ts';
import {
  countPublished,
  insertAssessment,
  insertReuse,
  keepRenewalTasks,
  listPublished,
  listToRenew,
  loadAssessmentForDecision,
  publishRow,
  supersedeRow,
  updateAssessment,
  type AssessmentRow,
  type NewAssessment,
} from './store/assessments.ts';
import { loadDocument } from './store/documents.ts';

export interface AssessmentQuestion {
  site: Point | Polygon | null;
  /** A slug of the county's uses; null when it is not known yet. */
  use: string | null;
  /** Slugs ticked under 危险因素 of a project's form; null when it is not answered yet. */
  hazards: readonly string[] | null;
  onDate: LocalDate;
  /** Exceptions in words that somebody said apply, or do not. */
  applies?: readonly string[];
  denied?: readonly string[];
}

export interface AssessmentAnswer extends Judgement {
  documentNo: string | null;
  validUntil: LocalDate | null;
  /** What of the catalogue the area's result makes superfluous: items, and materials as `item.material`. */
  replaces: { items: readonly string[]; materials: readonly string[] };
  exceptions: readonly string[];
}

/**
 * For each of the county's kinds of assessment: may a project here, on this day, rely on the area's result (`spared`), must
 * it do its own (`needed`), or does it depend on what is not known yet (`unknown`)? With the reason in Chinese.
 */
export async function assessmentsFor(tx: Tx, asked: AssessmentQuestion): Promise<AssessmentAnswer[]> {
  const settings = await settingsOf(tx.services);
  const { kinds } = settings.kinds;
  const rows = await listPublished(tx);
  const judgements = judgeAll(kinds, rows, questionOf(asked, settings.desk.hazards), (slug) => useName(settings, slug));
  return judgements.map((judgement) => {
    const row = rows.find((one) => one.id === judgement.resultId);
    const kind = kinds.find((one) => one.id === judgement.kind);
    return {
      ...judgement,
      documentNo: row?.documentNo ?? null,
      validUntil: row?.validUntil ?? null,
      replaces: kind?.replaces ?? { items: [], materials: [] },
      exceptions: row?.exceptions ?? [],
    };
  });
}

/** Counts a project or a plot among those that rely on results; doing it again changes nothing. Throws ASSESSMENT_NOT_VALID. */
export async function recordReuse(
  tx: Tx,
  assessmentIds: readonly string[],
  subject: { type: string; id: string; no: string; name: string },
): Promise<void> {
  const ids = [...new Set(assessmentIds)];
  if (ids.length === 0) return;
  if ((await countPublished(tx, ids)).count < ids.length) throw new AppError('ASSESSMENT_NOT_VALID');
  const fresh = await insertReuse(tx, ids, subject);
  if (fresh > 0) tx.note(`${subject.type}:${subject.id}`, '引用区域评估成果', { assessments: ids, fresh });
}

export async function draft(tx: Tx, given: Omit<NewAssessment, 'id'>, unitId: string): Promise<string> {
  const id = uuidv7(Date.parse(tx.now));
  await insertAssessment(tx, await checked(tx, { ...given, id }), unitId);
  tx.note(`assessment:${id}`, '录入区域评估成果', { kind: given.kind, documentNo: given.documentNo });
  return id;
}

export async function amend(tx: Tx, given: NewAssessment, revision: number): Promise<number> {
  const row = await draftFor(tx, given.id);
  if (row.revision !== revision) throw new AppError('ASSESSMENT_CHANGED');
  if (!(await updateAssessment(tx, await checked(tx, given), revision))) throw new AppError('ASSESSMENT_CHANGED');
  tx.note(`assessment:${given.id}`, '修改区域评估成果', { revision: revision + 1 });
  return revision + 1;
}

/** By a second person; `reviewer` null is the county's own trial data. */
export async function publish(tx: Tx, id: string, revision: number, reviewer: string | null): Promise<void> {
  const row = await draftFor(tx, id);
  if (row.revision !== revision) throw new AppError('ASSESSMENT_CHANGED');
  if (reviewer !== null && row.draftedBy === reviewer) throw new AppError('ASSESSMENT_SAME_PERSON');
  const faults = faultsOf(row);
  if (faults.length > 0) throw new AppError('ASSESSMENT_INCOMPLETE', { faults: faults.join('；') });
  if (row.replaces !== null) {
    const before = await supersedeRow(tx, row.replaces);
    if (before === null) throw new AppError('ASSESSMENT_NOT_VALID');
    if (before.taskId !== null) await finishTasks(tx, [before.taskId], 'done', '新成果已经公布');
    tx.note(`assessment:${row.replaces}`, '被新成果代替', { by: id });
  }
  await publishRow(tx, id);
  tx.note(`assessment:${id}`, '公布区域评估成果', { documentNo: row.documentNo, validUntil: row.validUntil });
}

export function faultsOf(row: AssessmentRow): string[] {
  return draftFaults({ ...row, hasDocument: row.documentId !== null, areaFault: polygonFault(row.area) });
}

/** A draft, locked. Throws ASSESSMENT_NOT_FOUND, ASSESSMENT_NOT_DRAFT. */
export async function draftFor(tx: Tx, id: string): Promise<AssessmentRow> {
  const row = await loadAssessmentForDecision(tx, id);
  if (row === null) throw new AppError('ASSESSMENT_NOT_FOUND');
  if (row.state !== 'draft') throw new AppError('ASSESSMENT_NOT_DRAFT');
  return row;
}

/** Tells the unit in good time that a result ends; a project may rely on it until its last day. */
export async function openRenewals(tx: Tx): Promise<number> {
  const { kinds } = await settingsOf(tx.services);
  const today = localDateOf(tx.now);
  const { amount } = parseTerm(kinds.renewalNoticeTerm.value);
  const rows = await listToRenew(tx, plusDays(today, amount), 100);
  const tasks = await openTasks(
    tx,
    rows.map((row) => ({
      kind: 'land.renewal',
      title: `续做区域评估：${row.title}`,
      subject: { type: 'assessment', id: row.id, no: row.documentNo },
      link: `/land/assessments/${row.id}`,
      unitId: row.unitId,
      start: tx.now,
      promisedTerm: `${Math.max(0, daysBetween(today, row.validUntil))}nd`,
      basis: { title: '《优化营商环境条例》', article: '第四十二条' },
    })),
  );
  if (rows.length > 0)
    await keepRenewalTasks(
      tx,
      rows.map((row, index) => ({ id: row.id, taskId: tasks[index]?.id ?? '' })),
    );
  return rows.length;
}

export function plusDays(day: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

function questionOf(asked: AssessmentQuestion, hazards: readonly { id: string; means: readonly string[] }[]): Question {
  const ticked = hazards.filter(({ id }) => asked.hazards?.includes(id)).flatMap(({ means }) => means);
  const left =
    asked.hazards === null ? [] : hazards.flatMap(({ means }) => means).filter((one) => !ticked.includes(one));
  return {
    site: asked.site,
    use: asked.use,
    onDate: asked.onDate,
    applies: [...ticked, ...(asked.applies ?? [])],
    denied: [...left, ...(asked.denied ?? [])],
  };
}

/** What a person typed, put in order. Throws LAND_WORD_UNKNOWN, AREA_WRONG, LAND_FILE_NOT_FOUND, ASSESSMENT_NOT_FOUND. */
async function checked(tx: Tx, given: NewAssessment): Promise<NewAssessment> {
  const settings = await settingsOf(tx.services);
  if (!settings.kinds.kinds.some(({ id }) => id === given.kind))
    throw new AppError('LAND_WORD_UNKNOWN', { word: given.kind, list: '区域评估种类' });
  for (const use of given.excludedUses) refuseUnknownUse(settings.desk.uses, use);
  if (given.documentId !== null && (await loadDocument(tx, given.documentId)) === null)
    throw new AppError('LAND_FILE_NOT_FOUND');
  if (given.replaces !== null) {
    const before = await loadAssessmentForDecision(tx, given.replaces);
    if (before === null || before.kind !== given.kind || before.id === given.id)
      throw new AppError('ASSESSMENT_NOT_FOUND');
  }
  return { ...given, area: checkedArea(given.area) };
}

export function refuseUnknownUse(uses: readonly { id: string }[], use: string): void {
  if (!uses.some(({ id }) => id === use)) throw new AppError('LAND_WORD_UNKNOWN', { word: use, list: '用途' });
}

/** Throws AREA_WRONG. */
export function checkedArea(area: Polygon): Polygon {
  const polygon = area.map(openRing);
  const fault = polygonFault(polygon);
  if (fault !== null) throw new AppError('AREA_WRONG', { fault }, [{ path: '/area', message: fault }]);
  return polygon;
}
