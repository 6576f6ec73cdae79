import { CallError, type Caller } from '../kernel/call.ts';
import type { OutputOf } from '../kernel/endpoint.ts';
import type { Platform } from '../kernel/module.ts';
import type { Instant } from '../kernel/time.ts';
import { listCatalogue, readForm, readGuide } from '../modules/catalogue/contract.ts';
import { listThemes } from '../modules/projects/contract.ts';
import { createAgenda, type Agenda } from './agenda.ts';
import type { Advice } from './answers.ts';
import type { OfficeHours } from './office-hours.ts';
import type { TicketStory } from './ticket-story.ts';
import { visitor, openBrowser, type Visitor } from './visitors.ts';

/** Everything the people of the simulated county share. */
export interface Town {
  platform: Platform;
  now(): Instant;
  end: Instant;
  agenda: Agenda;
  hours: OfficeHours;
  /** Nobody in particular. */
  passer: Caller;
  advice: Advice;
  services: readonly ListedService[];
  /** People who were granted something and have a licence for it. */
  holders: Visitor[];
  /** Tickets by id, for those who meet the same thing. */
  tickets: Map<string, TicketStory>;
  tally: Tally;
  staff(loginName: string): Visitor;
  officerOf(unitId: string): Visitor;
  formOf(serviceId: string): Promise<OutputOf<typeof readForm>>;
  guideOf(serviceId: string): Promise<OutputOf<typeof readGuide>>;
  /** Something to do at a moment; after the end of the simulation it simply has not happened yet. */
  plan(at: Instant, deed: () => Promise<void>): void;
}

export type ListedService = OutputOf<typeof listCatalogue>['services'][number];

/** What happened, for the line of progress and the summary. */
export interface Tally {
  people: number;
  applications: number;
  drafts: number;
  givenUp: number;
  cases: number;
  outcomes: Map<string, number>;
  corrections: number;
  suspensions: number;
  extensions: number;
  provisional: number;
  commitments: number;
  disagreements: number;
  delivered: number;
  supervisions: number;
  ratings: number[];
  ratingsRectified: number;
  ratingsAppealed: number;
  ratingsPublished: number;
  calls: number;
  projects: ProjectTally;
  tickets: TicketTally;
  /** Licences that other units asked to use, and what their holders said. */
  uses: { asked: number; allowed: number; refused: number; withdrawn: number };
  /** What the platform rightly refused, by code: two people were at it, or it was too late. */
  refusals: Map<string, number>;
}

/** Of the construction projects; their cases are counted among all others too. */
export interface ProjectTally {
  registered: number;
  cases: number;
  corrections: number;
  preReviews: number;
  pauses: number;
  /** Pauses that went on beyond their announced end. */
  overruns: number;
  consultations: number;
  jointVisits: number;
  inspections: number;
  offSystem: number;
}

/** Of the hotline. */
export interface TicketTally {
  registered: number;
  /** Told another way or answered from the knowledge base: no ticket. */
  told: number;
  selfServed: number;
  joined: number;
  merged: number;
  returned: number;
  panels: number;
  extended: number;
  reopened: number;
  withdrawn: number;
  requests: number;
  /** By outcome, as the hotline names it. */
  closed: Map<string, number>;
  /** By satisfaction, from one to five. */
  said: number[];
}

export async function settle(
  platform: Platform,
  now: () => Instant,
  end: Instant,
  hours: OfficeHours,
  password: string,
): Promise<Town> {
  const tally: Tally = {
    people: 0,
    applications: 0,
    drafts: 0,
    givenUp: 0,
    cases: 0,
    outcomes: new Map(),
    corrections: 0,
    suspensions: 0,
    extensions: 0,
    provisional: 0,
    commitments: 0,
    disagreements: 0,
    delivered: 0,
    supervisions: 0,
    ratings: [0, 0, 0, 0, 0],
    ratingsRectified: 0,
    ratingsAppealed: 0,
    ratingsPublished: 0,
    calls: 0,
    projects: {
      registered: 0,
      cases: 0,
      corrections: 0,
      preReviews: 0,
      pauses: 0,
      overruns: 0,
      consultations: 0,
      jointVisits: 0,
      inspections: 0,
      offSystem: 0,
    },
    tickets: {
      registered: 0,
      told: 0,
      selfServed: 0,
      joined: 0,
      merged: 0,
      returned: 0,
      panels: 0,
      extended: 0,
      reopened: 0,
      withdrawn: 0,
      requests: 0,
      closed: new Map(),
      said: [0, 0, 0, 0, 0],
    },
    uses: { asked: 0, allowed: 0, refused: 0, withdrawn: 0 },
    refusals: new Map(),
  };
  const passer = openBrowser(platform).call;
  const agenda = createAgenda();
  const staff = new Map<string, Visitor>();
  const forms = new Map<string, Promise<OutputOf<typeof readForm>>>();
  const guides = new Map<string, Promise<OutputOf<typeof readGuide>>>();
  const services = await ordinaryServices(passer);
  const staffMember = (loginName: string): Visitor => {
    const known = staff.get(loginName) ?? visitor(platform, loginName, password);
    staff.set(loginName, known);
    return known;
  };
  return {
    platform,
    now,
    end,
    agenda,
    hours,
    passer,
    advice: new Map(),
    services,
    holders: [],
    tickets: new Map(),
    tally,
    staff: staffMember,
    officerOf: (unitId) => staffMember(`officer-${unitId}`),
    formOf: (id) => remembered(forms, id, () => passer(readForm, { id })),
    guideOf: (id) => remembered(guides, id, () => passer(readGuide, { id })),
    plan(at, deed) {
      if (at <= end) agenda.plan(at, () => tolerating(tally, deed));
    },
  };
}

/**
 * What people ask for out of the blue: not the stages of a construction project, which begin on its page, nor the items
 * that belong to them.
 */
async function ordinaryServices(passer: Caller): Promise<ListedService[]> {
  const { services } = await passer(listCatalogue, { size: 200 });
  const { themes } = await passer(listThemes, {});
  const stages = new Set(themes.flatMap((theme) => theme.stages.map((stage) => stage.serviceId)));
  const guides = await Promise.all([...stages].map((id) => passer(readGuide, { id })));
  const ofProjects = new Set([...stages, ...guides.flatMap((guide) => guide.items.map((item) => item.id))]);
  return services.filter((service) => !ofProjects.has(service.id));
}

/** Whoever comes too late or second is refused, as in life; any other refusal is a fault of the simulation or the platform. */
async function tolerating(tally: Tally, deed: () => Promise<void>): Promise<void> {
  try {
    await deed();
  } catch (error) {
    if (!(error instanceof CallError) || error.problem.status !== 409) throw error;
    const { code } = error.problem;
    tally.refusals.set(code, (tally.refusals.get(code) ?? 0) + 1);
  }
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
}

export function count(outcomes: Map<string, number>, key: string): void {
  outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
}
