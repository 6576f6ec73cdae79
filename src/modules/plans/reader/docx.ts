import { unzipSync, strFromU8 } from 'fflate';
import { SaxesParser } from 'saxes';
import { NotADocument } from './file.ts';
import { numberingOf, type ListNumbers } from './docx-numbering.ts';

/**
 * The text of a .docx file: paragraphs as lines, table rows as lines with tabs, breaks inside a cell as \v. Numbers that Word
 * counts itself are written out, since 第三项 is what everybody cites. A cell merged over several rows is repeated in each.
 */
export async function readDocx(bytes: Uint8Array, name: string): Promise<{ text: string; warnings: string[] }> {
  const parts = unzipped(bytes, name);
  const main = parts['word/document.xml'];
  if (main === undefined) {
    const kind =
      parts['xl/workbook.xml'] === undefined
        ? parts['ppt/presentation.xml'] === undefined
          ? '压缩文件'
          : '演示文稿'
        : '电子表格';
    throw new NotADocument(`“${name}”是${kind}，不是 Word 文档。能读的格式：.txt、.docx、带文字层的 .pdf。`);
  }
  const numbers = numberingOf(text(parts['word/numbering.xml']), text(parts['word/styles.xml']));
  const reader = new BodyReader(numbers);
  const warnings: string[] = [];
  try {
    reader.read(text(main));
  } catch {
    if (reader.lines.length === 0) throw new NotADocument(`“${name}”已损坏，Word 正文读不出来。`);
    warnings.push(`“${name}”的正文在第${reader.lines.length}段后损坏，后面的内容没有读到。`);
  }
  const body = reader.lines.join('\n');
  if (body.trim() === '') throw new NotADocument(`“${name}”里没有文字（可能只有图片）。`);
  if (reader.pictures > 0) warnings.push(`文档里有${reader.pictures}张图片，图片里的文字没有读。`);
  return { text: body, warnings };
}

const text = (part: Uint8Array | undefined): string => (part === undefined ? '' : strFromU8(part));

function unzipped(bytes: Uint8Array, name: string): Record<string, Uint8Array> {
  try {
    let size = 0;
    return unzipSync(bytes, {
      // A small file may unpack to gigabytes; no official document does.
      filter: (file) =>
        /^(?:word\/(?:document|numbering|styles)\.xml|xl\/workbook\.xml|ppt\/presentation\.xml)$/.test(file.name) &&
        (size += file.originalSize) < 200_000_000,
    });
  } catch {
    throw new NotADocument(`“${name}”已损坏，打不开。`);
  }
}

interface Cell {
  lines: string[];
  span: number;
  merge: 'no' | 'start' | 'continue';
}

interface Table {
  rows: Cell[][];
}

class BodyReader {
  readonly lines: string[] = [];
  pictures = 0;
  private readonly tables: Table[] = [];
  private readonly paragraphs: {
    text: string;
    style: string;
    list: string | null;
    level: number | null;
    bold: boolean;
  }[] = [];
  private deleted = 0;
  private inText = false;

  private readonly numbers: ListNumbers;

  constructor(numbers: ListNumbers) {
    this.numbers = numbers;
  }

  read(xml: string): void {
    const parser = new SaxesParser();
    parser.on('opentag', ({ name, attributes }) =>
      this.open(name.replace(/^.*:/, ''), attributes as Record<string, string>, name),
    );
    parser.on('closetag', ({ name }) => this.close(name.replace(/^.*:/, '')));
    parser.on('text', (value) => {
      if (this.inText && this.deleted === 0) this.add(value);
    });
    parser.on('error', (error) => {
      throw error;
    });
    parser.write(xml).close();
  }

  private open(name: string, attributes: Record<string, string>, full: string): void {
    const value = attributes['w:val'] ?? '';
    const paragraph = this.paragraphs.at(-1);
    const cell = this.tables.at(-1)?.rows.at(-1)?.at(-1);
    switch (name) {
      case 'p':
        if (full.startsWith('w:') || !full.includes(':'))
          this.paragraphs.push({ text: '', style: '', list: null, level: null, bold: false });
        break;
      case 't':
        this.inText = full === 'w:t';
        break;
      case 'tab':
        if (this.inRun) this.add('\t');
        break;
      case 'br':
      case 'cr':
        this.add(attributes['w:type'] === 'page' ? '\f' : '\v');
        break;
      case 'noBreakHyphen':
        this.add('-');
        break;
      case 'r':
        this.inRun = true;
        break;
      case 'pStyle':
        if (paragraph) paragraph.style = value;
        break;
      case 'numId':
        if (paragraph) paragraph.list = value;
        break;
      case 'ilvl':
        if (paragraph) paragraph.level = Number(value);
        break;
      case 'del':
      case 'moveFrom':
      // Old readers find a text box a second time here.
      case 'Fallback':
        this.deleted++;
        break;
      case 'tbl':
        this.tables.push({ rows: [] });
        break;
      case 'tr':
        this.tables.at(-1)?.rows.push([]);
        break;
      case 'tc':
        this.tables.at(-1)?.rows.at(-1)?.push({ lines: [], span: 1, merge: 'no' });
        break;
      case 'gridSpan':
        if (cell) cell.span = Math.min(50, Math.max(1, Number(value) || 1));
        break;
      case 'vMerge':
        if (cell) cell.merge = value === 'restart' ? 'start' : 'continue';
        break;
      case 'blip':
        this.pictures++;
        break;
    }
  }

  private inRun = false;

  private close(name: string): void {
    switch (name) {
      case 't':
        this.inText = false;
        break;
      case 'r':
        this.inRun = false;
        break;
      case 'del':
      case 'moveFrom':
      case 'Fallback':
        this.deleted--;
        break;
      case 'p':
        this.endParagraph();
        break;
      case 'tbl':
        this.endTable();
        break;
    }
  }

  private add(value: string): void {
    const paragraph = this.paragraphs.at(-1);
    if (paragraph) paragraph.text += value;
  }

  private endParagraph(): void {
    const paragraph = this.paragraphs.pop();
    if (paragraph === undefined) return;
    const label = this.numbers.label(paragraph.list, paragraph.level, paragraph.style);
    const line = `${label}${paragraph.text}`;
    const cell = this.tables.at(-1)?.rows.at(-1)?.at(-1);
    if (cell !== undefined) cell.lines.push(line.replaceAll('\t', ' '));
    // A break by hand inside a paragraph of the body is a line; a tab would look like a table.
    else for (const part of line.split('\v')) this.lines.push(part.replaceAll('\t', ' '));
  }

  private endTable(): void {
    const table = this.tables.pop();
    if (table === undefined) return;
    const outer = this.tables.at(-1)?.rows.at(-1)?.at(-1);
    let above: string[] = [];
    const rows = table.rows.map((row) => {
      const cells: string[] = [];
      for (const cell of row) {
        const content = cell.lines.filter((line) => line.trim() !== '').join('\v');
        const value = cell.merge === 'continue' ? (above[cells.length] ?? '') : content;
        cells.push(value);
        // A cell over several columns stands in the first; a whole-width heading stays one cell.
        for (let extra = 1; extra < cell.span; extra++) cells.push('');
      }
      above = cells;
      return cells;
    });
    if (outer !== undefined) outer.lines.push(...rows.map((cells) => cells.join(' ')));
    else if (rows.every((cells) => cells.length === 1))
      this.lines.push(...rows.flatMap((cells) => (cells[0] ?? '').split('\v')));
    else this.lines.push(...rows.map((cells) => cells.join('\t')));
  }
}
