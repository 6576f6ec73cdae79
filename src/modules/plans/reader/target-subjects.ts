import type { Comparator } from './types.ts';

/** A goal with a figure, found in a measure's own words. Places are in the text given. */
export interface FoundTarget {
  subject: string;
  comparator: Comparator;
  meant: Comparator;
  value: number | null;
  unit: string | null;
  period: string | null;
  baseline: string | null;
  from: number;
  to: number;
  confidence: number;
}

export interface ClauseContext {
  clause: string;
  /** Place of the clause in the text. */
  at: number;
  previous: readonly string[];
  next: string;
}

/** What the words around a goal say of it: the time it is for, what it is compared with, what it speaks of. */
export function periodOf(context: ClauseContext, before: string): string | null {
  for (const text of [before, ...[...context.previous].reverse()]) {
    const found =
      /(?:到|至)?((?:19|20)\d{2}年(?:\d{1,2}月)?(?:底|末|内|上半年)?(?:前)?|年内|今年|每年|全年|年底前?|“?十四五”?(?:末|期间))(?!以来|起|后|至今)/.exec(
        text,
      );
    if (found) return found[1] ?? null;
  }
  return null;
}

export const baselineOf = (before: string): string | null =>
  /(?:较|比|同比|与)(?:[^，；]{0,12}?(?:上年|去年|年初|同期|上季度|20\d{2}年|法定时限|全省平均|全市平均|全国平均|法定期限|现有|平均水平|规定时限))|同比|环比|年均/.exec(
    before,
  )?.[0] ?? null;

export const leading =
  /^(?:（\d{1,2}）|①|②|③|④|⑤|年内|今年|每年|全年|到?(?:19|20)\d{2}年(?:\d{1,2}月)?(?:底|末|内|度)?(?:前|之前|以前)?|年底前?|\d{1,2}月底前|力争|确保|努力|推动|推进|实现|进一步|持续|并|且|其中|同时|全面|将|把|使|对|要求|要|保持|实施|实行|推行|促进|切实|大力|逐步|原则上|平均|做到|争取|加快|引导|鼓励|一是|二是|三是|四是|从|在)+/;
const trailing =
  /(?:力争|确保|实现|全部|均|都|再|要|须|由|从|原则上|平均|时间)?(?:压缩|压减|缩短|降低|减少|精简|控制|限制|下降|压降|缩减|限定|削减|提高|提升|增长|上升|扩大|增加|增|升|降|减|压|缩|限时)?(?:到|至|为|在|成)?(?:约|近|最多|最长|平均)?(?:不(?:得)?(?:超过|超|高于|多于|大于|长于|低于|少于|小于|短于)|至少|至多|达到|达|保持在|稳定在|维持在|突破|超过|高于|低于|大于|少于|多于|控制在|实现|力争|≥|≤)?$/;

/** What the figure speaks of: the words before it in its clause, else the clause before. */
export function subjectOf(before: string, context: ClauseContext, keepVerb = false): string {
  const pick = (text: string) => {
    const cut = keepVerb
      ? text
      : text
          .replace(
            /(?:办理)?(时间|时限|期限|成本|费用)?(?:由|从)[^，]{0,6}[\d一二三四五六七八九十两半][^，]{0,8}$/,
            '$1',
          )
          .replace(trailing, (found) => (found.startsWith('时间') ? '时间' : ''));
    return unquoted(
      cut
        .replace(/^[\u4e00-\u9fff]{2,8}：/, '')
        .replace(leading, '')
        .replace(/^[、）]+|(?:分别|均|都|由|从|的|、)+$/g, ''),
    );
  };
  // 开工率达到85%、投产率: what stands before the mark has its own figure.
  const last = before.replace(/^.*\d(?:%|个|家|户|项|天|万|亿|元|工作日|小时|以上|以内)+、(?=[\u4e00-\u9fff]{2})/, '');
  const own = pick(last.split('、').length > 4 ? (last.split('、').at(-1) ?? last) : last);
  const bare =
    keepVerb &&
    /^(?:同比|环比|年均|分别|平均|增速|合计|较[^，]{0,8})*(?:增长|下降|提高|提升|增加|减少|压缩|降低|上升)+$/.test(own);
  if (own.length >= 2 && !bare) return own.slice(-40);
  for (const earlier of [...context.previous].reverse()) {
    const bareClause = earlier
      .replace(/（[^）]*）/g, '')
      .replace(/(?:力争|确保|达到|达|不超过|不低于|不少于|压缩至|压减至|提高到|控制在)*\d[^，]*$/, '');
    const other = pick(bareClause);
    if (other.length >= 2 && !/^\d|\d$/.test(other)) return `${other.slice(-40)}${bare ? own : ''}`;
  }
  return own;
}

/** A quotation mark that lost its other half at a cut. */
const unquoted = (text: string): string => {
  const opens = text.split('“').length;
  const closes = text.split('”').length;
  return opens === closes ? text : opens > closes ? text.replace(/“(?=[^“]*$)/, '') : text.replace('”', '');
};
