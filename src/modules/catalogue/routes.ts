import { route, type Route } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { computeMaterials, listCatalogue, readForm, readGuide, searchCatalogue, suggestCatalogue } from './contract.ts';
import { formView } from './form-view.ts';
import { listServices, type ListedService } from './listing.ts';
import { staffRoutes } from './routes-staff.ts';
import { readAnswers } from './rules/answers.ts';
import { formFor } from './rules/form.ts';
import { formNames, guideOf, sourceNames } from './rules/guide.ts';
import { applicableItems, conditionsFor, materialsFor } from './rules/needs.ts';
import { searchServices, suggestServices } from './search.ts';
import { serviceById } from './services.ts';

export const routes: readonly Route[] = [
  route(searchCatalogue, async ({ tx, input }) => {
    const { q, audience, theme, kind, page, size } = input;
    return searchServices(tx, q, {
      ...(audience === undefined ? {} : { audience }),
      ...(theme === undefined ? {} : { theme }),
      ...(kind === undefined ? {} : { kinds: [kind] }),
      limit: size,
      offset: (page - 1) * size,
      // A filter that leaves nothing is not a word that the thesaurus lacks.
      recordMiss: page === 1 && audience === undefined && theme === undefined && kind === undefined,
    });
  }),

  route(suggestCatalogue, async ({ tx, input: { q, audience } }) => ({
    suggestions: await suggestServices(tx, q, audience === undefined ? {} : { audience }),
  })),

  route(listCatalogue, async ({ tx, input }) => {
    const { page, size, ...filter } = input;
    const services = await listServices(tx, withoutUndefined(filter));
    const items = services.filter((one) => one.kind === 'item');
    return {
      total: services.length,
      services: services.slice((page - 1) * size, page * size),
      themes: counted(services.flatMap((one) => one.themes)),
      lifeEvents: counted(services.map((one) => one.lifeEvent).filter((name) => name !== '')),
      departments: departmentsOf(services),
      online: { full: items.filter((one) => one.onlineDepth === 'full').length, items: items.length },
    };
  }),

  route(readGuide, async ({ tx, input: { id } }) => guideOf(await serviceById(tx, id))),

  route(readForm, async ({ tx, input: { id } }) => formView(await serviceById(tx, id))),

  route(computeMaterials, async ({ tx, now, input: { id, answers: raw, complete } }) => {
    const service = await serviceById(tx, id);
    const { answers, issues } = readAnswers(formFor(service), raw, localDateOf(now));
    return {
      issues: complete ? issues : issues.filter((issue) => Object.hasOwn(raw, issue.path.slice('/answers/'.length))),
      items: applicableItems(service, answers, { complete }).map(({ item, ...rest }) => ({
        id: item.definition.id,
        name: item.definition.name,
        ...rest,
      })),
      materials: materialsFor(service, answers, { complete }).map((need) => ({
        ...need,
        formName: formNames[need.form],
        sourceName: sourceNames[need.source],
      })),
      conditions: conditionsFor(service, answers, { complete }),
    };
  }),

  ...staffRoutes,
];

function counted(names: readonly string[]): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count }));
}

function departmentsOf(services: readonly ListedService[]): { id: string; name: string; count: number }[] {
  const counts = new Map<string, { id: string; name: string; count: number }>();
  for (const { department, departmentName } of services) {
    const known = counts.get(department) ?? { id: department, name: departmentName, count: 0 };
    counts.set(department, { ...known, count: known.count + 1 });
  }
  return [...counts.values()];
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
