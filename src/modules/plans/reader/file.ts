import { readPlan } from './read-plan.ts';
import type { KnownNames, PlanReading, WarningReading } from './types.ts';

/** The file holds no text document at all; the message says in Chinese what it is and what to do. */
export class NotADocument extends Error {}

export interface PlanFile {
  /** The text the spans refer to. */
  text: string;
  format: 'txt' | 'docx' | 'pdf' | 'html';
  /** What could not be taken out of the file, with the place. */
  warnings: string[];
}

/** A file as it was uploaded → the reading and the text its spans refer to. Throws NotADocument for what is none. */
export async function readPlanFile(
  bytes: Uint8Array,
  name: string,
  known?: KnownNames,
): Promise<PlanReading & { source: PlanFile }> {
  const source = await textOfFile(bytes, name);
  const reading = readPlan(source.text, known);
  if (source.warnings.length === 0 && !isOfficial(reading, source.text))
    throw new NotADocument(
      /[\u4e00-\u9fff]/.test(source.text)
        ? `“${name}”不像方案、计划、措施一类的公文：没有读到任务、责任单位，也没有公文用语。`
        : `“${name}”里没有中文，不是可以读取的公文。`,
    );
  const warnings: WarningReading[] = source.warnings.map((message) => ({
    code: 'file-part-unread',
    message,
    line: 1,
    span: { from: 0, to: 0 },
  }));
  return { ...reading, warnings: [...warnings, ...reading.warnings], source };
}

/** Somebody is named, or there is a document number, or it speaks as such documents do. A letter and a shopping list are none. */
function isOfficial(reading: PlanReading, text: string): boolean {
  const named = [...reading.measures, ...reading.keyTasks].some(({ attributions }) =>
    attributions.some(({ lead, co, collective }) => lead.length + co.length + collective.length > 0),
  );
  if (named || reading.document.documentNo !== null) return true;
  const words = new Set([...text.slice(0, 20_000).matchAll(officialWords)].map(([word]) => word)).size;
  return words >= (reading.document.title === null ? 4 : 3);
}

const officialWords =
  /工作|部门|单位|推进|落实|实施|优化|完善|加强|建立|机制|服务|企业|政府|审批|监管|责任|任务|措施|方案|改革|办理|营商|政务|行政|管理|组织|提升|规范|要求|制定|开展|全面|深化|健全|印发|通知|领导|指导|建设|发展|保障|清单|指标|牵头/g;

/** Goes by what the bytes are, not by what the name says. */
export async function textOfFile(bytes: Uint8Array, name: string): Promise<PlanFile> {
  if (bytes.length === 0) throw new NotADocument(`“${name}”是空文件，没有内容可读。`);
  if (startsWith(bytes, [0x25, 0x50, 0x44, 0x46])) {
    const { readPdf } = await import('./pdf.ts');
    return { format: 'pdf', ...(await readPdf(bytes, name)) };
  }
  if (startsWith(bytes, [0x50, 0x4b])) {
    const { readDocx } = await import('./docx.ts');
    return { format: 'docx', ...(await readDocx(bytes, name)) };
  }
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0]))
    throw new NotADocument(`“${name}”是旧版 Word 或 WPS 文件，请用 Word 或 WPS 另存为 .docx 后再读。`);
  for (const [mark, kind] of pictures)
    if (startsWith(bytes, mark))
      throw new NotADocument(`“${name}”是${kind}，没有文字可读。请先用文字识别软件转成文本，或找原来的 Word 文件。`);
  const text = decode(bytes, name);
  if (text.replaceAll(/[\s\u200b\ufeff]/g, '') === '') throw new NotADocument(`“${name}”里只有空白，没有内容可读。`);
  if (/^\s*\{\\rtf/.test(text)) throw new NotADocument(`“${name}”是 RTF 文件，请另存为 .docx 后再读。`);
  if (/^\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<html)/i.test(text))
    return { format: 'html', text: plainText(text), warnings: [] };
  return { format: 'txt', text, warnings: [] };
}

const pictures: [number[], string][] = [
  [[0x89, 0x50, 0x4e, 0x47], '图片'],
  [[0xff, 0xd8, 0xff], '图片'],
  [[0x47, 0x49, 0x46, 0x38], '图片'],
  [[0x42, 0x4d], '图片'],
  [[0x49, 0x49, 0x2a, 0x00], '扫描图片'],
  [[0x4d, 0x4d, 0x00, 0x2a], '扫描图片'],
  [[0x1f, 0x8b], '压缩文件'],
  [[0x52, 0x61, 0x72, 0x21], '压缩文件'],
  [[0x37, 0x7a, 0xbc, 0xaf], '压缩文件'],
  [[0x7f, 0x45, 0x4c, 0x46], '程序文件'],
  [[0x4d, 0x5a], '程序文件'],
];

const startsWith = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, index) => bytes[index] === byte);

/** UTF-8, UTF-16 with a mark, or GB18030; what decodes to rubbish in all of them is no text. */
function decode(bytes: Uint8Array, name: string): string {
  if (startsWith(bytes, [0xff, 0xfe])) return checked(new TextDecoder('utf-16le').decode(bytes), name);
  if (startsWith(bytes, [0xfe, 0xff])) return checked(new TextDecoder('utf-16be').decode(bytes), name);
  if (!bytes.includes(0)) {
    try {
      return checked(new TextDecoder('utf-8', { fatal: true }).decode(bytes), name);
    } catch (error) {
      if (error instanceof NotADocument) throw error;
    }
    try {
      return checked(new TextDecoder('gb18030', { fatal: true }).decode(bytes), name);
    } catch (error) {
      if (error instanceof NotADocument) throw error;
    }
    // A few bytes spoilt in a long text do not make it rubbish.
    const candidates = ['utf-8', 'gb18030'].map((encoding) => new TextDecoder(encoding).decode(bytes));
    const [best] = candidates.sort((a, b) => spoilt(a) - spoilt(b));
    if (best !== undefined && spoilt(best) < 0.02) return checked(best, name);
  }
  // UTF-16 without its mark: mostly Chinese characters one way round.
  if (bytes.length % 2 === 0)
    for (const encoding of ['utf-16le', 'utf-16be']) {
      const text = new TextDecoder(encoding).decode(bytes);
      const han = text.slice(0, 20_000).match(/[\u4e00-\u9fff，。、（）：；\s\d]/g)?.length ?? 0;
      if (han > Math.min(text.length, 20_000) * 0.8) return checked(text, name);
    }
  throw new NotADocument(`“${name}”不是文字文件，读不出内容。能读的格式：.txt、.docx、带文字层的 .pdf。`);
}

const spoilt = (text: string): number => (text.match(/[\ufffd]/g)?.length ?? 0) / Math.max(1, text.length);

/** Control characters, or characters Chinese text never has, in number: binary that happens to decode. */
function checked(text: string, name: string): string {
  const sample = text.slice(0, 20_000);
  const strange = sample.match(/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ue000-\uf8ff\ufffd]/g)?.length ?? 0;
  if (strange > Math.max(3, sample.length * 0.02))
    throw new NotADocument(`“${name}”不是文字文件，读不出内容。能读的格式：.txt、.docx、带文字层的 .pdf。`);
  return text;
}

/** A saved web page: paragraphs and cells, nothing else. */
function plainText(html: string): string {
  return html
    .replaceAll(/<(script|style|head|noscript)\b[\s\S]*?<\/\1>/gi, '')
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/[\r\n]+/g, '')
    .replaceAll(/<\/t[dh]>\s*<t[dh]\b[^>]*>/gi, '\t')
    .replaceAll(/<table\b[^>]*>|<\/table>|<\/tr>|<\/h\d>|<\/div>|<\/li>/gi, '\n')
    .replaceAll(/<\/p>\s*(?=<\/t[dh]>)/gi, '')
    .replaceAll(/<\/p>|<br\s*\/?>/gi, '\n')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&ldquo;', '“')
    .replaceAll('&rdquo;', '”')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&amp;', '&');
}
