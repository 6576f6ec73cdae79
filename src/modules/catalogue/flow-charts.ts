import type { Services, Tx } from '../../kernel/module.ts';
import { AppError } from '../../kernel/errors.ts';
import { toBpmn, toSvg, type BundleFlow, type FlowDefinition } from './flow/index.ts';
import type { ItemDefinition } from './rules/definition.ts';
import type { Service } from './rules/service.ts';
import { catalogueInForce, serviceFor } from './services.ts';

const drawn = new WeakMap<Services, Map<string, string>>();

/**
 * The flow chart of an item or a bundle as it is in force: SVG for the guide, BPMN 2.0 for other programs. Throws
 * SERVICE_NOT_FOUND. `etag` changes with the content.
 */
export async function flowOf(
  tx: Tx,
  id: string,
  format: 'svg' | 'bpmn',
): Promise<{ content: string; type: string; etag: string }> {
  const row = (await catalogueInForce(tx)).rows.get(id);
  if (row === undefined) throw new AppError('SERVICE_NOT_FOUND', { id });
  const service = await serviceFor(tx, { kind: row.kind, id });
  const etag = [format, service.version, ...service.items.map((item) => item.version)].join('.');
  const cache = drawn.get(tx.services) ?? new Map<string, string>();
  drawn.set(tx.services, cache);
  const key = `${id} ${etag} ${JSON.stringify(service.unitNames)}`;
  let content = cache.get(key);
  if (content === undefined) {
    const definition = flowDefinitionOf(service);
    content = format === 'svg' ? await toSvg(definition) : await toBpmn(definition);
    if (cache.size > 500) cache.clear();
    cache.set(key, content);
  }
  return { content, type: format === 'svg' ? 'image/svg+xml; charset=utf-8' : 'application/xml; charset=utf-8', etag };
}

function flowDefinitionOf(service: Service): FlowDefinition | BundleFlow {
  const [single] = service.items;
  if (service.bundle === null) {
    if (single === undefined) throw new AppError('SERVICE_NOT_FOUND', { id: service.id });
    return itemFlow(service, single.definition);
  }
  const present = new Set(service.items.map((item) => item.definition.id));
  return {
    name: service.name,
    items: service.bundle.items.flatMap((part) => {
      const item = service.items.find((one) => one.definition.id === part.item);
      if (item === undefined) return [];
      return [
        { id: part.item, after: part.after.filter((id) => present.has(id)), ...itemFlow(service, item.definition) },
      ];
    }),
  };
}

function itemFlow(service: Service, definition: ItemDefinition): FlowDefinition {
  return {
    name: definition.name,
    steps: definition.steps.map((step) => ({
      id: step.id,
      name: step.name,
      department: service.unitNames[step.department] ?? step.department,
      term: step.term,
      after: step.after,
      // A chart tells intake, joint work, decision and delivery apart; the rest is work on the file.
      kind: step.kind === 'site' || step.kind === 'publicNotice' ? 'review' : step.kind,
    })),
  };
}
