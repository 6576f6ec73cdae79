import type { Attribution } from './attribution.ts';
import type { Flow } from './flow.ts';
import { looksLikeBody } from './names.ts';
import type { ListedName } from './name-list.ts';
import type { KnownNames, NameReading } from './types.ts';

/** A name as it goes out: what is meant, what stands there, and where. */
export function readName(flow: Flow, name: Pick<ListedName, 'name' | 'from' | 'to' | 'confidence'>): NameReading {
  const span = flow.rawSpan(name.from, name.to);
  return { name: name.name, written: flow.raw.slice(span.from, span.to), span, confidence: name.confidence };
}

/**
 * Repairs names by the document itself: 县财财政局 and 县行政审批同 become what the same document writes elsewhere at least twice, and
 * only where exactly one such name differs by the one character. Changes the names in place; returns those it changed.
 */
export function settleNames(attributions: readonly Attribution[], known?: KnownNames): Set<ListedName> {
  const all = attributions.flatMap(({ lead, co }) => [...lead, ...co]);
  const counts = new Map<string, number>();
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  const solid = (name: string) =>
    ((counts.get(name) ?? 0) >= 2 && looksLikeBody(name, known) >= 0.9) || known?.has(name) === true;
  const repaired = new Set<ListedName>();
  const change = (one: ListedName, name: string, confidence: number) => {
    one.name = name;
    one.confidence = confidence;
    repaired.add(one);
  };
  for (const one of all) {
    const reread = misreadWords.reduce((name, [wrong, right]) => name.replace(wrong, right), one.name);
    if (reread !== one.name && known?.has(one.name) !== true && looksLikeBody(reread, known) >= 0.9) {
      change(one, reread, counts.has(reread) || known?.has(reread) === true ? 0.85 : 0.7);
      continue;
    }
    const single = withoutDouble(one.name);
    const often = single === null ? 0 : (counts.get(single) ?? 0) + (known?.has(single) === true ? 1 : 0);
    if (single !== null && often >= (solid(one.name) ? (counts.get(one.name) ?? 0) + 1 : 1)) {
      change(one, single, 0.85);
      continue;
    }
    // No body's name has 卫卫生 in it, whether the document writes it right elsewhere or not.
    if (single !== null && !mayDouble.test(one.name) && looksLikeBody(single, known) >= 0.9) {
      change(one, single, 0.7);
      continue;
    }
    if (one.name.length < 4 || solid(one.name)) continue;
    // A name that could be one is changed only where the two characters look alike.
    const near = [...counts.keys()].filter(
      (other) => solid(other) && other !== one.name && differs(one.name, other, one.confidence >= 0.6),
    );
    const [only] = near;
    if (only === undefined || near.length > 1) continue;
    change(one, only, 0.75);
  }
  return repaired;
}

/** 市市场监管局, 某某公司, 市委委员会, 九九镇: the pair may be meant. */
const mayDouble = /市市|国国|某某|州州|区区|委委|村村|镇镇|([一二三四五六七八九十人天太山石])\1/;

const misreadWords: [RegExp, string][] = [
  [/^[具悬](?=[\u4e00-\u9fff]{2})/, '县'],
  [/白然资源/, '自然资源'],
  [/监[营菅](?=局|总局|中心|所|支队|大队)/, '监管'],
  [/[窜宙]批/, '审批'],
  [/有限[贡贵青]任公司/, '有限责任公司'],
  [/^(.*)[屈届](?=$)/, '$1局'],
];

function withoutDouble(name: string): string | null {
  for (let index = 1; index < name.length; index++) {
    if (name[index] === name[index - 1]) return name.slice(0, index) + name.slice(index + 1);
  }
  return null;
}

/** In one place only, or in up to two where the characters look alike. */
function differs(one: string, other: string, alikeOnly: boolean): boolean {
  if (one.length !== other.length) return false;
  let apart = 0;
  let alike = 0;
  for (let index = 0; index < one.length; index++) {
    const [a = '', b = ''] = [one[index], other[index]];
    if (a === b) continue;
    if (lookAlike.some((group) => group.includes(a) && group.includes(b))) alike++;
    else apart++;
  }
  return alikeOnly ? apart === 0 && alike <= 2 : apart + alike === 1 || (apart === 0 && alike <= 2);
}

/** Characters that text recognition takes for each other in names of bodies. */
const lookAlike = [
  '县具悬',
  '自白目曰日',
  '管营菅',
  '审窜宙',
  '局屇屈同',
  '市布币',
  '委秀季',
  '税锐悦',
  '财则',
  '工土士',
  '公分',
  '务条各',
  '住任佳',
  '民氏',
  '农衣',
  '林材',
  '水永冰',
  '法去',
  '院阮',
  '科料',
  '技枝',
  '育盲',
  '发友',
  '改攻',
  '医匠',
  '场扬',
  '监临',
  '政玫致',
  '体休',
  '数效',
  '中申',
  '心必',
  '批比',
  '源原',
  '展辰',
  '革草',
  '商啇',
  '劳荣',
  '障陣',
  '障章',
];
