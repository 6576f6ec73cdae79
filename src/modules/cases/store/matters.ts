import { sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { CaseEvent } from '../rules/case.ts';
import type { CaseTasks } from './cases.ts';
import type { Matter } from './applications.ts';

/** Applications and cases that are part of something larger, found by it. */

export interface MatterApplication {
  matterId: string;
  id: string;
  no: string;
  state: 'draft' | 'filed';
  serviceKind: 'item' | 'bundle';
  serviceId: string;
  serviceName: string;
  versions: Record<string, number>;
  createdAt: Instant;
  filedAt: Instant | null;
}

export function listApplicationsOf(tx: Tx, type: string, ids: readonly string[]): Promise<MatterApplication[]> {
  return tx.rows(sql`select matter_id, id, no, state, service_kind, service_id, service_name, versions, created_at, filed_at
    from cases.application where region = ${tx.region} and matter_type = ${type} and matter_id = any(${[...ids]}::uuid[])
    order by created_at, id`);
}

export interface MatterCase {
  matterId: string;
  id: string;
  itemId: string;
  itemName: string;
  tasks: CaseTasks;
  serviceKind: 'item' | 'bundle';
  serviceId: string;
  versions: Record<string, number>;
  events: CaseEvent[];
}

/** Every case with all of its events, in one statement. */
export function listCasesWithEvents(tx: Tx, type: string, ids: readonly string[]): Promise<MatterCase[]> {
  return tx.rows(sql`select f.matter_id, f.id, f.item_id, f.item_name, f.tasks, a.service_kind, a.service_id, a.versions, e.events
    from cases.case_file f
    join cases.application a on a.region = f.region and a.id = f.application_id
    join lateral (select jsonb_agg(e.body order by e.seq) as events from cases.event e
      where e.region = f.region and e.case_id = f.id) e on true
    where f.region = ${tx.region} and f.matter_type = ${type} and f.matter_id = any(${[...ids]}::uuid[])
    order by f.id`);
}

export interface MatterNotice {
  id: string;
  at: Instant;
  title: string;
  body: string;
  caseId: string | null;
  applicationId: string | null;
}

export function listNoticesOf(tx: Tx, matter: Matter, limit: number): Promise<MatterNotice[]> {
  return tx.rows(sql`select id, at, title, body, case_id, application_id from cases.notice
    where region = ${tx.region} and matter_type = ${matter.type} and matter_id = ${matter.id}
    order by at desc, id desc limit ${limit}`);
}
