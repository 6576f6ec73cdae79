import { plusMs } from '../kernel/time.ts';
import * as hotline from '../modules/hotline/contract.ts';
import type { TicketStory } from './ticket-story.ts';
import * as words from './ticket-words.ts';
import { count, type Town } from './town.ts';

/** Whether it is solved and how satisfied one is: said by link or on the phone. "No" brings it back. */
export function hearAfterReply(town: Town, story: TicketStory, kind: words.ReplyKind, rework: () => void): void {
  const { random } = story;
  if (story.writesOff !== null) {
    town.plan(plusMs(town.now(), random.whole(4, 200) * 3_600_000), () => writeOff(town, story, kind));
    return;
  }
  const byLink = story.usesLink && random.chance(0.6);
  const at = byLink
    ? plusMs(town.now(), random.whole(1, 30) * 3_600_000)
    : town.hours.after(town.now(), random.whole(40, 800));
  town.plan(at, () => callBack(town, story, kind, byLink, rework, 0));
}

async function callBack(
  town: Town,
  story: TicketStory,
  kind: words.ReplyKind,
  byLink: boolean,
  rework: () => void,
  attempts: number,
): Promise<void> {
  if (story.isOver) return;
  const { ticketId, code, random } = story;
  const operator = town.staff('hotline-operator');
  if (!byLink && random.chance(attempts === 0 ? 0.1 : 0.45)) {
    const { status } = await operator.call(hotline.attemptCall, {
      ticketId,
      note: random.pick(['无人接听', '关机', '占线']),
    });
    if (status === 'closed') return ended(town, story, 'unreached');
    town.plan(town.hours.after(town.now(), random.whole(120, 500)), () =>
      callBack(town, story, kind, byLink, rework, attempts + 1),
    );
    return;
  }
  const said = opinionOf(story, kind);
  const status = byLink
    ? (await town.passer(hotline.answerCallBack, { ticketId, code, ...said })).status
    : (await operator.call(hotline.recordCallBack, { ticketId, ...said })).status;
  const { said: levels } = town.tally.tickets;
  levels[said.satisfaction - 1] = (levels[said.satisfaction - 1] ?? 0) + 1;
  if (status === 'signed') return rework();
  if (said.solved) ended(town, story, 'solved');
  else ended(town, story, said.understood ? 'explained' : 'unsolved');
  if (said.solved && story.scene.class !== 'question' && random.chance(0.03)) {
    town.plan(plusMs(town.now(), random.whole(2, 13) * 86_400_000), async () => {
      const reason = random.pick(words.againReasons);
      await town.passer(hotline.reopenTicket, { ticketId, code, reason });
      story.isOver = false;
      rework();
    });
  }
}

function opinionOf({ random, scene }: TicketStory, kind: words.ReplyKind) {
  const chance = { good: 0.95, partly: 0.7, explained: 0.1, poor: 0.2 }[kind];
  const solved = scene.class === 'praise' || random.chance(chance);
  const understood = !solved && random.chance(kind === 'explained' ? 0.75 : 0.15);
  const level = random.weighted(
    solved
      ? [
          [5, kind === 'good' ? 56 : 20],
          [4, 28],
          [3, 12],
          [2, 3],
          [1, 1],
        ]
      : [
          [4, understood ? 10 : 0],
          [3, understood ? 45 : 5],
          [2, 40],
          [1, understood ? 10 : 50],
        ],
  );
  return {
    solved,
    understood,
    satisfaction: level,
    comment: random.pick(solved ? words.solvedWords : words.unsolvedWords),
  };
}

async function writeOff(town: Town, story: TicketStory, kind: words.ReplyKind): Promise<void> {
  if (story.isOver || story.writesOff === null) return;
  // Nobody writes off what was only explained away: it stays on the list and is tracked on.
  if (kind === 'poor' || kind === 'explained') return;
  await story.writesOff(kind === 'good' ? 5 : 4, story.random.pick(['问题解决了，同意销号', '', '跟踪得很及时']));
  ended(town, story, 'writtenOff');
}

export function ended(town: Town, story: TicketStory, outcome: string): void {
  story.isOver = true;
  count(town.tally.tickets.closed, outcome);
}
