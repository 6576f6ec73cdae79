import { localDateOf, plusMs, type Instant } from '../kernel/time.ts';
import { causeKinds, ticketClasses, type CauseKind, type TicketClass } from '../modules/hotline/rules/transitions.ts';
import type { Random } from './random.ts';
import { firmScenes, ticketScenes } from './ticket-scenes.ts';

/** What somebody calls about: combined from phrasings, places and habits of speech. */
export interface Scene {
  class: TicketClass;
  /** `town`: the government of the town where it is. */
  unit: string;
  where: 'street' | 'village' | 'any';
  subject: string;
  cause: { kind: CauseKind; subject: string };
  says: readonly string[];
  done: readonly string[];
}

export interface FirmScene {
  unit: string;
  subject: string;
  says: string;
  done: string;
}

export interface Place {
  town: string;
  words: string;
}

export const scenes: readonly Scene[] = blocksOf(ticketScenes).map(({ head, says, done }) => {
  const [front = '', behind = 'single'] = head.split('|').map((part) => part.trim());
  const [kind = '', unit = '', where = '', subject = ''] = front.split(' ');
  const [causeKind = '', causeSubject = subject] = behind.split(' ');
  return {
    class: oneOf(ticketClasses, kind),
    unit,
    where: oneOf(['street', 'village', 'any'] as const, where),
    subject,
    cause: { kind: oneOf(causeKinds, causeKind), subject: causeKind === 'single' ? '' : causeSubject },
    says,
    done,
  };
});

export const enterpriseScenes: readonly FirmScene[] = blocksOf(firmScenes).map(({ head, says, done }) => {
  const [unit = '', subject = ''] = head.split(' ');
  return { unit, subject, says: says.join(''), done: done.join('') };
});

export function sceneAbout(subject: string): Scene {
  const found = scenes.find((scene) => scene.subject === subject);
  if (found === undefined) throw new Error(`no scene about ${subject}`);
  return found;
}

function blocksOf(text: string): { head: string; says: string[]; done: string[] }[] {
  return text
    .split(/^@ /m)
    .slice(1)
    .map((block) => {
      const [head = '', ...lines] = block.trim().split('\n');
      return {
        head,
        says: lines.filter((line) => !line.startsWith('>')),
        done: lines.filter((line) => line.startsWith('>')).map((line) => line.slice(1).trim()),
      };
    });
}

function oneOf<T extends string>(known: readonly T[], text: string): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new Error(`unknown word ${text}`);
  return found;
}

export const countyTown = 'town-610329100';
const villages: readonly (readonly [string, string])[] = [
  [countyTown, '九成宫镇'],
  ['town-610329101', '崔木镇'],
  ['town-610329102', '招贤镇'],
  ['town-610329103', '两亭镇'],
  ['town-610329105', '常丰镇'],
  ['town-610329106', '丈八镇'],
  ['town-610329107', '酒房镇'],
];
const streets = ['西大街', '东大街', '杜水路', '九成路', '文化路', '滨河路', '育才巷', '兴国路'];
const houses = ['幸福小区', '家属院', '锦绣苑', '老车站跟前', '中学门口', '菜市场旁边', '医院对面', '十字路口', '桥头'];
const hamlets = ['东庄村', '西坡村', '南沟村', '北塬村', '河西村', '柳树湾', '石窑村'];

export function placeFor(where: Scene['where'], random: Random, only = ''): Place {
  const isStreet = only === '' && (where === 'street' || (where === 'any' && random.chance(0.55)));
  if (isStreet) return { town: countyTown, words: `${random.pick(streets)}${random.pick(houses)}` };
  const [town, name] = random.pick(villages.filter(([id]) => only === '' || id === only));
  return { town, words: `${name}${random.pick(hamlets)}${random.chance(0.6) ? `${random.whole(1, 8)}组` : ''}` };
}

const howLong = ['三四天', '一个多星期', '快半个月', '两天', '好几天', '一个来月', '五六天'];
const times = ['六点', '七点半', '十一点', '五点多', '九点', '后半夜'];
const openings = {
  portal: ['', '', '', '你好，', '反映个问题：', '麻烦看一下，', '实在没办法了才来这里说，'],
  phone: ['', '来电人说：', '喂你好，', '我反映个事，', '市民来电：', '你们管不管这个事，'],
};
const closings: Readonly<Record<TicketClass, readonly string[]>> = {
  question: ['', '，谢谢', '？麻烦回个话', '。能加急回复不'],
  help: ['', '，麻烦快一点', '。急！', '，拜托了', '。家里有老人娃娃等不起'],
  complaint: ['', '，希望给个说法', '。打了几个电话都在踢', '！！', '，再不管我就还打', '，请尽快处理并回复'],
  report: ['', '，请查一下', '，不要透露我', '。请保密'],
  advice: ['', '，仅供参考', '。大家都这么说'],
  praise: ['', '，真心点赞', '！'],
};

/** Not everybody minds his punctuation. */
export function saidOf(scene: Scene, place: Place, spoken: boolean, random: Random): string {
  const told = filled(random.pick(scene.says), place.words, random);
  const text = `${random.pick(spoken ? openings.phone : openings.portal)}${told}${random.pick(closings[scene.class])}`;
  const whole = text.includes(place.words) || random.chance(0.4) ? text : `${place.words}，${text}`;
  const habit = random.next();
  if (habit < 0.12) return whole.replaceAll('，', ' ');
  if (habit < 0.2) return whole.replaceAll('，', '').replace(/。$/, '');
  return habit < 0.26 ? `${whole}。。。` : whole;
}

export function filled(template: string, place: string, random: Random): string {
  return template
    .replaceAll('{地}', place)
    .replaceAll('{天}', random.pick(howLong))
    .replaceAll('{数}', String(random.whole(2, 9)))
    .replaceAll('{时}', random.pick(times));
}

export type ReplyKind = 'good' | 'partly' | 'explained' | 'poor';

const explanations = [
  '按照现行规定，这一项目前不具备办理条件，已当面向您说明原因和以后可以办的情形。',
  '现场核实后，所需资金没有列入今年计划，按政策要等明年统一安排，期间先采取临时措施。',
  '双方对事实说法不一，现有材料不够认定，按规定可以另走调解或者司法途径，已把材料清单给您。',
];
const partlyDone = ['其余部分因配件未到，计划于下月初完成。', '另外几处正在排期，预计十个工作日内做完。'];
const empty = [
  '已收到您的诉求，我单位高度重视，将进一步加强管理。',
  '您好，已转相关部门处理，请耐心等待。',
  '已知悉，正在研究，感谢您的关心和支持。',
];

export function replyFor(
  kind: ReplyKind,
  about: { subject: string; done: string; place: string },
  now: Instant,
  random: Random,
): { text: string; result: 'done' | 'partly' | 'explained'; doneOn: string | null } {
  const day = localDateOf(plusMs(now, -random.whole(0, 1) * 86_400_000));
  const done = filled(about.done, about.place, random).replaceAll('{日}', dayWords(day));
  const front = `您反映的${about.place}${about.subject}问题，`;
  switch (kind) {
    case 'poor':
      return { text: random.pick(empty), result: random.chance(0.7) ? 'done' : 'explained', doneOn: null };
    case 'explained':
      return {
        text: `${front}我单位${dayWords(day)}到现场了解并与您联系。${random.pick(explanations)}`,
        result: 'explained',
        doneOn: null,
      };
    case 'partly':
      return { text: `${front}${done}。${random.pick(partlyDone)}`, result: 'partly', doneOn: day };
    case 'good':
      return { text: `${front}${done}。`, result: 'done', doneOn: day };
  }
}

function dayWords(day: string): string {
  const [, month, date] = day.split('-');
  return `${Number(month)}月${Number(date)}日`;
}

export const elsewhereTexts = [
  '法院判决都下来半年了对方就是不给钱，你们能不能帮我催法院强制执行',
  '我对交警的处罚决定不服，想申请行政复议，材料交到哪里',
  '劳动仲裁已经裁了，公司还是不认，下一步找谁',
  '我想申请公开我们村征地的信息，信息公开申请怎么写',
  '有人正在打架，楼下好几个人，快来',
  '我闻到厨房煤气味道很大，是不是煤气泄漏',
];
export const asksAnswered: readonly ((title: string) => string)[] = [
  (title) => `请问${title}？`,
  (title) => `想问一下，${title}，要带啥材料`,
  (title) => `麻烦问下${title}，跑一次能办完不`,
  (title) => `${title}？网上能办吗，我妈不会弄`,
  (title) => `你好，咨询下${title}，收费不`,
];
export const returnReasons = [
  '经核对权责清单，此项不属于本单位职责，建议派给有管理职责的单位。',
  '现场看过，产权和管养都不在我单位，请重新派单。',
  '该问题由行业主管部门负责，我单位没有执法权限。',
];
export const extensionReasons = [
  '需要的配件要从市里调运，后天才能到。',
  '要等检测结果，检测机构答复还需要三天。',
  '当事人在外地，约好下周回来当面核实。',
];
export const endingReasons = ['诉求所在路段已列入明年改造计划，已向诉求人说明。', '双方已进入诉讼，等待判决。'];
export const contactNotes = [
  '电话联系本人，约好下午到现场。',
  '已联系，本人补充了具体位置。',
  '电话打通，说明了办理时间。',
];
export const urgings = [
  '来电催办：还没有人联系，请尽快。',
  '来电补充：又有两户遇到同样的情况。',
  '来电补充：现场有照片，可以加微信发。',
];
export const unsolvedWords = ['根本没人来过', '只打了个电话就说办完了', '又坏了', '答非所问', '说的和做的不一样', ''];
export const solvedWords = ['解决了，谢谢', '来得快', '师傅态度好', '', '', '可以', '修好了就是等得久了点'];
export const withdrawalReasons = ['已经自己解决了', '邻居之间说开了', '搞错地方了', '不想再追究了'];
export const againReasons = ['没几天又和原来一样了', '当时好了现在又坏了', '答应的事没有做完'];
export const partReplies = [
  '已到现场配合查看，属于我单位的部分已处理完毕。',
  '我单位负责的线路、设施检查正常，已把结果告知主办单位。',
];
export const trackings = ['方案已定，正在落实。', '正在对接，预计月底有结果。', '企业表示进展正常，继续跟踪。'];
export const slipReplies = [
  '已当面联系诉求人，三日内办结。',
  '经办人外出造成拖延，已调整人员并提醒。',
  '正在办理，已向诉求人说明原因。',
];
export const measures = [
  '已修改办事指南和窗口告知单，并对经办人培训。',
  '已修订管理办法，增加巡查次数并公示电话。',
  '已约谈责任人，建立每周检查制度。',
];
