/** The fakes keep the same promises as the adapters that they stand in for, interruptible ones too. */
import { MemoryFailureCounter } from '../../src/adapters/failure-counter/memory.ts';
import { describeChallengeRepositoryContract } from '../contracts/challenge-repository.contract.ts';
import { describeClockContract } from '../contracts/clock.contract.ts';
import { describeCountryLookupContract } from '../contracts/country-lookup.contract.ts';
import { describeFailureCounterContract } from '../contracts/failure-counter.contract.ts';
import { describeOtpGeneratorContract } from '../contracts/otp-generator.contract.ts';
import { describeOtpHasherContract } from '../contracts/otp-hasher.contract.ts';
import { describePseudonymizerContract } from '../contracts/pseudonymizer.contract.ts';
import { describeRandomSourceContract } from '../contracts/random-source.contract.ts';
import { describeRoundClaimsContract, HOLD_MS } from '../contracts/round-claims.contract.ts';
import { describeSmsGatewayContract } from '../contracts/sms-gateway.contract.ts';
import { describeTimerContract } from '../contracts/timer.contract.ts';
import { describeUserDirectoryContract } from '../contracts/user-directory.contract.ts';
import { FakeCountryLookup } from './fake-country-lookup.ts';
import { ConfirmingSmsGateway, FakeSmsGateway } from './fake-sms-gateway.ts';
import { InMemoryChallengeRepository } from './in-memory-challenge-repository.ts';
import { InMemoryRoundClaims } from './in-memory-round-claims.ts';
import { InMemoryUserDirectory } from './in-memory-user-directory.ts';
import { InstantTimer } from './instant-timer.ts';
import { InterleavingFailureCounter } from './interleaving-failure-counter.ts';
import { interruptible } from './interruptible.ts';
import { ManualClock } from './manual-clock.ts';
import { ManualTimer } from './manual-timer.ts';
import { PlainOtpHasher } from './plain-otp-hasher.ts';
import { PlainPseudonymizer } from './plain-pseudonymizer.ts';
import { SeededOtpGenerator } from './seeded-otp-generator.ts';
import { SeededRandomSource } from './seeded-random-source.ts';

describeClockContract('manual', () => new ManualClock());
describeOtpGeneratorContract('seeded', () => interruptible(new SeededOtpGenerator()), {
  notCryptographic: 'tests need the same codes in every run',
});
describeOtpHasherContract('plain', () => interruptible(new PlainOtpHasher()));
describePseudonymizerContract('plain', () => new PlainPseudonymizer());
describeChallengeRepositoryContract('in-memory', () =>
  interruptible(new InMemoryChallengeRepository()),
);
describeRandomSourceContract('seeded', () => new SeededRandomSource());
describeTimerContract('manual', () => {
  const clock = new ManualClock();
  const start = clock.now();
  return { timer: new ManualTimer(clock), elapsed: () => clock.now() - start };
});
describeTimerContract('instant', () => {
  const timer = new InstantTimer();
  return { timer, elapsed: () => timer.waits.reduce((sum, wait) => sum + wait, 0) };
});
describeRoundClaimsContract('in-memory', () => {
  const clock = new ManualClock();
  return { claims: [interruptible(new InMemoryRoundClaims(clock, HOLD_MS))], clock };
});
describeFailureCounterContract('yielding', () => [
  new InterleavingFailureCounter(new MemoryFailureCounter()),
]);
describeUserDirectoryContract('in-memory', async (clientKind) => {
  const directory = new InMemoryUserDirectory();
  directory.codeOnly = clientKind === 'code-only';
  return {
    directory,
    scope: { userPoolId: 'eu-west-1_Pool', clientId: 'client', username: 'user-a' },
    isVerified: async () => directory.verified.has('user-a'),
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
  describeSmsGatewayContract(name, async () => {
    const clock = new ManualClock();
    const gateway = interruptible(create());
    return {
      gateway,
      provider: (behaviour) => {
        switch (behaviour) {
          case 'accept':
            return gateway.accept();
          case 'hang':
            return gateway.failWithoutAnswer('timed-out');
          case 'reset':
            return gateway.failWithoutAnswer('unavailable');
          default:
            return gateway.failByRefusing(behaviour);
        }
      },
      attempts: () => gateway.attempts,
      accepted: () => gateway.outbox,
      clock,
      close: async () => {},
    };
  }, [
    'throttled',
    'opted-out',
    'invalid-number',
    'country-blocked',
    'price-over-limit',
    'spend-limit',
    'sandbox',
    'unauthorised',
    'unavailable',
    'rejected',
  ]);
}

describeCountryLookupContract('fake', () => new FakeCountryLookup());
