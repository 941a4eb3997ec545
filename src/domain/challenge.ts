import type { OtpPolicy } from './otp-policy.ts';

/**
 * One sign-in's challenge: the code that is out and what has become of it. Immutable: each
 * transition below returns the next state. All times are epoch milliseconds.
 */
export interface Challenge {
  readonly id: string;
  readonly code: Code;
  /** SMS that left, or may have left, the provider. */
  readonly sends: number;
  /** Wrong answers so far. */
  readonly failures: number;
  /** From when another SMS may be asked for. */
  readonly resendAt: number;
  /** Answers that were taken so far, in all the sign-ins that share it, where the repository can tell. */
  readonly answersTaken?: number;
}

/** What is out, if anything. */
export type Code = LiveCode | DecoyCode | UsedCode | NoCode;

/** A code that was sent, known by its keyed digest alone. */
export interface LiveCode {
  readonly kind: 'live';
  readonly digest: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Where the provider wants to know that the code was used: what its message is known by. */
  readonly feedbackReference?: string | undefined;
}

/** Looks like a live code from outside, but nothing was sent and no answer matches. */
export interface DecoyCode {
  readonly kind: 'decoy';
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** A code that has signed someone in, where the repository can tell. */
export interface UsedCode {
  readonly kind: 'used';
}

/** Nothing is out: the first SMS was refused. */
export interface NoCode {
  readonly kind: 'none';
}

/** A challenge with nothing out yet. */
export function newChallenge(id: string): Challenge {
  return { id, code: { kind: 'none' }, sends: 0, failures: 0, resendAt: 0 };
}

/** The SMS was accepted (or, for a decoy, would have been): this code replaces any other. */
export function afterSend(
  challenge: Challenge,
  code: LiveCode | DecoyCode,
  policy: OtpPolicy,
): Challenge {
  return {
    ...challenge,
    code,
    sends: challenge.sends + 1,
    resendAt: code.issuedAt + policy.resendCooldownMs,
  };
}

/** The provider did not answer: the SMS may have left, so its code counts; a resend may follow at once. */
export function afterUncertainSend(challenge: Challenge, code: LiveCode | DecoyCode): Challenge {
  return { ...challenge, code, sends: challenge.sends + 1, resendAt: code.issuedAt };
}

/** The provider refused: nothing left, so a code that the user already holds stays good. */
export function afterRefusedSend(challenge: Challenge, now: number): Challenge {
  return { ...challenge, resendAt: now };
}

/** Another call of the round may have sent an SMS whose code is not known here; a resend may follow at once. */
export function afterLostSend(challenge: Challenge, now: number): Challenge {
  return { ...challenge, sends: challenge.sends + 1, resendAt: now };
}

/** A limit forbade the SMS: a code that the user already holds stays good. */
export function afterThrottledSend(challenge: Challenge, retryAt: number): Challenge {
  return { ...challenge, resendAt: retryAt };
}

/** One try less; the code stays. */
export function afterWrongAnswer(challenge: Challenge): Challenge {
  return { ...challenge, failures: challenge.failures + 1 };
}

/** Wrong answers that are still allowed. */
export function attemptsRemaining(challenge: Challenge, policy: OtpPolicy): number {
  return Math.max(0, policy.maxAttempts - challenge.failures);
}

/** SMS that the sign-in may still send. */
export function sendsRemaining(challenge: Challenge, policy: OtpPolicy): number {
  return Math.max(0, policy.maxSends - challenge.sends);
}

/** Milliseconds that the code is still accepted; 0 when it is too old or used, or none is out. */
export function lifetimeLeft(code: Code, now: number): number {
  return 'expiresAt' in code ? Math.max(0, code.expiresAt - now) : 0;
}

/** Milliseconds until another SMS may be asked for. */
export function resendWait(challenge: Challenge, now: number): number {
  return Math.max(0, challenge.resendAt - now);
}
