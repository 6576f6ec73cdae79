import type { OutputOf } from '../../kernel/endpoint.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import {
  conditionText,
  elementsById,
  expressionOf,
  factsOf,
  formFor,
  missingElements,
  readAnswers,
  truthOf,
  type Answers,
  type AnswerValue,
  type Elements,
  type Facts,
  type Service,
  type Truth,
} from '../catalogue/index.ts';
import { countyOf, type County, type Theme } from './county.ts';
import type { decideType } from './contract.ts';

export type TypeDecision = OutputOf<typeof decideType>;

/** What registering a project asks: the county's facts and what the parallel tracks depend on, each once. */
export interface Registration {
  county: County;
  theme: Theme;
  /** A service without items, so that forms, answers and conditions work as everywhere else. */
  service: Service;
  elements: Elements;
}

/** Throws THEME_NOT_FOUND. */
export async function registrationFor(tx: Tx, themeId: string): Promise<Registration> {
  const county = await countyOf(tx.services);
  const theme = county.themes.find((one) => one.id === themeId);
  if (theme === undefined) throw new AppError('THEME_NOT_FOUND');
  const elements = await elementsById(tx);
  const asked = new Set(county.facts.map((fact) => fact.id));
  const forTracks = [...new Set(county.tracks.flatMap((track) => track.asks))].filter((id) => !asked.has(id));
  const questions = [...county.facts, ...forTracks.map((id) => ({ id, required: false }))];
  const service: Service = {
    id: 'project-registration',
    kind: 'bundle',
    name: '工程建设项目登记',
    summary: theme.description,
    version: 1,
    bundle: {
      id: 'project-registration',
      name: '工程建设项目登记',
      aliases: [],
      keywords: [],
      summary: theme.description,
      audience: ['firm'],
      lifeEvent: '工程建设',
      themes: [],
      lead: county.settings.codeUnit,
      promised: { term: '0wd', note: '' },
      items: [],
      elements: questions,
      questions: [],
      measures: [],
    },
    items: [],
    elements,
    unitNames: {},
  };
  return { county, theme, service, elements };
}

export interface Registered {
  answers: Answers;
  decision: TypeDecision;
  type: County['types'][number];
}

/**
 * The answers in their stored form, the theme's laid under and its fixed ones over them, and the type they lead to.
 * Throws PROJECT_ANSWERS_INCOMPLETE with every fault, PROJECT_TYPE_UNDECIDED.
 */
export function readRegistration(
  tx: Tx,
  registration: Registration,
  raw: Readonly<Record<string, unknown>>,
): Registered {
  const { county, theme, service } = registration;
  const { answers: read, issues } = readAnswers(
    formFor(service),
    { ...theme.defaults, ...raw, ...theme.fixed },
    localDateOf(tx.now),
  );
  if (issues.length > 0) throw new AppError('PROJECT_ANSWERS_INCOMPLETE', {}, issues);
  // What a theme says beyond the form (how the land is had, what may be simplified) prefills the stages.
  const asked = new Set(
    formFor(service).sections.flatMap((section) => section.fields.map(({ element }) => element.id)),
  );
  const beyond: Record<string, AnswerValue> = {};
  for (const [id, value] of Object.entries({ ...theme.defaults, ...raw, ...theme.fixed })) {
    if (!asked.has(id) && isAnswer(value) && Object.hasOwn(registration.elements, id)) beyond[id] = value;
  }
  const answers: Record<string, AnswerValue> = { ...beyond, ...withoutGaps(read) };
  const decision = judgeType(registration, answers, true);
  const type = county.types.find((one) => one.id === decision.typeId);
  if (type === undefined) throw new AppError('PROJECT_TYPE_UNDECIDED', { why: decision.summary });
  const kind = registration.elements[county.typeElement];
  if (kind?.options.some((option) => option.value === type.id) === true) answers[county.typeElement] = type.id;
  return { answers, decision, type };
}

/** The first type all of whose rules hold; with what is not answered yet it may stay open. */
export function judgeType(registration: Registration, answers: Answers, complete: boolean): TypeDecision {
  const { county, theme, service, elements } = registration;
  const facts: Facts = factsOf(formFor(service), { ...theme.defaults, ...answers, ...theme.fixed }, { complete });
  const tried: TypeDecision['tried'] = county.types.map((type) => {
    const reasons = type.rules.map((rule) => ({
      text: rule.reason,
      holds: truthOf(rule.when, facts),
      basis: rule.source,
    }));
    return { typeId: type.id, typeName: type.name, applies: all(reasons.map(({ holds }) => holds)), reasons };
  });
  const at = tried.findIndex(({ applies }) => applies !== 'no');
  const found = tried[at];
  const type = county.types[at];
  const isDecided = found?.applies === 'yes';
  const missing = isDecided || type === undefined ? [] : unanswered(type.rules, facts);
  return {
    typeId: isDecided ? found.typeId : null,
    typeName: isDecided ? found.typeName : '',
    budgetDays: isDecided && type !== undefined ? Number.parseInt(type.limit, 10) : null,
    summary: summaryOf(tried, at, theme, county),
    tried,
    missing: missing.map((id) => ({ elementId: id, name: elements[id]?.name ?? id })),
  };
}

function summaryOf(tried: TypeDecision['tried'], at: number, theme: Theme, county: County): string {
  const found = tried[at];
  const type = county.types[at];
  if (found === undefined || type === undefined) return '没有一种类型符合填写的情况';
  if (found.applies !== 'yes') return `还要回答几个问题，才能确定是不是${found.typeName}`;
  const promise = `${found.typeName}，全部审批承诺${Number.parseInt(type.limit, 10)}个工作日`;
  // The theme expected something simpler: say which rule decided otherwise.
  const expected = tried.find(({ typeId }) => typeId === theme.types[0]);
  if (theme.types.includes(found.typeId) || expected === undefined) {
    const against = tried.slice(0, at).find(({ typeId }) => typeId === theme.types[0]);
    const broken = against?.reasons.filter(({ holds }) => holds === 'no').map((reason) => reason.text) ?? [];
    return broken.length === 0 ? promise : `${promise}；不能按${against?.typeName ?? ''}办：${broken.join('；')}`;
  }
  const broken = expected.reasons.filter(({ holds }) => holds === 'no').map((reason) => reason.text);
  return `${promise}；这个主题通常是${expected.typeName}，但是不符合：${broken.join('；')}`;
}

function unanswered(rules: readonly { when: string }[], facts: Facts): string[] {
  const open = rules.filter((rule) => truthOf(rule.when, facts) === 'unknown');
  return [...new Set(open.flatMap((rule) => missingElements(expressionOf(rule.when), facts)))];
}

/** Why a track is or is not needed, in Chinese. */
export function conditionWords(when: string | undefined, elements: Elements): string {
  return when === undefined ? '' : conditionText(when, elements);
}

function all(truths: readonly Truth[]): Truth {
  if (truths.includes('no')) return 'no';
  return truths.includes('unknown') ? 'unknown' : 'yes';
}

function isAnswer(value: unknown): value is AnswerValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || Array.isArray(value);
}

function withoutGaps(answers: Answers): Record<string, AnswerValue> {
  return Object.fromEntries(
    Object.entries(answers).filter((entry): entry is [string, AnswerValue] => entry[1] !== undefined),
  );
}
