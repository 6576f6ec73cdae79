import { AppError } from '../../../../kernel/errors.ts';

export interface LegalBasis {
  title: string;
  article: string;
}

/** What may happen in a room, from where, and on what basis: one table per room, for the server, the pages and the API. */
export interface RoomTransition<Status extends string> {
  zh: string;
  from: readonly Status[];
  basis: LegalBasis;
}

/** Throws ROOM_STEP_IMPOSSIBLE with the status, the step and its basis in Chinese. */
export function refuseImpossible<Status extends string>(
  status: Status,
  names: Readonly<Record<Status, string>>,
  transition: RoomTransition<Status>,
): void {
  if (transition.from.includes(status)) return;
  throw new AppError('ROOM_STEP_IMPOSSIBLE', {
    status: names[status],
    action: transition.zh,
    basis: basisText(transition.basis),
  });
}

/** The steps of a table that are open from a status, in the table's order. */
export function possibleSteps<Status extends string, Step extends string>(
  status: Status,
  table: Readonly<Record<Step, RoomTransition<Status>>>,
): Step[] {
  return (Object.keys(table) as Step[]).filter((step) => table[step].from.includes(status));
}

export function basisText(basis: LegalBasis): string {
  return `${basis.title}${basis.article}`;
}
