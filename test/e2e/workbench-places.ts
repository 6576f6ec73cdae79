import type { HotlineSeed } from './hotline.ts';
import type { LicenceSeed } from './seed-licences.ts';
import type { PlanSeed } from './seed-plan.ts';
import type { Projects } from './seed-projects.ts';
import type { County } from './seed.ts';

/** Every page of the workbench, by the account that looks at it; a page that the router knows and nobody visits is a fault. */
export type Staff =
  | 'officer-park-committee'
  | 'officer-industry-it'
  | 'officer-housing-construction'
  | 'officer-natural-resources'
  | 'officer-power-company'
  | 'officer-transport'
  | 'hotline-operator'
  | 'hotline-dispatcher'
  | 'stranger'
  | 'officer-approval-bureau'
  | 'clerk'
  | 'supervisor'
  | 'second-supervisor'
  | 'administrator'
  | 'auditor';

export type Seed = County & Projects & PlanSeed & HotlineSeed & { papers: LicenceSeed };

export interface Place {
  name: string;
  who: Staff;
  path: string | ((county: Seed) => string);
}

export const places: Place[] = [
  { name: 'sign-in', who: 'stranger', path: '/sign-in' },
  { name: 'no-such-page', who: 'stranger', path: '/nosuch' },
  { name: 'queue', who: 'officer-approval-bureau', path: '/' },
  { name: 'queue-empty', who: 'officer-approval-bureau', path: '/?text=xyzzyq' },
  { name: 'task', who: 'supervisor', path: ({ taskId }) => `/tasks/${taskId}` },
  { name: 'alerts', who: 'officer-approval-bureau', path: '/alerts' },
  { name: 'alerts-supervisor', who: 'supervisor', path: '/alerts' },
  { name: 'window', who: 'clerk', path: '/window' },
  { name: 'window-nothing-found', who: 'clerk', path: '/window?text=xyzzyq' },
  { name: 'cases', who: 'officer-approval-bureau', path: '/cases' },
  { name: 'case-filed', who: 'officer-approval-bureau', path: ({ filedCase }) => `/cases/${filedCase}` },
  { name: 'case-correcting', who: 'auditor', path: ({ correctingCase }) => `/cases/${correctingCase}` },
  { name: 'case-paused', who: 'auditor', path: ({ pausedCase }) => `/cases/${pausedCase}` },
  { name: 'licence-relied', who: 'auditor', path: ({ papers }) => `/cases/${papers.relyingCase}` },
  { name: 'case-accepted', who: 'auditor', path: ({ acceptedCase }) => `/cases/${acceptedCase}` },
  { name: 'supervision', who: 'supervisor', path: '/supervision' },
  { name: 'supervision-slip', who: 'officer-approval-bureau', path: ({ slipId }) => `/supervision/${slipId}` },
  { name: 'projects', who: 'supervisor', path: '/projects' },
  { name: 'projects-none', who: 'officer-approval-bureau', path: '/projects?text=xyzzyq' },
  { name: 'project', who: 'supervisor', path: ({ factory }) => `/projects/${factory}` },
  { name: 'project-officer', who: 'officer-approval-bureau', path: ({ warehouse }) => `/projects/${warehouse}` },
  { name: 'project-alerts', who: 'supervisor', path: '/projects/alerts' },
  { name: 'project-stage', who: 'officer-approval-bureau', path: ({ factory }) => `/projects/${factory}/stages/works` },
  {
    name: 'project-survey',
    who: 'officer-natural-resources',
    path: ({ warehouse }) => `/projects/${warehouse}/survey`,
  },
  { name: 'consultations', who: 'officer-approval-bureau', path: '/projects/consultations' },
  {
    name: 'consultation',
    who: 'officer-approval-bureau',
    path: ({ consultation }) => `/projects/consultations/${consultation}`,
  },
  { name: 'commitments', who: 'officer-housing-construction', path: '/projects/commitments' },
  {
    name: 'commitment',
    who: 'officer-housing-construction',
    path: ({ commitment }) => `/projects/commitments/${commitment}`,
  },
  { name: 'acceptances', who: 'officer-housing-construction', path: '/projects/acceptances' },
  {
    name: 'acceptance',
    who: 'officer-housing-construction',
    path: ({ acceptance }) => `/projects/acceptances/${acceptance}`,
  },
  { name: 'pushes', who: 'officer-power-company', path: '/pushes' },
  { name: 'questions', who: 'officer-natural-resources', path: '/questions' },
  { name: 'question', who: 'officer-natural-resources', path: ({ question }) => `/questions/${question}` },
  { name: 'question-answered', who: 'officer-natural-resources', path: ({ answered }) => `/questions/${answered}` },
  { name: 'off-system', who: 'supervisor', path: '/off-system' },
  { name: 'off-system-unit', who: 'officer-approval-bureau', path: '/off-system' },
  { name: 'land-plots', who: 'officer-park-committee', path: '/land/plots' },
  { name: 'land-plot-unset', who: 'officer-park-committee', path: ({ unsetPlot }) => `/land/plots/${unsetPlot}` },
  { name: 'land-plot-offered', who: 'officer-park-committee', path: ({ offeredPlot }) => `/land/plots/${offeredPlot}` },
  { name: 'land-assessments', who: 'officer-park-committee', path: '/land/assessments' },
  {
    name: 'land-assessment',
    who: 'officer-park-committee',
    path: ({ assessment }) => `/land/assessments/${assessment}`,
  },
  { name: 'land-assessment-new', who: 'officer-park-committee', path: '/land/assessments/new' },
  { name: 'land-performance', who: 'officer-industry-it', path: '/land/performance' },
  { name: 'land-performance-elsewhere', who: 'officer-park-committee', path: '/land/performance' },
  { name: 'land-idle', who: 'officer-park-committee', path: '/land/idle' },
  { name: 'plan', who: 'supervisor', path: '/plan' },
  { name: 'plan-ledger', who: 'supervisor', path: '/plan/measures' },
  { name: 'plan-ledger-none', who: 'officer-approval-bureau', path: '/plan/measures?text=xyzzyq' },
  { name: 'plan-measure', who: 'officer-approval-bureau', path: ({ measure }) => `/plan/measures/${measure}` },
  { name: 'plan-measure-moved', who: 'supervisor', path: ({ movedMeasure }) => `/plan/measures/${movedMeasure}` },
  { name: 'plan-target', who: 'supervisor', path: ({ computedTarget }) => `/plan/targets/${computedTarget}` },
  { name: 'plan-target-reported', who: 'supervisor', path: ({ reportedTarget }) => `/plan/targets/${reportedTarget}` },
  { name: 'plan-owed', who: 'officer-approval-bureau', path: '/plan/owed' },
  { name: 'plan-import', who: 'officer-approval-bureau', path: '/plan/import' },
  { name: 'plan-reports', who: 'supervisor', path: '/plan/reports' },
  { name: 'plan-submissions', who: 'supervisor', path: '/plan/submissions' },
  { name: 'plan-quotas', who: 'supervisor', path: '/plan/quotas?period=2026-11' },
  { name: 'plan-appraisals', who: 'supervisor', path: '/plan/appraisals' },
  {
    name: 'plan-appraisal',
    who: 'supervisor',
    path: ({ appraisal }) => `/plan/appraisals/${appraisal}?unit=approval-bureau`,
  },
  { name: 'plan-documents', who: 'supervisor', path: '/plan/documents' },
  { name: 'plan-documents-none', who: 'supervisor', path: '/plan/documents?text=xyzzyq' },
  { name: 'plan-document', who: 'supervisor', path: ({ planDocument }) => `/plan/documents/${planDocument}` },
  { name: 'plan-differences', who: 'supervisor', path: '/plan/differences' },
  { name: 'hotline-intake', who: 'hotline-operator', path: '/hotline/intake' },
  { name: 'hotline-tickets', who: 'hotline-dispatcher', path: '/hotline/tickets' },
  { name: 'hotline-tickets-none', who: 'officer-approval-bureau', path: '/hotline/tickets' },
  {
    name: 'hotline-ticket',
    who: 'hotline-dispatcher',
    path: ({ receivedTicket }) => `/hotline/tickets/${receivedTicket}`,
  },
  {
    name: 'hotline-ticket-unit',
    who: 'officer-housing-construction',
    path: ({ signedTicket }) => `/hotline/tickets/${signedTicket}`,
  },
  {
    name: 'hotline-ticket-replied',
    who: 'supervisor',
    path: ({ repliedTicket }) => `/hotline/tickets/${repliedTicket}`,
  },
  { name: 'hotline-calls', who: 'hotline-operator', path: '/hotline/calls' },
  { name: 'hotline-supervision', who: 'supervisor', path: '/hotline/supervision' },
  { name: 'hotline-knowledge', who: 'hotline-dispatcher', path: '/hotline/knowledge' },
  {
    name: 'hotline-entry',
    who: 'hotline-dispatcher',
    path: ({ knowledgeEntry }) => `/hotline/knowledge/${knowledgeEntry}`,
  },
  { name: 'hotline-remedies', who: 'supervisor', path: '/hotline/remedies' },
  { name: 'hotline-visits', who: 'officer-industry-it', path: '/hotline/visits' },
  { name: 'hotline-analysis', who: 'supervisor', path: '/hotline/analysis' },
  { name: 'ratings', who: 'supervisor', path: '/ratings' },
  { name: 'rating', who: 'officer-approval-bureau', path: ({ badRating }) => `/ratings/${badRating}` },
  { name: 'rating-figures', who: 'supervisor', path: '/ratings/figures?by=officer' },
  { name: 'rating-visit', who: 'clerk', path: '/ratings/visit' },
  { name: 'licences', who: 'officer-approval-bureau', path: '/licences' },
  { name: 'licences-none', who: 'supervisor', path: '/licences?text=xyzzyq' },
  { name: 'licence', who: 'officer-approval-bureau', path: ({ papers }) => `/licences/${papers.licence}` },
  { name: 'licence-new', who: 'officer-approval-bureau', path: '/licences/new' },
  { name: 'licence-uses', who: 'officer-natural-resources', path: '/licence-uses' },
  { name: 'licence-use-new', who: 'officer-natural-resources', path: '/licence-uses/new' },
  { name: 'licence-use', who: 'officer-natural-resources', path: ({ papers }) => `/licence-uses/${papers.use}` },
  { name: 'licence-papers', who: 'clerk', path: '/licence-papers' },
  { name: 'licence-papers-import', who: 'clerk', path: '/licence-papers/import' },
  { name: 'licence-paper', who: 'officer-approval-bureau', path: ({ papers }) => `/licence-papers/${papers.paper}` },
  { name: 'licence-types', who: 'administrator', path: '/licence-types' },
  { name: 'licence-type', who: 'administrator', path: ({ papers }) => `/licence-types/${papers.type}` },
  { name: 'licence-pushes', who: 'administrator', path: '/licence-pushes' },
  { name: 'seals', who: 'administrator', path: '/seals' },
  { name: 'seal', who: 'officer-approval-bureau', path: ({ papers }) => `/seals/${papers.seal}` },
  { name: 'seal-requested', who: 'administrator', path: ({ papers }) => `/seals/${papers.requestedSeal}` },
  { name: 'representations', who: 'clerk', path: '/representations' },
  { name: 'catalogue', who: 'administrator', path: '/catalogue' },
  { name: 'catalogue-import', who: 'administrator', path: '/catalogue-import' },
  { name: 'service-item', who: 'administrator', path: '/catalogue/food-business-licence' },
  { name: 'service-bundle', who: 'administrator', path: '/catalogue/enterprise-opening' },
  { name: 'service-edit-item', who: 'administrator', path: '/catalogue/food-business-licence/edit' },
  { name: 'service-edit-bundle', who: 'administrator', path: '/catalogue/enterprise-opening/edit' },
  { name: 'search-words', who: 'administrator', path: '/search-words' },
  { name: 'calendar', who: 'administrator', path: '/calendar' },
  { name: 'accounts', who: 'administrator', path: '/accounts' },
  { name: 'units', who: 'officer-approval-bureau', path: '/units' },
  { name: 'journal', who: 'auditor', path: '/journal' },
  { name: 'account', who: 'officer-approval-bureau', path: '/account' },
];
