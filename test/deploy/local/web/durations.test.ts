import { expect, it } from 'vitest';
import { waitText } from '../../../../deploy/local/web/durations.ts';

const MINUTE = 60_000;

it.each([
  [30_000, '0:30'],
  [10 * MINUTE - 1000, '9:59'],
  [10 * MINUTE, '10 min'],
  [11 * MINUTE + 1, '12 min'],
  [90 * MINUTE, '90 min'],
  [90 * MINUTE + 1, '2 h'],
  [3 * 60 * MINUTE, '3 h'],
  [24 * 60 * MINUTE, '24 h'],
])('A wait of %d ms reads %s', (milliseconds, text) => {
  expect(waitText(milliseconds)).toBe(text);
});
