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
import { briefingOf, type Briefing, type BriefingView } from './briefing.ts';
import { chartMark, withCharts, type StackedBars } from './briefing-chart.ts';
import { lightColours, measureLightNames, measureLights, type MeasureLight } from './rules/light.ts';

const song = 'SimSun';

/** The briefing as a Word file that people go on writing in: its charts are Word's own, the numbers stand below as a table. */
export async function briefingDocx(view: BriefingView): Promise<Buffer> {
  const words = briefingOf(view);
  const { title, head, paragraphs, areas, trend, worst } = words;
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
          new Paragraph(chartMark(0)),
          numbers(
            ['领域', '牵头'],
            areas.map(({ name, who, counts }) => ({ cells: [name, who.replace(/^牵头：/, '')], counts })),
          ),
          heading('三、各月的灯'),
          new Paragraph(chartMark(1)),
          numbers(
            ['月末'],
            trend.map(({ month, counts }) => ({ cells: [month], counts })),
          ),
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
  return withCharts(await Packer.toBuffer(document), chartsOf(words));
}

function chartsOf({ areas, trend }: Briefing): StackedBars[] {
  return [
    {
      ...bars(areas.map(({ name, counts }) => ({ label: name, counts }))),
      lying: true,
      description: '各领域各种灯的措施数，和下面的表一样',
      heightInCentimetres: Math.min(22, 2.5 + areas.length * 0.75),
    },
    {
      ...bars(trend.map(({ month, counts }) => ({ label: month, counts }))),
      lying: false,
      description: '各月末各种灯的措施数，和下面的表一样',
      heightInCentimetres: 8,
    },
  ];
}

/** A bar is stacked from the worst light on; lights that nobody has are not in the key. */
function bars(rows: readonly { label: string; counts: BriefingView['counts'] }[]) {
  return {
    labels: rows.map(({ label }) => label),
    series: measureLights
      .filter((light) => rows.some(({ counts }) => counts[light] > 0))
      .map((light) => ({
        name: measureLightNames[light],
        colour: hex(light),
        values: rows.map(({ counts }) => counts[light]),
      })),
  };
}

function heading(text: string): Paragraph {
  return new Paragraph({ text, heading: HeadingLevel.HEADING_1, spacing: { before: 240, after: 120 }, keepNext: true });
}

function numbers(
  heads: readonly string[],
  rows: readonly { cells: readonly string[]; counts: BriefingView['counts'] }[],
): Table {
  const cell = (text: string, options: { colour?: string; bold?: boolean; number?: boolean } = {}) =>
    new TableCell({
      margins: { left: 60, right: 60 },
      children: [
        new Paragraph({
          alignment: options.number === true ? AlignmentType.RIGHT : AlignmentType.LEFT,
          children: [
            new TextRun({
              text,
              size: 18,
              bold: options.bold ?? false,
              ...(options.colour === undefined ? {} : { color: options.colour }),
            }),
          ],
        }),
      ],
    });
  const total = 9000;
  const figureWidth = heads.length === 1 ? 1200 : 760;
  const headWidth = Math.floor((total - figureWidth * measureLights.length) / heads.length);
  const row = (cells: TableCell[], tableHeader: boolean) =>
    new TableRow({ cantSplit: true, tableHeader, children: cells });
  return new Table({
    width: { size: total, type: WidthType.DXA },
    columnWidths: [...heads.map(() => headWidth), ...measureLights.map(() => figureWidth)],
    rows: [
      row(
        [
          ...heads.map((name) => cell(name, { bold: true })),
          ...measureLights.map((light) =>
            cell(measureLightNames[light], { bold: true, colour: hex(light), number: true }),
          ),
        ],
        true,
      ),
      ...rows.map(({ cells, counts }) =>
        row(
          [
            ...cells.map((text) => cell(text)),
            ...measureLights.map((light) => cell(counts[light] === 0 ? '—' : String(counts[light]), { number: true })),
          ],
          false,
        ),
      ),
    ],
  });
}

function hex(light: MeasureLight): string {
  return lightColours[light].slice(1);
}
