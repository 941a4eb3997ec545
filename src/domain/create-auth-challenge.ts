import type { Outlook, SendLimits } from './abuse/send-limits.ts';
import {
  afterUncertainSend,
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
import type { RoundResult } from './ports/idempotency-store.ts';
import { StoreError } from './ports/store-error.ts';
import { type Recipient, recipientOf } from './recipient.ts';
import type { ShownNumber } from './shown-number.ts';
import { CUSTOM_CHALLENGE } from './sign-in.ts';

/** What it works with. */
export interface CreateAuthChallengeDependencies {
  readonly challenges: ChallengeRepository;
  readonly sender: CodeSender;
  readonly limits: SendLimits;
  readonly requireVerifiedPhone: boolean;
  readonly shownNumber: ShownNumber;
  readonly clock: Clock;
  readonly policy: OtpPolicy;
}

/** A round, and all that was read for it. */
export interface PreparedRound {
  readonly request: CreateRequest;
  readonly recipient: Recipient;
  /** The challenge as the last round left it; absent in a sign-in's first round. */
  readonly previous: Challenge | undefined;
  /** Absent where no SMS can be due. */
  readonly outlook: Outlook | undefined;
}

/** How often a round begins anew where others change its challenge under its hands. */
const MAX_CONFLICTS = 5;

/** Opens a round: sends a code where one is due, and otherwise says how the one that is out stands. */
export class CreateAuthChallenge {
  readonly #deps: CreateAuthChallengeDependencies;

  constructor(dependencies: CreateAuthChallengeDependencies) {
    this.#deps = dependencies;
  }

  async execute(request: CreateRequest): Promise<CreateOutcome> {
    return this.open(await this.prepare(request), this.nextId());
  }

  /** An id for a new challenge. */
  nextId(): string {
    return this.#deps.challenges.nextId();
  }

  /** Reads all that the round goes by, at once. */
  async prepare(request: CreateRequest): Promise<PreparedRound> {
    const { challenges, sender, requireVerifiedPhone } = this.#deps;
    const recipient = recipientOf(request, requireVerifiedPhone);
    const reference = lastReference(request);
    const [found, outlook] = await Promise.all([
      reference === undefined ? undefined : challenges.find(reference, request.scope),
      maySend(request) ? sender.look(request, recipient) : undefined,
    ]);
    // The round that ended was an answer, and not a right one, or else a wish for a new code.
    const previous =
      found === undefined || request.resendRequested ? found : challenges.afterAnswer(found);
    return { request, recipient, previous, outlook };
  }

  /**
   * Opens the round.
   *
   * @param id of the challenge, should it be a new one.
   */
  async open(prepared: PreparedRound, id: string): Promise<CreateOutcome> {
    const { request, previous } = prepared;
    const { event, challenge, wanted, fault } = await this.#step(prepared, id);
    return {
      ...event,
      ...this.#show(prepared, challenge, statusOf(event, wanted, challenge, this.#now())),
      reference: this.#deps.challenges.referTo(challenge, request.scope),
      foreignMetadata: lastReference(request) !== undefined && previous === undefined,
      ...(fault !== undefined && { fault }),
    };
  }

  /**
   * Answers another call for a round with the same challenge.
   *
   * @returns `undefined` where the round can't be the same: the challenge is gone, its code has signed
   * the user in, the sign-in has only just begun and was answered before, or whoever was sent nothing
   * may be sent a code by now.
   */
  async repeat(
    prepared: PreparedRound,
    { status, reference }: RoundResult,
  ): Promise<CreateOutcome | undefined> {
    const { challenges } = this.#deps;
    const { request } = prepared;
    const challenge = await challenges.find(reference, request.scope);
    const begins = lastReference(request) === undefined;
    const answered = begins && (challenge?.failures ?? 0) > 0;
    return challenge === undefined ||
      challenge.code.kind === 'used' ||
      answered ||
      (challenge.code.kind === 'decoy' && this.#canReach(prepared))
      ? undefined
      : {
          kind: 'repeated',
          ...this.#show(prepared, challenge, status),
          reference,
          foreignMetadata: false,
        };
  }

  #canReach({ recipient, outlook }: PreparedRound): boolean {
    return (
      recipient.kind === 'phone' && outlook !== undefined && !this.#deps.limits.isLocked(outlook)
    );
  }

  #show(
    { request, recipient }: PreparedRound,
    challenge: Challenge,
    status: ChallengeStatus,
  ): ShownRound {
    const { policy, shownNumber } = this.#deps;
    const now = this.#now();
    return {
      status,
      destination: shownNumber.of(recipient, request.scope),
      codeLength: policy.codeLength,
      expiresInMs: lifetimeLeft(challenge.code, now),
      attemptsRemaining: attemptsRemaining(challenge, policy),
      resendsRemaining: sendsRemaining(challenge, policy),
      resendAfterMs: resendWait(challenge, now),
    };
  }

  async #step(prepared: PreparedRound, id: string): Promise<Step> {
    let { previous } = prepared;
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const step =
        previous === undefined
          ? await this.#send(prepared, newChallenge(id))
          : await this.#nextRound(prepared, previous);
      if (step.kind === 'step') {
        return step;
      }
      previous = step.current;
    }
    throw new StoreError('throttled', new Error('Others change the challenge all the time.'));
  }

  async #nextRound(prepared: PreparedRound, challenge: Challenge): Promise<Step | Conflict> {
    const { sender, policy } = this.#deps;
    const { request } = prepared;
    const now = this.#now();
    const wanted = wantedOf(prepared);
    const stay = (kind: StayingKind): Step => ({
      kind: 'step',
      event: { kind },
      wanted,
      challenge,
    });
    if (maySend(request)) {
      if (challenge.sentIn === sender.roundOf(request)) {
        return this.#abandoned(prepared, challenge);
      }
      if (sendsRemaining(challenge, policy) === 0) {
        return stay('resend-limit');
      }
      if (resendWait(challenge, now) > 0) {
        return stay('resend-too-soon');
      }
      return this.#send(prepared, challenge);
    }
    const tooOld = challenge.code.kind !== 'none' && lifetimeLeft(challenge.code, now) === 0;
    return stay(tooOld ? 'expired' : 'reused');
  }

  async #send(prepared: PreparedRound, challenge: Challenge): Promise<Step | Conflict> {
    const { sender } = this.#deps;
    const { request, recipient } = prepared;
    const outlook = prepared.outlook ?? (await sender.look(request, recipient));
    const result = await sender.send(request, recipient, challenge, outlook);
    return result.kind === 'conflict' ? result : stepOf(result, wantedOf(prepared));
  }

  /** Another call for this round wrote its code down, and never said what came of it: its SMS may be out, so none is sent, and a resend may follow at once. */
  async #abandoned(prepared: PreparedRound, sending: Challenge): Promise<Step> {
    const { challenges } = this.#deps;
    const uncertain = afterUncertainSend(sending, this.#now());
    const saved = await challenges.save(uncertain);
    const challenge = saved.kind === 'saved' ? saved.challenge : (saved.current ?? uncertain);
    return { kind: 'step', event: { kind: 'abandoned' }, wanted: wantedOf(prepared), challenge };
  }

  #now(): number {
    return this.#deps.clock.now();
  }
}

/** Whether a round may send an SMS: a sign-in's first one, and those that ask for a new code. */
export function maySend(request: CreateRequest): boolean {
  return request.resendRequested || request.resendAttribute || lastReference(request) === undefined;
}

/** What a client is told if the SMS that is due goes out. */
function wantedOf({ request, previous }: PreparedRound): SentStatus {
  return previous === undefined && !request.resendAttribute ? 'SENT' : 'RESENT';
}

/** Where the challenge of the last code round is found; `undefined` in a sign-in's first. */
function lastReference({ rounds }: CreateRequest): string | undefined {
  return rounds.findLast(({ challengeName }) => challengeName === CUSTOM_CHALLENGE)?.reference;
}

/** How a round goes on. */
interface Step {
  readonly kind: 'step';
  readonly event: StepEvent;
  readonly challenge: Challenge;
  /** What a client is told if the SMS that is due goes out. */
  readonly wanted: SentStatus;
  readonly fault?: StoreError | undefined;
}

type Conflict = Extract<SendResult, { readonly kind: 'conflict' }>;
type SentStatus = 'SENT' | 'RESENT';
type StepEvent = Exclude<RoundEvent, { readonly kind: 'repeated' }>;
/** Nothing is sent, and the challenge stays as it is. */
type StayingKind = 'reused' | 'expired' | 'resend-too-soon' | 'resend-limit';

function stepOf(
  { event, challenge, fault }: Exclude<SendResult, Conflict>,
  wanted: SentStatus,
): Step {
  const kind = wanted === 'SENT' ? 'sent' : 'resent';
  return {
    kind: 'step',
    event: event.kind === 'accepted' ? { ...event, kind } : event,
    challenge,
    wanted,
    fault,
  };
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
