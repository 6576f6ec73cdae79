import { computed } from 'vue';
import { useQuery } from '@tanstack/vue-query';
import { hotlineVocabulary } from '../../src/modules/hotline/contract-intake.ts';
import { call } from './call.ts';

/** Towns, units, terms and rules of the hotline: asked once, they hardly ever change. */
export function useVocabulary() {
  const query = useQuery({
    queryKey: ['hotline-vocabulary'],
    queryFn: () => call(hotlineVocabulary, {}),
    staleTime: 3_600_000,
  });
  const named = (list: readonly { id: string; name: string }[] | undefined) =>
    Object.fromEntries((list ?? []).map(({ id, name }) => [id, name]));
  return {
    query,
    vocabulary: computed(() => query.data.value),
    townNames: computed(() => named(query.data.value?.towns)),
    unitNames: computed(() => named(query.data.value?.units)),
    units: computed(() => query.data.value?.units ?? []),
  };
}
