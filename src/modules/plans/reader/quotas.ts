import { readCount } from './numbering.ts';
import type { QuotaReading } from './types.ts';

export type FoundQuota = Omit<QuotaReading, 'span'> & { from: number; to: number };

const pers: [RegExp, QuotaReading['per']][] = [
  [/^每(?:个)?(?:周|星期)/, 'week'],
  [/^每(?:个)?月/, 'month'],
  [/^每(?:个)?季度?/, 'quarter'],
  [/^每半年/, 'half-year'],
  [/^(?:每年度?|全年|年度)/, 'year'],
];

const rhythm = /(每(?:个)?(?:周|星期|月|季度|季|半年|年度|年)|全年)([^，。；]{0,40})/g;
const piece =
  /(?:(?:至少|不少于|不低于)?)([^，。；、和及\d]{0,16}?)(?:至少|不少于|不低于)?(\d+|[一二两三四五六七八九十])(次|场|期|条|篇|家|个|件|轮)(?:以上)?([^，。；、和及\d]{0,12})/g;

/** 各牵头单位每月至少报送3条工作动态和一篇综合性文章 → two quotas of one body. */
export function readQuotas(text: string): FoundQuota[] {
  const found: FoundQuota[] = [];
  for (const match of text.matchAll(rhythm)) {
    const per = pers.find(([pattern]) => pattern.test(match[1] ?? ''))?.[1];
    const before = text.slice(0, match.index);
    const own = /[^，。；]*$/.exec(before)?.[0] ?? '';
    // “全年” counts only what is published or reported; a yearly number of anything else is a target.
    const yearly = match[1] === '全年';
    const start = match.index + (match[1]?.length ?? 0);
    const clause = match[2] ?? '';
    if (per === undefined || (yearly && !/发表|刊发|刊播|报送|报道|刊登|宣传/.test(clause))) continue;
    for (const one of clause.matchAll(piece)) {
      const count = readCount(one[2] ?? '');
      const what = `${one[1] ?? ''}${one[4] ?? ''}`.replace(/^(?:至少|要|应|须)+/, '');
      if (
        count === null ||
        count === 0 ||
        !/至少|不少于|不低于|以上|开展|组织|召开|报送|刊播|走访|举办|发布|培训|检查|调度|参加|发表|报道/.test(clause)
      )
        continue;
      found.push({
        subject: own.replace(/^.*?[：:]/, '').slice(-40),
        what,
        count,
        unit: one[3] ?? '',
        per,
        from: match.index,
        to: start + one.index + one[0].length,
        confidence: 0.8,
      });
    }
  }
  return found;
}
