import { describe, expect, it } from 'vitest';
import { MemoryAccountLedger } from '../../../src/adapters/account-ledger/memory.ts';
import { describeAccountLedgerContract } from '../../contracts/account-ledger.contract.ts';

describeAccountLedgerContract('memory', () => [new MemoryAccountLedger()]);

describe('MemoryAccountLedger, when there are very many accounts', () => {
  const DAY = 86_400_000;
  const limits = [{ max: 1, windowMs: DAY }];
  const any = { from: 0, below: 100 };

  async function takeFor(ledger: MemoryAccountLedger, accounts: number) {
    for (let i = 0; i < accounts; i++) {
      await ledger.takeSend(`account ${i}`, limits, 0);
    }
  }
  const isKnown = async (ledger: MemoryAccountLedger, account: string) =>
    (await ledger.read(account)).sends[DAY] !== undefined;

  it('forgets the one that was longest left alone, and no more', async () => {
    const ledger = new MemoryAccountLedger();
    await takeFor(ledger, 10_000);
    await ledger.takeSend('account 0', [{ max: 1, windowMs: 1 }], 10);
    await ledger.takeSend('one more', limits, 0);
    expect(await isKnown(ledger, 'account 0')).toBe(true);
    expect(await isKnown(ledger, 'account 1')).toBe(false);
    expect(await isKnown(ledger, 'account 2')).toBe(true);
    expect(await isKnown(ledger, 'one more')).toBe(true);
  });

  it('forgets wrong answers last', async () => {
    const ledger = new MemoryAccountLedger();
    await ledger.registerAttempt('guessed', any, 0, DAY);
    await takeFor(ledger, 11_000);
    expect(await ledger.read('guessed')).toMatchObject({ attemptCount: 1 });
  });

  it('forgets, of accounts with wrong answers, none that only an operator may open', async () => {
    const ledger = new MemoryAccountLedger();
    await ledger.registerAttempt('stopped', any, 0);
    for (let i = 0; i < 10_000; i++) {
      await ledger.registerAttempt(`account ${i}`, any, 0, DAY);
    }
    expect(await ledger.read('stopped')).toMatchObject({ attemptCount: 1 });
    expect(await ledger.read('account 0')).toMatchObject({ attemptCount: 0 });
    expect(await ledger.read('account 1')).toMatchObject({ attemptCount: 1 });
  });
});
