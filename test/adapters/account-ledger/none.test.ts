import { describe, expect, it } from 'vitest';
import { NoAccountLedger } from '../../../src/adapters/account-ledger/none.ts';

describe('NoAccountLedger', () => {
  it('allows everything, and remembers nothing', async () => {
    const ledger = new NoAccountLedger();
    const nothing = { attemptCount: 0, lastAttemptAt: 0, sends: {} };
    for (let i = 0; i < 3; i++) {
      expect(await ledger.registerAttempt()).toEqual({ kind: 'done', record: nothing });
      expect(await ledger.clearAttempts()).toEqual({ kind: 'done', record: nothing });
      expect(await ledger.takeSend()).toEqual({ kind: 'allowed', meter: {} });
      await ledger.forget();
    }
    expect(await ledger.read()).toEqual(nothing);
  });
});
