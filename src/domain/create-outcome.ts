/** What a round came to: for the client, for the log, and to be saved. */

import type { RefusalReason } from './abuse/send-limits.ts';
import type { Challenge } from './challenge.ts';
import type { SmsDeliveryError, SmsRouting } from './ports/sms-gateway.ts';
import type { StoreError } from './ports/store-error.ts';
import type { UnreachableReason } from './recipient.ts';

/** What a client is told of the round; the README documents each value for client developers. */
export type ChallengeStatus = (typeof CHALLENGE_STATUSES)[number];

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

/** What happened to the round, and how the challenge stands now. */
export type CreateOutcome = CreateEvent & {
  readonly status: ChallengeStatus;
  /** Finds the challenge again in later rounds. */
  readonly reference: string;
  /** The number that the code goes to, masked; made up when there is none to show. */
  readonly destination: string;
  readonly codeLength: number;
  readonly expiresInMs: number;
  readonly attemptsRemaining: number;
  readonly resendsRemaining: number;
  readonly resendAfterMs: number;
  /** The last round's metadata was not of our making: the challenge began anew. */
  readonly foreignMetadata: boolean;
  /** A count that could not be read or written, and did not stop the round. */
  readonly fault?: StoreError;
};

type CreateEvent =
  | {
      readonly kind: 'sent' | 'resent';
      readonly routing: SmsRouting | undefined;
      /** ISO 3166-1 alpha-2; `ZZ` when the number belongs to no country. */
      readonly country: string;
      /** The country's hour looks like pumped traffic. */
      readonly unprovenSends?: true;
    }
  | { readonly kind: 'reused' | 'expired' }
  | { readonly kind: 'resend-too-soon' | 'resend-limit' }
  | {
      readonly kind: 'delivery-failed';
      readonly error: SmsDeliveryError;
      readonly country: string;
    }
  /** A limit forbade the SMS. */
  | { readonly kind: 'throttled'; readonly reason: RefusalReason; readonly country?: string }
  /** Another call for the round did its work. */
  | { readonly kind: 'repeated' }
  /** Another call for the round began its work, and never said what came of it. */
  | { readonly kind: 'abandoned' }
  /** Looks sent, but there is no one to send to, or the account is locked. */
  | { readonly kind: 'withheld'; readonly reason: WithheldReason };

export type WithheldReason = UnreachableReason | 'account-locked';

/** What a round came to, before it is saved. */
export interface RoundStep {
  readonly event: CreateEvent;
  readonly status: ChallengeStatus;
  readonly challenge: Challenge;
  /** An SMS that is to be counted. */
  readonly sent?: { readonly country: string; readonly at: number };
  readonly fault?: StoreError | undefined;
}
