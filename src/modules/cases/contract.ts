/** Applications (申报) and cases (办件): what the public fills in, what officers decide, what everyone may follow. */
export * from './contract-public.ts';
export * from './contract-views.ts';
export * from './contract-work.ts';
