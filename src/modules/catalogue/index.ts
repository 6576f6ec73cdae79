import type { Module } from '../../kernel/module.ts';
import { catalogueErrors } from './errors.ts';
import { catalogueIndicators } from './indicators.ts';
import { load } from './load.ts';
import { routes } from './routes.ts';

/** 事项库: data elements, service items, bundles, their guides, forms and search. */
export const catalogue: Module = {
  name: 'catalogue',
  errors: catalogueErrors,
  routes,
  indicators: catalogueIndicators,
  load,
};

export { serviceById, serviceFor, type ServiceReference } from './services.ts';
export { formView, versionsOf } from './form-view.ts';
export { caseNumber, caseNumbers } from './numbers.ts';
export { listServices, type ListedService, type ServiceFilter } from './listing.ts';
export { searchServices, type Found, type SearchAnswer, type SearchOptions } from './search.ts';
export { flowOf } from './flow-charts.ts';
/** Every data element as it stands now, by id. */
export { elementsById } from './store/elements.ts';
export { importNationalItems, type ImportResult, type ItemListFile } from './import-items.ts';

// Pure rules, safe in a browser.
export {
  formFor,
  stateOf,
  factsOf,
  type Answers,
  type AnswerValue,
  type FieldState,
  type Form,
  type FormField,
} from './rules/form.ts';
export { answerText, readAnswers, validateAnswers } from './rules/answers.ts';
export {
  applicableItems,
  conditionsFor,
  materialsFor,
  type ApplicableItem,
  type ConditionState,
  type MaterialNeed,
} from './rules/needs.ts';
export {
  buildCaseNumber,
  buildHandlingCode,
  buildItemCode,
  parseCaseNumber,
  parseHandlingCode,
  parseItemCode,
} from './rules/codes.ts';
export { guideOf, basisText, type Guide } from './rules/guide.ts';
export { limitText } from './rules/limits.ts';
export { conditionText, expressionOf, truthOf, type Elements } from './rules/conditions.ts';
export { missingElements, type Facts, type Truth } from './rules/feel/index.ts';
export type { Service, ServiceItem } from './rules/service.ts';
export type {
  BasisReference,
  BundleDefinition,
  DataElement,
  ItemDefinition,
  ItemMaterial,
  ItemStep,
} from './rules/definition.ts';
