import { describe, expect, it } from 'vitest';
import type { CreateOutcome } from '../../src/domain/create-outcome.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { SmsDeliveryError } from '../../src/domain/ports/sms-gateway.ts';
import { StoreError } from '../../src/domain/ports/store-error.ts';
import { describeFailedSms, recordOf } from '../../src/observability/outcome-record.ts';

const round = {
  status: 'SENT',
  reference: 'reference',
  round: 'round',
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
const NOT_CONFIRMED: Outcome = {
  kind: 'verified',
  country: 'SG',
  phone: 'not-confirmed',
  fault: new Error('out of reach'),
};

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
    { ...round, kind: 'withheld', reason: 'user-not-found' },
    { kind: 'verified', country: 'SG', phone: 'confirmed' },
    { kind: 'rejected', reason: 'wrong-code' },
    { kind: 'answer-repeated', isRight: true },
    { kind: 'code-expired' },
    { kind: 'resend-requested' },
    { kind: 'sign-up-accepted' },
    { kind: 'sign-up-by-email' },
    { kind: 'sign-up-refused', reason: 'number-missing' },
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
        error: new SmsDeliveryError('throttled', 'unsent'),
        country: 'SG',
      },
    ],
    ['a call never said what came of its round', { ...round, kind: 'abandoned' }],
    ['a budget is used up', { ...round, kind: 'throttled', reason: 'overall-budget' }],
    ['the counts are out of reach', { ...round, kind: 'throttled', reason: 'limits-unavailable' }],
    ['a user has no usable number', { ...round, kind: 'withheld', reason: 'number-missing' }],
    ['a locked account asks for codes', { ...round, kind: 'withheld', reason: 'account-locked' }],
    ['a number signs in without an SMS', { ...round, kind: 'review-number' }],
    ['a review number signed in', { kind: 'verified', review: true }],
    ['a count failed beside a right answer', { kind: 'verified', fault }],
    ['an answer was for a foreign challenge', { kind: 'rejected', reason: 'foreign-metadata' }],
    ['a wrong answer locked the account', rejected({ locksAccount: true })],
    ['a wrong answer came near the stop', rejected({ nearsStop: 50 })],
    ['an answer could not be checked', rejected({ fault })],
    ['a number was not confirmed', NOT_CONFIRMED],
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
    [{ kind: 'verified', phone: 'confirmed' }, [['country-verified', { country: '--' }]]],
    [{ kind: 'verified', review: true }, [['review-sign-in']]],
    [NOT_CONFIRMED, [['country-verified', { country: 'SG' }], ['phone-not-confirmed']]],
    [{ ...sent, pace: { dueAt: 500 } }, [['country-sent', { country: 'SG' }]]],
    [
      { ...sent, pace: { dueAt: 500, overran: true } },
      [['country-sent', { country: 'SG' }], ['answer-late']],
    ],
    [rejected({ locksAccount: true }), [['lockout']]],
    [rejected({ nearsStop: 50 }), [['lockout-near-stop']]],
    [rejected({ locksAccount: true, nearsStop: 51 }), [['lockout'], ['lockout-near-stop']]],
    [rejected({ fault }), [['store-fault', { failure: 'throttled' }]]],
  ])('counts beside $0.kind what an alarm should watch', (outcome, counts) => {
    expect(recordOf(outcome).counts).toEqual(counts);
  });

  it.each<readonly [Outcome, object]>([
    [{ kind: 'code-asked' }, {}],
    [{ kind: 'sign-up-by-email' }, {}],
    [{ kind: 'sign-up-refused', reason: 'number-missing' }, { reason: 'number-missing' }],
    [{ kind: 'resend-requested' }, {}],
    [{ kind: 'answer-repeated', isRight: true }, { right: true }],
    [{ kind: 'code-expired' }, {}],
    [{ kind: 'verified' }, {}],
    [
      { kind: 'verified', country: 'SG', feedback: 'given' },
      { country: 'SG', feedback: 'given' },
    ],
    [{ kind: 'verified', review: true }, { reviewNumber: true }],
    [rejected({}), { reason: 'wrong-code' }],
    [rejected({ nearsStop: 50 }), { reason: 'wrong-code', failuresInARow: 50 }],
  ])('is for $0.kind what there is to tell, and no empty field', (outcome, details) => {
    expect(recordOf(outcome).details).toStrictEqual(details);
  });

  it.each<readonly [CreateOutcome, object]>([
    [{ ...round, kind: 'reused' }, {}],
    [{ ...round, kind: 'reused', foreignMetadata: true }, { foreignMetadata: true }],
    [
      { ...round, kind: 'reused', fault },
      { fault: expect.objectContaining({ name: 'StoreError', code: 'STORE_FAILED' }) },
    ],
    [{ ...round, kind: 'throttled', reason: 'number-limit' }, { reason: 'number-limit' }],
    [
      { ...round, kind: 'throttled', reason: 'country-budget', country: 'SG' },
      { reason: 'country-budget', country: 'SG' },
    ],
    [{ ...round, kind: 'withheld', reason: 'user-not-found' }, { reason: 'user-not-found' }],
    [
      { ...round, kind: 'withheld', reason: 'number-missing' },
      { reason: 'number-missing', mend: 'Give the user a phone_number.' },
    ],
  ])(
    'is for a round that came to $0.kind that and where the challenge stands',
    (outcome, details) => {
      const { status, attemptsRemaining, resendsRemaining } = round;
      expect(recordOf(outcome).details).toStrictEqual({
        ...details,
        status,
        attemptsRemaining,
        resendsRemaining,
      });
    },
  );

  it('names the lock, the stop, the number and the pumping as the docs do', () => {
    expect(recordOf(rejected({ locksAccount: true, nearsStop: 50 })).details).toEqual({
      reason: 'wrong-code',
      lockout: true,
      failuresInARow: 50,
    });
    expect(recordOf({ kind: 'verified', phone: 'confirmed' }).details).toEqual({
      phone: 'confirmed',
    });
    expect(recordOf(NOT_CONFIRMED).details).toMatchObject({
      phone: 'not-confirmed',
      fault: { message: 'out of reach' },
    });
    expect(recordOf({ ...sent, unconvertedSends: true }).details).toMatchObject({
      unprovenSends: true,
    });
  });
});

describe('What is told of a provider’s error', () => {
  it.each([
    { name: 'TwilioError21610', httpStatus: 400, requestId: `RQ${'0123456789abcdef'.repeat(2)}` },
    { name: 'ConflictException', reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' },
    { name: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' },
    { name: 'Throttling', requestId: '9ea1e8c6-0000-5000-8000-d9a3b6c6e4f5' },
  ])('is how the provider put it, where that is sure to quote nothing: %j', (provider) => {
    const error = new SmsDeliveryError('rejected', 'unsent', provider);
    expect(describeFailedSms(error).provider).toEqual(provider);
  });

  it.each([
    '+12025554567',
    'Code123456',
    '1_2_3_4_5_6',
    'Your code is in the post',
    `RQ${'0123456789abcdef'.repeat(2)} to +12025554567`,
    '9ea1e8c6-0000-5000-8000-12025554567',
    'REFUSED\n123456',
  ])('is blotted out otherwise: %j', (words) => {
    const provider = { name: words, httpStatus: 400, requestId: words, reason: words };
    const error = new SmsDeliveryError('rejected', 'unsent', provider);
    expect(describeFailedSms(error).provider).toEqual({
      name: '(redacted)',
      httpStatus: 400,
      requestId: '(redacted)',
      reason: '(redacted)',
    });
  });
});

function rejected(more: {
  readonly locksAccount?: true;
  readonly nearsStop?: number;
  readonly fault?: StoreError;
}): Outcome {
  return { kind: 'rejected', reason: 'wrong-code', ...more };
}
