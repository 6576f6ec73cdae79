import type { Subscriber, Tx } from '../../kernel/module.ts';
import { tellApplicant } from '../cases/index.ts';
import { openContact } from './opening.ts';
import { loadSubject, type SubjectRow } from './store/subjects.ts';

/** The rater hears of two turns, each with the link that answers it in one tap. A repeated delivery sends nothing new. */
export const tellingSubscriber: Subscriber = {
  name: 'ratings.tellRater',
  topic: 'rating.turned',
  async handle(tx, payload, { id }) {
    const { subjectId, turn } = payload as { subjectId: string; turn: 'opened' | 'revisit' };
    const row = await loadSubject(tx, { id: subjectId });
    if (row === null) return;
    const words = wordsFor(row, turn);
    if (words !== null) await tell(tx, id, row, words);
  },
};

function wordsFor(row: SubjectRow, turn: 'opened' | 'revisit'): { title: string; text: string } | null {
  // Who asked to stay unnamed is not written to about it, and what was answered meanwhile is not asked again.
  switch (turn) {
    case 'opened':
      return row.status === 'open' ? { title: `请评价：${row.itemName}`, text: '办得满意不满意，点一下就行' } : null;
    case 'revisit':
      return row.status === 'revisit' && !row.anonymous
        ? { title: `请回访：${row.itemName}`, text: '您的差评单位已经答复，改得满意不满意，请您说' }
        : null;
  }
}

async function tell(
  tx: Tx,
  id: string,
  row: SubjectRow,
  { title, text }: { title: string; text: string },
): Promise<void> {
  const link = `${tx.services.publicUrl}/rate/${row.code}`;
  if (row.holderAccount !== null) {
    await tellApplicant(tx, { id, accountId: row.holderAccount, title, body: `${text}：${link}` });
    return;
  }
  if (row.contact === null) return;
  const to = openContact(tx, row.contact);
  await tx.services.messenger.send({ key: `${id}:sms`, channel: 'sms', to, title, text: `${title}。${text}：${link}` });
}
