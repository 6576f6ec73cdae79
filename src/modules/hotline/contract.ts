export * from './contract-intake.ts';
export * from './contract-desk.ts';
export * from './contract-work.ts';
export * from './contract-knowledge.ts';
export * from './contract-analysis.ts';
