import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../test/support/platform.ts';
import { catalogue } from '../modules/catalogue/index.ts';
import { org } from '../modules/org/index.ts';
import { tasks } from '../modules/tasks/index.ts';
import { portal } from './index.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks, catalogue, portal] });
});
afterAll(() => platform.stop());

describe('smoke', () => {
  it.each([
    '/',
    '/search?q=开饭馆',
    '/search?q=xyzzyq',
    '/services',
    '/guides/enterprise-opening',
    '/guides/food-business-licence',
    '/sign-in',
    '/register',
    '/privacy',
    '/accessibility',
    '/nosuch',
  ])('%s', async (url) => {
    const answer = await platform.http.inject({ url: encodeURI(url) });
    console.log(
      url,
      answer.statusCode,
      answer.body.length,
      gzipSync(answer.body).length,
      brotliCompressSync(answer.body).length,
    );
    if (answer.statusCode >= 500) console.log(answer.body);
  });
});
