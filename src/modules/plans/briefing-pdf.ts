import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { instantAt } from '../../kernel/time.ts';
import { briefingOf, type Briefing, type BriefingView } from './briefing.ts';
import { lightColours, measureLights } from './rules/light.ts';

const require = createRequire(import.meta.url);
const margin = 56;
const width = 595.28 - 2 * margin;
const bottom = 841.89 - margin;

/** The briefing for print: real text with an embedded subset of the font, charts drawn as vectors. */
export async function briefingPdf(view: BriefingView): Promise<Buffer> {
  const words = briefingOf(view);
  const made = new Date(instantAt(view.on, '12:00'));
  const pdf = new PDFDocument({
    size: 'A4',
    margin,
    lang: 'zh-CN',
    info: { Title: words.title, Author: view.office, CreationDate: made, ModDate: made },
  });
  const parts: Buffer[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    pdf.on('data', (part: Buffer) => parts.push(part));
    pdf.on('end', resolve);
    pdf.on('error', reject);
  });
  pdf.registerFont('song', require.resolve('@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf'));
  pdf.registerFont('bold', require.resolve('@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf'));
  write(pdf, words);
  pdf.end();
  await finished;
  return Buffer.concat(parts);
}

function write(pdf: PDFKit.PDFDocument, words: Briefing): void {
  pdf.font('bold').fontSize(18).fillColor('#000000').text(words.title, { align: 'center' });
  pdf.moveDown(0.5).font('song').fontSize(10.5).text(words.head, { align: 'center' }).moveDown();
  heading(pdf, '一、总体情况');
  for (const text of words.paragraphs) pdf.text(`　　${text}`, { lineGap: 4 });
  heading(pdf, '二、各领域的灯');
  legend(pdf, words);
  bars(
    pdf,
    words.areas.map((area) => ({ ...area, label: area.name })),
  );
  heading(pdf, '三、各月的灯');
  bars(
    pdf,
    words.trend.map((one) => ({ ...one, label: one.month })),
  );
  heading(pdf, '四、滞后和临期的措施');
  if (words.worst.length === 0) pdf.text('没有滞后或临期的措施。');
  for (const { head, light, lines } of words.worst) {
    room(pdf, 36);
    pdf.rect(margin, pdf.y + 4, 7, 7).fill(lightColours[light]);
    pdf
      .fillColor('#000000')
      .font('bold')
      .text(head, margin + 14, pdf.y, { width: width - 14 });
    pdf.font('song');
    for (const line of lines) pdf.text(line, margin + 14, pdf.y, { width: width - 14, lineGap: 2 });
    pdf.moveDown(0.4);
  }
  pdf.x = margin;
}

function heading(pdf: PDFKit.PDFDocument, text: string): void {
  room(pdf, 60);
  pdf.x = margin;
  pdf.moveDown(0.8).font('bold').fontSize(13).fillColor('#000000').text(text).moveDown(0.3);
  pdf.font('song').fontSize(10.5);
}

function legend(pdf: PDFKit.PDFDocument, { legend: entries }: Briefing): void {
  const y = pdf.y;
  entries.forEach(({ light, name, count }, index) => {
    const x = margin + (index * width) / entries.length;
    pdf.rect(x, y + 4, 7, 7).fill(lightColours[light]);
    pdf
      .fillColor('#000000')
      .fontSize(9)
      .text(`${name}${count}`, x + 10, y, { lineBreak: false });
  });
  pdf.x = margin;
  pdf.y = y + 20;
}

/** One bar a row, as long as its share of the longest; the numbers stand behind it. */
function bars(
  pdf: PDFKit.PDFDocument,
  rows: readonly { label: string; counts: BriefingView['counts']; total: number }[],
): void {
  const longest = Math.max(1, ...rows.map((row) => row.total));
  const [labelWidth, barWidth] = [150, width - 150 - 40];
  for (const { label, counts, total } of rows) {
    room(pdf, 18);
    const y = pdf.y;
    pdf
      .fillColor('#000000')
      .fontSize(9)
      .text(label, margin, y, { width: labelWidth - 6, height: 14, ellipsis: true });
    let x = margin + labelWidth;
    for (const light of measureLights) {
      const length = (counts[light] / longest) * barWidth;
      if (length > 0) pdf.rect(x, y + 2, length, 10).fill(lightColours[light]);
      x += length;
    }
    pdf.fillColor('#000000').text(String(total), x + 4, y, { lineBreak: false });
    pdf.x = margin;
    pdf.y = y + 16;
  }
  pdf.fontSize(10.5);
}

function room(pdf: PDFKit.PDFDocument, height: number): void {
  if (pdf.y + height > bottom) pdf.addPage();
}
