import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modules } from '../../src/modules.ts';
import { caseActions, caseStatuses } from '../../src/modules/cases/rules/transitions.ts';
import { root } from './source.ts';

interface Entry {
  chinese: string;
  term: string;
  names: string[];
}

const entries: Entry[] = readFileSync(join(root, 'GLOSSARY.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!---|中文)/.test(line))
  .map((line) => {
    const [chinese = '', term = '', code = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    return { chinese, term, names: [...code.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '') };
  });
const names = new Set(entries.flatMap((entry) => entry.names));

function wordsUsed(): Set<string> {
  const words = new Set<string>();
  for (const folder of ['src', 'data']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|tsx|sql|ya?ml)$/.test(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue;
      for (const match of readFileSync(join(entry.parentPath, entry.name), 'utf8').matchAll(/[A-Za-z_][A-Za-z0-9_]*/g))
        words.add(match[0]);
    }
  }
  return words;
}

describe('the glossary', () => {
  it('has an entry on every line: Chinese, a term, a name in the code', () => {
    expect(entries.length).toBeGreaterThan(60);
    const faults = entries.filter(
      ({ chinese, term, names: own }) => !/[\u4e00-\u9fff]/.test(chinese) || !/[a-z]/.test(term) || own.length === 0,
    );
    expect(faults).toEqual([]);
  });

  it('names only what the program or the data says', () => {
    const used = wordsUsed();
    expect([...names].filter((name) => !used.has(name))).toEqual([]);
  });

  it('explains a Chinese term once', () => {
    const all = entries.map((entry) => entry.chinese);
    expect(all.filter((one, index) => all.indexOf(one) !== index)).toEqual([]);
  });

  it('knows every module with a room in src/modules, every state and every action of a case', () => {
    const rooms = modules
      .map((module) => module.name)
      .filter((name) => readdirSync(join(root, 'src/modules')).includes(name));
    expect([...rooms, ...caseStatuses, ...caseActions].filter((name) => !names.has(name))).toEqual([]);
  });
});
