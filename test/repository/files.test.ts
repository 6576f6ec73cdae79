import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryFiles, root } from './source.ts';

const files = repositoryFiles();
/** A style sheet is a list, one declaration a line. */
const longest = (path: string) => (path.endsWith('.css') ? 800 : 600);

describe.skipIf(files === null)('files of the repository', () => {
  const all = files ?? [];

  it('are small enough to be read at one sitting', () => {
    const long = all
      .filter((path) => /^(src|test|bench|scripts|workbench)\/.*\.(ts|tsx|vue|css|sql|js|mjs)$/.test(path))
      .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length }))
      .filter(({ path, lines }) => lines > longest(path));
    expect(long).toEqual([]);
  });

  it('have kebab-case names without words that say nothing', () => {
    const code = all.filter((path) => /^(src|test|bench|scripts)\/.*\.(ts|tsx|sql)$/.test(path));
    const faults = code.filter((path) => {
      const name = path.split('/').at(-1) ?? '';
      return (
        !/^[a-z0-9_]+(-[a-z0-9]+)*(\.[a-z]+)*\.(ts|tsx|sql)$/.test(name) ||
        /(^|-)(utils?|common|helpers?|manager|service-impl|dto)\b/.test(name)
      );
    });
    expect(faults).toEqual([]);
  });

  it('name no machine, no home and no registry', () => {
    // Put together here so that this file does not find itself.
    const forbidden = [
      ['/', 'work/'],
      ['/', 'home/'],
      ['/Us', 'ers/'],
      ['regis', 'try.npm'],
      ['npm', 'mirror'],
    ].map((parts) => parts.join(''));
    const host = /^https?:\/\/([^/:]+)/.exec(process.env.npm_config_registry ?? '')?.[1];
    if (host !== undefined) forbidden.push(host);
    const faults = all
      .filter((path) => !/\.(png|jpe?g|woff2?|ttf|otf|pdf|xlsx|ico)$/.test(path))
      .flatMap((path) => {
        const text = readFileSync(join(root, path), 'utf8');
        return forbidden
          .filter((word) => new RegExp(`(?<![\\w.:/-])${word.replace(/[.\\/]/g, '\\$&')}`).test(text))
          .map((word) => `${path}: ${word}`);
      });
    expect(faults).toEqual([]);
  });

  it('are not the ones that a running platform leaves behind', () => {
    expect(
      all.filter((path) => /^(var|dist|node_modules|test-artefacts)\//.test(path) || /\.(log|pem|key)$/.test(path)),
    ).toEqual([]);
  });
});

describe('dependencies', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >;

  it('are pinned', () => {
    const given = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {}),
    );
    expect(given.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('come from whatever registry the machine uses: the lock names none, and has a checksum for each', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string; integrity?: string; link?: boolean; inBundle?: boolean }>;
    };
    const faults = Object.entries(lock.packages)
      .filter(([name]) => name !== '')
      .flatMap(([name, { resolved, integrity, link, inBundle }]) => {
        if (resolved !== undefined && /^(https?|git|file)/.test(resolved)) return [`${name}: ${resolved}`];
        return integrity === undefined && link !== true && inBundle !== true ? [`${name}: no checksum`] : [];
      });
    expect(faults).toEqual([]);
  });
});
