import { onBeforeUnmount, onMounted } from 'vue';

/**
 * Shortcuts with Alt or Ctrl, which nobody types by accident: `Alt+KeyJ`, `Alt+Digit1`, `Ctrl+Enter`. They work while one
 * writes, never while a word is being composed or a dialog is open. An act that answers false leaves the key alone.
 */
export function useDeskKeys(acts: Readonly<Record<string, () => unknown>>): void {
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing || event.repeat || document.querySelector('dialog[open]') !== null) return;
    const act = acts[keyName(event)];
    if (act === undefined || act() === false) return;
    event.preventDefault();
  };
  onMounted(() => document.addEventListener('keydown', onKey));
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey));
}

/** By the place of the key: with Alt some systems write another letter. */
export function keyName(event: Pick<KeyboardEvent, 'altKey' | 'ctrlKey' | 'metaKey' | 'code'>): string {
  const held = event.altKey ? 'Alt+' : event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
  return held === '' ? '' : held + event.code.replace('Numpad', event.code === 'NumpadEnter' ? '' : 'Digit');
}
