import { instantAt, localDateOf, plusMs, type Instant } from '../kernel/time.ts';
import * as hotline from '../modules/hotline/contract.ts';
import { workingDayMinutes } from './office-hours.ts';
import type { Random } from './random.ts';
import { hearAfterReply, ended } from './ticket-ending.ts';
import * as words from './ticket-words.ts';
import type { Town } from './town.ts';

/** What becomes of one ticket, from the dispatcher's desk to the reply. */
export interface TicketStory {
  ticketId: string;
  no: string;
  code: string;
  scene: words.Scene;
  place: words.Place;
  /** The unit whose duty it is, whoever gets it first. */
  unit: string;
  urgent: boolean;
  /** Follows it with number and code; otherwise the hotline calls. */
  usesLink: boolean;
  /** Whose request it is, when it is an enterprise's: it writes it off itself. */
  writesOff: ((satisfaction: number, note: string) => Promise<void>) | null;
  /** The right unit does not want it, and must be told to. */
  reluctant: boolean;
  random: Random;
  dispatchedAt: Instant;
  dueAt: Instant | null;
  assist: string | null;
  /** The assisting unit's answer of this round; the lead waits for it. */
  part: Promise<unknown> | null;
  isReplied: boolean;
  returns: number;
  rounds: number;
  isOver: boolean;
}

/** The desk looks at a new ticket: the same thing again, or whose duty it is. */
export function awaitDispatch(town: Town, story: TicketStory): void {
  const { random } = story;
  const wait = story.urgent ? random.whole(2, 15) : random.whole(8, 110);
  // An urgent ticket does not wait for office hours.
  const at = story.urgent ? plusMs(town.now(), wait * 60_000) : town.hours.after(town.now(), wait);
  town.plan(at, () => dispatch(town, story));
}

async function dispatch(town: Town, story: TicketStory): Promise<void> {
  if (story.isOver) return;
  const { ticketId, random } = story;
  const dispatcher = town.staff('hotline-dispatcher');
  const { suggestions, similarOpen } = await dispatcher.call(hotline.suggestUnits, { ticketId });
  const twin = similarOpen.map((one) => town.tickets.get(one.ticketId)).find((one) => isTwin(one, story));
  if (twin !== undefined && random.chance(0.6)) {
    await dispatcher.call(hotline.mergeTicket, {
      ticketId,
      into: twin.ticketId,
      reason: `${story.place.words}同一件事，先有${twin.no}号工单`,
    });
    story.isOver = true;
    town.tally.tickets.merged += 1;
    return;
  }
  const wrong = suggestions.find(({ unitId }) => unitId !== story.unit)?.unitId;
  const errs = story.returns === 0 ? random.chance(0.1) : random.chance(0.3);
  const lead = errs && !story.reluctant && wrong !== undefined ? wrong : story.unit;
  const helper = suggestions.find(({ unitId }) => unitId !== lead && unitId !== story.unit)?.unitId;
  story.assist = lead === story.unit && helper !== undefined && random.chance(0.09) ? helper : null;
  const { dueAt } = await dispatcher.call(hotline.dispatchTicket, {
    ticketId,
    lead,
    assist: story.assist === null ? [] : [{ unitId: story.assist, asks: '请配合查明属于本单位的部分' }],
    note: random.chance(0.3) ? `${story.place.words}，请尽快联系来电人` : '',
  });
  arrive(town, story, lead, dueAt);
}

function isTwin(other: TicketStory | undefined, story: TicketStory): boolean {
  return other !== undefined && isSameThing(other, story.scene, story.place) && other.ticketId !== story.ticketId;
}

/** Still open, about the same, in the same place. Reports stay by themselves. */
export function isSameThing(open: TicketStory, scene: words.Scene, place: words.Place): boolean {
  return !open.isOver && open.scene === scene && open.place.words === place.words && scene.class !== 'report';
}

/** It lies with a unit, which takes it up or sends it back. */
export function arrive(town: Town, story: TicketStory, lead: string, dueAt: Instant | null): void {
  const { random } = story;
  story.dispatchedAt = town.now();
  story.dueAt = dueAt;
  if (lead !== story.unit || (story.reluctant && story.returns < 2)) {
    town.plan(town.hours.after(town.now(), random.whole(15, 160)), () => sendBack(town, story, lead));
    return;
  }
  const wait = story.urgent
    ? random.whole(3, 70)
    : random.weighted([
        [random.whole(8, 150), 78],
        [random.whole(200, 430), 14],
        [random.whole(500, 900), 5],
        [random.whole(1300, 2000), 2],
      ]);
  const at = story.urgent ? plusMs(town.now(), wait * 60_000) : town.hours.after(town.now(), wait);
  town.plan(at, () => sign(town, story));
}

/** Within a day of the dispatch, with the rule it rests on; later the hotline itself must hand it over. */
async function sendBack(town: Town, story: TicketStory, lead: string): Promise<void> {
  if (story.isOver) return;
  const { ticketId, random } = story;
  const dispatcher = town.staff('hotline-dispatcher');
  if (plusMs(story.dispatchedAt, 24 * 3_600_000) < town.now()) {
    if (lead !== story.unit) {
      const reason = '主办单位过了退单时限才提出职责不符，经核对改由职责单位主办';
      await dispatcher.call(hotline.handOverTicket, { ticketId, to: story.unit, reason });
    }
    story.reluctant = false;
    arrive(town, story, story.unit, story.dueAt);
    return;
  }
  const reason = random.pick(words.returnReasons);
  const { status } = await town
    .officerOf(lead)
    .call(hotline.returnTicket, { ticketId, rule: random.chance(0.85) ? 'not-our-duty' : 'law-says-other', reason });
  story.returns += 1;
  town.tally.tickets.returned += 1;
  if (status !== 'panel') {
    town.plan(town.hours.after(town.now(), random.whole(8, 90)), () => dispatch(town, story));
    return;
  }
  town.tally.tickets.panels += 1;
  town.plan(town.hours.after(town.now(), random.whole(60, 600)), async () => {
    const note = `会商意见：${story.scene.subject}由职责单位办理，不再退单`;
    story.assist = null;
    const { dueAt } = await dispatcher.call(hotline.designateUnit, { ticketId, lead: story.unit, note });
    arrive(town, story, story.unit, dueAt);
  });
}

async function sign(town: Town, story: TicketStory): Promise<void> {
  if (story.isOver) return;
  const { ticketId, random } = story;
  const officer = town.officerOf(story.unit);
  const { dueAt } = await officer.call(hotline.signTicket, { ticketId });
  story.dueAt = dueAt;
  if (story.scene.class !== 'praise' && random.chance(0.93)) {
    town.plan(town.hours.after(town.now(), random.whole(5, 200)), async () => {
      if (story.isOver || story.isReplied) return;
      await officer.call(hotline.contactCaller, { ticketId, note: random.pick(words.contactNotes) });
      if (random.chance(0.04))
        await officer.call(hotline.sendMessage, { ticketId, text: '请问是哪一栋、哪一户？方便时请补充。' });
    });
  }
  const turn = random.next();
  const isCase = ['help', 'complaint', 'report'].includes(story.scene.class) && !story.urgent;
  if (isCase && turn < 0.07) planAsking(town, story, 'extension');
  else if (isCase && turn < 0.1) planAsking(town, story, 'ending');
  else planReply(town, story);
}

function planAsking(town: Town, story: TicketStory, what: 'extension' | 'ending'): void {
  const { ticketId, random } = story;
  const officer = town.officerOf(story.unit);
  const dispatcher = town.staff('hotline-dispatcher');
  const asks = town.hours.after(momentWithin(town, story, 0.2 + random.next() * 0.3), 1);
  town.plan(asks, async () => {
    if (story.isOver) return;
    if (what === 'ending') {
      await officer.call(hotline.askEarlyClosing, { ticketId, reason: random.pick(words.endingReasons) });
    } else {
      if (story.dueAt !== null && story.dueAt < town.now()) return planReply(town, story);
      await officer.call(hotline.askExtension, { ticketId, reason: random.pick(words.extensionReasons) });
    }
    town.plan(town.hours.after(town.now(), random.whole(10, 100)), () => decideAsked(town, story, what));
  });

  async function decideAsked(there: Town, one: TicketStory, asked: 'extension' | 'ending'): Promise<void> {
    if (one.isOver) return;
    if (asked === 'ending') {
      const granted = random.chance(0.6);
      const note = granted ? '情况属实，同意提前办结' : '可以先做临时处理，不同意提前办结';
      await dispatcher.call(hotline.decideEarlyClosing, { ticketId, granted, note });
      if (granted) return ended(there, one, 'endedEarly');
    } else {
      const granted = (one.dueAt === null || one.dueAt > there.now()) && random.chance(0.85);
      const note = granted ? '情况属实，同意延期一次' : '理由不充分，请按期办理';
      const { dueAt } = await dispatcher.call(hotline.decideExtension, { ticketId, granted, note });
      if (granted) there.tally.tickets.extended += 1;
      one.dueAt = dueAt;
    }
    planReply(there, one);
  }
}

export function planReply(town: Town, story: TicketStory): void {
  const { random, assist } = story;
  const isLate = random.chance(0.06);
  const share = random.weighted([
    [0.05 + random.next() * 0.35, 58],
    [0.4 + random.next() * 0.4, 34],
    [0.85 + random.next() * 0.12, 8],
  ]);
  const at =
    isLate && story.dueAt !== null
      ? town.hours.after(story.dueAt, random.whole(60, 1600))
      : town.hours.after(momentWithin(town, story, share), random.whole(1, 20));
  if (assist !== null)
    town.plan(town.hours.after(momentWithin(town, story, share / 2), 1), () => replyPart(town, story));
  town.plan(at > town.now() ? at : town.hours.after(town.now(), random.whole(20, 120)), () => reply(town, story));
}

function momentWithin(town: Town, story: TicketStory, share: number): Instant {
  const room = story.dueAt === null ? 0 : Date.parse(story.dueAt) - Date.parse(town.now());
  return plusMs(town.now(), Math.max(10 * 60_000, room * share));
}

async function replyPart(town: Town, story: TicketStory): Promise<void> {
  const { ticketId, assist, random } = story;
  if (assist === null || story.isOver) return;
  story.part ??= town.officerOf(assist).call(hotline.replyPart, { ticketId, text: random.pick(words.partReplies) });
  await story.part;
}

async function reply(town: Town, story: TicketStory): Promise<void> {
  if (story.isOver) return;
  story.isReplied = true;
  await replyPart(town, story);
  const { ticketId, random, scene } = story;
  const kind = random.weighted<words.ReplyKind>(
    story.rounds === 0
      ? [
          ['good', 70],
          ['partly', 10],
          ['explained', 11],
          ['poor', 9],
        ]
      : [
          ['good', 72],
          ['partly', 8],
          ['explained', 18],
          ['poor', 2],
        ],
  );
  const about = { subject: scene.subject, done: random.pick(scene.done), place: story.place.words };
  const isBlaming = scene.class === 'complaint' || scene.class === 'report';
  const cause = isBlaming ? { ...scene.cause, ownerUnit: scene.cause.kind === 'single' ? null : story.unit } : null;
  await town
    .officerOf(story.unit)
    .call(hotline.replyTicket, { ticketId, cause, ...words.replyFor(kind, about, town.now(), random) });
  hearAfterReply(town, story, kind, () => rework(town, story));
}

/** Sent back as not solved: another round, with a term of its own. */
function rework(town: Town, story: TicketStory): void {
  story.rounds += 1;
  story.part = null;
  story.isReplied = false;
  story.dueAt = town.hours.after(town.now(), 3 * workingDayMinutes);
  town.tally.tickets.reopened += 1;
  planReply(town, story);
}

/** An enterprise's request is looked after every month until the firm has written it off. */
export function trackMonthly(town: Town, story: TicketStory): void {
  const { ticketId, unit, random } = story;
  const on = town.hours.dayAfter(localDateOf(town.now()), random.whole(14, 20));
  town.plan(instantAt(on, '10:05'), async () => {
    if (story.isOver) return;
    const text = `已联系企业了解“${story.scene.subject}”的进展，${random.pick(words.trackings)}`;
    await town.officerOf(unit).call(hotline.trackRequest, { ticketId, text });
    trackMonthly(town, story);
  });
}
