import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** The project's own files as the repository tests read them. */
export const root = resolve(import.meta.dirname, '../..');

export interface SourceFile {
  /** From the root, with slashes: `src/modules/org/index.ts`. */
  path: string;
  text: string;
  ast: ts.SourceFile;
}

export interface ImportedName {
  /** The resolved file from the root for relative imports, else the package's name. */
  target: string;
  /** Nothing of it is left when the program runs. */
  typeOnly: boolean;
  dynamic: boolean;
  line: number;
}

const sources = new Map<string, SourceFile>();

/** Every TypeScript file below a folder. */
export function sourcesBelow(folder: string, options: { tests?: boolean } = {}): SourceFile[] {
  const absolute = join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => options.tests === true || !/\.test\.tsx?$/.test(path))
    .sort()
    .map(source);
}

export function source(path: string): SourceFile {
  let found = sources.get(path);
  if (found === undefined) {
    const text = readFileSync(join(root, path), 'utf8');
    const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    found = { path, text, ast: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, kind) };
    sources.set(path, found);
  }
  return found;
}

export function visit(file: SourceFile, see: (node: ts.Node) => void): void {
  const walk = (node: ts.Node) => {
    see(node);
    ts.forEachChild(node, walk);
  };
  walk(file.ast);
}

export function lineOf(file: SourceFile, node: ts.Node): number {
  return file.ast.getLineAndCharacterOfPosition(node.getStart(file.ast)).line + 1;
}

export function importsOf(file: SourceFile): ImportedName[] {
  const found: ImportedName[] = [];
  const add = (specifier: string, typeOnly: boolean, dynamic: boolean, node: ts.Node) => {
    const target = specifier.startsWith('.')
      ? join(dirname(file.path), specifier).replaceAll('\\', '/')
      : packageOf(specifier);
    found.push({ target, typeOnly, dynamic, line: lineOf(file, node) });
  };
  visit(file, (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
      add(node.moduleSpecifier.text, isTypeOnlyImport(node), false, node);
    if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      add(node.moduleSpecifier.text, isTypeOnlyExport(node), false, node);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument !== undefined && ts.isStringLiteral(argument)) add(argument.text, false, true, node);
    }
  });
  return found;
}

function isTypeOnlyImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  if (clause.name !== undefined || clause.namedBindings === undefined || !ts.isNamedImports(clause.namedBindings))
    return false;
  return (
    clause.namedBindings.elements.length > 0 && clause.namedBindings.elements.every((element) => element.isTypeOnly)
  );
}

function isTypeOnlyExport(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true;
  const clause = node.exportClause;
  return (
    clause !== undefined &&
    ts.isNamedExports(clause) &&
    clause.elements.length > 0 &&
    clause.elements.every((element) => element.isTypeOnly)
  );
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The text of every sql`…` in a file, values replaced by `?`. */
export function sqlTexts(file: SourceFile): { text: string; line: number }[] {
  const found: { text: string; line: number }[] = [];
  visit(file, (node) => {
    if (!ts.isTaggedTemplateExpression(node) || !ts.isIdentifier(node.tag) || node.tag.text !== 'sql') return;
    const { template } = node;
    const text = ts.isNoSubstitutionTemplateLiteral(template)
      ? template.text
      : template.head.text + template.templateSpans.map((span) => `?${span.literal.text}`).join('');
    found.push({ text, line: lineOf(file, node) });
  });
  return found;
}

/** String literals anywhere below a node: for `publish(ok ? 'a.b' : 'a.c', …)`. */
export function literalsIn(node: ts.Node): string[] {
  const found: string[] = [];
  const walk = (one: ts.Node) => {
    if (ts.isStringLiteral(one) || ts.isNoSubstitutionTemplateLiteral(one)) found.push(one.text);
    ts.forEachChild(one, walk);
  };
  walk(node);
  return found;
}

/** What git would send: tracked files and new ones that are not ignored. Null when there is no git to ask. */
export function repositoryFiles(): string[] | null {
  try {
    const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return list
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(root, path)) && statSync(join(root, path)).isFile());
  } catch {
    return null;
  }
}

export function migrationFiles(): { name: string; text: string }[] {
  const folder = join(root, 'src/migrations');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({
      name,
      text: readFileSync(join(folder, name), 'utf8'),
    }));
}

/** `org.unit` for every table that a migration makes. */
export function tablesOfMigrations(): string[] {
  return migrationFiles().flatMap(({ text }) =>
    [...text.matchAll(/create table (?:if not exists )?([a-z_]+\.[a-z_0-9]+)/g)].map((match) => match[1] ?? ''),
  );
}
