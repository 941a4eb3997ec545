import { describe, expect, it } from 'vitest';
import { isPerDay } from '../../src/config/review-numbers.ts';
import { readConfig } from '../../src/container/open-adapters.ts';
import { ConfigError } from '../../src/settings.ts';
import { DURABLE, ENV } from '../support/function.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const LAMBDA = { AWS_LAMBDA_FUNCTION_NAME: 'phone-otp', SENDS_PER_HOUR: '1000' };

const entry = {
  number: 'n'.repeat(43),
  code: 'c'.repeat(43),
  until: '2026-02-28',
  perDay: 20,
};
const other = { ...entry, number: 'o'.repeat(43) };

function read(entries: unknown, env: Readonly<Record<string, string>> = {}) {
  const text = typeof entries === 'string' ? entries : JSON.stringify(entries);
  return readConfig({ ...ENV, REVIEW_NUMBERS: text, ...env }, {}, NOW);
}

describe('REVIEW_NUMBERS', () => {
  it('holds none unless it is set', () => {
    expect(readConfig(ENV).reviewNumbers).toEqual([]);
  });

  it('holds numbers that are good until their last day is over, in UTC', () => {
    const endsAt = Date.UTC(2026, 2, 1);
    expect(read([entry, other]).reviewNumbers).toEqual([
      { ...entry, endsAt },
      { ...other, endsAt },
    ]);
  });

  it('takes a last day as far as 90 days ahead', () => {
    expect(read([{ ...entry, until: '2026-04-15' }]).reviewNumbers).toHaveLength(1);
  });

  it.each<readonly [what: string, entries: unknown, problem: string]>([
    ['no JSON', '+12025550100', 'does not hold entries; it takes a JSON array of 1 to 10 entries'],
    ['an object', entry, 'does not hold entries'],
    ['no entry', [], 'does not hold entries'],
    ['more than ten', Array(11).fill(entry), 'does not hold entries'],
    ['a bare number', ['+12025550100'], 'entry 1 is no object; it takes what `npm run'],
    ['no end', [{ ...entry, until: undefined }], 'entry 1: until is not set; it takes the last'],
    [
      'an end too far ahead',
      [entry, { ...other, until: '2026-04-16' }],
      'entry 2: until is "2026-04-16"; it takes the last day on which the code is good, such as 2027-02-24, at most 90 days ahead.',
    ],
    ['no day of the calendar', [{ ...entry, until: '2026-02-30' }], 'until is "2026-02-30"'],
    ['a month', [{ ...entry, until: '2026-02' }], 'until is "2026-02"; it takes'],
    ['no limit', [{ ...entry, perDay: undefined }], 'entry 1: perDay is not set; it takes a whole'],
    ['no limit at all', [{ ...entry, perDay: 0 }], 'perDay is 0; it takes a whole number from 1'],
    ['a wide limit', [{ ...entry, perDay: 101 }], 'perDay is 101; it takes a whole number'],
    ['no code', [{ ...entry, code: undefined }], 'entry 1: code is not set; it takes the digest'],
    [
      'a number that is longer than a digest',
      [{ ...entry, number: 'n'.repeat(44) }],
      'entry 1: number holds something else (not shown); it takes the digest',
    ],
    ['a key too many', [{ ...entry, days: 30 }], 'entry 1 has a key of its own; it takes number,'],
    ['the same number twice', [entry, entry], 'entry 2 is for the number of another one'],
  ])('refuses %s', (_, entries, problem) => {
    expect(() => read(entries)).toThrow(ConfigError);
    expect(() => read(entries)).toThrow(problem);
  });

  it.each([
    [1, true],
    [100, true],
    [0, false],
    [101, false],
    [1.5, false],
  ])('lets a number get %d codes a day: %s', (perDay, isAllowed) => {
    expect(isPerDay(perDay)).toBe(isAllowed);
    if (isAllowed) {
      expect(read([{ ...entry, perDay }]).reviewNumbers).toMatchObject([{ perDay }]);
    } else {
      expect(() => read([{ ...entry, perDay }])).toThrow(`perDay is ${perDay}; it takes`);
    }
  });

  it('never repeats a number or a code that somebody wrote as it is', () => {
    const parse = () => read([{ ...entry, number: '+12025550100', code: '30582914' }]);
    expect(parse).toThrow(
      /entry 1: number holds something else \(not shown\); .* entry 1: code holds something else \(not shown\)/,
    );
    expect(parse).not.toThrow(/2025550100|30582914/);
  });

  it('is refused where wrong answers are not counted over all sign-ins', () => {
    const none = { RATE_LIMITER: 'none' };
    const here = 'RATE_LIMITER is none: set RATE_LIMITER=memory, or TABLE_NAME.';
    expect(() => read([entry], none)).toThrow(here);
    expect(() => read([entry], { ...LAMBDA, ...none })).toThrow('is none: set TABLE_NAME.');
    expect(() => read([entry], LAMBDA)).toThrow('RATE_LIMITER is memory: set TABLE_NAME.');
    expect(read([entry], { ...LAMBDA, ...DURABLE }).reviewNumbers).toHaveLength(1);
  });

  it('is warned of at every start', () => {
    expect(read([entry]).warnings).toEqual([
      'REVIEW_NUMBERS entry 1 lets a number sign in without an SMS until the end of 2026-02-28: whoever has its code needs no phone.',
    ]);
  });

  it('lets the function start once an entry has ended, and says so', () => {
    const { reviewNumbers, warnings } = read([entry, { ...other, until: '2026-01-14' }]);
    expect(reviewNumbers).toHaveLength(2);
    expect(warnings).toContain(
      'REVIEW_NUMBERS entry 2 ended with 2026-01-14, and its number gets SMS like any other: take it out, or make it anew.',
    );
  });
});
