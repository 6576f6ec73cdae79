import { defineConfig } from 'vitest/config';

export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'workbench/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // One more than the cores of a small machine: browsers and killed servers are waited for more than they are worked for.
    maxWorkers: 2,
    // Files share what they import: state hangs on the services of one platform, never on a module.
    isolate: false,
    reporters: ['default'],
  },
});
