import { findCircle } from '../rules/order.ts';

/** What a flow chart is drawn from: the steps of a service item, each with the steps that must be finished before it. */
export interface FlowStep {
  id: string;
  name: string;
  department: string;
  /** `1wd`, `2h`, `20nd`, `1mo`. */
  term: string;
  after: readonly string[];
  kind?: 'intake' | 'review' | 'joint' | 'decision' | 'delivery';
}

export interface FlowDefinition {
  name: string;
  steps: readonly FlowStep[];
}

/** A bundle: several items, one application; an item starts when those before it are granted. */
export interface BundleFlow {
  name: string;
  items: readonly (FlowDefinition & { id: string; after: readonly string[] })[];
}

export interface FlowNode {
  id: string;
  kind: 'start' | 'task' | 'parallel' | 'decision' | 'granted' | 'refused';
  label: string;
  step?: FlowStep;
  /** Index of the lane; undefined for what the applicant does. */
  lane?: number;
}

export interface FlowEdge {
  id: string;
  from: string;
  to: string;
  label?: string;
}

export interface FlowGraph {
  name: string;
  nodes: FlowNode[];
  edges: FlowEdge[];
  /** Names of the items of a bundle; empty for a single item. */
  lanes: string[];
}

/** A definition that no chart can be drawn from; the message is for the clerk who wrote it. */
export class FlowError extends Error {
  readonly code: 'CYCLE' | 'UNKNOWN_STEP' | 'DUPLICATE_STEP';

  constructor(code: FlowError['code'], message: string) {
    super(message);
    this.name = 'FlowError';
    this.code = code;
  }
}

/** Applicant files → steps (side by side where the order allows) → decision → result. */
export function graphOf(definition: FlowDefinition | BundleFlow): FlowGraph {
  const builder = new GraphBuilder();
  const start = builder.node({ kind: 'start', label: 'items' in definition ? '申请人一次提交申请' : '申请人提交申请' });
  if (!('items' in definition)) {
    const granted = builder.item(definition, [start], undefined);
    builder.connect(granted, [builder.node({ kind: 'granted', label: '准予，送达结果' })]);
    return { name: definition.name, ...builder.finish(), lanes: [] };
  }

  const order = sorted(definition.items, '事项');
  const needed = new Set(order.flatMap((item) => item.after));
  const grantedOf = new Map<string, string>();
  for (const item of order) {
    const lane = definition.items.findIndex(({ id }) => id === item.id);
    const sources = item.after.map((id) => grantedOf.get(id) ?? start);
    const granted = builder.item(item, sources.length === 0 ? [start] : sources, lane);
    grantedOf.set(item.id, granted);
    // An item that others wait for still delivers its own result.
    const label = needed.has(item.id) ? '准予，接着办下一项' : '准予，送达结果';
    builder.connect(granted, [builder.node({ kind: 'granted', label, lane })]);
  }
  return { name: definition.name, ...builder.finish(), lanes: definition.items.map(({ name }) => name) };
}

interface Ordered {
  id: string;
  name: string;
  after: readonly string[];
}

/** Predecessors first; within that in the order given. Refuses circles and strangers by name. */
function sorted<Node extends Ordered>(nodes: readonly Node[], what: string): Node[] {
  const byId = new Map<string, Node>();
  for (const node of nodes) {
    if (byId.has(node.id)) throw new FlowError('DUPLICATE_STEP', `${what}编号“${node.id}”用了两次。`);
    byId.set(node.id, node);
  }
  for (const node of nodes) {
    const stranger = node.after.find((id) => !byId.has(id));
    if (stranger !== undefined) {
      throw new FlowError('UNKNOWN_STEP', `“${node.name}”要等的“${stranger}”不存在。`);
    }
  }
  const done = new Set<string>();
  const result: Node[] = [];
  while (result.length < nodes.length) {
    const ready = nodes.filter((node) => !done.has(node.id) && node.after.every((id) => done.has(id)));
    if (ready.length === 0) {
      const circle = (findCircle(nodes) ?? []).reverse().map((id) => byId.get(id)?.name ?? id);
      throw new FlowError('CYCLE', `先后顺序绕成了圈：${circle.join(' → ')}，谁也没法开始。`);
    }
    for (const node of ready) {
      done.add(node.id);
      result.push(node);
    }
  }
  return result;
}

class GraphBuilder {
  private readonly nodes: FlowNode[] = [];
  private readonly links: { from: string; to: string; label?: string }[] = [];

  node(node: Omit<FlowNode, 'id' | 'lane'> & { lane?: number | undefined }): string {
    const { lane, ...rest } = node;
    const id = `${rest.kind}_${this.nodes.length + 1}`;
    this.nodes.push(lane === undefined ? { ...rest, id } : { ...rest, id, lane });
    return id;
  }

  connect(from: string, targets: readonly string[], label?: string): void {
    for (const to of targets) this.links.push(label === undefined ? { from, to } : { from, to, label });
  }

  /** Draws one item after `sources`; gives the node that the result (or what waits for it) follows. */
  item(definition: FlowDefinition, sources: readonly string[], lane: number | undefined): string {
    const steps = sorted(definition.steps, '环节');
    const late = afterDecision(steps);
    const examined = this.phase(
      steps.filter((step) => !late.has(step.id)),
      sources,
      lane,
    );
    const decision = this.node({ kind: 'decision', label: '是否准予', lane });
    for (const last of examined) this.connect(last, [decision]);
    const delivered = this.phase(
      steps.filter((step) => late.has(step.id)),
      [decision],
      lane,
    );
    this.connect(decision, [this.node({ kind: 'refused', label: '不予，书面说明理由', lane })], '不予');
    const [only] = delivered;
    if (only !== undefined && delivered.length === 1) return only;
    const join = this.node({ kind: 'parallel', label: '', lane });
    for (const last of delivered) this.connect(last, [join]);
    return join;
  }

  /** Steps that run once `sources` are done; gives the last ones, or the sources when there is no step. */
  private phase(steps: readonly FlowStep[], sources: readonly string[], lane: number | undefined): readonly string[] {
    if (steps.length === 0) return sources;
    const inside = new Map(steps.map((step) => [step.id, step]));
    const nodeOf = new Map(steps.map((step) => [step.id, this.node({ kind: 'task', label: step.name, step, lane })]));
    const followed = new Set<string>();
    for (const step of steps) {
      const to = nodeOf.get(step.id) ?? '';
      const before = directOnly(
        [...new Set(step.after)].filter((id) => inside.has(id)),
        inside,
      );
      for (const id of before) {
        followed.add(id);
        this.connect(nodeOf.get(id) ?? '', [to]);
      }
      if (before.length === 0) for (const source of sources) this.connect(source, [to]);
    }
    return steps.filter((step) => !followed.has(step.id)).map((step) => nodeOf.get(step.id) ?? '');
  }

  /** Puts a gateway wherever more than one line leaves or arrives, and names the lines. */
  finish(): { nodes: FlowNode[]; edges: FlowEdge[] } {
    this.gateways('from', 'to');
    this.gateways('to', 'from');
    const decisions = new Set(this.nodes.filter((node) => node.kind === 'decision').map((node) => node.id));
    const edges = this.links.map((link, at): FlowEdge => {
      const label = link.label ?? (decisions.has(link.from) ? '准予' : undefined);
      const edge = { id: `flow_${at + 1}`, from: link.from, to: link.to };
      return label === undefined ? edge : { ...edge, label };
    });
    return { nodes: this.nodes, edges };
  }

  private gateways(near: 'from' | 'to', far: 'from' | 'to'): void {
    for (const node of [...this.nodes]) {
      const lines = this.links.filter((link) => link[near] === node.id && link.label === undefined);
      if (lines.length < 2 || node.kind === 'parallel') continue;
      const gateway = this.node({ kind: 'parallel', label: near === 'from' ? '同时办理' : '', lane: node.lane });
      for (const line of lines) line[near] = gateway;
      this.links.push(far === 'to' ? { from: node.id, to: gateway } : { from: gateway, to: node.id });
    }
  }
}

/** Deliveries, and whatever waits for a decision or a delivery, come only after "granted". */
function afterDecision(inOrder: readonly FlowStep[]): Set<string> {
  const late = new Set<string>();
  const turning = new Set<string>();
  for (const step of inOrder) {
    if (step.kind === 'delivery' || step.after.some((id) => turning.has(id))) late.add(step.id);
    if (late.has(step.id) || step.kind === 'decision') turning.add(step.id);
  }
  return late;
}

/** Leaves out predecessors that another predecessor already waits for: one line says it. */
function directOnly(before: readonly string[], steps: ReadonlyMap<string, FlowStep>): string[] {
  const implied = new Set<string>();
  const queue = before.flatMap((id) => steps.get(id)?.after ?? []);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (implied.has(id)) continue;
    implied.add(id);
    queue.push(...(steps.get(id)?.after ?? []));
  }
  return before.filter((id) => !implied.has(id));
}

/** Text that may stand in XML: most control characters and lone surrogates have no place in it, however escaped. */
export function legalText(text: string): string {
  return text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/gu, '');
}
