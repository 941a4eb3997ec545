import { setImmediate } from 'node:timers/promises';
import { MemoryAccountLedger } from '../../../src/adapters/account-ledger/memory.ts';
import { takeFrom } from '../../../src/domain/abuse/rate-limit.ts';
import type { AccountLedger } from '../../../src/domain/ports/account-ledger.ts';
import { describeAccountLedgerContract } from '../account-ledger.contract.ts';
import { altered, suitesOf } from './broken-port.ts';

const make =
  (changes: (ledger: AccountLedger) => Partial<AccountLedger> = () => ({})) =>
  () =>
    [altered<AccountLedger>(new MemoryAccountLedger(), changes)] as const;

export const ACCOUNT_LEDGERS = suitesOf('account ledger', describeAccountLedgerContract, make(), {
  'reads first, and counts later': [
    'A8: stops at the end of the range, for 200 callers at once',
    make((ledger) => ({
      registerAttempt: async (account, range, at, keepUntil) => {
        const record = await ledger.read(account);
        await setImmediate();
        return record.attemptCount < range.from || record.attemptCount >= range.below
          ? { kind: 'refused', record }
          : ledger.registerAttempt(account, { from: 0, below: 1000 }, at, keepUntil);
      },
    })),
  ],
  'takes from one limit after the other': [
    'takes from every limit, or from none',
    make((ledger) => ({
      takeSend: async (account, limits, at, keepUntil) => {
        for (const limit of limits) {
          const take = await ledger.takeSend(account, [limit], at, keepUntil);
          if (take.kind === 'refused') {
            return take;
          }
        }
        return { kind: 'allowed', meter: (await ledger.read(account)).sends };
      },
    })),
  ],
  'believes what it was told of the account': [
    'A36: nor for 50 that all know how it stood before',
    make((ledger) => ({
      takeSend: async (account, limits, at, keepUntil, known) =>
        known === undefined
          ? ledger.takeSend(account, limits, at, keepUntil)
          : takeFrom(known.sends, limits, at),
    })),
  ],
  'forgets the SMS with the wrong answers': [
    'A13: forgets the wrong answers, and not the SMS',
    make((ledger) => ({
      clearAttempts: async (account, range, keepUntil) => {
        const cleared = await ledger.clearAttempts(account, range, keepUntil);
        await ledger.forget(account);
        return cleared;
      },
    })),
  ],
  'keeps wrong answers for ever': [
    'begins anew where the count may be forgotten',
    make((ledger) => ({
      registerAttempt: (account, range, at) =>
        ledger.registerAttempt(account, range, at, undefined),
    })),
  ],
  'forgets what is never to be forgotten': [
    'keeps a count that is never to be forgotten',
    make((ledger) => ({
      registerAttempt: (account, range, at, keepUntil = at + 86_400_000) =>
        ledger.registerAttempt(account, range, at, keepUntil),
    })),
  ],
  'counts in each container by itself': [
    'A11: shows every container the same counts',
    () => [new MemoryAccountLedger(), new MemoryAccountLedger()] as const,
  ],
  'cuts long accounts': [
    'keeps accounts apart, whatever text they are known by',
    make((ledger) => ({
      read: (account) => ledger.read(account.trim()),
      registerAttempt: (account, ...rest) => ledger.registerAttempt(account.trim(), ...rest),
    })),
  ],
});
