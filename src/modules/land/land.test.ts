import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paper, refused } from '../../../test/support/applying.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import type { Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import { org } from '../org/index.ts';
import { listTasks } from '../tasks/contract.ts';
import { tasks } from '../tasks/index.ts';
import * as contract from './contract.ts';
import { assessmentsFor, land, recordReuse } from './index.ts';
import { foldAll, type PlotEvent } from './rules/plot.ts';
import { projection } from './store/plots.ts';

let platform: TestPlatform;
let resources: Caller;
let park: Caller;
let bureau: Caller;
let industry: Caller;
let police: Caller;
let firm: Caller;
let stranger: Caller;
const firmCode = '91610329MA6X000167';

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks, land] });
  resources = await platform.signIn('officer-natural-resources');
  park = await platform.signIn('officer-park-committee');
  bureau = await platform.signIn('officer-approval-bureau');
  industry = await platform.signIn('officer-industry-it');
  police = await platform.signIn('officer-public-security');
  firm = await platform.signIn('firm');
  stranger = await platform.signIn('applicant');
});
afterAll(() => platform.stop());

const square = (west: number, south: number, size: number): [number, number][][] => [
  [
    [west, south],
    [west + size, south],
    [west + size, south + size],
    [west, south + size],
  ],
];
const draft = {
  kind: 'energy',
  title: '南区节能评价',
  areaName: '南区',
  issuer: '县发改局',
  documentNo: '麟发改〔2026〕31号',
  validFrom: '2026-11-01',
  validUntil: '2031-10-31',
  area: square(107.9, 34.6, 0.02),
  exceptions: ['高耗能项目'],
};
const upload = async (who: Caller) =>
  (await who(contract.uploadLandDocument, { document: paper() } as never)).documentId;

describe('区域评估', () => {
  it('come with the trial: eleven kinds, an expired one marked, plots that rely on them counted', async () => {
    const { assessments, total } = await police(contract.listAssessments, { size: 50 });
    expect(total).toBe(14);
    expect(new Set(assessments.map(({ kind }) => kind)).size).toBe(11);
    expect(assessments.find(({ documentNo }) => documentNo === '试评〔2023〕7号')?.expiry).toBe('over');
    const energy = assessments.find(({ kind }) => kind === 'energy');
    expect(energy?.reuses).toBeGreaterThan(0);
    const { reuses } = await police(contract.listReuses, { assessmentId: energy?.id ?? '' });
    expect(reuses[0]).toMatchObject({ subjectType: 'plot' });
  });

  it('are drafted by one, published by another of the units that share the desk, and then never changed', async () => {
    expect(await refused(police(contract.draftAssessment, draft))).toEqual([403, 'LAND_NOT_THIS_UNIT']);
    expect(await refused(firm(contract.draftAssessment, draft))).toEqual([403, 'FORBIDDEN']);
    const { id } = await resources(contract.draftAssessment, draft);
    expect(await refused(police(contract.readAssessment, { assessmentId: id }))).toEqual([404, 'ASSESSMENT_NOT_FOUND']);
    const given = { assessmentId: id, revision: 1 };
    expect(await refused(resources(contract.publishAssessment, given))).toEqual([409, 'ASSESSMENT_SAME_PERSON']);
    expect(await refused(park(contract.publishAssessment, given))).toEqual([409, 'ASSESSMENT_INCOMPLETE']);
    const documentId = await upload(resources);
    const change = { ...draft, ...given, documentId };
    expect(await resources(contract.amendAssessment, change)).toEqual({ revision: 2 });
    expect(await refused(resources(contract.amendAssessment, change))).toEqual([409, 'ASSESSMENT_CHANGED']);
    expect(await refused(park(contract.publishAssessment, given))).toEqual([409, 'ASSESSMENT_CHANGED']);
    expect(await refused(stranger(contract.openLandDocument, { documentId }))).toEqual([404, 'LAND_FILE_NOT_FOUND']);
    expect(await park(contract.readAssessment, { assessmentId: id })).toMatchObject({ missing: [], mayPublish: true });
    await park(contract.publishAssessment, { assessmentId: id, revision: 2 });
    expect(await refused(resources(contract.amendAssessment, { ...change, revision: 2 }))).toEqual([
      409,
      'ASSESSMENT_NOT_DRAFT',
    ]);
    expect(await platform.call(contract.openLandDocument, { documentId })).toMatchObject({ name: '材料.pdf' });
    const page = await platform.http.inject({ url: `/api/land/documents/${documentId}/content` });
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'application/pdf']);
    const { assessments } = await platform.call(contract.publicAssessments, { kind: 'energy' });
    expect(assessments.map(({ title }) => title)).toContain('南区节能评价');
  });

  it('a new result takes the place of the old one, in one step', async () => {
    const { assessments } = await park(contract.listAssessments, { text: '南区' });
    const old = assessments[0]?.id ?? '';
    const documentId = await upload(park);
    const { id } = await park(contract.draftAssessment, { ...draft, title: '南区节能复评', documentId, replaces: old });
    const other = await park(contract.draftAssessment, { ...draft, title: '又一份', documentId, replaces: old });
    await bureau(contract.publishAssessment, { assessmentId: id, revision: 1 });
    expect(await police(contract.readAssessment, { assessmentId: old })).toMatchObject({ state: 'superseded' });
    expect(await refused(bureau(contract.publishAssessment, { assessmentId: other.id, revision: 1 }))).toEqual([
      409,
      'ASSESSMENT_NOT_VALID',
    ]);
    expect(await park(contract.discardAssessment, { assessmentId: other.id })).toEqual({ removed: true });
    expect(await refused(park(contract.discardAssessment, { assessmentId: id }))).toEqual([
      409,
      'ASSESSMENT_NOT_DRAFT',
    ]);
  });

  it('wrong words and wrong areas are told', async () => {
    const wrong = async (change: object) => (await refused(park(contract.draftAssessment, { ...draft, ...change })))[1];
    expect(await wrong({ kind: 'weather' })).toBe('LAND_WORD_UNKNOWN');
    expect(await wrong({ excludedUses: ['castle'] })).toBe('LAND_WORD_UNKNOWN');
    expect(await wrong({ area: [] })).toBe('AREA_WRONG');
    expect(await wrong({ area: square(34.6, 107.9, 0.1) })).toBe('AREA_WRONG');
    expect(await wrong({ documentId: '01920000-0000-7000-8000-000000000001' })).toBe('LAND_FILE_NOT_FOUND');
    expect(await wrong({ replaces: '01920000-0000-7000-8000-000000000001' })).toBe('ASSESSMENT_NOT_FOUND');
    expect(await wrong({ validFrom: '2026-02-30' })).toBe('INVALID_INPUT');
  });

  it('anybody asks for a point or a plot what is still to be done, and why', async () => {
    const { judgements, spared } = await platform.call(contract.checkAssessments, {
      longitude: 107.81,
      latitude: 34.69,
    });
    expect(judgements).toHaveLength(11);
    const of = (kind: string) => judgements.find((one) => one.kind === kind);
    expect(of('heritage')).toMatchObject({ verdict: 'unknown' });
    expect(of('soil-conservation')).toMatchObject({ verdict: 'spared', documentNo: '试评〔2025〕2号' });
    expect(of('safety')?.why).toContain('已经过期');
    expect(spared).toBe(judgements.filter(({ verdict }) => verdict === 'spared').length);
    const later = await platform.call(contract.checkAssessments, {
      longitude: 107.81,
      latitude: 34.69,
      onDate: '2028-03-10',
    });
    expect(later.judgements.find((one) => one.kind === 'soil-conservation')?.verdict).toBe('needed');
    expect(await refused(platform.call(contract.checkAssessments, { longitude: 7, latitude: 34 }))).toEqual([
      400,
      'INVALID_INPUT',
    ]);
    const { plots } = await platform.call(contract.publicPlots, { offer: 'open' });
    const plot = await platform.call(contract.checkAssessments, { plotId: plots[0]?.id ?? '' });
    expect(plot.plot?.no).toBe('试-2026-01');
  });

  it('the door answers a project in its own words, and counts who relies on a result once', async () => {
    const asked = { site: [107.81, 34.69] as const, use: 'factory', onDate: '2026-11-23' };
    const answers = (hazards: string[] | null) => platform.asSystem((tx) => assessmentsFor(tx, { ...asked, hazards }));
    const verdict = async (hazards: string[] | null) =>
      (await answers(hazards)).find(({ kind }) => kind === 'environment')?.verdict;
    expect([await verdict(null), await verdict([]), await verdict(['pollution'])]).toEqual([
      'unknown',
      'spared',
      'needed',
    ]);
    const soil = (await answers([])).find(({ kind }) => kind === 'soil-conservation');
    expect(soil?.replaces.materials).toEqual(['soil-conservation-approval.soil-plan']);
    const id = soil?.resultId ?? '';
    const subject = { type: 'project', id: 'p-1', no: '2026-01', name: '厂房' };
    const before = (await police(contract.listReuses, { assessmentId: id })).total;
    for (let round = 0; round < 2; round++) await platform.asSystem((tx) => recordReuse(tx, [id, id], subject));
    expect((await police(contract.listReuses, { assessmentId: id })).total).toBe(before + 1);
    const unknown = '01920000-0000-7000-8000-000000000001';
    await expect(platform.asSystem((tx) => recordReuse(tx, [id, unknown], subject))).rejects.toMatchObject({
      code: 'ASSESSMENT_NOT_VALID',
    });
  });

  it('its unit is told once to renew, in good time', async () => {
    const documentId = await upload(park);
    const ending = { ...draft, kind: 'climate', documentId, validFrom: '2025-01-01', validUntil: '2027-01-15' };
    const { id } = await park(contract.draftAssessment, ending);
    await bureau(contract.publishAssessment, { assessmentId: id, revision: 1 });
    await platform.drain();
    const renewals = async () => (await park(listTasks, { size: 100 })).tasks.filter(({ link }) => link.endsWith(id));
    expect((await renewals()).map(({ dueOn }) => dueOn)).toEqual(['2027-01-15']);
    expect(await platform.asSystem((tx) => land.jobs?.[0]?.run(tx) ?? Promise.resolve(-1))).toBe(0);
    expect(await renewals()).toHaveLength(1);
  });
});

const facts = {
  name: '东区九号地块',
  town: 'town-610329100',
  location: '东区创业路南侧',
  use: 'industrial',
  area: square(107.805, 34.688, 0.001),
  ready: ['通水', '通电', '通路', '场地平整'],
  targets: [
    { indicator: 'investment-intensity', value: 150 },
    { indicator: 'floor-area-ratio', value: 1 },
    { indicator: 'tax-per-mu', value: 8 },
  ],
};

describe('标准地', () => {
  let plotId: string;

  it('is defined by its desk, with values of the county’s indicators only', async () => {
    expect(await refused(police(contract.definePlot, { no: 'A-1', ...facts }))).toEqual([403, 'LAND_NOT_THIS_UNIT']);
    const wrong = async (change: object) =>
      (await refused(park(contract.definePlot, { no: 'A-1', ...facts, ...change })))[1];
    expect(await wrong({ use: 'castle' })).toBe('LAND_WORD_UNKNOWN');
    expect(await wrong({ town: 'park-committee' })).toBe('LAND_WORD_UNKNOWN');
    expect(await wrong({ targets: [facts.targets[0], facts.targets[0]] })).toBe('PLOT_TARGETS_WRONG');
    plotId = (await park(contract.definePlot, { no: 'A-1', ...facts })).id;
    expect(await wrong({})).toBe('PLOT_NO_TAKEN');
    expect(await refused(police(contract.readPlot, { plotId }))).toEqual([404, 'PLOT_NOT_FOUND']);
    expect(await refused(platform.call(contract.publicPlot, { plotId }))).toEqual([404, 'PLOT_NOT_FOUND']);
  });

  it('is not offered until every guard holds, each said in words', async () => {
    const outside = { ...facts, plotId, area: square(107.95, 34.75, 0.001), targets: [], ready: [] };
    await resources(contract.amendPlot, outside);
    const { actions } = await park(contract.readPlot, { plotId });
    const missing = actions.find(({ action }) => action === 'offer')?.missing.join();
    for (const words of ['地质灾害区域评估没有完成', '没有填“亩均税收”', '通水、通电'])
      expect(missing).toContain(words);
    expect(await refused(park(contract.offerPlot, { plotId }))).toEqual([409, 'PLOT_NOT_READY']);
    await park(contract.amendPlot, { plotId, ...facts });
    expect(await park(contract.offerPlot, { plotId })).toEqual({ state: 'granted' });
    expect(await refused(park(contract.offerPlot, { plotId }))).toEqual([409, 'PLOT_TRANSITION_IMPOSSIBLE']);
    const open = await platform.call(contract.publicPlot, { plotId });
    expect(open.regional).toHaveLength(6);
    expect(open.states.map(({ at }) => at)).toEqual(['done', 'now', 'later', 'later', 'later']);
  });

  it('goes from award to acceptance, the firm signing for itself; failing opens a breach with a task', async () => {
    const award = {
      plotId,
      uscc: firmCode,
      enterpriseName: '麟游县御泉餐饮有限公司',
      contractNo: 'CR-7',
      awardedOn: '2026-11-20',
    };
    expect(await refused(park(contract.awardPlot, { ...award, uscc: '91610329MA6X000168' }))).toEqual([
      400,
      'INVALID_INPUT',
    ]);
    expect((await firm(contract.myPlots, {})).total).toBe(0);
    await park(contract.awardPlot, award);
    expect(await refused(park(contract.openCommitment, { plotId }))).toEqual([409, 'PLOT_NOT_READY']);
    const documentId = await upload(park);
    const agreement = {
      plotId,
      no: '监管-7',
      parties: ['园区管委会', '御泉'],
      signedOn: '2026-11-20',
      completionBy: '2028-11-20',
      productionBy: '2030-11-20',
      penalty: '每日万分之五',
      documentId,
    };
    await park(contract.signAgreement, agreement);
    expect(await firm(contract.openLandDocument, { documentId })).toMatchObject({ documentId });
    expect(await refused(stranger(contract.openLandDocument, { documentId }))).toEqual([404, 'LAND_FILE_NOT_FOUND']);
    const due = await park(listTasks, { text: 'A-1' });
    expect(due.tasks.filter(({ subjectNo }) => subjectNo === 'A-1').map(({ dueOn }) => dueOn)).toEqual([
      '2028-11-20',
      '2030-11-20',
    ]);
    await park(contract.openCommitment, { plotId });
    expect(await refused(stranger(contract.signMyCommitment, { plotId, agreed: true }))).toEqual([
      404,
      'PLOT_NOT_FOUND',
    ]);
    expect(await refused(firm(contract.signMyCommitment, { plotId, agreed: false } as never))).toEqual([
      400,
      'INVALID_INPUT',
    ]);
    await firm(contract.signMyCommitment, { plotId, agreed: true });
    await park(contract.recordPermit, { plotId, name: '施工许可证', no: '1', issuedOn: '2026-11-21' });
    await park(contract.startBuilding, { plotId, startedOn: '2026-11-22' });
    await firm(contract.reportMyCompletion, { plotId, completedOn: '2026-11-23' });
    const measured = (indicator: string, value: number, unit: string) => ({
      indicator,
      value,
      unit,
      measuredOn: '2026-11-23',
      evidence: '报告',
    });
    const completion = {
      plotId,
      phase: 'completion' as const,
      opinion: '逐项核对',
      measurements: [measured('investment-intensity', 120, '万元/亩'), measured('floor-area-ratio', 1.1, '')],
    };
    const wrongUnit = { ...completion, measurements: [measured('investment-intensity', 120, '元/亩')] };
    expect(await refused(park(contract.acceptPlot, wrongUnit))).toEqual([400, 'MEASUREMENT_WRONG']);
    const { passed, breachId } = await park(contract.acceptPlot, completion);
    expect(passed).toBe(false);
    const mine = await firm(contract.myPlots, {});
    expect(mine.plots[0]?.breaches[0]).toMatchObject({
      id: breachId,
      penalty: '每日万分之五',
      rectifyBy: '2027-05-24',
    });
    const breach = { plotId, breachId: breachId ?? '' };
    const closing = { ...breach, outcome: 'rectified' as const, decision: '到位', documentNo: '园管1号' };
    expect(await refused(park(contract.closeBreach, closing))).toEqual([409, 'PLOT_NOT_READY']);
    const report = {
      ...breach,
      report: '追加设备投资',
      measurements: [measured('investment-intensity', 155, '万元/亩')],
    };
    expect(await park(contract.reportRectification, report)).toEqual({ passed: true });
    await park(contract.closeBreach, closing);
    const unknown = { ...closing, breachId: '01920000-0000-7000-8000-000000000001' };
    expect(await refused(park(contract.closeBreach, unknown))).toEqual([404, 'BREACH_NOT_FOUND']);
    const production = {
      ...completion,
      phase: 'production' as const,
      measurements: [measured('tax-per-mu', 8, '万元/亩·年')],
    };
    expect(await park(contract.acceptPlot, production)).toEqual({ passed: true, breachId: null });
    const whole = await park(contract.readPlot, { plotId });
    expect(whole.conclusion).toMatchObject({ outcome: 'fulfilled' });
    expect(whole.actions).toEqual([]);
    expect(await refused(park(contract.openBreach, { plotId, terms: ['x'] }))).toEqual([409, 'PLOT_CONCLUDED']);
    const left = await park(listTasks, { text: 'A-1' });
    expect(left.tasks.filter(({ subjectNo }) => subjectNo === 'A-1')).toEqual([]);
  });

  it('the fold over its events equals the row, for every plot', async () => {
    const { db } = platform.services;
    const rows = await db.rows<Record<string, unknown> & { id: string }>(
      sql`select id, name, unit_id, town, land_use, area_mu::float8, status, on_offer, uscc, open_breaches, concluded, state from land.plot`,
    );
    expect(rows.length).toBeGreaterThan(4);
    for (const { id, ...row } of rows) {
      const events = await db.rows<{ body: PlotEvent }>(
        sql`select body from land.plot_event where plot_id = ${id} order by seq`,
      );
      expect(
        projection(
          foldAll(
            null,
            events.map(({ body }) => body),
          ),
        ),
      ).toEqual(row);
    }
  });

  it('two officers at once: one offers, the other hears why not', async () => {
    const { id } = await park(contract.definePlot, { no: 'A-2', ...facts, area: square(107.808, 34.688, 0.001) });
    const both = await Promise.all([park, resources].map((who) => refused(who(contract.offerPlot, { plotId: id }))));
    expect(both.map(([status]) => status).sort()).toEqual([200, 409]);
    expect(await park(contract.withdrawOffer, { plotId: id, reason: '规划调整' })).toEqual({ state: 'standard-set' });
  });
});

describe('亩均论英雄', () => {
  it('publishes grades and places, never the figures; a firm sees its own', async () => {
    const list = await platform.call(contract.publicRanking, { size: 50 });
    expect(list).toMatchObject({ year: 2025, version: 1, total: 9, objectUntil: '2026-11-30' });
    expect(JSON.stringify(list)).not.toContain('386.5');
    expect(list.firms.find(({ uscc }) => uscc === '91610329MA6TR0079G')).toMatchObject({ grade: null, place: null });
    const mine = await firm(contract.myFigures, {});
    expect(mine.years[0]).toMatchObject({
      year: 2025,
      figures: { landMu: 2.1 },
      ranking: { why: '豁免：用地不足 3 亩' },
    });
    expect((await stranger(contract.myFigures, {})).years).toEqual([]);
  });

  it('keeps what a firm declares, for the desk to check; nobody else reads it', async () => {
    const given = { year: 2024, uscc: firmCode, figures: { landMu: 2.1, tax: 15 } };
    expect(await refused(stranger(contract.declareFigures, given))).toEqual([403, 'FORBIDDEN']);
    expect(await refused(firm(contract.declareFigures, { ...given, year: 2026 }))).toEqual([400, 'FIGURES_WRONG']);
    expect(await refused(firm(contract.declareFigures, { ...given, figures: { profit: 1 } }))).toEqual([
      400,
      'FIGURES_WRONG',
    ]);
    expect(await firm(contract.declareFigures, given)).toEqual({ revision: 1 });
    expect(await refused(firm(contract.declareFigures, given))).toEqual([409, 'FIGURES_CHANGED']);
    expect(await police(contract.listFigures, { year: 2024 })).toEqual({
      firms: [],
      total: 0,
      years: [],
      mayRead: false,
    });
    expect(await refused(police(contract.previewRanking, { year: 2024 }))).toEqual([403, 'LAND_NOT_THIS_UNIT']);
    const { firms } = await industry(contract.listFigures, { year: 2024 });
    expect(firms).toMatchObject([
      { uscc: firmCode, state: 'declared', declaredByFirm: true, figures: { energy: null } },
    ]);
    expect(await refused(industry(contract.publishRanking, { year: 2024 }))).toEqual([409, 'RANKING_UNCHECKED']);
    const check = { year: 2024, uscc: firmCode, revision: 1 };
    expect(await refused(industry(contract.checkFigures, { ...check, outcome: 'returned' }))).toEqual([
      400,
      'FIGURES_WRONG',
    ]);
    expect(
      await refused(industry(contract.checkFigures, { ...check, outcome: 'checked', exemption: '关系好' })),
    ).toEqual([400, 'LAND_WORD_UNKNOWN']);
    await industry(contract.checkFigures, { ...check, outcome: 'returned', remark: '税金与完税证明不符' });
    await firm(contract.declareFigures, { ...given, figures: { landMu: 2.1, tax: 14.2 }, revision: 2 });
    await industry(contract.checkFigures, { ...check, outcome: 'checked', revision: 3 });
    expect(await refused(firm(contract.declareFigures, { ...given, revision: 4 }))).toEqual([
      409,
      'FIGURES_ALREADY_CHECKED',
    ]);
    expect(await refused(industry(contract.checkFigures, { ...check, year: 2023, outcome: 'checked' }))).toEqual([
      404,
      'FIGURES_NOT_FOUND',
    ]);
    expect(await refused(industry(contract.publishRanking, { year: 2020 }))).toEqual([409, 'RANKING_EMPTY']);
  });

  it('an objection within the term goes to the desk; upheld, the figures are put right and the year published anew', async () => {
    const rankingId = (await firm(contract.myFigures, {})).years[0]?.ranking?.id ?? '';
    const objection = { rankingId, uscc: firmCode, grounds: '用地面积应是 3.4 亩' };
    expect(await refused(stranger(contract.fileObjection, objection))).toEqual([404, 'RANKING_NOT_FOUND']);
    const { id } = await firm(contract.fileObjection, objection);
    expect(await refused(firm(contract.fileObjection, objection))).toEqual([409, 'OBJECTION_ALREADY_OPEN']);
    expect((await industry(contract.listObjections, { state: 'open' })).objections).toMatchObject([{ id, year: 2025 }]);
    const decision = { objectionId: id, outcome: 'upheld' as const, decision: '经核实为 3.4 亩' };
    await industry(contract.decideObjection, decision);
    expect(await refused(industry(contract.decideObjection, decision))).toEqual([409, 'OBJECTION_ALREADY_DECIDED']);
    const [mine] = (await firm(contract.myFigures, {})).years;
    expect(mine).toMatchObject({
      state: 'returned',
      remark: '异议成立：经核实为 3.4 亩',
      objections: [{ outcome: 'upheld' }],
    });
    const revision = mine?.revision ?? 0;
    await firm(contract.declareFigures, {
      year: 2025,
      uscc: firmCode,
      figures: { ...mine?.figures, landMu: 3.4 },
      revision,
    });
    await industry(contract.checkFigures, { year: 2025, uscc: firmCode, outcome: 'checked', revision: revision + 1 });
    expect(await industry(contract.previewRanking, { year: 2025 })).toMatchObject({
      differs: true,
      unchecked: 0,
      ranked: 7,
    });
    expect(await industry(contract.publishRanking, { year: 2025, reason: '异议成立' })).toMatchObject({
      version: 2,
      ranked: 7,
    });
    expect(await industry(contract.previewRanking, { year: 2025 })).toMatchObject({ differs: false });
  });
});

describe('存量土地', () => {
  it('is kept with measures and a task until it is dealt with', async () => {
    const given = {
      kind: 'idle' as const,
      name: '西区三号',
      location: '西区',
      areaMu: 12.5,
      since: '2025-06-30',
      cause: '没有动工',
      measure: '约谈',
    };
    expect(await refused(police(contract.recordIdleLand, given))).toEqual([403, 'LAND_NOT_THIS_UNIT']);
    const { id: landId } = await park(contract.recordIdleLand, given);
    await resources(contract.addIdleMeasure, { landId, text: '限期动工' });
    const { lands, openMu } = await police(contract.listIdleLand, { kind: 'idle' });
    const found = lands.find(({ id }) => id === landId);
    expect(found).toMatchObject({ months: 16, measures: [{ text: '约谈' }, { text: '限期动工' }], closedAt: null });
    expect(found?.dueOn).not.toBeNull();
    expect(openMu.find(({ kind }) => kind === 'idle')).toMatchObject({ count: 2, areaMu: 41.4 });
    await park(contract.closeIdleLand, { landId, outcome: '已经动工' });
    expect(await refused(park(contract.addIdleMeasure, { landId, text: '再查' }))).toEqual([409, 'IDLE_LAND_CLOSED']);
    const unknown = { landId: '01920000-0000-7000-8000-000000000001', text: 'x' };
    expect(await refused(park(contract.addIdleMeasure, unknown))).toEqual([404, 'IDLE_LAND_NOT_FOUND']);
  });
});

describe('the plan', () => {
  const plan = resolve(import.meta.dirname, '../../../../shared/domain/measures.md');
  it.skipIf(!existsSync(plan))('names eleven kinds, and so do the county’s data', async () => {
    const line = (await readFile(plan, 'utf8')).split('\n').find((one) => one.startsWith('| 9 |')) ?? '';
    expect(line).toContain('11 项评估');
    expect((await platform.call(contract.landOptions, {})).kinds).toHaveLength(11);
  });
});

describe('after the term', () => {
  it('no objection is taken any more', async () => {
    platform.clock.set('2026-12-20T01:00:00.000Z');
    const again = await platform.signInAnew('firm');
    const { ranking } = (await again(contract.myFigures, {})).years[0] ?? {};
    expect(ranking).toMatchObject({ version: 2, mayObject: false });
    const objection = { rankingId: ranking?.id ?? '', uscc: firmCode, grounds: '迟了' };
    expect(await refused(again(contract.fileObjection, objection))).toEqual([409, 'OBJECTION_TOO_LATE']);
  });
});
