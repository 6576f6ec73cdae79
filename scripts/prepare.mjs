// Builds the workbench after `npm ci`. Where the development packages are left out there is nothing to build with:
// then the built folder has to come from elsewhere, and the platform says so when it starts without one.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const configFile = fileURLToPath(new URL('../workbench/vite.config.ts', import.meta.url));
try {
  createRequire(import.meta.url).resolve('vite');
} catch {
  process.exit(0);
}
const { build } = await import('vite');
await build({ configFile, logLevel: 'warn' });
