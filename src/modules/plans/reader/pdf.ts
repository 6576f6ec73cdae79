import { NotADocument } from './file.ts';

interface Piece {
  text: string;
  x: number;
  y: number;
  width: number;
  size: number;
}

/** The text layer of a .pdf file as lines in reading order, pages parted by a form feed. Columns of a table are parted by tabs. */
export async function readPdf(bytes: Uint8Array, name: string): Promise<{ text: string; warnings: string[] }> {
  const { getDocument, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');
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
        pages.push(linesOf(pieces).join('\n'));
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

function linesOf(pieces: readonly Piece[]): string[] {
  const rows: Piece[][] = [];
  for (const piece of [...pieces].sort((a, b) => b.y - a.y || a.x - b.x)) {
    const row = rows.findLast(
      (other) => Math.abs((other[0]?.y ?? 0) - piece.y) < Math.min(other[0]?.size ?? 10, piece.size) * 0.5,
    );
    if (row === undefined) rows.push([piece]);
    else row.push(piece);
  }
  const left = Math.min(...pieces.map(({ x }) => x));
  return rows.map((row) => {
    row.sort((a, b) => a.x - b.x);
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
    return `${'\u3000'.repeat(Math.max(0, Math.min(4, indent)))}${line}`;
  });
}
