import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { modules } from '../../src/modules.ts';
import {
  importsOf,
  lineOf,
  migrationFiles,
  source,
  sourcesBelow,
  sqlTexts,
  tablesOfMigrations,
  visit,
  type ImportedName,
  type SourceFile,
} from './source.ts';

/** The shape of the house: who may know whom. Each test lists the places that break it. */

const order = modules.map((module) => module.name).filter((name) => sourcesBelow(`src/modules/${name}`).length > 0);
const moduleOf = (path: string) => /^src\/modules\/([a-z]+)\//.exec(path)?.[1];
const isRules = (path: string) =>
  /^src\/modules\/[a-z]+\/rules(\/.+)?\.tsx?$/.test(path) || /^src\/modules\/[a-z]+\/rules\//.test(path);
const isContract = (path: string) => /^src\/modules\/[a-z]+\/contract[a-z-]*\.ts$/.test(path);
const isStore = (path: string) =>
  /^src\/modules\/[a-z]+\/(store|[a-z-]+-store)(\/.+)?\.ts$/.test(path) || /\/store\//.test(path);

function wrong(files: readonly SourceFile[], judge: (file: SourceFile, one: ImportedName) => string | null): string[] {
  return files.flatMap((file) =>
    importsOf(file).flatMap((one) => {
      const fault = judge(file, one);
      return fault === null ? [] : [`${file.path}:${one.line} imports ${one.target}: ${fault}`];
    }),
  );
}

describe('imports', () => {
  it('finds the modules and their files at all', () => {
    expect(order.length).toBeGreaterThanOrEqual(3);
    for (const name of order) expect(sourcesBelow(`src/modules/${name}`).length).toBeGreaterThan(3);
  });

  it('point only upwards in the order of modules, through the door', () => {
    expect(
      wrong(sourcesBelow('src/modules'), (file, { target, typeOnly }) => {
        const from = moduleOf(file.path) ?? '';
        const to = moduleOf(target);
        if (to === undefined || to === from) return null;
        if (!order.includes(from)) return `${from} is not in src/modules.ts`;
        if (order.indexOf(to) === -1 || order.indexOf(to) > order.indexOf(from))
          return `${to} is not above ${from}; the other way is an outbox event`;
        if (target === `src/modules/${to}/index.ts`) return null;
        // A door leads to the database; a contract that answers in the shape of another's takes it where browsers do.
        if (isContract(file.path) && isContract(target)) return null;
        return typeOnly && isRules(target) ? null : `only index.ts of ${to} is a door`;
      }),
    ).toEqual([]);
  });

  it('of the kernel know no government', () => {
    expect(
      wrong([...sourcesBelow('src/kernel'), ...sourcesBelow('src/calendar')], (file, { target }) => {
        if (!target.startsWith('src/')) return null;
        const own = file.path.startsWith('src/kernel/')
          ? ['src/kernel/']
          : ['src/calendar/', 'src/kernel/errors.ts', 'src/kernel/time.ts', 'src/kernel/ids.ts'];
        return own.some((start) => target.startsWith(start)) ? null : 'above its station';
      }),
    ).toEqual([]);
  });

  it('of rules are rules: the calendar, errors, time, identifiers and types', () => {
    const allowed = [/^src\/calendar\//, /^src\/kernel\/(errors|time|ids|identifiers|json)\.ts$/];
    expect(
      wrong(
        sourcesBelow('src/modules').filter((file) => isRules(file.path)),
        (file, { target, typeOnly }) => {
          if (typeOnly && (isRules(target) || target.startsWith('src/kernel/') || target.endsWith('/index.ts')))
            return null;
          if (moduleOf(target) === moduleOf(file.path) && isRules(target)) return null;
          // Hashing is arithmetic; what is random in it the chance test below refuses.
          if (target === 'zod' || target === 'node:crypto') return null;
          return allowed.some((pattern) => pattern.test(target)) ? null : 'not for rules';
        },
      ),
    ).toEqual([]);
  });

  it('of contracts end in the browser: nothing they need touches Node, the database or the server', () => {
    const contracts = sourcesBelow('src').filter(
      (file) => isContract(file.path) || /^src\/kernel\/(call|endpoint)\.ts$/.test(file.path),
    );
    expect(contracts.length).toBeGreaterThan(order.length);
    const faults: string[] = [];
    for (const contract of contracts) {
      const seen = new Set<string>();
      const follow = (path: string, way: string) => {
        if (seen.has(path)) return;
        seen.add(path);
        for (const { target, typeOnly } of importsOf(source(path))) {
          if (typeOnly) continue;
          if (target.startsWith('src/')) follow(target, `${way} → ${target}`);
          else if (target !== 'zod') faults.push(`${way} → ${target}`);
        }
      };
      follow(contract.path, contract.path);
    }
    expect(faults).toEqual([]);
  });

  it('of the faces and the commands go through doors and contracts', () => {
    expect(
      wrong([...sourcesBelow('src/portal'), ...sourcesBelow('src/commands')], (_, { target, typeOnly }) => {
        const to = moduleOf(target);
        if (to === undefined || target === `src/modules/${to}/index.ts` || isContract(target)) return null;
        return typeOnly && isRules(target) ? null : `only index.ts of ${to} is a door`;
      }),
    ).toEqual([]);
  });

  it('of the workbench are contracts, the caller and rules that run in a browser', () => {
    expect(
      wrong(sourcesBelow('workbench'), (_, { target, typeOnly }) => {
        if (!target.startsWith('src/') || typeOnly) return null;
        if (isContract(target) || isRules(target)) return null;
        return /^src\/(calendar\/|kernel\/(call|endpoint|errors|time|identifiers|journal\/contract)\.ts$)/.test(target)
          ? null
          : 'not for a browser';
      }),
    ).toEqual([]);
  });

  it('make no circle of files', () => {
    const state = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const walk = (path: string, way: readonly string[]) => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
        return;
      }
      state.set(path, 'open');
      for (const { target, typeOnly, dynamic } of importsOf(source(path))) {
        if (target.startsWith('src/') && !typeOnly && !dynamic && /\.tsx?$/.test(target)) walk(target, [...way, path]);
      }
      state.set(path, 'done');
    };
    for (const file of sourcesBelow('src')) walk(file.path, []);
    expect(circles).toEqual([]);
  });
});

describe('schemas', () => {
  const tables = new Set(tablesOfMigrations());

  it('are owned: SQL of a module names its own tables and the kernel’s', () => {
    expect(tables.size).toBeGreaterThan(20);
    const faults = sourcesBelow('src/modules').flatMap((file) => {
      const own = moduleOf(file.path) ?? '';
      return sqlTexts(file).flatMap(({ text, line }) =>
        [...text.matchAll(/(?<![\w.])([a-z_]+)\.[a-z_0-9]+/g)]
          .filter(([name, schema]) => tables.has(name) && schema !== own && schema !== 'kernel')
          .map(([name]) => `${file.path}:${line} touches ${name}`),
      );
    });
    expect(faults).toEqual([]);
  });

  it('are changed one at a time: a migration touches a single schema, of a module that exists', () => {
    const faults = migrationFiles().flatMap(({ name, text }) => {
      const changed = new Set(
        [
          ...text.matchAll(
            /\b(?:create table|alter table|create schema|drop table)\s+(?:if (?:not )?exists\s+)?([a-z_]+)/g,
          ),
        ].map((match) => match[1] ?? ''),
      );
      const strange = [...changed].filter((schema) => schema !== 'kernel' && !order.includes(schema));
      return changed.size > 1 || strange.length > 0 ? [`${name} changes ${[...changed].join(', ')}`] : [];
    });
    expect(faults).toEqual([]);
  });

  it('are spoken to from stores, never from rules, contracts, pages or the routes', () => {
    const faults = [...sourcesBelow('src/modules'), ...sourcesBelow('src/portal')].flatMap((file) => {
      if (isStore(file.path)) return [];
      const strict =
        file.path.startsWith('src/portal/') ||
        isRules(file.path) ||
        isContract(file.path) ||
        /\/routes/.test(file.path);
      return strict ? sqlTexts(file).map(({ line }) => `${file.path}:${line} has SQL`) : [];
    });
    expect(faults).toEqual([]);
  });

  it('are asked only with parameters: nothing from a caller is pasted into SQL as text', () => {
    const faults = [
      ...sourcesBelow('src/modules'),
      ...sourcesBelow('src/kernel'),
      ...sourcesBelow('src/portal'),
    ].flatMap((file) => {
      const found: string[] = [];
      visit(file, (node) => {
        if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== 'raw') return;
        const [argument] = node.arguments;
        if (argument !== undefined && ts.isTemplateExpression(argument))
          found.push(`${file.path}:${lineOf(file, node)} raw() with a value in it`);
      });
      return found;
    });
    expect(faults).toEqual([]);
  });
});

describe('time and chance', () => {
  it('are read in one file: no clock elsewhere', () => {
    const faults = sourcesBelow('src').flatMap((file) => {
      if (file.path === 'src/kernel/time.ts') return [];
      const found: string[] = [];
      visit(file, (node) => {
        const say = (what: string) => found.push(`${file.path}:${lineOf(file, node)} ${what}`);
        if (
          ts.isNewExpression(node) &&
          node.expression.getText(file.ast) === 'Date' &&
          (node.arguments?.length ?? 0) === 0
        )
          say('new Date()');
        if (ts.isPropertyAccessExpression(node) && /^(Date|performance)\.now$/.test(node.getText(file.ast)))
          say(node.getText(file.ast));
        if (ts.isStringLiteral(node) && node.text === 'Asia/Shanghai') say('names the time zone');
      });
      return found;
    });
    // The embedded server watches a process start; no business fact comes of it.
    // A command may tell the person at the terminal how long it took.
    const idle = (fault: string) =>
      fault.startsWith('src/kernel/embedded-postgres') || /^src\/commands\/.* performance\.now$/.test(fault);
    expect(faults.filter((fault) => !idle(fault))).toEqual([]);
  });

  it('do not reach rules, and neither does waiting', () => {
    const faults = [
      ...sourcesBelow('src/modules').filter((file) => isRules(file.path)),
      ...sourcesBelow('src/calendar'),
    ].flatMap((file) => {
      const found: string[] = [];
      visit(file, (node) => {
        const say = (what: string) => found.push(`${file.path}:${lineOf(file, node)} ${what}`);
        if (node.kind === ts.SyntaxKind.AsyncKeyword) say('async');
        if (ts.isAwaitExpression(node)) say('await');
        if (
          ts.isIdentifier(node) &&
          /^(random(Bytes|UUID|Int|FillSync)|uuidv7|randomToken|readableCode|systemClock)$/.test(node.text)
        )
          say(node.text);
        if (
          ts.isPropertyAccessExpression(node) &&
          /^(Math\.random|process\..*|crypto\..*)$/.test(node.getText(file.ast))
        )
          say(node.getText(file.ast));
      });
      return found;
    });
    expect(faults).toEqual([]);
  });

  it('are not read from the environment outside the settings', () => {
    const faults = sourcesBelow('src').flatMap((file) => {
      if (/^src\/kernel\/(settings|embedded-postgres.*)\.ts$/.test(file.path) || file.path.startsWith('src/commands/'))
        return [];
      const found: string[] = [];
      visit(file, (node) => {
        if (ts.isPropertyAccessExpression(node) && node.getText(file.ast) === 'process.env')
          found.push(`${file.path}:${lineOf(file, node)}`);
      });
      return found;
    });
    expect(faults).toEqual([]);
  });
});
