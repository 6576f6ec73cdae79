/** Words with `{name}` in them. A name without a value is left empty, never shown as a name. */
export function filled(words: string, valueOf: (name: string) => string): string {
  return words.replace(/\{(\w+)\}/g, (_, name: string) => valueOf(name));
}

export function placeholdersOf(words: string): string[] {
  return [...words.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
}
