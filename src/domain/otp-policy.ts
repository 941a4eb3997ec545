/** The numbers that a sign-in by one-time code keeps to. Durations are milliseconds. */
export interface OtpPolicy {
  /** Digits in a code, 6 to 10. NIST SP 800-63B-4 §3.1.3.2 asks for at least six. */
  readonly codeLength: number;
  /** How long a code is accepted, from the moment it was made; at most 10 minutes (NIST). */
  readonly lifetimeMs: number;
  /** Wrong answers that end a sign-in; a resend never refills them. */
  readonly maxAttempts: number;
  /** SMS that one sign-in may send, the first one included; and as many again that are refused. */
  readonly maxSends: number;
  /** Wait between an SMS and the next one. */
  readonly resendCooldownMs: number;
  /** How long the SMS provider may take to accept a message. */
  readonly sendTimeoutMs: number;
}

/** A sign-in that has not ended after this many rounds fails: resends and refused sends count too. */
export const MAX_ROUNDS = 20;
