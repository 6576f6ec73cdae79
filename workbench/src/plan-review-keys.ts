import { ref, watch } from 'vue';

const memory = 'review-keys';

/**
 * J/K and the arrows move, Enter confirms, E edits. Single keys can be switched off, never act while somebody types or a
 * dialog is open, and leave Enter to whatever button has the focus, unless that is the chosen row itself.
 */
export function useReviewKeys(acts: { move: (by: 1 | -1) => void; confirm: () => unknown; edit: () => unknown }) {
  const isOn = ref(localStorage.getItem(memory) !== 'off');
  watch(isOn, (on) => localStorage.setItem(memory, on ? 'on' : 'off'));

  function onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (!isOn.value || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.closest('input, select, textarea, dialog') !== null || document.querySelector('dialog[open]') !== null)
      return;
    const act = actFor(event, target);
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  function actFor(event: KeyboardEvent, target: HTMLElement): (() => unknown) | undefined {
    const isInRows = target.closest('.review-row') !== null;
    switch (event.key) {
      case 'j':
      case 'J':
        return () => acts.move(1);
      case 'k':
      case 'K':
        return () => acts.move(-1);
      // Elsewhere the arrows scroll, as everywhere.
      case 'ArrowDown':
        return isInRows ? () => acts.move(1) : undefined;
      case 'ArrowUp':
        return isInRows ? () => acts.move(-1) : undefined;
      case 'e':
      case 'E':
        return acts.edit;
      case 'Enter': {
        const control = target.closest('button, a, summary, [role=button]');
        const isChosenRow = target.closest('.review-title[aria-current]') !== null;
        return event.repeat || (control !== null && !isChosenRow) ? undefined : acts.confirm;
      }
      default:
        return undefined;
    }
  }
  return { isOn, onKey };
}
