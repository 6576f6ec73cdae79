import { expect, it } from 'vitest';
import { differenceOf } from './difference.ts';
import { item } from './fixtures/services.ts';

it('says nothing about equal versions', () => expect(differenceOf(item(), item())).toEqual([]));

it('names what changed in words, parts by their own name', () => {
  const before = item();
  const after = item({
    promised: { term: '3wd' },
    onlineDepth: 'full',
    visits: 0,
    materials: [
      { id: 'plan', name: '平面布局图', form: 'copy', copies: 1 },
      { id: 'lease', name: '租房合同', form: 'copy', when: 'premises = "rented"', owedWithin: '10wd' },
    ],
  });
  const changes = new Map(differenceOf(before, after).map((change) => [change.path, change]));
  expect(changes.get('/promised/term')).toMatchObject({ label: '承诺时限 › 时限', before: '5wd', after: '3wd' });
  expect(changes.get('/onlineDepth')).toMatchObject({ before: '网上预审', after: '全程网办' });
  expect(changes.get('/materials/plan/copies')).toMatchObject({
    label: '材料 › 平面布局图 › 份数',
    before: '2',
    after: '1',
  });
  expect(changes.get('/materials/identity')).toMatchObject({ label: '材料 › 身份证', after: '' });
  expect(changes.get('/materials')).toMatchObject({ label: '材料 › 顺序' });
  expect(changes.size).toBe(6);
});
