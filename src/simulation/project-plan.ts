import type { Instant } from '../kernel/time.ts';
import type { Answers } from './answers.ts';
import { momentOf } from './office-hours.ts';
import { address, personName, phone, uscc } from './people.ts';
import type { Random } from './random.ts';
import type { Town } from './town.ts';

/** What is going to happen to one construction project, decided before it begins. */
export interface ProjectFate {
  number: number;
  themeId: string;
  registersAt: Instant;
  answers: Answers;
  /** The ready-made account, so that whoever tries the platform has projects of his own. */
  ownsReadyMade: boolean;
  /** Share of its promised time that an item takes: mostly well below one, beyond it when late. */
  pace: number;
  /** Working days between two stages on which the firm prepares, and those on which it builds. */
  preparing: number;
  building: number;
  tracks: readonly string[];
  /** Working days by which one pause goes on beyond its announced end; 0: none does. */
  overrun: { stage: string; days: number };
  /** A promise instead of papers, and what the inspection finds. */
  promise: 'none' | 'kept' | 'mismatch';
  filesGas: boolean;
  consults: boolean;
  hasJointVisit: boolean;
  hasOffSystemCase: boolean;
  isGivenUp: boolean;
  random: Random;
}

/** Projects of the five themes, as frequent as in a small county: twenty in turn. */
const themesInTurn = [
  'small-low-risk standard-factory private-housing government-building municipal-pipeline',
  'small-low-risk standard-factory small-low-risk municipal-pipeline government-building',
  'small-low-risk standard-factory private-housing small-low-risk standard-factory',
  'municipal-pipeline small-low-risk government-building standard-factory private-housing',
]
  .join(' ')
  .split(' ');

/** Spread over the whole time: the early ones are finished at its end, the late ones under way. */
export function planProjects(town: Town, random: Random, count: number): ProjectFate[] {
  const workdays = town.hours.days.filter((one) => one.working).map((one) => one.day);
  const themes = Array.from({ length: count }, (_, at) => themesInTurn[at % themesInTurn.length] ?? '');
  const seen = new Map<string, number>();
  return themes.map((themeId, number) => {
    const own = random.fork(`project ${number}`);
    const nth = seen.get(themeId) ?? 0;
    seen.set(themeId, nth + 1);
    const ofTheme = themes.filter((one) => one === themeId).length;
    const share = (0.86 * (nth + own.next() * 0.6)) / ofTheme;
    const day = workdays[Math.floor(share * workdays.length)] ?? workdays[0] ?? '';
    const is = (theme: string, ...places: number[]): boolean => theme === themeId && places.includes(nth);
    const isSmall = themeId === 'small-low-risk';
    const promise = is('standard-factory', 0) ? 'kept' : is('standard-factory', 2) ? 'mismatch' : 'none';
    const filesGas = is('standard-factory', 0);
    return {
      number,
      themeId,
      registersAt: momentOf(day, own.whole(8 * 60 + 50, 16 * 60)),
      answers: {
        ...answersFor(themeId, own),
        ...(promise === 'none' ? {} : { disturbedArea: 2, earthworkVolume: 3000 }),
        ...(filesGas ? { wantsGas: true, gasExternalLength: 120 } : {}),
        ...(is('standard-factory', 0, 3, 6) || is('private-housing', 0, 3) ? { wantsWater: true } : {}),
      },
      ownsReadyMade: number < 2,
      pace: own.weighted([
        [0.15 + own.next() * 0.25, 55],
        [0.4 + own.next() * 0.4, 35],
        [1.05 + own.next() * 0.25, 10],
      ]),
      preparing: isSmall ? own.whole(1, 4) : own.whole(2, 9),
      building: isSmall ? own.whole(8, 18) : own.whole(18, 32),
      tracks: [
        ...(promise === 'none' ? [] : ['soil-conservation-approval']),
        ...(is('standard-factory', 0, 3, 6) || is('private-housing', 0, 3) ? ['water-connection'] : []),
      ],
      overrun: overrunOf(themeId, nth),
      promise,
      filesGas,
      consults: is('government-building', 0),
      hasJointVisit: is('small-low-risk', 0),
      hasOffSystemCase: is('municipal-pipeline', 0),
      isGivenUp: is('private-housing', 1),
      random: own,
    };
  });
}

/** Some pauses go on too long; of some of these projects the promise is broken by it. */
function overrunOf(themeId: string, nth: number): ProjectFate['overrun'] {
  if (themeId === 'small-low-risk' && (nth === 2 || nth === 5)) return { stage: 'works', days: 14 };
  if (themeId === 'standard-factory' && nth === 1) return { stage: 'works', days: 52 };
  if (themeId === 'municipal-pipeline' && nth === 1) return { stage: 'works', days: 4 };
  if (themeId === 'government-building' && nth === 2) return { stage: 'land', days: 6 };
  return { stage: '', days: 0 };
}

const names: Readonly<Record<string, readonly string[]>> = {
  'standard-factory': [
    '食品加工厂房',
    '机械配件厂房',
    '中药材加工厂房',
    '新型建材车间',
    '冷链仓储厂房',
    '电子装配厂房',
  ],
  'private-housing': ['杜水嘉苑', '九成家园', '御泉小区', '麟州华府'],
  'government-building': [
    '城东小学教学楼',
    '县医院门诊综合楼',
    '崔木镇卫生院',
    '县档案馆',
    '招贤镇幼儿园',
    '养老服务中心',
  ],
  'municipal-pipeline': ['东大街雨污分流管网', '滨河路供水管网', '西大街供热管网', '育才巷排水管网', '兴国路燃气管网'],
  'small-low-risk': ['小型仓库', '农机库房', '核桃分拣车间', '物流分拨点', '便民服务用房', '小型加工车间'],
};

/** What the firm says of its project; what its theme answers by itself is left out. */
function answersFor(themeId: string, random: Random): Answers {
  const name = personName(random);
  const small = themeId === 'small-low-risk';
  // Above ten thousand square metres it is no small project, whatever its theme.
  const area = small ? random.whole(6, 45) * 100 : random.whole(105, 260) * 100;
  const firm = `麟游县${random.pick(['鑫源', '恒泰', '永昌', '嘉禾', '杜水', '御泉', '瑞丰', '顺和'])}${random.pick(['建设', '实业', '置业', '农业', '食品'])}有限公司`;
  return {
    projectName: `麟游县${random.pick(names[themeId] ?? ['项目'])}`,
    enterpriseName: firm,
    uscc: uscc(random),
    legalRepresentativeName: name,
    contactName: name,
    contactPhone: phone(random),
    projectAddress: address(random),
    town: 'town-610329100',
    projectInvestment: String(random.whole(small ? 60 : 900, small ? 600 : 9000)),
    hazards: ['none'],
    ...(themeId === 'municipal-pipeline'
      ? { pipelineLength: random.whole(6, 40) * 100, projectScale: '敷设管线并恢复路面' }
      : {
          projectScale: `总建筑面积${area}平方米`,
          projectBuildingArea: area,
          aboveGroundArea: area,
          undergroundArea: 0,
          buildingHeight: small ? random.whole(5, 12) : random.whole(12, 24),
        }),
  };
}
