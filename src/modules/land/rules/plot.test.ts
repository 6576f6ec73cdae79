import { describe, expect, it } from 'vitest';
import { AppError } from '../../../kernel/errors.ts';
import type { Measurement, Target } from './indicators.ts';
import { compareAll, isMet } from './indicators.ts';
import { evolve, foldAll, isSettled, type PlotEvent, type PlotState } from './plot.ts';
import { blockersOf, decide, phasesToAccept, type PlotCommand, type Readiness } from './plot-decide.ts';
import { plotActions, plotStates, plotTransitions } from './plot-transitions.ts';

const now = '2026-11-23T01:00:00.000Z';
const targets: Target[] = [
  { indicator: 'far', name: '容积率', unit: '', comparator: 'between', value: 1, upTo: 2, phase: 'completion' },
  {
    indicator: 'invest',
    name: '投资强度',
    unit: '万元/亩',
    comparator: 'at-least',
    value: 150,
    upTo: null,
    phase: 'completion',
  },
  {
    indicator: 'tax',
    name: '亩均税收',
    unit: '万元/亩·年',
    comparator: 'at-least',
    value: 8,
    upTo: null,
    phase: 'production',
  },
];
const facts = {
  name: '一号地块',
  town: 'town',
  location: '东区',
  use: 'industrial',
  area: [],
  areaMu: 42.7,
  ready: ['通水'],
  note: '',
};
const result = { kind: 'energy', kindName: '节能', resultId: 'r1', documentNo: '1号', validUntil: '2030-01-01' };
const ready: Readiness = {
  required: [{ kind: 'energy', kindName: '节能', result, why: '' }],
  coreIndicators: [{ id: 'tax', name: '亩均税收' }],
  readyWith: ['通水'],
};
const award = { uscc: 'u', enterpriseName: '甲公司', contractNo: 'c', awardedOn: '2026-11-20' };
const agreement = {
  no: 'x1',
  parties: ['园区', '甲公司'],
  signedOn: '2026-11-20',
  documentId: 'd',
  completionBy: '2026-11-22',
  productionBy: '2027-11-22',
  penalty: '每日万分之五',
};
const commitment = { text: '承诺', signedOn: '2026-11-21', signedBy: '甲公司', documentId: null };
const measured = (indicator: string, value: number, unit: string, measuredOn = '2026-11-20'): Measurement => ({
  indicator,
  value,
  unit,
  measuredOn,
  evidence: '报告',
});
const good = [measured('far', 1.2, ''), measured('invest', 160, '万元/亩')];
const accept = (phase: 'completion' | 'production', measurements: Measurement[]): PlotCommand => ({
  action: 'accept',
  phase,
  measurements,
  opinion: '核对',
  by: '验收组',
  breachId: `b-${phase}`,
  rectifyTerm: '6mo',
});
const path: PlotCommand[] = [
  { action: 'offer', readiness: ready },
  { action: 'award', award },
  { action: 'signAgreement', agreement },
  { action: 'openCommitment' },
  { action: 'signCommitment', commitment },
  { action: 'recordPermit', permit: { name: '施工许可证', no: '1', issuedOn: '2026-11-20' } },
  { action: 'startBuilding', startedOn: '2026-11-20' },
  { action: 'reportCompletion', completedOn: '2026-11-21' },
];
const defined: PlotEvent = { type: 'defined', at: now, unitId: 'park', facts, targets };

/** After so many commands of the straight way. */
function after(count: number, more: PlotCommand[] = []): PlotState {
  return [...path.slice(0, count), ...more].reduce(
    (plot, command) => foldAll(plot, decide(plot, command, now, '县里的办法')),
    evolve(null, defined),
  );
}
function refusal(plot: PlotState, command: PlotCommand): [string, string] {
  try {
    decide(plot, command, now, '县里的办法');
  } catch (error) {
    if (error instanceof AppError) return [error.code, String(error.details.missing ?? error.details.faults ?? '')];
    throw error;
  }
  return ['none', ''];
}

describe('the five states', () => {
  it('follow each other on the straight way', () => {
    expect([0, 1, 4, 7, 8].map((count) => after(count).state)).toEqual([...plotStates]);
  });

  it('every action is refused from every state that the table does not name', () => {
    const commands = new Map<string, PlotCommand>([
      ...path.map((command) => [command.action, command] as const),
      ['amend', { action: 'amend', facts, targets }],
      ['withdrawOffer', { action: 'withdrawOffer', reason: '调整' }],
      ['accept', accept('completion', good)],
      ['openBreach', { action: 'openBreach', breachId: 'b', terms: ['第八条'], rectifyTerm: '6mo' }],
      ['rectify', { action: 'rectify', breachId: 'b', report: '', measurements: [], by: '' }],
      [
        'closeBreach',
        { action: 'closeBreach', breachId: 'b', outcome: 'penalised', decision: '', documentNo: '', by: '' },
      ],
    ]);
    expect([...commands.keys()].sort()).toEqual([...plotActions].sort());
    const states = new Map(plotStates.map((state, index) => [state, after([0, 1, 4, 7, 8][index] ?? 0)]));
    for (const [action, command] of commands) {
      for (const [state, plot] of states) {
        const [code] = refusal(plot, command);
        const allowed = plotTransitions[command.action].from.includes(state);
        expect([action, state, code === 'PLOT_TRANSITION_IMPOSSIBLE']).toEqual([action, state, !allowed]);
      }
    }
  });
});

describe('guards', () => {
  it('no offer without finished regional assessments, core values and ready land; all is said at once', () => {
    const plot = after(0);
    const unready: Readiness = {
      required: [{ kind: 'energy', kindName: '节能', result: null, why: '已经过期。' }],
      coreIndicators: [{ id: 'density', name: '建筑系数' }],
      readyWith: ['通水', '通电'],
    };
    expect(refusal(plot, { action: 'offer', readiness: unready })).toEqual([
      'PLOT_NOT_READY',
      '节能没有完成（已经过期）；没有填“建筑系数”的指标值；土地还没有达到“通电”',
    ]);
  });

  it.each([
    ['no agreement before the award', after(1), path[2], '还没有登记受让企业'],
    ['no leaving the supply without an agreement', after(2), path[3], '还没有签监管协议'],
    [
      'no withdrawing once awarded',
      after(2),
      { action: 'withdrawOffer', reason: '调整' },
      '已经由甲公司受让，不能撤回',
    ],
    ['no second award', after(2), path[1], '已经登记受让企业甲公司'],
    ['no building without the commitment', after(4), path[6], '受让企业还没有签承诺书；还没有登记按承诺办理的许可文件'],
    ['no building without a permit', after(5), path[6], '还没有登记按承诺办理的许可文件'],
    ['no second commitment', after(5), path[4], '甲公司已经签过承诺书'],
    ['nothing in the future', after(7), { action: 'reportCompletion', completedOn: '2026-11-24' }, '竣工日期晚于今天'],
    [
      'no production before completion',
      after(8),
      accept('production', []),
      '竣工验收还没有通过，或者它的违约案还没有结案',
    ],
    [
      'no breach without a term',
      after(7),
      { action: 'openBreach', breachId: 'b', terms: [], rectifyTerm: '6mo' },
      '没有写明违反了协议的哪一条',
    ],
  ] as [string, PlotState, PlotCommand, string][])('%s', (_, plot, command, missing) => {
    expect(refusal(plot, command)).toEqual(['PLOT_NOT_READY', missing]);
  });

  it('dates of an agreement must follow each other', () => {
    const wrong = { ...agreement, completionBy: '2026-11-19', productionBy: '2026-11-18' };
    expect(refusal(after(2), { action: 'signAgreement', agreement: wrong })[1]).toBe(
      '约定竣工日期早于签订日期；约定达产日期早于竣工日期',
    );
  });

  it('buttons say what the commands say', () => {
    expect(blockersOf(after(2), ready).openCommitment).toEqual(['还没有签监管协议']);
    expect(blockersOf(after(2), ready).award).toBeUndefined();
    expect(blockersOf(after(3), ready).openCommitment).toEqual([]);
    expect(phasesToAccept(after(8))).toEqual(['completion']);
  });
});

describe('acceptance against the indicators', () => {
  it.each([
    ['all met', good, ['met', 'met']],
    ['the promised value itself', [measured('far', 2, ''), measured('invest', 150, '万元/亩')], ['met', 'met']],
    ['above the range', [measured('far', 2.1, ''), measured('invest', 150, '万元/亩')], ['notMet', 'met']],
    ['one missing', [measured('far', 1, '')], ['met', 'missing']],
    ['on the last day', [measured('far', 1, '', '2026-11-22'), measured('invest', 150, '万元/亩')], ['met', 'met']],
    ['a day late', [measured('far', 1, '', '2026-11-23'), measured('invest', 150, '万元/亩')], ['late', 'met']],
  ] as const)('%s', (_, measurements, outcomes) => {
    const found = compareAll(targets, measurements, 'completion', '2026-11-22');
    expect(found.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(isMet(found)).toBe(outcomes.every((one) => one === 'met'));
  });

  it('refuses another unit, an indicator of the other phase, one twice, a date to come', () => {
    const wrong = [
      measured('invest', 160, '元/亩'),
      measured('tax', 9, '万元/亩·年'),
      measured('far', 1, ''),
      measured('far', 1, ''),
      measured('invest', 1, '万元/亩', '2027-01-01'),
    ];
    const [code, faults] = refusal(after(8), accept('completion', wrong));
    expect(code).toBe('MEASUREMENT_WRONG');
    expect(faults).toContain('单位要用“万元/亩”');
    expect(faults).toContain('不是竣工验收的指标');
    expect(faults).toContain('“容积率”填了两次');
  });

  it('failing opens a breach with terms, penalty and a term to put it right; the state alone says nothing', () => {
    const plot = after(8, [accept('completion', [measured('far', 0.8, ''), measured('invest', 160, '万元/亩')])]);
    expect(plot.state).toBe('accepted');
    expect(plot.breaches).toMatchObject([
      { id: 'b-completion', phase: 'completion', penalty: '每日万分之五', rectifyTerm: '6mo', closing: null },
    ]);
    expect(plot.breaches[0]?.terms).toEqual(['竣工验收：容积率在 1 到 2 之间（应在 1 到 2 之间，实际 0.8）']);
    expect(isSettled(plot, 'completion')).toBe(false);
    expect(phasesToAccept(plot)).toEqual([]);
  });

  it('a breach is closed as put right only when what failed was measured again and holds', () => {
    const failed = after(8, [accept('completion', [measured('far', 0.8, ''), measured('invest', 160, '万元/亩')])]);
    const close: PlotCommand = {
      action: 'closeBreach',
      breachId: 'b-completion',
      outcome: 'rectified',
      decision: '到位',
      documentNo: '1',
      by: '我',
    };
    const rectify = (value: number): PlotCommand => ({
      action: 'rectify',
      breachId: 'b-completion',
      report: '加建',
      measurements: [measured('far', value, '')],
      by: '甲公司',
    });
    expect(refusal(failed, close)[1]).toBe('企业还没有报告整改结果');
    const still = foldAll(failed, decide(failed, rectify(0.9), now, ''));
    expect(refusal(still, close)[1]).toBe('最近一次整改结果仍有指标没有达标');
    const right = foldAll(still, decide(still, rectify(1.1), now, ''));
    const closed = foldAll(right, decide(right, close, now, ''));
    expect(isSettled(closed, 'completion')).toBe(true);
    expect(phasesToAccept(closed)).toEqual(['production']);
    expect(refusal(closed, close)[0]).toBe('PLOT_NOT_READY');
    const done = foldAll(closed, decide(closed, accept('production', [measured('tax', 8, '万元/亩·年')]), now, ''));
    expect(done.conclusion).toMatchObject({ outcome: 'fulfilled', reason: '未达标的指标已经按协议处理完毕' });
  });

  it('ends well when both phases pass, badly when the agreement is terminated, and then nothing more happens', () => {
    const done = after(8, [accept('completion', good), accept('production', [measured('tax', 9, '万元/亩·年')])]);
    expect(done.conclusion).toMatchObject({ outcome: 'fulfilled', reason: '竣工、达产全部指标达标' });
    expect(refusal(done, { action: 'openBreach', breachId: 'b', terms: ['x'], rectifyTerm: '6mo' })[0]).toBe(
      'PLOT_CONCLUDED',
    );
    const ended = after(7, [
      { action: 'openBreach', breachId: 'b', terms: ['第八条'], rectifyTerm: '6mo' },
      {
        action: 'closeBreach',
        breachId: 'b',
        outcome: 'terminated',
        decision: '闲置满两年',
        documentNo: '2',
        by: '我',
      },
    ]);
    expect(ended.conclusion).toMatchObject({ outcome: 'terminated' });
    expect(blockersOf(ended, ready)).toEqual({});
  });
});
