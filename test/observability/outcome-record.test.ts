import { describe, expect, it } from 'vitest';
import type { CreateOutcome } from '../../src/domain/create-outcome.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { SmsDeliveryError } from '../../src/domain/ports/sms-gateway.ts';
import { StoreError } from '../../src/domain/ports/store-error.ts';
import { recordOf } from '../../src/observability/outcome-record.ts';

const round = {
  status: 'SENT',
  reference: 'reference',
  destination: '+*******4567',
  codeLength: 6,
  expiresInMs: 300_000,
  attemptsRemaining: 3,
  resendsRemaining: 2,
  resendAfterMs: 30_000,
  foreignMetadata: false,
} as const;

const fault = new StoreError('throttled', new Error('cause'));
const sent: CreateOutcome = { ...round, kind: 'sent', routing: undefined, country: 'SG' };

describe('What is told of an outcome', () => {
  it.each<Outcome>([
    { kind: 'code-asked' },
    { kind: 'password-asked' },
    { kind: 'tokens-issued' },
    { kind: 'failed', reason: 'attempts-used-up' },
    sent,
    { ...round, kind: 'reused' },
    { ...round, kind: 'expired' },
    { ...round, kind: 'resend-too-soon' },
    { ...round, kind: 'resend-limit' },
    { ...round, kind: 'repeated' },
    { ...round, kind: 'throttled', reason: 'number-limit' },
    { ...round, kind: 'withheld', reason: 'user-not-found', looks: 'accepted' },
    { kind: 'verified', country: 'SG' },
    { kind: 'rejected', reason: 'wrong-code' },
    { kind: 'code-expired' },
    { kind: 'resend-requested' },
    { kind: 'sign-up-accepted' },
    { kind: 'sign-up-refused', reason: 'number-missing' },
    { kind: 'phone-confirmed' },
    { kind: 'phone-already-confirmed' },
  ])('is every day’s business for $kind', (outcome) => {
    expect(recordOf(outcome).level).toBe('info');
  });

  it.each<readonly [string, Outcome]>([
    ['a foreign round ended the sign-in', { kind: 'failed', reason: 'foreign-metadata' }],
    ['a round had foreign metadata', { ...sent, foreignMetadata: true }],
    ['a count failed beside an SMS', { ...sent, fault }],
    ['nobody answers the country’s SMS', { ...sent, unconvertedSends: true }],
    [
      'an SMS was not delivered',
      {
        ...round,
        kind: 'delivery-failed',
        error: new SmsDeliveryError('throttled', false),
        country: 'SG',
      },
    ],
    ['a call never said what came of its round', { ...round, kind: 'abandoned' }],
    ['a budget is used up', { ...round, kind: 'throttled', reason: 'overall-budget' }],
    ['the counts are out of reach', { ...round, kind: 'throttled', reason: 'limits-unavailable' }],
    [
      'a user has no usable number',
      { ...round, kind: 'withheld', reason: 'number-missing', looks: 'accepted' },
    ],
    [
      'a locked account asks for codes',
      { ...round, kind: 'withheld', reason: 'account-locked', looks: 'failed' },
    ],
    ['a count failed beside a right answer', { kind: 'verified', fault }],
    ['an answer was for a foreign challenge', { kind: 'rejected', reason: 'foreign-metadata' }],
    ['a wrong answer locked the account', rejected({ locksAccount: true })],
    ['a late answer locked the account', { kind: 'code-expired', locksAccount: true }],
    ['an answer could not be checked', rejected({ fault })],
    ['a number was not confirmed', { kind: 'phone-not-confirmed', reason: 'number-missing' }],
    ['the trigger is not ours', { kind: 'not-our-trigger' }],
  ])('deserves a look where %s', (_, outcome) => {
    expect(recordOf(outcome).level).toBe('warn');
  });

  it.each<readonly [Outcome, readonly unknown[]]>([
    [sent, [['country-sent', { country: 'SG' }]]],
    [
      { ...sent, unconvertedSends: true, fault },
      [
        ['store-fault', { failure: 'throttled' }],
        ['country-sent', { country: 'SG' }],
        ['unproven-sends', { country: 'SG' }],
      ],
    ],
    [
      { ...round, kind: 'throttled', reason: 'number-limit' },
      [['send-refused', { reason: 'number-limit', country: '--' }]],
    ],
    [{ kind: 'verified', country: 'SG' }, [['country-verified', { country: 'SG' }]]],
    [{ kind: 'verified' }, [['country-verified', { country: '--' }]]],
    [rejected({ locksAccount: true }), [['lockout']]],
    [{ kind: 'code-expired', locksAccount: true }, [['lockout']]],
    [rejected({ fault }), [['store-fault', { failure: 'throttled' }]]],
  ])('counts beside $0.kind what an alarm should watch', (outcome, counts) => {
    expect(recordOf(outcome).counts).toEqual(counts);
  });

  it('names the lock and the pumping as the docs do', () => {
    expect(recordOf({ kind: 'code-expired', locksAccount: true }).details).toEqual({
      lockout: true,
    });
    expect(recordOf({ ...sent, unconvertedSends: true }).details).toMatchObject({
      unprovenSends: true,
    });
  });
});

function rejected(more: { readonly locksAccount?: true; readonly fault?: StoreError }): Outcome {
  return { kind: 'rejected', reason: 'wrong-code', ...more };
}
