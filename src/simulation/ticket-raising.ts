import type { CallInputOf } from '../kernel/endpoint.ts';
import { plusMs } from '../kernel/time.ts';
import * as hotline from '../modules/hotline/contract.ts';
import { createIdentity } from './people.ts';
import type { Random } from './random.ts';
import { awaitDispatch, isSameThing, type TicketStory } from './ticket-story.ts';
import * as words from './ticket-words.ts';
import { count, type Town } from './town.ts';

/** What somebody is going to raise, and how. */
export interface Call {
  scene: words.Scene;
  place: words.Place;
  channel: 'portal' | 'phone' | 'window';
  urgent: boolean;
  random: Random;
}

/** Somebody has something to say: it may be answered, joined to what is open, told another way, or become a ticket. */
export async function raise(town: Town, call: Call): Promise<void> {
  const { scene, place, channel, random } = call;
  const text = words.saidOf(scene, place, channel !== 'portal', random);
  const { name, phone } = createIdentity(random.fork('caller'));
  const anonymous = channel !== 'window' && random.chance(scene.class === 'report' ? 0.6 : 0.08);
  const contact = anonymous ? {} : { name, phone };
  const asking = { class: scene.class, text, town: place.town, place: place.words, contact, anonymous };
  if (channel === 'portal') {
    if (await satisfiedBefore(town, call, text, contact)) return;
    const given = { ...asking, confidential: scene.class === 'complaint' && random.chance(0.03) };
    const answer = await town.passer(hotline.registerTicket, given);
    const registered = answer.result !== 'told' ? answer : await insist(town, given, answer.hints);
    if (registered !== null) await follow(town, call, registered, true);
    return;
  }
  const operator = town.staff('hotline-operator');
  if (channel === 'phone' && !anonymous && random.chance(0.25)) await operator.call(hotline.callerHistory, { phone });
  const answer = scene.class === 'question' && random.chance(0.7) ? await knownAnswer(town, text) : null;
  const title = channel === 'phone' ? scene.subject : '';
  const taken = await operator.call(hotline.takeTicket, {
    ...asking,
    title,
    channel,
    urgency: call.urgent ? 'urgent' : 'normal',
    answer,
  });
  if (taken.result === 'told') {
    town.tally.tickets.told += 1;
  } else if (taken.result === 'answered') {
    town.tally.tickets.registered += 1;
    count(town.tally.tickets.closed, 'answered');
  } else {
    await follow(town, call, taken, anonymous);
  }
}

/** While writing one sees what is open nearby and what is known: many then need no ticket. */
async function satisfiedBefore(
  town: Town,
  { scene, place, random }: Call,
  text: string,
  contact: { name?: string; phone?: string },
): Promise<boolean> {
  const { similar, knowledge } = await town.passer(hotline.adviseWriting, { text, town: place.town });
  const same = similar
    .map(({ ticketId }) => town.tickets.get(ticketId))
    .find((one) => one !== undefined && isSameThing(one, scene, place));
  if (same !== undefined && random.chance(0.75)) {
    await town.passer(hotline.joinTicket, { ticketId: same.ticketId, text: '我这里也是一样。', contact });
    town.tally.tickets.joined += 1;
    return true;
  }
  const entry = knowledge[0];
  if (scene.class !== 'question' || entry === undefined) return false;
  const helpful = random.chance(0.45);
  if (helpful || random.chance(0.12)) await town.passer(hotline.useKnowledge, { entryId: entry.entryId, helpful });
  if (helpful) town.tally.tickets.selfServed += 1;
  return helpful;
}

/** Most follow the hint; some have read it and want a ticket all the same. */
async function insist(
  town: Town,
  given: CallInputOf<typeof hotline.registerTicket>,
  hints: readonly { id: string }[],
): Promise<Registered | null> {
  town.tally.tickets.told += 1;
  if (hints.length > 1) return null;
  const answer = await town.passer(hotline.registerTicket, { ...given, acknowledged: hints.map(({ id }) => id) });
  return answer.result === 'registered' ? answer : null;
}

interface Registered {
  ticketId: string | null;
  no: string;
  code: string;
}

/** What the operator finds while the caller is still on the line. */
async function knownAnswer(town: Town, text: string): Promise<{ text: string; entryId: string } | null> {
  const { entries } = await town.passer(hotline.searchKnowledge, { text, limit: 3 });
  const entry = entries[0];
  return entry === undefined || entry.coverage < 0.3 ? null : { text: entry.answer, entryId: entry.entryId };
}

async function follow(town: Town, call: Call, registered: Registered, usesLink: boolean): Promise<void> {
  const { random, scene, place } = call;
  const { ticketId, no, code } = registered;
  if (ticketId === null) return;
  town.tally.tickets.registered += 1;
  const story = storyOf(town, call, { ticketId, no, code }, usesLink);
  town.tickets.set(ticketId, story);
  awaitDispatch(town, story);
  const turn = random.next();
  if (turn < 0.025) {
    town.plan(plusMs(town.now(), random.whole(1, 50) * 3_600_000), async () => {
      if (story.isOver) return;
      await town.passer(hotline.withdrawTicket, { ticketId, code, reason: random.pick(words.withdrawalReasons) });
      story.isOver = true;
      town.tally.tickets.withdrawn += 1;
    });
  } else if (turn < 0.08) {
    // Still nobody came: the same person, or his neighbour, says it again.
    town.plan(town.hours.after(town.now(), random.whole(300, 900)), () => urge(town, story));
  } else if (turn < 0.12) {
    town.plan(plusMs(town.now(), random.whole(2, 30) * 3_600_000), () =>
      raise(town, { scene, place, channel: 'portal', urgent: false, random: random.fork('neighbour') }),
    );
  }
}

async function urge(town: Town, { isOver, ticketId, code, usesLink, random }: TicketStory): Promise<void> {
  if (isOver) return;
  const text = random.pick(words.urgings);
  if (usesLink) await town.passer(hotline.supplementTicket, { ticketId, code, text: text.replace(/^来电/, '') });
  else await town.staff('hotline-operator').call(hotline.supplementByDesk, { ticketId, text });
}

export function storyOf(
  town: Town,
  { scene, place, urgent, random }: Omit<Call, 'channel'>,
  { ticketId, no, code }: { ticketId: string; no: string; code: string },
  usesLink: boolean,
): TicketStory {
  return {
    ticketId,
    no,
    code,
    scene,
    place,
    unit: scene.unit === 'town' ? place.town : scene.unit,
    urgent,
    usesLink,
    writesOff: null,
    reluctant: random.chance(0.02),
    random,
    dispatchedAt: town.now(),
    dueAt: null,
    assist: null,
    part: null,
    isReplied: false,
    returns: 0,
    rounds: 0,
    isOver: false,
  };
}
