import { afterAll, beforeAll, expect, test } from 'vitest';
import { openingAnswers } from '../../../test/support/opening.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { httpMessenger, type Message } from '../../kernel/messenger.ts';
import * as contract from './contract.ts';

let platform: TestPlatform;
const sent: Message[] = [];

beforeAll(async () => {
  platform = await startTestPlatform({ messenger: { send: async (message) => void sent.push(message) } });
});
afterAll(() => platform?.stop());

async function fileAs(loginName: string, onBehalfOf?: { name: string; phone: string }): Promise<Message[]> {
  const caller = await platform.signIn(loginName);
  const service = { kind: 'bundle', id: 'enterprise-opening' } as const;
  const started = await caller(
    contract.startApplication,
    onBehalfOf === undefined ? { service } : { service, onBehalfOf },
  );
  const answers = { ...openingAnswers, contactEmail: 'zhang@example.com', contactPhone: '13900139000' };
  await caller(contract.saveDraft, { applicationId: started.id, revision: started.revision, answers });
  sent.length = 0;
  await caller(contract.fileApplication, { applicationId: started.id });
  await platform.drain();
  return [...sent];
}

test('提交后短信发给本人，邮件发到填写的邮箱', async () => {
  const messages = await fileAs('applicant');
  expect(messages.map((one) => one.channel)).toEqual(['sms', 'email']);
  expect(messages[1]).toMatchObject({ to: 'zhang@example.com', title: '企业开办一件事：申请已提交' });
  expect(new Set(messages.map((one) => one.key)).size).toBe(2);
});

test('窗口代收的申请，通知发给来办事的人，不发给窗口人员', async () => {
  const messages = await fileAs('clerk', { name: '张秀兰', phone: '13900139000' });
  expect(messages.find((one) => one.channel === 'sms')?.to).toBe('13900139000');
});

test('消息网关没有收下就报错，由发件箱过一会儿再发', async () => {
  const gateway = httpMessenger('http://gateway.test/send', async () => new Response(null, { status: 502 }));
  const message: Message = { key: 'k', channel: 'sms', to: '13800138000', title: '', text: '' };
  await expect(gateway.send(message)).rejects.toThrow('502');
});
