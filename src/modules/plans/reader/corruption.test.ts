import { Converter } from 'opencc-js/cn2t';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentFixtures } from './fixtures/documents.ts';
import { syntheticPlan } from './fixtures/synthetic.ts';
import { readPlan, toOutput, type PlanOutput } from './index.ts';

/**
 * What copying and printing do to a text, at random but with a fixed seed: how many measures still come out exactly as from the
 * clean text. The rates are printed; the floors are what was measured, a little below.
 */
type Damage = (text: string, random: () => number) => string;

const damages: Record<string, { spoil: Damage; floor: number }> = {
  'widths of brackets and marks': {
    spoil: (text, random) =>
      text.replaceAll(/[（），：；]/g, (mark) =>
        random() < 0.4 ? ({ '（': '(', '）': ')', '，': ',', '：': ':', '；': ';' }[mark] ?? mark) : mark,
      ),
    floor: 1,
  },
  'kinds of brackets': {
    spoil: (text, random) =>
      text.replaceAll(/[（）]/g, (mark) =>
        random() < 0.3
          ? mark === '（'
            ? ('[(【〔'[Math.floor(random() * 4)] ?? mark)
            : ('])】〕'[Math.floor(random() * 4)] ?? mark)
          : mark,
      ),
    floor: 1,
  },
  'a space in every tenth place': {
    spoil: (text, random) =>
      text.replaceAll(/[\u4e00-\u9fff、，](?=[\u4e00-\u9fff、，])/g, (char) => (random() < 0.1 ? `${char} ` : char)),
    floor: 1,
  },
  'page breaks with page numbers inside lines': {
    spoil: (text, random) => {
      let page = 1;
      return text
        .split('\n')
        .map((line) => {
          if (line.length < 60 || random() > 0.6) return line;
          const at = 20 + Math.floor(random() * (line.length - 22));
          return `${line.slice(0, at)}\n\n— ${page++} —\n\n${line.slice(at)}`;
        })
        .join('\n');
    },
    floor: 0.98,
  },
  'lines cut at a fixed width': {
    spoil: (text) => text.replaceAll(/[^\n]{40,}/g, (line) => line.match(/.{1,36}/gs)?.join('\n') ?? line),
    floor: 1,
  },
  'last closing bracket lost in one line of three': {
    spoil: (text, random) => text.replaceAll(/[）)\]](?=\n|$)/g, (mark) => (random() < 0.33 ? '' : mark)),
    floor: 0.99,
  },
  'last opening bracket lost in one line of five': {
    spoil: (text, random) =>
      text
        .split('\n')
        .map((line) =>
          random() < 0.2 && /。[（([][^（()）[\]]*[）)\]]$/.test(line)
            ? line.replace(/。[（([](?=[^（()）[\]]*[）)\]]$)/, '。')
            : line,
        )
        .join('\n'),
    floor: 1,
  },
  'bold marks and full-width digits': {
    spoil: (text, random) =>
      text
        .replaceAll(/^(\d+\. ?)([^。\n]{4,30}。)/gm, (_, no: string, title: string) =>
          random() < 0.5 ? `${no}**${title}**` : `${no}${title}`,
        )
        .replaceAll(/\d/g, (digit) =>
          random() < 0.5 ? String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0) : digit,
        ),
    floor: 1,
  },
  'traditional characters': {
    spoil: (text) => traditional(text),
    floor: 0.97,
  },
  'one character in two hundred set twice': {
    spoil: (text, random) => text.replaceAll(/[\u4e00-\u9fff]/g, (char) => (random() < 0.005 ? char + char : char)),
    floor: 0.5,
  },
  'look-alikes of text recognition': {
    spoil: (text, random) =>
      text.replaceAll(/[0-9市县日末责配局管审自位限]/g, (char) =>
        random() < 0.02 ? (lookAlikes[char] ?? char) : char,
      ),
    floor: 0.95,
  },
  'everything a little': {
    spoil: (text, random) => {
      const small: Damage[] = [
        (one) => one.replaceAll(/[（）]/g, (mark) => (random() < 0.2 ? (mark === '（' ? '(' : ')') : mark)),
        (one) => one.replaceAll(/[\u4e00-\u9fff](?=[\u4e00-\u9fff])/g, (char) => (random() < 0.02 ? `${char} ` : char)),
        (one) => one.replaceAll(/[）)](?=\n|$)/g, (mark) => (random() < 0.1 ? '' : mark)),
        (one) =>
          one.replaceAll(/([^\n]{50})([^\n]{20})/g, (line, a: string, b: string) =>
            random() < 0.1 ? `${a}\n\n${b}` : line,
          ),
      ];
      return small.reduce((one, spoil) => spoil(one, random), text);
    },
    floor: 0.995,
  },
};

const traditional = Converter({ from: 'cn', to: 't' });
const lookAlikes: Record<string, string> = {
  '0': 'O',
  '1': 'l',
  市: '巿',
  县: '具',
  日: '曰',
  末: '未',
  责: '贡',
  配: '酝',
  局: '屇',
  管: '营',
  审: '窜',
  自: '白',
  位: '伍',
  限: '眼',
};

const county = resolve(import.meta.dirname, '../../../../../shared/data/plan-linyou-2022.txt');
const documents: [string, string][] = [['a made-up plan of 120 measures', syntheticPlan(120)]];
if (existsSync(county)) documents.push(['the plan of 2022', readFileSync(county, 'utf8')]);
else process.stdout.write('skipped for the plan of 2022: it does not lie beside this repository\n');

describe.each(documents)('damage to %s', (name, text) => {
  const clean = toOutput(readPlan(text));
  const total = clean.measures.length;

  it.each(Object.entries(damages))('%s', (kind, { spoil, floor }) => {
    const runs = 2;
    let exact = 0;
    let invented = 0;
    for (let run = 0; run < runs; run++) {
      const output = toOutput(readPlan(spoil(text, seeded(run + 1))));
      const found = compare(clean, output);
      exact += found.exact;
      invented += found.invented;
    }
    const rate = exact / (runs * total);
    process.stdout.write(
      `${name}, ${kind}: ${(rate * 100).toFixed(1)} % of the measures exact, ${invented} names not in the clean text\n`,
    );
    expect(rate).toBeGreaterThanOrEqual(floor);
    expect(invented / (runs * total)).toBeLessThanOrEqual(0.02);
  });
});

/** Exact: number, title, lead, co-departments and collective bodies are all as in the clean reading. */
/** Documents of other governments, all together: what one spoils does not hide in the length of another. */
describe('damage to documents of other governments', () => {
  const fixtures = documentFixtures().filter(({ name }) => !/damaged/.test(name));
  const cleans: PlanOutput[] = [];
  const sure: number[] = [];
  const unsure: number[] = [];

  it.each(Object.entries(damages))('%s', (kind, { spoil }) => {
    let exact = 0;
    let invented = 0;
    let total = 0;
    for (const [index, { text }] of fixtures.entries()) {
      const clean = (cleans[index] ??= toOutput(readPlan(text)));
      const spoilt = toOutput(readPlan(spoil(text, seeded(index + 1))));
      const found = compare(clean, spoilt);
      exact += found.exact;
      invented += found.invented;
      total += clean.measures.length;
      sure.push(...found.right);
      unsure.push(...found.wrong);
    }
    process.stdout.write(
      `${fixtures.length} documents of other governments, ${kind}: ${((exact / total) * 100).toFixed(1)} % of ${total} measures exact, ${invented} names not in the clean text\n`,
    );
    expect(exact / total).toBeGreaterThanOrEqual(0.92);
  });

  it('what came out wrong is less sure than what came out right', () => {
    const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
    process.stdout.write(
      `confidence under damage: right ${mean(sure).toFixed(3)} (${sure.length}), wrong ${mean(unsure).toFixed(3)} (${unsure.length})\n`,
    );
    expect(mean(sure) - mean(unsure)).toBeGreaterThan(0.05);
  });
});

function compare(
  clean: PlanOutput,
  spoilt: PlanOutput,
): { exact: number; invented: number; right: number[]; wrong: number[] } {
  const key = ({ no, title, lead, co, collective }: PlanOutput['measures'][number]) =>
    JSON.stringify([no, title, lead, co, collective]);
  const found = new Set(spoilt.measures.map(key));
  const meant = new Set(clean.measures.map(key));
  const names = new Set(clean.measures.flatMap(({ lead, co }) => [...lead, ...co]));
  return {
    exact: clean.measures.filter((entry) => found.has(key(entry))).length,
    right: spoilt.measures.filter((entry) => meant.has(key(entry))).map(({ confidence }) => confidence),
    wrong: spoilt.measures.filter((entry) => !meant.has(key(entry))).map(({ confidence }) => confidence),
    invented: spoilt.measures.flatMap(({ lead, co }) => [...lead, ...co]).filter((one) => !names.has(one)).length,
  };
}

function seeded(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
