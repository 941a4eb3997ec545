import { expect, it } from 'vitest';
import { stopwatch } from '../../../../deploy/local/web/words.ts';

it.each([
  [0, '0:00'],
  [-5, '0:00'],
  [59_001, '1:00'],
  [245_000, '4:05'],
  [3_599_000, '59:59'],
  [3_600_000, '1:00:00'],
  [86_399_000, '23:59:59'],
])('shows %i milliseconds as on a stopwatch: %s', (milliseconds, shown) => {
  expect(stopwatch(milliseconds)).toBe(shown);
});
