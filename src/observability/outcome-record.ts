/** What log and metrics tell of an outcome: decided here, once for each kind. */
import { NO_DESTINATION } from '../domain/abuse/send-limits.ts';
import type { CreateOutcome } from '../domain/create-outcome.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { SmsDeliveryError, SmsRouting } from '../domain/ports/sms-gateway.ts';
import { StoreError } from '../domain/ports/store-error.ts';
import { describeFault } from './redaction.ts';

/** A metric to count, and its dimensions. */
export type Count = readonly [name: string, dimensions?: Readonly<Record<string, string>>];

/** What is told of one outcome. */
export interface OutcomeRecord {
  /** Whether the line deserves a look. */
  readonly level: 'info' | 'warn';
  /** Fields of the log line, besides the outcome's name and whom it is about. */
  readonly details: Readonly<Record<string, unknown>>;
  /** How the outcome's SMS found its way, where one was to be sent. */
  readonly routing?: SmsRouting | undefined;
  /** What is counted besides the outcome itself. */
  readonly counts?: readonly Count[];
  /** What the operator should hear of besides, in a line of its own. */
  readonly warning?: string | undefined;
}

/** What is told of an outcome. A new kind does not compile until it is decided here. */
export function recordOf(outcome: Outcome): OutcomeRecord {
  switch (outcome.kind) {
    case 'code-asked':
    case 'password-asked':
    case 'tokens-issued':
    case 'sign-up-accepted':
    case 'sign-up-by-email':
    case 'resend-requested':
      return { level: 'info', details: {} };
    case 'sign-up-refused':
      return { level: 'info', details: { reason: outcome.reason } };
    case 'failed':
      return {
        level: levelIf(outcome.reason === 'foreign-metadata'),
        details: { reason: outcome.reason },
      };
    case 'not-our-trigger':
      return { level: 'warn', details: {} };
    case 'verified': {
      const { feedback, phone, country, review, fault } = outcome;
      return {
        level: levelIf(fault !== undefined || review),
        details: {
          ...(country !== undefined && { country }),
          ...faultOf(outcome),
          ...(feedback !== undefined && { feedback }),
          ...(phone !== undefined && { phone }),
          ...(review && { reviewNumber: true }),
        },
        counts: [
          ...storeFaults(fault),
          review
            ? ['review-sign-in']
            : ['country-verified', { country: country ?? NO_DESTINATION }],
          ...(phone === 'not-confirmed' ? ([['phone-not-confirmed']] as const) : []),
        ],
      };
    }
    case 'rejected': {
      const { reason, locksAccount, nearsStop, fault } = outcome;
      const notable = reason === 'foreign-metadata' || locksAccount || nearsStop !== undefined;
      return {
        level: levelIf(notable || fault !== undefined),
        details: {
          reason,
          ...(locksAccount && LOCKOUT),
          ...(nearsStop !== undefined && { failuresInARow: nearsStop }),
          ...faultOf(outcome),
        },
        counts: [
          ...storeFaults(fault),
          ...(locksAccount ? ([['lockout']] as const) : []),
          ...(nearsStop === undefined ? [] : ([['lockout-near-stop']] as const)),
        ],
      };
    }
    case 'answer-repeated':
      return { level: 'info', details: { right: outcome.isRight } };
    case 'code-expired':
      return { level: 'info', details: {} };
    case 'sent':
    case 'resent': {
      const { country, unconvertedSends, routing } = outcome;
      return roundRecord(outcome, {
        level: levelIf(unconvertedSends),
        details: { country, ...(unconvertedSends && { unprovenSends: true }) },
        routing,
        counts: [
          ['country-sent', { country }],
          ...(unconvertedSends ? ([['unproven-sends', { country }]] as const) : []),
        ],
      });
    }
    case 'reused':
    case 'expired':
    case 'resend-too-soon':
    case 'resend-limit':
    case 'repeated':
      return roundRecord(outcome, { level: 'info', details: {} });
    case 'abandoned':
    case 'review-number':
      return roundRecord(outcome, { level: 'warn', details: {} });
    case 'delivery-failed': {
      const { error, country } = outcome;
      return roundRecord(outcome, {
        level: 'warn',
        details: { ...describeFailedSms(error), country },
        routing: error.routing,
      });
    }
    case 'throttled': {
      const { reason, country } = outcome;
      return roundRecord(outcome, {
        level: levelIf(reason !== 'number-limit'),
        details: { reason, ...(country !== undefined && { country }) },
        counts: [['send-refused', { reason, country: country ?? NO_DESTINATION }]],
      });
    }
    case 'withheld':
      return roundRecord(outcome, {
        level: levelIf(outcome.reason !== 'user-not-found'),
        details: { reason: outcome.reason, ...mendOf(outcome.reason) },
      });
  }
}

/** What an operator can do for a user who can't be sent a code, and is never told. */
const MENDS: Readonly<Partial<Record<WithheldReason, string>>> = {
  'number-missing': 'Give the user a phone_number.',
  'number-not-e164': 'Write phone_number in E.164, such as +14155550100.',
  'number-impossible':
    'Correct phone_number, or name what it begins with in SMS_ROUTES (prefixes).',
  'number-special':
    'A premium or service number gets SMS only where SMS_ROUTES names what it begins with (prefixes).',
  'number-not-verified':
    'Let the first code prove the number, by REQUIRE_VERIFIED_PHONE=false with CONFIRM_PHONE=true, or set phone_number_verified yourself.',
};

type WithheldReason = Extract<CreateOutcome, { readonly kind: 'withheld' }>['reason'];

function mendOf(reason: WithheldReason) {
  const mend = MENDS[reason];
  return mend === undefined ? {} : { mend };
}

/** What a line tells of an SMS that a provider did not take. */
export function describeFailedSms({ failure, mayHaveLeft, provider }: SmsDeliveryError) {
  return { reason: failure, mayHaveLeft, provider };
}

const LOCKOUT = { lockout: true };

/** Adds what every round has to what its kind has. */
function roundRecord(
  { status, attemptsRemaining, resendsRemaining, foreignMetadata, fault, pace }: CreateOutcome,
  { level, details, routing, counts = [] }: OutcomeRecord,
): OutcomeRecord {
  return {
    level: levelIf(level === 'warn' || foreignMetadata || fault !== undefined),
    details: {
      ...details,
      ...faultOf({ fault }),
      status,
      attemptsRemaining,
      resendsRemaining,
      ...(foreignMetadata && { foreignMetadata }),
    },
    routing,
    counts: [
      ...storeFaults(fault),
      ...counts,
      ...(pace?.overran ? ([['answer-late']] as const) : []),
    ],
    warning: pace?.tooMany ? TOO_MANY_LATE : undefined,
  };
}

const TOO_MANY_LATE =
  'More than 2 % of the sends of this container took longer than their step, which can tell that there is such a user. Set ANSWER_STEP_MS higher.';

function levelIf(notable: boolean | undefined): 'info' | 'warn' {
  return notable ? 'warn' : 'info';
}

function faultOf({ fault }: { readonly fault?: unknown }) {
  return fault === undefined ? {} : { fault: describeFault(fault) };
}

function storeFaults(fault: unknown): readonly Count[] {
  return fault instanceof StoreError ? [['store-fault', { failure: fault.failure }]] : [];
}
