import type { AccountLockout } from './abuse/account-lockout.ts';
import { parseAnswer } from './answer.ts';
import {
  type Challenge,
  type Code,
  codeLengthOf,
  type DecoyCode,
  type LiveCode,
  lifetimeLeft,
  shownLifetime,
} from './challenge.ts';
import { type Delivery, deliveryOf, takenBefore } from './delivery.ts';
import type { OtpPolicy } from './otp-policy.ts';
import type { ChallengeRepository, Taken } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { OtpHasher } from './ports/otp-hasher.ts';
import type { Pseudonymizer } from './ports/pseudonymizer.ts';
import type { SmsGateway } from './ports/sms-gateway.ts';
import type { SmsTraffic } from './ports/sms-traffic.ts';
import { StoreError, storeErrorOf } from './ports/store-error.ts';
import type { UserDirectory } from './ports/user-directory.ts';
import {
  type Account,
  accountOf,
  type Recipient,
  type Recipients,
  reviewOf,
  smsCountryOf,
  usernameAccount,
} from './recipient.ts';
import type { ReviewNumbers } from './review-numbers.ts';
import { referenceScopeOf } from './sign-in.ts';
import type { RejectionReason, VerifyOutcome } from './verify-outcome.ts';
import type { VerifyRequest } from './verify-request.ts';

/** What it works with. */
export interface VerifyAuthChallengeDependencies {
  readonly challenges: ChallengeRepository;
  readonly hasher: OtpHasher;
  readonly pseudonymizer: Pseudonymizer;
  readonly clock: Clock;
  readonly policy: OtpPolicy;
  readonly gateway: SmsGateway;
  readonly lockout: AccountLockout;
  readonly traffic: SmsTraffic;
  readonly recipients: Recipients;
  readonly reviewNumbers: ReviewNumbers;
  readonly directory: UserDirectory;
  /** Whether a number that a code has proven is recorded as verified. */
  readonly confirmPhone: boolean;
}

/** How often an answer is compared anew where resends replace the code under its hands. */
const MAX_REPLACED = 5;

/**
 * Compares an answer with the code that is out. Cognito calls again when an answer takes more than five seconds, with
 * the very same event: where the repository can tell, that is told the same, and costs nothing more. What the first call
 * did not get to after its code was used up stays undone: the user is signed in all the same.
 */
export class VerifyAuthChallenge {
  readonly #deps: VerifyAuthChallengeDependencies;

  constructor(dependencies: VerifyAuthChallengeDependencies) {
    this.#deps = dependencies;
  }

  async execute(request: VerifyRequest): Promise<VerifyOutcome> {
    if (request.resendRequested) {
      return { kind: 'resend-requested' };
    }
    try {
      return await this.#check(request);
    } catch (fault) {
      if (!(fault instanceof StoreError)) {
        throw fault;
      }
      return { ...rejected('store-unavailable'), fault };
    }
  }

  async #check(request: VerifyRequest): Promise<VerifyOutcome> {
    const { challenges } = this.#deps;
    const { reference } = request;
    let challenge = reference && (await challenges.find(reference, referenceScopeOf(request)));
    for (let replaced = 0; replaced < MAX_REPLACED; replaced++) {
      if (!challenge) {
        return rejected('foreign-metadata');
      }
      const result = await this.#answer(request, challenge);
      if (result.kind !== 'replaced') {
        return result;
      }
      challenge = result.current;
    }
    throw new StoreError('throttled', new Error('Others replace the code all the time.'));
  }

  async #answer(request: VerifyRequest, challenge: Challenge): Promise<VerifyOutcome | Replaced> {
    const { clock, policy, recipients } = this.#deps;
    const { code } = challenge;
    const answer = parseAnswer(request.answer);
    const delivery = deliveryOf(request, answer, this.#deps);
    const earlier = delivery && takenBefore(challenge, delivery);
    // Before all else: the first call may have used the code up, or taken the last try.
    if (earlier !== undefined) {
      return repeated(earlier);
    }
    if (challenge.failures >= policy.maxAttempts) {
      return rejected('attempts-used-up');
    }
    if (code.kind === 'used' || code.kind === 'none') {
      return rejected(code.kind === 'used' ? 'already-used' : 'no-code-out');
    }
    if (shownLifetime(challenge, clock.now()) === 0) {
      return { kind: 'code-expired' };
    }
    const recipient = recipients.of(request);
    const account = accountOf(recipient, request.scope);
    // Compared first, but told only once the answer is taken: so no number of answers at once gets more tries.
    if (code.kind === 'live' && this.#isRight(request, recipient, challenge.id, code, answer)) {
      return this.#takeRight(request, { challenge, code, recipient, account, delivery });
    }
    if (answer === undefined || !this.#isAsLongAsACode(answer, code)) {
      return rejected('malformed');
    }
    // No SMS went for a decoy, so it must lock nobody out; it is counted all the same, as for a stranger.
    const counted = code.kind === 'live' ? account : usernameAccount(request.scope);
    return this.#takeWrong({ challenge, account: counted, delivery }, wrongBecause(request, code));
  }

  /** As a review number's code, too, whoever's the challenge is: which answers cost a try must not tell those numbers apart. */
  #isAsLongAsACode(answer: string, code: LiveCode | DecoyCode): boolean {
    const { policy, reviewNumbers } = this.#deps;
    return answer.length === codeLengthOf(code, policy) || reviewNumbers.mayBeCode(answer);
  }

  #isRight(
    { scope }: VerifyRequest,
    recipient: Recipient,
    challengeId: string,
    code: LiveCode,
    answer: string | undefined,
  ): boolean {
    const { clock, hasher, reviewNumbers } = this.#deps;
    const { digest, unbound } = code;
    // Where the client was told of a newer one that never left, the older one may run out first.
    const isTooOld = lifetimeLeft(code, clock.now()) === 0;
    if (recipient.kind !== 'phone' || answer === undefined || isTooOld) {
      return false;
    }
    const { number, destination, review } = recipient;
    const binding = { challengeId, scope, ...(!unbound && { number }) };
    const given = review ? reviewNumbers.digestOf(answer, destination, review) : answer;
    return hasher.matches(given, binding, digest);
  }

  async #takeWrong(
    { challenge, account, delivery }: ComparedAnswer,
    reason: RejectionReason,
  ): Promise<VerifyOutcome | Replaced> {
    const { challenges, lockout, policy } = this.#deps;
    const taken = await challenges.takeAnswer(challenge, policy.maxAttempts, delivery);
    if (taken.kind !== 'taken') {
      return refusedBy(taken);
    }
    const admission = await lockout.registerAttempt(account);
    if (admission.kind === 'refused') {
      return rejected('account-locked');
    }
    const { locks, nearsStop, attemptCount } = admission;
    return {
      ...rejected(reason),
      ...(locks && { locksAccount: true }),
      ...(nearsStop && { nearsStop: attemptCount }),
    };
  }

  async #takeRight(request: VerifyRequest, right: RightAnswer): Promise<VerifyOutcome | Replaced> {
    const { challenges, lockout, policy, traffic } = this.#deps;
    const { challenge, code, recipient, account, delivery } = right;
    if (!(await lockout.clear(account))) {
      // It costs a try as any other answer does, so that nothing tells a locked account apart.
      const taken = await challenges.takeAnswer(challenge, policy.maxAttempts, delivery);
      return taken.kind === 'taken' ? rejected('account-locked') : refusedBy(taken);
    }
    const country = smsCountryOf(recipient);
    const count = async (by: 1 | -1) =>
      country && storeErrorOf(traffic.countConverted(country, code.issuedAt, by));
    const [taken, countFault] = await Promise.all([
      settled(challenges.consume(challenge, policy.maxAttempts, delivery)),
      count(1),
    ]);
    if (taken.kind !== 'taken') {
      if (!countFault) {
        await count(-1);
      }
      if (taken.kind === 'failed') {
        throw taken.fault;
      }
      return refusedBy(taken);
    }
    return {
      kind: 'verified',
      ...(country && { country }),
      // The code of a review number proves nobody's phone.
      ...(reviewOf(recipient) ? { review: true } : await this.#conclude(request, code)),
      // That the number was not confirmed is told anyway.
      ...(countFault && { fault: countFault }),
    };
  }

  /** Nothing that goes wrong here takes the sign-in back: the code was right, and is used up. */
  async #conclude(request: VerifyRequest, code: LiveCode) {
    const [feedback, confirmed] = await Promise.all([
      this.#giveFeedback(code),
      this.#confirmPhone(request, code),
    ]);
    return { ...(feedback && { feedback }), ...confirmed };
  }

  /** Tells the provider, where it wants to know. */
  async #giveFeedback({ feedbackReference }: LiveCode): Promise<'given' | 'failed' | undefined> {
    const { gateway } = this.#deps;
    if (feedbackReference === undefined || gateway.confirm === undefined) {
      return undefined;
    }
    try {
      await gateway.confirm(feedbackReference);
      return 'given';
    } catch {
      return 'failed';
    }
  }

  /** Records that the number is the user's own, where that is wanted and not known yet. */
  async #confirmPhone({ scope, phone, deadline }: VerifyRequest, { unbound }: LiveCode) {
    const { directory, confirmPhone } = this.#deps;
    if (!confirmPhone || phone.verified || phone.number === undefined || unbound) {
      return undefined;
    }
    try {
      await directory.confirmPhone(scope, phone.number, deadline);
      return { phone: 'confirmed' } as const;
    } catch (fault) {
      return { phone: 'not-confirmed', fault } as const;
    }
  }
}

/** What came of using a code, or why nobody knows. */
async function settled(
  using: Promise<Taken>,
): Promise<Taken | { readonly kind: 'failed'; readonly fault: unknown }> {
  try {
    return await using;
  } catch (fault) {
    return { kind: 'failed', fault };
  }
}

/** An answer that was compared, and not taken yet. */
interface ComparedAnswer {
  readonly challenge: Challenge;
  readonly account: Account;
  readonly delivery: Delivery | undefined;
}

/** An answer that matches the code that is out. */
interface RightAnswer extends ComparedAnswer {
  readonly code: LiveCode;
  readonly recipient: Recipient;
}

type Replaced = Extract<Taken, { readonly kind: 'replaced' }>;

/** Why an answer was not taken, as its user is told. */
function refusedBy(taken: Exclude<Taken, { readonly kind: 'taken' }>): VerifyOutcome | Replaced {
  switch (taken.kind) {
    case 'repeated':
      return repeated(taken);
    case 'exhausted':
      return rejected('attempts-used-up');
    case 'used':
      return rejected('already-used');
    case 'replaced':
      return taken;
  }
}

function repeated({ isRight }: { readonly isRight: boolean }): VerifyOutcome {
  return { kind: 'answer-repeated', isRight };
}

function wrongBecause({ userNotFound }: VerifyRequest, { kind }: Code): RejectionReason {
  if (userNotFound) {
    return 'user-not-found';
  }
  return kind === 'live' ? 'wrong-code' : 'no-code-out';
}

function rejected(reason: RejectionReason) {
  return { kind: 'rejected', reason } as const;
}
