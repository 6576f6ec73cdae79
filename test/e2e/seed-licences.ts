import writeXlsxFile from 'write-excel-file/node';
import * as cases from '../../src/modules/cases/contract.ts';
import * as contract from '../../src/modules/licences/contract.ts';
import { png } from '../../src/simulation/papers.ts';
import { fileService } from '../support/applying.ts';
import type { TestPlatform } from '../support/platform.ts';

/** Licences and what is around them, brought about as people bring them about. */
export interface LicenceSeed {
  licence: string;
  /** Asked with the holder's consent, allowed, fetched once. */
  use: string;
  /** Asked for, not released yet; and one that has sealed. */
  requestedSeal: string;
  seal: string;
  /** Typed from a list by the clerk, with a scan, waiting for a second person. */
  paper: string;
  /** A type whose next version is being written. */
  type: string;
  /** Everything but the decision is done. */
  grantableCase: string;
  /** A material of it is proved by a licence. */
  relyingCase: string;
}

export const foodValues = {
  representative: '赵文斌',
  address: '麟游县九成宫镇东大街 18 号',
  premisesAddress: '麟游县九成宫镇东大街 18 号',
  form: '餐饮服务经营者',
  items: '热食类食品制售',
};

export async function seedLicences(platform: TestPlatform): Promise<LicenceSeed> {
  const bureau = await platform.signIn('officer-approval-bureau');
  const asker = await platform.signIn('officer-natural-resources');
  const firm = await platform.signIn('firm');
  const { licenceId } = await bureau(contract.enterLicence, {
    typeId: 'food-business-licence',
    issuerId: 'approval-bureau',
    holder: firmHolder,
    values: foodValues,
    reason: '系统上线前已发的纸质证，补录电子证照',
  });
  const { useId } = await asker(contract.askUse, {
    licenceId,
    purpose: '办理户外广告设置审批',
    ground: 'consent',
    scope: 'fields',
    fields: ['premisesAddress'],
  });
  await firm(contract.decideUseOfMine, { useId, action: 'allow' });
  await asker(contract.fetchUse, { useId });
  const transport = await platform.signIn('officer-transport');
  const { sealId } = await transport(contract.requestSeal, {
    unitId: 'transport',
    kind: 'official',
    reason: '交通运输局颁发道路运输证照要用',
  });
  const { seal } = await bureau(contract.readLicence, { licenceId });
  return {
    licence: licenceId,
    use: useId,
    requestedSeal: sealId,
    seal: seal.sealId,
    paper: await paperWaiting(platform),
    type: await typeInWork(platform),
    grantableCase: await caseToGrant(platform),
    relyingCase: await caseRelying(platform),
  };
}

async function paperWaiting(platform: TestPlatform): Promise<string> {
  const clerk = await platform.signIn('clerk');
  const document = new File([new Uint8Array(await paperSheet())], '存量食品证.xlsx');
  const wanted = { document, typeId: 'food-business-licence', issuerId: 'approval-bureau', apply: true };
  await clerk(contract.importPapers, wanted as never);
  const { papers } = await clerk(contract.listPapers, {});
  const paperId = papers[0]?.paperId ?? '';
  const scan = new File([new Uint8Array(png(0x558844))], '正面.png', { type: 'image/png' });
  await clerk(contract.addScan, { paperId, document: scan } as never);
  return paperId;
}

/** One row that is right and one whose day does not exist. */
export async function paperSheet(): Promise<Buffer> {
  const heads = ['证照编号', '持证人', '持证人代码', '颁发日期'];
  const fields = ['法定代表人（负责人）', '住所', '经营场所', '主体业态', '经营项目'];
  const own = ['李桂芳', '麟游县两亭镇街道', '麟游县两亭镇街道', '餐饮服务经营者', '热食类食品制售'];
  const rows = [
    [...heads, ...fields],
    ['JY26103290000011', '麟游县两亭桂芳饭馆', '92610329MA6XABCD5E', '2023-03-18', ...own],
    ['JY26103290000012', '麟游县两亭桂芳饭馆', '92610329MA6XABCD5E', '2023-02-30', ...own],
  ];
  const cells = rows.map((row) => row.map((value) => ({ value, type: String })));
  return writeXlsxFile([{ data: cells as never, sheet: '存量' }]).toBuffer();
}

async function typeInWork(platform: TestPlatform): Promise<string> {
  const administrator = await platform.signIn('administrator');
  const id = 'drainage-permit';
  const { definition } = await administrator(contract.readType, { id });
  const draft = { ...definition, summary: '' };
  await administrator(contract.saveType, { id, definition: draft, note: '改了说明', baseDigest: '' });
  return id;
}

/** A change of a firm that registered before the platform was there: its licence lacks what the form does not ask. */
async function caseToGrant(platform: TestPlatform): Promise<string> {
  const { caseId } = await fileService(platform, await platform.signIn('applicant'), 'enterprise-change');
  const bureau = await platform.signIn('officer-approval-bureau');
  await bureau(cases.acceptCase, { caseId });
  const { progress } = await bureau(cases.readCase, { caseId });
  for (const { id, status, kind } of progress.steps)
    if (status === 'open' && kind === 'review')
      await bureau(cases.finishStep, { caseId, stepId: id, opinion: 'agree', note: '同意' });
  return caseId;
}

/** The firm's business licence is here already, so the case does not ask for it. */
async function caseRelying(platform: TestPlatform): Promise<string> {
  const bureau = await platform.signIn('officer-approval-bureau');
  await bureau(contract.enterLicence, {
    typeId: 'business-licence',
    issuerId: 'approval-bureau',
    holder: firmHolder,
    values: businessValues,
    reason: '系统上线前已发的营业执照',
  });
  const answers = { uscc: firmHolder.number, enterpriseName: firmHolder.name };
  const firm = await platform.signIn('firm');
  return (await fileService(platform, firm, 'public-place-hygiene', { answers })).caseId;
}

const firmHolder = { kind: 'firm' as const, name: '麟游县御泉餐饮有限公司', number: '91610329MA6X000167' };
const businessValues = {
  uscc: firmHolder.number,
  kind: '有限责任公司',
  representative: '赵文斌',
  establishedOn: '2020-06-01',
  address: foodValues.address,
  scope: '餐饮服务',
};
