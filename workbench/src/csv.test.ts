import { describe, expect, it } from 'vitest';
import { csvOf } from './csv.ts';

const columns = [
  { name: '编号', value: (row: readonly [string, string | null]) => row[0] },
  { name: '名称', value: (row: readonly [string, string | null]) => row[1] },
];

describe('csvOf', () => {
  it('opens right in a Chinese spreadsheet: byte order mark and CRLF', () => {
    expect(csvOf(columns, [['1', '面馆']])).toBe('\uFEFF编号,名称\r\n1,面馆\r\n');
  });

  it('quotes commas, quotes and line breaks, and leaves nothing for null', () => {
    expect(
      csvOf(columns, [
        ['a"b', '一,二\n三'],
        ['2', null],
      ]),
    ).toBe('\uFEFF编号,名称\r\n"a""b","一,二\n三"\r\n2,\r\n');
  });

  it.each(['=1+1', '+86', '@cmd', '-2+3', '\t=x'])('never lets %j run as a formula', (text) => {
    expect(csvOf(columns, [[text, '']])).toContain(`'${text}`);
  });

  it('leaves a negative number a number', () => {
    expect(csvOf(columns, [['-3.5', '']])).toContain('\r\n-3.5,');
  });
});
