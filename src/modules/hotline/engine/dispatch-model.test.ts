import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeTickets } from './fixtures/tickets.ts';
import { EngineFormatError, evaluateDispatch, loadDispatch, trainDispatch, type DutyLexicon } from './index.ts';
import { shuffled } from './order.ts';

const seed = 20240611;
const rows = madeTickets(500);
const train = rows.slice(0, 350);
const test = rows.slice(350);
const model = trainDispatch(train);
const question = '望江街道翠竹小区3栋的电梯坏了半个月，物业说没有钱修';

const lexicon: DutyLexicon = [
  { department: '供电公司', duties: [{ word: '电表' }, { word: '停电', weight: 2 }] },
  { department: '住房建设局', duties: [{ word: '电梯维修' }, { word: '物业' }] },
];

describe('suggesting a unit', () => {
  it('finds most units of tickets it has not seen', () => {
    const { top1, top3, automaticShare, automaticPrecision } = evaluateDispatch(model, test);
    // One in twelve is wrong on purpose, so .92 is the ceiling.
    expect(top1).toBeGreaterThan(0.8);
    expect(top3).toBeGreaterThan(0.85);
    expect(automaticShare === 0 ? 1 : automaticPrecision).toBeGreaterThan(0.85);
  });

  it('gives three units with reasons from the text, and past tickets of that unit', () => {
    const { suggestions, margin } = model.suggest(question, { lexicon });
    expect(suggestions).toHaveLength(3);
    const [first] = suggestions;
    expect(first?.department).toBe('住房建设局');
    expect(first?.probability).toBeCloseTo(margin, 5);
    expect(first?.reasons.duties).toEqual(['物业']);
    expect(first?.reasons.words.some((word) => word.includes('电梯'))).toBe(true);
    expect(first?.reasons.words.every((word) => question.includes(word))).toBe(true);
    expect(first?.reasons.similar.length).toBeGreaterThan(0);
    for (const { id } of first?.reasons.similar ?? [])
      expect(train.find((row) => row.id === id)?.department).toBe('住房建设局');
  });

  it('does not depend on the order of the rows it learnt from', () => {
    const few = train.slice(0, 120);
    const other = trainDispatch([...shuffled(few.length, 3)].map((at) => few[at] ?? { text: '', department: '' }));
    const same = trainDispatch(few);
    for (const { text } of test.slice(0, 40)) expect(other.suggest(text)).toEqual(same.suggest(text));
  });

  it('gives probabilities that never add up to more than 1, for whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc.constantFrom('', '😀😀', '。。', '１１０', 'x'.repeat(90_000), '物'.repeat(50_000)),
        ),
        (text) => {
          const { suggestions } = model.suggest(text, { top: 100, lexicon });
          const sum = suggestions.reduce((all, { probability }) => all + probability, 0);
          expect(sum).toBeLessThanOrEqual(1);
          expect(suggestions.every(({ probability }) => probability >= 0 && probability <= 1)).toBe(true);
          expect(suggestions.length).toBeGreaterThanOrEqual(model.departments.length);
        },
      ),
      { seed, numRuns: 30 },
    );
  });

  it('leaves out the units that are out of the question, and is then never automatic', () => {
    const { suggestions, automatic } = model.suggest(question, { exclude: ['住房建设局'] });
    expect(suggestions.map(({ department }) => department)).not.toContain('住房建设局');
    expect(automatic).toBe(false);
  });
});

describe('dispatching without a person', () => {
  it('is out of the question with few tickets, however alike they are', () => {
    const few = Array.from({ length: 199 }, (_, at) => ({
      text: at % 2 === 0 ? `电梯坏了${at}` : `路灯不亮${at}`,
      department: at % 2 === 0 ? '甲' : '乙',
    }));
    const model = trainDispatch(few);
    expect(model.automaticMargin).toBeNull();
    expect(model.suggest('电梯坏了').automatic).toBe(false);
    const enough = trainDispatch([...few, { text: '电梯坏了200', department: '甲' }]);
    expect(enough.suggest('电梯坏了').automatic).toBe(true);
    expect(enough.suggest('😀').automatic).toBe(false);
  });

  it('asks for more the higher the wanted precision', () => {
    const some = train.slice(0, 240);
    const strict = trainDispatch(some, { precision: 0.99 });
    const lax = trainDispatch(some, { precision: 0.7 });
    expect(evaluateDispatch(lax, test).automaticShare).toBeGreaterThan(evaluateDispatch(strict, test).automaticShare);
    expect(strict.automaticMargin ?? 1).toBeGreaterThanOrEqual(lax.automaticMargin ?? 1);
  });

  it('is never tried when the labels tell nothing', () => {
    const noise = train.slice(0, 240).map(({ text }, at) => ({ text, department: `单位${(at * 7) % 5}` }));
    expect(trainDispatch(noise).automaticMargin).toBeNull();
  });
});

describe('learning from what happened', () => {
  const chanceOf = (of: ReturnType<typeof trainDispatch>, department: string, text = question): number =>
    of.suggest(text, { top: 100 }).suggestions.find((one) => one.department === department)?.probability ?? 0;

  it('raises a unit for texts like the one it confirmed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...test.slice(0, 30)),
        fc.constantFrom(...model.departments),
        ({ text }, department) => {
          const learner = loadDispatch(model.toBuffer());
          const before = chanceOf(learner, department, text);
          for (let time = 0; time < 3; time += 1) learner.learn({ text, department });
          const after = chanceOf(learner, department, text);
          if (before < 0.9999) expect(after).toBeGreaterThan(before);
        },
      ),
      { seed, numRuns: 25 },
    );
  });

  it('lowers a unit that returned the ticket', () => {
    const learner = loadDispatch(model.toBuffer());
    const before = chanceOf(learner, '住房建设局');
    learner.unlearn({ id: 'r1', text: question, department: '住房建设局' });
    expect(chanceOf(learner, '住房建设局')).toBeLessThan(before);
    learner.unlearn({ text: question, department: '没有这个单位' });
  });

  it('takes in a unit that did not exist, and words that nobody used before', () => {
    const learner = loadDispatch(model.toBuffer());
    for (let at = 0; at < 6; at += 1) learner.learn({ text: `蜂场的蜂箱被熊掀翻了${at}`, department: '林业局' });
    expect(learner.suggest('蜂箱又被熊掀翻').suggestions[0]?.department).toBe('林业局');
    expect(learner.rows).toBe(model.rows + 6);
  });

  it('starts from nothing, and says when it is time to train anew', () => {
    const learner = trainDispatch([]);
    expect(learner.suggest(question).suggestions).toEqual([]);
    expect(learner.suggest('家里停电了', { lexicon }).suggestions[0]).toMatchObject({
      department: '供电公司',
      reasons: { duties: ['停电'], words: [], similar: [] },
    });
    train.slice(0, 49).forEach((row) => learner.learn(row));
    expect(learner.refitDue).toBe(false);
    learner.learn({ text: '家里停电了', department: '供电公司' });
    expect(learner.refitDue).toBe(true);
    expect(learner.suggest('又停电了').suggestions[0]?.department).toBe('供电公司');
  });
});

describe('a stored model', () => {
  it('says the same after loading', () => {
    const learner = loadDispatch(model.toBuffer());
    learner.learn({ id: 'n1', text: '桥头的路灯不亮', department: '城市管理局' });
    const loaded = loadDispatch(learner.toBuffer());
    for (const { text } of test.slice(0, 30)) expect(loaded.suggest(text)).toEqual(learner.suggest(text));
    expect(loaded.calibration).toEqual(model.calibration);
  });

  it('of another version is refused', () => {
    const bytes = model.toBuffer();
    expect(() => loadDispatch(new Uint8Array(0))).toThrow(EngineFormatError);
    expect(() => loadDispatch(bytes.subarray(0, bytes.length - 64))).toThrow(EngineFormatError);
    const other = bytes.slice();
    other[1] = 0;
    expect(() => loadDispatch(other)).toThrow(EngineFormatError);
  });

  it('keeps no text', () => {
    const bytes = Buffer.from(trainDispatch([{ id: '1', text: '张三电话一三八零', department: '甲' }]).toBuffer());
    expect(bytes.includes('张三')).toBe(false);
    expect(bytes.includes('甲')).toBe(true);
  });
});
