/** Work that waits for other work: steps of an item, items of a bundle. */
export interface Ordered {
  id: string;
  after: readonly string[];
}

/** A circle if there is one (`a → b → a`), else null. Names that do not exist are ignored here. */
export function findCircle(nodes: readonly Ordered[]): string[] | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  const walk = (id: string, trail: readonly string[]): string[] | null => {
    const at = trail.indexOf(id);
    if (at >= 0) return [...trail.slice(at), id];
    if (done.has(id)) return null;
    for (const before of byId.get(id)?.after ?? []) {
      const circle = walk(before, [...trail, id]);
      if (circle !== null) return circle;
    }
    done.add(id);
    return null;
  };
  for (const node of nodes) {
    const circle = walk(node.id, []);
    if (circle !== null) return circle;
  }
  return null;
}

/** The heaviest chain of nodes, from first to last. The nodes must have no circle. */
export function longestChain<N extends Ordered>(
  nodes: readonly N[],
  weightOf: (node: N) => number,
): { weight: number; ids: string[] } {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const memo = new Map<string, { weight: number; ids: string[] }>();
  const upTo = (node: N): { weight: number; ids: string[] } => {
    const known = memo.get(node.id);
    if (known !== undefined) return known;
    let best: { weight: number; ids: string[] } = { weight: 0, ids: [] };
    for (const id of node.after) {
      const before = byId.get(id);
      if (before === undefined) continue;
      const chain = upTo(before);
      if (chain.weight > best.weight || best.ids.length === 0) best = chain;
    }
    const chain = { weight: best.weight + weightOf(node), ids: [...best.ids, node.id] };
    memo.set(node.id, chain);
    return chain;
  };
  return nodes.map(upTo).reduce((best, chain) => (chain.weight > best.weight || best.ids.length === 0 ? chain : best), {
    weight: 0,
    ids: [],
  });
}
