/** The module that apps copy: it must know the contract as the function keeps it. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type CodeStatus,
  codeStatuses,
  hasNewCode,
  readRound,
} from '../../../../deploy/local/web/phone-sign-in.ts';
import type { CreateOutcome } from '../../../../src/domain/create-outcome.ts';
import { HIDDEN_NUMBER } from '../../../../src/domain/phone-number.ts';
import { publicChallengeParameters } from '../../../../src/trigger-events.ts';

const NOW = Date.UTC(2026, 0, 15, 12);

const outcome: CreateOutcome = {
  kind: 'reused',
  status: 'INCORRECT',
  reference: 'r',
  round: 'round',
  destination: '+*******4567',
  codeLength: 8,
  expiresInMs: 299_500,
  attemptsRemaining: 2,
  resendsRemaining: 1,
  resendAfterMs: 29_500,
  foreignMetadata: false,
};

describe('phone-sign-in.ts', () => {
  it('knows exactly the statuses of the function', () => {
    expectTypeOf<CodeStatus>().toEqualTypeOf<CreateOutcome['status']>();
    expect(new Set(codeStatuses).size).toBe(codeStatuses.length);
  });

  it('reads what the function tells a client', () => {
    expect(readRound(publicChallengeParameters(outcome), NOW)).toEqual({
      status: 'INCORRECT',
      message: 'Incorrect code, please try again',
      destination: '+*******4567',
      codeLength: 8,
      attemptsRemaining: 2,
      resendsRemaining: 1,
      expiresAt: NOW + 299_000,
      resendAt: NOW + 30_000,
      resumableUntil: NOW + 180_000,
    });
  });

  it('takes a mask without a digit for no number at all', () => {
    const parameters = publicChallengeParameters({ ...outcome, destination: HIDDEN_NUMBER });
    expect(readRound(parameters, NOW)).toMatchObject({ destination: '' });
  });

  it.each([
    ['of which one less may be asked for', { resendsRemaining: 0 }, true],
    ['that is valid for longer', { expiresInMs: 320_000 }, true],
    ['after a failed SMS that was none', { status: 'DELIVERY_FAILED' }, false],
    ['a moment later', { expiresInMs: 298_600 }, false],
  ] as const)('tells a new code from the one before: %s', (_what, change, isNew) => {
    const read = (round: CreateOutcome) => readRound(publicChallengeParameters(round), NOW);
    expect(hasNewCode(read({ ...outcome, ...change }), read(outcome))).toBe(isNew);
  });

  it("makes do with another project's function, which tells nothing of this", () => {
    expect(readRound({ USERNAME: 'alice' }, NOW)).toMatchObject({
      status: 'SENT',
      codeLength: undefined,
      expiresAt: NOW + 180_000,
      resendsRemaining: 0,
    });
  });
});
