import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { directory } from '../../org/rules/directory.ts';
import { dutiesFile, knowledgeFile, mattersFile, screeningFile, settingsFile } from './definition.ts';
import { countyUnitFor, noTopic, topicOf, topicsIn, townIn } from './directory.ts';
import { hotTopics } from './hot.ts';
import { addMonths, datesFault, staleness } from './knowledge.ts';
import { checkReply, failuresOf } from './quality.ts';
import { ranked, ratesOf, rateText, type Rated } from './rates.ts';
import { redact, redactKnown } from './redact.ts';
import { matterIn, screen } from './screening.ts';
import { triggersFor, type Watched } from './triggers.ts';

const read = (path: string): unknown =>
  parse(readFileSync(resolve(import.meta.dirname, '../../../../data', path), 'utf8'));
const settings = settingsFile.parse(read('hotline/settings.yaml'));
const screening = screeningFile.parse(read('hotline/screening.yaml'));
const matters = mattersFile.parse(read('hotline/matters.yaml'));
const duties = dutiesFile.parse(read('hotline/duties.yaml'));
const knowledge = knowledgeFile.parse(read('hotline/knowledge.yaml'));

describe('screening', () => {
  it.each([
    ['楼下燃气有泄漏的味道', '119'],
    ['邻居正在打人，快来', '110'],
    ['我爸突然昏迷了', '120'],
    ['国道上出车祸了', '122'],
  ])('%s → %s', (text, number) => {
    expect(screen(text, screening)[0]).toMatchObject({ kind: 'emergency', channel: number });
  });

  it.each([
    ['我不服法院的判决', 'litigation'],
    ['对交警处罚决定不服', 'reconsideration'],
    ['我要申请信息公开', 'disclosure'],
    ['举报某局长受贿', 'discipline'],
  ])('%s has a way of its own: %s', (text, id) => {
    expect(screen(text, screening).map((one) => one.id)).toContain(id);
  });

  it('lets ordinary requests through', () => {
    for (const text of ['西大街路灯坏了', '开饭馆要办什么证', '工地夜里施工太吵', '小区没有暖气'])
      expect(screen(text, screening), text).toEqual([]);
  });

  it('knows complaints with statutory terms', () => {
    expect(matterIn('我要对这次招标的评标结果投诉', matters)?.id).toBe('bidding');
    expect(matterIn('政府采购项目不公，要投诉', matters)?.id).toBe('procurement');
    expect(matterIn('路灯坏了', matters)).toBeNull();
  });
});

describe('redaction', () => {
  const identity = { names: ['张秀兰'], numbers: ['13891712301', 'zhang@example.com'] };

  it.each([
    ['我是张秀兰，电话13891712301', '我是＊＊，电话＊＊'],
    ['我叫张 秀 兰', '我叫＊＊'],
    ['电话 138 9171 2301', '电话 ＊＊'],
    ['电话１３８９１７１２３０１', '电话＊＊'],
    ['身份证610329198506120026', '身份证＊＊'],
    ['座机0917-7960310', '座机＊＊'],
    ['邮箱zhang@example.com', '邮箱＊＊'],
    ['路灯坏了5天，在3号楼', '路灯坏了5天，在3号楼'],
  ])('%s', (text, clean) => {
    expect(redact(text, identity)).toBe(clean);
  });

  it('leaves nothing of a name or number wherever it stands, however it is spaced', () => {
    const name = fc.constantFrom('张秀兰', '欧阳明月', '李强', '王.五');
    const number = fc.integer({ min: 0, max: 999_999_999 }).map((tail) => `13${String(tail).padStart(9, '0')}`);
    const filler = fc.string({ unit: fc.constantFrom(...'路灯坏了请修 。，3号楼abc'), maxLength: 12 });
    const gap = fc.constantFrom('', ' ', '-');
    fc.assert(
      fc.property(name, number, filler, filler, filler, gap, (who, phone, a, b, c, sign) => {
        const spaced = `${phone.slice(0, 3)}${sign}${phone.slice(3, 7)}${sign}${phone.slice(7)}`;
        const clean = redactKnown(`${a}${who}${b} ${spaced} ${c}`, { names: [who], numbers: [phone] });
        expect(clean).not.toContain(who);
        expect(clean.replace(/[\s-]/g, '')).not.toContain(phone);
      }),
      { numRuns: 200, seed: 12345 },
    );
  });
});

describe('the dispatch directory', () => {
  it('covers every unit of the county, with words of its own', () => {
    const { units } = directory.parse(read('org/directory.yaml'));
    const listed = new Set(duties.units.map(({ unit }) => unit));
    expect(units.map(({ id }) => id).filter((id) => !listed.has(id))).toEqual([]);
    expect([...listed].filter((id) => !units.some((unit) => unit.id === id))).toEqual([]);
  });

  it.each([
    ['家里停电两天了', 'power-company'],
    ['物业费乱收，小区电梯老坏', 'housing-construction'],
    ['公交车拒载老人', 'transport'],
    ['医保报销一直没到账', 'medical-insurance'],
  ])('%s is first the duty of %s', (text, unit) => {
    expect(topicsIn(text, duties)[0]?.unit).toBe(unit);
  });

  it('finds towns by place, a county unit to copy to, and says when it knows nothing', () => {
    expect(townIn('崔木街道西头', duties)).toBe('town-610329101');
    expect(townIn('不知道哪里', duties)).toBe('');
    expect(countyUnitFor('村里路灯坏了', duties, 'government-office')).toBe('housing-construction');
    expect(countyUnitFor('呜呜', duties, 'government-office')).toBe('government-office');
    expect(topicOf('呜呜', duties)).toBe(noTopic);
  });
});

describe('a reply', () => {
  const asked = { class: 'complaint' as const, title: '路灯不亮', text: '西大街社区路灯坏了一周', contacted: true };
  const good = '您反映的西大街社区路灯问题，已于11月24日更换灯泡三个，恢复照明，当晚试亮正常。';

  it('that says what was done and when passes', () => {
    expect(failuresOf(checkReply({ text: good, result: 'done', doneOn: null }, asked, settings.reply))).toEqual([]);
  });

  it.each([
    [
      '已收到您的诉求，高度重视，将进一步加强管理，请耐心等待，谢谢您的关心和支持，祝您生活愉快。',
      ['empty', 'answers'],
    ],
    ['好的。', ['length']],
    ['您反映的西大街社区路灯坏了的问题我们非常关注，感谢您对城市照明工作的理解与支持。', ['result', 'date']],
  ])('%s does not', (text, rules) => {
    const checks = checkReply({ text, result: 'done', doneOn: null }, asked, settings.reply);
    const failed = checks.filter(({ passed }) => !passed).map(({ rule }) => rule);
    expect(failed).toEqual(expect.arrayContaining(rules));
    for (const { passed, why } of checks) expect(passed || why !== '').toBe(true);
  });

  it('that explains needs a ground, and a complaint a call to the person', () => {
    const text = '您反映的西大街社区路灯，经查11月24日不能装，原因是没有电源。';
    const failed = checkReply(
      { text, result: 'explained', doneOn: null },
      { ...asked, contacted: false },
      settings.reply,
    )
      .filter(({ passed }) => !passed)
      .map(({ rule }) => rule);
    expect(failed).toEqual(expect.arrayContaining(['contact', 'policy']));
  });
});

describe('the three rates', () => {
  const ticket: Rated = {
    unitId: 'a',
    class: 'complaint',
    status: 'closed',
    dispatched: true,
    respondedInTime: true,
    responsePending: false,
    call: { solved: true, satisfaction: 4 },
    excluded: null,
    late: false,
    returns: 0,
    reopens: 0,
  };

  it('are nothing, not zero and not a hundred, when there is nothing to divide by', () => {
    const none = ratesOf([], settings.rates);
    expect(none.response).toEqual({ value: null, numerator: 0, denominator: 0 });
    expect(none.score).toBeNull();
    expect(rateText(none.solution)).toBe('—');
  });

  it('show what they leave out, and count “basically satisfied” as satisfied', () => {
    const rates = ratesOf(
      [
        ticket,
        { ...ticket, respondedInTime: false, call: { solved: false, satisfaction: 3 } },
        { ...ticket, call: null, respondedInTime: false, responsePending: true },
        { ...ticket, call: { solved: true, satisfaction: 2 }, late: true },
        { ...ticket, excluded: '当场答复的咨询' },
        { ...ticket, dispatched: false },
      ],
      settings.rates,
    );
    expect(rates.response).toMatchObject({ numerator: 2, denominator: 3 });
    expect(rates.solution).toMatchObject({ numerator: 2, denominator: 3 });
    expect(rates.satisfaction).toMatchObject({ numerator: 2, denominator: 3 });
    expect(rates.score).toBeCloseTo(200 / 3);
    expect(rates).toMatchObject({ total: 6, assessable: 4, late: 1 });
    expect(rates.excluded).toEqual([
      { why: '当场答复的咨询', count: 1 },
      { why: '还没有派单', count: 1 },
    ]);
  });

  it('rank units; who has no score has no rank', () => {
    const rows = ranked([{ score: null }, { score: 90 }, { score: 95 }, { score: 90 }]);
    expect(rows.map(({ score, rank }) => [score, rank])).toEqual([
      [95, 1],
      [90, 2],
      [90, 2],
      [null, null],
    ]);
  });
});

describe('hot topics', () => {
  const rule = { baselineWeeks: 4, leastCount: 4, factor: 2 };
  it.each([
    [8, 8, true],
    [3, 0, false],
    [4, 0, true],
    [7, 16, false],
    [8, 16, true],
  ])('%i this week after %i in four weeks rises: %s', (count, before, rising) => {
    const [hot] = hotTopics([{ topic: '供热', town: '', class: '', count, before }], rule);
    expect(hot?.rising).toBe(rising);
    expect(hot?.why !== '').toBe(rising);
  });
});

describe('knowledge', () => {
  const entry = { validFrom: '2026-01-01', validUntil: null, verifiedOn: '2026-01-31' };
  it('is served while it is valid and was looked at', () => {
    expect(staleness(entry, '2026-11-23', 12)).toBeNull();
    expect(staleness(entry, '2027-02-01', 12)).toMatch(/12个月/);
    expect(staleness({ ...entry, validUntil: '2026-11-22' }, '2026-11-23', 12)).toBe('有效期已过');
    expect(staleness({ ...entry, validFrom: '2026-12-01' }, '2026-11-23', 12)).toMatch(/生效/);
  });
  it('counts months to the corresponding day', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2026-11-30', -12)).toBe('2025-11-30');
    expect(addMonths('2024-02-29', 12)).toBe('2025-02-28');
  });
  it('refuses dates in the wrong order', () => {
    expect(datesFault({ validFrom: '2026-11-02', validUntil: '2026-11-01' }, '2026-01-01')).toMatch(/早于/);
    expect(datesFault({ validFrom: '2026-01-01', validUntil: '2026-02-01' }, '2026-11-01')).toMatch(/过了/);
    expect(datesFault({ validFrom: '2026-01-01', validUntil: null }, '2026-11-01')).toBeNull();
  });
  it('begins with at least forty entries, each with an owner and a source', () => {
    expect(knowledge.length).toBeGreaterThanOrEqual(40);
    expect(new Set(knowledge.map(({ id }) => id)).size).toBe(knowledge.length);
    const units = new Set(duties.units.map(({ unit }) => unit));
    expect(knowledge.filter(({ unit }) => !units.has(unit))).toEqual([]);
  });
});

describe('supervision', () => {
  const calm: Watched = {
    id: 't',
    no: '1',
    unitId: 'a',
    status: 'signed',
    daysLate: 0,
    daysUnsigned: 0,
    returnsOfUnit: 0,
    designated: false,
    reopens: 0,
    repeats: 0,
    outcome: null,
  };
  it.each([
    [{}, []],
    [{ daysLate: 1 }, ['overdue']],
    [{ daysUnsigned: 3 }, ['refuses']],
    [{ repeats: 5 }, ['repeated']],
    [{ reopens: 2 }, ['reopened']],
    [{ designated: true, returnsOfUnit: 1 }, ['return']],
    [{ outcome: 'unsolved', status: 'closed' }, ['unsolved']],
  ])('%o asks for %j', (over, wanted) => {
    const found = triggersFor({ ...calm, ...over }, settings);
    expect(found.map(({ trigger }) => trigger)).toEqual(wanted);
    for (const { reason } of found) expect(reason).toContain('工单1');
  });
});
