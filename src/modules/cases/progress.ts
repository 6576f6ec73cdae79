import { dueOf, parseTerm, workingDaysBetween, type Calendar } from '../../calendar/index.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import type { Tx } from '../../kernel/module.ts';
import { chineseDate, localDateOf, localTimeOf, type Instant, type LocalDate } from '../../kernel/time.ts';
import { limitText, type Service } from '../catalogue/index.ts';
import { unitDirectory, type UnitDirectory } from '../org/index.ts';
import { calendarOf, lightAt, tasksOf, type Task } from '../tasks/index.ts';
import type { readCase } from './contract.ts';
import type { CaseEvent } from './rules/case.ts';
import { caseStatusNames, transitions } from './rules/transitions.ts';
import { loadHistory, type CaseRow, type RecordedEvent } from './store/cases.ts';

export type Progress = OutputOf<typeof readCase>['progress'];

/** For whom the view is made: an officer's name is for colleagues, the public reads the unit. */
export type Viewer = 'applicant' | 'staff';

/** The parcel view of cases of one service: two queries however many cases. */
export async function progressOf(
  tx: Tx,
  rows: readonly CaseRow[],
  service: Service,
  viewer: Viewer,
): Promise<Progress[]> {
  const ids = rows.map((row) => row.id);
  const tasks = groupedBy(await tasksOf(tx, 'case', ids), (task) => task.subjectId);
  const history = groupedBy(await loadHistory(tx, ids), (event) => event.caseId);
  const context = {
    now: tx.now,
    calendar: await calendarOf(tx),
    directory: await unitDirectory(tx),
    service,
    viewer,
    rows,
  };
  return rows.map((row) => progress(context, row, tasks.get(row.id) ?? [], history.get(row.id) ?? []));
}

function groupedBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** When silence becomes acceptance: the end of the fifth working day after filing (许可法 32). */
export function silenceAt(calendar: Calendar, filedAt: Instant): Instant {
  return dueOf({ start: filedAt, term: parseTerm('5wd'), calendar }).dueAt;
}

interface Context {
  now: Instant;
  calendar: Calendar;
  directory: UnitDirectory;
  service: Service;
  viewer: Viewer;
  rows: readonly CaseRow[];
}

function progress(context: Context, row: CaseRow, tasks: readonly Task[], history: readonly RecordedEvent[]): Progress {
  const { now, calendar, directory, service } = context;
  const { state } = row;
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const taskOf = (key: string): Task | undefined => byId.get(row.tasks[key] ?? '');
  const definition = service.items.find((item) => item.definition.id === row.itemId)?.definition;
  const clock = taskOf('clock');
  const running = clock ?? (row.status === 'filed' ? taskOf('intake') : undefined);
  const today = localDateOf(now);
  return {
    caseId: row.id,
    no: row.no,
    itemId: row.itemId,
    itemName: row.itemName,
    unitId: row.unitId,
    unitName: directory.nameOf(row.unitId),
    status: row.status,
    statusName: caseStatusNames[row.status],
    filedAt: row.filedAt,
    acceptedAt: row.acceptedAt,
    concludedAt: row.concludedAt,
    promisedTerm: limitText(definition?.promised.term ?? ''),
    statutoryTerm: limitText(definition?.statutory.term ?? ''),
    dueOn: running?.dueOn ?? null,
    dueText: dueText(running, row, taskOf('intake')),
    daysLeft: running === undefined || running.state === 'finished' ? null : daysLeft(calendar, today, running.dueOn),
    light: running === undefined ? null : lightAt(running, now),
    provisional: running?.provisional ?? false,
    holders: holders(context, row, tasks),
    paused: pausedView(row, tasks),
    waitsFor: state.waitsFor.map((id) => ({
      caseId: id,
      itemName: context.rows.find((one) => one.id === id)?.itemName ?? '前一项',
    })),
    correction:
      state.correction === null
        ? null
        : { ...state.correction, defects: state.correction.defects.map((defect) => ({ ...defect })) },
    owed: state.owed.map((owed) => ({
      materialId: owed.materialId,
      name: owed.name,
      dueOn: taskOf(`owed:${owed.materialId}`)?.dueOn ?? null,
      deliveredAt: owed.deliveredAt,
    })),
    outcome: state.outcome,
    resultName: definition?.result.name ?? '',
    steps: state.steps.map((step) => {
      const task = taskOf(`step:${step.id}`);
      return {
        id: step.id,
        name: step.name,
        kind: step.kind,
        unitId: step.unitId,
        unitName: directory.nameOf(step.unitId),
        status: step.status,
        opinion: step.opinion,
        note: context.viewer === 'staff' ? step.note : '',
        openedAt: task?.startAt ?? null,
        doneAt: step.at,
        dueOn: task?.dueOn ?? null,
        light: task === undefined ? null : lightAt(task, now),
      };
    }),
    history: history.flatMap((event) => historyLine(context, row, event)),
    mayWithdraw: transitions.withdraw.from.includes(row.status),
  };
}

function dueText(running: Task | undefined, row: CaseRow, intake: Task | undefined): string {
  if (row.status === 'filed' && intake !== undefined) return `${chineseDate(intake.dueOn)}前答复是否受理`;
  if (running === undefined || running.state === 'finished') return '';
  // A half-day promise ends at the close of a morning or of an afternoon: say which.
  const half = running.promisedTerm.includes('.5');
  const session = half ? (localTimeOf(running.dueAt) <= '13:00' ? '上午下班前' : '下午下班前') : '';
  return `${chineseDate(running.dueOn)}${session === '' ? '前' : session}办结${running.provisional ? '（节假日安排未公布，日期可能调整）' : ''}`;
}

function daysLeft(calendar: Calendar, today: LocalDate, dueOn: LocalDate): number {
  return dueOn >= today ? workingDaysBetween(calendar, today, dueOn) : -workingDaysBetween(calendar, dueOn, today);
}

function holders(context: Context, row: CaseRow, tasks: readonly Task[]): Progress['holders'] {
  if (row.status === 'waiting') {
    const earlier = context.rows.filter((one) => row.state.waitsFor.includes(one.id));
    return earlier.map((one) => ({
      kind: 'earlier',
      name: one.itemName,
      since: one.filedAt ?? context.now,
      what: '要等这一项先办好',
    }));
  }
  const open = tasks.filter((task) => task.state !== 'finished' && task.kind !== 'case.clock');
  return open.map((task) => ({
    kind: task.unitId === null ? 'applicant' : 'unit',
    name: task.unitId === null ? '申请人' : context.directory.nameOf(task.unitId),
    since: task.startAt,
    what: task.title.split('·').at(-1) ?? task.title,
  }));
}

function pausedView(row: CaseRow, tasks: readonly Task[]): Progress['paused'] {
  const { suspension } = row.state;
  if (suspension === null) return null;
  const pause = tasks.flatMap((task) => task.ledger.pauses).find((one) => one.noticeNo === suspension.noticeNo);
  return {
    ground: suspension.groundName,
    basis: pause?.basis ?? `${transitions.suspend.basis.title}${transitions.suspend.basis.article}`,
    noticeNo: suspension.noticeNo,
    since: suspension.at,
    plannedUntil: suspension.plannedUntil,
  };
}

function historyLine(context: Context, row: CaseRow, recorded: RecordedEvent): Progress['history'] {
  const { body } = recorded;
  const who = whoOf(context, row, recorded);
  const line = (what: string, note = '', basis?: { title: string; article: string }): Progress['history'] => [
    { at: recorded.at, who, what, note, basis: basis === undefined ? '' : `${basis.title}${basis.article}` },
  ];
  const stepName = (id: string): string => row.state.steps.find((step) => step.id === id)?.name ?? id;
  switch (body.type) {
    case 'opened':
      return line('提交申请');
    case 'prerequisiteGranted':
      return line('前一项已办好');
    case 'preReviewed':
      return line('预审完成，等前一项办好', context.viewer === 'staff' ? body.note : '', body.basis);
    case 'filed':
      return line('收到申请材料');
    case 'accepted':
      return line(
        acceptedWords[body.acceptance.how],
        body.owed.map((owed) => `待补：${owed.name}（${limitText(owed.term)}内）`).join('；'),
        body.basis,
      );
    case 'correctionRequested':
      return line(
        `一次性告知补正（${body.correction.noticeNo}）`,
        body.correction.defects.map((defect) => defect.text).join('；'),
        body.basis,
      );
    case 'corrected':
      return line('已补正，重新提交');
    case 'stepsOpened':
      return line(`开始办理：${body.steps.map(stepName).join('、')}`);
    case 'stepFinished': {
      const words = body.opinion === 'agree' ? '办完' : '意见为不同意';
      return line(`${stepName(body.step)}${words}`, context.viewer === 'staff' ? body.note : '');
    }
    case 'suspended':
      return line(
        `中止计时：${body.suspension.groundName}（${body.suspension.noticeNo}），计划到${chineseDate(body.suspension.plannedUntil)}`,
        '',
        body.basis,
      );
    case 'resumed':
      return line('恢复计时', body.reason);
    case 'extended':
      return line(`延长${limitText(body.term)}（${body.noticeNo}），${body.approvedBy}批准`, body.reason, body.basis);
    case 'handedOver':
      return context.viewer === 'staff' ? line('移交经办人', body.reason) : [];
    case 'owedDelivered':
      return line('补交容缺材料', row.state.owed.find((owed) => owed.materialId === body.materialId)?.name ?? '');
    case 'concluded':
      return line(outcomeWords[body.outcome.kind], body.outcome.reason, body.outcome.basis);
  }
}

/** The public reads the unit, colleagues read the person; what the law does by itself is said to be the law's. */
function whoOf({ directory, viewer }: Context, row: CaseRow, recorded: RecordedEvent): string {
  if (recorded.body.type === 'opened' || recorded.body.type === 'corrected' || recorded.body.type === 'owedDelivered')
    return '申请人';
  if (recorded.body.type === 'filed') return directory.nameOf(row.unitId);
  if (recorded.unitId === null)
    return recorded.body.type === 'concluded' && recorded.actorName !== '系统' ? '申请人' : '系统';
  return viewer === 'staff' ? recorded.actorName : directory.nameOf(recorded.unitId);
}

const acceptedWords = {
  ordinary: '已受理',
  provisional: '容缺受理',
  commitment: '按告知承诺受理',
  silence: '五个工作日内没有告知，视为自收件之日起受理',
} as const;

const outcomeWords: Readonly<Record<Extract<CaseEvent, { type: 'concluded' }>['outcome']['kind'], string>> = {
  granted: '准予，办结',
  refused: '不予许可',
  declined: '不予受理',
  withdrawn: '申请结束',
};
