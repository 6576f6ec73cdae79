import { checkIdNumber, checkUscc } from '../kernel/identifiers.ts';
import type { Random } from './random.ts';

/** People and firms that do not exist, with numbers whose check signs hold. */

export interface Identity {
  name: string;
  idNumber: string;
  phone: string;
  address: string;
  /** The firm he has in mind; only its name and place are invented here. */
  firm: { name: string; uscc: string; address: string };
}

const surnames = [
  ...'王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范石',
];
const givenNames =
  '建国 秀英 小军 丽娟 志强 玉兰 海涛 桂花 文斌 春燕 俊杰 雪梅 国庆 晓东 爱萍 永刚 彩霞 新民 金生 宝平 红梅 立新 凤英 大勇 淑珍 长青 雅琴 天顺 麦香 来福 思雨 子涵 浩然 欣怡 伟 敏 静 磊 洋 艳 勇 军 杰 娟 涛 超 芳 娜 燚 喆 昊 翀'.split(
    ' ',
  );
const areaCodes = ['610329', '610329', '610329', '610329', '610303', '610322', '610326', '610424', '620821'];
const streets = ['西大街', '东大街', '杜水路', '九成路', '文化路', '滨河路', '育才巷', '兴国路'];
const towns = ['九成宫镇', '崔木镇', '招贤镇', '两亭镇', '常丰镇', '丈八镇', '酒房镇'];
const trades: readonly (readonly [string, string])[] = [
  ['餐饮', '有限公司'],
  ['面馆', ''],
  ['羊肉泡馍馆', ''],
  ['便利店', ''],
  ['商贸', '有限公司'],
  ['建材', '有限公司'],
  ['农业科技', '有限公司'],
  ['核桃种植', '专业合作社'],
  ['养殖', '专业合作社'],
  ['文化旅游', '有限公司'],
  ['物流', '有限公司'],
  ['美容美发店', ''],
  ['五金店', ''],
  ['药房', ''],
  ['宾馆', ''],
  ['机械加工', '有限公司'],
  ['中药材', '有限公司'],
  ['奶茶店', ''],
];
const signs = [...'鑫源盛达恒泰瑞丰兴隆顺和永昌嘉禾九成杜水御泉福满金麦'];

export function createIdentity(random: Random): Identity {
  const name = personName(random);
  return { name, idNumber: idNumber(random), phone: phone(random), address: address(random), firm: createFirm(random) };
}

export function createFirm(random: Random): Identity['firm'] {
  const [trade, form] = random.pick(trades);
  return {
    name: `麟游县${random.pick(signs)}${random.pick(signs)}${trade}${form}`,
    uscc: uscc(random),
    address: address(random),
  };
}

export function personName(random: Random): string {
  return `${random.pick(surnames)}${random.pick(givenNames)}`;
}

/** Born between eighteen and seventy-four years before the platform's first years. */
export function idNumber(random: Random): string {
  const birth = `${random.whole(1952, 2006)}${two(random.whole(1, 12))}${two(random.whole(1, 28))}`;
  const front = `${random.pick(areaCodes)}${birth}${String(random.whole(1, 999)).padStart(3, '0')}`;
  return withCheckSign(front, [...'0123456789X'], (text) => checkIdNumber(text) === null);
}

/** A firm of this county's registration authority. */
export function uscc(random: Random): string {
  const body = Array.from({ length: 8 }, () => random.pick([...'0123456789ABCDEFGHJKLMNPQRTUWXY'])).join('');
  return withCheckSign(
    `91610329${body}${random.pick([...'0123456789'])}`,
    [...'0123456789ABCDEFGHJKLMNPQRTUWXY'],
    (text) => checkUscc(text) === null,
  );
}

export function phone(random: Random): string {
  return `${random.pick(['138', '139', '136', '150', '151', '158', '159', '177', '187', '189', '191'])}${String(random.whole(0, 99_999_999)).padStart(8, '0')}`;
}

export function address(random: Random): string {
  const town = random.pick(towns);
  const door =
    town === '九成宫镇'
      ? `${random.pick(streets)}${random.whole(1, 188)}号`
      : `${random.pick(['东庄', '西坡', '南沟', '北塬', '河西'])}村${random.whole(1, 9)}组${random.whole(1, 60)}号`;
  return `麟游县${town}${door}`;
}

/** The rules that check numbers also make them: one place knows the weights. */
function withCheckSign(front: string, checkSigns: readonly string[], isSound: (text: string) => boolean): string {
  const found = checkSigns.map((sign) => `${front}${sign}`).find(isSound);
  if (found === undefined) throw new Error(`no check sign for ${front}`);
  return found;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
