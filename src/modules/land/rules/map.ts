import { boxOf, type Point, type Polygon } from './geometry.ts';

/** A plain map of a few areas for an `<svg>`: north is up, metres are equal both ways. */
export interface PlainMap {
  width: number;
  height: number;
  areas: { id: string; path: string; label: { x: number; y: number } }[];
  points: { x: number; y: number }[];
  scale: { x: number; y: number; length: number; text: string };
}

/** Draws areas in the order given, so the later lie above. */
export function drawMap(
  areas: readonly { id: string; polygon: Polygon }[],
  points: readonly Point[] = [],
  width = 480,
): PlainMap {
  const box = boxOf([...areas.flatMap(({ polygon }) => polygon), points]);
  const middle = ((box.south + box.north) / 2) * (Math.PI / 180);
  const metresPerDegree = 111_320;
  const east = (longitude: number) => (longitude - box.west) * metresPerDegree * Math.cos(middle);
  const north = (latitude: number) => (box.north - latitude) * metresPerDegree;
  const metresWide = Math.max(east(box.east), 50);
  const metresHigh = Math.max(north(box.south), 50);
  const margin = 24;
  const ratio = Math.min((width - 2 * margin) / metresWide, (width * 0.75 - 2 * margin) / metresHigh);
  const height = Math.round(metresHigh * ratio) + 2 * margin + 20;
  const left = (width - metresWide * ratio) / 2;
  const place = ([longitude, latitude]: Point) => ({
    x: round(left + east(longitude) * ratio),
    y: round(margin + north(latitude) * ratio),
  });
  const bar = niceLength(width / 4 / ratio);
  return {
    width,
    height,
    areas: areas.map(({ id, polygon }) => ({
      id,
      path: polygon.map((ring) => `M${ring.map((point) => Object.values(place(point)).join(' ')).join('L')}Z`).join(''),
      label: middleOf(polygon, place),
    })),
    points: points.map(place),
    scale: {
      x: margin,
      y: height - 14,
      length: round(bar * ratio),
      text: bar >= 1000 ? `${bar / 1000} 千米` : `${bar} 米`,
    },
  };
}

/** The same as one picture file: its words can be read by people only, so what it shows stands in the text beside it too. */
export function mapPicture(areas: readonly { id: string; name: string; polygon: Polygon }[]): {
  svg: string;
  width: number;
  height: number;
} {
  const { width, height, areas: drawn, scale } = drawMap(areas);
  const words = (x: number, y: number, text: string, anchor = 'middle') =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}" font-family="sans-serif" font-size="17" fill="#12263a">${escaped(text)}</text>`;
  const last = drawn.length - 1;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="#f4f7fa"/>`,
    ...drawn.map(
      ({ path }, index) =>
        `<path d="${path}" fill="${index === last ? '#9cc4ea' : '#cfe3f5'}" stroke="#1d5a96" stroke-width="2" fill-rule="evenodd"/>`,
    ),
    ...drawn.map(({ label }, index) => words(label.x, label.y + 6, areas[index]?.name ?? '')),
    `<path d="M${scale.x} ${scale.y}h${scale.length}" stroke="#12263a" stroke-width="3"/>`,
    words(scale.x, scale.y - 7, scale.text, 'start'),
    words(width - 28, height - 14, '北↑'),
    '</svg>',
  ];
  return { svg: svg.join(''), width, height };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}

function middleOf(polygon: Polygon, place: (point: Point) => { x: number; y: number }): { x: number; y: number } {
  const box = boxOf(polygon.slice(0, 1));
  return place([(box.west + box.east) / 2, (box.south + box.north) / 2]);
}

/** 1, 2 or 5 times a power of ten, not longer than asked. */
function niceLength(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(metres, 1)));
  return ([5, 2, 1].find((step) => step * power <= metres) ?? 1) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
