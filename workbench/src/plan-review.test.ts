import { describe, expect, it } from 'vitest';
import {
  afterChange,
  afterDecision,
  afterMerge,
  bulkChoice,
  countRows,
  filterRows,
  forecastOf,
  isListed,
  levelText,
  mergeable,
  neighbour,
  nextUndecided,
  readValue,
  rowViewer,
  splitPlaces,
  writtenValue,
  yearOf,
  type ReviewRow,
  type ReviewView,
} from './plan-review.ts';
import {
  coversByParagraph,
  coversOf,
  fieldsOf,
  paragraphAt,
  paragraphsOf,
  piecesOf,
  rowAt,
  signatureOf,
} from './plan-review-source.ts';
import { differenceColumns, differenceRows, planName, type DifferenceRow } from './plan-review-differences.ts';

const source = '一、任务\n\n1.办得快。一天办结。（甲局牵头，乙局配合）\n2.办得好。\f（丙局负责）\n';
const span = (words: string) => ({ start: source.indexOf(words), end: source.indexOf(words) + words.length });
const unit = (name: string, known = true) => ({ name, span: span(name), unit: known ? { id: name, name } : null });

function row(id: string, rest: Partial<ReviewRow> = {}): ReviewRow {
  return {
    id,
    kind: 'measure',
    no: id,
    title: { value: `题${id}`, span: null, confidence: 0.95 },
    text: { value: '', span: null, confidence: 0.95 },
    area: null,
    leads: [unit('甲局')],
    impliedLead: false,
    supporters: [],
    collectives: [],
    sponsors: [],
    deadline: { value: null, span: null, confidence: 1 },
    targets: [],
    flags: [],
    confidence: 0.95,
    state: 'proposed',
    version: 1,
    changedBy: '',
    ...rest,
  };
}
const view = (...rows: ReviewRow[]) => ({ rows }) as unknown as ReviewView;
const seen = (...rows: ReviewRow[]) => rowViewer()(rows);
const ids = (list: readonly { row: ReviewRow }[]) => list.map((one) => one.row.id);

describe('rows', () => {
  const rows = seen(
    row('1', { state: 'confirmed' }),
    row('2', { confidence: 0.7 }),
    row('3', { leads: [unit('丙局', false)] }),
    row('4', { state: 'dropped' }),
    row('5', { title: { value: '找得到', span: null, confidence: 1 } }),
  );

  it('are counted and found', () => {
    expect(countRows(rows)).toEqual({ kept: 4, confirmed: 1, undecided: 3, toLook: 2, dropped: 1 });
    expect(ids(filterRows(rows, 'all', ''))).toEqual(['1', '2', '3', '5']);
    expect(ids(filterRows(rows, 'look', ''))).toEqual(['2', '3']);
    expect(ids(filterRows(rows, 'dropped', ''))).toEqual(['4']);
    expect(ids(filterRows(rows, 'all', ' 丙局 '))).toEqual(['3']);
    expect(ids(filterRows(rows, 'proposed', '找得'))).toEqual(['5']);
  });

  it('follow each other, and stop at both ends', () => {
    expect(neighbour(rows, '2', 1)?.row.id).toBe('3');
    expect(neighbour(rows, '1', -1)?.row.id).toBe('1');
    expect(neighbour(rows, '5', 1)?.row.id).toBe('5');
    expect([neighbour(rows, '', 1)?.row.id, neighbour(rows, '', -1)?.row.id]).toEqual(['1', '5']);
    expect(neighbour([], '', 1)).toBeUndefined();
    expect(nextUndecided(rows, '3')?.row.id).toBe('5');
    expect(nextUndecided(rows, '5')?.row.id).toBe('2');
    expect(nextUndecided(seen(row('1')), '1')).toBeUndefined();
  });

  it('merge with the next kept one of their kind', () => {
    const mixed = seen(row('1'), row('2', { state: 'dropped' }), row('3', { kind: 'subItem' }), row('4'));
    const [first, , , last] = mixed;
    if (first === undefined || last === undefined) throw new Error('four rows');
    expect(mergeable(mixed, first)?.row.id).toBe('4');
    expect(mergeable(mixed, last)).toBeUndefined();
  });

  it('are the same object while nothing about them changes, their number included', () => {
    const look = rowViewer();
    const [a, b] = [row('1'), row('2')];
    const before = look([a, b]);
    expect(look([a, b])[0]).toBe(before[0]);
    const after = look([a, { ...b, no: '1' }]);
    expect(after[0]).not.toBe(before[0]);
    expect(after[0]?.looks[0]?.weight).toBe('stop');
  });

  it('confirmed in bulk: how many, and why the others stay', () => {
    expect(bulkChoice(rows, 0.8, false)).toEqual({ ids: ['5'], blocked: 1, unsure: 1, open: 0 });
    expect(bulkChoice(rows, 0.6, false)).toEqual({ ids: ['5'], blocked: 1, unsure: 0, open: 1 });
    expect(bulkChoice(rows, 0.6, true)).toEqual({ ids: ['2', '5'], blocked: 1, unsure: 0, open: 0 });
  });

  it('are forecast before they enter', () => {
    const forecast = forecastOf(
      seen(
        row('1', { state: 'confirmed', leads: [], supporters: [unit('乙局', false)] }),
        row('2', { state: 'confirmed', kind: 'subItem', deadline: { value: '2027-09-30', span: null, confidence: 1 } }),
        row('3', { state: 'dropped' }),
        row('4'),
      ),
    );
    expect(forecast).toMatchObject({ measures: 1, subItems: 1, undecided: 1, withoutDeadline: 1, stopped: [] });
    expect(ids(forecast.withoutLead)).toEqual(['1']);
    expect(ids(forecast.dropped)).toEqual(['3']);
    expect(forecast.namesOnly).toEqual([{ no: '1', names: ['乙局'] }]);
  });
});

describe('what a command changed', () => {
  it('a decision moves the version only where the state moved', () => {
    const after = afterDecision(view(row('1'), row('2', { state: 'confirmed' })), ['1', '2'], 'confirmed', '马建军');
    expect(after.rows.map((one) => [one.state, one.version, one.changedBy])).toEqual([
      ['confirmed', 2, '马建军'],
      ['confirmed', 1, ''],
    ]);
  });

  it('a row that was parted stands in both halves at its place', () => {
    const after = afterChange(view(row('1'), row('2'), row('3')), [row('2', { version: 2 }), row('2b')]);
    expect(after.rows.map((one) => [one.id, one.version])).toEqual([
      ['1', 1],
      ['2', 2],
      ['2b', 1],
      ['3', 1],
    ]);
  });

  it('a row that was taken in is put aside', () => {
    const after = afterMerge(view(row('1'), row('2')), row('1', { version: 2 }), '2', '高敏');
    expect(after.rows.map((one) => [one.version, one.state])).toEqual([
      [2, 'proposed'],
      [2, 'dropped'],
    ]);
  });
});

describe('the source', () => {
  const first = row('1', {
    text: { value: '', span: span('1.办得快。一天办结。（甲局牵头，乙局配合）'), confidence: 0.95 },
    title: { value: '办得快', span: span('办得快'), confidence: 0.95 },
    supporters: [unit('乙局')],
  });
  const second = row('2', {
    text: { value: '', span: { start: source.indexOf('2.'), end: source.length - 1 }, confidence: 0.7 },
    confidence: 0.7,
  });
  const paragraphs = paragraphsOf(source);
  const covers = coversOf([second, first, row('3', { state: 'dropped', text: first.text })]);

  it('is cut into its lines, without blank ones', () => {
    expect(paragraphs.map(({ start, end }) => source.slice(start, end))).toEqual([
      '一、任务',
      '1.办得快。一天办结。（甲局牵头，乙局配合）',
      '2.办得好。',
      '（丙局负责）',
    ]);
    expect(paragraphAt(paragraphs, source.indexOf('乙局'))?.index).toBe(1);
    expect(paragraphAt(paragraphs, 0)?.index).toBe(0);
    expect(paragraphAt(paragraphs, source.length)?.index).toBe(3);
    expect(paragraphAt([], 3)).toBeUndefined();
  });

  it('knows the rows of each line, also where a page breaks one', () => {
    expect(coversByParagraph(paragraphs, covers).map((one) => one.map(({ id }) => id))).toEqual([
      [],
      ['1'],
      ['2'],
      ['2'],
    ]);
    expect(rowAt(covers, source.indexOf('丙局'))).toMatchObject({ id: '2', level: 'weak' });
    expect(rowAt(covers, 0)).toBeUndefined();
  });

  it('marks the fields of the chosen row and gives every character once', () => {
    const [, paragraph] = paragraphs;
    if (paragraph === undefined) throw new Error('no paragraph');
    const pieces = piecesOf(source, paragraph, covers.slice(0, 1), fieldsOf(first));
    expect(pieces.map((one) => one.text).join('')).toBe(source.slice(paragraph.start, paragraph.end));
    expect(pieces.filter((one) => one.field !== null).map((one) => [one.label, one.text])).toEqual([
      ['标题', '办得快'],
      ['牵头', '甲局'],
      ['配合', '乙局'],
    ]);
    expect(pieces.every((one) => one.row?.id === '1')).toBe(true);
    expect(piecesOf(source, paragraph, [], [])).toHaveLength(1);
  });

  it('takes the innermost of rows within rows', () => {
    const outer = { ...covers[0], id: 'outer', start: 0, end: source.length } as (typeof covers)[number];
    const [, paragraph] = paragraphs;
    if (paragraph === undefined) throw new Error('no paragraph');
    expect(piecesOf(source, paragraph, [outer, ...covers], []).map((one) => one.row?.id)).toEqual(['1']);
    expect(signatureOf([outer], false, 3)).not.toBe(signatureOf([outer], true, 3));
  });
});

describe('splitting', () => {
  it('at sentences, else at commas, never before a lone bracket', () => {
    const whole = span('1.办得快。一天办结。（甲局牵头，乙局配合）');
    expect(splitPlaces(source, whole).map((one) => one.words)).toEqual([
      '1.办得快。',
      '一天办结。',
      '（甲局牵头，乙局配合）',
    ]);
    expect(splitPlaces(source, whole).every(({ at, words }) => source.startsWith(words, at))).toBe(true);
    expect(splitPlaces('甲，乙', { start: 0, end: 3 }).map((one) => one.at)).toEqual([0, 2]);
    expect(splitPlaces('甲。）。乙。', { start: 0, end: 6 }).map((one) => one.words)).toEqual(['甲。', '乙。']);
  });
});

describe('differences', () => {
  it('one row for each change: what went, what came, what changed', () => {
    const rows = differenceRows({
      added: [{ no: '3', title: '新的' }],
      removed: [{ no: '2', title: '旧的' }],
      changed: [
        {
          no: '1',
          title: '改的',
          changes: [
            { what: '牵头', from: '甲局', to: '乙局' },
            { what: '期限', from: '2027-06-30', to: '2027-09-30' },
          ],
        },
      ],
    });
    expect(rows.map(({ how, no, what, from, to }) => [how, no, what, from, to])).toEqual([
      ['取消', '2', '整条', '旧的', ''],
      ['新增', '3', '整条', '', '新的'],
      ['改动', '1', '牵头', '甲局', '乙局'],
      ['改动', '1', '期限', '2027-06-30', '2027-09-30'],
    ]);
    expect(differenceColumns.map(({ value }) => value(rows[0] as DifferenceRow))).toContain('旧的');
    expect(planName({ year: 2027, version: 2 })).toBe('2027年第2版');
  });
});

describe('words', () => {
  it.each([
    [0.96, '把握大 96%'],
    [0.899, '把握一般 89%'],
    [0.5, '把握小 50%'],
    [1, '把握大 99%'],
  ])('%d is %s', (confidence, words) => expect(levelText({ confidence, flags: [] })).toBe(words));
  it('what somebody typed is not the reader’s', () =>
    expect(levelText({ confidence: 1, flags: ['typed'] })).toBe('人工改过'));

  it('the year of a document', () => {
    expect(yearOf({ title: '麟游县2027年方案', issuedOn: '2026-12-30' }, 2030)).toBe(2027);
    expect(yearOf({ title: '方案', issuedOn: '2026-12-30' }, 2030)).toBe(2026);
    expect(yearOf({ title: '方案', issuedOn: null }, 2030)).toBe(2030);
  });

  it('a change on last year is written as a percentage and kept as a fraction', () => {
    expect(writtenValue('change<=', -0.08)).toBe('-8');
    expect(readValue('change<=', '−8%')).toBe(-0.08);
    expect([readValue('<=', ''), readValue('<=', '一'), readValue('>=', ' 95 ')]).toEqual([null, undefined, 95]);
    expect(writtenValue('<=', null)).toBe('');
  });

  it('a unit is listed under any of its names', () => {
    const units = [{ name: '县发改局', fullName: '县发展和改革局', aliases: ['发改局'], hungNames: ['县粮食局'] }];
    expect(['县发改局', ' 发改局 ', '县粮食局', '县发展规划院'].map((name) => isListed(name, units))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
