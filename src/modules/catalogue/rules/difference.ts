import { stableJson } from '../../../kernel/json.ts';

export interface Change {
  /** `/materials/lease-contract/copies`: lists by the id of their parts, not by position. */
  path: string;
  /** 材料 › 租房合同 › 份数 */
  label: string;
  /** Empty = was not there. */
  before: string;
  /** Empty = is no longer there. */
  after: string;
}

/** What changed between two versions of a definition, in words a clerk reads. */
export function differenceOf(before: unknown, after: unknown): Change[] {
  const changes: Change[] = [];
  compare(before, after, { path: '', labels: [] }, changes);
  return changes;
}

interface Place {
  path: string;
  labels: string[];
}

function compare(before: unknown, after: unknown, place: Place, changes: Change[]): void {
  if (stableJson(before ?? null) === stableJson(after ?? null)) return;
  if (isParts(before) && isParts(after)) return compareParts(before, after, place, changes);
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(
        before[key],
        after[key],
        { path: `${place.path}/${key}`, labels: [...place.labels, labelOf(key, place.path)] },
        changes,
      );
    }
    return;
  }
  changes.push({ path: place.path, label: place.labels.join(' › '), before: shown(before), after: shown(after) });
}

function compareParts(before: readonly Part[], after: readonly Part[], place: Place, changes: Change[]): void {
  const ids = new Set([...before, ...after].map(idOf));
  for (const id of ids) {
    const [old, now] = [before.find((part) => idOf(part) === id), after.find((part) => idOf(part) === id)];
    compare(old, now, { path: `${place.path}/${id}`, labels: [...place.labels, titleOf(now ?? old)] }, changes);
  }
  const shared = (parts: readonly Part[], others: readonly Part[]) =>
    parts.map(idOf).filter((id) => others.some((other) => idOf(other) === id));
  if (shared(before, after).join() !== shared(after, before).join()) {
    const names = (parts: readonly Part[]) => parts.map(titleOf).join('、');
    changes.push({
      path: place.path,
      label: [...place.labels, '顺序'].join(' › '),
      before: names(before),
      after: names(after),
    });
  }
}

/** Part of a list that has a name of its own: steps, materials, the items of a bundle. */
type Part = Record<string, unknown> & ({ id: string } | { item: string });

function isParts(value: unknown): value is Part[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => isRecord(one) && (typeof one.id === 'string' || typeof one.item === 'string'))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function idOf(part: Part): string {
  return String(part.id ?? part.item);
}

function titleOf(part: Part | undefined): string {
  if (part === undefined) return '';
  return String(part.name ?? part.text ?? part.id ?? part.item);
}

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return '';
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (typeof value === 'string') return words[value] ?? value;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(shown).join('；');
  if (!isRecord(value)) return '';
  if (typeof value.title === 'string')
    return `${value.title}${String(value.article ?? '')}${value.documentNo ? `（${String(value.documentNo)}）` : ''}`;
  return Object.entries(value)
    .filter(([, inner]) => shown(inner) !== '')
    .map(([key, inner]) => `${labelOf(key, '')}：${shown(inner)}`)
    .join('，');
}

function labelOf(key: string, path: string): string {
  if (key === 'name' && path === '') return '事项名称';
  return labels[key] ?? key;
}

const labels: Readonly<Record<string, string>> = {
  id: '标识',
  basicCode: '基本编码',
  name: '名称',
  aliases: '别名',
  keywords: '关键词',
  summary: '一句话说明',
  kind: '类型',
  level: '行使层级',
  department: '单位',
  jointUnits: '联办单位',
  audience: '服务对象',
  themes: '主题',
  basis: '依据',
  title: '名称',
  article: '条款',
  documentNo: '文号',
  url: '网址',
  caseKind: '办件类型',
  statutory: '法定时限',
  promised: '承诺时限',
  term: '时限',
  note: '说明',
  conditions: '办理条件',
  text: '内容',
  test: '判断条件',
  elements: '数据项',
  required: '必填',
  when: '适用条件',
  materials: '材料',
  form: '形式',
  copies: '份数',
  source: '来源',
  waived: '免提交',
  licenceType: '证照类型',
  register: '来源库',
  owedWithin: '容缺补交时限',
  template: '样表',
  notes: '填报须知',
  steps: '办理环节',
  after: '前置',
  excludedGround: '不计时依据',
  result: '办理结果',
  validity: '有效期',
  delivery: '送达方式',
  fees: '收费',
  charged: '是否收费',
  standard: '收费标准',
  visits: '到现场次数',
  onlineDepth: '网办深度',
  commitment: '告知承诺',
  allowed: '允许',
  verification: '核查方式',
  breach: '违诺后果',
  extension: '延期',
  approver: '批准人',
  area: '通办范围',
  window: '办理窗口',
  place: '地点',
  hours: '时间',
  transport: '交通',
  phones: '电话',
  enquiry: '咨询',
  complaint: '投诉',
  remedy: '救济途径',
  reconsideration: '行政复议',
  litigation: '行政诉讼',
  questions: '常见问题',
  q: '问',
  a: '答',
  measures: '对应举措',
  lifeEvent: '人生和经营大事',
  priority: '排列次序',
  lead: '牵头单位',
  items: '包含事项',
  item: '事项',
  section: '表单分组',
  help: '填写说明',
  unit: '单位',
  options: '选项',
  min: '最小',
  max: '最大',
  maxLength: '最多字数',
  pattern: '格式要求',
  patternMessage: '格式提示',
  personal: '个人信息',
  prefill: '预填来源',
  type: '类型',
};

const words: Readonly<Record<string, string>> = {
  immediate: '即办件',
  promised: '承诺件',
  person: '个人',
  firm: '企业和其他单位',
  original: '原件',
  copy: '复印件',
  electronic: '电子',
  originalShown: '原件，看后退还',
  applicant: '申请人',
  government: '政府部门',
  intermediary: '中介机构',
  post: '邮寄',
  selfService: '自助机',
  none: '无',
  information: '网上查看',
  appointment: '网上预约',
  prereview: '网上预审',
  full: '全程网办',
  county: '全县',
  city: '全市',
  province: '全省',
  crossProvince: '跨省',
  intake: '受理',
  review: '审查',
  site: '现场核查',
  joint: '联合办理',
  publicNotice: '公示',
  decision: '决定',
};
