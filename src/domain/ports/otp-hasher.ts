import type { SignInScope } from '../sign-in.ts';

/** What a digest is tied to: the same code has another digest in every other challenge. */
export interface CodeBinding {
  readonly challengeId: string;
  readonly scope: SignInScope;
  /** The number that the code is sent to, as the user's record has it; absent in digests of version 1 of the stored form. */
  readonly number?: string;
}

/** Turns a code into a keyed digest, the only form of it that is ever kept. */
export interface OtpHasher {
  digest(code: string, binding: CodeBinding): string;
  /** Compares in constant time. Takes any strings at all; never throws. */
  matches(code: string, binding: CodeBinding, digest: string): boolean;
}
