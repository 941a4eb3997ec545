import type { SignUpOutcome } from './accept-sign-up.ts';
import type { CreateOutcome } from './create-outcome.ts';
import type { DefineOutcome } from './define-auth-challenge.ts';
import type { VerifyOutcome } from './verify-outcome.ts';

/** All that an invocation can come to. No two use cases share a `kind`: log and metrics go by it. */
export type Outcome =
  | DefineOutcome
  | CreateOutcome
  | VerifyOutcome
  | SignUpOutcome
  /** The function is attached to a trigger that it does not serve. */
  | { readonly kind: 'not-our-trigger' };
