import { layoutProcess } from 'bpmn-auto-layout';
import { BpmnModdle } from 'bpmn-moddle';
import type { ModdleElement } from 'bpmn-moddle';
import { limitText } from '../rules/limits.ts';
import { graphOf, legalText } from './graph.ts';
import type { BundleFlow, FlowDefinition, FlowGraph, FlowNode } from './graph.ts';
import { layoutOf } from './layout.ts';
import type { Layout } from './layout.ts';

/**
 * The flow as a BPMN 2.0 file with its diagram, for any BPMN editor. A single item is laid out by bpmn-auto-layout; a
 * bundle has a lane for each item, which that library does not know, so its diagram comes from our own layout.
 */
export async function toBpmn(definition: FlowDefinition | BundleFlow): Promise<string> {
  const graph = graphOf(definition);
  const moddle = new BpmnModdle();
  if (graph.lanes.length > 0) return writeWithOwnLayout(moddle, graph);

  const { xml } = await moddle.toXML(modelOf(moddle, graph).definitions, { format: true });
  const laidOut = await layoutProcess(xml);
  return (await isFullyDrawn(moddle, graph, laidOut)) ? laidOut : writeWithOwnLayout(moddle, graph);
}

const elementTypes: Readonly<Record<FlowNode['kind'], string>> = {
  start: 'bpmn:StartEvent',
  task: 'bpmn:UserTask',
  parallel: 'bpmn:ParallelGateway',
  decision: 'bpmn:ExclusiveGateway',
  granted: 'bpmn:EndEvent',
  refused: 'bpmn:EndEvent',
};

interface Model {
  definitions: ModdleElement;
  process: ModdleElement;
  elements: Map<string, ModdleElement>;
}

function modelOf(moddle: BpmnModdle, graph: FlowGraph): Model {
  const elements = new Map<string, ModdleElement>();
  for (const node of graph.nodes) {
    const element = moddle.create(elementTypes[node.kind], { id: node.id, incoming: [], outgoing: [] });
    const name = nameOf(node);
    if (name !== '') element.set('name', name);
    elements.set(node.id, element);
  }
  for (const edge of graph.edges) {
    const source = elements.get(edge.from);
    const target = elements.get(edge.to);
    if (source === undefined || target === undefined) continue;
    const flow = moddle.create('bpmn:SequenceFlow', { id: edge.id, sourceRef: source, targetRef: target });
    if (edge.label !== undefined) flow.set('name', edge.label);
    listOf(source, 'outgoing').push(flow);
    listOf(target, 'incoming').push(flow);
    elements.set(edge.id, flow);
  }
  const process = moddle.create('bpmn:Process', {
    id: 'process',
    name: legalText(graph.name),
    isExecutable: false,
    flowElements: [...elements.values()],
  });
  const definitions = moddle.create('bpmn:Definitions', {
    id: 'definitions',
    targetNamespace: 'urn:yingshang:flow',
    rootElements: [process],
  });
  return { definitions, process, elements };
}

function nameOf({ label, step }: FlowNode): string {
  return legalText(step === undefined ? label : `${label}（${step.department}，${limitText(step.term)}）`);
}

function listOf(element: ModdleElement, property: string): ModdleElement[] {
  const list = element.get(property);
  return Array.isArray(list) ? (list as ModdleElement[]) : [];
}

/** The library leaves out elements of some intertwined flows; then the whole diagram is ours. */
async function isFullyDrawn(moddle: BpmnModdle, graph: FlowGraph, xml: string): Promise<boolean> {
  const { elementsById } = await moddle.fromXML(xml);
  const drawn = new Set<string>();
  for (const element of Object.values(elementsById)) {
    const of = element.get('bpmnElement');
    if (isElement(of) && of.id !== undefined) drawn.add(of.id);
  }
  return [...graph.nodes, ...graph.edges].every(({ id }) => drawn.has(id));
}

function isElement(value: unknown): value is ModdleElement {
  return typeof value === 'object' && value !== null && '$type' in value;
}

async function writeWithOwnLayout(moddle: BpmnModdle, graph: FlowGraph): Promise<string> {
  const { definitions, process, elements } = modelOf(moddle, graph);
  const layout = layoutOf(graph, { sizeOf, beside: 40, between: 70, margin: 60, applicantLane: true });
  const shapes: ModdleElement[] = [];
  if (layout.lanes.length > 0) shapes.push(...addLanes(moddle, graph, layout, { definitions, process, elements }));
  for (const { node, across, along, width, length } of layout.nodes) {
    const bounds = boundsOf(moddle, along - length / 2, across - width / 2, length, width);
    shapes.push(shapeOf(moddle, node.id, elements.get(node.id), bounds));
  }
  for (const { edge, points } of layout.edges) {
    const waypoint = points.map(({ across, along }) =>
      moddle.create('dc:Point', { x: round(along), y: round(across) }),
    );
    const bpmnElement = elements.get(edge.id);
    shapes.push(moddle.create('bpmndi:BPMNEdge', { id: `${edge.id}_di`, bpmnElement, waypoint }));
  }
  const [root] = listOf(definitions, 'rootElements').filter(({ $type }) => $type === 'bpmn:Collaboration');
  const plane = moddle.create('bpmndi:BPMNPlane', { id: 'plane', bpmnElement: root ?? process, planeElement: shapes });
  definitions.set('diagrams', [moddle.create('bpmndi:BPMNDiagram', { id: 'diagram', plane })]);
  return (await moddle.toXML(definitions, { format: true })).xml;
}

function sizeOf(node: FlowNode): { width: number; length: number } {
  if (node.kind === 'task') return { width: 80, length: 140 };
  const size = node.kind === 'parallel' || node.kind === 'decision' ? 50 : 36;
  return { width: size, length: size };
}

/** A pool around the process (lanes need one to be drawn in) and in it the applicant's lane and one for each item. */
function addLanes(
  moddle: BpmnModdle,
  graph: FlowGraph,
  layout: Layout,
  { definitions, process, elements }: Model,
): ModdleElement[] {
  const header = 30;
  const lanes = layout.lanes.map(({ name }, at) => {
    const members = graph.nodes.filter((node) => (node.lane ?? -1) === at - 1);
    const flowNodeRef = members.flatMap(({ id }) => elements.get(id) ?? []);
    return moddle.create('bpmn:Lane', { id: `lane_${at}`, name: legalText(name), flowNodeRef });
  });
  process.set('laneSets', [moddle.create('bpmn:LaneSet', { id: 'lanes', lanes })]);
  const participant = moddle.create('bpmn:Participant', {
    id: 'pool',
    name: legalText(graph.name),
    processRef: process,
  });
  const collaboration = moddle.create('bpmn:Collaboration', { id: 'collaboration', participants: [participant] });
  definitions.set('rootElements', [collaboration, process]);

  const length = layout.length + 20;
  const pool = shapeOf(moddle, 'pool', participant, boundsOf(moddle, -header, 0, length + header, layout.width));
  pool.set('isHorizontal', true);
  return [
    pool,
    ...layout.lanes.map(({ start, width }, at) => {
      const shape = shapeOf(moddle, `lane_${at}`, lanes[at], boundsOf(moddle, 0, start, length, width));
      shape.set('isHorizontal', true);
      return shape;
    }),
  ];
}

function shapeOf(
  moddle: BpmnModdle,
  id: string,
  bpmnElement: ModdleElement | undefined,
  bounds: ModdleElement,
): ModdleElement {
  return moddle.create('bpmndi:BPMNShape', { id: `${id}_di`, bpmnElement, bounds });
}

function boundsOf(moddle: BpmnModdle, x: number, y: number, width: number, height: number): ModdleElement {
  return moddle.create('dc:Bounds', { x: round(x), y: round(y), width: round(width), height: round(height) });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
