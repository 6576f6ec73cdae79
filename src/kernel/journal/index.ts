import { sql } from '../db.ts';
import { route, type Module } from '../module.ts';
import { instantAt } from '../time.ts';
import { listJournal, verifyJournalEndpoint } from './contract.ts';
import { sealJournal, verifyJournal } from './seal.ts';

export { verifyJournal, type Verification } from './seal.ts';

/** The journal as a module: its viewer, its verification and the job that seals it. Its rows are written by `run.ts`. */
export function journalModule(era: number): Module {
  return {
    name: 'journal',
    errors: {},
    routes: [
      route(listJournal, async ({ tx, input }) => {
        const from = instantAt(input.from ?? '2000-01-01', '00:00');
        const to = instantAt(input.to ?? '2099-12-31', '23:59:59');
        const rows = await tx.rows<{
          id: string;
          at: string;
          actorName: string;
          unitId: string | null;
          kind: 'command' | 'read' | 'job' | 'event';
          endpoint: string;
          subject: string;
          reason: string;
          requestId: string;
        }>(sql`
          select id, at, actor_name, unit_id, kind, endpoint, subject, reason, request_id from kernel.journal
          where region = ${tx.region} and at >= ${from} and at <= ${to}
            and (${input.subject} = '' or subject = ${input.subject})
            and (${input.actor} = '' or actor_name like '%' || ${input.actor} || '%')
            and (${input.endpoint} = '' or endpoint = ${input.endpoint})
            and (${input.kind} = '' or kind = ${input.kind})
          order by at desc, id desc limit ${input.size + 1} offset ${(input.page - 1) * input.size}`);
        return { entries: rows.slice(0, input.size), hasMore: rows.length > input.size };
      }),
      route(verifyJournalEndpoint, ({ tx }) => verifyJournal(tx, tx.region)),
    ],
    jobs: [{ name: 'journal.seal', everySeconds: 60, run: (tx) => sealJournal(tx, era) }],
  };
}
