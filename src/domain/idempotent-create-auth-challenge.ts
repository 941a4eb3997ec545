import type { AnswerPace } from './abuse/answer-pace.ts';
import { type CreateAuthChallenge, maySend, type PreparedRound } from './create-auth-challenge.ts';
import type { CreateOutcome } from './create-outcome.ts';
import { type CreateRequest, nameOf } from './create-request.ts';
import type { Acquisition, IdempotencyStore } from './ports/idempotency-store.ts';
import { storeErrorOf } from './ports/store-error.ts';
import type { Timer } from './ports/timer.ts';

/** Milliseconds between looks at whether the round is done; once the answer is due, each further one waits twice as long. */
const LOOK_MS = 100;

/** Milliseconds that a call keeps back to answer by itself when waiting was in vain. */
const ANSWER_MS = 1000;

/** What it works with. */
export interface IdempotentCreateAuthChallengeDependencies {
  readonly create: CreateAuthChallenge;
  readonly store: IdempotencyStore;
  readonly pace: AnswerPace;
  readonly timer: Timer;
}

/**
 * Opens a round that sends an SMS once, however often it is called for: Cognito calls again when an answer
 * takes more than five seconds, with the very same event, and people click twice. The first call acquires the
 * round; the others wait for it, if need be, and answer with the same challenge. Whoever takes a
 * round over works on the same challenge, whose version lets only one of them send.
 */
export class IdempotentCreateAuthChallenge {
  readonly #deps: IdempotentCreateAuthChallengeDependencies;

  constructor(dependencies: IdempotentCreateAuthChallengeDependencies) {
    this.#deps = dependencies;
  }

  async execute(request: CreateRequest): Promise<CreateOutcome> {
    const { create } = this.#deps;
    // Nothing is written where none can be sent: such a round may be opened any number of times.
    if (!maySend(request)) {
      return create.execute(request);
    }
    const outcome = await this.#once(request);
    const { timeSpent } = request.deadline;
    await this.#deps.pace.keep(request.deadline, outcome.pace);
    return later(outcome, request.deadline.timeSpent - timeSpent);
  }

  async #once(request: CreateRequest): Promise<CreateOutcome> {
    const { create, pace } = this.#deps;
    const claim = { round: nameOf(request), holder: create.nextId() };
    const acquiring = this.#acquire(claim, request);
    try {
      const [acquisition, prepared] = await Promise.all([acquiring, create.prepare(request)]);
      // Before it waits for another call: strangers have hardly any to wait for.
      const { dueAt } = pace.begin(request.deadline);
      return await this.#answer(prepared, { ...claim, dueAt }, acquisition);
    } catch (fault) {
      // The next call goes on at once, with the same challenge: that tells whether an SMS may be out.
      await storeErrorOf(acquiring);
      await storeErrorOf(this.#deps.store.abandon(claim.round, claim.holder));
      throw fault;
    }
  }

  #acquire({ round, holder }: Claim, { deadline }: CreateRequest): Promise<Acquisition> {
    const { create, store } = this.#deps;
    const challengeId = create.nextId();
    return store.acquire(round, { holder, challengeId, busyUntil: deadline.time });
  }

  async #answer(
    prepared: PreparedRound,
    claim: PacedClaim,
    acquisition: Acquisition,
  ): Promise<CreateOutcome> {
    const { create, store } = this.#deps;
    switch (acquisition.kind) {
      case 'acquired':
        return this.#work(prepared, claim, acquisition.challengeId);
      case 'in-progress':
        return this.#wait(prepared, claim, acquisition);
      case 'completed': {
        const { result, holder } = acquisition;
        const prolong = () => store.prolong(claim.round, holder, claim.holder);
        const outcome = await create.repeat(prepared, result, prolong);
        if (outcome !== undefined) {
          // As for a send: where the one before was not, it may have been made up for.
          return { ...outcome, pace: { ...outcome.pace, dueAt: claim.dueAt } };
        }
        // It was answered since: this is a new sign-in.
        await store.release(claim.round, holder);
        return this.#answer(prepared, claim, await this.#acquire(claim, prepared.request));
      }
    }
  }

  /** Waits until the round is done, or nobody works on it any more. */
  async #wait(
    prepared: PreparedRound,
    claim: PacedClaim,
    { challengeId }: InProgress,
  ): Promise<CreateOutcome> {
    const { create, store, timer } = this.#deps;
    const { request } = prepared;
    for (let pauseMs = LOOK_MS; ; pauseMs *= request.deadline.timeSpent < claim.dueAt ? 1 : 2) {
      const patienceMs = request.deadline.timeLeft - ANSWER_MS;
      if (patienceMs <= 0) {
        // Whoever of the two writes the challenge first sends: the other one answers that it may be out.
        return create.open(prepared, challengeId);
      }
      await timer.sleep(Math.min(pauseMs, patienceMs));
      const state = await store.look(claim.round);
      if (state.kind !== 'in-progress') {
        // By what is read anew: what the other call could not send just now is not tried again, which would take as long once more.
        const unread = { ...prepared, outlook: undefined };
        return this.#answer(unread, claim, await this.#acquire(claim, request));
      }
    }
  }

  async #work(prepared: PreparedRound, claim: Claim, challengeId: string): Promise<CreateOutcome> {
    const outcome = await this.#deps.create.open(prepared, challengeId);
    // The SMS is out and its challenge saved: should this fail, only another call would miss it.
    const fault = await storeErrorOf(this.#conclude(claim, outcome));
    return fault === undefined ? outcome : { ...outcome, fault };
  }

  async #conclude({ round, holder }: Claim, outcome: CreateOutcome): Promise<void> {
    const { store } = this.#deps;
    const { status, reference } = outcome;
    const isUnsent =
      outcome.kind === 'withheld' ||
      (outcome.kind === 'delivery-failed' && !outcome.error.mayHaveLeft);
    if (isUnsent && status === 'DELIVERY_FAILED') {
      // Nothing is out, and that was told: Cognito's next call, or the user's next click, may try again.
      await store.release(round, holder);
    } else {
      await store.complete(round, holder, { status, reference });
    }
  }
}

/** What is left when the answer leaves, which is at the same time for everybody: when its send was done would show. */
function later(outcome: CreateOutcome, waitedMs: number): CreateOutcome {
  const { expiresInMs, resendAfterMs } = outcome;
  return {
    ...outcome,
    expiresInMs: Math.max(0, expiresInMs - waitedMs),
    resendAfterMs: Math.max(0, resendAfterMs - waitedMs),
  };
}

/** What a call acquires rounds by. */
interface Claim {
  readonly round: string;
  readonly holder: string;
}

/** A claim, and when its answer is due if another call did the work. */
interface PacedClaim extends Claim {
  /** @see SendPace.dueAt */
  readonly dueAt: number;
}

type InProgress = Extract<Acquisition, { readonly kind: 'in-progress' }>;
