import type { SendPace } from './abuse/answer-pace.ts';
import type { Outlook, SendLimits } from './abuse/send-limits.ts';
import {
  afterUncertainSend,
  attemptsRemaining,
  type Challenge,
  codeLengthOf,
  lastSendAt,
  newChallenge,
  resendWait,
  sendsRemaining,
  shownLifetime,
  wasMadeUpFor,
} from './challenge.ts';
import type { CodeSender, SendResult } from './code-sender.ts';
import type { ChallengeStatus, CreateOutcome, ShownRound } from './create-outcome.ts';
import type { CreateRequest } from './create-request.ts';
import type { OtpPolicy } from './otp-policy.ts';
import { HIDDEN_NUMBER, maskPhoneNumber } from './phone-number.ts';
import { type ChallengeRepository, standingOf } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { RoundResult } from './ports/idempotency-store.ts';
import { StoreError } from './ports/store-error.ts';
import type { Recipient, Recipients } from './recipient.ts';
import { type SentStatus, type StepEvent, statusOf } from './round-status.ts';
import { CUSTOM_CHALLENGE, referenceScopeOf } from './sign-in.ts';

/** What it works with. */
export interface CreateAuthChallengeDependencies {
  readonly challenges: ChallengeRepository;
  readonly sender: CodeSender;
  readonly limits: SendLimits;
  readonly recipients: Recipients;
  /** Whether clients may learn nothing of who has an account. */
  readonly hideUserExistence: boolean;
  readonly clock: Clock;
  readonly policy: OtpPolicy;
  /** Milliseconds in which a second call for a round is one call with the first. */
  readonly claimMs: number;
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

  /** An id for a new challenge or round. */
  nextId(): string {
    return this.#deps.challenges.nextId();
  }

  /** Reads all that the round goes by, at once. */
  async prepare(request: CreateRequest): Promise<PreparedRound> {
    const { challenges, sender, recipients } = this.#deps;
    const recipient = recipients.of(request);
    const reference = lastReference(request);
    const [found, outlook] = await Promise.all([
      reference === undefined ? undefined : challenges.find(reference, referenceScopeOf(request)),
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
    const { event, challenge, wanted, fault, pace } = await this.#step(prepared, id);
    return {
      ...event,
      ...this.#show(prepared, challenge, this.#statusOf(event, wanted, challenge)),
      reference: this.#deps.challenges.referTo(challenge, referenceScopeOf(request)),
      round: this.nextId(),
      foreignMetadata: lastReference(request) !== undefined && previous === undefined,
      fault,
      pace,
    };
  }

  /**
   * Answers another call for a round with the same challenge. Where nobody may know that nothing was sent, and
   * something can be by now, the first such call sends it, without a word.
   *
   * @param prolong keeps the round for its time anew, and says whether this call was the first to ask for that.
   * @returns `undefined` where the round can't be the same: the challenge is gone, its code has signed
   * the user in or is too old by now, the sign-in has only just begun and was answered before, or,
   * where that may show, whoever was sent nothing may be sent a code by now.
   */
  async repeat(
    prepared: PreparedRound,
    { status, reference }: RoundResult,
    prolong: () => Promise<boolean>,
  ): Promise<CreateOutcome | undefined> {
    const { challenges, hideUserExistence } = this.#deps;
    const { request, outlook } = prepared;
    const challenge = await challenges.find(reference, referenceScopeOf(request));
    const begins = lastReference(request) === undefined;
    if (challenge === undefined || challenge.code.kind === 'used') {
      return undefined;
    }
    const tooOld = isTooOld(challenge, this.#now());
    const wasSent = status === 'SENT' || status === 'RESENT';
    if ((wasSent && tooOld) || (begins && challenge.failures > 0)) {
      return undefined;
    }
    // A double click's two rounds are two, and take an answer each.
    const round = this.nextId();
    // Last of all: what was waited for in between must not show in the times.
    const told = (): CreateOutcome => ({
      kind: 'repeated',
      ...this.#show(prepared, challenge, status),
      reference,
      round,
      foreignMetadata: false,
    });
    if (outlook === undefined) {
      return told();
    }
    const isDue = challenge.code.kind === 'decoy' && this.#canReach(prepared, outlook);
    if (!hideUserExistence) {
      return isDue ? undefined : told();
    }
    try {
      // For everybody alike: the calls that follow an SMS which is made up for have to find its round.
      const isFirst = await prolong();
      // Once, however many rounds go by the challenge: it takes from no limit of the number. And in time: its code holds as long as was told.
      return isFirst && isDue && !tooOld && !wasMadeUpFor(challenge)
        ? await this.#sendSilently(prepared, challenge, outlook, told)
        : told();
    } catch (fault) {
      // Before the send: the round was done already, and is told again all the same.
      if (!(fault instanceof StoreError)) {
        throw fault;
      }
      return { ...told(), fault };
    }
  }

  async #sendSilently(
    { request, recipient }: PreparedRound,
    challenge: Challenge,
    outlook: Outlook,
    told: () => CreateOutcome,
  ): Promise<CreateOutcome> {
    const { sender } = this.#deps;
    const result = await sender.sendSilently(request, recipient, challenge, outlook);
    if (result.kind === 'conflict') {
      return told();
    }
    // What the client was told advances alike for everybody: by the rounds that it asked for.
    const shown = told();
    const { event, fault, pace } = stepOf(result, shown.status === 'SENT' ? 'SENT' : 'RESENT');
    return { ...shown, ...event, fault, pace };
  }

  #canReach({ recipient }: PreparedRound, outlook: Outlook): boolean {
    const { limits, hideUserExistence } = this.#deps;
    return (
      recipient.kind === 'phone' && limits.foresee(outlook, hideUserExistence).kind === 'allowed'
    );
  }

  #show({ recipient }: PreparedRound, challenge: Challenge, status: ChallengeStatus): ShownRound {
    const { policy, hideUserExistence } = this.#deps;
    const now = this.#now();
    const isShown = recipient.kind === 'phone' && !hideUserExistence;
    return {
      status,
      destination: isShown ? maskPhoneNumber(recipient.number) : HIDDEN_NUMBER,
      codeLength: codeLengthOf(challenge.code, policy),
      expiresInMs: shownLifetime(challenge, now),
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
      if (challenge.sentIn === sender.roundOf(request) && this.#isClaimed(challenge, now)) {
        // A code that was used has arrived: nobody needs another so soon.
        return challenge.code.kind === 'used'
          ? stay('resend-too-soon')
          : this.#abandoned(prepared, challenge);
      }
      if (sendsRemaining(challenge, policy) === 0) {
        return stay('resend-limit');
      }
      if (resendWait(challenge, now) > 0) {
        return stay('resend-too-soon');
      }
      return this.#send(prepared, challenge);
    }
    return stay(isTooOld(challenge, now) ? 'expired' : 'reused');
  }

  async #send(prepared: PreparedRound, challenge: Challenge): Promise<Step | Conflict> {
    const { sender } = this.#deps;
    const { request, recipient } = prepared;
    const outlook = prepared.outlook ?? (await sender.look(request, recipient));
    const result = await sender.send(request, recipient, challenge, outlook);
    return result.kind === 'conflict' ? result : stepOf(result, wantedOf(prepared));
  }

  /** Whether the newest code is so young that another call for its round may be the same call. A sign-in that shares the challenge may have a round of that name later. */
  #isClaimed(challenge: Challenge, now: number): boolean {
    const { claimMs, policy } = this.#deps;
    const isOver = challenge.code.kind !== 'used' && isTooOld(challenge, now);
    return !isOver && now - lastSendAt(challenge, policy) < claimMs;
  }

  /** Another call for this round wrote its code down, and never said what came of it: its SMS may be out, so none is sent, and a resend may follow at once. */
  async #abandoned(prepared: PreparedRound, sending: Challenge): Promise<Step> {
    const { challenges, hideUserExistence } = this.#deps;
    const step = {
      kind: 'step',
      event: { kind: 'abandoned' },
      wanted: wantedOf(prepared),
    } as const;
    if (hideUserExistence) {
      return { ...step, challenge: sending };
    }
    const uncertain = afterUncertainSend(sending, this.#now());
    return { ...step, challenge: standingOf(await challenges.save(uncertain), uncertain) };
  }

  #statusOf(event: StepEvent, wanted: SentStatus, challenge: Challenge): ChallengeStatus {
    const { hideUserExistence } = this.#deps;
    return statusOf(event, wanted, { challenge, now: this.#now(), hideUserExistence });
  }

  #now(): number {
    return this.#deps.clock.now();
  }
}

/** Whether a round may send an SMS: a sign-in's first one, and those that ask for a new code. */
export function maySend(request: CreateRequest): boolean {
  return request.resendRequested || request.resendAttribute || lastReference(request) === undefined;
}

/** Whether a code is out, as far as the client knows, and is not accepted any more. */
function isTooOld(challenge: Challenge, now: number): boolean {
  return challenge.code.kind !== 'none' && shownLifetime(challenge, now) === 0;
}

/** What a client is told if the SMS that is due goes out: a sign-in's first round is always `SENT`. */
function wantedOf({ previous }: PreparedRound): SentStatus {
  return previous === undefined ? 'SENT' : 'RESENT';
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
  readonly pace?: SendPace | undefined;
}

type Conflict = Extract<SendResult, { readonly kind: 'conflict' }>;
/** Nothing is sent, and the challenge stays as it is. */
type StayingKind = 'reused' | 'expired' | 'resend-too-soon' | 'resend-limit';

function stepOf(
  { event, challenge, fault, pace }: Exclude<SendResult, Conflict>,
  wanted: SentStatus,
): Step {
  const kind = wanted === 'SENT' ? 'sent' : 'resent';
  return {
    kind: 'step',
    event: event.kind === 'accepted' ? { ...event, kind } : event,
    challenge,
    wanted,
    fault,
    pace,
  };
}
