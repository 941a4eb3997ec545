/** Every contract on every broken adapter. */
import { ACCOUNT_LEDGERS } from './account-ledger.ts';
import type { Suite } from './broken-port.ts';
import { CHALLENGE_REPOSITORIES } from './challenge-repository.ts';
import { CLOCKS } from './clock.ts';
import { IDEMPOTENCY_STORES } from './idempotency-store.ts';
import { NUMBERING_PLANS } from './numbering-plan.ts';
import { OTP_GENERATORS } from './otp-generator.ts';
import { OTP_HASHERS } from './otp-hasher.ts';
import { PSEUDONYMIZERS } from './pseudonymizer.ts';
import { SMS_GATEWAYS } from './sms-gateway.ts';
import { SMS_TRAFFICS } from './sms-traffic.ts';
import { TIMERS } from './timer.ts';
import { USER_DIRECTORIES } from './user-directory.ts';

export const SUITES: readonly Suite[] = [
  ...ACCOUNT_LEDGERS,
  ...CHALLENGE_REPOSITORIES,
  ...CLOCKS,
  ...IDEMPOTENCY_STORES,
  ...NUMBERING_PLANS,
  ...OTP_GENERATORS,
  ...OTP_HASHERS,
  ...PSEUDONYMIZERS,
  ...SMS_GATEWAYS,
  ...SMS_TRAFFICS,
  ...TIMERS,
  ...USER_DIRECTORIES,
];
