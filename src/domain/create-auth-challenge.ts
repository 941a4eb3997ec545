import {
  afterWrongAnswer,
  attemptsRemaining,
  type Challenge,
  lifetimeLeft,
  newChallenge,
  resendWait,
  sendsRemaining,
} from './challenge.ts';
import type { CodeSender, SendResult } from './code-sender.ts';
import type { ChallengeStatus, CreateOutcome, RoundEvent, ShownRound } from './create-outcome.ts';
import type { CreateRequest } from './create-request.ts';
import type { OtpPolicy } from './otp-policy.ts';
import type { ChallengeRepository } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { ConversionCounter } from './ports/conversion-counter.ts';
import type { RoundResult } from './ports/round-claims.ts';
import { type StoreError, storeErrorOf } from './ports/store-error.ts';
import { type Recipient, recipientOf } from './recipient.ts';
import type { ShownNumber } from './shown-number.ts';
import { CUSTOM_CHALLENGE, type SignInScope } from './sign-in.ts';

/** What it works with. */
export interface CreateAuthChallengeDependencies {
  readonly challenges: ChallengeRepository;
  readonly sender: CodeSender;
  readonly conversions: ConversionCounter;
  readonly requireVerifiedPhone: boolean;
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

    const recipient = recipientOf(request, this.#deps.requireVerifiedPhone);
    const { event, challenge, counted, ...step } =
      previous === undefined
        ? await this.#openSignIn(request, recipient)
        : await this.#nextRound(request, recipient, previous);

    const [reference, countFault] = await Promise.all([
      challenges.save(challenge, request.scope),
      // A count that is one short is no reason to fail the sign-in whose SMS has left.
      counted && storeErrorOf(conversions.countSent(counted.country, counted.at)),
    ]);
    const fault = step.fault ?? countFault;
    const status = statusOf(event, step.wanted, challenge, this.#deps.clock.now());
    return {
      ...event,
      ...this.#show(recipient, request.scope, challenge, status),
      reference,
      foreignMetadata: lastCodeRound !== undefined && previous === undefined,
      ...(fault !== undefined && { fault }),
    };
  }

  /**
   * Answers another call for a round with the same challenge.
   *
   * @returns `undefined` if the challenge is gone, if its code has signed the user in, or if the
   * sign-in has only just begun and the challenge was answered before.
   */
  async repeat(request: CreateRequest, result: RoundResult): Promise<CreateOutcome | undefined> {
    const { challenges, requireVerifiedPhone } = this.#deps;
    const challenge = await challenges.find(result.reference, request.scope);
    const begins = !request.rounds.some((round) => round.challengeName === CUSTOM_CHALLENGE);
    const answered = begins && (challenge?.answersTaken ?? 0) > 0;
    return challenge === undefined || challenge.code.kind === 'used' || answered
      ? undefined
      : {
          kind: 'repeated',
          ...this.#show(
            recipientOf(request, requireVerifiedPhone),
            request.scope,
            challenge,
            result.status,
          ),
          reference: result.reference,
          foreignMetadata: false,
        };
  }

  #show(
    recipient: Recipient,
    scope: SignInScope,
    challenge: Challenge,
    status: ChallengeStatus,
  ): ShownRound {
    const { clock, policy, shownNumber } = this.#deps;
    const now = clock.now();
    return {
      status,
      destination: shownNumber.of(recipient, scope),
      codeLength: policy.codeLength,
      expiresInMs: lifetimeLeft(challenge.code, now),
      attemptsRemaining: attemptsRemaining(challenge, policy),
      resendsRemaining: sendsRemaining(challenge, policy),
      resendAfterMs: resendWait(challenge, now),
    };
  }

  async #openSignIn(request: CreateRequest, recipient: Recipient): Promise<Step> {
    const challenge = newChallenge(this.#deps.challenges.nextId());
    const wanted = request.resendAttribute ? 'RESENT' : 'SENT';
    return afterSending(await this.#deps.sender.send(request, recipient, challenge), wanted);
  }

  async #nextRound(
    request: CreateRequest,
    recipient: Recipient,
    previous: Challenge,
  ): Promise<Step> {
    const { clock, policy } = this.#deps;
    const now = clock.now();
    const challenge = request.resendRequested ? previous : afterWrongAnswer(previous);
    const stay = (kind: StayingKind): Step => ({ event: { kind }, wanted: 'RESENT', challenge });

    if (request.resendRequested || request.resendAttribute) {
      if (sendsRemaining(challenge, policy) === 0) {
        return stay('resend-limit');
      }
      if (resendWait(challenge, now) > 0) {
        return stay('resend-too-soon');
      }
      return afterSending(await this.#deps.sender.send(request, recipient, challenge), 'RESENT');
    }
    const tooOld = challenge.code.kind !== 'none' && lifetimeLeft(challenge.code, now) === 0;
    return stay(tooOld ? 'expired' : 'reused');
  }
}

/** How a round goes on, before it is saved. */
interface Step {
  readonly event: StepEvent;
  readonly challenge: Challenge;
  /** What a client is told if the SMS that is due goes out. */
  readonly wanted: SentStatus;
  readonly counted?: SendResult['counted'];
  readonly fault?: StoreError | undefined;
}

type SentStatus = 'SENT' | 'RESENT';
type StepEvent = Exclude<RoundEvent, { readonly kind: 'repeated' }>;
/** Nothing is sent, and the challenge stays as it is. */
type StayingKind = 'reused' | 'expired' | 'resend-too-soon' | 'resend-limit';

function afterSending({ event, ...rest }: SendResult, wanted: SentStatus): Step {
  return event.kind === 'accepted'
    ? { ...rest, wanted, event: { ...event, kind: wanted === 'SENT' ? 'sent' : 'resent' } }
    : { ...rest, wanted, event };
}

/** What a client is told: the one place that decides it. */
function statusOf(
  event: StepEvent,
  wanted: SentStatus,
  challenge: Challenge,
  now: number,
): ChallengeStatus {
  const nothingOut = challenge.code.kind === 'none';
  switch (event.kind) {
    case 'sent':
      return 'SENT';
    case 'resent':
      return 'RESENT';
    case 'withheld':
      return event.looks === 'accepted' ? wanted : 'DELIVERY_FAILED';
    case 'delivery-failed':
    case 'abandoned':
      return 'DELIVERY_FAILED';
    case 'throttled':
      return 'THROTTLED';
    case 'resend-limit':
      return 'RESEND_LIMIT';
    case 'resend-too-soon':
      return nothingOut ? 'THROTTLED' : 'RESEND_TOO_SOON';
    case 'expired':
      return 'EXPIRED';
    case 'reused':
      if (!nothingOut) {
        return 'INCORRECT';
      }
      // A limit forbade the SMS, and still does, or the provider refused it.
      return resendWait(challenge, now) > 0 ? 'THROTTLED' : 'DELIVERY_FAILED';
  }
}
