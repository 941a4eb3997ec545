import type { CreateAuthChallenge } from './create-auth-challenge.ts';
import type { CreateOutcome } from './create-outcome.ts';
import type { CreateRequest } from './create-request.ts';
import type { Clock } from './ports/clock.ts';
import type { RoundClaims, RoundResult } from './ports/round-claims.ts';
import { storeErrorOf } from './ports/store-error.ts';
import type { Timer } from './ports/timer.ts';

/** Milliseconds between two looks at whether the round is done. */
const POLL_MS = 100;

/** Milliseconds that a call keeps back to answer by itself when waiting was in vain. */
const ANSWER_MS = 1000;

/** What it works with. */
export interface CreateOnceDependencies {
  readonly create: CreateAuthChallenge;
  readonly claims: RoundClaims;
  readonly clock: Clock;
  readonly timer: Timer;
}

/**
 * Opens a round once, however often it is called for: Cognito calls again when an answer takes more
 * than five seconds, with the very same event, and people click twice. The first call claims the
 * round; the others wait for it, if need be, and answer with the same challenge.
 */
export class CreateOnce {
  readonly #deps: CreateOnceDependencies;

  constructor(dependencies: CreateOnceDependencies) {
    this.#deps = dependencies;
  }

  async execute(request: CreateRequest): Promise<CreateOutcome> {
    const { create, claims, clock, timer } = this.#deps;
    const round = nameOf(request);
    for (;;) {
      const claim = await claims.claim(round, request.deadline.time);
      switch (claim.kind) {
        case 'won':
          return this.#settle(round, await this.#work(request, round, claim.holder));
        case 'settled': {
          const outcome = await create.repeat(request, claim.result);
          if (outcome !== undefined) {
            return outcome;
          }
          // It was answered since: this is a new sign-in.
          await claims.release(round, claim.result.reference);
          break;
        }
        case 'open':
          // A call that missed its own deadline never answers: it may have sent, or not.
          if (clock.now() >= claim.workUntil || request.deadline.timeLeft <= ANSWER_MS) {
            return this.#settle(round, await this.#takeOver(request, claim.foreseen));
          }
          await timer.sleep(POLL_MS);
      }
    }
  }

  /** Opens the round. A fault from before an SMS can have left gives the claim back: the next call may try. */
  async #work(request: CreateRequest, round: string, holder: string): Promise<CreateOutcome> {
    const { create, claims } = this.#deps;
    let mayHaveLeft = false;
    const foresee = async (result: RoundResult) => {
      await claims.foresee(round, result);
      mayHaveLeft = true;
    };
    try {
      return await create.execute({ ...request, foresee });
    } catch (fault) {
      if (!mayHaveLeft) {
        await storeErrorOf(claims.abandon(round, holder));
      }
      throw fault;
    }
  }

  /** Answers for a call that never did. Its SMS may be out: so none is sent, and its code stays good. */
  async #takeOver(
    request: CreateRequest,
    foreseen: RoundResult | undefined,
  ): Promise<CreateOutcome> {
    const { create } = this.#deps;
    const left = foreseen && (await create.repeat(request, foreseen));
    return left === undefined
      ? create.execute({ ...request, mayBeServed: true })
      : { ...left, kind: 'abandoned' };
  }

  async #settle(round: string, outcome: CreateOutcome): Promise<CreateOutcome> {
    // The SMS is out and its challenge saved: should this fail, only a second call would miss it.
    const fault = await storeErrorOf(this.#conclude(round, outcome));
    return fault === undefined ? outcome : { ...outcome, fault };
  }

  async #conclude(round: string, outcome: CreateOutcome): Promise<void> {
    const { claims } = this.#deps;
    const { status, reference } = outcome;
    await claims.settle(round, { status, reference });
    if (outcome.kind === 'delivery-failed' && !outcome.error.mayHaveLeft) {
      // Nothing is out: Cognito's next call, or the user's next click, may try again.
      await claims.release(round, reference);
    }
  }
}

/** The same for every call for one round, and for no other round of the user. */
function nameOf(request: CreateRequest): string {
  const { scope, rounds, resendRequested, resendAttribute } = request;
  return JSON.stringify([
    scope.userPoolId,
    scope.clientId,
    scope.username,
    resendRequested,
    resendAttribute,
    rounds.map(({ challengeName, passed, reference }) => [challengeName, passed, reference]),
  ]);
}
