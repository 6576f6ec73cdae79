import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { unitKinds } from './rules/directory.ts';

const done = z.object({ done: z.literal(true) });
const loginName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z][a-z0-9_.-]{3,39}$/, '用户名要以字母开头，4 到 40 位，只能用字母、数字、点、下划线和短横线。');
/** Whether a password is good enough is judged by the handler, which knows the login name. */
const newPassword = z.string().min(1, '请填写密码。').max(200, '密码太长。');
const givenPassword = z.string().min(1, '请填写密码。').max(200, '密码太长。');
const personName = z
  .string()
  .trim()
  .min(1, '请填写姓名。')
  .max(50, '姓名太长。')
  .regex(/^[\p{Script=Han}〇·•．.\p{L} ]+$/u, '姓名里只能有汉字、字母、间隔号和空格。');
const idNumber = z.string().trim().min(1, '请填写身份证号码。').max(30, '身份证号码太长。');
const phone = z.string().trim().min(1, '请填写手机号码。').max(30, '手机号码太长。');
const reason = z.string().trim().min(1, '请写明原因。').max(500, '原因太长，请控制在 500 字以内。');

/** Moved to the session cookie before the answer leaves; never in the body. */
const setSession = z.object({ token: z.string(), expiresAt: instant }).nullable();

const account = z.object({
  id: uuid,
  loginName: z.string(),
  name: z.string(),
  kind: z.enum(['person', 'staff']),
  unitId: z.string().nullable(),
  unitName: z.string().nullable(),
});
const permission = z.object({ permission: z.string(), units: z.union([z.literal('all'), z.array(z.string())]) });
const enterprise = z.object({ uscc: z.string(), name: z.string() });

export const signIn = endpoint({
  id: 'org.signIn',
  method: 'POST',
  path: '/api/sign-in',
  summary: '登录',
  permission: 'public',
  scope: 'public',
  idempotent: false,
  input: z.object({ loginName: z.string().trim().min(1, '请填写用户名。').max(100), password: givenPassword }),
  output: z.object({ account, mustChangePassword: z.boolean(), setSession }),
  errors: ['SIGN_IN_REFUSED', 'SIGN_IN_LOCKED'],
  example: { loginName: 'applicant', password: 'yingshang-trial' },
});

export const signOut = endpoint({
  id: 'org.signOut',
  method: 'POST',
  path: '/api/sign-out',
  summary: '退出登录',
  permission: 'public',
  scope: 'public',
  idempotent: false,
  input: z.object({}),
  output: z.object({ done: z.literal(true), setSession }),
  errors: [],
  example: {},
});

export const signOutEverywhere = endpoint({
  id: 'org.signOutEverywhere',
  method: 'DELETE',
  path: '/api/org/sessions',
  summary: '在所有设备上退出登录',
  permission: 'signedIn',
  scope: 'own',
  idempotent: false,
  input: z.object({}),
  output: z.object({ ended: z.number().int(), setSession }),
  errors: [],
  example: {},
});

export const mySessions = endpoint({
  id: 'org.sessions',
  method: 'GET',
  path: '/api/org/sessions',
  summary: '我在哪些设备上登录着',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({}),
  output: z.object({
    sessions: z.array(
      z.object({
        id: uuid,
        current: z.boolean(),
        via: z.enum(['password', 'oidc']),
        userAgent: z.string(),
        createdAt: instant,
        lastSeenAt: instant,
      }),
    ),
  }),
  errors: [],
});

export const register = endpoint({
  id: 'org.register',
  method: 'POST',
  path: '/api/org/registrations',
  summary: '群众注册账号',
  permission: 'public',
  scope: 'public',
  // Its input holds a password and an identity number: not even their hash is kept for replays.
  idempotent: false,
  status: 201,
  input: z.object({ name: personName, idNumber, phone, loginName, password: newPassword }),
  output: z.object({ account, setSession }),
  errors: ['LOGIN_NAME_TAKEN', 'ID_NUMBER_REGISTERED', 'PERSONAL_DATA_INVALID', 'PASSWORD_UNSUITABLE'],
  example: {
    name: '李建国',
    idNumber: '610329199003070017',
    phone: '13891700000',
    loginName: 'lijianguo',
    password: '麦子熟了三千次又一年',
  },
});

export const me = endpoint({
  id: 'org.me',
  method: 'GET',
  path: '/api/org/me',
  summary: '我的账号和权限',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({}),
  output: z.object({
    account,
    displayName: z.string(),
    mustChangePassword: z.boolean(),
    identityVerified: z.boolean(),
    hasPassword: z.boolean(),
    roles: z.array(z.object({ id: z.string(), name: z.string() })),
    permissions: z.array(permission),
    enterprises: z.array(enterprise),
    csrfToken: z.string(),
    trial: z.boolean(),
  }),
  errors: [],
});

export const myProfile = endpoint({
  id: 'org.myProfile',
  method: 'GET',
  path: '/api/org/profile',
  summary: '我的个人资料',
  permission: 'signedIn',
  scope: 'own',
  readsPersonalData: true,
  input: z.object({}),
  output: z.object({
    name: z.string(),
    idNumber: z.string().nullable(),
    phone: z.string().nullable(),
    address: z.string().nullable(),
    verifiedBy: z.enum(['', 'oidc', 'window', 'trial']),
  }),
  errors: [],
});

export const updateProfile = endpoint({
  id: 'org.updateProfile',
  method: 'PUT',
  path: '/api/org/profile',
  summary: '修改我的个人资料',
  permission: 'signedIn',
  scope: 'own',
  idempotent: false,
  input: z.object({
    name: personName.optional(),
    idNumber: idNumber.optional(),
    phone: phone.optional(),
    address: z.string().trim().max(200, '地址太长。').optional(),
  }),
  output: done,
  errors: ['PERSONAL_DATA_INVALID', 'ID_NUMBER_REGISTERED', 'ID_NUMBER_FIXED'],
  example: { phone: '13891700001', address: '九成宫镇西大街 12 号' },
});

export const changePassword = endpoint({
  id: 'org.changePassword',
  method: 'PUT',
  path: '/api/org/password',
  summary: '修改我的密码',
  permission: 'signedIn',
  scope: 'own',
  idempotent: false,
  input: z.object({ oldPassword: givenPassword, newPassword }),
  output: done,
  errors: ['OLD_PASSWORD_WRONG', 'PASSWORD_UNSUITABLE', 'SIGN_IN_LOCKED'],
  example: { oldPassword: 'yingshang-trial', newPassword: '麦子熟了五千次又一年' },
});

const unit = z.object({
  id: z.string(),
  name: z.string(),
  fullName: z.string(),
  kind: z.enum(unitKinds),
  aliases: z.array(z.string()),
  hungNames: z.array(z.string()),
  address: z.string(),
  phone: z.string(),
  duty: z.string(),
});

export const units = endpoint({
  id: 'org.units',
  method: 'GET',
  path: '/api/org/units',
  summary: '全县单位名录',
  permission: 'public',
  scope: 'public',
  input: z.object({
    kind: queryList(z.enum(unitKinds)),
    text: z.string().trim().max(50).default(''),
  }),
  output: z.object({ units: z.array(unit) }),
  errors: [],
});

export const unitById = endpoint({
  id: 'org.unit',
  method: 'GET',
  path: '/api/org/units/:unitId',
  summary: '一个单位的资料',
  permission: 'public',
  scope: 'public',
  input: z.object({ unitId: z.string().max(64) }),
  output: unit.extend({ uscc: z.string(), posts: z.array(z.object({ id: z.string(), name: z.string() })) }),
  errors: ['UNIT_NOT_FOUND'],
});

export const roles = endpoint({
  id: 'org.roles',
  method: 'GET',
  path: '/api/org/roles',
  summary: '角色和它们的权限',
  permission: 'org.manage',
  scope: 'region',
  input: z.object({}),
  output: z.object({
    roles: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        explanation: z.string(),
        permissions: z.array(z.string()),
        reach: z.enum(['unit', 'all']),
      }),
    ),
  }),
  errors: [],
});

const heldRole = z.object({
  roleId: z.string(),
  name: z.string(),
  units: z.union([z.literal('all'), z.array(z.string())]),
  fromOn: localDate,
  untilOn: localDate.nullable(),
});

export const accounts = endpoint({
  id: 'org.accounts',
  method: 'GET',
  path: '/api/org/accounts',
  summary: '账号列表',
  permission: 'org.manage',
  scope: 'unit',
  input: z.object({
    text: z.string().trim().max(50).default('').describe('用户名或姓名里的字'),
    unitId: z.string().max(64).optional(),
    kind: z.enum(['person', 'staff']).optional(),
    state: z.enum(['active', 'disabled']).optional(),
    ...paging,
  }),
  output: z.object({
    total: z.number().int(),
    accounts: z.array(
      account.extend({
        postName: z.string().nullable(),
        roles: z.array(heldRole),
        signsInBy: z.array(z.enum(['password', 'oidc'])),
        createdAt: instant,
        disabledAt: instant.nullable(),
        disabledReason: z.string(),
        lastSeenAt: instant.nullable(),
      }),
    ),
  }),
  errors: [],
});

const wantedRole = z.object({
  roleId: z.string().max(64),
  units: z
    .union([z.literal('all'), z.array(z.string().max(64)).min(1)])
    .optional()
    .describe('不填就按角色本来的范围：本单位或全县'),
  untilOn: localDate.optional(),
});

export const createAccount = endpoint({
  id: 'org.createAccount',
  method: 'POST',
  path: '/api/org/accounts',
  summary: '新建账号',
  permission: 'org.manage',
  scope: 'unit',
  idempotent: false,
  status: 201,
  input: z.object({
    loginName,
    name: personName,
    kind: z.enum(['person', 'staff']),
    unitId: z.string().max(64).optional(),
    postId: z.string().max(64).optional(),
    password: newPassword.describe('首次登录后必须修改'),
    roles: z.array(wantedRole).max(20).default([]),
  }),
  output: z.object({ accountId: uuid }),
  errors: [
    'LOGIN_NAME_TAKEN',
    'PASSWORD_UNSUITABLE',
    'ACCOUNT_UNIT_REQUIRED',
    'UNIT_NOT_FOUND',
    'ROLE_NOT_FOUND',
    'ROLE_FOR_STAFF_ONLY',
  ],
  example: {
    loginName: 'wangfang',
    name: '王芳',
    kind: 'staff',
    unitId: 'approval-bureau',
    password: '麦子熟了六千次又一年',
    roles: [{ roleId: 'officer' }],
  },
});

const accountId = uuid;

export const setRoles = endpoint({
  id: 'org.setRoles',
  method: 'PUT',
  path: '/api/org/accounts/:accountId/roles',
  summary: '设定账号的角色',
  permission: 'org.manage',
  scope: 'unit',
  input: z.object({ accountId, roles: z.array(wantedRole).max(20), reason }),
  output: done,
  errors: [
    'ACCOUNT_NOT_FOUND',
    'ACCOUNT_DISABLED',
    'OWN_ACCOUNT',
    'ROLE_NOT_FOUND',
    'ROLE_FOR_STAFF_ONLY',
    'UNIT_NOT_FOUND',
    'LAST_ADMINISTRATOR',
  ],
  example: {
    accountId: '019abcde-0000-7000-8000-000000000001',
    roles: [{ roleId: 'officer' }],
    reason: '调到窗口工作',
  },
});

export const disableAccount = endpoint({
  id: 'org.disableAccount',
  method: 'POST',
  path: '/api/org/accounts/:accountId/suspension',
  summary: '停用账号',
  permission: 'org.manage',
  scope: 'unit',
  input: z.object({ accountId, reason }),
  output: done,
  errors: ['ACCOUNT_NOT_FOUND', 'OWN_ACCOUNT', 'LAST_ADMINISTRATOR'],
  example: { accountId: '019abcde-0000-7000-8000-000000000001', reason: '已调离本县' },
});

export const enableAccount = endpoint({
  id: 'org.enableAccount',
  method: 'DELETE',
  path: '/api/org/accounts/:accountId/suspension',
  summary: '重新启用账号',
  permission: 'org.manage',
  scope: 'unit',
  input: z.object({ accountId, reason }),
  output: done,
  errors: ['ACCOUNT_NOT_FOUND'],
  example: { accountId: '019abcde-0000-7000-8000-000000000001', reason: '调回原单位' },
});

export const resetPassword = endpoint({
  id: 'org.resetPassword',
  method: 'PUT',
  path: '/api/org/accounts/:accountId/password',
  summary: '重置账号的密码',
  permission: 'org.manage',
  scope: 'unit',
  idempotent: false,
  input: z.object({ accountId, password: newPassword, reason }),
  output: done,
  errors: ['ACCOUNT_NOT_FOUND', 'ACCOUNT_DISABLED', 'PASSWORD_UNSUITABLE'],
  example: {
    accountId: '019abcde-0000-7000-8000-000000000001',
    password: '麦子熟了七千次又一年',
    reason: '本人持身份证到大厅申请',
  },
});
