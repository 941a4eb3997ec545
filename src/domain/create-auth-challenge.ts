import {
  afterWrongAnswer,
  attemptsRemaining,
  type Challenge,
  lifetimeLeft,
  newChallenge,
  resendWait,
  sendsRemaining,
} from './challenge.ts';
import type { CodeSender } from './code-sender.ts';
import type { CreateOutcome, RoundStep } from './create-outcome.ts';
import type { CreateRequest } from './create-request.ts';
import type { OtpPolicy } from './otp-policy.ts';
import type { ChallengeRepository } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { ConversionCounter } from './ports/conversion-counter.ts';
import type { RoundResult } from './ports/round-claims.ts';
import { faultOf } from './ports/store-error.ts';
import type { ShownNumber } from './shown-number.ts';
import { CUSTOM_CHALLENGE } from './sign-in.ts';

export interface CreateAuthChallengeDependencies {
  readonly challenges: ChallengeRepository;
  readonly sender: CodeSender;
  readonly conversions: ConversionCounter;
  readonly shownNumber: ShownNumber;
  readonly clock: Clock;
  readonly policy: OtpPolicy;
}

/** Opens a round: sends a code where one is due, and otherwise says how the one that is out stands. */
export class CreateAuthChallenge {
  readonly #deps: CreateAuthChallengeDependencies;

  constructor(dependencies: CreateAuthChallengeDependencies) {
    this.#deps = dependencies;
  }

  async execute(request: CreateRequest): Promise<CreateOutcome> {
    const { challenges, conversions } = this.#deps;
    const lastCodeRound = request.rounds.findLast((r) => r.challengeName === CUSTOM_CHALLENGE);
    const previous =
      lastCodeRound?.reference === undefined
        ? undefined
        : await challenges.find(lastCodeRound.reference, request.scope);

    const { event, status, challenge, ...step } =
      previous === undefined
        ? await this.#openSignIn(request)
        : await this.#nextRound(request, previous);

    const [reference, countFault] = await Promise.all([
      challenges.save(challenge, request.scope),
      // A count that is one short is no reason to fail the sign-in whose SMS has left.
      step.sent && faultOf(conversions.countSent(step.sent.country, step.sent.at)),
    ]);
    const fault = step.fault ?? countFault;
    return {
      ...event,
      ...this.#describe(request, challenge, { status, reference }),
      foreignMetadata: lastCodeRound !== undefined && previous === undefined,
      ...(fault !== undefined && { fault }),
    };
  }

  /**
   * Answers another call for a round with the same challenge.
   *
   * @returns `undefined` if the challenge is gone, its code has signed the user in, or a sign-in that
   * begins would find it answered before.
   */
  async repeat(request: CreateRequest, result: RoundResult): Promise<CreateOutcome | undefined> {
    const challenge = await this.#deps.challenges.find(result.reference, request.scope);
    const begins = !request.rounds.some((round) => round.challengeName === CUSTOM_CHALLENGE);
    const answered = begins && (challenge?.answersTaken ?? 0) > 0;
    return challenge === undefined || challenge.code.kind === 'used' || answered
      ? undefined
      : {
          kind: 'repeated',
          ...this.#describe(request, challenge, result),
          foreignMetadata: false,
        };
  }

  #describe(request: CreateRequest, challenge: Challenge, { status, reference }: RoundResult) {
    const { clock, policy } = this.#deps;
    const now = clock.now();
    return {
      status,
      reference,
      destination: this.#deps.shownNumber.of(request),
      codeLength: policy.codeLength,
      expiresInMs: lifetimeLeft(challenge.code, now),
      attemptsRemaining: attemptsRemaining(challenge, policy),
      resendsRemaining: sendsRemaining(challenge, policy),
      resendAfterMs: resendWait(challenge, now),
    };
  }

  #openSignIn(request: CreateRequest): Promise<RoundStep> {
    const challenge = newChallenge(this.#deps.challenges.nextId());
    return this.#deps.sender.send(request, challenge, request.resendAttribute ? 'RESENT' : 'SENT');
  }

  async #nextRound(request: CreateRequest, previous: Challenge): Promise<RoundStep> {
    const { clock, policy } = this.#deps;
    const now = clock.now();
    const challenge = request.resendRequested ? previous : afterWrongAnswer(previous);

    if (request.resendRequested || request.resendAttribute) {
      if (sendsRemaining(challenge, policy) === 0) {
        return { event: { kind: 'resend-limit' }, status: 'RESEND_LIMIT', challenge };
      }
      if (resendWait(challenge, now) > 0) {
        const status = challenge.code.kind === 'none' ? 'THROTTLED' : 'RESEND_TOO_SOON';
        return { event: { kind: 'resend-too-soon' }, status, challenge };
      }
      return this.#deps.sender.send(request, challenge, 'RESENT');
    }
    if (challenge.code.kind === 'none') {
      // Nothing is out because a limit forbade it, and still does, or because the provider refused.
      const status = resendWait(challenge, now) > 0 ? 'THROTTLED' : 'DELIVERY_FAILED';
      return { event: { kind: 'reused' }, status, challenge };
    }
    return lifetimeLeft(challenge.code, now) === 0
      ? { event: { kind: 'expired' }, status: 'EXPIRED', challenge }
      : { event: { kind: 'reused' }, status: 'INCORRECT', challenge };
  }
}
