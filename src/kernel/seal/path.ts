/** Outlines in the words of SVG. Filled areas only, by the non-zero rule. */
export type Path = readonly Segment[];

export type Segment =
  | readonly ['M', number, number]
  | readonly ['L', number, number]
  | readonly ['Q', number, number, number, number]
  | readonly ['C', number, number, number, number, number, number]
  | readonly ['Z'];

export type Point = readonly [number, number];

/** x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export function transform(path: Path, [a, b, c, d, e, f]: Affine): Path {
  const at = (x: number, y: number): Point => [a * x + c * y + e, b * x + d * y + f];
  return path.map((segment): Segment => {
    switch (segment[0]) {
      case 'M':
      case 'L':
        return [segment[0], ...at(segment[1], segment[2])];
      case 'Q':
        return ['Q', ...at(segment[1], segment[2]), ...at(segment[3], segment[4])];
      case 'C':
        return ['C', ...at(segment[1], segment[2]), ...at(segment[3], segment[4]), ...at(segment[5], segment[6])];
      case 'Z':
        return segment;
    }
  });
}

/** A circle in four curves; `clockwise` false cuts a hole into one that is. */
export function circle(cx: number, cy: number, radius: number, clockwise = true): Path {
  // The usual distance of the control points: off by less than a thousandth of the radius.
  const k = radius * 0.5522847498;
  const s = clockwise ? 1 : -1;
  return [
    ['M', cx + radius, cy],
    ['C', cx + radius, cy + s * k, cx + k, cy + s * radius, cx, cy + s * radius],
    ['C', cx - k, cy + s * radius, cx - radius, cy + s * k, cx - radius, cy],
    ['C', cx - radius, cy - s * k, cx - k, cy - s * radius, cx, cy - s * radius],
    ['C', cx + k, cy - s * radius, cx + radius, cy - s * k, cx + radius, cy],
    ['Z'],
  ];
}

/** The five-pointed star with one point up (y downwards). */
export function star(cx: number, cy: number, radius: number): Path {
  // The inner corners lie where the lines of the pentagram cross.
  const inner = radius * (Math.sin(Math.PI / 10) / Math.sin((3 * Math.PI) / 10));
  const corners = Array.from({ length: 10 }, (_, at): Point => {
    const angle = (at * Math.PI) / 5;
    const length = at % 2 === 0 ? radius : inner;
    return [cx + length * Math.sin(angle), cy - length * Math.cos(angle)];
  });
  return [...corners.map(([x, y], at): Segment => [at === 0 ? 'M' : 'L', x, y]), ['Z']];
}

/** The `d` of an SVG path; two decimals are a hundredth of a millimetre here. */
export function svgPathData(path: Path, decimals = 2): string {
  return path
    .map(([word, ...numbers]) => word + numbers.map((number) => String(Number(number.toFixed(decimals)) + 0)).join(' '))
    .join('');
}

/** Curves as chains of short lines, each contour closed. `tolerance` in the path's own units. */
export function flatten(path: Path, tolerance: number): Point[][] {
  const contours: Point[][] = [];
  let contour: Point[] = [];
  let at: Point = [0, 0];
  const curve = (control: number, pointAt: (t: number) => Point) => {
    const steps = Math.max(2, Math.min(64, Math.ceil(Math.sqrt(control / (8 * tolerance)) * 2)));
    for (let step = 1; step <= steps; step++) contour.push(pointAt(step / steps));
  };
  for (const segment of path) {
    switch (segment[0]) {
      case 'M':
        if (contour.length > 2) contours.push(contour);
        contour = [[segment[1], segment[2]]];
        break;
      case 'L':
        contour.push([segment[1], segment[2]]);
        break;
      case 'Q': {
        const [x0, y0] = at;
        const [, x1, y1, x2, y2] = segment;
        curve(Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2), (t) => {
          const u = 1 - t;
          return [u * u * x0 + 2 * u * t * x1 + t * t * x2, u * u * y0 + 2 * u * t * y1 + t * t * y2];
        });
        break;
      }
      case 'C': {
        const [x0, y0] = at;
        const [, x1, y1, x2, y2, x3, y3] = segment;
        const bend = Math.max(
          Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2),
          Math.hypot(x1 - 2 * x2 + x3, y1 - 2 * y2 + y3),
        );
        curve(bend * 3, (t) => {
          const u = 1 - t;
          const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
          return [a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3];
        });
        break;
      }
      case 'Z':
        break;
    }
    at = contour.at(-1) ?? at;
  }
  if (contour.length > 2) contours.push(contour);
  return contours;
}
