import { wordTargets } from './word-targets.ts';
import { readCount } from './numbering.ts';
import { baselineOf, leading, periodOf, subjectOf, type ClauseContext, type FoundTarget } from './target-subjects.ts';
import type { Comparator } from './types.ts';

/**
 * Precision first: a number is a target only where the words around it make it one (压缩至…以内, 不低于, 达到…以上). Years, document
 * numbers, “一件事”, hotlines and lists of fifteen kinds are not.
 */
export function readTargets(text: string): FoundTarget[] {
  const masked = mask(text);
  const found: FoundTarget[] = [];
  for (const sentence of split(masked, '。；！？\n\v')) {
    const clauses = split(sentence.text, '，').map(({ text: clause, at }) => ({ text: clause, at: sentence.at + at }));
    for (const [index, clause] of clauses.entries()) {
      const context: ClauseContext = {
        clause: clause.text,
        at: clause.at,
        previous: clauses.slice(0, index).map(({ text: earlier }) => earlier),
        next: clauses[index + 1]?.text ?? '',
      };
      found.push(...figures(context), ...wordTargets(context));
    }
  }
  const unique = found.filter(
    (one, index) => !found.some((other, at) => at < index && one.from < other.to && one.to > other.from),
  );
  return unique.map((target) => ({ ...target, subject: unmask(target.subject, text) })).sort((a, b) => a.from - b.from);
}

/** Titles of other documents are not read; quoted names lose their figures. Lengths stay. */
function mask(text: string): string {
  return text
    .replaceAll(/《[^》]*》/g, (title) => '※'.repeat(title.length))
    .replaceAll(/“[^”]{1,40}”/g, (quoted) => quoted.replaceAll(/\d/g, '#'));
}

const unmask = (subject: string, text: string): string => {
  if (!/[※#]/.test(subject)) return subject;
  const pattern = [...subject]
    .map((char) => (char === '※' || char === '#' ? '.' : char.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(pattern, 's').exec(text)?.[0] ?? subject;
};

/** Cuts outside brackets: 故障响应（从报修到抵达，含夜间）时间 is one clause. */
function split(text: string, marks: string): { text: string; at: number }[] {
  const found: { text: string; at: number }[] = [];
  let start = 0;
  let depth = 0;
  for (let index = 0; index <= text.length; index++) {
    const char = text[index] ?? '';
    if (char === '（') depth++;
    else if (char === '）') depth = Math.max(0, depth - 1);
    if (index < text.length && !(marks.includes(char) && (depth === 0 || char === '。'))) continue;
    if (index > start) found.push({ text: text.slice(start, index), at: start });
    start = index + 1;
    depth = 0;
  }
  return found;
}

const number = '\\d+(?:,\\d{3})*(?:\\.\\d+)?';
const chineseNumber = '(?:[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九半])';
const timeUnit = '(?:个)?(?:法定)?(?:工作日|自然日|工作时|小时|钟头)|天|日(?!均|常|期|益)|分钟|秒(?!批|办|级)|个月|周';
const countUnit =
  '个百分点|万平方米|平方公里|%|％|‰|万亿元|万亿斤|亿斤|万斤|公斤|亿元|万元|元|亿|万户|万家|万人次|万人|万亩|万吨|万|人次|个|家|户|项|次|件|人|名|条|公里|平方米|亩|吨|倍|种|类|环节|份|站|所|张|套|篇|场次|场|期|例|宗|座|间|台|千瓦|兆瓦|米|步|分|名次|位';
const figure = new RegExp(
  `(${number}(?:(?:%|个|天|项|家|件)?[、和]${number})*)(${timeUnit}|${countUnit})(/(?:平方米|小时|[年月日天户人次家件元吨亩])|每[户件家人])?`,
  'g',
);
const figureInWords = new RegExp(`(${chineseNumber})((?:个)(?:工作日|自然日|小时)|个百分点|个月)()`, 'g');

const atMost =
  /(?:压缩|压减|缩短|降低|减少|精简|控制|限制|下降|压降|缩减|优化|压缩控制|限定|削减|减|降|压|缩|限时)(?:到|至|为|在|成)(?:最多|最长|平均|约)?$/;
const notOver = /(?:不(?:得)?(?:超过|超|高于|多于|大于|长于)|至多|最多|最长|以|控制在|≤|<=|小于等于|最多不超过)$/;
const below = /(?:低于|少于|小于|短于|<)$/;
const notUnder =
  /(?:不(?:得)?(?:低于|少于|小于|短于)|至少|达到|达|(?:提高|提升|增长|上升|扩大|增加|增|升|拓展|扩展)(?:到|至)|保持在|稳定在|维持在|突破|超过|超|≥|>=|大于等于)(?:约|近)?$/;
const above = /(?:高于|大于|多于|优于|>)$/;
const change =
  /(压缩|压减|缩短|降低|减少|下降|精简|提高|提升|增长|增加|上升|递增|压降|缩减|下浮|上浮|减免|减征|让利|削减)(?:了|幅度|率|比例)?(?:约|近|在|不低于|不少于|不小于|超过|达到|达|至少|为)?$/;
const within = /^(?:以内|之内|以下|及以内|及以下|内(?![容部地外陆在资控设涵]))/;
const orMore = /^(?:及)?(?:以上|之上)/;
const finish =
  /^(?:左右)?(?:[^，。；]{0,4}?)(?:办结|办理完毕|完成|办毕|审结|送达|到位|到账|答复|反馈|响应|受理|出具|拨付|兑现|出证|发证|办好|审核|审批|抵达|通水|通气|接电|送电|装表|可办|领证)/;
const lessIsBetter = /时间|时限|时长|期限|成本|费用|费率|费|环节|材料|次数|停电|办结|周期|接电|登记|审批|办理|报装/;

function figures(context: ClauseContext): FoundTarget[] {
  const found: FoundTarget[] = [];
  const { clause } = context;
  for (const match of [...clause.matchAll(figure), ...clause.matchAll(figureInWords)]) {
    const at = match.index;
    const before = clause.slice(0, at);
    const after = clause.slice(at + match[0].length);
    const unitText = `${match[2] ?? ''}${match[3] ?? ''}`;
    const values = (match[1] ?? '').split(/(?:%|个|天|项|家|件)?[、和]/);
    if ((match[1] ?? '').includes('%') && unitText !== '%') continue;
    if (isNoTarget(before, after, unitText, match[1] ?? '')) continue;
    const judged = judge(before, after, unitText, context);
    if (judged === null) continue;
    const unit = unitText.replace(/^个(?=工作|自然|小时|法定)/, '').replace('％', '%');
    const end = at + match[0].length + (within.exec(after)?.[0].length ?? orMore.exec(after)?.[0].length ?? 0);
    const shared = {
      comparator: judged.comparator,
      meant: judged.meant,
      unit,
      period: periodOf(context, before),
      baseline: baselineOf(before),
      from: context.at + at,
      to: context.at + end,
      confidence: judged.confidence,
    };
    if (values.length > 1 || (/分别/.test(before) && /(?:和|、|及)(?:即时|当场)/.test(after))) {
      const instant = /^(?:以?内)?(?:办结)?(?:和|、|及)(?:即时|当场)/.test(after);
      const years = [...(before.split('分别')[0] ?? '').matchAll(/(?:19|20)\d{2}年/g)].map(([year]) => year);
      const yearly = years.length === values.length && /^[\d年、和至到]*$/.test((before.split('分别')[0] ?? '').trim());
      const subjects = yearly
        ? values.map(() => `${before.split('分别')[1] ?? ''}${/^[^，、；）]{0,20}/.exec(after)?.[0] ?? ''}`)
        : shareSubjects(before, values.length + (instant ? 1 : 0), context);
      for (const [index, value] of values.entries()) {
        // Each figure keeps its own place, so that none hides another.
        const offset = (match[1] ?? '').indexOf(
          value,
          index === 0 ? 0 : (match[1] ?? '').indexOf(values[index - 1] ?? '') + 1,
        );
        const last = index === values.length - 1;
        found.push({
          ...shared,
          subject: subjects[index] ?? '',
          ...(yearly ? { period: years[index] ?? null } : {}),
          value: toNumber(value),
          from: context.at + at + offset,
          to: last ? shared.to : context.at + at + offset + value.length,
        });
      }
      if (instant) {
        const start = after.search(/即时|当场/);
        const from = context.at + at + match[0].length + start;
        found.push({
          ...shared,
          subject: subjects.at(-1) ?? '',
          comparator: '=',
          meant: '=',
          value: 0,
          unit: '即时',
          from,
          to: from + 2,
        });
      }
      continue;
    }
    found.push({ ...shared, subject: judged.subject ?? subjectOf(before, context), value: toNumber(values[0] ?? '') });
  }
  return found;
}

interface Judged {
  comparator: Comparator;
  meant: Comparator;
  confidence: number;
  subject?: string;
}

function judge(before: string, after: string, unit: string, context: ClauseContext): Judged | null {
  const percent = /^(?:%|％|‰|个百分点|倍)/.test(unit);
  const more = orMore.test(after);
  const less = within.test(after);
  const rest = after.replace(within, '').replace(orMore, '').replace(/^左右/, '');
  const isTime = new RegExp(`^(?:${timeUnit})`).test(unit);
  const sure = (comparator: Comparator, confidence = 0.95, meant: Comparator = comparator): Judged => ({
    comparator,
    meant,
    confidence,
  });
  if (
    /^的/.test(rest) &&
    percent &&
    (more || /^的/.test(after)) &&
    /(?:实现|达到|可|能够|纳入|完成|接入|进驻|办结|办理)/.test(after)
  ) {
    const subject = after.replace(/^(?:以上)?的/, '').replace(/[、].*$/, '');
    return { ...sure(more ? '>=' : '=', 0.85, '>='), subject };
  }
  // 投资额5000万元以上的项目, 150米内的工程: a condition, not a goal.
  const pressed = atMost.test(before) || notOver.test(before) || notUnder.test(before);
  if (/^的(?!目标|要求|标准|水平)/.test(rest) && !atMost.test(before)) return null;
  if (change.test(before) && !atMost.test(before) && !/(?:到|至|为)$/.test(before)) {
    const open = /(?:不低于|不少于|不小于|超过|达到|达|至少)$/.test(before) || more;
    if (!percent && !/^(?:个|项|份|次|环节|天|个?工作日|万元|亿元|元|户|家|名|人|件)/.test(unit)) return null;
    if (!percent && !open && !/(?:减少|压减|精简|压缩|缩短|增加|提高)$/.test(before)) return null;
    return {
      ...sure(open ? '>=' : less ? '<=' : '=', open ? 0.95 : 0.8, less ? '<=' : '>='),
      subject: subjectOf(before.replace(/(?:约|近|不低于|不少于|不小于|超过|达到|达|至少)$/, ''), context, true),
    };
  }
  // 平均减环节70%: the thing stands between the verb and the figure; 为企业节约成本1.2亿元: so much at the least.
  const saved =
    /(?:节约|节省|减轻|减免|让利|降低|减少|压减)[^，]{0,8}(?:成本|费用|负担|税费|资金|支出|开支)(?:约|近|超)?$/.test(
      before,
    );
  if (
    percent &&
    /(?:减|压减|缩减|精简|压缩|缩短)(?:少)?[\u4e00-\u9fff]{2,6}$/.test(before) &&
    !/(?:到|至|为|率|比例|占比)$/.test(before)
  )
    return { ...sure(more ? '>=' : '=', more ? 0.9 : 0.8, '>='), subject: subjectOf(before, context, true) };
  if (
    /^个百分点/.test(unit) &&
    /(?:降低|下降|提高|提升|增加|减少)[\u4e00-\u9fff]{2,10}$/.test(before) &&
    !/(?:到|至|为)$/.test(before)
  )
    return { ...sure(more ? '>=' : '=', 0.8, '>='), subject: subjectOf(before, context, true) };
  // 每千人拥有企业30户.
  if (
    /每[千万百]人[^，]{2,14}$/.test(before) &&
    /^(?:户|家|件|人|张|个)/.test(unit) &&
    !/[到至]$/.test(before) &&
    !more
  )
    return sure('=', 0.8, '>=');
  if (saved && /元$/.test(unit))
    return {
      ...sure(more || /超$/.test(before) ? '>=' : '=', 0.8, '>='),
      subject: subjectOf(before.replace(/(?:约|近|超)$/, ''), context, true),
    };
  if (atMost.test(before)) return more ? sure('>=') : sure('<=');
  if (notOver.test(before) && !(/以$/.test(before) && !less)) return /以$/.test(before) ? null : sure('<=');
  if (notUnder.test(before)) {
    if (less && isTime) return sure('<=', 0.85);
    // 超过30日未办结: what happens to the late.
    if (
      /超过?$/.test(before) &&
      (isTime || !percent) &&
      !/(?:数量|规模|总量|总数|户数|额|率|量|人数|家数|面积|资金|收入|产值|投资|贷款|税收|营收|里程|产量)[^，]{0,3}超过?$/.test(
        before,
      )
    )
      return null;
    return sure('>=');
  }
  if (below.test(before)) return sure('<');
  if (above.test(before)) return sure('>');
  if (more) {
    // 投资额5000万元以上, 对满60岁以上: who it is about, not what is to be reached.
    if (
      /(?:^|，)(?:对|凡|若|如|以)[^，]{0,24}$|(?:满(?!意)|年龄|工龄|超出|逾期|单笔|投资额?|资产|限额|金额在)[^，]{0,10}$/.test(
        before,
      )
    )
      return null;
    // 实现90%以上事项“最多跑一次”: the share is of what stands behind it.
    if (percent && before.replace(leading, '') === '' && before !== '' && /^[\u4e00-\u9fff“]{3}/.test(rest))
      return { ...sure('>=', 0.85), subject: /^[^，、；]{0,24}/.exec(rest)?.[0] ?? '' };
    if (percent || /^$|^[、）]/.test(rest)) return before.length >= 2 ? sure('>=', 0.85) : null;
    return /(?:收储|处置|盘活|清理|取消|兑现|培育|引进|新增|建成|打造|完成|开展|培训|发展|力争|实现|拓展|扩大|推广|新建|改造|培养)[^，]{0,10}$/.test(
      before,
    )
      ? sure('>=', 0.85)
      : null;
  }
  if (less) {
    if (isTime) return /^(?:的|[\u4e00-\u9fff]{0,6}率)/.test(rest) ? null : sure('<=', 0.9);
    if (/元$/.test(unit)) return null;
    return percent || pressed ? sure('<=', 0.85) : null;
  }
  if (percent) {
    if (/(?:率|比例|占比|比重|覆盖面|份额|度)(?:均|都|为|是|约|保持|实现|基本)*$/.test(before))
      return sure(
        '=',
        0.9,
        /^100/.test(context.clause.slice(before.length)) ? '=' : lessIsBetter.test(before.slice(-8)) ? '<=' : '>=',
      );
    if (
      /100$/.test(context.clause.slice(0, before.length + 3)) &&
      /(?:实现|做到|确保|达到|全部|均|要|须|，|：|^)$/.test(before)
    )
      return { ...sure('=', 0.85), subject: subjectOf(before, context) || after.slice(0, 16) };
    const whole = /100$/.test(context.clause.slice(0, before.length + 3));
    if (
      whole &&
      before.length >= 2 &&
      /^(?:按|实现|纳入|覆盖|达标|完成|上|公开|在线|网上|可|进|入|推行|落实|到位|办结|全)/.test(after)
    )
      return sure('=', 0.85);
    return null;
  }
  if (isTime) {
    // 24小时审批 is round the clock, not a limit.
    if (
      /^(?:7×)?24$/.test(/[\d×]+$/.exec(context.clause.slice(0, before.length + 2))?.[0] ?? '') &&
      !/办结|到位|送达|响应/.test(after)
    )
      return null;
    if (finish.test(after)) return sure('=', 0.85, '<=');
    if (/(?:时间|时限|时长|期限|周期)(?:为|是|约|均为|实现)?$/.test(before) && /^$|^[、）]/.test(after))
      return sure('=', 0.85, '<=');
    return null;
  }
  return count(before, after.replace(/^左右/, ''), unit);
}

/** 开展专项执法5次, 培育10家专精特新企业. */
function count(before: string, after: string, unit: string): Judged | null {
  if (
    !/^(?:次|场|期|个|家|户|项|名|人次|人|条|座|件|篇|公里|万人次|万人|亿元|万元|亩|套|所|例|宗|万户|万家|台|间|万平方米|平方米)/.test(
      unit,
    )
  )
    return null;
  if (/(?:元|率|价格|标准)$/.test(unit) && /^(?:\/|每)/.test(after)) return null;
  const verb =
    /(开展|组织|举办|召开|新增|新建|建成|新培育|培育|引进|打造|建设|改造|设立|推出|发布|认定|选树|培养|培训|发放|落地|签约|创建|遴选|走访|新认定|布局|投放|储备|评选|投用|建立|完成|发展|净增|新设|实施|解决|盘活|吸引|争取|孵化|新改扩建|新改建|布设|新发展|惠及|带动|服务(?=企业|群众|经营主体|市场主体))(?:[^，、；]{0,24}?)$/.exec(
      before,
    );
  if (verb === null) return null;
  const direct = before.endsWith(verb[1] ?? ' ') || /(?:约|不少于|至少)$/.test(before);
  const ends = /^(?:$|[、）])/.test(after);
  if (!direct && !ends) return null;
  if (direct && !ends && /^(?:方面|阶段|环节|步骤|领域|部门|机制|制度|措施|举措|任务|系统|要素|指标|“)/.test(after))
    return null;
  return {
    comparator: '=',
    meant: '>=',
    confidence: 0.8,
    subject:
      ends && !direct
        ? before.slice(verb.index).replace(/^力争/, '')
        : `${verb[1] ?? ''}${/^[^，、；）]{0,20}/.exec(after)?.[0] ?? ''}`,
  };
}

function isNoTarget(before: string, after: string, unit: string, value: string): boolean {
  if (/[\d.×xX*+＋/—–\-~#第前近几]$/.test(before) && !/[a-zA-Z]$/.test(before)) return true;
  if (/等$/.test(before) || /^(?:前|后)[^，]{0,6}(?:年|月)/.test(after)) return true;
  if (/^日$/.test(unit) && /月$/.test(before)) return true;
  if (/^(?:×|\*|x\d)/.test(after)) return true;
  if (/^(?:19|20)\d{2}$/.test(value) && /^(?:个|项|家)/.test(unit) === false && !/(?:元|户|家|人|件)/.test(unit))
    return true;
  if (/第$/.test(before) || (/^(?:号|期)$/.test(unit) && /第\d*$/.test(before))) return true;
  // A rhythm is a quota: 每月至少3条.
  if (
    /每(?:个)?(?:月|季度?|半年|年度?|周|旬|两年|三年)[^，]{0,24}$/.test(before) &&
    /^(?:次|场|期|条|篇|个|家|件)/.test(unit)
  )
    return true;
  if (/(?:刊发|刊播|发表|报送|报道|刊登|推送|上报)[^，]{0,14}$/.test(before) && /^(?:篇|条|次|期)/.test(unit))
    return true;
  return false;
}

/** 将政府投资、社会投资和小型低风险项目审批时限分别压缩至95、60、15: three subjects with one tail. */
function shareSubjects(before: string, count: number, context: ClauseContext): string[] {
  const whole = before.split('分别')[0] ?? before;
  let text = whole.replace(leading, '');
  if (text.length < 2) text = (context.previous.at(-1) ?? '').replace(leading, '').replace(/(?:分别)?$/, '');
  const parts = text.split(/、|和|及|与/).filter((part) => part !== '');
  if (parts.length !== count) return Array.from({ length: count }, () => text.slice(-40));
  const tail =
    /((?:项目)?(?:审批|办理|办结|承诺|登记|报装|接入)?(?:业务)?(?:办理)?(?:时限|时间|期限|费用|成本|占比|率))$/.exec(
      parts.at(-1) ?? '',
    )?.[1] ?? '';
  return parts.map((part, index) => (index === parts.length - 1 || part.endsWith(tail) ? part : part + tail));
}

function toNumber(text: string): number | null {
  if (text === '半') return 0.5;
  return readCount(text.replaceAll(',', ''));
}
