import { AlignmentType, Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow, WidthType } from 'docx';
import { chineseDate, localDateOf } from '../../kernel/time.ts';
import type { Briefing } from './analysis.ts';

const song = 'SimSun';

/** The weekly briefing as a Word file that people go on writing in. */
export function briefingDocx(briefing: Briefing): Promise<Buffer> {
  const { title, office, from, to, paragraphs, classes, topics, units, causes, late } = briefing;
  const document = new Document({
    title,
    creator: office,
    styles: { default: { document: { run: { font: { ascii: song, eastAsia: song }, size: 24 } } } },
    sections: [
      {
        children: [
          new Paragraph({ text: title, heading: HeadingLevel.TITLE, alignment: AlignmentType.CENTER }),
          new Paragraph({
            text: `${office}　${chineseDate(from)}至${chineseDate(to)}`,
            alignment: AlignmentType.CENTER,
            spacing: { after: 240 },
          }),
          heading('一、总体情况'),
          ...paragraphs.map((text) => new Paragraph({ text, indent: { firstLine: 480 }, spacing: { line: 360 } })),
          table(
            ['类别', '本周', '前一周'],
            classes.map((one) => [one.name, String(one.count), String(one.before)]),
          ),
          heading('二、热点和突然增多'),
          table(
            ['事由', '地方', '本周', '平常一周', '说明'],
            topics.map((one) => [
              one.topic,
              one.townName,
              String(one.count),
              String(Math.round(one.usual * 10) / 10),
              one.why,
            ]),
          ),
          heading('三、各单位三率'),
          table(
            ['单位', '件数', '响应率', '解决率', '满意率'],
            units.map((one) => [one.unitName, String(one.total), one.response, one.solution, one.satisfaction]),
          ),
          heading('四、问题根源'),
          table(
            ['根源', '具体内容', '谁能改', '件数'],
            causes.map((one) => [one.kindName, one.subject, one.ownerName, String(one.tickets)]),
          ),
          heading('五、超期没有办结'),
          table(
            ['工单号', '诉求', '主办单位', '应办结'],
            late.map((one) => [one.no, one.title, one.unitName, chineseDate(localDateOf(one.dueAt))]),
          ),
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}

function heading(text: string): Paragraph {
  return new Paragraph({ text, heading: HeadingLevel.HEADING_1, spacing: { before: 240, after: 120 } });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): Table | Paragraph {
  if (rows.length === 0) return new Paragraph({ text: '没有。' });
  const line = (cells: readonly string[]) =>
    new TableRow({
      cantSplit: true,
      children: cells.map((text) => new TableCell({ children: [new Paragraph({ text })] })),
    });
  return new Table({ width: { size: 100, type: WidthType.PERCENTAGE }, rows: [line(head), ...rows.map(line)] });
}
