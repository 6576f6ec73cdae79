// Reads Vitest's JSON report and prints `N passed, N failed`. Steps that failed before, files that did not load and
// a report that was never written count as failures. Exit 1 when anything failed.
import { readFileSync } from 'node:fs';

const [path, stepsFailed] = process.argv.slice(2);
let passed = 0;
let failed = Number(stepsFailed ?? 0);
try {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  passed = report.numPassedTests;
  failed += report.numFailedTests;
  failed += report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  if (!report.success && failed === 0) failed = 1;
  if (passed === 0 && failed === 0) failed = 1;
} catch {
  failed += 1;
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
