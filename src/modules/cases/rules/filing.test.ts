import { describe, expect, test } from 'vitest';
import type { ApplicableItem } from '../../catalogue/index.ts';
import { fold } from './case.ts';
import { openCases } from './filing.ts';
import { filedAt } from './sample-case.ts';

function part(id: string, after: readonly string[] = []): ApplicableItem {
  const definition = {
    id,
    department: `unit-of-${id}`,
    steps: [
      { id: 'review', name: '审查', department: 'u', kind: 'review', term: '1wd', after: [], excludedGround: '' },
    ],
  };
  return {
    item: { definition, version: 3, itemCode: '' },
    applies: 'yes',
    after,
    note: '',
    condition: '',
  } as unknown as ApplicableItem;
}

const filing = (...parts: ApplicableItem[]) =>
  openCases(
    'application-1',
    parts.map((one, index) => ({ part: one, id: `case-${one.item.definition.id}`, no: `NO-${index}` })),
    filedAt,
  ).map(({ events }) => fold(events));

describe('一份申请分成几个办件', () => {
  test('不用等的马上收件，要等的等前一项', () => {
    const [registration, seal, invoice] = filing(
      part('registration'),
      part('seal', ['registration']),
      part('invoice', ['registration', 'seal']),
    );
    expect(registration).toMatchObject({ status: 'filed', filedAt, waitsFor: [], itemVersion: 3 });
    expect(seal).toMatchObject({ status: 'waiting', filedAt: null, waitsFor: ['case-registration'] });
    expect(invoice).toMatchObject({ status: 'waiting', waitsFor: ['case-registration', 'case-seal'] });
  });

  test('前一项这次不办，就不用等它', () => {
    const [seal] = filing(part('seal', ['registration']));
    expect(seal).toMatchObject({ status: 'filed', waitsFor: [] });
  });

  test('各办件的环节来自各自的事项，开头都没开始', () => {
    const [one] = filing(part('registration'));
    expect(one?.steps.map(({ id, status, opinion }) => ({ id, status, opinion }))).toEqual([
      { id: 'review', status: 'waiting', opinion: null },
    ]);
  });
});
