import type { OutputOf } from '../kernel/endpoint.ts';
import { localDateOf } from '../kernel/time.ts';
import { me } from '../modules/org/contract.ts';
import * as ratings from '../modules/ratings/contract.ts';
import type { Random } from './random.ts';
import type { Town } from './town.ts';
import * as words from './words.ts';

type Listed = OutputOf<typeof ratings.listRatings>['ratings'][number];

/** A working day's round over ratings: units contact, put right and report; the supervising office decides and publishes. */
export async function workRatings(town: Town, random: Random): Promise<void> {
  const supervisor = town.staff('supervisor');
  const open = await supervisor.call(ratings.listRatings, {
    status: ['contact', 'handling', 'rectifying', 'revisit', 'supervised'],
    size: 100,
  });
  for (const one of open.ratings) await takeStep(town, one, random.fork(`${one.no} ${localDateOf(town.now())}`));
  const appeals = await supervisor.call(ratings.listRatings, { appealing: 'yes', size: 50 });
  for (const { id: ratingId } of appeals.ratings) {
    const upheld = random.chance(0.4);
    await supervisor.call(ratings.decideAppeal, {
      ratingId,
      upheld,
      words: upheld ? '经核实，评的不是这件事，予以剔除。' : '经核实，评价属实，予以维持。',
    });
  }
  const ended = await supervisor.call(ratings.listRatings, { status: ['closed'], size: 20 });
  for (const one of ended.ratings.filter(({ published }) => !published)) await publish(town, one.id);
  const good = await supervisor.call(ratings.listRatings, { status: ['rated'], level: [4, 5], size: 20 });
  const worth = good.ratings.find(({ published, words: said }) => !published && said !== '');
  if (worth !== undefined && random.chance(0.5)) await publish(town, worth.id);
}

async function takeStep(town: Town, one: Listed, random: Random): Promise<void> {
  const ratingId = one.id;
  const officer = town.officerOf(one.unitId);
  const supervisor = town.staff('supervisor');
  switch (one.status) {
    case 'contact': {
      const { account } = await officer.call(me, {});
      await officer.call(ratings.appointHandler, { ratingId, accountId: account.id, reason: '本单位只有一名经办人' });
      if (random.chance(0.12)) {
        await officer.call(ratings.appealRating, {
          ratingId,
          ground: 'mistaken',
          words: random.pick(words.appealReasons),
        });
        town.tally.ratingsAppealed += 1;
      }
      await officer.call(ratings.contactRater, { ratingId, how: '电话', words: random.pick(words.raterSays) });
      if (random.chance(0.6))
        await officer.call(ratings.fixAtOnce, { ratingId, words: random.pick(words.corrections) });
      else await officer.call(ratings.planRectification, { ratingId, measures: random.pick(words.measures) });
      return;
    }
    case 'rectifying':
      if (random.chance(0.5))
        await officer.call(ratings.reportRectification, { ratingId, words: random.pick(words.corrections) });
      return;
    case 'revisit': {
      const answer = random.weighted<'satisfied' | 'unsatisfied' | 'unreached'>([
        ['satisfied', 78],
        ['unsatisfied', 10],
        ['unreached', 12],
      ]);
      await officer.call(ratings.recordRevisit, { ratingId, answer, words: '' });
      if (answer === 'satisfied') town.tally.ratingsRectified += 1;
      return;
    }
    case 'supervised':
      await supervisor.call(ratings.directRectification, { ratingId, words: '请当面说明情况并重新办好。', days: 3 });
      return;
    default:
      return;
  }
}

async function publish(town: Town, ratingId: string): Promise<void> {
  const supervisor = town.staff('supervisor');
  const { draft } = await supervisor.call(ratings.readRating, { ratingId });
  await supervisor.call(ratings.publishRating, { ratingId, words: draft.words, reply: draft.reply });
  town.tally.ratingsPublished += 1;
}
