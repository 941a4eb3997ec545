import type { CreateAuthChallenge, CreateOutcome, CreateRequest } from './create-auth-challenge.ts';
import type { Clock } from './ports/clock.ts';
import type { RoundClaims } from './ports/round-claims.ts';
import { faultOf } from './ports/store-error.ts';
import type { Timer } from './ports/timer.ts';

/** How often a call looks whether the one that works on its round is done. */
const POLL_MS = 100;

/** What a call needs, besides waiting, to answer by itself in the end. */
const ANSWER_MS = 1000;

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
      const claim = await claims.claim(round, request.deadline);
      switch (claim.kind) {
        case 'won':
          return this.#settle(round, await create.execute(request));
        case 'settled': {
          const outcome = await create.repeat(request, claim.result);
          if (outcome !== undefined) {
            return outcome;
          }
          // Its code has signed the user in since: this is a new sign-in.
          await claims.release(round, claim.result.reference);
          break;
        }
        case 'open':
          // Whoever has not answered by its own deadline never will: it may have sent, or not.
          if (clock.now() >= Math.min(claim.workUntil, request.deadline - ANSWER_MS)) {
            return this.#settle(round, await create.execute({ ...request, mayBeServed: true }));
          }
          await timer.sleep(POLL_MS);
      }
    }
  }

  async #settle(round: string, outcome: CreateOutcome): Promise<CreateOutcome> {
    const { status, reference } = outcome;
    // The SMS is out and its challenge saved: should this fail, only a second call would miss it.
    const fault = await faultOf(this.#deps.claims.settle(round, { status, reference }));
    return fault === undefined ? outcome : { ...outcome, fault };
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
