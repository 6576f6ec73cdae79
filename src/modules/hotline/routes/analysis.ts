import { may } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import { finishTasks } from '../../tasks/index.ts';
import { servedEntries } from '../advice.ts';
import { briefingOf, daysUpTo, hotIn, leagueOf, weekOf } from '../analysis.ts';
import * as contract from '../contract-analysis.ts';
import { checkedUscc, register } from '../registering.ts';
import { causeKindNames, isOpen, ticketClassNames, ticketStatusNames } from '../rules/transitions.ts';
import { supervisionTriggerNames } from '../rules/triggers.ts';
import { countyOf } from '../settings.ts';
import {
  causeCounts,
  countsByClass,
  countsByDay,
  countsByTown,
  countsByUnit,
  finishRemedyRow,
  listRemedyRows,
  listSupervisedRows,
  loadRemedy,
  mostUsedEntries,
  publicTotals,
  remediesOf,
  startOf,
  supervisedColours,
} from '../store/analysis.ts';
import { loadTickets } from '../store/tickets.ts';
import { insertVisit, listVisitRows, requestCounts } from '../store/visits.ts';
import { handSubject, issue } from '../supervision.ts';
import { perform } from '../tickets.ts';
import { readable } from './desk.ts';
import { staffReaches } from './work.ts';

export const analysisRoutes = [
  route(contract.readRates, async ({ tx, input }) => {
    const { rates } = (await countyOf(tx.services)).settings;
    return {
      weights: [
        { rate: '响应率', weight: rates.response.value, source: rates.response.source },
        { rate: '解决率', weight: rates.solution.value, source: rates.solution.source },
        { rate: '满意率', weight: rates.satisfaction.value, source: rates.satisfaction.source },
      ],
      ...(await leagueOf(tx, input)),
    };
  }),

  route(contract.listSupervised, async ({ tx, input, reach, actor }) => {
    const { rows, total } = await listSupervisedRows(tx, { ...input, reach, viewerUnit: actor.unitId });
    const { nameOf } = await unitDirectory(tx);
    const names = new Map(
      supervisionTriggerNames((await countyOf(tx.services)).settings).map(({ id, name }) => [id, name]),
    );
    return {
      rows: rows.map(({ triggerId, ticketNo, title, ...row }) => ({
        ...row,
        trigger: triggerId,
        triggerName: names.get(triggerId) ?? triggerId,
        unitName: nameOf(row.unitId),
        ticketNo: ticketNo ?? '',
        title: title ?? '',
      })),
      total,
      counts: await supervisedColours(tx, reach),
    };
  }),

  route(contract.superviseTicket, async ({ tx, input }) => {
    const row = await readable(tx, input.ticketId);
    if (row.leadUnit === null || !isOpen(row.status)) {
      const details = { status: ticketStatusNames[row.status], action: '督办', basis: '还没有承办单位，或者已经办完' };
      throw new AppError('TICKET_STEP_IMPOSSIBLE', details);
    }
    const about = { ticketId: row.id, unitId: row.leadUnit, reason: input.reason, taskIds: row.tasks };
    const slipNo = await issue(tx, input.trigger, handSubject(tx, row.id), about);
    tx.note(`ticket:${row.id}`, '督办', { trigger: input.trigger });
    return { slipNo: slipNo ?? '' };
  }),

  route(contract.listCauses, async ({ tx, input }) => {
    const { nameOf } = await unitDirectory(tx);
    const remedies = await remediesOf(tx, startOf(input));
    return {
      causes: (await causeCounts(tx, input)).map((one) => {
        const remedy = remedies.find(
          ({ causeKind, causeSubject, ownerUnit }) =>
            causeKind === one.kind && causeSubject === one.subject && ownerUnit === one.ownerUnit,
        );
        return {
          ...one,
          kindName: causeKindNames[one.kind],
          ownerName: one.ownerUnit === '' ? '' : nameOf(one.ownerUnit),
          remedyId: remedy?.id ?? null,
          remedyDone: remedy?.doneAt != null,
        };
      }),
    };
  }),

  route(contract.listRemedies, async ({ tx, input, reach, actor }) => {
    const { rows, total } = await listRemedyRows(tx, reach, input);
    const { nameOf } = await unitDirectory(tx);
    return {
      remedies: rows.map((row) => ({
        id: row.id,
        kind: row.causeKind,
        kindName: causeKindNames[row.causeKind],
        subject: row.causeSubject,
        ownerUnit: row.ownerUnit,
        ownerName: nameOf(row.ownerUnit),
        tickets: row.tickets,
        openedAt: row.openedAt,
        doneAt: row.doneAt,
        measure: row.measure,
        mayFinish: row.doneAt === null && may(actor, 'hotline.handle', row.ownerUnit),
      })),
      total,
    };
  }),

  route(contract.finishRemedy, async ({ tx, input, actor, now }) => {
    const row = await loadRemedy(tx, input.remedyId);
    if (row === null || !may(actor, 'hotline.handle', row.ownerUnit)) throw new AppError('REMEDY_NOT_FOUND');
    if (row.doneAt !== null) throw new AppError('REMEDY_DONE');
    await finishRemedyRow(tx, row.id, input.measure);
    if (row.taskId !== null) await finishTasks(tx, [row.taskId], 'done', input.measure.slice(0, 500));
    tx.note(`remedy:${row.id}`, '整改办结');
    return { doneAt: now };
  }),

  route(contract.readHot, async ({ tx, input }) => {
    const { analysis } = (await countyOf(tx.services)).settings;
    const period = daysUpTo(input.on === '' ? localDateOf(tx.now) : input.on, analysis.hotDays.value);
    const { nameOf } = await unitDirectory(tx);
    const [topics, days, towns, classes] = await Promise.all([
      hotIn(tx, period),
      countsByDay(tx, daysUpTo(period.to, 35)),
      countsByTown(tx, period),
      countsByClass(tx, period),
    ]);
    return {
      ...period,
      topics: topics.slice(0, 60).map((one) => ({
        ...one,
        class: one.class as '',
        townName: one.town === '' ? '' : nameOf(one.town),
      })),
      days,
      towns: towns.map((one) => ({ ...one, townName: nameOf(one.town) })),
      classes: classes.map((one) => ({ ...one, name: ticketClassNames[one.class] })),
    };
  }),

  route(contract.readBriefing, async ({ tx, input }) => {
    const week = weekOf(input.on === '' ? localDateOf(tx.now) : input.on, input.on !== '');
    const briefing = await briefingOf(tx, week);
    return { ...briefing, topics: briefing.topics.map((one) => ({ ...one, class: one.class as '' })) };
  }),

  route(contract.publicBoard, async ({ tx, input }) => {
    const period = daysUpTo(localDateOf(tx.now), input.days);
    const { nameOf } = await unitDirectory(tx);
    const [totals, classes, units, topics, used, entries] = await Promise.all([
      publicTotals(tx, period),
      countsByClass(tx, period),
      countsByUnit(tx, period),
      hotIn(tx, period),
      mostUsedEntries(tx, period, 10),
      servedEntries(tx),
    ]);
    const served = new Map(entries.map((entry) => [entry.id, entry]));
    return {
      ...period,
      received: totals.received,
      answered: totals.answered + totals.selfServed,
      selfServed: totals.selfServed,
      closed: totals.closed,
      solvedShare: shareOf(totals.solved, totals.called),
      classes: classes.map((one) => ({ ...one, name: ticketClassNames[one.class] })),
      units: units.map(({ unitId, total, complaints, closed, solved, called }) => ({
        unitId,
        unitName: nameOf(unitId),
        total,
        complaints,
        closed,
        solvedShare: shareOf(solved, called),
      })),
      topics: topics
        .filter(({ town, class: kind }) => town === '' && kind === '')
        .slice(0, 10)
        .map(({ topic, count }) => ({ topic, count })),
      questions: used.flatMap(({ entryId, used: times }) => {
        const entry = served.get(entryId);
        if (entry === undefined) return [];
        return [{ title: entry.title, answer: entry.answer, unitName: nameOf(entry.unitId), used: times }];
      }),
    };
  }),

  route(contract.recordVisit, async ({ tx, input, actor }) => {
    if (!may(actor, 'hotline.handle', input.unitId))
      throw new AppError('TICKET_NOT_THIS_UNIT', { unit: (await unitDirectory(tx)).nameOf(input.unitId) });
    const uscc = checkedUscc(input.uscc);
    const tickets = [];
    for (const request of input.requests) tickets.push(await openRequest(tx, input, uscc, request));
    const { enterpriseName, unitId, visitedOn, visitors, notes } = input;
    const id = uuidv7(Date.parse(tx.now));
    const requests = tickets.map(({ ticketId }) => ticketId);
    await insertVisit(tx, { id, uscc, enterpriseName, unitId, visitedOn, visitors, notes, requests });
    tx.note(`visit:${id}`, '登记企业走访', { uscc, requests: requests.length });
    return { id, tickets };
  }),

  route(contract.listVisits, async ({ tx, input, reach }) => {
    const { rows, total } = await listVisitRows(tx, { ...input, reach });
    const { nameOf } = await unitDirectory(tx);
    const tickets = new Map(
      (
        await loadTickets(
          tx,
          rows.flatMap((row) => row.requests),
        )
      ).map((row) => [row.id, row]),
    );
    return {
      visits: rows.map(({ requests, unitId, ...row }) => ({
        ...row,
        unitName: nameOf(unitId),
        requests: requests.flatMap((id) => {
          const ticket = tickets.get(id);
          if (ticket === undefined) return [];
          const { no, title, status } = ticket;
          const writtenOff = ticket.outcome === 'writtenOff';
          return [{ ticketId: id, no, title, statusName: ticketStatusNames[status], writtenOff }];
        }),
      })),
      total,
      ...(await requestCounts(tx, reach)),
    };
  }),
];

/** A request heard on a visit goes straight to whoever can see to it; the unit that visited keeps a copy. */
async function openRequest(
  tx: Tx,
  visit: { enterpriseName: string; unitId: string; contact: { name: string; phone: string } },
  uscc: string,
  request: { text: string; lead: string },
): Promise<{ ticketId: string; no: string }> {
  if ((await unitDirectory(tx)).byId(request.lead) === undefined)
    throw new AppError('TICKET_UNIT_UNKNOWN', { unit: request.lead });
  const { row } = await register(tx, {
    class: 'help',
    urgency: 'normal',
    channel: 'window',
    title: '',
    text: request.text,
    town: '',
    place: visit.enterpriseName,
    occurred: '',
    againstUnits: [],
    confidential: false,
    anonymous: false,
    enterprise: true,
    contact: { ...visit.contact, email: '' },
    accountId: null,
    uscc,
    byHimself: false,
    attachments: [],
    answer: null,
  });
  const parts = [{ unitId: request.lead, role: 'lead' as const, asks: '' }];
  const copies = [visit.unitId];
  await perform(tx, row.id, { ...staffReaches(tx), reaches: () => true }, () => ({
    action: 'dispatch',
    parts,
    copies,
    automatic: false,
    note: '企业走访中提出',
  }));
  return { ticketId: row.id, no: row.no };
}

function shareOf(numerator: number, denominator: number) {
  return { value: denominator === 0 ? null : (numerator / denominator) * 100, numerator, denominator };
}
