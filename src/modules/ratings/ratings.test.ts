import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, test } from 'vitest';
import { fileService, paper, refused } from '../../../test/support/applying.ts';
import { signOff } from '../../../test/support/opening.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import type { Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import type { Message } from '../../kernel/messenger.ts';
import { migrate, readMigrations } from '../../kernel/migrate.ts';
import { createVisitor } from '../../portal/test-visitor.ts';
import { migrationsFolder } from '../../start.ts';
import { myNotices } from '../cases/contract.ts';
import { me } from '../org/contract.ts';
import { listTasks } from '../tasks/contract.ts';
import * as contract from './contract.ts';
import { foldAll, type RatingEvent, type RatingState } from './rules/subject.ts';
import { projection } from './store/subjects.ts';

const food = 'food-business-licence';
const seal = 'seal-engraving';
const phone = '13991700001';
const sent: Message[] = [];
let platform: TestPlatform;
let applicant: Caller;
let clerk: Caller;
let leader: Caller;
let supervisor: Caller;

beforeAll(async () => {
  platform = await startTestPlatform({ messenger: { send: async (message) => void sent.push(message) } });
  await everybody();
}, 120_000);
afterAll(() => platform?.stop());

/** Sessions end over night. */
async function everybody(at = platform.clock.now()): Promise<void> {
  platform.clock.set(at);
  const names = ['applicant', 'clerk', 'officer-approval-bureau', 'supervisor'];
  const [first, second, third, fourth] = await Promise.all(names.map((name) => platform.signIn(name)));
  if (!first || !second || !third || !fourth) throw new Error('nobody signed in');
  [applicant, clerk, leader, supervisor] = [first, second, third, fourth];
}

const idOf = async (who: Caller) => (await who(me, {})).account.id;
const read = (who: Caller, ratingId: string) => who(contract.readRating, { ratingId });

async function visit(extra: Record<string, unknown> = {}) {
  return clerk(contract.openVisit, { itemId: food, windowName: '综合窗口 3 号', phone, ...extra });
}

/** A case of the item, decided by the unit's officer; the event has been heard. */
async function decided(
  item: string,
  seed: number,
): Promise<{ caseId: string; ratingId: string; code: string; no: string }> {
  const { caseId } = await fileService(platform, applicant, item, { seed });
  await signOff(platform, caseId);
  await platform.drain();
  const row = await platform.services.db.one<{ id: string; code: string; subjectNo: string }>(
    sql`select id, code, subject_no from ratings.subject where subject_id = ${caseId}`,
  );
  return { caseId, ratingId: row.id, code: row.code, no: row.subjectNo };
}

describe('窗口办完，短信一点就评，差评从联系到公开', () => {
  let ratingId = '';
  let code = '';

  test('开放评价：发短信链接；只打开链接什么都不改；点一下就评，双击只算一次', async () => {
    const opened = await visit();
    ({ ratingId, code } = opened);
    await platform.drain();
    const message = sent.find(({ to }) => to === phone);
    expect(message?.text).toContain(`/rate/${code}`);
    expect(code).toMatch(/^[2-9A-Z]{16}$/);

    const nobody = createVisitor(platform);
    const page = await nobody.open(`/rate/${code}?via=qr`);
    expect(page.text).toContain('非常不满意');
    expect((await platform.call(contract.openLink, { code })).rating).toBeNull();
    expect(page.html).not.toContain(phone);
    const picture = await nobody.open(`/rate/${code}/qr.svg`);
    expect([picture.status, picture.html.startsWith('<svg')]).toEqual([200, true]);
    expect((await nobody.open('/rate/no_such/qr.svg')).status).toBe(404);
    const form = page.forms.find(({ action }) => action === `/rate/${code}`);
    expect(form?.method).toBe('post');

    const tapped = await nobody.submit(page, `/rate/${code}`, { level: '1' });
    expect(tapped.text).toContain('单位会在一个工作日内联系您');
    expect(await refused(platform.call(contract.rateByLink, { code, level: 5 }))).toEqual([
      409,
      'RATING_ALREADY_GIVEN',
    ]);
    const said = await nobody.submit(tapped, `/rate/${code}/words`, {
      reasons: ['slow'],
      words: `等了一上午，电话${phone}`,
    });
    expect(said.text).toContain('等了一上午');
    expect(await refused(platform.call(contract.explainByLink, { code, reasons: [], words: '再说' }))).toEqual([
      409,
      'RATING_WORDS_ALREADY_GIVEN',
    ]);
    expect(await refused(platform.call(contract.openLink, { code: 'NOSUCHCODE' }))).toEqual([404, 'RATING_NOT_FOUND']);
  });

  test('联系的钟走一个工作日；被评价的窗口人员看不到是谁，也办不了', async () => {
    const { ratings } = await leader(contract.listRatings, { level: [1] });
    const mine = ratings.find(({ id }) => id === ratingId);
    expect([mine?.status, mine?.duty?.dueOn, mine?.channelName]).toEqual(['contact', '2026-11-24', '二维码']);
    expect(await refused(read(clerk, ratingId))).toEqual([403, 'FORBIDDEN']);
    const other = await platform.signIn('officer-market-regulation');
    expect(await refused(read(other, ratingId))).toEqual([404, 'RATING_NOT_FOUND']);

    const appoint = async (accountId: string, reason = '') =>
      refused(leader(contract.appointHandler, { ratingId, accountId, reason }));
    const clerkId = await idOf(clerk);
    expect(await appoint(clerkId)).toEqual([409, 'RATED_OFFICER_NEEDS_REASON']);
    expect(await appoint(await idOf(other))).toEqual([400, 'OFFICER_NOT_OF_UNIT']);
    const own = await idOf(leader);
    expect(await refused(leader(contract.readRater, { ratingId }))).toEqual([403, 'RATER_NOT_SHOWN']);
    expect((await read(leader, ratingId)).served).toMatchObject({ officerId: clerkId, windowName: '综合窗口 3 号' });
    expect(await appoint(own)).toEqual([200, 'none']);
    expect(await appoint(own)).toEqual([409, 'TASK_HANDED_TO_SAME']);
    // Whoever may now ask who it was no longer reads who served beside it.
    const whole = await read(leader, ratingId);
    expect([whole.served, whole.maySeeRater]).toEqual([null, true]);
    expect(await leader(contract.readRater, { ratingId })).toMatchObject({ phone });
    expect(await refused(other(contract.readRater, { ratingId }))).toEqual([404, 'RATING_NOT_FOUND']);
    expect(await refused(supervisor(contract.readRater, { ratingId }))).toEqual([403, 'RATER_NOT_SHOWN']);
  });

  test('单位看到的一切里，没有评价人：姓名、电话、办件编号、链接都没有', async () => {
    const seen = JSON.stringify([
      await leader(contract.listRatings, { size: 200 }),
      await read(leader, ratingId),
      await leader(listTasks, { size: 200 }),
      await leader(contract.ratingFigures, { by: 'officer' }),
    ]).replaceAll(`等了一上午，电话${phone}`, '');
    const row = await platform.services.db.one<{ subjectNo: string; contact: string }>(
      sql`select subject_no, contact from ratings.subject where id = ${ratingId}`,
    );
    for (const secret of [phone, code, row.contact]) expect(seen).not.toContain(secret);
    expect(row.contact).not.toContain(phone);
    const events = await platform.services.db.rows<{ actorId: string | null; actorName: string }>(
      sql`select actor_id, actor_name from ratings.event where type in ('rated', 'explained', 'followedUp')`,
    );
    expect(new Set(events.map(({ actorId, actorName }) => `${actorId} ${actorName}`))).toEqual(
      new Set(['null 评价人']),
    );
  });

  test('当场改正，回访不满意一次，交给监督单位，重新整改后满意，公开', async () => {
    await leader(contract.contactRater, { ratingId, how: '电话', words: '要求当面说明' });
    const inTime = (await read(leader, ratingId)).contact?.inTime;
    expect(inTime).toBe(true);
    await leader(contract.fixAtOnce, { ratingId, words: '已经当面说明并致歉，增加了一个窗口。' });
    await platform.drain();
    expect(sent.filter(({ to, text }) => to === phone && text.includes('改得满意不满意')).length).toBe(1);
    expect(sent.filter(({ to }) => to === phone).length).toBe(2);
    await platform.call(contract.revisitByLink, { code, satisfied: false, words: '没有人来' });
    const reopened = await read(supervisor, ratingId);
    expect([reopened.status, reopened.duty?.unitName]).toEqual(['supervised', '县职转和营商办']);
    expect(await refused(leader(contract.directRectification, { ratingId, words: '不用了' }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect(await refused(supervisor(contract.directRectification, { ratingId, words: '重来', days: 16 }))).toEqual([
      400,
      'RECTIFICATION_TOO_LONG',
    ]);
    await supervisor(contract.directRectification, { ratingId, words: '三个工作日内办好', days: 3 });
    expect((await read(leader, ratingId)).duty?.dueOn).toBe('2026-11-26');
    await leader(contract.reportRectification, { ratingId, words: '已经办好。' });
    expect(await refused(clerk(contract.recordRevisit, { ratingId, answer: 'satisfied' }))).toEqual([403, 'FORBIDDEN']);
    await supervisor(contract.recordRevisit, { ratingId, answer: 'unreached' });
    await supervisor(contract.recordRevisit, { ratingId, answer: 'satisfied', words: '可以了' });
    const closed = await read(supervisor, ratingId);
    expect([closed.status, closed.outcome, closed.duty?.title]).toEqual(['closed', 'satisfied', '公开差评和答复']);
    expect(closed.draft.words).not.toContain(phone);

    const publish = (words: string, reply = '增加了一个窗口。') =>
      refused(supervisor(contract.publishRating, { ratingId, words, reply }));
    expect(await publish(`等了一上午，电话${phone}`)).toEqual([400, 'PUBLICATION_TELLS_WHO']);
    expect(await publish('等了一上午', '')).toEqual([409, 'PUBLICATION_NEEDS_REPLY']);
    expect(await publish('等了一上午')).toEqual([200, 'none']);
    const { ratings, total } = await platform.call(contract.publishedRatings, { id: food });
    expect([total, ratings[0]?.words, ratings[0]?.reply]).toEqual([1, '等了一上午', '增加了一个窗口。']);
    const nobody = createVisitor(platform);
    expect((await nobody.open(`/guides/${food}`)).text).toContain('增加了一个窗口');
    expect((await nobody.open(`/guides/${food}/ratings`)).text).toContain('好评率 0%');
    // What was done last is what may be said of it still: a follow-up, once.
    await platform.call(contract.followUpByLink, { code, level: 4, words: '后来好了' });
    expect(await refused(platform.call(contract.followUpByLink, { code, level: 5 }))).toEqual([
      409,
      'FOLLOW_UP_ALREADY_GIVEN',
    ]);
    expect((await platform.call(contract.ratingSummary, { id: food })).average).toBe(1);
    await supervisor(contract.withholdRating, { ratingId, reason: '重新审看' });
    expect((await platform.call(contract.publishedRatings, { id: food })).total).toBe(0);
  });

  test('留错手机号、不认识的理由、别单位的人：说清楚', async () => {
    expect(await refused(visit({ phone: '12' }))).toEqual([400, 'INVALID_INPUT']);
    expect(await refused(visit({ officerId: await idOf(supervisor) }))).toEqual([400, 'OFFICER_NOT_OF_UNIT']);
    const plain = await visit({ phone: '', what: '咨询', itemId: '' });
    expect(
      await refused(platform.call(contract.rateByLink, { code: plain.code, level: 1, reasons: ['nosuch'] })),
    ).toEqual([400, 'RATING_REASON_UNKNOWN']);
    expect(await refused(platform.call(contract.explainByLink, { code: plain.code, words: '先说' }))).toEqual([
      409,
      'RATING_TRANSITION_IMPOSSIBLE',
    ]);
    await platform.call(contract.rateByLink, { code: plain.code, level: 1, channel: 'device' });
    const named = await platform.call(contract.explainByLink, { code: plain.code, words: '回个电话', phone });
    expect(named.status).toBe('contact');
  });
});

describe('自己的办件', () => {
  test('没办结不能评；办结后收到通知；双击两次只有一条；事项和一件事的合计从索引里数', async () => {
    const early = await fileService(platform, applicant, seal, { seed: 1 });
    expect(await refused(applicant(contract.rateCase, { caseId: early.caseId, level: 5 }))).toEqual([
      409,
      'RATING_TOO_EARLY',
    ]);
    await signOff(platform, early.caseId);
    // Before the event has come by.
    const twice = await Promise.all(
      [1, 2].map(() => refused(applicant(contract.rateCase, { caseId: early.caseId, level: 5 }))),
    );
    expect(twice.sort()).toEqual([
      [200, 'none'],
      [409, 'RATING_ALREADY_GIVEN'],
    ]);
    await platform.drain();
    const { notices } = await applicant(myNotices, {});
    expect(notices.some(({ title }) => title.startsWith('请评价'))).toBe(false);
    const stranger = await platform.signIn('firm');
    expect(await refused(stranger(contract.rateCase, { caseId: early.caseId, level: 1 }))).toEqual([
      404,
      'CASE_NOT_FOUND',
    ]);
    const summary = (id: string) => platform.call(contract.ratingSummary, { id });
    expect(await summary(seal)).toMatchObject({ count: 1, goodShare: 1, average: 5 });
    expect(await summary('enterprise-opening')).toMatchObject({ count: 1, average: 5 });
    expect(await summary('birth-registration').catch(() => null)).not.toMatchObject({ count: 1 });
    expect(await refused(summary('nosuch'))).toEqual([404, 'SERVICE_NOT_FOUND']);
  });

  test('实名差评：只有一名经办人也要写明理由才能自己办；误评经监督单位复核剔除，不计入，记录还在', async () => {
    const { caseId, ratingId, no } = await decided(seal, 2);
    expect((await applicant(myNotices, {})).notices.some(({ title }) => title.startsWith('请评价'))).toBe(true);
    const { ratings } = await applicant(contract.myRatings, { subjectId: [caseId] });
    expect(ratings[0]).toMatchObject({ mayRate: true, rating: null });
    await applicant(contract.rateCase, { caseId, level: 2, comment: '慢', reasons: ['slow'] });
    const unit = (await read(supervisor, ratingId)).unitId;
    let officer = await platform.signIn(`officer-${unit}`);
    const contactIt = () => refused(officer(contract.contactRater, { ratingId, how: '电话', words: '说明' }));
    expect(await contactIt()).toEqual([403, 'RATING_NOT_YOURS']);
    expect(await refused(officer(contract.readRater, { ratingId }))).toEqual([403, 'RATER_NOT_SHOWN']);
    expect(JSON.stringify(await read(officer, ratingId))).not.toContain(no);
    const accountId = await idOf(officer);
    await officer(contract.appointHandler, { ratingId, accountId, reason: '本单位只有一名经办人' });
    expect(await officer(contract.readRater, { ratingId })).toMatchObject({ phone: '13891712301', subjectNo: no });
    await everybody('2026-11-25T01:00:00.000Z');
    officer = await platform.signIn(`officer-${unit}`);
    expect(await contactIt()).toEqual([200, 'none']);
    expect((await read(officer, ratingId)).contact?.inTime).toBe(false);
    expect(await refused(officer(contract.planRectification, { ratingId, measures: '改', days: 16 }))).toEqual([
      400,
      'RECTIFICATION_TOO_LONG',
    ]);
    await officer(contract.planRectification, { ratingId, measures: '改流程' });

    const evidence = await officer(contract.uploadEvidence, { ratingId, document: paper('录音说明.pdf') } as never);
    const appeal = (ids: string[]) =>
      refused(officer(contract.appealRating, { ratingId, ground: 'mistaken', words: '评的是别的单位', evidence: ids }));
    expect(await appeal([ratingId])).toEqual([404, 'RATING_FILE_NOT_FOUND']);
    expect(await appeal([evidence.id])).toEqual([200, 'none']);
    expect(await appeal([])).toEqual([409, 'APPEAL_ALREADY_MADE']);
    expect((await supervisor(contract.openEvidence, { documentId: evidence.id })).name).toBe('录音说明.pdf');
    expect(await refused(supervisor(contract.openEvidence, { documentId: ratingId }))).toEqual([
      404,
      'RATING_FILE_NOT_FOUND',
    ]);
    expect(await refused(officer(contract.decideAppeal, { ratingId, upheld: true, words: '剔除' }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    await supervisor(contract.decideAppeal, { ratingId, upheld: true, words: '评的确实是别的单位' });
    const removed = await read(supervisor, ratingId);
    expect([removed.status, removed.duty, removed.appeal?.decision?.upheld]).toEqual(['removed', null, true]);
    expect((await platform.call(contract.ratingSummary, { id: seal })).count).toBe(1);
    expect(removed.history.map(({ what }) => what)).toContain('复核决定：剔除');
    expect(await refused(supervisor(contract.decideAppeal, { ratingId, upheld: true, words: '再来' }))).toEqual([
      409,
      'RATING_TRANSITION_IMPOSSIBLE',
    ]);
  });

  test('匿名差评：计入统计，没有联系的期限，谁也看不到是谁；单位仍可整改', async () => {
    const { caseId, ratingId, code, no } = await decided(food, 3);
    await applicant(contract.rateCase, { caseId, level: 1, anonymous: true });
    const whole = await read(supervisor, ratingId);
    expect([whole.status, whole.anonymous, whole.duty, whole.maySeeRater]).toEqual(['rated', true, null, false]);
    expect(JSON.stringify(whole)).not.toContain(no);
    const officer = await platform.signIn(`officer-${whole.unitId}`);
    expect(await refused(supervisor(contract.decideAppeal, { ratingId, upheld: true, words: '剔除' }))).toEqual([
      409,
      'APPEAL_NOT_OPEN',
    ]);
    await officer(contract.appointHandler, { ratingId, accountId: await idOf(officer), reason: '只有一人' });
    expect(await refused(officer(contract.readRater, { ratingId }))).toEqual([403, 'RATER_NOT_SHOWN']);
    await officer(contract.fixAtOnce, { ratingId, words: '流程已改' });
    expect((await read(officer, ratingId)).outcome).toBe('anonymous');
    platform.clock.set('2027-06-30T01:00:00.000Z');
    expect(await refused(platform.call(contract.followUpByLink, { code, level: 5 }))).toEqual([
      409,
      'FOLLOW_UP_TOO_LATE',
    ]);
    await everybody('2026-11-25T01:00:00.000Z');
  });

  test('好评没有可改的；过了期限不能再评', async () => {
    const good = await visit({ phone: '' });
    await platform.call(contract.rateByLink, { code: good.code, level: 4 });
    expect(await refused(leader(contract.fixAtOnce, { ratingId: good.ratingId, words: '改' }))).toEqual([
      409,
      'RATING_NOT_BAD',
    ]);
    const missed = await visit({ phone: '' });
    platform.clock.set('2026-12-27T01:00:00.000Z');
    expect(await refused(platform.call(contract.rateByLink, { code: missed.code, level: 5 }))).toEqual([
      409,
      'RATING_TOO_LATE',
    ]);
    await everybody('2026-11-25T01:00:00.000Z');
  });
});

type Figures = OutputOf<typeof contract.ratingFigures>;

describe('统计', () => {
  it('等于另外数一遍：剔除的不计，没有评价的不算好评，分母是零就没有比例', async () => {
    const rows = await platform.services.db.rows<{ state: RatingState; unitId: string }>(
      sql`select state, unit_id from ratings.subject`,
    );
    const counted = (states: RatingState[]) => {
      const valid = states.filter(({ rating, status }) => rating !== null && status !== 'removed');
      const bad = valid.filter(({ rating }) => (rating?.level ?? 5) <= 2);
      const fixed = bad.filter(({ outcome }) => outcome === 'satisfied' || outcome === 'anonymous');
      const good = valid.length - bad.length;
      const removed = states.filter(({ status }) => status === 'removed').length;
      return [valid.length, good, bad.length, fixed.length, removed, states.length];
    };
    const told = ({ counts }: Pick<Figures['total'], 'counts'>) => {
      const { valid, good, bad, rectified, removed, finished } = counts;
      return [valid, good, bad, rectified, removed, finished];
    };
    const figures = await supervisor(contract.ratingFigures, { by: 'unit' });
    expect(told(figures.total)).toEqual(counted(rows.map(({ state }) => state)));
    for (const row of figures.rows)
      expect([row.key, told(row)]).toEqual([
        row.key,
        counted(rows.filter(({ unitId }) => unitId === row.key).map(({ state }) => state)),
      ]);
    expect(figures.total.counts.removed).toBe(1);
    const empty = await supervisor(contract.ratingFigures, { from: '2020-01-01', to: '2020-12-31' });
    expect([empty.total.good.share, empty.rows]).toEqual([null, []]);
    expect(empty.mechanisms.rows.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'nothing'));
    expect(figures.mechanisms.note).toContain('理解');
    for (const by of ['item', 'month', 'window', 'officer'] as const) {
      const { rows: lines } = await supervisor(contract.ratingFigures, { by });
      expect([by, lines.length > 0]).toEqual([by, true]);
    }
  });

  it('窗口和人员的数只给负责人看自己单位的、监督单位看全部', async () => {
    const auditor = await platform.signIn('auditor');
    expect(await refused(auditor(contract.ratingFigures, { by: 'officer' }))).toEqual([403, 'FORBIDDEN']);
    const { rows } = await leader(contract.ratingFigures, { by: 'officer' });
    expect(new Set(rows.map(({ unitName }) => unitName))).toEqual(new Set(['县行政审批局']));
  });

  it('方案要的指标是同一个数', async () => {
    const source = platform.indicators.get('ratings.goodShare');
    const period = { from: '2026-11-01', to: '2026-11-30' };
    const reading = await platform.asSystem((tx) => source?.compute(tx, {} as never, period) ?? Promise.reject());
    const { total } = await supervisor(contract.ratingFigures, period);
    expect([reading.numerator, reading.denominator]).toEqual([total.good.part, total.good.whole]);
    expect(reading.excluded.map(({ why }) => why)).toContain('复核后剔除的');
    const page = { page: 1, size: 50 };
    const behind = await platform.asSystem((tx) => source?.behind(tx, {} as never, period, page) ?? Promise.reject());
    expect(behind.rows.filter(({ counted }) => counted).length).toBe(total.good.whole);
  });
});

it('每件评价的现状等于它的事件折叠出来的结果', async () => {
  const rows = await platform.services.db.rows<ReturnType<typeof projection> & { id: string }>(sql`
    select id, unit_id, item_id, item_name, window_name, officer_id, finished_at, status, level, counted, anonymous, channel, rated_at,
      handler_id, rectified, appealing, published_at, state from ratings.subject`);
  const events = await platform.services.db.rows<{ subjectId: string; body: RatingEvent }>(
    sql`select subject_id, body from ratings.event order by subject_id, seq`,
  );
  expect(rows.length).toBeGreaterThan(5);
  for (const { id, ...row } of rows) {
    const own = events.filter(({ subjectId }) => subjectId === id).map(({ body }) => body);
    expect(JSON.parse(JSON.stringify(projection(foldAll(null, own))))).toEqual(row);
  }
});

it('早先的评价搬过来，一条不少，替别人填报的不算本人的，旧表不留', async () => {
  const name = `carry_${process.pid}`;
  const client = new pg.Client({ connectionString: inject('superUrl') });
  await client.connect();
  await client.query(`create database ${name} owner yingshang_owner`);
  const url = inject('ownerUrl').replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
  const all = await readMigrations(migrationsFolder);
  await migrate(
    url,
    all.filter((one) => one.name < '0015'),
  );
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  const at = '2026-05-06T07:08:09.123Z';
  const id = (last: number) => `0190a0a0-0000-7000-8000-00000000000${last}`;
  for (const [n, filedBy] of [
    [1, null],
    [2, id(9)],
  ] as const) {
    await owner.query(
      `insert into cases.application (region, id, no, service_kind, service_id, service_name, versions, account_id, filed_by, applicant_label, answers,
         state, created_at, updated_at) values ('610329', $1, $2, 'item', 'i', '事', '{}', $3, $4, '张*', '', 'filed', $5, $5)`,
      [id(n), `A${n}`, id(8), filedBy, at],
    );
    await owner.query(
      `insert into cases.case_file (region, id, no, application_id, item_id, item_version, item_name, unit_id, account_id, applicant_label, status,
         concluded_at, state, version) values ('610329', $1, $2, $1, 'i', 1, '事', 'u', $3, '张*', 'granted', $4, '{}', 1)`,
      [id(n), `C${n}`, id(8), at],
    );
    await owner.query(
      `insert into cases.rating (region, case_id, item_id, unit_id, account_id, level, comment, at)
         values ('610329', $1, 'i', 'u', $2, $3, '话', $4)`,
      [id(n), id(8), n, at],
    );
  }
  await migrate(url, all);
  const rows = await owner.query<{
    subject_id: string;
    holder_account: string | null;
    code: string;
    state: RatingState;
  }>('select subject_id, holder_account, code, state from ratings.subject order by subject_id');
  expect(rows.rows.map((row) => [row.subject_id, row.holder_account])).toEqual([
    [id(1), id(8)],
    [id(2), null],
  ]);
  expect(new Set(rows.rows.map(({ code }) => code)).size).toBe(2);
  const events = await owner.query<{ body: RatingEvent }>(
    'select e.body from ratings.event e join ratings.subject s on s.id = e.subject_id where s.subject_id = $1 order by seq',
    [id(1)],
  );
  expect(
    JSON.parse(
      JSON.stringify(
        foldAll(
          null,
          events.rows.map(({ body }) => body),
        ),
      ),
    ),
  ).toEqual(rows.rows[0]?.state);
  expect(rows.rows[0]?.state).toMatchObject({ status: 'rated', rating: { level: 1, words: '话', at } });
  const { rows: left } = await owner.query(`select to_regclass('cases.rating') as name`);
  expect(left).toEqual([{ name: null }]);
  await owner.end();
  await client.query(`drop database ${name} with (force)`);
  await client.end();
});

it('指南上的评价从索引里数，评价多了也不翻', async ({ skip }) => {
  const { version } = await platform.services.db.one<{ version: number }>(
    sql`select current_setting('server_version_num')::int as version`,
  );
  if (version < 170_000) skip('older planners read the same rows through another index');
  const owner = new pg.Client({ connectionString: platform.ownerUrl });
  await owner.connect();
  // Many of many items: with a handful of rows any index is as good as another.
  await owner.query(`insert into ratings.subject select region, gen_random_uuid(), no || n, kind, gen_random_uuid(), subject_no, code || n, unit_id,
      'item-' || n % 200, item_name, window_name, officer_id, holder_account, contact, holder_label, finished_at, status, level, counted, anonymous, channel,
      rated_at, handler_id, rectified, appealing, published_at, state, tasks, version, updated_at
    from (select * from ratings.subject where counted limit 1) one, generate_series(1, 4000) n`);
  await owner.query('vacuum analyze ratings.subject');
  const { rows } = await owner.query<Record<string, string>>(`explain select count(*), sum(level) from ratings.subject
    where region = '610329' and item_id = any (array['item-7', 'item-8']) and counted`);
  expect(JSON.stringify(rows)).toContain('Index Only Scan using subject_of_item');
  await owner.end();
});
