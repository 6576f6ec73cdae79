import { expect, test } from 'vitest';
import { readableCode, uuidv7 } from './ids.ts';

test('编号按产生的先后排序，同一毫秒内也是', () => {
  const at = Date.parse('2026-11-23T01:00:00.000Z');
  const ids = Array.from({ length: 500 }, (_, index) => uuidv7(at + Math.floor(index / 100)));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(500);
});

test('编号是第七版：时间可以读出来', () => {
  const at = Date.parse('2026-11-23T01:00:00.000Z');
  const id = uuidv7(at);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at);
});

test('念给人听的编号里没有容易混的字', () => {
  expect(readableCode(200)).toMatch(/^[2-9A-HJ-KMNP-Z]{200}$/);
});
