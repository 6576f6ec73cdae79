import { AppError } from '../../kernel/errors.ts';
import { readableCode, uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import { maskName } from '../../kernel/personal-data.ts';
import { localDateOf } from '../../kernel/time.ts';
import { versionsOf, type Answers, type AnswerValue, type Service } from '../catalogue/index.ts';
import { enterprisesOf, profileOf } from '../org/index.ts';
import { insertApplication, type ApplicationRow, type Matter } from './store/applications.ts';

/** Who applies, what is known already, and what it is part of. */
export interface Drafting {
  accountId: string;
  /** Laid over what profile and enterprise give; answers to questions that the form does not ask are left out. */
  answers: Answers;
  matter: Matter | null;
  /** A person at the window, for whom the account files. */
  onBehalf?: { name: string; phone: string };
}

/** A draft in the versions in force. Throws SERVICE_NOT_ONLINE. */
export async function openDraft(tx: Tx, service: Service, drafting: Drafting): Promise<ApplicationRow> {
  const { accountId, matter, onBehalf } = drafting;
  const offline = service.items.find(
    ({ definition }) => definition.onlineDepth === 'none' || definition.onlineDepth === 'information',
  );
  if (offline !== undefined && onBehalf === undefined) {
    throw new AppError('SERVICE_NOT_ONLINE', {
      name: offline.definition.name,
      place: offline.definition.window.place,
    });
  }
  const known = onBehalf === undefined ? await prefilled(tx, service, accountId) : behalf(service, onBehalf);
  const given = Object.entries(drafting.answers).filter(([id]) => Object.hasOwn(service.elements, id));
  const answers: Answers = { ...known, ...Object.fromEntries(given) };
  const row: ApplicationRow = {
    id: uuidv7(Date.parse(tx.now)),
    no: `SB${localDateOf(tx.now).replaceAll('-', '')}${readableCode(6)}`,
    serviceKind: service.kind,
    serviceId: service.id,
    serviceName: service.name,
    versions: versionsOf(service),
    accountId,
    filedBy: onBehalf === undefined ? null : accountId,
    applicantLabel: onBehalf === undefined ? labelOf(answers) : maskName(onBehalf.name),
    answers,
    commitments: [],
    state: 'draft',
    revision: 1,
    createdAt: tx.now,
    updatedAt: tx.now,
    filedAt: null,
    matter,
  };
  await insertApplication(tx, row);
  tx.note(`application:${row.id}`, `开始申请：${service.name}`);
  return row;
}

/** For lists: a firm by its name, a person by a masked one. */
export function labelOf(answers: Answers): string {
  const text = (id: string): string => (typeof answers[id] === 'string' ? answers[id] : '');
  return (
    text('enterpriseName') ||
    maskName(text('applicantName') || text('legalRepresentativeName') || text('contactName')) ||
    '（未填写）'
  );
}

async function prefilled(tx: Tx, service: Service, accountId: string): Promise<Answers> {
  const profile = await profileOf(tx, accountId);
  const [enterprise] = await enterprisesOf(tx, accountId);
  const known: Record<string, string | null | undefined> = {
    'profile.name': profile.name,
    'profile.idNumber': profile.idNumber,
    'profile.phone': profile.phone,
    'profile.address': profile.address,
    'enterprise.name': enterprise?.name,
    'enterprise.uscc': enterprise?.uscc,
  };
  const answers: Record<string, AnswerValue> = {};
  for (const element of Object.values(service.elements)) {
    const value = element.prefill === '' ? undefined : known[element.prefill];
    if (value) answers[element.id] = value;
  }
  return answers;
}

/** Who stands at the window, where the form asks for the applicant; a form that asks only for a contact gets it there. */
function behalf(service: Service, person: { name: string; phone: string }): Answers {
  const asked = Object.values(service.elements);
  const isApplicant = asked.some((element) => element.prefill === 'profile.name');
  const answers: Record<string, AnswerValue> = {};
  for (const element of asked) {
    const isName = element.prefill === 'profile.name' || (!isApplicant && element.id === 'contactName');
    const isPhone = element.prefill === 'profile.phone' || (!isApplicant && element.id === 'contactPhone');
    if (isName) answers[element.id] = person.name;
    if (isPhone && person.phone !== '') answers[element.id] = person.phone;
  }
  return answers;
}
