import { sql } from '../../kernel/db.ts';
import type { Subscriber, Tx } from '../../kernel/module.ts';
import type { Instant } from '../../kernel/time.ts';
import { tasksOf, timeUsed, workingDaysOver } from '../tasks/index.ts';

/** How long things took, written once when they end, so that figures need no histories. */
export const measuring: Subscriber = {
  name: 'cases.measureDays',
  topic: 'case.progressed',
  async handle(tx, payload) {
    const event = payload.event as { type: string; at: Instant };
    if (event.type !== 'concluded') return;
    await measureCase(tx, String(payload.caseId), event.at);
    await measureApplication(tx, String(payload.applicationId));
  },
};

/** Working days of the promise that the case used; none where it was never accepted or is not counted in working days. */
async function measureCase(tx: Tx, caseId: string, concludedAt: Instant): Promise<void> {
  const clock = (await tasksOf(tx, 'case', [caseId])).find((task) => task.kind === 'case.clock');
  if (clock === undefined) return;
  const { unit, used, over } = await timeUsed(tx, clock, concludedAt);
  if (unit !== 'wd') return;
  await tx.exec(
    sql`update cases.case_file set used_days = ${used + over} where region = ${tx.region} and id = ${caseId}`,
  );
}

/** From the first acceptance to the last decision, once nothing of the application is open. */
async function measureApplication(tx: Tx, applicationId: string): Promise<void> {
  const span = await tx.one<{ open: number; from: Instant | null; until: Instant | null }>(sql`
    select count(*) filter (where concluded_at is null)::int as open, min(accepted_at) as from,
      max(concluded_at) filter (where status in ('granted', 'refused')) as until
    from cases.case_file where region = ${tx.region} and application_id = ${applicationId}`);
  if (span.open > 0) return;
  const days = span.from === null || span.until === null ? null : await workingDaysOver(tx, span.from, span.until);
  await tx.exec(sql`update cases.application set used_days = ${days}, concluded_at = coalesce(${span.until}, ${tx.now}::timestamptz)
    where region = ${tx.region} and id = ${applicationId}`);
}
