import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { county } from '../../../calendar/test-calendar.ts';
import { offSystemSigns, parseOffSystemSettings, type CaseFacts, type StepEntry } from './off-system.ts';
import { at } from './sample-project.ts';

const file = new URL('../../../../data/projects/settings.yaml', import.meta.url);
const settings = parseOffSystemSettings((parse(readFileSync(file, 'utf8')) as { offSystem: unknown }).offSystem);
const minutes = settings.minMinutes.value;

function facts(more: Partial<CaseFacts> = {}): CaseFacts {
  return {
    caseId: 'a',
    no: '办1号',
    itemName: '建设工程规划许可证核发',
    unitId: 'planning',
    needsReview: true,
    byCommitment: false,
    acceptedAt: at('2022-06-01 09:00'),
    concludedAt: at('2022-06-08 09:00'),
    outcome: 'granted',
    documentOn: '2022-06-08',
    endedElsewhere: null,
    steps: [],
    requested: [],
    ...more,
  };
}

const signsOf = (...cases: CaseFacts[]) => offSystemSigns(cases, settings, county).map(({ sign }) => sign);
const steps = (...when: string[]): StepEntry[] =>
  when.map((one, index) => ({ id: `s${index}`, name: `环节${index}`, at: at(one), by: '甲', isRequired: true }));
const evening = ['20:00', '20:02', '20:04', '20:06', '20:10'].map((time) => `2022-06-01 ${time}`);

describe('体外循环线索', () => {
  it('正常办理的没有线索', () => {
    const quiet = facts({
      steps: steps('2022-06-01 09:10', '2022-06-01 09:11', '2022-06-01 09:12', '2022-06-01 09:13', '2022-06-01 09:14'),
    });
    expect(signsOf(quiet, facts({ acceptedAt: null, concludedAt: null, outcome: null, documentOn: null }))).toEqual([]);
  });

  it('受理到办结太快：要审查的才算，承诺件、即办件、撤回的不算；刚好够时间的不算', () => {
    const fast = (more: Partial<CaseFacts> = {}) => facts({ acceptedAt: at('2022-06-08 08:55'), ...more });
    expect(signsOf(fast())).toEqual(['tooFast']);
    expect(offSystemSigns([fast()], settings, county)[0]).toMatchObject({
      key: 'tooFast:a:2022-06-08T01:00:00.000Z',
      words: `“建设工程规划许可证核发”（办1号）需要审查，从受理到办结只用了5分钟（少于${minutes}分钟）。`,
      evidence: [
        { name: '受理时间', value: '2022年6月8日 08:55' },
        { name: '办结时间', value: '2022年6月8日 09:00' },
      ],
    });
    expect(signsOf(fast({ byCommitment: true }))).toEqual([]);
    expect(signsOf(fast({ needsReview: false }))).toEqual([]);
    expect(signsOf(fast({ outcome: 'withdrawn' }))).toEqual([]);
    expect(signsOf(facts({ acceptedAt: at('2022-06-08 08:50') }))).toEqual([]);
  });

  it('结果日期早于受理日期；同一天的不算', () => {
    expect(signsOf(facts({ documentOn: '2022-05-31' }))).toEqual(['resultBeforeAcceptance']);
    expect(signsOf(facts({ documentOn: '2022-06-01' }))).toEqual([]);
  });

  it('系统外办结：登记了的，或者办结了却缺必经环节的', () => {
    expect(
      signsOf(
        facts({ outcome: null, concludedAt: null, endedElsewhere: { on: '2022-06-02', how: '企业已拿到纸质证' } }),
      ),
    ).toEqual(['endedOffSystem']);
    const missing = { id: 'site', name: '现场核查', at: null, by: '', isRequired: true };
    expect(signsOf(facts({ steps: [missing] }))).toEqual(['endedOffSystem']);
    expect(signsOf(facts({ steps: [{ ...missing, isRequired: false }] }))).toEqual([]);
    expect(signsOf(facts({ outcome: 'refused', steps: [missing] }))).toEqual([]);
  });

  it('下班时间集中补录：同一个人、够数、在时间窗内，几件一起算，一串只报一次', () => {
    expect(signsOf(facts({ steps: steps(...evening) }))).toEqual(['outsideHours']);
    expect(signsOf(facts({ steps: steps(...evening, '2022-06-01 20:09', '2022-06-01 20:10') }))).toEqual([
      'outsideHours',
    ]);
    expect(signsOf(facts({ steps: steps(...evening.slice(1)) }))).toEqual([]);
    expect(signsOf(facts({ steps: steps(...evening.slice(1), '2022-06-01 20:30') }))).toEqual([]);
    const others = steps(...evening).map((step, index) => (index === 2 ? { ...step, by: '乙' } : step));
    expect(signsOf(facts({ steps: others }))).toEqual([]);
    const two = [
      facts({ steps: steps(...evening.slice(0, 3)) }),
      facts({ caseId: 'b', no: '办2号', steps: steps(...evening.slice(3)) }),
    ];
    expect(offSystemSigns(two, settings, county)[0]?.evidence.at(-1)).toEqual({ name: '办件', value: '办1号、办2号' });
    // What the platform does by itself at night is nobody's entry.
    expect(signsOf(facts({ steps: steps(...evening).map((step) => ({ ...step, by: '' })) }))).toEqual([]);
  });

  it('调休上班的周六不是下班时间，放假的周一是', () => {
    const on = (day: string) => ['09:00', '09:01', '09:02', '09:03', '09:04'].map((time) => `${day} ${time}`);
    expect(signsOf(facts({ steps: steps(...on('2022-05-07')) }))).toEqual([]);
    expect(signsOf(facts({ steps: steps(...on('2022-05-02')) }))).toEqual(['outsideHours']);
  });

  it('共享证照能证明的又要：证照过期的不算', () => {
    const asked = (validUntil: string | null) =>
      facts({
        requested: [
          { id: 'm', name: '营业执照', at: at('2022-06-01 10:00'), covered: { licence: '营业执照', validUntil } },
        ],
      });
    expect(signsOf(asked(null))).toEqual(['reRequested']);
    expect(signsOf(asked('2022-06-01'))).toEqual(['reRequested']);
    expect(signsOf(asked('2022-05-31'))).toEqual([]);
    expect(
      signsOf(facts({ requested: [{ id: 'm', name: '图纸', at: at('2022-06-01 10:00'), covered: null }] })),
    ).toEqual([]);
  });

  it('每条线索的来源写在设置里；写错的设置不收', () => {
    expect(offSystemSigns([facts({ documentOn: '2022-05-31' })], settings, county)[0]?.source).not.toBe('');
    expect(() => parseOffSystemSettings({ minMinutes: 10 })).toThrow();
  });
});
