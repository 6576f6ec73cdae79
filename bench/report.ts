/** Figures for people: a ratio means the same on every machine, an absolute time does not. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function rate(count: number, ms: number): number {
  return (count / ms) * 1000;
}

export function ratio(value: number, base: number): string {
  return `${(value / base).toFixed(2)}×`;
}

export function figure(value: number, unit: string): string {
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${unit}`;
}

export function heading(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

export function line(label: string, ...figures: string[]): void {
  process.stdout.write(`  ${label.padEnd(46)}${figures.map((one) => one.padStart(16)).join('')}\n`);
}
