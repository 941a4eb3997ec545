/**
 * What no change may pass: ratios of a cold sign-in's medians, which stay about the same from machine to
 * machine. They differ by some 0.03 from one time to the next, for which there is room.
 */
import type { Ratio } from './subject.ts';

const TARGETS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'ours / textbook': { wall: 0.65, CPU: 0.65, 'peak memory': 1 },
  'ours / bare': { wall: 1.03, CPU: 1.03 },
  'ours, code cache / textbook': { wall: 0.48, CPU: 0.48 },
  'ours, code cache / bare': { wall: 0.77, CPU: 0.77 },
  'ours, DynamoDB / textbook': { wall: 0.9, CPU: 0.9 },
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
