export * from './contract-desk.ts';
export * from './contract-own.ts';
export * from './contract-papers.ts';
export * from './contract-pushes.ts';
export * from './contract-seals.ts';
export * from './contract-sharing.ts';
export * from './contract-types.ts';
export * from './contract-verify.ts';
