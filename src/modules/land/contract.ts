export * from './contract-assessments.ts';
export * from './contract-idle.ts';
export * from './contract-performance.ts';
export * from './contract-plot-work.ts';
export * from './contract-plots.ts';
