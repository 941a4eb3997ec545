/**
 * What no change may pass: ratios of a cold sign-in's medians, which stay about the same from machine to
 * machine, with room for what they differ from one time to the next.
 */
import type { Ratio } from './subject.ts';

const TARGETS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'ours / textbook': { wall: 0.72, CPU: 0.72, 'peak memory': 1 },
  'ours / bare': { wall: 1.18, CPU: 1.15 },
  'ours, code cache / textbook': { wall: 0.52, CPU: 0.52 },
  'ours, code cache / bare': { wall: 0.85, CPU: 0.82 },
  'ours, DynamoDB / textbook': { wall: 1.05, CPU: 1 },
};

/** One sentence for each ratio that is past its target. */
export function missedTargets(ratios: readonly Ratio[]): readonly string[] {
  return ratios.flatMap(({ of, what, value }) => {
    const target = TARGETS[of]?.[what];
    return target !== undefined && value > target
      ? [`${of}: ${what} is ${value.toFixed(2)}, and may be ${target}.`]
      : [];
  });
}
