export * from './contract-views.ts';
export * from './contract-public.ts';
export * from './contract-work.ts';
