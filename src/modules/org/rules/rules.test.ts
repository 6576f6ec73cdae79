import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isSessionCsrfToken, isVisitorCsrfToken, sessionCsrfToken, visitorCsrfToken } from './csrf.ts';
import { directory } from './directory.ts';
import { effectiveGrants, isLawfulDelegationTerm, isWithin, type HeldRole } from './grants.ts';
import { isCrowded, lockedUntil, lockMs } from './lock-out.ts';
import { nameResolver } from './names.ts';

const county = directory.parse(
  parse(readFileSync(resolve(import.meta.dirname, '../../../../data/org/directory.yaml'), 'utf8')),
);
const resolveName = nameResolver(county.region.name, county.units, county.collectives);
const unit = (id: string) => ({ kind: 'unit', id });

describe('names written in documents', () => {
  it.each([
    ['县行政审批局', 'approval-bureau'],
    ['行政审批局', 'approval-bureau'],
    ['麟游县行政审批服务局', 'approval-bureau'],
    ['县行政审批局（县政务服务中心）', 'approval-bureau'],
    ['政务服务中心', 'approval-bureau'],
    ['县政务服务中心', 'approval-bureau'],
    ['县数字化信息服务中心', 'digital-centre'],
    ['县数字化信息中心', 'digital-centre'],
    ['数字化信息中心', 'digital-centre'],
    ['麟游县人民政府办公室', 'government-office'],
    ['县政府办公室', 'government-office'],
    ['县住建局', 'housing-construction'],
    ['县住建局（县人防办）', 'housing-construction'],
    ['县住建局（县人防办、县地震局）', 'housing-construction'],
    ['县住建局(县人防办、县地震局', 'housing-construction'],
    ['县人防办', 'housing-construction'],
    ['县地震局', 'housing-construction'],
    ['县工信局（县科技局）', 'industry-it'],
    ['县科技局', 'industry-it'],
    ['县委宣传部（县融媒体中心）', 'publicity-dept'],
    ['县融媒体中心', 'publicity-dept'],
    ['县职转和营商办', 'reform-office'],
    ['县纪委监委', 'discipline'],
    ['县法院', 'court'],
    ['县检察院', 'procuratorate'],
    ['县供电分公司', 'power-company'],
    ['陕西省水务集团麟游县供水有限公司', 'water-company'],
    ['宝鸡中燃麟游燃气发展有限公司', 'gas-company'],
    ['园区管委会', 'park-committee'],
    ['九成宫镇', 'town-610329100'],
    ['麟游县九成宫镇', 'town-610329100'],
    ['丈八镇', 'town-610329106'],
    ['县公\n安局', 'public-security'],
    ['**县税务局**', 'tax'],
    ['县税务局、', 'tax'],
    ['麟游县财政局', 'finance'],
    ['財政局', null],
    // Every department of the reference file's plate list is one unit, and nothing outside the county is any.
    ['市财政局', null],
    ['宝鸡市税务局', null],
    ['陈仓区住建局', null],
    ['省水利厅', null],
    ['县', null],
    ['局', null],
    ['', null],
    ['（县人防办）', null],
    ['县住建局、县水利局', null],
  ])('%s → %s', (text, id) => {
    expect(resolveName(text)).toEqual(id === null ? null : unit(id));
  });

  it.each(['各镇', '各部门', '各镇、各部门', '等部门及各镇', '等相关部门及各镇', '县级有关部门', '县级有关部门及各镇'])(
    '%s is a collective, never a unit',
    (text) => expect(resolveName(text)).toMatchObject({ kind: 'collective' }),
  );

  it('gives up on a short form that two units share, but not on a name that one of them bears', () => {
    const plain = { fullName: '', aliases: [], hungNames: [] };
    const resolve2 = nameResolver(
      '甲县',
      [
        { ...plain, id: 'a', name: '县档案局', fullName: '甲县档案局' },
        { ...plain, id: 'b', name: '甲县档案局乙站', fullName: '甲县档案局乙站', aliases: ['县水站点'] },
        { ...plain, id: 'c', name: '县水站点办', fullName: '甲县水站点办', aliases: ['水站点'] },
      ],
      [],
    );
    expect(resolve2('档案局')).toEqual(unit('a'));
    expect(resolve2('县水站点')).toEqual(unit('b'));
    expect(resolve2('水站点')).toEqual(unit('c'));
    expect(resolve2('甲县水站点')).toBeNull();
  });

  const plan = resolve(import.meta.dirname, '../../../../../shared/data/plan-linyou-2022.txt');
  it.skipIf(!existsSync(plan))(
    'knows every department that the plan calls a lead department (skipped without the plan text)',
    () => {
      const text = readFileSync(plan, 'utf8');
      const names = [...text.matchAll(/牵头部门[：:]\s*([^）)]+)[）)]/g)].flatMap((match) =>
        (match[1] ?? '').split('、'),
      );
      expect(names.length).toBeGreaterThan(15);
      expect(names.filter((name) => resolveName(name)?.kind !== 'unit')).toEqual([]);
    },
  );
});

describe('grants', () => {
  const role = (over: Partial<HeldRole>): HeldRole => ({
    roleId: 'officer',
    permissions: ['task.read'],
    units: ['a'],
    fromOn: '2026-01-01',
    untilOn: null,
    ...over,
  });
  const lent = {
    roles: ['officer'],
    fromOn: '2026-11-01',
    untilOn: '2026-11-30',
    lenderActive: true,
    held: [role({ units: ['b'] })],
  };
  const unitsOf = (...args: Parameters<typeof effectiveGrants>) => effectiveGrants(...args)[0]?.units;

  it('unites the units of several roles, and all beats a list', () => {
    expect(unitsOf([role({}), role({ units: ['b'] })], [], '2026-11-23')).toEqual(['a', 'b']);
    expect(unitsOf([role({}), role({ units: null }), role({ units: ['c'] })], [], '2026-11-23')).toBe('all');
  });
  it('holds from the first to the last day, both included', () => {
    const term = { fromOn: '2026-11-23', untilOn: '2026-11-24' };
    expect(['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25'].map((day) => isWithin(term, day))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
  it('adds what a colleague lent while the loan runs', () => {
    expect(unitsOf([], [lent], '2026-11-23')).toEqual(['b']);
    expect(unitsOf([], [lent], '2026-10-31')).toBeUndefined();
    expect(unitsOf([], [lent], '2026-12-01')).toBeUndefined();
  });
  it('gives only what the lender holds himself today', () => {
    expect(unitsOf([], [{ ...lent, lenderActive: false }], '2026-11-23')).toBeUndefined();
    expect(unitsOf([], [{ ...lent, held: [role({ untilOn: '2026-11-20' })] }], '2026-11-23')).toBeUndefined();
    expect(unitsOf([], [{ ...lent, roles: ['unit-leader'] }], '2026-11-23')).toBeUndefined();
  });
  it.each([
    ['2026-11-23', '2026-11-23', true],
    ['2026-11-23', '2027-01-21', true],
    ['2026-11-23', '2027-01-22', false],
    ['2026-11-22', '2026-11-30', false],
    ['2026-11-25', '2026-11-24', false],
    ['2026-12-01', '2026-12-31', true],
  ])('a delegation %s – %s may be made on 2026-11-23: %s', (from, until, lawful) => {
    expect(isLawfulDelegationTerm(from, until, '2026-11-23')).toBe(lawful);
  });
});

describe('lock-out', () => {
  it.each([
    [4, 0],
    [5, 1],
    [6, 2],
    [7, 4],
    [10, 32],
    [11, 60],
    [500, 60],
  ])('failure %i locks a login name for %i minutes', (failures, minutes) =>
    expect(lockMs('login', failures)).toBe(minutes * 60_000),
  );
  it('lets an address fail more often than a name', () => {
    expect(lockMs('address', 29)).toBe(0);
    expect(lockMs('address', 30)).toBe(60_000);
    expect(lockedUntil('address', 30, '2026-11-23T01:00:00.000Z')).toBe('2026-11-23T01:01:00.000Z');
    expect(lockedUntil('login', 1, '2026-11-23T01:00:00.000Z')).toBeNull();
  });
  it('counts guesses that are still being checked', () => {
    expect(isCrowded('login', 0, 4)).toBe(false);
    expect(isCrowded('login', 0, 5)).toBe(true);
    expect(isCrowded('login', 4, 0)).toBe(false);
    expect(isCrowded('login', 4, 1)).toBe(true);
    expect(isCrowded('login', 9, 0)).toBe(false);
  });
});

describe('csrf', () => {
  const visitor = 'v'.repeat(43);
  it('binds a token to its session and its installation', () => {
    const token = sessionCsrfToken('secret', 'session-1');
    expect(isSessionCsrfToken('secret', 'session-1', token)).toBe(true);
    expect(isSessionCsrfToken('secret', 'session-2', token)).toBe(false);
    expect(isSessionCsrfToken('other', 'session-1', token)).toBe(false);
    for (const wrong of [undefined, '', `${token}x`, 7, [token]])
      expect(isSessionCsrfToken('secret', 'session-1', wrong)).toBe(false);
  });
  it("accepts a visitor's form only with the cookie it was made for", () => {
    const token = visitorCsrfToken('secret', visitor);
    expect(isVisitorCsrfToken('secret', visitor, token)).toBe(true);
    expect(isVisitorCsrfToken('secret', `w${visitor.slice(1)}`, token)).toBe(false);
    expect(isVisitorCsrfToken('secret', undefined, visitorCsrfToken('secret', ''))).toBe(false);
    expect(isVisitorCsrfToken('secret', '', visitorCsrfToken('secret', ''))).toBe(false);
    // A token of one kind is none of the other.
    expect(isSessionCsrfToken('secret', visitor, token)).toBe(false);
  });
});
