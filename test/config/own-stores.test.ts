/** What the settings come to where stores are brought along, in place of those that ship. */
import { describe, expect, it } from 'vitest';
import { MemoryAccountLedger } from '../../src/adapters/account-ledger/memory.ts';
import { MemorySmsTraffic } from '../../src/adapters/sms-traffic/memory.ts';
import { usesStore } from '../../src/config/abuse-limits.ts';
import { type OwnAdapters, readConfig } from '../../src/container/open-adapters.ts';
import { InMemoryChallengeRepository } from '../fakes/in-memory-challenge-repository.ts';
import { InMemoryIdempotencyStore } from '../fakes/in-memory-idempotency-store.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { ENV } from '../support/function.ts';

const CHALLENGES: OwnAdapters = {
  challengeRepository: new InMemoryChallengeRepository(),
  idempotencyStore: new InMemoryIdempotencyStore(new ManualClock()),
};
const COUNTS: OwnAdapters = {
  accountLedger: new MemoryAccountLedger(),
  smsTraffic: new MemorySmsTraffic(),
};
const LAMBDA = { AWS_LAMBDA_FUNCTION_NAME: 'phone-otp', SENDS_PER_HOUR: '1000' };
const TABLE = { TABLE_NAME: 'phone-otp' };

const NOW = Date.UTC(2026, 0, 15, 12);

const read = (adapters: OwnAdapters, env: Readonly<Record<string, string>> = {}) =>
  readConfig({ ...ENV, ...env }, {}, NOW, adapters);

describe('Stores that are brought along', () => {
  it.each<readonly [string, OwnAdapters, object, boolean]>([
    ['none', {}, { challengeRepository: 'session', rateLimiter: 'memory' }, false],
    [
      'challenges',
      CHALLENGES,
      { challengeRepository: 'brought-along', rateLimiter: 'memory' },
      true,
    ],
    ['counts', COUNTS, { challengeRepository: 'session', rateLimiter: 'brought-along' }, true],
    [
      'all',
      { ...CHALLENGES, ...COUNTS },
      { challengeRepository: 'brought-along', rateLimiter: 'brought-along' },
      true,
    ],
  ])('take the place of those that ship, and have to be called: %s', (_, own, kept, isCalled) => {
    const { abuse } = read(own);
    expect(abuse).toMatchObject(kept);
    expect(usesStore(abuse)).toBe(isCalled);
  });

  it('have to be called as a table has, where only one of the two is in it', () => {
    expect(usesStore(read({}, { ...TABLE, RATE_LIMITER: 'memory' }).abuse)).toBe(true);
    expect(usesStore(read({}, { ...TABLE, CHALLENGE_REPOSITORY: 'session' }).abuse)).toBe(true);
  });

  it('are none where one of the two ports of a store is missing', () => {
    const { challengeRepository, idempotencyStore } = CHALLENGES;
    const { accountLedger, smsTraffic } = COUNTS;
    const halves = [
      { challengeRepository, accountLedger },
      { idempotencyStore, smsTraffic },
    ] as OwnAdapters[];
    for (const half of halves) {
      expect(read(half).abuse).toMatchObject({
        challengeRepository: 'session',
        rateLimiter: 'memory',
      });
    }
  });

  it('leave nothing to warn of on Lambda', () => {
    expect(read({ ...CHALLENGES, ...COUNTS }, LAMBDA).warnings).toEqual([]);
  });

  it('leave the settings without effect that choose others', () => {
    const settings = { ...TABLE, CHALLENGE_REPOSITORY: 'dynamodb', RATE_LIMITER: 'dynamodb' };
    expect(read({ ...CHALLENGES, ...COUNTS }, settings).warnings).toEqual([
      'CHALLENGE_REPOSITORY has no effect: adapters that were brought along keep challenges in its place.',
      'RATE_LIMITER has no effect: adapters that were brought along count in its place.',
      'TABLE_NAME has no effect: nothing is kept in a table.',
    ]);
  });

  it('may fail, as a table may', () => {
    expect(read(COUNTS, { RATE_LIMITER_FAILURE: 'open' }).warnings).toEqual([]);
  });

  it('count what REVIEW_NUMBERS needs to be counted', () => {
    const digest = 'd'.repeat(43);
    const entry = { number: digest, code: digest, until: '2026-02-28', perDay: 20 };
    const { reviewNumbers } = read(COUNTS, { ...LAMBDA, REVIEW_NUMBERS: JSON.stringify([entry]) });
    expect(reviewNumbers).toHaveLength(1);
  });
});
