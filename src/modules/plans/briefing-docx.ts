import {
  AlignmentType,
  Document,
  HeadingLevel,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import { briefingOf, type BriefingView } from './briefing.ts';
import { lightColours, measureLights, type MeasureLight } from './rules/light.ts';

const song = 'SimSun';

/** The briefing as a Word file that people go on writing in. The chart is of coloured signs, one a measure: nothing to lose in WPS. */
export async function briefingDocx(view: BriefingView): Promise<Buffer> {
  const { title, head, paragraphs, legend, areas, trend, worst } = briefingOf(view);
  const document = new Document({
    title,
    creator: view.office,
    styles: { default: { document: { run: { font: { ascii: song, eastAsia: song }, size: 24 } } } },
    sections: [
      {
        children: [
          new Paragraph({ text: title, heading: HeadingLevel.TITLE, alignment: AlignmentType.CENTER }),
          new Paragraph({ text: head, alignment: AlignmentType.CENTER, spacing: { after: 240 } }),
          heading('一、总体情况'),
          ...paragraphs.map((text) => new Paragraph({ text, indent: { firstLine: 480 }, spacing: { line: 360 } })),
          heading('二、各领域的灯'),
          new Paragraph({
            children: legend.flatMap(({ light, name, count }) => [
              new TextRun({ text: '■', color: hex(light) }),
              new TextRun({ text: `${name}${count}　` }),
            ]),
          }),
          chart(areas.map(({ name, counts }) => ({ label: name, counts }))),
          heading('三、各月的灯'),
          chart(trend.map(({ month, counts }) => ({ label: month, counts }))),
          heading('四、滞后和临期的措施'),
          ...(worst.length === 0 ? [new Paragraph({ text: '没有滞后或临期的措施。' })] : []),
          ...worst.flatMap(({ head: name, light, lines }) => [
            new Paragraph({
              children: [new TextRun({ text: '■ ', color: hex(light) }), new TextRun({ text: name, bold: true })],
              spacing: { before: 120 },
              keepNext: true,
            }),
            ...lines.map((text) => new Paragraph({ text, indent: { left: 480 } })),
          ]),
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}

function heading(text: string): Paragraph {
  return new Paragraph({ text, heading: HeadingLevel.HEADING_1, spacing: { before: 240, after: 120 } });
}

function chart(rows: readonly { label: string; counts: BriefingView['counts'] }[]): Table {
  const cell = (children: TextRun[], width: number) =>
    new TableCell({ width: { size: width, type: WidthType.PERCENTAGE }, children: [new Paragraph({ children })] });
  return new Table({
    width: { size: 100, type: WidthType.PERCENTAGE },
    rows: rows.map(({ label, counts }) => {
      const shown = measureLights.filter((light) => counts[light] > 0);
      return new TableRow({
        cantSplit: true,
        children: [
          cell([new TextRun(label)], 28),
          cell(
            shown.map((light) => new TextRun({ text: '■'.repeat(counts[light]), color: hex(light), size: 16 })),
            52,
          ),
          cell(
            shown.map((light) => new TextRun({ text: `${counts[light]} `, color: hex(light), bold: true })),
            20,
          ),
        ],
      });
    }),
  });
}

function hex(light: MeasureLight): string {
  return lightColours[light].slice(1);
}
