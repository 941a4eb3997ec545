/** Routes each Cognito event to its use case. */
import type { AcceptSignUp } from './domain/accept-sign-up.ts';
import type { Deadline } from './domain/deadline.ts';
import type { DefineAuthChallenge } from './domain/define-auth-challenge.ts';
import type { IdempotentCreateAuthChallenge } from './domain/idempotent-create-auth-challenge.ts';
import type { Outcome } from './domain/outcome.ts';
import type { VerifyAuthChallenge } from './domain/verify-auth-challenge.ts';
import {
  createAnswer,
  createRequest,
  defineAnswer,
  defineRequest,
  type SignUpRefusedError,
  signUpAnswer,
  signUpRequest,
  type TriggerEvent,
  verifyAnswer,
  verifyRequest,
} from './trigger-events.ts';

/** What an event came to: for Cognito, and for log and metrics. */
export interface Dispatched {
  /** The whole event, or an error to throw in its place. */
  readonly answer: TriggerEvent | SignUpRefusedError;
  readonly outcome: Outcome;
}

/** A use case for each event. */
export interface UseCases {
  readonly define: DefineAuthChallenge;
  readonly create: IdempotentCreateAuthChallenge;
  readonly verify: VerifyAuthChallenge;
  readonly acceptSignUp: AcceptSignUp;
}

/** Hands each event to its use case, by `triggerSource`. */
export class Dispatcher {
  readonly #useCases: UseCases;

  constructor(useCases: UseCases) {
    this.#useCases = useCases;
  }

  /** @param deadline by which the answer must be on its way back to Cognito. */
  async dispatch(event: TriggerEvent, deadline: Deadline): Promise<Dispatched> {
    const { define, create, verify, acceptSignUp } = this.#useCases;
    switch (event.triggerSource) {
      case 'DefineAuthChallenge_Authentication': {
        const outcome = await define.execute(defineRequest(event));
        return { answer: defineAnswer(event, outcome), outcome };
      }
      case 'CreateAuthChallenge_Authentication': {
        const outcome = await create.execute(createRequest(event, deadline));
        return { answer: createAnswer(event, outcome), outcome };
      }
      case 'VerifyAuthChallengeResponse_Authentication': {
        const outcome = await verify.execute(verifyRequest(event, deadline));
        return { answer: verifyAnswer(event, outcome), outcome };
      }
      case 'PreSignUp_SignUp': {
        const outcome = acceptSignUp.execute(signUpRequest(event));
        return { answer: signUpAnswer(event, outcome), outcome };
      }
      default:
        event satisfies never;
        return { answer: event, outcome: { kind: 'not-our-trigger' } };
    }
  }
}
