import type { Face, FaceItem, TextItem } from '../../kernel/ofd/face.ts';
import { qrModules } from '../../kernel/ofd/qr.ts';
import { svgPathData, transform } from '../../kernel/seal/path.ts';
import type { SealDrawing } from '../../kernel/seal/picture.ts';

/**
 * A face as one picture for pages: the same places and words as in the file. Text is set in the reader's own fonts, so
 * lines are broken by the width that such signs have everywhere: one em for an ideograph, about half for a letter.
 */
export function faceSvg(face: Face, seal: { drawing: SealDrawing; x: number; y: number } | null): string {
  const [page] = face.pages;
  if (page === undefined) return '';
  const parts = page.items.map(itemSvg);
  if (seal !== null) {
    const outline = transform(seal.drawing.outline, [1, 0, 0, 1, seal.x, seal.y]);
    const red = `#${Buffer.from(seal.drawing.colour).toString('hex')}`;
    parts.push(`<path fill="${red}" fill-opacity="0.85" d="${svgPathData(outline)}"/>`);
  }
  const { width, height } = page;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(face.title)}">` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>${parts.join('')}</svg>`
  );
}

function itemSvg(item: FaceItem): string {
  switch (item.kind) {
    case 'text':
      return textSvg(item);
    case 'line':
      return `<line x1="${item.x1}" y1="${item.y1}" x2="${item.x2}" y2="${item.y2}" stroke="${item.stroke}" stroke-width="${item.thickness}"/>`;
    case 'rect':
      return (
        `<rect x="${item.x}" y="${item.y}" width="${item.width}" height="${item.height}" rx="${item.radius ?? 0}" ` +
        `fill="${item.fill ?? 'none'}" stroke="${item.stroke ?? 'none'}" stroke-width="${item.thickness ?? 0}"/>`
      );
    case 'path':
      return `<path d="${svgPathData(item.outline)}" fill="${item.fill ?? 'none'}" stroke="${item.stroke ?? 'none'}" stroke-width="${item.thickness ?? 0}"/>`;
    case 'picture':
      return '';
    case 'qr':
      return qrPath('text' in item ? qrModules(item.text) : item.modules, item);
  }
}

function qrPath(modules: readonly (readonly boolean[])[], place: { x: number; y: number; size: number }): string {
  const side = place.size / Math.max(1, modules.length);
  const squares = modules.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return `<path transform="translate(${place.x} ${place.y}) scale(${side})" d="${squares.join('')}" shape-rendering="crispEdges"/>`;
}

function textSvg(item: TextItem): string {
  const family = item.font === 'sans' ? 'sans-serif' : 'serif';
  const { size, lines } = fitted(item);
  const align = item.align ?? 'left';
  const width = item.width ?? 0;
  const anchor = align === 'center' ? 'middle' : align === 'right' ? 'end' : 'start';
  const x = item.x + (align === 'center' ? width / 2 : align === 'right' ? width : 0);
  const spread = align === 'spread' && width > 0 && lines.length === 1 ? ` textLength="${width}"` : '';
  const spans = lines.map(
    (line, at) =>
      `<text x="${x}" y="${round(item.y + at * size * (item.lineHeight ?? 1.5))}"${spread}>${escaped(line)}</text>`,
  );
  return (
    `<g font-family="${family}" font-size="${round(size)}" font-weight="${item.weight === 'bold' ? 700 : 400}" ` +
    `fill="${item.colour ?? '#000000'}" text-anchor="${anchor}">${spans.join('')}</g>`
  );
}

/** Smaller when it does not fit, as in the file; what is still too long runs on in its last line. */
function fitted(item: TextItem): { size: number; lines: string[] } {
  if (item.width === undefined) return { size: item.size, lines: item.text.split('\n') };
  const most = item.lines ?? 1;
  const least = item.leastSize ?? item.size * 0.6;
  for (let size = item.size; ; size *= 0.95) {
    const lines = broken(item.text, item.width / size);
    if (lines.length <= most || size < least) return { size, lines: lines.slice(0, most) };
  }
}

function broken(text: string, ems: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    let used = 0;
    for (const sign of paragraph) {
      const width = /[\u0000-\u02ff]/.test(sign) ? 0.55 : 1;
      if (used + width > ems && line !== '') {
        lines.push(line);
        line = '';
        used = 0;
      }
      line += sign;
      used += width;
    }
    return [...lines, line];
  });
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
