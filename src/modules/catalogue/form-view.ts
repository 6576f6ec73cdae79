import type { OutputOf } from '../../kernel/endpoint.ts';
import type { readForm } from './contract.ts';
import { formFor } from './rules/form.ts';
import type { Service } from './rules/service.ts';

/** The form of a service as endpoints give it: of what is in force, or of the versions that an application started under. */
export function formView(service: Service): OutputOf<typeof readForm> {
  const { id, kind, name } = service;
  return {
    ...{ id, kind, name },
    versions: versionsOf(service),
    sections: formFor(service).sections.map(({ title, fields }) => ({
      title,
      fields: fields.map(({ asks, ...field }) => ({
        ...field,
        asks: asks.map((ask) => ({ ...ask, when: [...ask.when] })),
      })),
    })),
  };
}

/** What an application keeps, to be given back to `serviceFor`. */
export function versionsOf(service: Service): Record<string, number> {
  const items = Object.fromEntries(service.items.map((item) => [item.definition.id, item.version]));
  return service.bundle === null ? items : { ...items, [service.id]: service.version };
}
