import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { sql } from '../../kernel/db.ts';
import type { Tx } from '../../kernel/module.ts';
import { directory, type Directory } from './rules/directory.ts';
import { writeDirectory } from './store/directory.ts';

const role = z.strictObject({
  id: z.string().regex(/^[a-z][a-z-]{1,63}$/),
  name: z.string().min(1),
  explanation: z.string().min(1),
  reach: z.enum(['unit', 'all']),
  permissions: z.array(z.string().regex(/^[a-z-]+\.[a-z-]+$/)).min(1),
});

/** Reads the county's directory and roles; does nothing when these very files are loaded already. */
export async function load(tx: Tx): Promise<void> {
  const folder = join(tx.services.countyFolder, 'org');
  const [directoryText, rolesText] = await Promise.all(
    ['directory.yaml', 'roles.yaml'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  const digest = createHash('sha256')
    .update(directoryText ?? '')
    .update('\0')
    .update(rolesText ?? '')
    .digest('hex');
  // Two processes starting at once load one after the other; the second finds the work done.
  await tx.exec(
    sql`insert into kernel.loaded (region, part, digest, at) values (${tx.region}, 'org', '', ${tx.now}) on conflict do nothing`,
  );
  const loaded = await tx.one<{ digest: string }>(
    sql`select digest from kernel.loaded where region = ${tx.region} and part = 'org' for update`,
  );
  if (loaded.digest === digest) return;

  const parsed = directory.parse(parse(directoryText ?? ''));
  const roles = z
    .array(role)
    .min(1)
    .parse(parse(rolesText ?? ''));
  const problems = directoryProblems(
    parsed,
    roles.map((one) => one.id),
    tx.region,
  );
  if (problems.length > 0) throw new Error(`机构资料（${folder}）有错：\n${problems.join('\n')}`);
  await writeDirectory(tx, parsed, roles, digest);
  await tx.exec(
    sql`update kernel.loaded set digest = ${digest}, at = ${tx.now} where region = ${tx.region} and part = 'org'`,
  );
  tx.note('org:directory', '载入机构和角色资料', { units: parsed.units.length, roles: roles.length });
}

/** What the shape alone cannot say: references that lead nowhere, names that two units share. */
export function directoryProblems(given: Directory, roleIds: readonly string[], region: string): string[] {
  const problems: string[] = [];
  if (given.region.code !== region) problems.push(`区划代码是 ${given.region.code}，平台设置的是 ${region}。`);
  const unitIds = given.units.map((unit) => unit.id);
  for (const [what, ids] of [
    ['单位', unitIds],
    ['集合', given.collectives.map((one) => one.id)],
    ['领导', given.leaders.map((one) => one.id)],
    ['岗位', given.posts.map((one) => one.id)],
    ['角色', [...roleIds]],
  ] as const) {
    for (const twice of repeated(ids)) problems.push(`${what}编号 ${twice} 重复。`);
  }
  const owners = new Map<string, string>();
  for (const unit of given.units) {
    for (const name of new Set([unit.name, unit.fullName, ...unit.aliases, ...unit.hungNames])) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, unit.id);
      else problems.push(`名称“${name}”同时属于 ${owner} 和 ${unit.id}。`);
    }
  }
  for (const post of given.posts) {
    if (!unitIds.includes(post.unit)) problems.push(`岗位 ${post.id} 的单位 ${post.unit} 不存在。`);
    for (const one of post.roles) if (!roleIds.includes(one)) problems.push(`岗位 ${post.id} 的角色 ${one} 不存在。`);
  }
  return problems;
}

function repeated(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
}
