import { z } from 'zod';
import { endpoint, instant, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { basis, day, documentRef, line, plotId, polygon } from './contract-shapes.ts';
import { comparators, phases } from './rules/indicators.ts';
import { breachOutcomes } from './rules/plot.ts';
import { plotActions, plotStates } from './rules/plot-transitions.ts';

/** 标准地 as everyone reads it: the staff, the firm that won it, the public. */

const target = z.object({
  indicator: z.string(),
  name: z.string(),
  unit: z.string(),
  comparator: z.enum(comparators),
  value: z.number(),
  upTo: z.number().nullable(),
  phase: z.enum(phases),
  words: z.string(),
});
const comparison = z.object({
  indicator: z.string(),
  name: z.string(),
  wanted: z.string(),
  measured: z.string(),
  measuredOn: day.nullable(),
  evidence: z.string(),
  outcome: z.enum(['met', 'notMet', 'late', 'missing']),
  why: z.string(),
});

export const plotView = z.object({
  id: uuid,
  no: z.string(),
  name: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  town: z.string(),
  townName: z.string(),
  location: z.string(),
  use: z.string(),
  useName: z.string(),
  area: polygon,
  areaMu: z.number(),
  ready: z.array(z.string()),
  note: z.string(),
  state: z.enum(plotStates),
  stateName: z.string(),
  /** Every state with what it takes to leave it, in order. */
  states: z.array(
    z.object({ id: z.enum(plotStates), name: z.string(), guard: z.string(), at: z.enum(['done', 'now', 'later']) }),
  ),
  targets: z.array(target),
  regional: z.array(
    z.object({
      kind: z.string(),
      kindName: z.string(),
      resultId: uuid,
      documentNo: z.string(),
      validUntil: day,
    }),
  ),
  award: z.object({ uscc: z.string(), enterpriseName: z.string(), contractNo: z.string(), awardedOn: day }).nullable(),
  conclusion: z
    .object({ outcome: z.enum(['fulfilled', 'terminated']), name: z.string(), at: instant, reason: z.string() })
    .nullable(),
});

const breach = z.object({
  id: uuid,
  openedAt: instant,
  phaseName: z.string().nullable(),
  terms: z.array(z.string()),
  failed: z.array(comparison),
  penalty: z.string(),
  rectifyBy: day.nullable(),
  rectifications: z.array(
    z.object({
      at: instant,
      by: z.string(),
      report: z.string(),
      comparisons: z.array(comparison),
      passed: z.boolean(),
    }),
  ),
  closing: z
    .object({
      at: instant,
      by: z.string(),
      outcome: z.enum(breachOutcomes),
      outcomeName: z.string(),
      decision: z.string(),
      documentNo: z.string(),
    })
    .nullable(),
});

/** What the parties see beyond the public. */
export const wholePlot = plotView.extend({
  agreement: z
    .object({
      no: z.string(),
      parties: z.array(z.string()),
      signedOn: day,
      completionBy: day,
      productionBy: day,
      penalty: z.string(),
      document: documentRef,
    })
    .nullable(),
  commitment: z.object({ text: z.string(), signedOn: day, signedBy: z.string(), document: documentRef }).nullable(),
  /** What a commitment would say now: text and every promise. */
  promises: z.array(z.string()),
  commitmentText: z.string(),
  permits: z.array(z.object({ name: z.string(), no: z.string(), issuedOn: day })),
  completedOn: day.nullable(),
  acceptances: z.array(
    z.object({
      phase: z.enum(phases),
      phaseName: z.string(),
      at: instant,
      by: z.string(),
      opinion: z.string(),
      passed: z.boolean(),
      comparisons: z.array(comparison),
    }),
  ),
  breaches: z.array(breach),
  actions: z.array(
    z.object({
      action: z.enum(plotActions),
      zh: z.string(),
      basis,
      /** Why it cannot be done yet; empty when it can. */
      missing: z.array(z.string()),
    }),
  ),
  history: z.array(z.object({ at: instant, words: z.string(), by: z.string() })),
});

const listedPlot = z.object({
  id: uuid,
  no: z.string(),
  name: z.string(),
  townName: z.string(),
  useName: z.string(),
  areaMu: z.number(),
  state: z.enum(plotStates),
  stateName: z.string(),
  onOffer: z.boolean(),
  enterpriseName: z.string().nullable(),
  openBreaches: z.number().int(),
  concluded: z.boolean(),
});

export const listPlots = endpoint({
  id: 'land.listPlots',
  method: 'GET',
  path: '/api/land/plots',
  summary: '标准地：全部地块和所处阶段',
  permission: 'land.read',
  scope: 'unit',
  input: z.object({
    state: queryList(z.enum(plotStates)),
    breach: z.enum(['', 'open']).default(''),
    text: z.string().max(60).default(''),
    ...paging,
  }),
  output: z.object({
    plots: z.array(listedPlot),
    total: z.number().int(),
    counts: z.array(z.object({ state: z.enum(plotStates), name: z.string(), count: z.number().int() })),
    mayWork: z.boolean(),
  }),
  errors: [],
});

export const readPlot = endpoint({
  id: 'land.readPlot',
  method: 'GET',
  path: '/api/land/plots/:plotId',
  summary: '一块标准地的全部情况',
  permission: 'land.read',
  scope: 'unit',
  input: z.object(plotId),
  output: wholePlot,
  errors: ['PLOT_NOT_FOUND'],
});

export const publicPlots = endpoint({
  id: 'land.publicPlots',
  method: 'GET',
  path: '/api/land/public/plots',
  summary: '正在出让和已经出让的标准地',
  permission: 'public',
  scope: 'public',
  input: z.object({ offer: z.enum(['', 'open']).default(''), ...paging }),
  output: z.object({
    plots: z.array(listedPlot.omit({ openBreaches: true }).extend({ area: polygon })),
    total: z.number().int(),
  }),
  errors: [],
});

export const publicPlot = endpoint({
  id: 'land.publicPlot',
  method: 'GET',
  path: '/api/land/public/plots/:plotId',
  summary: '一块标准地：位置、指标、区域评估',
  permission: 'public',
  scope: 'public',
  input: z.object(plotId),
  output: plotView,
  errors: ['PLOT_NOT_FOUND'],
});

export const myPlots = endpoint({
  id: 'land.myPlots',
  method: 'GET',
  path: '/api/my/land/plots',
  summary: '本企业的标准地',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...paging }),
  output: z.object({ plots: z.array(wholePlot), total: z.number().int() }),
  errors: [],
});

const ownErrors = ['PLOT_NOT_FOUND', 'PLOT_TRANSITION_IMPOSSIBLE', 'PLOT_CONCLUDED', 'PLOT_NOT_READY'];
const exampleId = '01920000-0000-7000-8000-00000000000a';

export const signMyCommitment = endpoint({
  id: 'land.signMyCommitment',
  method: 'POST',
  path: '/api/my/land/plots/:plotId/commitment',
  summary: '企业签承诺书',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...plotId, agreed: z.literal(true, { error: '请先勾选“我已看过并承诺”。' }) }),
  output: z.object({ state: z.enum(plotStates) }),
  errors: ownErrors,
  example: { plotId: exampleId, agreed: true },
});

export const reportMyCompletion = endpoint({
  id: 'land.reportMyCompletion',
  method: 'POST',
  path: '/api/my/land/plots/:plotId/completion',
  summary: '企业报告竣工',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...plotId, completedOn: day }),
  output: z.object({ state: z.enum(plotStates) }),
  errors: ownErrors,
  example: { plotId: exampleId, completedOn: '2026-11-20' },
});

export const measurement = z.object({
  indicator: line(64),
  value: z.number(),
  unit: z.string().max(30),
  measuredOn: day,
  evidence: z.string().trim().max(200).default(''),
});
