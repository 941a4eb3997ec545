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
  /** The `iss` of a pool's tokens. */
  readonly issuerOf: (poolId: string) => string;
  /** Delivers the user pool's own messages; a trigger's go through SNS. */
  readonly sendSms: (to: string, message: string) => void;
}
