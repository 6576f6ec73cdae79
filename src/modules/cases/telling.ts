import { sql } from '../../kernel/db.ts';
import { route, type Subscriber, type Tx } from '../../kernel/module.ts';
import { chineseDate, localDateOf, type Instant } from '../../kernel/time.ts';
import { limitText } from '../catalogue/index.ts';
import { profileOf } from '../org/index.ts';
import * as contract from './contract.ts';
import { ownAccount, phoneOf } from './routes/applications.ts';
import type { CaseEvent } from './rules/case.ts';
import { loadApplication, type ApplicationRow, type Matter } from './store/applications.ts';
import { loadCase } from './store/cases.ts';

/** The applicant hears of every turn: in the application always, by message when a phone and a gateway are there. */
export const subscribers: readonly Subscriber[] = [
  {
    name: 'cases.tellProgress',
    topic: 'case.progressed',
    async handle(tx, payload, { id }) {
      const turn = payload as unknown as {
        caseId: string;
        no: string;
        applicationId: string;
        accountId: string;
        itemName: string;
        matter: Matter | null;
        event: CaseEvent;
      };
      const words = wordsFor(turn.event);
      if (words === null) return;
      await tell(tx, id, { ...turn, title: `${turn.itemName}：${words.title}`, body: words.body });
    },
  },
  {
    name: 'cases.tellFiled',
    topic: 'application.filed',
    async handle(tx, payload, { id }) {
      const filed = payload as unknown as {
        applicationId: string;
        no: string;
        accountId: string;
        serviceName: string;
        matter: Matter | null;
        cases: number;
      };
      const body = `申请编号 ${filed.no}，共 ${filed.cases} 个事项，各部门已同时收到。可以随时查看进度。`;
      await tell(tx, id, { ...filed, caseId: null, title: `${filed.serviceName}：申请已提交`, body });
    },
  },
  {
    // Licences stand before cases and keep no notices of their own.
    name: 'cases.tellLicenceUse',
    topic: 'licence.useAsked',
    async handle(tx, payload, { id }) {
      const use = payload as unknown as {
        accountId: string;
        typeName: string;
        unitName: string;
        purpose: string;
        needsAnswer: boolean;
        basis: string;
      };
      await tellApplicant(tx, {
        id,
        accountId: use.accountId,
        title: use.needsAnswer
          ? `${use.unitName}想用您的${use.typeName}`
          : `${use.unitName}依法查了您的${use.typeName}`,
        body: use.needsAnswer
          ? `用来${use.purpose}。请在“我的证照”里答复，同意了才能用。`
          : `用来${use.purpose}，依据：${use.basis}。`,
      });
    },
  },
  {
    name: 'cases.remindApplicant',
    topic: 'task.escalated',
    async handle(tx, payload, { id }) {
      const duty = payload as unknown as {
        unitId: string | null;
        accountId: string | null;
        subjectType: string;
        subjectId: string;
        title: string;
        words: string;
        dueAt: Instant;
      };
      if (duty.unitId !== null || duty.accountId === null || duty.subjectType !== 'case') return;
      const row = await loadCase(tx, duty.subjectId);
      if (row === null) return;
      const body = `${duty.words}，请在${chineseDate(localDateOf(duty.dueAt))}前办好。`;
      await tell(tx, id, {
        accountId: duty.accountId,
        caseId: row.id,
        applicationId: row.applicationId,
        matter: row.matter,
        title: duty.title,
        body,
      });
    },
  },
];

export const noticeRoutes = [
  route(contract.myNotices, async ({ tx, input }) => {
    const rows = await tx.rows<NoticeRow & { total: number; unread: number }>(sql`
      select id, case_id, application_id, title, body, at, read_at, count(*) over ()::int as total,
        count(*) filter (where read_at is null) over ()::int as unread
      from cases.notice where region = ${tx.region} and account_id = ${ownAccount(tx)}
      order by at desc, id desc limit ${input.size} offset ${(input.page - 1) * input.size}`);
    return { notices: rows, total: rows[0]?.total ?? 0, unread: rows[0]?.unread ?? 0 };
  }),
  route(contract.readNotices, async ({ tx }) => {
    const read = await tx.exec(sql`update cases.notice set read_at = ${tx.now}
      where region = ${tx.region} and account_id = ${ownAccount(tx)} and read_at is null`);
    return { read };
  }),
];

interface NoticeRow {
  id: string;
  caseId: string | null;
  applicationId: string | null;
  title: string;
  body: string;
  at: Instant;
  readAt: Instant | null;
}

/** The event's id is the notice's: a repeated delivery writes nothing and sends nothing. */
async function tell(
  tx: Tx,
  id: string,
  notice: {
    accountId: string;
    caseId: string | null;
    applicationId: string;
    matter?: Matter | null;
    title: string;
    body: string;
  },
): Promise<void> {
  if (!(await writeNotice(tx, id, notice))) return;
  const application = await loadApplication(tx, notice.applicationId);
  if (application === null) return;
  const { phone, email } = await reachFor(tx, application);
  const message = { title: notice.title, text: `${notice.title}。${notice.body}` };
  const { messenger } = tx.services;
  if (phone !== '') await messenger.send({ key: `${id}:sms`, channel: 'sms', to: phone, ...message });
  if (email !== '') await messenger.send({ key: `${id}:email`, channel: 'email', to: email, ...message });
}

/** @returns false when the notice was written before. */
async function writeNotice(
  tx: Tx,
  id: string,
  notice: {
    accountId: string;
    caseId?: string | null;
    applicationId?: string | null;
    matter?: Matter | null;
    title: string;
    body: string;
  },
): Promise<boolean> {
  const { accountId, caseId, applicationId, matter, title, body } = notice;
  const written = await tx.exec(sql`
    insert into cases.notice (region, id, account_id, case_id, application_id, matter_type, matter_id, title, body, at)
    values (${tx.region}, ${id}, ${accountId}, ${caseId ?? null}, ${applicationId ?? null}, ${matter?.type ?? null}, ${matter?.id ?? null},
      ${title}, ${body}, ${tx.now})
    on conflict do nothing`);
  return written === 1;
}

/**
 * Tells an account something that belongs to no single case, on its list of notices and by message. The id makes a
 * repetition harmless: an event's own id, or one kept with what is told.
 */
export async function tellApplicant(
  tx: Tx,
  notice: {
    id: string;
    accountId: string;
    title: string;
    body: string;
    matter?: Matter | null;
    applicationId?: string | null;
  },
): Promise<void> {
  const { id, accountId, title, body } = notice;
  if (!(await writeNotice(tx, id, notice))) return;
  const { phone } = await profileOf(tx, accountId);
  if (phone === null || phone === '') return;
  await tx.services.messenger.send({ key: `${id}:sms`, channel: 'sms', to: phone, title, text: `${title}。${body}` });
}

/** Who filed at the window is reached by what he left on the form, never through the clerk's own account. */
async function reachFor(tx: Tx, application: ApplicationRow): Promise<{ phone: string; email: string }> {
  const { contactEmail } = application.answers;
  const email = typeof contactEmail === 'string' ? contactEmail : '';
  if (application.filedBy !== null) return { phone: phoneOf(application.answers), email };
  const { phone } = await profileOf(tx, application.accountId);
  return { phone: phone ?? '', email };
}

function wordsFor(event: CaseEvent): { title: string; body: string } | null {
  switch (event.type) {
    case 'accepted':
      return {
        title: '已受理',
        body:
          event.owed.length === 0
            ? '正在办理，期限从受理的下一个工作日算起。'
            : `请补交：${event.owed.map((one) => `${one.name}（${limitText(one.term)}内）`).join('；')}。`,
      };
    case 'preReviewed':
      return { title: '预审完成', body: '材料已经看过，前一项一办好就受理，不用您再跑。' };
    case 'correctionRequested':
      return {
        title: '需要补正材料',
        body: `${event.correction.defects.map((defect, index) => `${index + 1}. ${defect.text}`).join('；')}。请在${chineseDate(event.correction.dueOn)}前补正。`,
      };
    case 'suspended':
      return {
        title: '暂停计时',
        body: `因${event.suspension.groundName}暂停计算办理期限，通知书${event.suspension.noticeNo}，计划到${chineseDate(event.suspension.plannedUntil)}。`,
      };
    case 'resumed':
      return { title: '恢复计时', body: '办理期限继续计算。' };
    case 'extended':
      return {
        title: '办理期限延长',
        body: `经${event.approvedBy}批准延长${limitText(event.term)}，通知书${event.noticeNo}。理由：${event.reason}。`,
      };
    case 'concluded':
      return concludedWords(event.outcome);
    default:
      return null;
  }
}

function concludedWords(outcome: Extract<CaseEvent, { type: 'concluded' }>['outcome']): {
  title: string;
  body: string;
} {
  const basis = `${outcome.basis.title}${outcome.basis.article}`;
  switch (outcome.kind) {
    case 'granted':
      return { title: '已办好', body: '可以领取结果了。' };
    case 'refused':
      return { title: '没有批准', body: `理由：${outcome.reason}。依据：${basis}。您可以：${outcome.remedy}。` };
    case 'declined':
      return { title: '没有受理', body: `理由：${outcome.reason}。依据：${basis}。您可以：${outcome.remedy}。` };
    case 'withdrawn':
      return { title: '申请已结束', body: outcome.reason === '' ? '您已撤回申请。' : outcome.reason };
  }
}
