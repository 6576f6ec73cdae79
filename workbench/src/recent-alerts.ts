import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { useQuery } from '@tanstack/vue-query';
import { listAlerts } from '../../src/modules/tasks/contract.ts';
import { plusMs, type Instant } from '../../src/kernel/time.ts';
import { call } from './call.ts';
import { session } from './session.ts';

export const alertsPerPage = 50;

/** A page of alerts, newest first. The navigation and the page of alerts ask the same question once. */
export function useAlerts(page: MaybeRefOrGetter<number>, enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    // One browser, several people: nobody sees the number of the one before.
    queryKey: computed(() => ['alerts', session.value?.account.id, toValue(page)]),
    queryFn: () => call(listAlerts, { page: toValue(page), size: alertsPerPage }),
    enabled: computed(() => toValue(enabled)),
    refetchInterval: 60_000,
  });
}

/** How many came within the last 24 hours, counted on the first page: '' for none, '50+' when there may be more. */
export function recentCount(
  first: { alerts: readonly { at: Instant }[]; hasMore: boolean } | undefined,
  now: Instant,
): string {
  const since = plusMs(now, -86_400_000);
  const recent = first?.alerts.filter((one) => one.at >= since).length ?? 0;
  if (recent === 0) return '';
  return first?.hasMore === true && recent === first.alerts.length ? `${recent}+` : String(recent);
}

/** The page of the workbench that an alert points to; null when its address is somewhere else or there is none. */
export function workbenchPath(link: string): string | null {
  if (link === '' || link.startsWith('//') || !link.startsWith('/')) return null;
  return link === '/workbench' ? '/' : link.replace(/^\/workbench(?=\/)/, '');
}
