import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

interface Chunk {
  file: string;
  imports?: string[];
  css?: string[];
}

const folder = join(import.meta.dirname, '../dist/workbench');
const manifestFile = join(folder, '.vite/manifest.json');
const isBuilt = existsSync(manifestFile);
const limit = 200 * 1024;

/** What the browser fetches before it can show these pages: their chunks and all that those import, with their styles. */
function filesOf(manifest: Record<string, Chunk>, entries: readonly string[]): string[] {
  const files = new Set<string>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`${key} is not in the manifest`);
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const one of chunk.imports ?? []) visit(one);
  };
  entries.forEach(visit);
  return [...files];
}

describe.skipIf(!isBuilt)('first load of the built workbench (skipped until `npm run prepare` has built it)', () => {
  it('stays under 200 KB compressed for sign-in and queue together', () => {
    const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, Chunk>;
    const files = filesOf(manifest, ['index.html', 'src/pages/sign-in.vue', 'src/pages/queue.vue']);
    const sizes = files.map((file) => gzipSync(readFileSync(join(folder, file))).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(files.some((file) => file.endsWith('.css'))).toBe(true);
    expect(total).toBeGreaterThan(20 * 1024);
    expect(total).toBeLessThan(limit);
    console.info(`workbench first load: ${Math.round(total / 1024)} KB gzip in ${files.length} files`);
  });

  it('has a page without inline scripts or styles, as the content security policy demands', () => {
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(page).not.toMatch(/<style|\sstyle=/);
  });
});
