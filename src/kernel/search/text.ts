import { simplify } from './traditional.ts';

/**
 * How a text becomes comparable: NFKC (full width, compatibility forms), lower case, simplified characters, and then
 * runs: unbroken stretches of Han characters, or one word of letters and digits. Everything else separates.
 */
export interface Run {
  kind: 'han' | 'word';
  text: string;
  /** Offset in the normalised text. */
  start: number;
}

export function normalise(text: string): string {
  return simplify(text.normalize('NFKC').toLowerCase().replace(ignorable, ''));
}

/** The runs of an already normalised text, in order. */
export function runsOf(normalised: string): Run[] {
  const runs: Run[] = [];
  for (const match of normalised.matchAll(runPattern)) {
    const [text, han] = match;
    runs.push({ kind: han === undefined ? 'word' : 'han', text, start: match.index });
  }
  return runs;
}

/** The text without anything but Han characters, letters and digits: what two names are compared by. */
export function compact(normalised: string): string {
  return normalised.replace(separators, '');
}

/** Zero-width characters and variation selectors stick to what is pasted from chat programs. */
const ignorable = /[\u00AD\u200B-\u200F\u2060\uFE00-\uFE0F\uFEFF]/g;
const runPattern = /(\p{Script=Han}+)|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+/gu;
const separators = /[^\p{L}\p{M}\p{N}]+/gu;

/**
 * The words people wrap around a question. They are not removed (办理 stands in many titles) but count for almost nothing.
 * Longest first is decided at matching time, so the order here is free.
 */
export const questionWords: readonly string[] = [
  '我 我想 我要 我们 我家 想 想要 要 要想 你好 您好 请问 请 问一下 问下 咨询 咨询一下 打听 打听一下',
  '帮我 麻烦 怎么 怎么办 怎么办理 怎样 如何 咋 咋办 咋个 什么 啥 哪些 哪个 哪里 哪儿 在哪 在哪里',
  '在哪儿 去哪 去哪里 去哪儿 到哪 到哪里 多少 多久 多长时间 几天 何时 什么时候 是否 能否 能不能 可不可以',
  '可以 需要 需 得 要办 要办什么 办 办理 办一个 办个 办一下 去办 来办 做 弄 搞 开个 开一个 开一家',
  '开家 我想开 个 一个 一家 一下 的 了 吗 呢 吧 啊 呀 嘛 和 与 及 或 是 有 在 去 到 把 给 被',
  '对 这个 那个 这 那 哪 手续 流程 事 事情 东西 时候 应该 该 必须 还 还要 还需要 都 也 就 才 自己',
  '现在 关于 有关 相关 方面 条件 材料 资料 准备 带 带什么 交 提交 找谁 谁 谁管 哪个部门 部门 how',
  'to the a what',
].flatMap((line) => line.split(' '));
