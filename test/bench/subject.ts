import type { Stage } from './stage.ts';
import type { Table } from './table.ts';

/** Something that is measured. */
export interface Subject {
  /** In a few words, for the list of subjects. */
  readonly about: string;
  /** How often it is measured unless told otherwise; absent where it comes out the same each time. */
  readonly runs?: number;
  /** @param ended when nobody waits for it any more. */
  measure(stage: () => Promise<Stage>, runs: number, ended: AbortSignal): Promise<Report>;
}

export interface Report {
  readonly tables: readonly Table[];
  /** All that was measured, for the file. */
  readonly figures: unknown;
  /** What may be checked against targets. */
  readonly ratios?: readonly Ratio[];
  /** What must not be, one sentence each. */
  readonly failures?: readonly string[];
}

/** The median of one side to the other, run by run. */
export interface Ratio {
  /** Such as `ours / textbook`. */
  readonly of: string;
  /** Such as `wall`. */
  readonly what: string;
  readonly value: number;
}
