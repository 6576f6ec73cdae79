import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { sql } from '../../kernel/db.ts';
import type { Services, Tx } from '../../kernel/module.ts';
import { hashPassword } from '../../kernel/passwords.ts';
import { unitDirectory } from './directory.ts';
import { checkedFacts } from './personal.ts';
import { insertAccount, insertGrants, rolesById, type NewGrant } from './store/accounts.ts';
import { confirmRepresentationRow, insertRepresentation, writePerson } from './store/people.ts';

const text = z.string().trim().min(1);
const trialFile = z.strictObject({
  password: text,
  people: z.array(
    z.strictObject({
      loginName: text,
      name: text,
      idNumber: text,
      phone: text,
      address: text,
      explanation: text,
      enterprises: z.array(z.strictObject({ uscc: text, name: text, proof: text })).default([]),
    }),
  ),
  staff: z.array(
    z.strictObject({
      loginName: text,
      name: text,
      unit: text,
      post: text.optional(),
      roles: z.array(text).min(1),
      explanation: text,
    }),
  ),
  officers: z.strictObject({ roles: z.array(text).min(1), explanation: text, names: z.array(text).min(1) }),
});

/** Makes the ready-made accounts of a trial; those that exist are left as they are. Does nothing outside a trial. */
export async function loadTrialAccounts(tx: Tx): Promise<void> {
  if (!tx.services.trial) return;
  const trial = await readTrialFile(tx.services);
  const staff = await allStaff(tx, trial);
  const wanted = [...trial.people, ...staff].map((account) => account.loginName);
  const present = await tx.rows<{ loginName: string }>(
    sql`select login_name from org.account where region = ${tx.region} and login_name = any (${wanted})`,
  );
  const known = new Set(present.map((row) => row.loginName));
  if (wanted.every((name) => known.has(name))) return;

  // One hash for all: the password is printed on the sign-in page, and fifty hashes would cost seconds.
  const passwordHash = await hashPassword(trial.password);
  for (const person of trial.people) if (!known.has(person.loginName)) await makePerson(tx, person, passwordHash);
  const roles = new Map(
    (
      await rolesById(
        tx,
        staff.flatMap((one) => one.roles),
      )
    ).map((role) => [role.id, role]),
  );
  for (const one of staff) {
    if (known.has(one.loginName)) continue;
    const id = await insertAccount(tx, {
      loginName: one.loginName,
      name: one.name,
      kind: 'staff',
      unitId: one.unit,
      postId: one.post ?? null,
      passwordHash,
      trial: true,
    });
    if (id === null) continue;
    const grants = one.roles.map((roleId): NewGrant => ({
      roleId,
      units: roles.get(roleId)?.reach === 'all' ? null : [one.unit],
      fromOn: '2000-01-01',
      untilOn: null,
      reason: '演示账号',
    }));
    await insertGrants(tx, id, grants);
  }
  tx.note('org:trial-accounts', '建立演示账号', { accounts: wanted.length - known.size });
}

export interface TrialAccounts {
  password: string | null;
  accounts: { loginName: string; name: string; unitName: string | null; explanation: string }[];
}

/** What the sign-in page of a trial shows; nothing at all outside one. */
export async function trialAccountsOf(tx: Tx): Promise<TrialAccounts> {
  if (!tx.services.trial) return { password: null, accounts: [] };
  const trial = await readTrialFile(tx.services);
  const rows = await tx.rows<{ loginName: string; name: string; unitName: string | null }>(sql`
    select a.login_name, a.name, u.name as unit_name from org.account a
    left join org.unit u on u.region = a.region and u.id = a.unit_id
    where a.region = ${tx.region} and a.trial and a.disabled_at is null
    order by u.position nulls first, a.login_name`);
  const explained = new Map(
    [...trial.people, ...trial.staff].map((one, position) => [one.loginName, { position, text: one.explanation }]),
  );
  const place = (loginName: string) => explained.get(loginName)?.position ?? explained.size;
  return {
    password: trial.password,
    accounts: rows
      .sort((a, b) => place(a.loginName) - place(b.loginName))
      .map((row) => ({ ...row, explanation: explained.get(row.loginName)?.text ?? trial.officers.explanation })),
  };
}

async function makePerson(
  tx: Tx,
  person: z.output<typeof trialFile>['people'][number],
  passwordHash: string,
): Promise<void> {
  const id = await insertAccount(tx, {
    loginName: person.loginName,
    name: person.name,
    kind: 'person',
    passwordHash,
    trial: true,
  });
  if (id === null) return;
  await writePerson(tx, id, { ...checkedFacts(person, tx.now), verifiedBy: 'trial' });
  for (const { uscc, name, proof } of person.enterprises) {
    const representation = await insertRepresentation(tx, { accountId: id, uscc, enterpriseName: name, proof });
    if (representation !== null) await confirmRepresentationRow(tx, representation);
  }
}

/** The named staff and one officer for every unit, at the unit's own post where the directory has one. */
async function allStaff(tx: Tx, trial: z.output<typeof trialFile>): Promise<z.output<typeof trialFile>['staff']> {
  const { units } = await unitDirectory(tx);
  const posts = await tx.rows<{ id: string; unitId: string }>(
    sql`select id, unit_id from org.post where region = ${tx.region} and 'officer' = any (roles) order by id`,
  );
  const { names, roles, explanation } = trial.officers;
  const officers = units.map((unit, position) => {
    const post = posts.find((one) => one.unitId === unit.id)?.id;
    return {
      loginName: `officer-${unit.id}`,
      name: names[position % names.length] ?? unit.name,
      unit: unit.id,
      ...(post === undefined ? {} : { post }),
      roles,
      explanation,
    };
  });
  return [...trial.staff, ...officers];
}

const files = new WeakMap<Services, Promise<z.output<typeof trialFile>>>();

function readTrialFile(services: Services): Promise<z.output<typeof trialFile>> {
  const reading =
    files.get(services) ??
    readFile(join(services.countyFolder, 'org', 'trial.yaml'), 'utf8').then((yaml) => trialFile.parse(parse(yaml)));
  files.set(services, reading);
  return reading;
}
