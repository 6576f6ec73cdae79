import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  base: '/workbench/',
  plugins: [vue()],
  resolve: {
    // The contracts are data; only the server validates. Their schemas are never evaluated here, so zod stays at home.
    alias: { zod: resolve(here, 'src/without-zod.ts') },
  },
  build: {
    outDir: resolve(here, '../dist/workbench'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    // Everything is a file of its own: the content security policy allows neither data: fonts nor inline scripts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8610' } },
});
