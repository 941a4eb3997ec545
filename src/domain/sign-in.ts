/** What the three use cases know of a sign-in: whose it is, and its rounds so far. */

/** Who signs in where. A challenge made for one scope is worth nothing in another. */
export interface SignInScope {
  readonly userPoolId: string;
  /** The app client. */
  readonly clientId: string;
  /** Cognito's own name for the user, not the alias that was typed. */
  readonly username: string;
}

/** Cognito's name for a challenge of ours. */
export const CUSTOM_CHALLENGE = 'CUSTOM_CHALLENGE';
/** Cognito's name for the opening of its password protocol. */
export const SRP_A = 'SRP_A';
/** Cognito's name for the round that checks the password. */
export const PASSWORD_VERIFIER = 'PASSWORD_VERIFIER';

/** One completed challenge of this sign-in. */
export interface Round {
  readonly challengeName: string;
  readonly passed: boolean;
  /** Where the round's challenge is found again; absent on Cognito's built-in challenges. */
  readonly reference: string | undefined;
}

/** What every trigger knows of the sign-in that it is asked about. */
export interface SignInRequest {
  readonly scope: SignInScope;
  /** No such user. Everything looks as it does for a real one, and it can never succeed. */
  readonly userNotFound: boolean;
  /** The caller answered this round by asking for a new code. */
  readonly resendRequested: boolean;
}

/**
 * What a sign-in's references are good for. Those of users who don't exist are good for all of them: no tokens come of
 * theirs, and AWS promises nowhere that Cognito calls such a user the same in each trigger.
 */
export function referenceScopeOf({
  scope,
  userNotFound,
}: Pick<SignInRequest, 'scope' | 'userNotFound'>): SignInScope {
  return userNotFound ? { ...scope, username: '' } : scope;
}
