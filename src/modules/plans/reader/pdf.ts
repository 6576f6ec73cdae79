import { NotADocument } from './file.ts';
import { ruledTables, rulesOf, type Piece } from './pdf-tables.ts';

/** The text layer of a .pdf file as lines in reading order, pages parted by a form feed. Columns of a table are parted by tabs. */
export async function readPdf(bytes: Uint8Array, name: string): Promise<{ text: string; warnings: string[] }> {
  const { getDocument, OPS, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const warnings: string[] = [];
  const pages: string[] = [];
  const task = getDocument({
    data: new Uint8Array(bytes),
    // Old Chinese files name a character map instead of bringing one. From the package, never from a network.
    ...(await maps()),
    cMapPacked: true,
    isEvalSupported: false,
    useSystemFonts: false,
    disableFontFace: true,
    useWorkerFetch: false,
    stopAtErrors: false,
    verbosity: VerbosityLevel.ERRORS,
  });
  try {
    const document = await task.promise;
    const silent: number[] = [];
    for (let number = 1; number <= document.numPages; number++) {
      try {
        const page = await document.getPage(number);
        const content = await page.getTextContent({ includeMarkedContent: false, disableNormalization: false });
        const pieces: Piece[] = [];
        for (const item of content.items) {
          if (!('str' in item) || item.str.trim() === '') continue;
          const transform = item.transform as number[];
          pieces.push({
            text: item.str,
            x: transform[4] ?? 0,
            y: transform[5] ?? 0,
            width: item.width,
            size: Math.hypot(transform[2] ?? 0, transform[3] ?? 0) || item.height || 10,
          });
        }
        if (pieces.length === 0) silent.push(number);
        const lines = looksRuled(pieces)
          ? withTables(pieces, rulesOf(await page.getOperatorList({ intent: 'display' }), OPS))
          : linesOf(pieces);
        pages.push(lines.map(({ text }) => text).join('\n'));
        page.cleanup();
      } catch {
        warnings.push(`第${number}页读不出来，已跳过。`);
        pages.push('');
      }
    }
    if (silent.length > 0)
      warnings.push(`第${silent.slice(0, 20).join('、')}页没有文字层（可能是扫描件），请先做文字识别。`);
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException')
      throw new NotADocument(`“${name}”设了打开密码，读不出来。请去掉密码后再读。`);
    throw new NotADocument(`“${name}”已损坏，不是能打开的 PDF 文件。`);
  } finally {
    await task.destroy();
  }
  return { text: pages.join('\n\f'), warnings };
}

/** Node has the maps beside the library; a browser brings no files of its own. */
async function maps(): Promise<{ cMapUrl?: string; standardFontDataUrl?: string }> {
  if (typeof process === 'undefined') return {};
  const { createRequire } = await import('node:module');
  const { dirname, join } = await import('node:path');
  const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  return { cMapUrl: join(home, 'cmaps/'), standardFontDataUrl: join(home, 'standard_fonts/') };
}

/** Lines with gaps in them as only tables have: then it is worth while to look for the ruled lines. */
function looksRuled(pieces: readonly Piece[]): boolean {
  return (
    rowsOf(pieces).filter((row) => row.some((piece, index) => gapBefore(row, index) > piece.size * 0.6)).length >= 2
  );
}

function gapBefore(row: readonly Piece[], index: number): number {
  const before = row[index - 1];
  const piece = row[index];
  return before === undefined || piece === undefined ? 0 : piece.x - before.x - before.width;
}

interface TextLine {
  y: number;
  text: string;
}

function withTables(pieces: readonly Piece[], rules: ReturnType<typeof rulesOf>): TextLine[] {
  const { rows, rest } = ruledTables(pieces, rules);
  return [...rows, ...(rest.length === 0 ? [] : linesOf(rest))].sort((a, b) => b.y - a.y);
}

function rowsOf(pieces: readonly Piece[]): Piece[][] {
  const rows: Piece[][] = [];
  for (const piece of [...pieces].sort((a, b) => b.y - a.y || a.x - b.x)) {
    const row = rows.findLast(
      (other) => Math.abs((other[0]?.y ?? 0) - piece.y) < Math.min(other[0]?.size ?? 10, piece.size) * 0.5,
    );
    if (row === undefined) rows.push([piece]);
    else row.push(piece);
  }
  for (const row of rows) row.sort((a, b) => a.x - b.x);
  return rows;
}

function linesOf(pieces: readonly Piece[]): TextLine[] {
  const left = Math.min(...pieces.map(({ x }) => x));
  return rowsOf(pieces).map((row) => {
    let line = '';
    let end = row[0]?.x ?? 0;
    const size = row[0]?.size ?? 10;
    for (const [index, piece] of row.entries()) {
      const gap = piece.x - end;
      if (index > 0) line += gap > size * 1.8 ? '\t' : gap > size * 0.4 ? ' ' : '';
      line += piece.text;
      end = piece.x + piece.width;
    }
    const indent = Math.round(((row[0]?.x ?? left) - left) / size);
    return { y: row[0]?.y ?? 0, text: `${'\u3000'.repeat(Math.max(0, Math.min(4, indent)))}${line}` };
  });
}
