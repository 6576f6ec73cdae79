/** States of a licence and what leads from one to another, each with its basis in law. */
export const licenceStatuses = ['valid', 'held', 'revoked', 'rescinded', 'cancelled', 'replaced'] as const;
export type LicenceStatus = (typeof licenceStatuses)[number];

/** What it is at a moment: two more than are recorded, both of them only dates. */
export const standings = [...licenceStatuses, 'expired', 'notYet'] as const;
export type Standing = (typeof standings)[number];

export const standingNames: Readonly<Record<Standing, string>> = {
  valid: '有效',
  held: '暂扣',
  revoked: '已吊销',
  rescinded: '已撤销',
  cancelled: '已注销',
  replaced: '已被新版本代替',
  expired: '已过期',
  notYet: '还没有生效',
};

/** Codes by which licence interfaces of the nation tell states. */
export const standingCodes: Readonly<Record<Standing, string>> = {
  valid: '01',
  held: '02',
  rescinded: '03',
  cancelled: '04',
  expired: '05',
  replaced: '05',
  revoked: '07',
  notYet: '99',
};

export interface LegalBasis {
  title: string;
  article: string;
}

export const stateActions = ['hold', 'release', 'revoke', 'rescind', 'cancel'] as const;
export type StateAction = (typeof stateActions)[number];

interface Transition {
  zh: string;
  from: readonly LicenceStatus[];
  to: LicenceStatus;
  basis: LegalBasis;
}

const penalties: LegalBasis = { title: '《中华人民共和国行政处罚法》', article: '第九条' };
const licensing = (article: string): LegalBasis => ({ title: '《中华人民共和国行政许可法》', article });

export const transitions: Readonly<Record<StateAction | 'replace', Transition>> = {
  hold: { zh: '暂扣', from: ['valid'], to: 'held', basis: penalties },
  release: { zh: '解除暂扣', from: ['held'], to: 'valid', basis: penalties },
  revoke: { zh: '吊销', from: ['valid', 'held'], to: 'revoked', basis: penalties },
  rescind: { zh: '撤销', from: ['valid', 'held'], to: 'rescinded', basis: licensing('第六十九条') },
  // Expiry, withdrawal and revocation all end with striking it off (许可法 70).
  cancel: {
    zh: '注销',
    from: ['valid', 'held', 'revoked', 'rescinded'],
    to: 'cancelled',
    basis: licensing('第七十条'),
  },
  replace: { zh: '换发新版本', from: ['valid'], to: 'replaced', basis: licensing('第四十九条、第五十条') },
};
