import { describe, expect, it } from 'vitest';
import { brackets } from './fixtures/brackets.ts';
import { damage } from './fixtures/damage.ts';
import { documentFixtures, fieldNames, type FieldName } from './fixtures/documents.ts';
import { figures } from './fixtures/figures.ts';
import type { Expected, Fixture } from './fixtures/fixture.ts';
import { layouts } from './fixtures/layouts.ts';
import { mixtures } from './fixtures/mixtures.ts';
import { readPlan, toOutput, type PlanEntry } from './index.ts';
import { readTargets } from './targets.ts';

describe.each([
  ['attributions in brackets', brackets],
  ['layouts', layouts],
  ['damage', damage],
  ['mixtures', mixtures],
] as const)('%s', (_, fixtures: readonly Fixture[]) => {
  it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
    const output = toOutput(readPlan(fixture.text));
    expect(output.measures.map((entry, index) => shown(entry, fixture.entries[index]))).toEqual(
      fixture.entries.map(wanted),
    );
    for (const [index, { flag }] of fixture.entries.entries())
      if (flag !== undefined) expect(output.measures[index]?.flags).toContain(flag);
    if (fixture.areas) expect(output.areas.map(({ title }) => title)).toEqual(fixture.areas);
    if (fixture.document) expect(output.document).toMatchObject(fixture.document);
  });
});

describe('targets', () => {
  it.each(figures.map((figure) => [figure.text, figure] as const))('%s', (_, { text, targets, subject }) => {
    const found = readTargets(text);
    expect(found.map(short)).toEqual(targets);
    if (subject !== undefined) expect(found[0]?.subject).toBe(subject);
  });
});

describe('documents of other governments', () => {
  it.each(documentFixtures().map((fixture) => [fixture.name, fixture] as const))('%s', (_, { text, entries }) => {
    const { measures } = toOutput(readPlan(text));
    const found = measures.map((entry, index) => [entry.no, ...lookedAt(entry, entries[index]?.fields)]);
    expect(found).toEqual(entries.map(({ no, fields }) => [no, ...fieldNames.map((name) => fields[name])]));
  });
});

/** Fields as the lines of the documents write them; what is not looked at stays `?`. */
function lookedAt(entry: PlanEntry, expected: Record<FieldName, string> | undefined): string[] {
  const fields: Record<FieldName, string> = {
    title: entry.title,
    lead: entry.lead.join(' '),
    co: entry.co.join(' '),
    collective: entry.collective.join(' '),
    implied: entry.impliedLead ? 'y' : '',
    due: entry.deadline ?? '',
    targets: entry.targets.map(short).join('; '),
  };
  // A bare figure may be written down as what it can only mean.
  const meant = entry.targets
    .map(({ meant: comparator, value, unit }) => short({ comparator, value, unit }))
    .join('; ');
  if (expected?.targets === meant) fields.targets = meant;
  return fieldNames.map((name) => (expected?.[name] === '?' ? '?' : fields[name]));
}

const short = ({
  comparator,
  value,
  unit,
}: {
  comparator: string;
  value: number | null;
  unit: string | null;
}): string => [comparator, value, unit].filter((part) => part !== null).join(' ');

function shown(entry: PlanEntry, expected: Expected | undefined) {
  return {
    no: entry.no,
    title: entry.title,
    lead: entry.lead.join(' '),
    co: entry.co.join(' '),
    collective: entry.collective.join(' '),
    implied: entry.impliedLead,
    deadline:
      expected !== undefined && 'deadline' in expected && expected.deadline === undefined ? null : entry.deadline,
    targets: expected?.targets === undefined ? [] : entry.targets.map(short),
  };
}

const wanted = (expected: Expected) => ({
  no: expected.no,
  title: expected.title,
  lead: expected.lead ?? '',
  co: expected.co ?? '',
  collective: expected.collective ?? '',
  implied: expected.implied ?? false,
  deadline: expected.deadline ?? null,
  targets: expected.targets ?? [],
});
