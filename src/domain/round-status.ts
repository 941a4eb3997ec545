/** What a client is told of a round: the one place that decides it. */
import { type Challenge, resendWait } from './challenge.ts';
import type { ChallengeStatus, RoundEvent } from './create-outcome.ts';

/** What happened in a round that is not another call's repetition. */
export type StepEvent = Exclude<RoundEvent, { readonly kind: 'repeated' }>;

/** What a client is told if the SMS that is due goes out. */
export type SentStatus = 'SENT' | 'RESENT';

/** What the status goes by besides the event. */
export interface StatusContext {
  /** As the round left it. */
  readonly challenge: Challenge;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Where nobody may know how a send went, it went well. */
  readonly hideUserExistence: boolean;
}

/** @param wanted the status, should the SMS that is due go out. */
export function statusOf(
  event: StepEvent,
  wanted: SentStatus,
  { challenge, now, hideUserExistence }: StatusContext,
): ChallengeStatus {
  const nothingOut = challenge.code.kind === 'none';
  const failed = hideUserExistence ? wanted : 'DELIVERY_FAILED';
  switch (event.kind) {
    case 'sent':
      return 'SENT';
    case 'resent':
      return 'RESENT';
    case 'withheld':
      return event.reason === 'account-locked' ? wanted : failed;
    case 'review-number':
      return wanted;
    case 'delivery-failed':
    case 'abandoned':
      return failed;
    case 'throttled':
      return event.isHidden ? wanted : 'THROTTLED';
    case 'resend-limit':
      return 'RESEND_LIMIT';
    case 'resend-too-soon':
      return nothingOut ? 'THROTTLED' : 'RESEND_TOO_SOON';
    case 'expired':
      return 'EXPIRED';
    case 'reused':
      if (!nothingOut) {
        return 'INCORRECT';
      }
      // A limit forbade the SMS, and still does, or does not any more, or the provider refused it.
      if (resendWait(challenge, now) > 0) {
        return 'THROTTLED';
      }
      return hideUserExistence ? 'EXPIRED' : 'DELIVERY_FAILED';
  }
}
