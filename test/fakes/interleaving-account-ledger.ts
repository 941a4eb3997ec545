import { setImmediate } from 'node:timers/promises';
import type { AccountLedger } from '../../src/domain/ports/account-ledger.ts';

/** Lets every other caller in before each step, as a store across the network does. */
export class InterleavingAccountLedger implements AccountLedger {
  readonly #inner: AccountLedger;

  constructor(inner: AccountLedger) {
    this.#inner = inner;
  }

  read(...args: Parameters<AccountLedger['read']>): ReturnType<AccountLedger['read']> {
    return setImmediate().then(() => this.#inner.read(...args));
  }

  registerAttempt(
    ...args: Parameters<AccountLedger['registerAttempt']>
  ): ReturnType<AccountLedger['registerAttempt']> {
    return setImmediate().then(() => this.#inner.registerAttempt(...args));
  }

  clearAttempts(
    ...args: Parameters<AccountLedger['clearAttempts']>
  ): ReturnType<AccountLedger['clearAttempts']> {
    return setImmediate().then(() => this.#inner.clearAttempts(...args));
  }

  takeSend(...args: Parameters<AccountLedger['takeSend']>): ReturnType<AccountLedger['takeSend']> {
    return setImmediate().then(() => this.#inner.takeSend(...args));
  }

  forget(...args: Parameters<AccountLedger['forget']>): ReturnType<AccountLedger['forget']> {
    return setImmediate().then(() => this.#inner.forget(...args));
  }
}
