import { z } from 'zod';
import { endpoint, instant, localDate, paging, uuid } from '../../kernel/endpoint.ts';

/** Acting for others: delegation among colleagues, persons for enterprises, and the ready-made accounts of a trial. */

const done = z.object({ done: z.literal(true) });

const colleague = z.object({ accountId: uuid, name: z.string(), postName: z.string().nullable() });

export const colleagues = endpoint({
  id: 'org.colleagues',
  method: 'GET',
  path: '/api/org/colleagues',
  summary: '本单位可以接受委托的同事',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({}),
  output: z.object({ colleagues: z.array(colleague) }),
  errors: [],
});

export const delegate = endpoint({
  id: 'org.delegate',
  method: 'POST',
  path: '/api/org/delegations',
  summary: '把我的权限委托给同事',
  permission: 'signedIn',
  scope: 'own',
  status: 201,
  input: z.object({
    toAccountId: uuid,
    roles: z.array(z.string().max(64)).max(20).default([]).describe('不填就是我现在的全部角色'),
    fromOn: localDate.optional().describe('不填就从今天起'),
    untilOn: localDate,
    reason: z.string().trim().min(1, '请写明原因。').max(500, '原因太长，请控制在 500 字以内。'),
  }),
  output: z.object({ delegationId: uuid }),
  errors: ['DELEGATE_NOT_COLLEAGUE', 'DELEGATION_TERM', 'DELEGATION_ROLE_NOT_HELD'],
  example: { toAccountId: '019abcde-0000-7000-8000-000000000002', untilOn: '2026-12-04', reason: '外出培训' },
});

export const endDelegation = endpoint({
  id: 'org.endDelegation',
  method: 'DELETE',
  path: '/api/org/delegations/:delegationId',
  summary: '提前结束委托',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ delegationId: uuid }),
  output: done,
  errors: ['DELEGATION_NOT_FOUND'],
  example: { delegationId: '019abcde-0000-7000-8000-000000000003' },
});

export const delegations = endpoint({
  id: 'org.delegations',
  method: 'GET',
  path: '/api/org/delegations',
  summary: '我委托出去的和委托给我的',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({}),
  output: z.object({
    delegations: z.array(
      z.object({
        id: uuid,
        direction: z.enum(['given', 'received']),
        fromName: z.string(),
        toName: z.string(),
        roles: z.array(z.object({ id: z.string(), name: z.string() })),
        fromOn: localDate,
        untilOn: localDate,
        reason: z.string(),
        state: z.enum(['coming', 'running', 'ended']),
      }),
    ),
  }),
  errors: [],
});

export const claimEnterprise = endpoint({
  id: 'org.claimEnterprise',
  method: 'POST',
  path: '/api/org/representations',
  summary: '申请代表一家企业办事',
  permission: 'signedIn',
  scope: 'own',
  status: 201,
  input: z.object({
    uscc: z.string().trim().toUpperCase().max(30),
    enterpriseName: z.string().trim().min(2, '请填写企业名称。').max(100, '企业名称太长。'),
    proof: z
      .string()
      .trim()
      .min(2, '请写明凭什么代表这家企业。')
      .max(200, '说明太长。')
      .describe('例如：法定代表人本人、授权委托书'),
  }),
  output: z.object({ representationId: uuid }),
  errors: ['PERSONAL_DATA_INVALID', 'REPRESENTATION_EXISTS'],
  example: { uscc: '91610329MA6X000167', enterpriseName: '麟游县御泉餐饮有限公司', proof: '法定代表人本人' },
});

const representation = z.object({
  id: uuid,
  accountName: z.string(),
  uscc: z.string(),
  enterpriseName: z.string(),
  proof: z.string(),
  createdAt: instant,
  confirmedAt: instant.nullable(),
});

export const representations = endpoint({
  id: 'org.representations',
  method: 'GET',
  path: '/api/org/representations',
  summary: '等待窗口核对的企业代办申请',
  permission: 'case.file',
  scope: 'region',
  input: z.object({ state: z.enum(['waiting', 'confirmed']).default('waiting'), ...paging }),
  output: z.object({ total: z.number().int(), representations: z.array(representation) }),
  errors: [],
});

export const confirmRepresentation = endpoint({
  id: 'org.confirmRepresentation',
  method: 'POST',
  path: '/api/org/representations/:representationId/confirmation',
  summary: '窗口核对后确认企业代办关系',
  permission: 'case.file',
  scope: 'region',
  input: z.object({ representationId: uuid }),
  output: done,
  errors: ['REPRESENTATION_NOT_FOUND'],
  example: { representationId: '019abcde-0000-7000-8000-000000000004' },
});

export const endRepresentation = endpoint({
  id: 'org.endRepresentation',
  method: 'DELETE',
  path: '/api/org/representations/:representationId',
  summary: '不再代表这家企业',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ representationId: uuid }),
  output: done,
  errors: ['REPRESENTATION_NOT_FOUND'],
  example: { representationId: '019abcde-0000-7000-8000-000000000004' },
});

export const verifyIdentity = endpoint({
  id: 'org.verifyIdentity',
  method: 'POST',
  path: '/api/org/verifications',
  summary: '窗口核对身份证原件后确认身份',
  permission: 'case.file',
  scope: 'region',
  // Its input is an identity number: not even its hash is kept for replays.
  idempotent: false,
  input: z.object({
    idNumber: z.string().trim().min(1, '请填写身份证号码。').max(30, '身份证号码太长。'),
    name: z.string().trim().min(1, '请填写身份证上的姓名。').max(50),
  }),
  output: done,
  errors: ['PERSONAL_DATA_INVALID', 'ACCOUNT_NOT_FOUND'],
  example: { idNumber: '610329199003070017', name: '李建国' },
});

export const trialAccounts = endpoint({
  id: 'org.trialAccounts',
  method: 'GET',
  path: '/api/org/trial-accounts',
  summary: '演示账号',
  permission: 'public',
  scope: 'public',
  input: z.object({}),
  output: z.object({
    password: z.string().nullable(),
    accounts: z.array(
      z.object({ loginName: z.string(), name: z.string(), unitName: z.string().nullable(), explanation: z.string() }),
    ),
  }),
  errors: [],
});
