/** Words that several pages share; what only one page says stands in that page. */
export const texts = {
  siteName: '一网通办',
  trialBanner: '演示环境：内容都是编造的，没有法律效力。',
  skip: '跳到正文',
  home: '首页',
  services: '办事',
  mine: '我的办件',
  track: '查进度',
  ask: '提问投诉',
  signIn: '登录',
  register: '注册',
  signOut: '退出',
  elderOn: '长辈版',
  elderOff: '回普通版',
  search: '搜索',
  searchLabel: '您要办什么事？',
  searchHint: '用平常话说就行，比如：我想开个小饭馆',
  required: '必填',
  optional: '选填',
  problem: '有几处要改',
  saveAndContinue: '保存并继续',
  hotline: '12345',
  hotlineLine: '有问题请打 12345 政务服务热线（24 小时有人接）。',
  nothing: '无',
} as const;

/** Whom a service is for. */
export const audienceNames: Readonly<Record<string, string>> = { person: '个人办事', firm: '企业办事' };

export const serviceKindNames: Readonly<Record<string, string>> = { item: '单个事项', bundle: '一件事' };

/** `20wd` → 20 个工作日, for people. */
export function termText(term: string): string {
  const match = /^(\d+(?:\.\d+)?)(wd|nd|h|mo)$/.exec(term);
  if (match === null) return term;
  const amount = Number(match[1]);
  if (amount === 0) return '当场办好';
  const unit = { wd: '个工作日', nd: '天', h: '小时', mo: '个月' }[match[2] ?? ''] ?? '';
  return `${amount} ${unit}`;
}

/** 承诺 5 个工作日; 当场办好 is no promise but a fact. */
export function promiseText(term: string): string {
  return Number.parseFloat(term) === 0 ? termText(term) : `承诺 ${termText(term)}`;
}

/** 承诺 1.5 个工作日（法定 20 个工作日） */
export function limitsText(promised: string, statutory: string): string {
  return promised === statutory || statutory === ''
    ? termText(promised)
    : `承诺 ${termText(promised)}（法定 ${termText(statutory)}）`;
}

export const lightNames: Readonly<Record<string, string>> = {
  green: '按时',
  yellow: '快到期',
  red: '已超期',
  paused: '暂停计时',
  done: '已办结',
};

export const lightSigns: Readonly<Record<string, string>> = {
  green: '●',
  yellow: '▲',
  red: '■',
  paused: '‖',
  done: '✓',
};

export const ratingNames: Readonly<Record<number, string>> = {
  5: '非常满意',
  4: '满意',
  3: '基本满意',
  2: '不满意',
  1: '非常不满意',
};
