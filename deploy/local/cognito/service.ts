/** Everything an operation works with. */
import type { PendingSignIn } from './pending-sign-in.ts';
import type { SessionStore } from './sessions.ts';
import type { SignIns } from './sign-ins.ts';
import type { Triggers } from './triggers.ts';
import type { UserPools } from './user-pools.ts';

export interface CognitoService {
  readonly pools: UserPools;
  readonly sessions: SessionStore<PendingSignIn>;
  readonly signIns: SignIns;
  readonly triggers: Triggers;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Where the pools made here are said to be, such as `us-east-1`. */
  readonly region: string;
  /** The `iss` of a pool's tokens. */
  readonly issuerOf: (poolId: string) => string;
  /** Delivers the user pool's own messages; a trigger's go through an SMS provider. */
  readonly sendSms: (to: string, message: string) => void;
  readonly sendMail: (to: string, subject: string, message: string) => void;
}
