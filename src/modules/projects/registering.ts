import { isUniqueViolation } from '../../kernel/db.ts';
import { AppError } from '../../kernel/errors.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import { maskName } from '../../kernel/personal-data.ts';
import { localDateOf } from '../../kernel/time.ts';
import type { Answers } from '../catalogue/index.ts';
import { enterprisesOf } from '../org/index.ts';
import { countyOf } from './county.ts';
import { readRegistration, registrationFor, type Registered } from './deciding.ts';
import { frameOf, unitsOf } from './frame.ts';
import type { Site } from './shapes.ts';
import {
  appendProjectEvents,
  insertProject,
  isCodeTaken,
  nextProvisionalCode,
  saveRegistration,
  type ProjectRow,
} from './store/projects.ts';

/** A new project under the county's rules of today, frozen with it. Throws as `readRegistration`, PROJECT_CODE_TAKEN. */
export async function register(
  tx: Tx,
  given: { themeId: string; answers: Readonly<Record<string, unknown>>; site: Site | undefined; accountId: string },
): Promise<{ row: ProjectRow; registered: Registered }> {
  const registration = await registrationFor(tx, given.themeId);
  const registered = readRegistration(tx, registration, given.answers);
  const nationalCode = text(registered.answers, 'projectCode');
  const id = uuidv7(Date.parse(tx.now));
  if (nationalCode !== '' && (await isCodeTaken(tx, nationalCode, null)))
    throw new AppError('PROJECT_CODE_TAKEN', { code: nationalCode });
  const code =
    nationalCode === '' ? await nextProvisionalCode(tx, Number(localDateOf(tx.now).slice(0, 4))) : nationalCode;
  const row: ProjectRow = {
    ...(await describe(tx, given.accountId, registered)),
    ...siteOf(given.site ?? { plotId: null, point: null, polygon: null }),
    id,
    code,
    provisional: nationalCode === '',
    themeId: registration.theme.id,
    themeName: registration.theme.name,
    accountId: given.accountId,
    state: 'registered',
    revision: 1,
    version: 0,
    registeredAt: tx.now,
    ...untouched(registered),
  };
  await insertUnlessTaken(tx, row);
  const { typeId, typeName, budgetDays } = row;
  await appendProjectEvents(tx, [{ projectId: id, event: { type: 'registered', code, typeId, typeName, budgetDays } }]);
  tx.note(`project:${id}`, `登记工程建设项目：${row.name}`, { code, type: typeName });
  return { row, registered };
}

/** The facts are judged anew, and the rules of today taken, as long as nothing was applied for. */
export async function changeRegistration(
  tx: Tx,
  row: ProjectRow,
  changed: { answers: Readonly<Record<string, unknown>>; site: Site | undefined },
): Promise<Registered> {
  const registration = await registrationFor(tx, row.themeId);
  const merged = Object.fromEntries(
    Object.entries({ ...row.answers, ...changed.answers }).filter(([, value]) => value !== null && value !== ''),
  );
  const registered = readRegistration(tx, registration, merged);
  const nationalCode = text(registered.answers, 'projectCode');
  if (nationalCode !== '' && (await isCodeTaken(tx, nationalCode, row.id)))
    throw new AppError('PROJECT_CODE_TAKEN', { code: nationalCode });
  const after: ProjectRow = {
    ...row,
    ...(await describe(tx, row.accountId, registered)),
    ...siteOf(changed.site ?? row),
    ...untouched(registered),
    state: row.state,
    code: nationalCode === '' ? row.code : nationalCode,
    provisional: nationalCode === '' ? row.provisional : false,
  };
  await saveRegistration(tx, after);
  const { typeId, typeName, budgetDays } = after;
  await appendProjectEvents(tx, [{ projectId: row.id, event: { type: 'changed', typeId, typeName, budgetDays } }]);
  tx.note(`project:${row.id}`, '修改项目情况', { type: typeName });
  return registered;
}

async function describe(tx: Tx, accountId: string, { answers, decision, type }: Registered) {
  const county = await countyOf(tx.services);
  const frame = frameOf(county, type);
  const uscc = text(answers, 'uscc');
  const enterprises = uscc === '' ? [] : await enterprisesOf(tx, accountId);
  const contact = { name: text(answers, 'contactName'), phone: text(answers, 'contactPhone') };
  return {
    name: text(answers, 'projectName'),
    typeId: type.id,
    typeName: type.name,
    decision,
    uscc: uscc === '' ? null : uscc,
    ownerLabel: text(answers, 'enterpriseName') || maskName(contact.name) || '（未填写）',
    ownerProven: enterprises.some((one) => one.uscc === uscc),
    contact,
    town: text(answers, 'town'),
    address: text(answers, 'projectAddress'),
    answers,
    frame,
    units: await unitsOf(tx, frame, county.settings.codeUnit),
  };
}

function siteOf({ plotId, point, polygon }: Site): Site {
  return { plotId, point, polygon };
}

/** The standing of a project nothing was applied for. */
function untouched({ type }: Registered) {
  const budgetDays = Number.parseInt(type.limit, 10);
  return {
    firstFiledAt: null,
    endedAt: null,
    stageId: null,
    stageName: '',
    budgetDays,
    usedDays: 0,
    leftDays: budgetDays,
    endsOn: null,
    breaksOn: null,
    breaker: null,
    holderKind: 'none' as const,
    holderUnit: null,
    holderGround: '',
    light: 'green' as const,
    openAlerts: 0,
  };
}

/** Two may register the same national code at once: the second is told. */
async function insertUnlessTaken(tx: Tx, row: ProjectRow): Promise<void> {
  try {
    await insertProject(tx, row);
  } catch (error) {
    if (isUniqueViolation(error, 'project_region_code_key'))
      throw new AppError('PROJECT_CODE_TAKEN', { code: row.code });
    throw error;
  }
}

function text(answers: Answers, id: string): string {
  const value = answers[id];
  return typeof value === 'string' ? value : '';
}
