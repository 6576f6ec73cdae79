import { addWorkingDays } from '../../calendar/index.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { serviceFor, type Answers, type Service } from '../catalogue/index.ts';
import { calendarOf, tasksOf } from '../tasks/index.ts';
import { openDraft } from './drafts.ts';
import { openForDecision, perform } from './perform.ts';
import { silenceAt } from './progress.ts';
import type { Defect } from './rules/case.ts';
import { timelineOf, type ItemTimeline } from './rules/timeline.ts';
import type { Matter } from './store/applications.ts';
import {
  listApplicationsOf,
  listCasesWithEvents,
  listNoticesOf,
  type MatterApplication,
  type MatterCase,
  type MatterNotice,
} from './store/matters.ts';

/** Doors for modules whose own thing (a project) is carried out by applications and cases. */

/**
 * A draft application for a matter, answers laid over what profile and enterprise give. The caller has checked the right.
 * `items`: only these of the bundle (an earlier application brought the others). Throws SERVICE_NOT_FOUND,
 * SERVICE_NOT_ONLINE.
 */
export async function startApplicationFor(
  tx: Tx,
  given: {
    service: { kind: 'item' | 'bundle'; id: string };
    items?: readonly string[];
    accountId: string;
    answers: Answers;
    matter: Matter;
    onBehalf?: { name: string; phone: string };
  },
): Promise<{ id: string; no: string }> {
  const whole = await serviceFor(tx, given.service);
  const { items } = given;
  const service: Service =
    items === undefined ? whole : { ...whole, items: whole.items.filter((item) => items.includes(item.definition.id)) };
  const { id, no } = await openDraft(tx, service, {
    accountId: given.accountId,
    answers: given.answers,
    matter: given.matter,
    ...(given.onBehalf === undefined ? {} : { onBehalf: given.onBehalf }),
  });
  return { id, no };
}

/** Drafts and filed applications of one or many matters of a type, in order of their beginning. */
export function applicationsOf(
  tx: Tx,
  matter: Matter | { type: string; ids: readonly string[] },
): Promise<MatterApplication[]> {
  return listApplicationsOf(tx, matter.type, idsOf(matter));
}

/** A case's timeline with what it was applied for. */
export interface CaseTimeline extends ItemTimeline {
  matterId: string;
  serviceKind: 'item' | 'bundle';
  serviceId: string;
}

/** Who had each case of the matters when, in order of opening: three queries however many cases. */
export async function caseTimelines(
  tx: Tx,
  matter: Matter | { type: string; ids: readonly string[] },
): Promise<CaseTimeline[]> {
  const cases = await listCasesWithEvents(tx, matter.type, idsOf(matter));
  const tasks = await tasksOf(
    tx,
    'case',
    cases.map((one) => one.id),
  );
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const timelines: CaseTimeline[] = [];
  for (const one of cases) {
    const clock = byId.get(one.tasks.clock ?? '');
    const timeline = timelineOf(one.events, {
      itemName: one.itemName,
      promisedDueAt: clock?.dueAt ?? null,
      promisedTerm: clock?.promisedTerm ?? (await promisedTermOf(tx, one)),
    });
    const { matterId, serviceKind, serviceId } = one;
    timelines.push({ ...timeline, matterId, serviceKind, serviceId });
  }
  return timelines;
}

/** What the applicants of a matter were told, newest first. */
export function noticesOf(tx: Tx, matter: Matter, limit = 200): Promise<MatterNotice[]> {
  return listNoticesOf(tx, matter, limit);
}

/**
 * Questions of several departments gathered into one notice: each case is asked once, all or none. The caller has checked
 * that every unit wants it. Throws CASE_NOT_FOUND, CORRECTION_… and CASE_TRANSITION_IMPOSSIBLE.
 */
export async function requestCorrections(
  tx: Tx,
  requests: readonly { caseId: string; defects: readonly Defect[] }[],
  { noticeNo, answerWithin }: { noticeNo: string; answerWithin: string },
): Promise<void> {
  const calendar = await calendarOf(tx);
  const answerBy = addWorkingDays(calendar, localDateOf(tx.now), Number.parseInt(answerWithin, 10));
  // In one order, so that two conveners never wait for each other.
  for (const { caseId, defects } of [...requests].sort((a, b) => (a.caseId < b.caseId ? -1 : 1))) {
    const open = await openForDecision(tx, caseId, () => true);
    await perform(tx, open, {
      action: 'requestCorrection',
      defects,
      noticeNo,
      answerBy,
      silenceAt: silenceAt(calendar, open.row.filedAt ?? tx.now),
    });
  }
}

/** From the frozen version; services are kept in memory. */
async function promisedTermOf(tx: Tx, one: MatterCase): Promise<string> {
  const service = await serviceFor(tx, { kind: one.serviceKind, id: one.serviceId, versions: one.versions });
  return service.items.find((item) => item.definition.id === one.itemId)?.definition.promised.term ?? '0wd';
}

function idsOf(matter: Matter | { type: string; ids: readonly string[] }): readonly string[] {
  return 'ids' in matter ? matter.ids : [matter.id];
}
