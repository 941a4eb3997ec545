/** What a client learns of a round: the contract with client developers, laid out in the README. */
import type { ChallengeStatus, CreateOutcome } from './domain/create-outcome.ts';

/** `ChallengeParameters` as the client reads them. Cognito adds `USERNAME` and allows strings only. */
export interface PublicChallengeParameters extends Record<string, string> {
  /** What to tell the user, in English; `status` says the same to a program. */
  message: string;
  status: ChallengeStatus;
  CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS';
  /** The phone number, all but its last four digits hidden. */
  CODE_DELIVERY_DESTINATION: string;
  codeLength: string;
  /** Seconds that the code is still accepted; 0 when a new one is needed. */
  expiresInSeconds: string;
  /** Wrong answers that are still allowed, this round's included. */
  attemptsRemaining: string;
  /** New codes that this sign-in may still ask for. */
  resendsRemaining: string;
  /** Seconds to wait before asking for a new code. */
  resendAfterSeconds: string;
}

const MESSAGES: Readonly<Record<ChallengeStatus, string>> = {
  SENT: 'Enter the OTP sent to your phone',
  INCORRECT: 'Incorrect code, please try again',
  RESENT: 'New OTP sent to your phone',
  RESEND_TOO_SOON: 'Please wait a moment before asking for a new code',
  RESEND_LIMIT: 'No more codes can be sent for this sign-in',
  THROTTLED: 'Too many codes were asked for, please try again later',
  EXPIRED: 'This code has expired, please ask for a new one',
  DELIVERY_FAILED: 'The code could not be sent, please ask for a new one',
};

export function publicChallengeParameters(outcome: CreateOutcome): PublicChallengeParameters {
  return {
    message: MESSAGES[outcome.status],
    status: outcome.status,
    CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS',
    CODE_DELIVERY_DESTINATION: outcome.destination,
    codeLength: String(outcome.codeLength),
    // Rounded so that a client never promises more time than there is, nor offers a resend too early.
    expiresInSeconds: String(Math.floor(outcome.expiresInMs / 1000)),
    attemptsRemaining: String(outcome.attemptsRemaining),
    resendsRemaining: String(outcome.resendsRemaining),
    resendAfterSeconds: String(Math.ceil(outcome.resendAfterMs / 1000)),
  };
}
