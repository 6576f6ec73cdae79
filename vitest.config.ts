import { defineConfig } from 'vitest/config';

export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'workbench/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // As many as a small machine has cores: a third imports everything once more, which costs more than it overlaps.
    maxWorkers: 2,
    // Files share what they import: state hangs on the services of one platform, never on a module.
    isolate: false,
    reporters: ['default'],
  },
});
