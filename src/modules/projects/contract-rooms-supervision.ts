import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { dutyView, note, projectId, roomDocument, sampleId, unitId } from './contract-rooms-views.ts';

/** 体外循环: signs that a case went around the system, for the supervising office; cases registered afterwards. */

const alertId = { alertId: uuid };
export const offSystemStatuses = ['open', 'dismissed', 'confirmed'] as const;

export const offSystemAlertView = z.object({
  id: uuid,
  /** The sign as the rules name it: endedOffSystem, tooFast, outsideHours, resultBeforeAcceptance, reRequested. */
  sign: z.string(),
  signName: z.string(),
  status: z.enum(offSystemStatuses),
  statusName: z.string(),
  projectId: uuid,
  projectName: z.string(),
  caseId: uuid.nullable(),
  caseNo: z.string(),
  itemName: z.string(),
  unitId,
  unitName: z.string(),
  /** Why, in a sentence, and the facts it rests on. */
  words: z.string(),
  evidence: z.array(z.object({ name: z.string(), value: z.string() })),
  basis: z.string(),
  raisedAt: instant,
  decidedAt: instant.nullable(),
  decidedBy: z.string(),
  reason: z.string(),
  /** What the unit says about a confirmed one. */
  explanation: z.object({ text: z.string(), at: instant, by: z.string() }).nullable(),
  duty: dutyView.nullable(),
});

export const listOffSystemAlerts = endpoint({
  id: 'projects.offSystemAlerts',
  method: 'GET',
  path: '/api/off-system-alerts',
  summary: '体外循环线索',
  permission: 'project.supervise',
  scope: 'region',
  input: z.object({
    status: queryList(z.enum(offSystemStatuses)),
    sign: queryList(z.string().max(40)),
    unit: queryList(unitId),
    ...paging,
  }),
  output: z.object({
    alerts: z.array(offSystemAlertView),
    total: z.number().int(),
    openCount: z.number().int(),
    signs: z.array(z.object({ sign: z.string(), name: z.string() })),
  }),
  errors: [],
});

export const dismissOffSystem = endpoint({
  id: 'projects.dismissOffSystem',
  method: 'POST',
  path: '/api/off-system-alerts/:alertId/dismissal',
  summary: '核实不是体外循环，写明理由',
  permission: 'project.supervise',
  scope: 'region',
  input: z.object({ ...alertId, reason: z.string().trim().min(1, '请写明核实的情况').max(1000) }),
  output: offSystemAlertView,
  errors: ['OFF_SYSTEM_ALERT_NOT_FOUND', 'OFF_SYSTEM_ALREADY_DECIDED', 'FORBIDDEN'],
  example: { alertId: sampleId, reason: '系统故障期间按应急办法线下受理，当天补录' },
});

export const confirmOffSystem = endpoint({
  id: 'projects.confirmOffSystem',
  method: 'POST',
  path: '/api/off-system-alerts/:alertId/confirmation',
  summary: '认定为体外循环，责任单位限期说明',
  permission: 'project.supervise',
  scope: 'region',
  input: z.object({ ...alertId, reason: z.string().trim().min(1, '请写明认定的事实').max(1000) }),
  output: offSystemAlertView,
  errors: ['OFF_SYSTEM_ALERT_NOT_FOUND', 'OFF_SYSTEM_ALREADY_DECIDED', 'FORBIDDEN'],
  example: { alertId: sampleId, reason: '先线下办结，再进系统补录' },
});

export const unitOffSystemAlerts = endpoint({
  id: 'projects.unitOffSystemAlerts',
  method: 'GET',
  path: '/api/unit-off-system-alerts',
  summary: '认定本单位有体外循环的线索，要说明情况的',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({ ...paging }),
  output: z.object({ alerts: z.array(offSystemAlertView), total: z.number().int() }),
  errors: [],
});

export const explainOffSystem = endpoint({
  id: 'projects.explainOffSystem',
  method: 'POST',
  path: '/api/off-system-alerts/:alertId/explanation',
  summary: '责任单位说明情况和整改措施',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({ ...alertId, text: z.string().trim().min(1, '请说明情况').max(2000) }),
  output: offSystemAlertView,
  errors: ['OFF_SYSTEM_ALERT_NOT_FOUND', 'OFF_SYSTEM_NOT_CONFIRMED', 'FORBIDDEN'],
  example: { alertId: sampleId, text: '窗口人员先收了纸质材料，已批评教育，今后一律先进系统' },
});

export const offSystemCaseView = z.object({
  id: uuid,
  projectId: uuid,
  itemId: z.string(),
  itemName: z.string(),
  unitId,
  unitName: z.string(),
  receivedOn: localDate,
  endedOn: localDate,
  resultNo: z.string(),
  why: z.string(),
  documents: z.array(roomDocument),
  registeredAt: instant,
  registeredBy: z.string(),
});

export const registerOffSystemCase = endpoint({
  id: 'projects.registerOffSystemCase',
  method: 'POST',
  path: '/api/projects/:projectId/off-system-cases',
  summary: '补录线下办结的事项（附证明，会提醒督办单位）',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({
    ...projectId,
    itemId: z.string().trim().max(64).default(''),
    itemName: z.string().trim().min(1, '请写明事项').max(100),
    unitId,
    receivedOn: localDate,
    endedOn: localDate,
    resultNo: z.string().trim().max(60).default(''),
    why: z.string().trim().min(1, '请写明为什么没有在系统里办').max(1000),
    documents: z.array(uuid).min(1, '请上传证明').max(10),
  }),
  output: offSystemCaseView,
  errors: [
    'PROJECT_NOT_FOUND',
    'UNIT_UNKNOWN',
    'DATES_REVERSED',
    'DATE_IN_FUTURE',
    'ROOM_DOCUMENT_NOT_FOUND',
    'FORBIDDEN',
  ],
  status: 201,
  example: {
    projectId: sampleId,
    itemName: '占用城市绿地审批',
    unitId: 'housing-construction',
    receivedOn: '2026-11-02',
    endedOn: '2026-11-10',
    why: '网络中断三天，按应急办法受理',
    documents: [sampleId],
  },
});

export const listOffSystemCases = endpoint({
  id: 'projects.offSystemCases',
  method: 'GET',
  path: '/api/projects/:projectId/off-system-cases',
  summary: '这个项目线下办结后补录的事项',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({ ...projectId }),
  output: z.object({ cases: z.array(offSystemCaseView) }),
  errors: ['PROJECT_NOT_FOUND'],
});

/** 电等用户: power, water and gas hear of a project early, and say when they will be there. */

export const pushView = z.object({
  id: uuid,
  projectId: uuid,
  projectName: z.string(),
  builderName: z.string(),
  /** 已取得建设工程规划许可 … */
  cause: z.string(),
  unitId,
  unitName: z.string(),
  /** What the company is asked: 提前规划接入方案 */
  asks: z.string(),
  pushedAt: instant,
  receipt: z
    .object({ plannedOn: localDate, note: z.string(), contact: z.string(), at: instant, by: z.string() })
    .nullable(),
  duty: dutyView.nullable(),
});

export const projectPushes = endpoint({
  id: 'projects.projectPushes',
  method: 'GET',
  path: '/api/projects/:projectId/pushes',
  summary: '水电气等单位什么时候收到通知、计划什么时候到位',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(projectId),
  output: z.object({ pushes: z.array(pushView) }),
  errors: ['PROJECT_NOT_FOUND'],
});

export const unitPushes = endpoint({
  id: 'projects.unitPushes',
  method: 'GET',
  path: '/api/pushes',
  summary: '推送给本单位的项目',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({ state: z.enum(['', 'waiting', 'received']).default(''), ...paging }),
  output: z.object({ pushes: z.array(pushView), total: z.number().int() }),
  errors: [],
});

export const receivePush = endpoint({
  id: 'projects.receivePush',
  method: 'POST',
  path: '/api/pushes/:pushId/receipt',
  summary: '签收推送，告诉企业计划哪天到位',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({
    pushId: uuid,
    plannedOn: localDate,
    note,
    contact: z.string().trim().max(60).default(''),
  }),
  output: pushView,
  errors: ['PUSH_NOT_FOUND', 'PUSH_ALREADY_RECEIVED', 'DATE_IN_PAST', 'FORBIDDEN'],
  example: { pushId: sampleId, plannedOn: '2026-12-20', note: '从城关变新出一回10千伏线路' },
});
