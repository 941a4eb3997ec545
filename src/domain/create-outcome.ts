/** What a round came to: for the client, and for the log. */
import type { SendPace } from './abuse/answer-pace.ts';
import type { RefusalReason } from './abuse/send-decision.ts';
import type { SmsDeliveryError, SmsRouting } from './ports/sms-gateway.ts';
import type { StoreError } from './ports/store-error.ts';
import type { UnreachableReason } from './recipient.ts';

/** What a client is told of the round. */
export type ChallengeStatus = (typeof CHALLENGE_STATUSES)[number];

/** Every status that there is. */
export const CHALLENGE_STATUSES = [
  'SENT',
  'INCORRECT',
  'RESENT',
  'RESEND_TOO_SOON',
  'RESEND_LIMIT',
  'THROTTLED',
  'EXPIRED',
  'DELIVERY_FAILED',
] as const;

/** What a client sees of the round. Durations are milliseconds. */
export interface ShownRound {
  readonly status: ChallengeStatus;
  /** The number that the code goes to, masked; without a digit where nobody may know it. */
  readonly destination: string;
  /** Of the code that is out, whatever the settings say by now. */
  readonly codeLength: number;
  readonly expiresInMs: number;
  readonly attemptsRemaining: number;
  readonly resendsRemaining: number;
  readonly resendAfterMs: number;
}

/** What really happened, and what a client sees of it. */
export type CreateOutcome = ShownRound &
  RoundEvent & {
    /** Finds the challenge again in later rounds. */
    readonly reference: string;
    /** Tells Verify this round from all others: random, and new for each call. */
    readonly round: string;
    /** The last round's metadata was not of our making: the challenge began anew. */
    readonly foreignMetadata: boolean;
    /** A count that could not be read or written, and did not stop the round. */
    readonly fault?: StoreError | undefined;
    /** How it keeps the pace, where there was a send, or none that anybody may know of. */
    readonly pace?: SendPace | undefined;
  };

/** What really happened in a round. */
export type RoundEvent =
  | (AcceptedSms & { readonly kind: 'sent' | 'resent' })
  | UnsentSms
  /** The code that is out stays, or is too old. */
  | { readonly kind: 'reused' | 'expired' }
  | { readonly kind: 'resend-too-soon' | 'resend-limit' }
  /** Another call for the round did its work. */
  | { readonly kind: 'repeated' };

/** An SMS that its provider took. */
export interface AcceptedSms {
  readonly routing: SmsRouting | undefined;
  /** ISO 3166-1 alpha-2; `ZZ` when the number belongs to no country. */
  readonly country: string;
  /** The country's SMS look like pumped traffic. */
  readonly unconvertedSends?: true;
}

/** Why an SMS that was due did not go out, or may not have. */
export type UnsentSms =
  | {
      readonly kind: 'delivery-failed';
      readonly error: SmsDeliveryError;
      readonly country: string;
    }
  /** A limit forbade it. */
  | {
      readonly kind: 'throttled';
      readonly reason: RefusalReason;
      readonly country?: string;
      /** To a client it looks like any other send. */
      readonly isHidden?: true;
    }
  /** Another call for the round began its work, and never said what came of it. */
  | { readonly kind: 'abandoned' }
  /** There is no one to send to, or the account is locked; to a client it looks like any other send. */
  | {
      readonly kind: 'withheld';
      readonly reason: WithheldReason;
    }
  /** The number signs in by a code of its own; to a client it looks like any other send. */
  | { readonly kind: 'review-number' };

/** Why nothing was sent to whoever asked. */
export type WithheldReason = UnreachableReason | 'account-locked';
