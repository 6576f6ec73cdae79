import type { OutputOf } from '../kernel/endpoint.ts';
import { listCatalogue } from '../modules/catalogue/contract.ts';
import type { Visit } from './visit.ts';

export type ListedService = OutputOf<typeof listCatalogue>['services'][number];

const portion = 200;

/** Every service in force: the catalogue keeps them in memory, so this costs no more than a page of them. */
export async function allServices(visit: Visit, audience?: 'person' | 'firm'): Promise<ListedService[]> {
  const services: ListedService[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await visit.invoke(listCatalogue, {
      page,
      size: portion,
      ...(audience === undefined ? {} : { audience }),
    });
    services.push(...answer.services);
    if (services.length >= answer.total || answer.services.length === 0) return services;
  }
}

export function audienceOf(text: string): 'person' | 'firm' | undefined {
  return text === 'person' || text === 'firm' ? text : undefined;
}
