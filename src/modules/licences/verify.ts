import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import type { FileVerdict } from '../../kernel/ofd/index.ts';
import { verifyCompact } from '../../kernel/seal/compact.ts';
import { readCertificate, type Certificate } from '../../kernel/sm/certificate.ts';
import { localDateOf, type LocalDate } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { currentList, knownRoots } from './authority.ts';
import { readCodeFacts } from './rules/code-facts.ts';
import { parseIdentifier } from './rules/identifier.ts';
import { decisiveChange, standingOn } from './rules/licence.ts';
import { standingCodes, standingNames } from './rules/transitions.ts';
import { loadCertificates } from './store/keys.ts';
import { licenceByIdentifier, loadLicence, type LicenceRow } from './store/licences.ts';
import { listedView } from './views.ts';

export interface VerifyStep {
  name: string;
  zh: string;
  outcome: 'passed' | 'failed' | 'unknown' | 'skipped';
  why: string;
}

type Verdict = 'valid' | 'invalid' | 'unknown';

/** Every step over a file, and the state of the licence in our own register as the last one. */
export async function verifyLicenceFile(tx: Tx, bytes: Uint8Array, extraRoots: readonly Certificate[] = []) {
  const { verifyOfd, verifyPdf } = await import('../../kernel/ofd/index.ts');
  const roots = [...(await knownRoots(tx)), ...extraRoots];
  const { list } = await currentList(tx);
  const trust = { roots, lists: [list], now: tx.now };
  const kind = kindOf(bytes);
  if (kind === 'unreadable') return unreadable('这不是 OFD 或 PDF 文件，也不是照片，或者文件已经损坏。');
  if (kind === 'photo') return verifyPhoto(tx, bytes);
  const found: FileVerdict = kind === 'ofd' ? verifyOfd(bytes, trust) : verifyPdf(bytes, trust);
  const identifier = found.document?.fields.identifier ?? found.document?.subject ?? '';
  // A file that nobody here can vouch for is told nothing about the licence it claims to be.
  const isVouched = found.verdict === 'valid' && identifier !== '';
  const row = isVouched ? await licenceByIdentifier(tx, identifier.trim().toUpperCase()) : null;
  const state = stateStep(tx, found, row, identifier);
  const steps = [...found.steps.map(({ name, zh, outcome, why }): VerifyStep => ({ name, zh, outcome, why })), state];
  return {
    ...concluded(steps, found.zh),
    kind,
    seals: found.seals.map((seal) => ({
      sealName: seal.sealName,
      signerName: seal.signerName,
      makerName: seal.makerName,
      signedAt: seal.signedAt,
      issuerKnown: seal.issuerKnown,
      outcome: seal.outcome,
    })),
    title: found.document?.title ?? '',
    register: row === null ? null : await registerView(tx, row, localDateOf(tx.now)),
  };
}

/** A code from the face: its signature, then the state in our register. */
export async function verifyLicenceCode(tx: Tx, text: string) {
  const keys = (await loadCertificates(tx, 'signer')).map((row) => ({
    row,
    certificate: readCertificate(row.certificate),
  }));
  const usable = keys.flatMap(({ certificate }) => (certificate.publicKey === null ? [] : [certificate.publicKey]));
  const verdict = verifyCompact(text.trim(), usable);
  const read = verdict.outcome === 'failed' ? null : readCodeFacts(verdict.facts);
  const step = (name: keyof typeof codeSteps, outcome: VerifyStep['outcome'], why = ''): VerifyStep => ({
    name,
    zh: codeSteps[name],
    outcome,
    why,
  });
  const isReadable =
    !(verdict.outcome === 'failed' && verdict.step === 'format') && (verdict.outcome === 'failed' || read !== null);
  const steps: VerifyStep[] = [
    isReadable ? step('format', 'passed') : step('format', 'failed', '这不是证照上的二维码，或者没有扫完整。'),
  ];
  if (!isReadable) {
    steps.push(step('signature', 'skipped'), step('key', 'skipped'), step('state', 'skipped'));
    return { ...concluded(steps, ''), register: null, facts: [] };
  }
  if (verdict.outcome === 'failed') {
    steps.push(
      step('signature', 'failed', '二维码的内容被改动过，或者是伪造的。'),
      step('key', 'skipped'),
      step('state', 'skipped'),
    );
    return { ...concluded(steps, ''), register: null, facts: [] };
  }
  const isKnown = verdict.outcome === 'passed';
  steps.push(
    isKnown ? step('signature', 'passed') : step('signature', 'unknown', '颁发机关的公钥这里没有，不能判断真假。'),
  );
  const own = isKnown
    ? keys.find(({ certificate }) => certificate.publicKey?.point.equals(verdict.key.point))
    : undefined;
  const isStolen = own?.row.revocationReason === 'keyCompromise';
  steps.push(
    own === undefined
      ? step('key', 'skipped')
      : isStolen
        ? step('key', 'failed', '签发这个二维码的密钥已报失窃，不能再相信。')
        : step('key', 'passed'),
  );
  const row = isKnown && read !== null ? await licenceByIdentifier(tx, read.identifier) : null;
  steps.push(row === null ? step('state', 'unknown', '本县的证照库里没有这份证照。') : standingStep(tx, row));
  return {
    ...concluded(steps, ''),
    register: row === null ? null : await registerView(tx, row, localDateOf(tx.now)),
    facts: read?.facts ?? [],
  };
}

/** The state on a day by the identifier. Throws LICENCE_IDENTIFIER_WRONG. */
export async function standingByIdentifier(tx: Tx, identifier: string, on: LocalDate) {
  const text = identifier.trim().toUpperCase();
  if (parseIdentifier(text) === null) throw new AppError('LICENCE_IDENTIFIER_WRONG');
  const row = await licenceByIdentifier(tx, text);
  return { register: row === null ? null : await registerView(tx, row, on), on };
}

const codeSteps = {
  format: '二维码可以读取',
  signature: '二维码由颁发机关签名，没有被改动',
  key: '签名的密钥可以相信',
  state: '证照现在的状态',
} as const;

async function registerView(tx: Tx, row: LicenceRow, on: LocalDate) {
  const { identifier, typeName, number, version, issuerName, holderLabel, issuedOn, validUntil, ...standing } =
    listedView(row, on, await unitDirectory(tx));
  const successor = row.state.successor === null ? null : await loadLicence(tx, row.state.successor);
  return {
    identifier,
    typeName,
    number,
    version,
    issuerName,
    holderLabel,
    issuedOn,
    validUntil,
    state: standing.state,
    stateName: standing.stateName,
    stateCode: standing.stateCode,
    since: decisiveChange(row.state, on)?.from ?? null,
    successor: successor?.state.identifier ?? null,
  };
}

function stateStep(tx: Tx, found: FileVerdict, row: LicenceRow | null, identifier: string): VerifyStep {
  if (found.verdict === 'invalid') return { name: 'state', zh: codeSteps.state, outcome: 'skipped', why: '' };
  if (row === null) {
    const why =
      parseIdentifier(identifier) === null
        ? '文件里没有电子证照标识，不是电子证照，或者由不写标识的机关颁发。'
        : '本县的证照库里没有这份证照，请向颁发机关核实现在的状态。';
    return { name: 'state', zh: codeSteps.state, outcome: 'unknown', why };
  }
  return standingStep(tx, row);
}

function standingStep(tx: Tx, row: LicenceRow): VerifyStep {
  const standing = standingOn(row.state, localDateOf(tx.now));
  const why = standing === 'valid' ? '' : `证照${standingNames[standing]}（${standingCodes[standing]}）。`;
  return { name: 'state', zh: codeSteps.state, outcome: standing === 'valid' ? 'passed' : 'failed', why };
}

function concluded(found: readonly VerifyStep[], fileWords: string) {
  // Reasons come from several hands; every one is a whole sentence here.
  const steps = found.map((step) => ({ ...step, why: step.why.replace(/(?<=[^。？！])$/u, '。') }));
  const decisive =
    steps.find(({ outcome }) => outcome === 'failed') ?? steps.find(({ outcome }) => outcome === 'unknown') ?? null;
  const verdict: Verdict = decisive === null ? 'valid' : decisive.outcome === 'failed' ? 'invalid' : 'unknown';
  const zh =
    decisive === null
      ? `核验通过，证照现在有效${fileWords === '' ? '' : `；${fileWords}`}。`
      : decisive.name === 'state'
        ? `${decisive.outcome === 'failed' ? '文件真实，但现在不能用：' : '文件真实，状态无法确认：'}${decisive.why}`
        : `${decisive.outcome === 'failed' ? '核验不通过' : '无法确认'}：“${decisive.zh}”这一步${decisive.outcome === 'failed' ? '不对' : '判断不了'}。${decisive.why}`;
  return { verdict, zh, steps, decisive };
}

function kindOf(bytes: Uint8Array): 'ofd' | 'pdf' | 'photo' | 'unreadable' {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  if (head.startsWith('PK')) return 'ofd';
  if (head.startsWith('\x89PNG') || head.startsWith('\xff\xd8\xff')) return 'photo';
  return head.includes('%PDF-') ? 'pdf' : 'unreadable';
}

/** A photo of a licence is worth what the code on it says. */
async function verifyPhoto(tx: Tx, bytes: Uint8Array) {
  const { readQrCodes } = await import('../../kernel/qr-picture.ts');
  const texts = await readQrCodes(bytes).catch(() => null);
  if (texts === null) return unreadable('这张照片打不开，或者太大。请重新拍一张。');
  const text = texts.find((one) => one.startsWith('YS1:'));
  if (text === undefined)
    return unreadable(
      texts.length === 0
        ? '照片上没有找到二维码。请对准证照上的二维码，拍清楚、拍完整。'
        : '照片上的二维码不是电子证照的二维码。',
    );
  const { facts, ...verdict } = await verifyLicenceCode(tx, text);
  const title = facts.map(({ value }) => value).slice(0, 2);
  return { ...verdict, kind: 'photo' as const, seals: [], title: title.join(' ') };
}

function unreadable(why: string) {
  const step: VerifyStep = { name: 'format', zh: '文件可以读取，格式符合标准', outcome: 'failed', why };
  return { ...concluded([step], ''), kind: 'unreadable' as const, seals: [], title: '', register: null };
}
