import type { TakenAnswer } from './delivery.ts';
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
  /** SMS that surely did not leave, though a provider was to send them. */
  readonly refusedSends: number;
  /** Wrong answers so far; in all the sign-ins that share it, where the repository can tell. */
  readonly failures: number;
  /** From when another SMS may be asked for. */
  readonly resendAt: number;
  /** Until when the client is told that the code holds: it may not know that nothing was sent. */
  readonly shownUntil: number;
  /** How often it was written down, where the repository can tell: what a write must know to change it. */
  readonly version: number;
  /** The round that asked for the newest SMS, by a name of 16 characters, where the repository can tell. */
  readonly sentIn?: string;
  /** Answers that were taken and may be delivered again, where the repository can tell. */
  readonly answers?: readonly TakenAnswer[];
}

/** What is out, if anything. */
export type Code = LiveCode | DecoyCode | UsedCode | NoCode;

/** A code that was sent, known by its keyed digest alone. */
export interface LiveCode {
  readonly kind: 'live';
  readonly digest: string;
  /** Digits of the code; as many as the policy says where absent. */
  readonly digits?: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Where the provider wants to know that the code was used: what its message is known by. */
  readonly feedbackReference?: string | undefined;
  /** The digest is of version 1 of the stored form, which did not bind it to the number. */
  readonly unbound?: true;
}

/** Looks like a live code from outside, but nothing was sent and no answer matches. */
export interface DecoyCode {
  readonly kind: 'decoy';
  /** As of a live code. */
  readonly digits?: number | undefined;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** A code that has signed someone in, where the repository can tell. */
export interface UsedCode {
  readonly kind: 'used';
}

/** Nothing is out: the first SMS was refused, by its provider or a limit. */
export interface NoCode {
  readonly kind: 'none';
}

/** A challenge with nothing out yet. */
export function newChallenge(id: string): Challenge {
  return {
    id,
    code: { kind: 'none' },
    sends: 0,
    refusedSends: 0,
    failures: 0,
    resendAt: 0,
    shownUntil: 0,
    version: 0,
  };
}

/** An SMS is about to leave (or, for a decoy, would be): its code replaces any other. */
export function withCode(
  challenge: Challenge,
  code: LiveCode | DecoyCode,
  { resendCooldownMs }: OtpPolicy,
  sentIn: string,
): Challenge {
  return {
    ...challenge,
    code,
    sends: challenge.sends + 1,
    resendAt: code.issuedAt + resendCooldownMs,
    shownUntil: code.expiresAt,
    sentIn,
  };
}

/** Nobody knows whether the SMS has left: its code counts, and a resend may follow at once. */
export function afterUncertainSend(sending: Challenge, now: number): Challenge {
  return { ...sending, resendAt: Math.min(sending.resendAt, now) };
}

/**
 * Nothing has left: a code that the user already holds stays good.
 *
 * @param before how the challenge was before the send.
 * @param resendAt from when another one may be asked for.
 */
export function afterUnsent(before: Challenge, sending: Challenge, resendAt: number): Challenge {
  return { ...before, resendAt, version: sending.version };
}

/** The SMS was refused: nothing has left, and another one may be asked for at once. */
export function afterRefusedSend(before: Challenge, sending: Challenge, now: number): Challenge {
  return { ...afterUnsent(before, sending, now), refusedSends: before.refusedSends + 1 };
}

/**
 * Nothing has left, and nobody is to know: a code that the user already holds stays good, and no other answer is right.
 * One of another length than the client was told does not: which guesses cost a try would tell that it is out.
 */
export function afterHiddenUnsent(before: Challenge, sending: Challenge): Challenge {
  const { code } = sending;
  if (before.code.kind === 'live' && isAsLong(before.code, code)) {
    const isKept = code.kind === 'live' && code.digest === before.code.digest;
    return isKept ? sending : { ...sending, code: before.code };
  }
  return code.kind === 'live' ? { ...sending, code: decoyOf(code) } : sending;
}

function isAsLong({ digits }: LiveCode, other: Code): boolean {
  return digits === undefined || ('digits' in other && other.digits === digits);
}

/** Wrong answers that are still allowed. */
export function attemptsRemaining(challenge: Challenge, policy: OtpPolicy): number {
  return Math.max(0, policy.maxAttempts - challenge.failures);
}

/** When the newest SMS left, or would have, as its client was told; in epoch milliseconds. */
export function lastSendAt({ code, shownUntil }: Challenge, { lifetimeMs }: OtpPolicy): number {
  // By the code's own lifetime, where one is out: other settings may have made it.
  return shownUntil - ('expiresAt' in code ? code.expiresAt - code.issuedAt : lifetimeMs);
}

/** Digits of the code that is out, or of the next one. */
export function codeLengthOf(code: Code, policy: OtpPolicy): number {
  return ('digits' in code ? code.digits : undefined) ?? policy.codeLength;
}

/** SMS that the sign-in may still send: none once as many were refused as may be sent. */
export function sendsRemaining(
  { sends, refusedSends }: Challenge,
  { maxSends }: OtpPolicy,
): number {
  return refusedSends < maxSends ? Math.max(0, maxSends - sends) : 0;
}

/** Whether an SMS that was not sent was made up for, or was to be: the code is younger than its client was told. */
export function wasMadeUpFor({ code, shownUntil }: Challenge): boolean {
  return 'expiresAt' in code && code.expiresAt > shownUntil;
}

/** What looks like the code from outside, and matches no answer. */
function decoyOf({ digits, issuedAt, expiresAt }: LiveCode): DecoyCode {
  return { kind: 'decoy', digits, issuedAt, expiresAt };
}

/** Milliseconds that the client is told the code is still accepted; 0 when it is too old or used, or none is out. */
export function shownLifetime({ code, shownUntil }: Challenge, now: number): number {
  return code.kind === 'used' ? 0 : Math.max(0, shownUntil - now);
}

/** Milliseconds that the code is still accepted; 0 when it is too old. */
export function lifetimeLeft({ expiresAt }: LiveCode, now: number): number {
  return Math.max(0, expiresAt - now);
}

/** Milliseconds until another SMS may be asked for. */
export function resendWait(challenge: Challenge, now: number): number {
  return Math.max(0, challenge.resendAt - now);
}
