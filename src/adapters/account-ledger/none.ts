import type { Meter, Take } from '../../domain/abuse/rate-limit.ts';
import type {
  AccountLedger,
  AccountRecord,
  GuardedWrite,
} from '../../domain/ports/account-ledger.ts';

const UNUSED: Meter = {};
const NOTHING: AccountRecord = { attemptCount: 0, lastAttemptAt: 0, sends: UNUSED };

/** Allows everything, and remembers nothing: each sign-in's own limits are the only ones. */
export class NoAccountLedger implements AccountLedger {
  async read(): Promise<AccountRecord> {
    return NOTHING;
  }

  async registerAttempt(): Promise<GuardedWrite> {
    return { kind: 'done', record: NOTHING };
  }

  async clearAttempts(): Promise<GuardedWrite> {
    return { kind: 'done', record: NOTHING };
  }

  async takeSend(): Promise<Take> {
    return { kind: 'allowed', meter: UNUSED };
  }

  async forget(): Promise<void> {}
}
