/** What may happen to a standard plot, from where, by whom and on what ground: one table for server, workbench and API page. */

export const plotStates = [
  'standard-set', // 地块定标
  'granted', // 按标出让
  'promised', // 承诺许可
  'built', // 按标施建
  'accepted', // 对标验收
] as const;
export type PlotStateName = (typeof plotStates)[number];
export const plotStateNames: Readonly<Record<PlotStateName, string>> = {
  'standard-set': '地块定标',
  granted: '按标出让',
  promised: '承诺许可',
  built: '按标施建',
  accepted: '对标验收',
};

export interface LegalBasis {
  title: string;
  article: string;
}

export const plotActions = [
  'amend',
  'offer',
  'withdrawOffer',
  'award',
  'signAgreement',
  'openCommitment',
  'signCommitment',
  'recordPermit',
  'startBuilding',
  'reportCompletion',
  'accept',
  'openBreach',
  'rectify',
  'closeBreach',
] as const;
export type PlotAction = (typeof plotActions)[number];

interface Transition {
  zh: string;
  from: readonly PlotStateName[];
  to: PlotStateName | 'same';
  by: readonly ('unit' | 'firm')[];
  /** `county`: the county's own rule, named in its settings. */
  basis: LegalBasis | 'county';
}

const assessments: LegalBasis = { title: '《优化营商环境条例》', article: '第四十二条' };
const supply: LegalBasis = { title: '《招标拍卖挂牌出让国有建设用地使用权规定》（国土资源部令第39号）', article: '' };
const contracts: LegalBasis = { title: '《中华人民共和国民法典》', article: '第五百七十七条' };
const commitments: LegalBasis = {
  title: '《国务院办公厅关于全面开展工程建设项目审批制度改革的实施意见》（国办发〔2019〕11号）',
  article: '',
};

export const plotTransitions: Readonly<Record<PlotAction, Transition>> = {
  amend: { zh: '修改地块和指标', from: ['standard-set'], to: 'same', by: ['unit'], basis: 'county' },
  offer: { zh: '带标准出让', from: ['standard-set'], to: 'granted', by: ['unit'], basis: assessments },
  withdrawOffer: { zh: '撤回出让', from: ['granted'], to: 'standard-set', by: ['unit'], basis: supply },
  award: { zh: '登记受让企业', from: ['granted'], to: 'same', by: ['unit'], basis: supply },
  signAgreement: { zh: '登记监管协议', from: ['granted'], to: 'same', by: ['unit'], basis: contracts },
  openCommitment: { zh: '转入承诺许可', from: ['granted'], to: 'promised', by: ['unit'], basis: 'county' },
  signCommitment: { zh: '签承诺书', from: ['promised'], to: 'same', by: ['unit', 'firm'], basis: commitments },
  recordPermit: { zh: '登记许可文件', from: ['promised', 'built'], to: 'same', by: ['unit'], basis: commitments },
  startBuilding: { zh: '开工', from: ['promised'], to: 'built', by: ['unit'], basis: commitments },
  reportCompletion: { zh: '报告竣工', from: ['built'], to: 'accepted', by: ['unit', 'firm'], basis: contracts },
  accept: { zh: '对标验收', from: ['accepted'], to: 'same', by: ['unit'], basis: contracts },
  openBreach: { zh: '立违约案', from: ['promised', 'built', 'accepted'], to: 'same', by: ['unit'], basis: contracts },
  rectify: {
    zh: '报告整改结果',
    from: ['promised', 'built', 'accepted'],
    to: 'same',
    by: ['unit', 'firm'],
    basis: contracts,
  },
  closeBreach: {
    zh: '违约案结案',
    from: ['promised', 'built', 'accepted'],
    to: 'same',
    by: ['unit'],
    basis: contracts,
  },
};

export function actionsFrom(state: PlotStateName): PlotAction[] {
  return plotActions.filter((action) => plotTransitions[action].from.includes(state));
}
