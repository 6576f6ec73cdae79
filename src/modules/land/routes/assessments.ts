import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route, type HandlerContext, type Tx } from '../../../kernel/module.ts';
import { localDateOf, type LocalDate } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import { amend, assessmentsFor, draft, draftFor, faultsOf, plusDays, publish } from '../assessments.ts';
import * as contract from '../contract-assessments.ts';
import { deskUnit, isAtDesk, ownsEnterprise } from '../desk.ts';
import { assessmentStateNames, verdictNames } from '../rules/assessments.ts';
import { indicatorKindsOf, settingsOf, type LandSettings } from '../settings.ts';
import {
  deleteDraft,
  listAssessmentRows,
  listReuseRows,
  loadAssessment,
  type AssessmentRow,
} from '../store/assessments.ts';
import { insertDocument, loadDocument } from '../store/documents.ts';
import { loadPlot } from '../store/plots.ts';

export const assessmentRoutes = [
  route(contract.landOptions, async ({ tx }) => {
    const settings = await settingsOf(tx.services);
    const directory = await unitDirectory(tx);
    const { performance, desk, indicators, kinds } = settings;
    return {
      kinds: kinds.kinds.map(({ id, name, fullName, reviewer, stillNeeds, exceptions, validYears, source }) => ({
        ...{ id, name, fullName, stillNeeds, exceptions, validYears, source },
        reviewerName: directory.nameOf(reviewer),
        required: indicators.plotState.requiredAssessments.value.includes(id),
      })),
      uses: desk.uses,
      towns: directory.units.filter(({ kind }) => kind === 'town').map(({ id, name }) => ({ id, name })),
      readyWith: indicators.plotState.requiredLandState.value,
      indicators: indicatorKindsOf(settings).map((one) => ({
        ...one,
        source: indicators.indicators.find(({ id }) => id === one.id)?.source ?? '',
      })),
      figures: desk.performance.figures,
      exemptions: performance.exempt.value,
      lastGradeReasons: performance.lastGradeAlways.value,
      breachSteps: indicators.breach.steps.value,
    };
  }),

  route(contract.listAssessments, async ({ tx, input, reach, now }) => {
    const mayWork = await isAtDesk(tx, reach, 'assessments');
    const { rows, total } = await listAssessmentRows(tx, { ...input, withDrafts: mayWork, validOn: null });
    const view = await viewer(tx, localDateOf(now));
    return { assessments: rows.map(view), total, mayWork };
  }),

  route(contract.readAssessment, async ({ tx, input, reach, actor, now }) => {
    const mayWork = await isAtDesk(tx, reach, 'assessments');
    const row = await loadAssessment(tx, input.assessmentId);
    if (row === null || (row.state === 'draft' && !mayWork)) throw new AppError('ASSESSMENT_NOT_FOUND');
    const isDraft = row.state === 'draft';
    return {
      ...(await viewer(tx, localDateOf(now)))(row),
      area: row.area.map((ring) => ring.map(([x, y]): [number, number] => [x, y])),
      excludedUses: [...row.excludedUses],
      exceptions: [...row.exceptions],
      conditions: row.conditions,
      document: documentOf(row),
      replaces: row.replaces,
      draftedName: row.draftedName,
      draftedAt: row.draftedAt,
      publishedName: row.publishedName,
      publishedAt: row.publishedAt,
      revision: row.revision,
      missing: isDraft ? faultsOf(row) : [],
      mayAmend: isDraft && mayWork,
      mayPublish: isDraft && mayWork && row.draftedBy !== actor.accountId,
    };
  }),

  route(contract.draftAssessment, async (context) => {
    const unitId = await deskUnit(context, 'assessments');
    return { id: await draft(context.tx, context.input, unitId) };
  }),

  route(contract.amendAssessment, async (context) => {
    await deskUnit(context, 'assessments');
    const { assessmentId, revision, ...given } = context.input;
    return { revision: await amend(context.tx, { ...given, id: assessmentId }, revision) };
  }),

  route(contract.discardAssessment, async (context) => {
    await deskUnit(context, 'assessments');
    const { tx, input } = context;
    const row = await draftFor(tx, input.assessmentId);
    await deleteDraft(tx, row.id);
    tx.note(`assessment:${row.id}`, '删除区域评估草稿', { title: row.title });
    return { removed: true };
  }),

  route(contract.publishAssessment, async (context) => {
    await deskUnit(context, 'assessments');
    const { tx, input, actor } = context;
    await publish(tx, input.assessmentId, input.revision, actor.accountId);
    return { state: 'published' as const };
  }),

  route(contract.listReuses, async ({ tx, input, reach }) => {
    const row = await loadAssessment(tx, input.assessmentId);
    if (row === null || (row.state === 'draft' && !(await isAtDesk(tx, reach, 'assessments'))))
      throw new AppError('ASSESSMENT_NOT_FOUND');
    return listReuseRows(tx, row.id, input.page, input.size);
  }),

  route(contract.uploadLandDocument, async (context) => {
    const unitId = await anyDesk(context);
    const { tx, input } = context;
    const id = uuidv7(Date.parse(tx.now));
    await insertDocument(tx, id, input.document, unitId);
    tx.note(`land-document:${id}`, '上传文件', { sha256: input.document.sha256, name: input.document.name });
    return { documentId: id, ...input.document };
  }),

  route(contract.openLandDocument, async ({ tx, input, actor }) => {
    const row = await loadDocument(tx, input.documentId);
    const grants = actor.grants.find(({ permission }) => permission === 'land.read');
    const reach = grants?.units ?? [];
    const isStaff =
      row !== null && ((await isAtDesk(tx, reach, 'assessments')) || (await isAtDesk(tx, reach, 'plots')));
    if (row === null || !(row.isPublic || isStaff || ownsEnterprise(actor, row.uscc)))
      throw new AppError('LAND_FILE_NOT_FOUND');
    return { documentId: row.id, name: row.name, type: row.type, size: row.size, sha256: row.sha256 };
  }),

  route(contract.publicAssessments, async ({ tx, input, now }) => {
    const settings = await settingsOf(tx.services);
    const { rows, total } = await listAssessmentRows(tx, {
      ...input,
      withDrafts: false,
      state: ['published'],
      text: '',
      validOn: localDateOf(now),
    });
    return {
      assessments: rows.map((row) => ({
        ...{ id: row.id, kind: row.kind, title: row.title, areaName: row.areaName, areaMu: row.areaMu },
        ...{ documentNo: row.documentNo, issuer: row.issuer, validUntil: row.validUntil, reuses: row.reuses },
        kindName: kindOf(settings, row.kind)?.fullName ?? row.kind,
        area: row.area.map((ring) => ring.map(([x, y]): [number, number] => [x, y])),
        exceptions: [...row.exceptions],
        stillNeeds: kindOf(settings, row.kind)?.stillNeeds ?? '',
        document: documentOf(row),
      })),
      total,
    };
  }),

  route(contract.checkAssessments, async ({ tx, input, now }) => {
    const onDate = input.onDate ?? localDateOf(now);
    const plot = input.plotId === undefined ? null : await loadPlot(tx, input.plotId);
    if (input.plotId !== undefined && (plot === null || plot.status === 'standard-set'))
      throw new AppError('PLOT_NOT_FOUND');
    const point =
      input.longitude === undefined || input.latitude === undefined
        ? null
        : ([input.longitude, input.latitude] as const);
    const answers = await assessmentsFor(tx, {
      site: plot?.state.facts.area ?? point,
      use: input.use !== '' ? input.use : (plot?.landUse ?? null),
      hazards: null,
      onDate,
      applies: input.applies,
      denied: input.denied,
    });
    return {
      onDate,
      plot: plot === null ? null : { id: plot.id, no: plot.no, name: plot.name },
      judgements: answers.map(({ kind, kindName, verdict, why, resultId, documentNo, validUntil }) => ({
        ...{ kind, kindName, verdict, why, resultId, documentNo, validUntil },
        verdictName: verdictNames[verdict],
      })),
      spared: answers.filter(({ verdict }) => verdict === 'spared').length,
      exceptions: [
        ...new Set(answers.filter(({ verdict }) => verdict !== 'needed').flatMap(({ exceptions }) => exceptions)),
      ],
    };
  }),
];

async function anyDesk(context: HandlerContext<unknown>): Promise<string> {
  return (await isAtDesk(context.tx, context.reach, 'plots'))
    ? deskUnit(context, 'plots')
    : deskUnit(context, 'assessments');
}

async function viewer(tx: Tx, today: LocalDate) {
  const settings = await settingsOf(tx.services);
  const directory = await unitDirectory(tx);
  // 90nd: what the renewal task uses as well.
  const soon = plusDays(today, Number.parseInt(settings.kinds.renewalNoticeTerm.value, 10));
  return (row: AssessmentRow) => ({
    ...{ id: row.id, kind: row.kind, title: row.title, areaName: row.areaName, areaMu: row.areaMu },
    ...{ documentNo: row.documentNo, issuer: row.issuer, validFrom: row.validFrom, validUntil: row.validUntil },
    kindName: kindOf(settings, row.kind)?.fullName ?? row.kind,
    state: row.state,
    stateName: assessmentStateNames[row.state],
    unitName: directory.nameOf(row.unitId),
    reuses: row.reuses,
    expiry: expiryOf(row, today, soon),
  });
}

function expiryOf(row: AssessmentRow, today: LocalDate, soon: LocalDate): 'valid' | 'soon' | 'over' | 'notYet' {
  if (row.validUntil < today) return 'over';
  if (row.validFrom > today) return 'notYet';
  return row.validUntil <= soon ? 'soon' : 'valid';
}

function kindOf({ kinds }: LandSettings, id: string) {
  return kinds.kinds.find((one) => one.id === id);
}

function documentOf(row: AssessmentRow): { documentId: string; name: string } | null {
  return row.documentId === null ? null : { documentId: row.documentId, name: row.documentName ?? '成果文件' };
}
