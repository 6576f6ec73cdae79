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
  for (const one of all) {
    const single = withoutDouble(one.name);
    if (single !== null && (counts.get(single) ?? 0) + (known?.has(single) === true ? 1 : 0) >= 1 && !solid(one.name)) {
      one.name = single;
      one.confidence = 0.85;
      repaired.add(one);
      continue;
    }
    if (one.name.length < 4 || solid(one.name)) continue;
    // A name that could be one is changed only where the two characters look alike.
    const near = [...counts.keys()].filter(
      (other) => solid(other) && other !== one.name && differs(one.name, other, one.confidence >= 0.6),
    );
    const [only] = near;
    if (only === undefined || near.length > 1) continue;
    one.name = only;
    one.confidence = 0.75;
    repaired.add(one);
  }
  return repaired;
}

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
