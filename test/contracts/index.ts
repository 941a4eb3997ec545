/** What `cognito-phone-otp/contracts` exports: each port's promises as tests for Vitest, and what they need. */
export { SystemClock } from '../../src/adapters/clock/system.ts';
export * from '../fakes/manual-clock.ts';
export * from '../support/own-gateway.ts';
export * from '../support/provider-server.ts';
export * from './account-ledger.contract.ts';
export * from './challenge-repository.contract.ts';
export * from './clock.contract.ts';
export * from './idempotency-store.contract.ts';
export * from './numbering-plan.contract.ts';
export * from './otp-generator.contract.ts';
export * from './sms-gateway.contract.ts';
export * from './sms-traffic.contract.ts';
export * from './timer.contract.ts';
export * from './user-directory.contract.ts';
