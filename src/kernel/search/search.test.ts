import { existsSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { buildIndex, search, suggest } from './index.ts';
import type { SearchDocument, SynonymGroup } from './index.ts';

const synonyms: SynonymGroup[] = [
  { kind: 'oneWay', from: ['小饭馆', '饭馆', '餐馆', '饭店'], to: ['餐饮店', '食品经营许可'] },
  { kind: 'equal', words: ['执照', '营业执照'] },
  { kind: 'oneWay', from: ['办照'], to: ['营业执照', '企业设立登记'] },
  { kind: 'equal', words: ['房产证', '不动产权证'] },
  { kind: 'oneWay', from: ['pos机'], to: ['银行预约开户'] },
];

const documents: SearchDocument[] = [
  doc(
    'licence',
    '企业设立登记（营业执照核发）',
    ['营业执照', '开公司'],
    '市场主体 登记',
    '领取营业执照。申请人提交住所材料。',
  ),
  doc(
    'food',
    '食品经营许可（热食类制售）',
    ['食品经营许可证'],
    '餐饮 小吃',
    '从事餐饮服务应当取得食品经营许可。需要健康证。',
  ),
  doc(
    'restaurant',
    '餐饮店准入即准营一件事',
    ['开餐饮店'],
    '餐饮',
    '一次申请，办好营业执照、食品经营许可和门头牌匾。',
    'bundle',
  ),
  doc('fund', '住房公积金提取', ['公积金提取'], '购房 租房', '职工购房、租房可以提取住房公积金账户余额。'),
  doc('fund-open', '住房公积金单位缴存登记', [], '', '单位办理缴存登记。'),
  doc('house', '不动产权证核发（一般登记）', ['不动产登记'], '房子', '办理不动产权证。'),
  doc('road', '道路旅客运输经营许可', [], '', '从事班车客运。'),
  doc('etc', 'ETC记账卡发行', [], '高速', '办理 ETC 卡。'),
  doc('bank', '企业银行预约开户', ['重庆银行开户'], '', '在银行开立基本存款账户。'),
  doc('green', '城市绿化许可', [], '', '占用城市绿地审批。'),
  doc('grass', '草原征用审核', [], '', '䓍原及𠮷祥草的说明。'),
];
const index = buildIndex(documents, { synonyms, typePriors: { bundle: 1.1 } });

describe('what people type finds the right thing first', () => {
  it.each([
    ['我想开个小饭馆要办什么证', 'restaurant'],
    ['yyzz', 'licence'],
    ['YYZZ', 'licence'],
    ['ｙｙｚｚ', 'licence'],
    ['yingyezhizhao', 'licence'],
    ['yingyezz', 'licence'],
    ['yingye zh', 'licence'],
    ['gongjijin tiqu', 'fund'],
    ['tiqu gongjijin', 'fund'],
    ['gongjijin提取', 'fund'],
    ['怎么提取公积金？', 'fund'],
    ['營業執照', 'licence'],
    ['執照', 'licence'],
    ['办照', 'licence'],
    ['房产证怎么办', 'house'],
    ['etc', 'etc'],
    ['ＥＴＣ', 'etc'],
    ['🏠不动产登记😀', 'house'],
    ['pos机', 'bank'],
    ['lvhua', 'green'],
    ['luhua', 'green'],
    ['chongqingyinhang', 'bank'],
    ['zhongqingyinxing', 'bank'],
    ['𠮷祥', 'grass'],
    ['营业\u200b执照', 'licence'],
  ])('%s → %s', (query, id) => {
    expect(search(index, query).hits[0]?.id).toBe(id);
  });

  it('the restaurant question lists the food licence next, and not the bus company before it', () => {
    const ids = search(index, '我想开个小饭馆要办什么证').hits.map((hit) => hit.id);
    expect(ids.slice(0, 2)).toEqual(['restaurant', 'food']);
    expect(ids).not.toContain('road');
  });

  it('one-way expansion does not work backwards', () => {
    const oneWay = buildIndex([doc('a', '小饭馆扶持资金', [], '', ''), doc('b', '食品经营许可', [], '', '')], {
      synonyms,
    });
    expect(search(oneWay, '小饭馆').hits.map((hit) => hit.id)).toEqual(['a', 'b']);
    expect(search(oneWay, '食品经营许可').hits.map((hit) => hit.id)).toEqual(['b']);
  });

  it('says what matched, where, and by which way', () => {
    expect(search(index, '小饭馆').hits[0]?.matched).toEqual([
      { asked: '小饭馆', found: '餐饮店', via: 'synonym', field: 'title' },
    ]);
    expect(search(index, 'yyzz').hits[0]?.matched).toEqual([
      { asked: 'yyzz', found: '营业执照', via: 'pinyin', field: 'aliases' },
    ]);
    expect(search(index, '健康证').hits[0]?.matched[0]).toMatchObject({ via: 'text', field: 'body' });
  });
});

describe('nothing to find', () => {
  it.each(['', '   ', '？！……', '😀🎉', '\u200b'])('empty query %j', (query) => {
    expect(search(index, query)).toEqual({ total: 0, hits: [], nothingAsked: 'empty' });
    expect(suggest(index, query)).toEqual([]);
  });

  it.each(['我想要办什么', '怎么办理', '需要哪些材料', 'how to'])('only question words: %s', (query) => {
    expect(search(index, query)).toEqual({ total: 0, hits: [], nothingAsked: 'question-words' });
  });

  it.each(['量子飞船', 'qqqqqq', '１２３４５６７', 'a'.repeat(5000), '证'.repeat(5000).replaceAll('证', '鱻')])(
    'a query nobody answers has no hits and is not an error',
    (query) => {
      expect(search(index, query)).toEqual({ total: 0, hits: [] });
    },
  );

  it('an empty index answers', () => {
    const empty = buildIndex([], { synonyms });
    expect(search(empty, '营业执照')).toEqual({ total: 0, hits: [] });
    expect(suggest(empty, 'yy')).toEqual([]);
  });

  it('documents with empty fields are indexed and harmless', () => {
    const odd = buildIndex([doc('x', '', [''], '', ''), doc('y', '结婚登记', [], '', '')], { synonyms: [] });
    expect(search(odd, '结婚').hits.map((hit) => hit.id)).toEqual(['y']);
  });
});

describe('order, pages, filters', () => {
  const twins = buildIndex(
    ['d', 'b', 'a', 'c', 'e'].map((id) => doc(id, '结婚登记预约', [], '', '')),
    { synonyms: [] },
  );

  it('equal documents come in the order of their ids, whatever order they were given in', () => {
    expect(search(twins, '结婚登记').hits.map((hit) => hit.id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('pages cut one order; total counts all', () => {
    const pages = [0, 2, 4, 6].map((offset) => search(twins, '结婚', { limit: 2, offset }));
    expect(pages.flatMap((page) => page.hits.map((hit) => hit.id))).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(pages.map((page) => page.total)).toEqual([5, 5, 5, 5]);
  });

  it('types and filter narrow hits and total', () => {
    expect(search(index, '餐饮', { types: ['bundle'] }).hits.map((hit) => hit.id)).toEqual(['restaurant']);
    const without = search(index, '餐饮', { filter: (id) => id !== 'restaurant' });
    expect(without.hits[0]?.id).toBe('food');
    expect(without.total).toBe(search(index, '餐饮').total - 1);
  });

  it('a prior lifts one of two equal documents', () => {
    const lifted = buildIndex([doc('a', '结婚登记', [], '', ''), { ...doc('b', '结婚登记', [], '', ''), prior: 1.3 }], {
      synonyms: [],
    });
    expect(search(lifted, '结婚登记').hits.map((hit) => hit.id)).toEqual(['b', 'a']);
  });

  it('the full name beats longer names that contain it', () => {
    const names = buildIndex(
      [doc('a', '户口登记注销恢复', [], '户口登记', '户口登记'), doc('b', '户口登记', [], '', '')],
      { synonyms: [] },
    );
    expect(search(names, '户口登记').hits[0]?.id).toBe('b');
  });
});

describe('suggest', () => {
  it('offers names that begin with the letters before those that contain them', () => {
    expect(suggest(index, '公积').map((s) => s.text)).toEqual(['公积金提取', '住房公积金单位缴存登记']);
  });

  it.each([
    ['gjj', 'fund'],
    ['营业执', 'licence'],
    ['餐饮店', 'restaurant'],
    ['小饭馆', 'restaurant'],
    ['E', 'etc'],
  ])('%s → %s', (prefix, id) => {
    expect(suggest(index, prefix)[0]?.id).toBe(id);
  });

  it('keeps to the limit, the types and the filter', () => {
    expect(suggest(index, '登记', { limit: 2 })).toHaveLength(2);
    expect(suggest(index, '餐饮', { types: ['item'] }).map((s) => s.type)).not.toContain('bundle');
    expect(suggest(index, 'etc', { filter: () => false })).toEqual([]);
  });
});

const realNames = new URL('../../../../shared/data/service-items-511602.json', import.meta.url);

describe.skipIf(!existsSync(realNames))('over 1,135 real names (skipped when ../shared is absent)', () => {
  const rows = existsSync(realNames) ? (JSON.parse(readFileSync(realNames, 'utf8')) as RealItem[]) : [];
  const real = rows.map((row, at) => doc(`${row.itemCode}#${at}`, row.name, [], row.department, row.group ?? ''));

  it('finds each item by its own full name among the first five', () => {
    const built = buildIndex(real, { synonyms });
    const missed = real.filter(({ id, fields }) => {
      const same = new Set(real.filter((other) => other.fields.title === fields.title).map((other) => other.id));
      return search(built, fields.title, { limit: 5 }).hits.every((hit) => hit.id !== id && !same.has(hit.id));
    });
    expect(missed.map(({ fields }) => fields.title)).toEqual([]);
  });

  it.each([
    ['离婚', '离婚'],
    ['jiehun dengji', '结婚登记'],
    ['shipin xiaojingyingdian', '食品小经营店'],
    ['开网吧需要什么手续', '互联网上网服务'],
  ])('%s finds %s', (query, part) => {
    const built = buildIndex(real, { synonyms: [{ kind: 'oneWay', from: ['网吧'], to: ['互联网上网服务营业场所'] }] });
    expect(search(built, query).hits[0]?.title).toContain(part);
  });

  it('builds 3,000 documents within a second and answers within two milliseconds', () => {
    const body = rows
      .map((row) => row.name)
      .join('。')
      .slice(0, 40_000);
    const many = Array.from({ length: 3000 }, (_, at): SearchDocument => {
      const row = real[at % real.length] ?? doc('', '', [], '', '');
      const text = body.slice((at * 13) % 39_000, ((at * 13) % 39_000) + 300);
      return { ...row, id: `${at}`, fields: { ...row.fields, body: text } };
    });
    const started = performance.now();
    const built = buildIndex(many, { synonyms });
    const buildMs = performance.now() - started;

    const queries = [
      '我想开个小饭馆要办什么证',
      'yyzz',
      'gongjijin tiqu',
      '结婚登记',
      '道路运输经营许可证注销',
      'a',
      '证',
    ];
    for (const query of queries) search(built, query);
    const perQuery = queries.map((query) => {
      const times = Array.from({ length: 15 }, () => {
        const from = performance.now();
        search(built, query);
        return performance.now() - from;
      });
      return times.sort((a, b) => a - b)[7] ?? Infinity;
    });
    // The promise is 1 s and 2 ms; a shared machine may be several times slower at the moment of the test.
    expect(buildMs).toBeLessThan(4000);
    expect(Math.max(...perQuery)).toBeLessThan(10);
    console.info(
      `search: built 3000 documents in ${buildMs.toFixed(0)} ms; median ms per query: ` +
        queries.map((query, at) => `${query} ${(perQuery[at] ?? 0).toFixed(2)}`).join(', '),
    );
  });
});

interface RealItem {
  name: string;
  department: string;
  group: string | null;
  itemCode: string;
}

function doc(
  id: string,
  title: string,
  aliases: readonly string[],
  keywords: string,
  body: string,
  type = 'item',
): SearchDocument {
  return { id, type, fields: { title, aliases, keywords, body } };
}
