/** Finds whom a document means: 县住建局（县人防办、县地震局） is one department, 各镇 is none. */

export interface NamedUnit {
  id: string;
  name: string;
  fullName: string;
  aliases: readonly string[];
  hungNames: readonly string[];
}

export interface NamedCollective {
  id: string;
  name: string;
  aliases: readonly string[];
}

/** A hung name resolves to the unit it hangs on; a collective is never a unit. */
export type ResolvedName = { kind: 'unit'; id: string } | { kind: 'collective'; id: string };

/**
 * @param county the county's name as documents write it in full, e.g. 某某县; it and a bare 县 in front of a name count alike.
 * @returns a function that gives null for whatever is not, without doubt, somebody in the directory.
 */
export function nameResolver(
  county: string,
  units: readonly NamedUnit[],
  collectives: readonly NamedCollective[],
): (text: string) => ResolvedName | null {
  const index = new Map<string, ResolvedName | 'ambiguous'>();
  const learn = (key: string, target: ResolvedName) => {
    const known = index.get(key);
    if (known === undefined) index.set(key, target);
    else if (known === 'ambiguous' || known.kind !== target.kind || known.id !== target.id) index.set(key, 'ambiguous');
  };
  // Names come before shortened names: a core that two units share must not spoil a name that one of them bears.
  const cores: [string, ResolvedName][] = [];
  for (const unit of units) {
    for (const name of [unit.name, unit.fullName, ...unit.aliases, ...unit.hungNames]) {
      learn(plain(name), { kind: 'unit', id: unit.id });
      cores.push([core(plain(name), county), { kind: 'unit', id: unit.id }]);
    }
  }
  for (const { id, name, aliases } of collectives) {
    for (const one of [name, ...aliases]) learn(plain(one), { kind: 'collective', id });
  }
  const byCore = new Map<string, ResolvedName | 'ambiguous'>();
  for (const [key, target] of cores) {
    const known = byCore.get(key);
    if (key === '' || (known !== undefined && known !== 'ambiguous' && known.id === target.id)) continue;
    byCore.set(key, known === undefined ? target : 'ambiguous');
  }
  const look = (text: string): ResolvedName | null => {
    const exact = index.get(text);
    if (exact !== undefined) return exact === 'ambiguous' ? null : exact;
    const short = byCore.get(core(text, county));
    return short === undefined || short === 'ambiguous' ? null : short;
  };
  return (text) => {
    const whole = plain(text);
    return whole === '' ? null : (look(whole) ?? look(withoutBrackets(whole)));
  };
}

/** Half-width brackets, no spaces (a page break often leaves one inside a name), no emphasis marks, no outer punctuation. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s*“”"'〔〕[\]]/g, '')
    .replace(/^[、,,。;；:：]+|[、,。;；:：]+$/g, '');
}

/** What stands in brackets after a name is the plate that hangs there. A bracket that is never closed counts too. */
function withoutBrackets(text: string): string {
  return text.replace(/\([^()]*\)?$/, '');
}

function core(name: string, county: string): string {
  const rest = name.startsWith(county) ? name.slice(county.length) : name.replace(/^县(?!内|级|域)/, '');
  // 公安局 says something without 县; a single sign or two do not.
  return rest.length >= 3 ? rest : name;
}
