import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { typeDefinition } from '../../src/modules/licences/rules/definition.ts';
import { readTypeText, writeTypeText } from './licence-text.ts';

const folder = resolve(import.meta.dirname, '../../data/licences/types');

describe('the text of a licence type', () => {
  it.each(readdirSync(folder))('%s is written so that it is read back the same', (name) => {
    const kept = typeDefinition.parse(parse(readFileSync(join(folder, name), 'utf8')));
    // As a database keeps it: in no order.
    const shuffled = Object.fromEntries(Object.entries(kept).sort(([one], [other]) => one.length - other.length));
    const text = writeTypeText(shuffled);
    const read = readTypeText(text);
    expect(read.fault).toBe('');
    expect(typeDefinition.parse(read.definition)).toEqual(kept);
    expect(text.startsWith(`id: ${kept.id}\nname: ${kept.name}\n`)).toBe(true);
    expect(text).not.toMatch(/font: "serif"|required: true/);
  });

  it('names the line of a place, and of what is around it when the place is missing', () => {
    const text =
      'id: a\nfields:\n  - id: name\n    label: 名称\n  - id: other\nlayout:\n  items:\n    - { x: 1, y: 2 }\n';
    const { lineOf } = readTypeText(text);
    expect(['/id', '/fields/1/id', '/fields/1/label', '/layout/items/0/y', '/nosuch'].map(lineOf)).toEqual([
      1, 5, 5, 8, 1,
    ]);
  });

  it('says where it cannot be read', () => {
    expect(readTypeText('id: a\nname: "没有收尾\nx: 1').fault).toMatch(/^第 \d 行附近写法不对/);
    expect(readTypeText('- 一\n- 二').fault).toContain('最外层');
    expect(readTypeText('').fault).toContain('最外层');
  });
});
