import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/**
 * Filters of a list, kept in the address: back, reload and a sent link show the same list.
 * Every value is text; an empty one is not set. Changing anything but the page goes back to page 1.
 */
export function useFilters<const N extends string>(names: readonly N[]) {
  const route = useRoute();
  const router = useRouter();
  const filters = computed(() => {
    const values = {} as Record<N | 'page', string>;
    for (const name of [...names, 'page' as const]) values[name] = String(route.query[name] ?? '');
    return values;
  });

  function set(changes: Partial<Record<N | 'page', string>>): void {
    const merged: Record<string, string> = { ...filters.value, ...('page' in changes ? {} : { page: '' }), ...changes };
    void router.replace({ query: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== '')) });
  }

  /** Takes every named field of a submitted form. */
  function submit(event: Event): void {
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const named = names.filter((name) => form.has(name)).map((name) => [name, form.getAll(name).join(',')]);
    set(Object.fromEntries(named) as Partial<Record<N | 'page', string>>);
  }

  const clear = () => void router.replace({ query: {} });
  const page = computed(() => Math.max(1, Number(filters.value.page) || 1));
  const isFiltered = computed(() => names.some((name) => filters.value[name] !== ''));
  return { filters, page, isFiltered, set, submit, clear };
}

/** 'red,yellow' → ['red', 'yellow'] */
export function listOf<T extends string>(value: string): T[] {
  return value === '' ? [] : (value.split(',') as T[]);
}

/** '' → undefined, for optional inputs. */
export function given<K extends string>(name: K, value: string): Partial<Record<K, string>> {
  return (value === '' ? {} : { [name]: value }) as Partial<Record<K, string>>;
}
