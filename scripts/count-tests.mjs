// Adds up Vitest's JSON reports and prints `N passed, N failed`. Steps that failed before, files that did not load and
// a report that was never written count as failures. Exit 1 when anything failed.
import { readFileSync } from 'node:fs';

const [stepsFailed, ...paths] = process.argv.slice(2);
let passed = 0;
let failed = Number(stepsFailed ?? 0);
for (const path of paths) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    const unloaded = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
    ).length;
    const faults = report.numFailedTests + unloaded;
    const isSilent = faults === 0 && (!report.success || report.numPassedTests === 0);
    passed += report.numPassedTests;
    failed += faults + (isSilent ? 1 : 0);
  } catch {
    failed += 1;
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
