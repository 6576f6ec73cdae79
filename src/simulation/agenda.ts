import type { Instant } from '../kernel/time.ts';

/** What is going to happen when. Things at the same moment happen in the order in which they were planned. */
export interface Agenda {
  plan(at: Instant, deed: () => Promise<void>): void;
  /** The moment of the next thing to do; null when nothing is planned. */
  nextAt(): Instant | null;
  /** Takes everything that is due by then, in order. */
  take(until: Instant): (() => Promise<void>)[];
}

interface Entry {
  at: Instant;
  order: number;
  deed: () => Promise<void>;
}

/** A binary heap: tens of thousands of deeds, always the earliest next. */
export function createAgenda(): Agenda {
  const heap: Entry[] = [];
  let planned = 0;

  function push(entry: Entry): void {
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isEarlier(above, entry)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  function pop(): Entry | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      if (left === undefined) break;
      const isRight = right !== undefined && isEarlier(right, left);
      const below = isRight ? right : left;
      if (isEarlier(last, below)) break;
      heap[at] = below;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
    return first;
  }

  return {
    plan(at, deed) {
      planned += 1;
      push({ at, order: planned, deed });
    },
    nextAt: () => heap[0]?.at ?? null,
    take(until) {
      const due: (() => Promise<void>)[] = [];
      for (let first = heap[0]; first !== undefined && first.at <= until; first = heap[0]) {
        const entry = pop();
        if (entry !== undefined) due.push(entry.deed);
      }
      return due;
    },
  };
}

function isEarlier(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
