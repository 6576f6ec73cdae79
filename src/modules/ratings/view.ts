import { may, type Actor } from '../../kernel/actor.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { lightAt, tasksOf, type Task } from '../tasks/index.ts';
import { anonymise } from '../projects/index.ts';
import type { openLink } from './contract-rater.ts';
import type { listRatings, readRating } from './contract-work.ts';
import { isWorker } from './perform.ts';
import { actionsNow, lastDay } from './rules/decide.ts';
import { isRealName, type RatingEvent } from './rules/subject.ts';
import {
  appealGroundNames,
  channelNames,
  isBad,
  levelNames,
  outcomeNames,
  ratingStatusNames,
  ratingTransitions,
  subjectKindNames,
  type RatingAction,
} from './rules/transitions.ts';
import { reasonNames, settingsOf } from './settings.ts';
import { loadDocuments } from './store/documents.ts';
import { loadHistory, type SubjectRow } from './store/subjects.ts';

export type Listed = OutputOf<typeof listRatings>['ratings'][number];
export type Whole = OutputOf<typeof readRating>;
export type RaterView = OutputOf<typeof openLink>;

/** What whoever holds the link reads. */
export async function raterViewOf(tx: Tx, row: SubjectRow): Promise<RaterView> {
  const settings = await settingsOf(tx.services);
  const directory = await unitDirectory(tx);
  const { state } = row;
  const { rating, followUp } = state;
  const today = localDateOf(tx.now);
  const rateUntil = lastDay(state.finishedAt, settings.addWithin.days);
  const actions = new Set(actionsNow(state));
  const reply = state.reports.at(-1);
  return {
    kindName: subjectKindNames[row.kind],
    itemName: row.itemName,
    unitName: directory.nameOf(row.unitId),
    finishedOn: localDateOf(row.finishedAt),
    status: row.status,
    statusName: ratingStatusNames[row.status],
    rateUntil,
    mayRate: actions.has('rate') && today <= rateUntil,
    mayExplain: actions.has('explain') && rating !== null && today <= lastDay(rating.at, settings.addWithin.days),
    mayFollowUp:
      actions.has('followUp') && rating !== null && today <= lastDay(rating.at, settings.followUpWithin.days),
    mayAnswerRevisit: state.status === 'revisit' && isRealName(state),
    mayLeavePhone: !state.reachable && rating?.anonymous !== true,
    rating:
      rating === null
        ? null
        : {
            level: rating.level,
            levelName: levelNames[rating.level] ?? '',
            words: rating.words,
            at: rating.at,
            reasons: reasonNames(settings, rating.reasons),
            anonymous: rating.anonymous,
          },
    followUp:
      followUp === null
        ? null
        : {
            level: followUp.level,
            levelName: levelNames[followUp.level] ?? '',
            words: followUp.words,
            at: followUp.at,
          },
    reply: reply === undefined ? null : { words: reply.words, at: reply.at },
    reasons: { good: settings.reasons.good, bad: settings.reasons.bad },
  };
}

/** Lines of the desk with their running clock: two queries however many. */
export async function listedRatings(tx: Tx, rows: readonly SubjectRow[]): Promise<Listed[]> {
  const settings = await settingsOf(tx.services);
  const directory = await unitDirectory(tx);
  const tasks = await tasksOf(
    tx,
    'rating',
    rows.map(({ id }) => id),
  );
  return rows.map((row): Listed => {
    const { rating, outcome } = row.state;
    const running = tasks.find((task) => task.subjectId === row.id && task.state !== 'finished');
    return {
      id: row.id,
      no: row.no,
      kind: row.kind,
      kindName: subjectKindNames[row.kind],
      itemName: row.itemName,
      unitId: row.unitId,
      unitName: directory.nameOf(row.unitId),
      level: row.level,
      levelName: levelNames[row.level ?? 0] ?? '',
      reasons: reasonNames(settings, rating?.reasons ?? []),
      words: rating?.words ?? '',
      anonymous: row.anonymous,
      channelName: row.channel === null ? '' : channelNames[row.channel],
      ratedOn: row.ratedAt === null ? null : localDateOf(row.ratedAt),
      status: row.status,
      statusName: ratingStatusNames[row.status],
      appealing: row.appealing,
      published: row.publishedAt !== null,
      outcomeName: outcome === null ? '' : outcomeNames[outcome],
      duty: running === undefined ? null : dutyOf(tx, running, directory.nameOf(running.unitId ?? '')),
    };
  });
}

/** One rating for staff. Who rated is not in it, nor anything that leads to him. */
export async function wholeRating(tx: Tx, row: SubjectRow): Promise<Whole> {
  const [listed] = await listedRatings(tx, [row]);
  if (listed === undefined) throw new Error(`rating ${row.id} without a line`);
  const settings = await settingsOf(tx.services);
  const { state } = row;
  const { followUp, contact, appeal, direction, publication, rating } = state;
  const documents = await loadDocuments(tx, appeal?.evidence ?? []);
  const { usual, most } = settings.rectification;
  return {
    ...listed,
    handlerName: state.handlerName,
    followUp:
      followUp === null
        ? null
        : {
            level: followUp.level,
            levelName: levelNames[followUp.level] ?? '',
            words: followUp.words,
            on: localDateOf(followUp.at),
          },
    contact,
    plan: state.plan,
    reports: [...state.reports],
    revisits: [...state.revisits],
    direction,
    appeal:
      appeal === null
        ? null
        : {
            at: appeal.at,
            words: appeal.words,
            by: appeal.by,
            ground: appeal.ground,
            groundName: appealGroundNames[appeal.ground],
            evidence: documents.map(({ id, name }) => ({ id, name })),
            decision: appeal.decision,
          },
    publication,
    withheld: state.withheld,
    draft: {
      words: anonymise(rating?.words ?? '', nobody),
      reply: anonymise(state.reports.at(-1)?.words ?? '', nobody),
    },
    outcome: state.outcome,
    served: maySeeServed(tx.actor, row)
      ? { officerId: row.officerId, officerName: state.officerName, windowName: row.windowName }
      : null,
    maySeeRater: maySeeRater(tx.actor, row),
    days: { usual, most },
    actions: actionsFor(tx.actor, row).map((action) => {
      const { zh, basis } = ratingTransitions[action];
      return { action, zh, basis };
    }),
    history: (await loadHistory(tx, row.id))
      // When it was finished would tell whose it was.
      .filter(({ body }) => body.type !== 'opened')
      .map(({ at, actorName, body }) => ({ on: localDateOf(at), who: actorName, what: lineOf(body) })),
  };
}

/**
 * Only of a real-name bad rating, only while it is dealt with, and in the unit only whom the leader chose for it: who served
 * and who rated are never read by the same person of the unit.
 */
export function maySeeRater(actor: Actor, row: SubjectRow): boolean {
  const { state } = row;
  if (!isRealName(state) || state.rating === null || !isBad(state.rating.level)) return false;
  const isUnderWay = ['contact', 'handling', 'rectifying', 'revisit'].includes(row.status);
  if (isUnderWay && row.handlerId !== null && row.handlerId === actor.accountId && isWorker(actor, row)) return true;
  return ['revisit', 'supervised'].includes(row.status) && may(actor, 'rating.supervise', row.unitId);
}

/** Who served is for the unit's leader and the supervising office; whoever may ask who rated does not read it beside that. */
function maySeeServed(actor: Actor, row: SubjectRow): boolean {
  if (may(actor, 'rating.supervise', row.unitId)) return true;
  return may(actor, 'rating.decide', row.unitId) && row.handlerId !== actor.accountId;
}

function actionsFor(actor: Actor, row: SubjectRow): RatingAction[] {
  const supervises = may(actor, 'rating.supervise', row.unitId);
  const allowed: Record<(typeof ratingTransitions)[RatingAction]['by'], boolean> = {
    rater: false,
    worker: isWorker(actor, row),
    leader: may(actor, 'rating.decide', row.unitId),
    supervisor: supervises,
    caller: isWorker(actor, row) || supervises,
  };
  return actionsNow(row.state).filter((action) => allowed[ratingTransitions[action].by]);
}

export const nobody = { firmName: '', projectName: '', projectCode: '', people: [] };

function dutyOf(tx: Tx, task: Task, unitName: string): NonNullable<Listed['duty']> {
  const { title, dueOn, basis } = task;
  return { title: title.split('·').at(-1) ?? title, dueOn, light: lightAt(task, tx.now), unitName, basis };
}

function lineOf(event: RatingEvent): string {
  switch (event.type) {
    case 'opened':
      return '开放评价';
    case 'rated':
      return `评价：${levelNames[event.rating.level] ?? ''}`;
    case 'explained':
      return '补充说明';
    case 'followedUp':
      return `追加评价：${levelNames[event.level] ?? ''}`;
    case 'appointed':
      return `指定${event.handlerName}办理${event.reason === '' ? '' : `（${event.reason}）`}`;
    case 'contacted':
      return `联系评价人（${event.how}）${event.inTime ? '' : '，超过了期限'}`;
    case 'planned':
      return `限期整改，${event.days}个工作日`;
    case 'reported':
      return event.atOnce ? '当场改正' : '反馈整改结果';
    case 'revisited':
      return `回访：${event.revisit.satisfied === null ? '没有联系上' : event.revisit.satisfied ? '满意' : '不满意'}`;
    case 'reopened':
      return '转监督单位处理';
    case 'directed':
      return `责成重新整改，${event.days}个工作日`;
    case 'closed':
      return `办结：${outcomeNames[event.outcome]}`;
    case 'published':
      return '公开评价和答复';
    case 'withheld':
      return `不公开：${event.reason}`;
    case 'appealed':
      return `申请复核：${appealGroundNames[event.appeal.ground]}`;
    case 'appealDecided':
      return event.decision.upheld ? '复核决定：剔除' : '复核决定：维持';
  }
}
