import { existsSync, readFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { sql } from '../../kernel/db.ts';
import { modules } from '../../modules.ts';
import { directory } from '../org/rules/directory.ts';
import { nameResolver } from '../org/rules/names.ts';
import { planFile, planSettings } from './rules/definition.ts';
import { targetText } from './rules/target.ts';

/** The county's own plan as it lies in `data/`: complete, of known units, with figures that the platform can compute. */

const data = resolve(import.meta.dirname, '../../../data');
const domain = resolve(data, '../../shared/domain/measures.md');
const yaml = (name: string): unknown => parse(readFileSync(resolve(data, name), 'utf8'));

const plan = planFile.parse(yaml('plans/2022.yaml'));
const settings = planSettings.parse(yaml('plans/settings.yaml'));
const county = directory.parse(yaml('org/directory.yaml'));
const resolveName = nameResolver(county.region.name, county.units, county.collectives);

const entries = [...plan.measures, ...plan.subItems];
const measure = (no: number) => {
  const found = plan.measures.find((one) => one.no === String(no));
  if (found === undefined) throw new Error(`no measure ${no}`);
  return found;
};
const promises = plan.measures.flatMap((one) => one.targets.map((target) => ({ no: one.no, ...target })));
const computed = entries.flatMap((one) => one.targets.filter((target) => target.how === 'computed'));
const registry = new Map(modules.flatMap((one) => one.indicators ?? []).map((one) => [one.name, one]));

describe('the plan of 2022 in the county data', () => {
  it('has 99 measures, 26 sub-items and 19 areas, in order and without gaps', () => {
    expect(plan.measures.map((one) => one.no)).toEqual(Array.from({ length: 99 }, (_, index) => String(index + 1)));
    expect(plan.areas.map((one) => one.no)).toEqual(Array.from({ length: 19 }, (_, index) => index + 1));
    const counts = Object.entries({ 一: 4, 二: 3, 三: 4, 四: 4, 五: 5, 六: 3, 七: 3 });
    expect(plan.subItems.map((one) => one.no)).toEqual(
      counts.flatMap(([reform, count]) => Array.from({ length: count }, (_, index) => `${reform}(${index + 1})`)),
    );
  });

  it('puts every measure into its area; the last five and the sub-items into none', () => {
    const last = [5, 12, 19, 23, 27, 31, 32, 37, 41, 46, 50, 54, 57, 61, 75, 78, 86, 93, 94];
    for (const one of plan.measures) {
      const area = last.findIndex((no) => Number(one.no) <= no) + 1;
      expect(one.area, one.no).toBe(area === 0 ? null : area);
    }
    expect(plan.subItems.every((one) => one.area === null)).toBe(true);
  });

  it('says of every entry what is to be done, shortly, once', () => {
    for (const one of entries) {
      expect(one.title.length, one.no).toBeGreaterThan(3);
      expect(one.summary, one.no).toMatch(/^.{10,90}。$/u);
      expect(one.summary.split('。').length, one.no).toBeLessThanOrEqual(3);
    }
    expect(new Set(entries.map((one) => one.summary)).size).toBe(entries.length);
    expect(new Set(entries.map((one) => one.title)).size).toBe(entries.length);
  });

  it('knows every unit, and names none of them twice in one entry', () => {
    const known = new Set(county.units.map((unit) => unit.id));
    for (const one of entries) {
      const named = [...one.leads, ...one.supporters];
      expect(
        named.filter((id) => !known.has(id)),
        one.no,
      ).toEqual([]);
      expect(new Set(named).size, one.no).toBe(named.length);
    }
    expect(plan.areas.flatMap((area) => area.leads).filter((id) => !known.has(id))).toEqual([]);
  });

  it('keeps collective bodies as written, known to the directory and never as units', () => {
    for (const one of entries) {
      expect(one.collectives, one.no).toHaveLength(1);
      for (const name of one.collectives) expect(resolveName(name), one.no).toMatchObject({ kind: 'collective' });
    }
  });

  it('gives number 98 no lead, everybody else one', () => {
    expect(entries.filter((one) => one.leads.length === 0).map((one) => one.no)).toEqual(['98']);
    expect(measure(98)).toMatchObject({
      impliedLead: false,
      supporters: ['publicity-dept', 'reform-office', 'approval-bureau'],
    });
    expect(entries.some((one) => one.impliedLead)).toBe(false);
  });

  it('names the sponsors as the directory knows them', () => {
    const leaders = county.leaders.flatMap((one) => one.areas.map((area) => `${area} ${one.title}${one.name}`));
    const sponsors = plan.areas.flatMap((area) => area.sponsors.map((name) => `${area.no} ${name}`));
    expect(sponsors.sort()).toEqual(leaders.sort());
  });

  it('has milestones and deadlines only inside the plan', () => {
    for (const one of entries) {
      for (const day of [one.deadline, ...one.milestones.map(({ due }) => due)]) {
        if (day !== undefined) expect(day >= plan.startsOn && day <= plan.endsOn, one.no).toBe(true);
      }
    }
    expect(entries.filter((one) => one.milestones.length > 0).map((one) => one.no)).toEqual(['26', '34', '99']);
  });
});

describe('its targets', () => {
  it('are the 32 of the plan, with these numbers', () => {
    expect(promises).toHaveLength(32);
    const numbers = promises.map(({ no, comparator, value, unit }) => `${no} ${comparator} ${value ?? '—'}${unit}`);
    expect(numbers).toEqual([
      ...['1 <= 1.5工作日', '1 = 0项', '1 <= 1工作日', '3 = 100%', '6 <= 60工作日', '6 <= 95工作日'],
      ...['13 <= 13工作日', '13 change<= -0.08小时/户', '17 <= 6.15小时/户', '17 >= 99.929%'],
      ...['21 <= 10工作日', '21 <= 2小时', '21 <= 4工作日', '21 <= 15工作日'],
      ...['25 <= 4工作日', '25 <= 2工作日', '25 = 0工作日', '26 = 100%', '28 <= 80小时', '34 >= 1个'],
      ...['38 series>= —%', '39 <= 1.5%', '51 >= 90%', '63 = 100%', '63 = 100%', '65 up —分', '66 = 100%', '66 >= 70%'],
      ...['67 up —人', '72 up —%', '72 = 100%', '77 >= 5次'],
    ]);
    const restated = plan.subItems.flatMap((one) => one.targets.map(({ value }) => `${one.no} ${value ?? ''}`));
    expect(restated).toEqual(['一(2) 95', '一(2) 60', '一(2) 15']);
  });

  it('say how they are read and can be put into words', () => {
    for (const target of entries.flatMap((one) => one.targets)) {
      expect(target.note, target.subject).not.toBe('');
      expect(targetText(target)).toContain(target.subject);
    }
  });

  it('have no number only where the plan compares with something else, and no baseline that nobody measured', () => {
    for (const target of promises) {
      const isOpen = ['up', 'down', 'series>='].includes(target.comparator);
      expect(target.value === null, target.subject).toBe(isOpen);
      expect(target.baseline === null || target.baselineSource !== '', target.subject).toBe(true);
    }
  });

  it('are computed by the platform at least fifteen times, by formulas that exist and take their parameters', () => {
    expect(promises.filter((target) => target.how === 'computed').length).toBeGreaterThanOrEqual(15);
    for (const target of computed) {
      const source = registry.get(target.formula ?? '');
      if (source === undefined) throw new Error(`${target.subject}: no formula ${target.formula ?? ''}`);
      const params = source.params.safeParse(target.params);
      expect(params.success, target.subject).toBe(true);
      expect(params.data, `${target.subject}: a parameter that nobody reads`).toMatchObject(target.params);
      expect(source.unit, target.subject).toBe(target.unit);
    }
  });

  it('speak of items, bundles, types and kinds that the county has', async () => {
    const names = async (folder: string) => (await readdir(resolve(data, folder))).map((name) => name.slice(0, -5));
    const items = await names('catalogue/items');
    const bundles = await names('catalogue/bundles');
    const types = (yaml('projects/types.yaml') as { types: { id: string }[] }).types.map((one) => one.id);
    const kinds = settings.submissionKinds.map((one) => one.id);
    for (const { params, subject } of computed) {
      for (const id of (params.items ?? []) as string[]) expect(items, subject).toContain(id);
      for (const id of [params.service, params.bundle]) if (id !== undefined) expect(bundles, subject).toContain(id);
      if (params.type !== undefined) expect(types, subject).toContain(params.type);
      if (params.kind !== undefined) expect(kinds, subject).toContain(params.kind);
    }
  });
});

describe('at first start', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.stop());

  it('is entered into the ledger whole', async () => {
    const [row] = await platform.services.db.rows<{ measures: number; subItems: number; targets: number }>(sql`
      select count(*) filter (where m.kind = 'measure')::int as measures, count(*) filter (where m.kind = 'subItem')::int as "subItems",
        sum((select count(*) from plans.target t where t.region = m.region and t.measure_id = m.id))::int as targets
      from plans.measure m join plans.plan p on p.region = m.region and p.id = m.plan_id where p.year = 2022`);
    expect(row).toEqual({ measures: 99, subItems: 26, targets: 35 });
  });

  it('has every formula computed over its year, with what is behind it', async () => {
    const period = { from: '2022-01-01', to: '2022-12-31' };
    for (const { formula = '', params, subject } of computed) {
      const source = platform.indicators.get(formula);
      if (source === undefined) throw new Error(`${subject}: no formula ${formula}`);
      const given = source.params.parse(params) as never;
      const [reading, behind] = await platform.asSystem(async (tx) => [
        await source.compute(tx, given, period),
        await source.behind(tx, given, period, { page: 1, size: 5 }),
      ]);
      // What nobody did in that year is unknown, not zero; what the catalogue says and what is counted is known.
      const isKnown = formula.startsWith('catalogue.') || formula.startsWith('plans.');
      expect(reading.value === null, `${subject}: ${String(reading.value)}`).toBe(!isKnown);
      expect(behind.total > 0, subject).toBe(formula.startsWith('catalogue.'));
    }
  });
});

const isHere = existsSync(domain);
describe.skipIf(!isHere)(`against the table of measures${isHere ? '' : ' (skipped: ../shared is not there)'}`, () => {
  it('has the leads of every measure and every reform', async () => {
    const rows = (await readFile(domain, 'utf8')).split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    // A bracketed name hangs on its unit; a remark in 【】 is the table's own.
    const unitsIn = (cell: string) =>
      cell
        .replace(/【.*?】/g, '')
        .split(/、(?![^（]*）)/)
        .map((name) => resolveName(name)?.id ?? `?${name}`);
    // The table of quotas further down has numbers in front too, but fewer columns.
    const table = rows.filter((row) => row.length === 7 && /^\d+$/.test(row[1] ?? ''));
    expect(table).toHaveLength(99);
    for (const [, no = '', , leads = ''] of table) {
      const one = measure(Number(no));
      expect(no === '98' ? one.supporters : one.leads, no).toEqual(unitsIn(leads));
    }
    const reforms = rows.filter((row) => /^（[一二三四五六七]）$/.test(row[1] ?? ''));
    expect(reforms).toHaveLength(7);
    for (const [, no = '', , count = '', leads = ''] of reforms) {
      const parts = plan.subItems.filter((one) => one.no.startsWith(`${no.slice(1, 2)}(`));
      expect(parts, no).toHaveLength(Number(count));
      for (const part of parts) expect(part.leads, part.no).toEqual(unitsIn(leads));
    }
  });

  it('has the leads of every area', async () => {
    const rows = (await readFile(domain, 'utf8'))
      .split('\n')
      .filter((line) => /^\| （[一二三四五六七八九十]+）/.test(line));
    const areas = rows.map((line) => line.split('|').map((cell) => cell.trim())).filter((row) => row.length === 6);
    expect(areas).toHaveLength(19);
    for (const [index, [, , , sponsors = '', leads = '']] of areas.entries()) {
      expect(plan.areas[index]?.leads).toEqual(leads.split('、').map((name) => resolveName(name)?.id));
      expect(plan.areas[index]?.sponsors).toEqual(sponsors.split('；'));
    }
  });
});

const document = resolve(data, '../../shared/data/plan-linyou-2022.txt');
describe.skipIf(!existsSync(document))(
  `against the document${existsSync(document) ? '' : ' (skipped: ../shared is not there)'}`,
  () => {
    it('has its titles, and no sentence of it as a summary', () => {
      const text = readFileSync(document, 'utf8').replace(/[\s*]/g, '');
      for (const one of plan.measures) expect(text, one.no).toContain(`${one.no}.${one.title.replace(/\s/g, '')}。`);
      for (const one of entries) {
        for (const clause of one.summary.split(/[。；]/)) {
          if (clause.length >= 14) expect(text, one.no).not.toContain(clause);
        }
      }
    });
  },
);
