/** What a Session string stands for. It never leaves the server. */
import type { SrpExchange } from './srp.ts';
import type { CompletedChallenge } from './trigger-events.ts';
import type { CreatedChallenge } from './trigger-response.ts';

/** A sign-in that waits for an answer. */
export interface PendingSignIn {
  readonly clientId: string;
  readonly username: string;
  /** USERNAME as InitiateAuth got it, perhaps an alias; some clients keep sending that one. */
  readonly typedUsername: string;
  readonly clientPublic: bigint | undefined;
  readonly history: readonly CompletedChallenge[];
  readonly challenge: PendingChallenge;
}

/** The challenge that waits, with what its answer is checked against. */
export type PendingChallenge =
  | { readonly name: 'CUSTOM_CHALLENGE'; readonly created: CreatedChallenge }
  | { readonly name: 'PASSWORD_VERIFIER'; readonly exchange: SrpExchange }
  | { readonly name: 'NEW_PASSWORD_REQUIRED' };
