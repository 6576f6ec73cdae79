import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeTickets } from './fixtures/tickets.ts';
import { evaluateKnowledge, knowledgeIndex, similarTexts } from './index.ts';

const entries = [
  { id: 'card', title: '社会保障卡补办', text: '社保卡遗失的，持身份证到社保服务窗口或者合作银行补办，当场领取。' },
  { id: 'move', title: '户口迁移', text: '夫妻投靠落户，携带双方户口簿、身份证、结婚证，到迁入地派出所办理。' },
  { id: 'water', title: '自来水报修', text: '停水、水压不足、水管破裂，拨打供水公司服务电话，两小时内到场。' },
  { id: 'wage', title: '农民工工资', text: '被拖欠工资的，可以向劳动保障监察机构投诉，也可以申请劳动仲裁。' },
  {
    id: 'reply',
    text: '网友您好！您的来信已收悉，现回复如下：翠竹小区三栋电梯已经维修完毕。感谢您对我们工作的关注和支持！',
  },
];
const first = (query: string): string | undefined => knowledgeIndex(entries).search(query)[0]?.id;

describe('searching the knowledge base', () => {
  it.each([
    ['尊敬的领导您好！我的社保卡掉了，怎么补？', 'card'],
    ['老婆的户口想迁过来要带什么', 'move'],
    ['包工头跑了，血汗钱一分没给', 'wage'],
    ['屋头没水了两天', 'water'],
    ['翠竹小區電梯壞了幾時修好', 'reply'],
    ['社　保　卡　丢　了', 'card'],
  ])('%s', (query, id) => {
    expect(first(query)).toBe(id);
  });

  it('is not led astray by courtesies', () => {
    expect(knowledgeIndex(entries).search('您好！感谢您对我们工作的关注和支持！特此回复。')).toEqual([]);
    expect(knowledgeIndex(entries).search('')).toEqual([]);
  });

  it('says which words were found and how much of the question they are', () => {
    const [hit] = knowledgeIndex(entries).search('社保卡补办');
    expect(hit?.id).toBe('card');
    expect(hit?.matched).toContain('社保卡');
    expect(hit?.coverage).toBeGreaterThan(0.8);
    const [far] = knowledgeIndex(entries).search('请问办理烟花爆竹经营许可要多久，到哪里申请');
    expect(far?.coverage ?? 0).toBeLessThan(0.2);
  });

  it('uses the words that staff declared equal', () => {
    const synonyms = [{ kind: 'oneWay' as const, from: ['吃皇粮的本本'], to: ['社会保障卡'] }];
    expect(knowledgeIndex(entries, { synonyms }).search('吃皇粮的本本')[0]?.id).toBe('card');
    expect(knowledgeIndex(entries).search('吃皇粮的本本')[0]?.id).not.toBe('card');
  });

  it('follows what is added, replaced and removed', () => {
    const index = knowledgeIndex(entries);
    index.add({ id: 'bee', text: '蜂农补贴每箱五十元' });
    expect(index.search('蜂农补贴').map(({ id }) => id)[0]).toBe('bee');
    index.replace({ id: 'bee', text: '此条已经并入养殖补贴' });
    expect(index.search('蜂农').map(({ id }) => id)).not.toContain('bee');
    expect(index.remove('bee')).toBe(true);
    expect(index.remove('bee')).toBe(false);
    expect(index.search('养殖补贴').map(({ id }) => id)).not.toContain('bee');
    expect(index.size).toBe(entries.length);
    expect(index.search('社保卡', { filter: (id) => id !== 'card' }).map(({ id }) => id)).not.toContain('card');
  });

  it('does not depend on the order of the entries and finds each by its own words', () => {
    const made = madeTickets(300, 5).map(({ id, text }) => ({ id, text }));
    const [forth, back] = [knowledgeIndex(made), knowledgeIndex([...made].reverse())];
    fc.assert(
      fc.property(fc.constantFrom(...made), ({ text }) => {
        const hits = forth.search(text);
        expect(back.search(text)).toEqual(hits);
        expect(made.find(({ id }) => id === hits[0]?.id)?.text).toBe(text);
      }),
      { seed: 7, numRuns: 40 },
    );
  });

  it('is measured by the usual figures', () => {
    expect(evaluateKnowledge([1, 2, null, 5])).toEqual({
      queries: 4,
      mrr: 1.7 / 4,
      hit1: 0.25,
      hit3: 0.5,
      hit10: 0.75,
    });
    expect(evaluateKnowledge([])).toMatchObject({ queries: 0, mrr: 0 });
  });
});

describe('similar tickets', () => {
  const open = similarTexts([
    { id: 'a', text: '翠竹小区3栋电梯坏了，老人下不了楼' },
    { id: 'b', text: '翠竹小区门口路灯不亮' },
    { id: 'c', text: '大湾村自来水停了三天' },
  ]);

  it('are those about the same thing, the most alike first', () => {
    const near = open.near('您好，翠竹小区3栋的电梯又坏了，老人下不了楼，请尽快处理');
    expect(near[0]?.id).toBe('a');
    expect(near[0]?.similarity).toBeGreaterThan(0.5);
    expect(near.map(({ id }) => id)).not.toContain('c');
    expect(open.near('翠竹小区3栋电梯坏了，老人下不了楼')[0]).toEqual({ id: 'a', similarity: 1 });
    expect(open.near('翠竹小区电梯坏了', { filter: (id) => id !== 'a' }).map(({ id }) => id)).not.toContain('a');
  });

  it('are none for an empty text, and closed ones go', () => {
    expect(open.near('😀')).toEqual([]);
    const own = similarTexts([{ id: 'x', text: '桥断了' }]);
    expect(own.near('桥断了')).toHaveLength(1);
    own.remove('x');
    expect(own.near('桥断了')).toEqual([]);
    expect(own.size).toBe(0);
  });
});
