import { expect, it } from 'vitest';
import { countyFolder } from '../../../test/support/platform.ts';
import { parseType, typeFiles } from './settings.ts';

it('the county has the licences that its plan speaks of, each whole', async () => {
  const types = (await typeFiles(countyFolder)).map(parseType);
  expect(types.length).toBeGreaterThanOrEqual(12);
  expect(types.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['营业执照', '食品经营许可证', '竣工联合验收意见书', '不动产权证书']),
  );
  expect(new Set(types.map(({ code }) => code)).size).toBe(types.length);
});
