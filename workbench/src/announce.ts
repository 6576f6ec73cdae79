import { ref } from 'vue';

/** What a screen reader says and the page shows after an action; stays until the next page or the next message. */
export const announcement = ref('');

export function announce(message: string): void {
  announcement.value = '';
  // Emptied first: the same sentence twice is said twice.
  queueMicrotask(() => (announcement.value = message));
}
