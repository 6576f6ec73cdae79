/** Flow charts of items and bundles, drawn from their definition: SVG for the guide, BPMN 2.0 for the archive. */
export { toBpmn } from './bpmn.ts';
export { FlowError } from './graph.ts';
export type { BundleFlow, FlowDefinition, FlowStep } from './graph.ts';
export { toSvg } from './svg.ts';
