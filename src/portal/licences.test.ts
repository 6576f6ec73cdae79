import { deflateSync, crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPlatform, trialPassword, type TestPlatform } from '../../test/support/platform.ts';
import { qrModules } from '../kernel/ofd/index.ts';
import { cases } from '../modules/cases/index.ts';
import { catalogue } from '../modules/catalogue/index.ts';
import { licences } from '../modules/licences/index.ts';
import * as contract from '../modules/licences/contract.ts';
import { org } from '../modules/org/index.ts';
import { tasks } from '../modules/tasks/index.ts';
import { portal } from './index.ts';
import { createVisitor, type Visitor } from './test-visitor.ts';

let platform: TestPlatform;
let visitor: Visitor;
let licenceId: string;

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks, catalogue, licences, cases, portal] });
  const bureau = await platform.signIn('officer-approval-bureau');
  ({ licenceId } = await bureau(contract.enterLicence, {
    typeId: 'food-business-licence',
    issuerId: 'approval-bureau',
    holder: { kind: 'firm', name: '麟游县御泉餐饮有限公司', number: '91610329MA6X000167' },
    values: {
      representative: '赵文斌',
      address: '麟游县九成宫镇东大街 18 号',
      premisesAddress: '东大街 18 号',
      form: '餐饮服务经营者',
      items: '热食类食品制售',
    },
    reason: '补录',
  }));
  visitor = createVisitor(platform);
  await visitor.submit(await visitor.open('/sign-in'), '/sign-in', { loginName: 'firm', password: trialPassword });
});
afterAll(() => platform.stop());

it('证照包里有我的证照、照面、二维码和下载；副本写明给谁做什么用', async () => {
  const wallet = await visitor.open('/my/licences');
  expect(wallet.text).toContain('食品经营许可证');
  const page = await visitor.open(`/my/licences/${licenceId}`);
  for (const words of ['出示二维码', '麟游县御泉餐饮有限公司', 'OFD 文件', '补录']) expect(page.text).toContain(words);
  expect(page.html).toContain('src="data:image/svg+xml,');
  const unsaid = await visitor.submit(page, '/copies', { recipient: '', purpose: '' });
  expect([unsaid.status, unsaid.html.includes('href="#f-recipient"')]).toEqual([400, true]);
  const copy = await visitor.submit(page, '/copies', { recipient: '麟游县信用社', purpose: '办理贷款' });
  expect(copy.headers['content-type']).toBe('application/pdf');
  expect((await visitor.open('/my/licences/accesses')).text).toContain('给麟游县信用社：办理贷款');
});

it('有单位申请用我的证照，我看得到做什么用，同意以后还能撤回', async () => {
  const asker = await platform.signIn('officer-natural-resources');
  const { useId } = await asker(contract.askUse, {
    licenceId,
    purpose: '办理户外广告设置审批',
    ground: 'consent',
    scope: 'answer',
  });
  expect((await visitor.open('/my/licences')).text).toContain('有 1 个单位想用您的证照');
  const page = await visitor.open('/my/licences/uses');
  expect(page.text).toContain('办理户外广告设置审批');
  const allowed = await visitor.submit(page, '/my/licences/uses', { useId, action: 'allow' });
  expect(allowed.text).toContain('可以用');
  const withdrawn = await visitor.submit(allowed, '/my/licences/uses', { useId, action: 'withdraw' });
  expect(withdrawn.text).toContain('持证人撤回了同意');
});

it('谁都能核验：拍的二维码、证照文件、标识；改过的、不是证照的说清楚', async () => {
  const anyone = createVisitor(platform);
  const bureau = await platform.signIn('officer-approval-bureau');
  const licence = await bureau(contract.readLicence, { licenceId });
  const page = await anyone.open('/verify');
  const check = async (name: string, content: Uint8Array) => anyone.upload(page, '/verify/file', [{ name, content }]);
  expect((await check('photo.png', photoOf(licence.code.text))).text).toContain('核验通过，证照现在有效。');
  expect((await check('photo.png', photoOf('https://example.invalid/'))).text).toContain('不是电子证照的二维码');
  const file = await platform.http.inject({
    url: licence.files[0]?.href ?? '',
    headers: { cookie: await platform.cookieOf('firm') },
  });
  const whole = await check('证照.ofd', file.rawPayload);
  for (const words of ['核验通过', '文件上的章', '登记的情况']) expect(whole.text).toContain(words);
  const cut = await check('证照.ofd', file.rawPayload.subarray(0, file.rawPayload.length - 40));
  expect(cut.text).not.toContain('核验通过');
  expect((await check('a.txt', Buffer.from('你好'))).text).toContain('这不是 OFD 或 PDF 文件');
  expect((await check('', Buffer.alloc(0))).text).toContain('请先拍照或者选一个文件');
  const code = await anyone.submit(page, '/verify/code', { text: licence.code.text });
  expect(code.text).toContain('核验通过');
  const standing = await anyone.open(`/verify/licence?identifier=${licence.identifier}`);
  expect(standing.text).toContain(licence.number);
  expect((await anyone.open('/verify/licence?identifier=1.2.3')).text).toContain('这不是电子证照标识');
  expect((await anyone.open('/my/licences')).path).toContain('/sign-in');
});

/** A picture of the code, black on white. */
function photoOf(text: string): Buffer {
  const modules = qrModules(text);
  const scale = 5;
  const side = (modules.length + 8) * scale;
  const rows = Buffer.alloc((side + 1) * side, 255);
  for (let y = 0; y < side; y++) {
    rows[y * (side + 1)] = 0;
    for (let x = 0; x < side; x++) {
      if (modules[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4] === true) rows[y * (side + 1) + 1 + x] = 0;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const chunk = (name: string, body: Buffer) => {
    const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
    const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(body.length);
    check.writeUInt32BE(crc32(named) >>> 0);
    return Buffer.concat([size, named, check]);
  };
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
