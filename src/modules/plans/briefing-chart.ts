import { strFromU8, strToU8, unzipSync, zipSync, type Zippable } from 'fflate';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';

/**
 * Charts of Word itself in a .docx that was written without them: drawn by Word, WPS and LibreOffice from numbers that
 * come along as a workbook, so that whoever goes on writing can change them.
 */

export interface StackedBars {
  /** What it shows, for whoever cannot see it. */
  description: string;
  lying: boolean;
  labels: readonly string[];
  series: readonly { name: string; colour: string; values: readonly number[] }[];
  heightInCentimetres: number;
}

/** The text that stands where chart number `index` goes. */
export function chartMark(index: number): string {
  return `[[chart ${index}]]`;
}

export async function withCharts(docx: Uint8Array, charts: readonly StackedBars[]): Promise<Buffer> {
  const parts: Zippable = unzipSync(docx);
  const change = (path: string, edit: (text: string) => string) => {
    const part = parts[path];
    if (!(part instanceof Uint8Array)) throw new Error(`the document has no ${path}`);
    parts[path] = strToU8(edit(strFromU8(part)));
  };
  for (const [index, chart] of charts.entries()) {
    const name = `chart${index + 1}`;
    change('word/document.xml', (text) =>
      text.replace(new RegExp(`<w:t[^>]*>${escapeRegExp(chartMark(index))}</w:t>`), () => drawing(chart, index)),
    );
    parts[`word/charts/${name}.xml`] = strToU8(chartXml(chart));
    parts[`word/charts/_rels/${name}.xml.rels`] = strToU8(
      `${declaration}<Relationships xmlns="${packageRelations}"><Relationship Id="rId1" Type="${officeRelations}/package" Target="../embeddings/${name}.xlsx"/></Relationships>`,
    );
    parts[`word/embeddings/${name}.xlsx`] = new Uint8Array(await workbookOf(chart));
    change('word/_rels/document.xml.rels', (text) =>
      text.replace(
        '</Relationships>',
        `<Relationship Id="rIdChart${index}" Type="${officeRelations}/chart" Target="charts/${name}.xml"/></Relationships>`,
      ),
    );
    change('[Content_Types].xml', (text) =>
      text.replace(
        '</Types>',
        `<Override PartName="/word/charts/${name}.xml" ContentType="application/vnd.openxmlformats-officedocument.drawingml.chart+xml"/></Types>`,
      ),
    );
  }
  change('[Content_Types].xml', (text) =>
    text.includes('Extension="xlsx"')
      ? text
      : text.replace(
          /<Types[^>]*>/,
          (types) =>
            `${types}<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>`,
        ),
  );
  return Buffer.from(zipSync(parts, { mtime: '2000-01-01' }));
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const officeRelations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const drawingMain = 'http://schemas.openxmlformats.org/drawingml/2006/main';
const drawingChart = 'http://schemas.openxmlformats.org/drawingml/2006/chart';
const emuPerCentimetre = 360_000;
const widthInCentimetres = 15.6;

function drawing({ description, heightInCentimetres }: StackedBars, index: number): string {
  const [cx, cy] = [widthInCentimetres, heightInCentimetres].map((size) => Math.round(size * emuPerCentimetre));
  return (
    `<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">` +
    `<wp:extent cx="${cx}" cy="${cy}"/><wp:docPr id="${900 + index}" name="图${index + 1}" descr="${escapeXml(description)}"/><wp:cNvGraphicFramePr/>` +
    `<a:graphic xmlns:a="${drawingMain}"><a:graphicData uri="${drawingChart}"><c:chart xmlns:c="${drawingChart}" xmlns:r="${officeRelations}" r:id="rIdChart${index}"/>` +
    `</a:graphicData></a:graphic></wp:inline></w:drawing>`
  );
}

function chartXml({ lying, labels, series }: StackedBars): string {
  const bars = series.map((one, index) => seriesXml(one, index, labels)).join('');
  // A lying chart is read from the top, as the list behind it is.
  const order = lying ? 'maxMin' : 'minMax';
  const line = '<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="B8BEC6"/></a:solidFill></a:ln></c:spPr>';
  return (
    `${declaration}<c:chartSpace xmlns:c="${drawingChart}" xmlns:a="${drawingMain}" xmlns:r="${officeRelations}"><c:roundedCorners val="0"/>` +
    `<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>` +
    `<c:barChart><c:barDir val="${lying ? 'bar' : 'col'}"/><c:grouping val="stacked"/><c:varyColors val="0"/>${bars}` +
    `<c:gapWidth val="40"/><c:overlap val="100"/><c:axId val="1"/><c:axId val="2"/></c:barChart>` +
    `<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="${order}"/></c:scaling><c:delete val="0"/><c:axPos val="${lying ? 'l' : 'b'}"/>` +
    `<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>${line}${words(900)}<c:crossAx val="2"/><c:crosses val="autoZero"/>` +
    `<c:tickLblSkip val="1"/><c:noMultiLvlLbl val="0"/></c:catAx>` +
    `<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="1"/><c:axPos val="${lying ? 't' : 'l'}"/>` +
    `<c:numFmt formatCode="0" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>` +
    `<c:crossAx val="1"/><c:crosses val="autoZero"/></c:valAx></c:plotArea>` +
    `<c:legend><c:legendPos val="t"/><c:overlay val="0"/>${words(900)}</c:legend><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>` +
    `<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>${words(900)}<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>`
  );
}

function seriesXml(one: StackedBars['series'][number], index: number, labels: readonly string[]): string {
  const column = String.fromCharCode('B'.charCodeAt(0) + index);
  const last = labels.length + 1;
  const texts = labels.map((label, at) => `<c:pt idx="${at}"><c:v>${escapeXml(label)}</c:v></c:pt>`).join('');
  // What is not there is left out rather than labelled 0.
  const numbers = one.values
    .map((value, at) => (value === 0 ? '' : `<c:pt idx="${at}"><c:v>${value}</c:v></c:pt>`))
    .join('');
  return (
    `<c:ser><c:idx val="${index}"/><c:order val="${index}"/><c:tx><c:strRef><c:f>Sheet1!$${column}$1</c:f><c:strCache><c:ptCount val="1"/>` +
    `<c:pt idx="0"><c:v>${escapeXml(one.name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>` +
    `<c:spPr><a:solidFill><a:srgbClr val="${one.colour}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>` +
    `<c:dLbls><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>${words(800, 'FFFFFF')}<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>` +
    `<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>` +
    `<c:cat><c:strRef><c:f>Sheet1!$A$2:$A$${last}</c:f><c:strCache><c:ptCount val="${labels.length}"/>${texts}</c:strCache></c:strRef></c:cat>` +
    `<c:val><c:numRef><c:f>Sheet1!$${column}$2:$${column}$${last}</c:f><c:numCache><c:formatCode>0</c:formatCode><c:ptCount val="${labels.length}"/>${numbers}</c:numCache></c:numRef></c:val></c:ser>`
  );
}

/** How letters look, in hundredths of a point. */
function words(size: number, colour = '333333'): string {
  return (
    `<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="${size}"><a:solidFill><a:srgbClr val="${colour}"/></a:solidFill>` +
    `<a:latin typeface="SimSun"/><a:ea typeface="SimSun"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>`
  );
}

async function workbookOf({ labels, series }: StackedBars): Promise<Buffer> {
  const data: SheetData = [
    [null, ...series.map(({ name }) => ({ value: name, type: String }))],
    ...labels.map((label, at) => [
      { value: label, type: String },
      ...series.map(({ values }) => {
        const value = values[at] ?? 0;
        return value === 0 ? null : { value, type: Number };
      }),
    ]),
  ];
  return writeXlsxFile([{ data, sheet: 'Sheet1' }]).toBuffer();
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[[\]]/g, (sign) => `\\${sign}`);
}
