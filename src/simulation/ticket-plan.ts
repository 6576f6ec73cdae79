import { instantAt, localDateOf, plusMs, type Instant } from '../kernel/time.ts';
import { searchKnowledge } from '../modules/hotline/contract.ts';
import { momentOf } from './office-hours.ts';
import type { Random } from './random.ts';
import { raise, type Call } from './ticket-raising.ts';
import * as words from './ticket-words.ts';
import type { Town } from './town.ts';

export interface PlannedCall extends Call {
  at: Instant;
}

/** An event and the place it strikes: many speak of it within a day. */
interface Burst {
  subject: string;
  town: string;
  /** When, as a share of the whole time. */
  share: number;
  calls: number;
  hours: number;
}

const bursts: readonly Burst[] = [
  { subject: '家里停水', town: '', share: 0.22, calls: 16, hours: 9 },
  { subject: '村道塌了半边', town: 'town-610329106', share: 0.45, calls: 9, hours: 20 },
  { subject: '公交停了没人通知', town: 'town-610329102', share: 0.7, calls: 14, hours: 30 },
  { subject: '暖气不热', town: '', share: 0.93, calls: 18, hours: 60 },
];

/** Who calls when about what: about a hundred a month, more on working days, and whole streets after an event. */
export function planCalls(
  days: Town['hours']['days'],
  titles: readonly string[],
  random: Random,
  scale: number,
): PlannedCall[] {
  const calls: PlannedCall[] = [];
  const everyday = words.scenes.map((scene) => [scene, weightOf(scene)] as const);
  for (const { day, working } of days) {
    const wanted = (working ? random.whole(2, 6) : random.whole(0, 2)) * scale;
    for (let left = Math.floor(wanted) + (random.chance(wanted % 1) ? 1 : 0); left > 0; left -= 1) {
      const fate = random.fork(`call ${calls.length}`);
      const scene = sceneOf(fate, everyday, titles);
      const channel = fate.weighted<Call['channel']>([
        ['portal', 50],
        ['phone', 42],
        ['window', working ? 8 : 0],
      ]);
      const hour = channel === 'window' ? fate.pick([9, 10, 11, 14, 15, 16]) : fate.pick(hours);
      calls.push({
        at: momentOf(day, hour * 60 + fate.whole(0, 59)),
        scene,
        place: words.placeFor(scene.where, fate),
        channel,
        urgent: channel === 'phone' && scene.class === 'help' && fate.chance(0.12),
        random: fate,
      });
    }
  }
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  if (first === undefined || last === undefined) return calls;
  const whole = Date.parse(instantAt(last, '23:00')) - Date.parse(instantAt(first, '00:00'));
  for (const burst of bursts) {
    const fate = random.fork(`burst ${burst.subject}`);
    const begins = instantAt(localDateOf(plusMs(instantAt(first, '00:00'), burst.share * whole)), '07:10');
    calls.push(...callsOf(burst, begins, fate, scale));
  }
  return calls;
}

/** One in six asks what the hotline can answer at once; a few bring what belongs elsewhere. */
function sceneOf(
  fate: Random,
  everyday: readonly (readonly [words.Scene, number])[],
  titles: readonly string[],
): words.Scene {
  const turn = fate.next();
  if (turn < 0.025) return { ...outOfReach, says: [fate.pick(words.elsewhereTexts)] };
  if (turn < 0.2 && titles.length > 0) {
    const title = fate.pick(titles);
    return { ...asked, subject: title.slice(0, 40), says: [fate.pick(words.asksAnswered)(title)] };
  }
  return fate.weighted(everyday);
}

const outOfReach: words.Scene = {
  class: 'help',
  unit: 'justice',
  where: 'any',
  subject: '法律问题求助',
  cause: { kind: 'single', subject: '' },
  says: [],
  done: ['{日}由法律援助中心接待，已告知法定渠道、期限和要准备的材料'],
};
const asked: words.Scene = {
  class: 'question',
  unit: 'approval-bureau',
  where: 'any',
  subject: '',
  cause: { kind: 'single', subject: '' },
  says: [],
  done: ['{日}已电话逐项告知条件和材料，并把办事指南的网址发给您，可以网上办理，也可以到政务服务中心综合窗口'],
};

function callsOf(burst: Burst, begins: Instant, random: Random, scale: number): PlannedCall[] {
  const scene = words.sceneAbout(burst.subject);
  const place = words.placeFor(scene.where, random, burst.town);
  return Array.from({ length: Math.round(burst.calls * Math.min(1, scale)) }, (_, index) => {
    const fate = random.fork(`neighbour ${index}`);
    const channel = fate.chance(0.55) ? ('portal' as const) : ('phone' as const);
    // Most of it early on, then it thins out.
    const at = plusMs(begins, fate.next() * fate.next() * burst.hours * 3_600_000);
    return { at, scene, place, channel, urgent: channel === 'phone' && index < 3, random: fate };
  });
}

const hours = [7, 8, 8, 9, 9, 9, 10, 10, 11, 12, 13, 14, 15, 15, 16, 17, 18, 19, 20, 21];

/** Light, rubbish, wages, parking and goods come again and again. */
function weightOf({ class: kind, subject }: words.Scene): number {
  if (/路灯|垃圾|不给钱|停车|过期|班车|物业|跳闸/.test(subject)) return 3;
  if (kind === 'praise' || kind === 'advice') return 0.7;
  return kind === 'report' ? 0.8 : 1.2;
}

export async function planTickets(
  town: Town,
  random: Random,
  { from, scale }: { from: Instant; scale: number },
): Promise<void> {
  const { entries } = await town.passer(searchKnowledge, { limit: 50 });
  const titles = entries.map(({ title }) => title).sort();
  for (const call of planCalls(town.hours.days, titles, random, scale))
    if (call.at >= from) town.plan(call.at, () => raise(town, call));
}
