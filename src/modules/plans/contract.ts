export * from './contract-appraisal.ts';
export * from './contract-files.ts';
export * from './contract-ledger.ts';
export * from './contract-review.ts';
export * from './contract-targets.ts';
