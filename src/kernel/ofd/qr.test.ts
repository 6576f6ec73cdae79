import { describe, expect, test } from 'vitest';
import { sm3Hex } from '../sm/sm3.ts';
import { qrModules, qrSvg } from './qr.ts';

const text = (length: number) => Array.from({ length }, (_, at) => 'YS1:0AB %*'[at % 10]).join('');
const digest = (content: string) =>
  sm3Hex(
    qrModules(content)
      .map((row) => row.map(Number).join(''))
      .join('\n'),
  ).slice(0, 16);

describe('QR codes', () => {
  // Each of these was read back with zbarimg when its digest was written down.
  test.each(golden())('%s, read back once by another program, stays as it was', (content, side, sum) => {
    expect([qrModules(content).length, digest(content)]).toEqual([side, sum]);
  });

  test('the dark and light marks by which a code is found are in three corners', () => {
    const modules = qrModules('YS1:A');
    const corner = (x: number, y: number) =>
      Array.from({ length: 7 }, (_, row) =>
        Array.from({ length: 7 }, (_, at) => Number(modules[y + row]?.[x + at])).join(''),
      );
    const mark = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];
    expect([corner(0, 0), corner(14, 0), corner(0, 14)]).toEqual([mark, mark, mark]);
  });

  test('what is too long for any code is refused', () => {
    expect(qrModules(text(3391))).toHaveLength(177);
    expect(() => qrModules(text(3392))).toThrow(RangeError);
    expect(() => qrModules('字'.repeat(800))).toThrow(RangeError);
  });

  test('as SVG with its quiet zone', () => {
    expect(qrSvg('YS1:A')).toContain('viewBox="0 0 29 29"');
  });
});

function golden(): [string, number, string][] {
  return [
    [text(5), 21, '242d3c3f14445eb5'],
    [text(60), 29, 'c77009514b0169c3'],
    [text(150), 41, '35f45b7fdb959e21'],
    [text(420), 69, '3353396eb72c76d8'],
    [text(1000), 101, '5db2531d88c9d6e6'],
    [text(3391), 177, '3ba5b0ae808a9d3b'],
    ['营商环境 https://example.org', 29, 'e487679f412737b1'],
  ];
}
