/** The fakes keep the same promises as the adapters that they stand in for, interruptible ones too. */

import { MemoryAccountLedger } from '../../src/adapters/account-ledger/memory.ts';
import { describeAccountLedgerContract } from '../contracts/account-ledger.contract.ts';
import { describeChallengeRepositoryContract } from '../contracts/challenge-repository.contract.ts';
import { describeClockContract } from '../contracts/clock.contract.ts';
import {
  describeIdempotencyStoreContract,
  HOLD_MS,
} from '../contracts/idempotency-store.contract.ts';
import { describeNumberingPlanContract } from '../contracts/numbering-plan.contract.ts';
import { describeOtpGeneratorContract } from '../contracts/otp-generator.contract.ts';
import { describeOtpHasherContract } from '../contracts/otp-hasher.contract.ts';
import { describePseudonymizerContract } from '../contracts/pseudonymizer.contract.ts';
import { describeReviewHasherContract } from '../contracts/review-hasher.contract.ts';
import { describeSmsGatewayContract } from '../contracts/sms-gateway.contract.ts';
import { describeTimerContract } from '../contracts/timer.contract.ts';
import { describeUserDirectoryContract } from '../contracts/user-directory.contract.ts';
import { FakeNumberingPlan } from './fake-numbering-plan.ts';
import { ConfirmingSmsGateway, FakeSmsGateway } from './fake-sms-gateway.ts';
import { InMemoryChallengeRepository } from './in-memory-challenge-repository.ts';
import { InMemoryIdempotencyStore } from './in-memory-idempotency-store.ts';
import { InMemoryUserDirectory } from './in-memory-user-directory.ts';
import { InstantTimer } from './instant-timer.ts';
import { InterleavingAccountLedger } from './interleaving-account-ledger.ts';
import { interruptible } from './interruptible.ts';
import { ManualClock } from './manual-clock.ts';
import { ManualTimer } from './manual-timer.ts';
import { PlainOtpHasher } from './plain-otp-hasher.ts';
import { PlainPseudonymizer } from './plain-pseudonymizer.ts';
import { PlainReviewHasher } from './plain-review-hasher.ts';
import { SeededOtpGenerator } from './seeded-otp-generator.ts';

describeClockContract('manual', () => {
  const clock = new ManualClock();
  return {
    clock,
    pass: async (milliseconds) => clock.advance(milliseconds),
    set: (milliseconds) => clock.set(milliseconds),
  };
});
describeOtpGeneratorContract('seeded', () => interruptible(new SeededOtpGenerator()), {
  notCryptographic: 'tests need the same codes in every run',
});
describeOtpHasherContract('plain', () => interruptible(new PlainOtpHasher()), {
  unkeyed: 'a fake',
});
describePseudonymizerContract('plain', () => new PlainPseudonymizer(), { unkeyed: 'a fake' });
describeReviewHasherContract('plain', () => new PlainReviewHasher());
describeChallengeRepositoryContract('in-memory', () =>
  interruptible(new InMemoryChallengeRepository()),
);
describeTimerContract('manual', () => {
  const clock = new ManualClock();
  const start = clock.now();
  return { timer: new ManualTimer(clock), elapsed: () => clock.now() - start };
});
describeTimerContract('instant', () => {
  const timer = new InstantTimer();
  return { timer, elapsed: () => timer.waits.reduce((sum, wait) => sum + wait, 0) };
});
describeIdempotencyStoreContract('in-memory', () => {
  const clock = new ManualClock();
  return { stores: [interruptible(new InMemoryIdempotencyStore(clock, HOLD_MS))], clock };
});
describeAccountLedgerContract('yielding', () => [
  new InterleavingAccountLedger(new MemoryAccountLedger()),
]);
describeUserDirectoryContract('in-memory', async () => {
  const directory = new InMemoryUserDirectory();
  return {
    directory,
    scope: { userPoolId: 'eu-west-1_Pool', clientId: 'client', username: 'user-a' },
    verifiedNumber: async () => directory.verified.get('user-a'),
    putOutOfReach: async () => {
      directory.reachable = false;
    },
    close: async () => {},
  };
});
for (const [name, create] of [
  ['fake', () => new FakeSmsGateway()],
  ['confirming', () => new ConfirmingSmsGateway()],
] as const) {
  describeSmsGatewayContract(
    name,
    async () => {
      const clock = new ManualClock();
      const gateway = interruptible(create());
      return {
        gateway,
        provider: (behaviour) => gateway.behave(behaviour),
        attempts: () => gateway.attempts,
        accepted: () => gateway.outbox,
        validity: () => ((gateway.newestExpiry ?? 0) - clock.now()) / 1000,
        clock,
        close: async () => {},
      };
    },
    [
      'throttled',
      'opted-out',
      'invalid-number',
      'country-blocked',
      'destination-not-served',
      'price-over-limit',
      'spend-limit',
      'sandbox',
      'unauthorised',
      'unavailable',
      'rejected',
    ],
    { speaksNoHttp: 'it is in memory' },
  );
}

describeNumberingPlanContract('fake', () => new FakeNumberingPlan());
