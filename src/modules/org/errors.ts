import type { ErrorTable } from '../../kernel/errors.ts';

export const orgErrors = {
  SIGN_IN_REFUSED: { status: 401, zh: '用户名或密码不对。连续输错 5 次会暂停登录一段时间。' },
  SIGN_IN_LOCKED: {
    status: 429,
    zh: '输错的次数太多，暂时不能登录，请约 {minutes} 分钟后再试。忘了密码可带身份证到政务服务大厅重置。',
  },
  LOGIN_NAME_TAKEN: { status: 409, zh: '这个用户名已经有人用了，请换一个。' },
  ID_NUMBER_REGISTERED: {
    status: 409,
    zh: '这个身份证号已经注册过。请直接登录；忘了用户名或密码，可带身份证到政务服务大厅找回。',
  },
  PERSONAL_DATA_INVALID: { status: 400, zh: '填写的内容有误，请按提示修改后再提交。' },
  PASSWORD_UNSUITABLE: { status: 400, zh: '密码不合要求：{problem}' },
  OLD_PASSWORD_WRONG: { status: 403, zh: '原来的密码不对，密码没有改。' },
  ID_NUMBER_FIXED: { status: 409, zh: '身份证号已经核实，不能自己修改。确有错误请带身份证到政务服务大厅更正。' },
  UNIT_NOT_FOUND: { status: 404, zh: '没有这个单位。' },
  ACCOUNT_NOT_FOUND: { status: 404, zh: '没有这个账号。' },
  ACCOUNT_DISABLED: { status: 409, zh: '这个账号已经停用，不能再办这件事。' },
  ACCOUNT_UNIT_REQUIRED: { status: 400, zh: '工作人员账号必须属于一个单位；群众账号不能属于单位。' },
  ROLE_NOT_FOUND: { status: 400, zh: '没有这个角色：{role}。' },
  ROLE_FOR_STAFF_ONLY: { status: 409, zh: '群众账号不能授予岗位角色。' },
  LAST_ADMINISTRATOR: {
    status: 409,
    zh: '这是最后一个能管理账号的管理员，停用或收回后就没有人能管理账号了。请先任命另一位管理员。',
  },
  OWN_ACCOUNT: { status: 409, zh: '不能停用自己的账号，也不能改自己的角色，请另一位管理员来办。' },
  DELEGATE_NOT_COLLEAGUE: { status: 409, zh: '权限只能委托给本单位在用的同事账号，不能委托给自己。' },
  DELEGATION_TERM: { status: 400, zh: '委托的结束日期不能早于开始日期和今天，最长 60 天。' },
  DELEGATION_ROLE_NOT_HELD: {
    status: 409,
    zh: '您自己没有“{role}”这个角色，不能委托给别人；别人委托给您的角色不能再转委托。',
  },
  DELEGATION_NOT_FOUND: { status: 404, zh: '没有这个委托，或者它已经结束。' },
  REPRESENTATION_NOT_FOUND: { status: 404, zh: '没有这条代办关系，或者它已经结束。' },
  REPRESENTATION_EXISTS: { status: 409, zh: '这个账号已经登记代表这家企业，不用再登记。' },
  ADMINISTRATOR_EXISTS: { status: 409, zh: '已经有管理员了，请由他在工作台里新建账号。' },
  LOGIN_NAME_UNSUITABLE: {
    status: 400,
    zh: '用户名要以字母开头，4 到 40 位，只能用小写字母、数字、点、下划线和短横线。',
  },
  OIDC_FAILED: { status: 502, zh: '统一身份认证没有成功，请重新登录；如果一直这样，请用平台账号登录。' },
} as const satisfies ErrorTable;
