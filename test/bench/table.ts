/** Figures as text. */
import { type Spread, spreadOf } from './statistics.ts';

export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The first column reads from the left, the figures beside it from the right. */
export function formatTable({ caption, columns, rows }: Table): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const format = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  const [head = '', ...body] = lines.map(format);
  return [caption, '', head, '-'.repeat(head.length), ...body, ''].join('\n');
}

/** The median, and the least and the most beside it. */
export function medianAndRange(values: readonly number[], digits = 0): string {
  const { median, min, max } = spreadOf(values);
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

/** The median, and what half of all lie between. */
export function medianAndQuartiles(values: readonly number[], digits = 0): string {
  const { median, lowerQuartile, upperQuartile }: Spread = spreadOf(values);
  return `${median.toFixed(digits)} (${lowerQuartile.toFixed(digits)}–${upperQuartile.toFixed(digits)})`;
}
