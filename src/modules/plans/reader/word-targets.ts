import { periodOf, subjectOf, baselineOf, type ClauseContext, type FoundTarget } from './target-subjects.ts';

/** Goals without a figure: 零收费, 全覆盖, 全部纳入, 即时办结, 不低于各项贷款增速, 稳步提升…率, 进入全市前列. */
export function wordTargets(context: ClauseContext): FoundTarget[] {
  const { clause } = context;
  const found: FoundTarget[] = [];
  const add = (
    target: Pick<FoundTarget, 'subject' | 'comparator' | 'value' | 'unit'> & Partial<FoundTarget>,
    index: number,
    length: number,
  ) => {
    const before = clause.slice(0, index);
    found.push({
      meant: target.comparator,
      period: periodOf(context, before),
      baseline: null,
      confidence: 0.8,
      from: context.at + index,
      to: context.at + index + length,
      ...target,
    });
  };

  const free = /“?零(?:收费|费用|成本|付费)”?/.exec(clause);
  if (free && /实现|达到|做到|推行|实行|享受|保持/.test(clause.slice(0, free.index))) {
    add(
      { subject: `${subjectOf(clause.slice(0, free.index), context)}收费`, comparator: '=', value: 0, unit: '元' },
      free.index,
      free[0].length,
    );
  }

  const full = [...clause.matchAll(/“全覆盖”|全覆盖/g)];
  const [first] = full;
  if (first !== undefined && !/^(?:面|率|的基础)/.test(clause.slice(first.index + first[0].length))) {
    const last = full.at(-1) ?? first;
    const names = full.map(({ index }, at) => {
      const previous = full[at - 1];
      return subjectOf(
        clause.slice(previous === undefined ? 0 : previous.index + previous[0].length, index),
        at === 0 ? context : { ...context, previous: [] },
      );
    });
    if (
      /(?:实现|推动|推进|做到|确保|达到|实施|实行|基本|：|保障|力争)/.test(clause.slice(0, first.index)) ||
      context.previous.some((text) => /(?:实现|推动|推进)$/.test(text))
    ) {
      add(
        { subject: `${names.filter((name) => name !== '').join('、')}覆盖率`, comparator: '=', value: 100, unit: '%' },
        first.index,
        last.index + last[0].length - first.index,
      );
    }
  }

  const entire = /全部(?:纳入|进驻|入驻|上线|接入|完成|下放|公开|取消)|(?:逐项|逐一|全部)(?:编制|制定|清理)完成/.exec(
    clause,
  );
  if (entire && full.length === 0) {
    const subject = subjectOf(clause.slice(0, entire.index), context).replace(/^依法/, '依法');
    add(
      {
        subject: `${subject}${/编制|制定/.test(entire[0]) ? clause.slice(entire.index + entire[0].length).slice(0, 20) : entire[0].slice(2)}比例`,
        comparator: '=',
        value: 100,
        unit: '%',
        confidence: 0.75,
      },
      entire.index,
      entire[0].length,
    );
  }

  const instant = /(?:即时|当场)(?:办结|办理|出证|发证)/.exec(clause);
  if (instant && !/\d[^，]*(?:和|、|及)$/.test(clause.slice(0, instant.index))) {
    const subject = clause
      .slice(0, instant.index)
      .replace(/^(?:实现|推行|将|对|与|和)+/, '')
      .replace(/(?:实现|均|可|全部)+$/, '');
    if (subject.length >= 2)
      add({ subject, comparator: '=', value: 0, unit: '即时' }, instant.index, instant[0].length);
  }

  const relative =
    /(?:不低于|不高于|高于|低于|快于|优于|不慢于)((?:各项|全部|全国|全省|全市|全县|全区|同期|上年|去年|周边|区域|行业|当地|居民|GDP|地区|财政)[^，。；]{0,18}?(?:增速|增幅|水平|平均值|均值|同期|增长率|平均水平|收入增长))/.exec(
      clause,
    );
  if (relative) {
    const subject = subjectOf(clause.slice(0, relative.index), context);
    const opposite = /^(?:不高于|低于)/.test(relative[0]);
    add(
      {
        subject,
        comparator: 'relative',
        meant: /^不低|^不慢/.test(relative[0]) ? '>=' : opposite ? (relative[0].startsWith('不') ? '<=' : '<') : '>',
        value: null,
        unit: null,
        baseline: relative[1] ?? null,
        confidence: 0.9,
      },
      relative.index,
      relative[0].length,
    );
  }

  const trend =
    /(?:持续|稳步|不断|逐年|逐步)(提升|提高|增加|降低|下降|减少)([^，。；]{1,40}?(?:(?<!效)率|数量|占比|比例|比重|户数|覆盖面))(?=$|、)/.exec(
      clause,
    );
  if (trend && !/(?:持续|不断)(?:减少|降低)/.test(trend[0])) {
    add(
      {
        subject: trend[2] ?? '',
        comparator: /提|增/.test(trend[1] ?? '') ? 'up' : 'down',
        value: null,
        unit: null,
        baseline: baselineOf(clause),
        confidence: 0.75,
      },
      trend.index,
      trend[0].length,
    );
  }

  const rank =
    /(?:进入|跻身|位居|位列|保持在?|稳居|迈入|处于|达到)(?:[^，。；]{0,4})?((?:全国|全省|全市|全区|全州|西部|中部|东部|同类|国内|省内|市内)[^，。；]{0,6}?(?:前列|第一方阵|第一梯队|前(\d+|[一二三四五六七八九十]+)(?:名|位|强)?))/.exec(
      clause,
    );
  if (rank && subjectOf(clause.slice(0, rank.index), context).length >= 2) {
    const places = rank[2] === undefined ? null : Number(rank[2]);
    const figure = places !== null && Number.isFinite(places) ? places : null;
    add(
      {
        subject: `${subjectOf(clause.slice(0, rank.index), context)}${(rank[1] ?? '').slice(0, 2)}排名`,
        comparator: figure === null ? 'up' : '<=',
        value: figure,
        unit: figure === null ? null : '名',
        confidence: 0.75,
      },
      rank.index,
      rank[0].length,
    );
  }

  const founded =
    /^(?:[^，]{0,4})?(?:(?:19|20)\d{2}年)?(?:年底|年内|\d{1,2}月底?|上半年|第[一二三四]季度)(?:前|之前|以前)?(成立|组建|设立)([^，。；\d]{2,30}(?:协会|公司|机构|组织|委员会|法庭|中心|联盟|基金|商会|仲裁院))$/.exec(
      clause,
    );
  if (founded) {
    const index = clause.indexOf(founded[1] ?? '');
    add(
      { subject: `${founded[1] ?? ''}${founded[2] ?? ''}`, comparator: '>=', value: 1, unit: '个' },
      index,
      clause.length - index,
    );
  }
  return found;
}
