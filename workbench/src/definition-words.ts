/** What the parts of a definition are called, for reading and editing. */
export const definitionLabels: Readonly<Record<string, string>> = {
  id: '标识', basicCode: '基本编码', name: '名称', aliases: '别的叫法', keywords: '关键词', summary: '一句话说明', kind: '种类', level: '行使层级', department: '实施单位', jointUnits: '联办单位',
  audience: '办给谁', themes: '主题', basis: '依据', caseKind: '办件类型', statutory: '法定期限', promised: '承诺期限', term: '期限', note: '说明', conditions: '办理条件', elements: '要填的数据项',
  materials: '材料', steps: '环节', result: '结果', fees: '收费', charged: '收不收费', standard: '标准', visits: '到现场次数', onlineDepth: '网办深度', commitment: '告知承诺', extension: '延期', area: '通办范围',
  window: '办理窗口', place: '地点', hours: '时间', transport: '交通', phones: '电话', enquiry: '咨询', complaint: '投诉', remedy: '救济途径', reconsideration: '行政复议', litigation: '行政诉讼', questions: '常见问题',
  measures: '对应的措施', form: '形式', copies: '份数', source: '来源', when: '什么情况下', waived: '免提交', owedWithin: '容缺期限', template: '样表', notes: '注意', after: '在它之后', excludedGround: '不计时的理由',
  licenceType: '证照类型', register: '查哪个库', validity: '有效期', delivery: '送达方式', article: '条款', documentNo: '文号', url: '网址', test: '判断式', required: '必填', title: '名称', text: '内容', q: '问', a: '答',
  items: '包含的事项', item: '事项', lead: '牵头单位', lifeEvent: '人生事件', allowed: '实行', verification: '核查办法', breach: '违诺处理', approver: '批准人',
};

const words: Readonly<Record<string, string>> = {
  true: '是', false: '否', person: '个人', firm: '企业', immediate: '即办件', promised: '承诺件', original: '原件', copy: '复印件', electronic: '电子件', originalShown: '出示原件', applicant: '申请人', government: '政府部门',
  intermediary: '中介机构', intake: '受理', review: '审查', site: '现场核查', joint: '会审', publicNotice: '公示', decision: '决定', delivery: '送达', licence: '证照', document: '文书', registration: '登记', service: '服务', none: '没有',
  window: '窗口领取', post: '邮寄', selfService: '自助机', information: '网上看', appointment: '网上预约', prereview: '网上预审', full: '全程网办', county: '县内', city: '全市', province: '全省', crossProvince: '跨省',
};

export function wordFor(value: unknown): string {
  const text = String(value);
  return words[text] ?? (/^\d+(\.\d+)?(wd|nd|h|mo)$/.test(text) ? termInWords(text) : text);
}

/** Parts of a definition that hold the id of a unit. */
export const unitParts: ReadonlySet<string> = new Set(['department', 'jointUnits', 'lead']);

/** The order in which the single parts are read. */
export const readingOrder = [
  'name', 'summary', 'department', 'lead', 'jointUnits', 'audience', 'lifeEvent', 'kind', 'caseKind', 'statutory', 'promised', 'result', 'fees', 'visits', 'onlineDepth', 'commitment', 'extension',
  'window', 'phones', 'remedy', 'aliases', 'keywords', 'themes', 'area', 'level', 'basicCode', 'measures', 'id',
];

/** 1.5wd → 1.5 个工作日 */
export function termInWords(term: string): string {
  const units = { wd: ' 个工作日', nd: ' 个自然日', h: ' 小时', mo: ' 个月' } as const;
  const match = /^(\d+(?:\.\d+)?)(wd|nd|h|mo)$/.exec(term);
  if (match === null) return term;
  return match[1] === '0' ? '当场' : `${match[1]}${units[match[2] as keyof typeof units]}`;
}
