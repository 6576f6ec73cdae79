/** Parts of a definition that the form shows; everything else is edited as text beside it. */
export const formFields = {
  item: [
    'name',
    'summary',
    'aliases',
    'keywords',
    'themes',
    'audience',
    'department',
    'caseKind',
    'statutory',
    'promised',
    'materials',
    'steps',
  ],
  bundle: ['name', 'summary', 'aliases', 'keywords', 'themes', 'audience', 'lead', 'lifeEvent', 'promised'],
} as const;

export interface PlacedFault {
  path: string;
  message: string;
}

/** Faults at a place or below it, in one line. */
export function faultsAt(violations: readonly PlacedFault[], path: string): string {
  return violations
    .filter((one) => one.path === path || one.path.startsWith(`${path}/`))
    .map((one) => one.message)
    .join(' ');
}

/** A copy with the value at a JSON pointer replaced; empty optional text leaves the definition. */
export function withValue(definition: Record<string, unknown>, path: string, value: unknown): Record<string, unknown> {
  const copy = structuredClone(definition);
  const keys = path.split('/').slice(1);
  const last = keys.pop();
  if (last === undefined) return copy;
  let place: Record<string, unknown> = copy;
  for (const key of keys) {
    if (typeof place[key] !== 'object' || place[key] === null) place[key] = {};
    place = place[key] as Record<string, unknown>;
  }
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

export function valueAt(definition: Record<string, unknown>, path: string): unknown {
  let value: unknown = definition;
  for (const key of path.split('/').slice(1)) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}
