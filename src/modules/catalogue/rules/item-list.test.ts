import { describe, expect, it } from 'vitest';
import { readItemList } from './item-list.ts';

const row = (over: object = {}) => ({
  name: '甲事项',
  itemCode: 'A-1',
  department: '局',
  areaCode: '511602000000',
  taskType: '1',
  ...over,
});

describe('rows of imported lists', () => {
  it('are read by whatever heading they have', () => {
    const { items } = readItemList(
      [{ ' 事项名称 ': '甲', '实施编码（31位）': 'X1', 实施主体: '局', 事项类型: '行政许可', 区划代码: 511602 }],
      '511602',
      2,
    );
    expect(items).toMatchObject([
      { name: '甲', code: 'X1', department: '局', kind: '01', areaCode: '511602', key: '511602|X1' },
    ]);
  });

  it('that share a code, a name or both are all kept, with keys that do not depend on their order', () => {
    const rows = [
      row(),
      row({ name: '乙事项' }),
      row({ department: '另一局' }),
      row({ itemCode: 'A-2' }),
      row({ itemCode: '' }),
      row({ itemCode: '', department: '丙' }),
    ];
    const keys = (list: object[]) =>
      readItemList(list, '511602', 1)
        .items.map((item) => `${item.key} ${item.department}`)
        .sort();
    expect(readItemList(rows, '511602', 1).items).toHaveLength(6);
    expect(new Set(readItemList(rows, '511602', 1).items.map((item) => item.key)).size).toBe(6);
    expect(keys(rows)).toEqual(keys([...rows].reverse()));
  });

  it.each<[unknown, RegExp]>([
    [null, /不是一条事项/],
    ['text', /不是一条事项/],
    [['moved', 'cells'], /不是一条事项/],
    [{ name: ' ', itemCode: '' }, /空的/],
    [row({ name: '' }), /没有事项名称/],
    [row({ itemCode: '编码' }), /列错位/],
    [row({ taskType: '99' }), /“99”不认识/],
    [row({ name: '长'.repeat(501) }), /超过 500/],
  ])('%j is listed with its reason', (broken, reason) => {
    const { items, rejected, read } = readItemList([row(), broken], '511602', 2);
    expect(read).toBe(2);
    expect(items).toHaveLength(1);
    expect(rejected).toEqual([{ row: 3, reason: expect.stringMatching(reason) as string }]);
  });

  it('say so when a row repeats another word for word', () => {
    expect(readItemList([row(), row()], '511602', 1).rejected).toEqual([
      { row: 2, reason: '和第 1 行一模一样，只收一次。' },
    ]);
  });
});
