import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readPemCertificates, type Certificate } from '../kernel/sm/certificate.ts';
import { verifyLicenceFile } from '../modules/licences/index.ts';
import { withPlatform } from './with-platform.ts';

/** `licence verify FILE`: exit 0 when it is valid, 1 when it is not, 3 when nobody here can say. */
export async function licence(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { root: { type: 'string', multiple: true, default: [] }, json: { type: 'boolean', default: false } },
  });
  const [verb, path] = positionals;
  if (verb !== 'verify' || path === undefined || positionals.length > 2) {
    process.stderr.write('用法：licence verify 文件 [--root 根证书.pem]… [--json]\n');
    return 2;
  }
  const [bytes, roots] = [await readFile(path), await rootsFrom(values.root)];
  if (roots === null) {
    process.stderr.write('--root 给的文件里没有证书，应当是 PEM 格式。\n');
    return 2;
  }
  const found = await withPlatform((platform) =>
    platform.runner.asSystem('licence.verify', 'job', (tx) => verifyLicenceFile(tx, bytes, roots)),
  );
  if (values.json) process.stdout.write(`${JSON.stringify(found)}\n`);
  else process.stdout.write(`${inWords(found)}\n`);
  return { valid: 0, invalid: 1, unknown: 3 }[found.verdict];
}

async function rootsFrom(paths: readonly string[]): Promise<Certificate[] | null> {
  const found: Certificate[] = [];
  for (const path of paths) {
    const roots = readPemCertificates(await readFile(path, 'utf8'));
    if (roots.length === 0) return null;
    found.push(...roots);
  }
  return found;
}

type Found = Awaited<ReturnType<typeof verifyLicenceFile>>;

const marks = { passed: '✔', failed: '✘', unknown: '？', skipped: '－' } as const;

function inWords({ zh, steps, seals, register }: Found): string {
  return [
    zh,
    '',
    ...steps.map((step) => `${marks[step.outcome]} ${step.zh}${step.why === '' ? '' : `：${step.why}`}`),
    ...seals.map(
      (seal) =>
        `印章：${seal.sealName}，盖章人 ${seal.signerName}，制章人 ${seal.makerName}${seal.issuerKnown ? '' : '（发证机构不在本平台的信任名单里）'}`,
    ),
    ...(register === null
      ? []
      : [`证照库：${register.typeName} ${register.number}，${register.holderLabel}，${register.stateName}`]),
  ].join('\n');
}
