import { z } from 'zod';
import { endpoint, uuid } from '../../kernel/endpoint.ts';
import { measurement } from './contract-plots.ts';
import {
  day,
  exampleArea,
  exampleId,
  exampleUscc,
  line,
  plotId,
  polygon,
  reason,
  slug,
  uscc,
} from './contract-shapes.ts';
import { phases } from './rules/indicators.ts';
import { breachOutcomes } from './rules/plot.ts';
import { plotStates } from './rules/plot-transitions.ts';

/** 标准地: what the desk does, one verb of the transition table each. */

const state = z.object({ state: z.enum(plotStates) });
const general = [
  'LAND_NOT_THIS_UNIT',
  'PLOT_NOT_FOUND',
  'PLOT_TRANSITION_IMPOSSIBLE',
  'PLOT_CONCLUDED',
  'PLOT_NOT_READY',
];
const facts = {
  name: line(80),
  town: slug,
  location: line(),
  use: slug,
  area: polygon,
  ready: z.array(line(30)).max(20).default([]),
  note: z.string().trim().max(1000).default(''),
  targets: z
    .array(z.object({ indicator: slug, value: z.number(), upTo: z.number().nullable().default(null) }))
    .max(30)
    .default([]),
};
const exampleFacts = {
  name: '东区一号地块',
  town: 'town-610329100',
  location: '东区创业路南侧',
  use: 'industrial',
  area: exampleArea,
  ready: ['通水'],
  targets: [{ indicator: 'tax-per-mu', value: 8 }],
};

export const definePlot = endpoint({
  id: 'land.definePlot',
  method: 'POST',
  path: '/api/land/plots',
  summary: '新建一块标准地（地块定标）',
  permission: 'land.work',
  scope: 'unit',
  status: 201,
  input: z.object({ no: line(40), ...facts }),
  output: z.object({ id: uuid }),
  errors: ['LAND_NOT_THIS_UNIT', 'LAND_WORD_UNKNOWN', 'AREA_WRONG', 'PLOT_NO_TAKEN', 'PLOT_TARGETS_WRONG'],
  example: { no: '麟标2026-01', ...exampleFacts },
});

export const amendPlot = endpoint({
  id: 'land.amendPlot',
  method: 'PUT',
  path: '/api/land/plots/:plotId',
  summary: '修改地块和指标（出让以前）',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({ ...plotId, ...facts }),
  output: state,
  errors: [...general, 'LAND_WORD_UNKNOWN', 'AREA_WRONG', 'PLOT_TARGETS_WRONG'],
  example: { plotId: exampleId, ...exampleFacts },
});

export const offerPlot = endpoint({
  id: 'land.offerPlot',
  method: 'POST',
  path: '/api/land/plots/:plotId/offer',
  summary: '带标准出让',
  permission: 'land.decide',
  scope: 'unit',
  input: z.object(plotId),
  output: state,
  errors: general,
});

export const withdrawOffer = endpoint({
  id: 'land.withdrawOffer',
  method: 'POST',
  path: '/api/land/plots/:plotId/offer-withdrawal',
  summary: '撤回出让，退回定标',
  permission: 'land.decide',
  scope: 'unit',
  input: z.object({ ...plotId, reason }),
  output: state,
  errors: general,
  example: { plotId: exampleId, reason: '规划条件调整' },
});

export const awardPlot = endpoint({
  id: 'land.awardPlot',
  method: 'POST',
  path: '/api/land/plots/:plotId/award',
  summary: '登记受让企业和出让合同',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({ ...plotId, uscc, enterpriseName: line(80), contractNo: line(60), awardedOn: day }),
  output: state,
  errors: general,
  example: {
    plotId: exampleId,
    uscc: exampleUscc,
    enterpriseName: '试用甲机械有限公司',
    contractNo: '610329-2026-CR-0007',
    awardedOn: '2026-11-20',
  },
});

export const signAgreement = endpoint({
  id: 'land.signAgreement',
  method: 'POST',
  path: '/api/land/plots/:plotId/agreement',
  summary: '登记签好的监管协议',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({
    ...plotId,
    no: line(60),
    parties: z.array(line(80)).min(2, '协议至少有两方。').max(10),
    signedOn: day,
    completionBy: day,
    productionBy: day,
    penalty: line(2000),
    documentId: uuid,
  }),
  output: state,
  errors: [...general, 'LAND_FILE_NOT_FOUND'],
  example: {
    plotId: exampleId,
    no: '监管2026-01',
    parties: ['园区管委会', '试用甲机械有限公司'],
    signedOn: '2026-11-20',
    completionBy: '2028-11-20',
    productionBy: '2030-11-20',
    penalty: '逾期竣工的，每日按出让价款的万分之五支付违约金。',
    documentId: exampleId,
  },
});

export const openCommitment = endpoint({
  id: 'land.openCommitment',
  method: 'POST',
  path: '/api/land/plots/:plotId/commitment-stage',
  summary: '转入承诺许可',
  permission: 'land.work',
  scope: 'unit',
  input: z.object(plotId),
  output: state,
  errors: general,
});

export const recordCommitment = endpoint({
  id: 'land.recordCommitment',
  method: 'POST',
  path: '/api/land/plots/:plotId/commitment',
  summary: '登记纸质承诺书',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({ ...plotId, signedBy: line(80), signedOn: day, documentId: uuid }),
  output: state,
  errors: [...general, 'LAND_FILE_NOT_FOUND'],
  example: { plotId: exampleId, signedBy: '试用甲机械有限公司', signedOn: '2026-11-20', documentId: exampleId },
});

export const recordPermit = endpoint({
  id: 'land.recordPermit',
  method: 'POST',
  path: '/api/land/plots/:plotId/permits',
  summary: '登记按承诺办理的许可文件',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({ ...plotId, name: line(80), no: line(80), issuedOn: day }),
  output: state,
  errors: general,
  example: { plotId: exampleId, name: '建筑工程施工许可证', no: '610329202611230101', issuedOn: '2026-11-20' },
});

export const startBuilding = endpoint({
  id: 'land.startBuilding',
  method: 'POST',
  path: '/api/land/plots/:plotId/construction',
  summary: '开工，转入按标施建',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({ ...plotId, startedOn: day }),
  output: state,
  errors: general,
  example: { plotId: exampleId, startedOn: '2026-11-20' },
});

export const reportCompletion = endpoint({
  id: 'land.reportCompletion',
  method: 'POST',
  path: '/api/land/plots/:plotId/completion',
  summary: '登记竣工，转入对标验收',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({ ...plotId, completedOn: day }),
  output: state,
  errors: general,
  example: { plotId: exampleId, completedOn: '2026-11-20' },
});

export const acceptPlot = endpoint({
  id: 'land.acceptPlot',
  method: 'POST',
  path: '/api/land/plots/:plotId/acceptance',
  summary: '对标验收：竣工或达产，逐项比对；不达标的自动立违约案',
  permission: 'land.decide',
  scope: 'unit',
  input: z.object({
    ...plotId,
    phase: z.enum(phases),
    measurements: z.array(measurement).max(30),
    opinion: line(1000),
  }),
  output: z.object({ passed: z.boolean(), breachId: uuid.nullable() }),
  errors: [...general, 'MEASUREMENT_WRONG'],
  example: {
    plotId: exampleId,
    phase: 'completion',
    measurements: [{ indicator: 'floor-area-ratio', value: 1.1, unit: '', measuredOn: '2026-11-20' }],
    opinion: '逐项核对，符合约定。',
  },
});

export const openBreach = endpoint({
  id: 'land.openBreach',
  method: 'POST',
  path: '/api/land/plots/:plotId/breaches',
  summary: '立违约案（逾期开工、擅自改变用途等）',
  permission: 'land.decide',
  scope: 'unit',
  status: 201,
  input: z.object({ ...plotId, terms: z.array(line(300)).max(20) }),
  output: z.object({ breachId: uuid }),
  errors: general,
  example: { plotId: exampleId, terms: ['协议第八条：2027年3月1日前开工，至今没有开工'] },
});

const breachId = { breachId: uuid };

export const reportRectification = endpoint({
  id: 'land.reportRectification',
  method: 'POST',
  path: '/api/land/plots/:plotId/breaches/:breachId/rectifications',
  summary: '登记整改结果，重新比对没有达标的指标',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({
    ...plotId,
    ...breachId,
    report: line(2000),
    measurements: z.array(measurement).max(30).default([]),
  }),
  output: z.object({ passed: z.boolean() }),
  errors: [...general, 'BREACH_NOT_FOUND', 'MEASUREMENT_WRONG'],
  example: { plotId: exampleId, breachId: exampleId, report: '二期厂房已经建成' },
});

export const closeBreach = endpoint({
  id: 'land.closeBreach',
  method: 'POST',
  path: '/api/land/plots/:plotId/breaches/:breachId/closing',
  summary: '违约案结案决定',
  permission: 'land.decide',
  scope: 'unit',
  input: z.object({
    ...plotId,
    ...breachId,
    outcome: z.enum(breachOutcomes),
    decision: reason,
    documentNo: line(80),
  }),
  output: state,
  errors: [...general, 'BREACH_NOT_FOUND'],
  example: {
    plotId: exampleId,
    breachId: exampleId,
    outcome: 'penalised',
    decision: '按协议第九条支付违约金，已经缴清。',
    documentNo: '麟园管〔2026〕9号',
  },
});
