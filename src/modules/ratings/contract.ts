/** Everything of 好差评 that a page may call. */
export * from './contract-rater.ts';
export * from './contract-work.ts';
