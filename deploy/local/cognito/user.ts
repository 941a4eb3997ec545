/** A user of a pool, and who a new one will be. */
import type { SignInAttribute } from './attribute-schema.ts';
import type { PasswordVerifier } from './srp.ts';

export type UserStatus = 'UNCONFIRMED' | 'CONFIRMED' | 'RESET_REQUIRED' | 'FORCE_CHANGE_PASSWORD';

/** What a code of the pool's own is good for: of each, a user has one at most. */
export type CodePurpose = 'sign-up' | 'new-password' | SignInAttribute;

export interface PoolCode {
  readonly code: string;
  /** Where it went, and what it proves. */
  readonly attribute: SignInAttribute;
  readonly expiresAt: number;
}

export interface User {
  readonly username: string;
  readonly sub: string;
  /** Without `sub`. Values are the raw strings received, as Cognito keeps them. */
  readonly attributes: ReadonlyMap<string, string>;
  /** New numbers and addresses that take effect once a code has verified them. */
  readonly unverified: ReadonlyMap<SignInAttribute, string>;
  readonly status: UserStatus;
  readonly enabled: boolean;
  readonly groups: readonly string[];
  readonly password: PasswordVerifier | undefined;
  /** Until when a temporary password is good; undefined for any other. */
  readonly passwordExpiresAt: number | undefined;
  readonly codes: ReadonlyMap<CodePurpose, PoolCode>;
  /** When all tokens were revoked, undefined if never. */
  readonly tokensNotBefore: number | undefined;
  /** Epoch milliseconds, as all times in this folder. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** Who a new user will be: the name they will go by, and the `sub`, settled before they exist. */
export interface Identity {
  readonly username: string;
  readonly sub: string;
  /** With the phone number or address that stood in for the username. */
  readonly attributes: ReadonlyMap<string, string>;
}
