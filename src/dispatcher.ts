/** Routes each Cognito event to its use case: the only place that knows what an event looks like. */
import type {
  CreateAuthChallengeTriggerEvent,
  DefineAuthChallengeTriggerEvent,
  VerifyAuthChallengeResponseTriggerEvent,
} from 'aws-lambda';
import type { CreateAuthChallenge, CreateOutcome } from './domain/create-auth-challenge.ts';
import type { DefineAuthChallenge, DefineOutcome } from './domain/define-auth-challenge.ts';
import {
  CUSTOM_CHALLENGE,
  PASSWORD_VERIFIER,
  type Round,
  type SignInRequest,
} from './domain/sign-in.ts';
import type { VerifyAuthChallenge, VerifyOutcome } from './domain/verify-auth-challenge.ts';
import { publicChallengeParameters } from './public-parameters.ts';

/** The three custom-auth events. Any other that Cognito sends has another `triggerSource`. */
export type AuthChallengeEvent =
  | DefineAuthChallengeTriggerEvent
  | CreateAuthChallengeTriggerEvent
  | VerifyAuthChallengeResponseTriggerEvent;

export type Outcome =
  | DefineOutcome
  | CreateOutcome
  | VerifyOutcome
  /** The function is attached to a trigger that it has nothing to say to. */
  | { readonly kind: 'not-our-trigger' };

export interface Dispatched {
  /** The whole event, its response filled in: Cognito refuses anything less. */
  readonly event: AuthChallengeEvent;
  readonly outcome: Outcome;
}

export class Dispatcher {
  readonly #define: DefineAuthChallenge;
  readonly #create: CreateAuthChallenge;
  readonly #verify: VerifyAuthChallenge;

  constructor(
    define: DefineAuthChallenge,
    create: CreateAuthChallenge,
    verify: VerifyAuthChallenge,
  ) {
    this.#define = define;
    this.#create = create;
    this.#verify = verify;
  }

  /** @param deadline epoch milliseconds by which the answer must be on its way back to Cognito. */
  async dispatch(event: AuthChallengeEvent, deadline: number): Promise<Dispatched> {
    switch (event.triggerSource) {
      case 'DefineAuthChallenge_Authentication': {
        const outcome = await this.#define.execute({
          ...signInRequest(event),
          rounds: rounds(event.request.session),
        });
        return { event: answered(event, defineResponse(outcome)), outcome };
      }
      case 'CreateAuthChallenge_Authentication': {
        const { userAttributes, session, clientMetadata } = event.request;
        const outcome = await this.#create.execute({
          ...signInRequest(event),
          rounds: rounds(session),
          phone: {
            number: userAttributes?.phone_number,
            verified: userAttributes?.phone_number_verified?.toLowerCase() === 'true',
          },
          resendAttribute: userAttributes?.['custom:resend'] === 'true',
          locales: [clientMetadata?.locale, userAttributes?.locale],
          deadline,
        });
        return { event: answered(event, createResponse(outcome)), outcome };
      }
      case 'VerifyAuthChallengeResponse_Authentication': {
        const { challengeAnswer, privateChallengeParameters } = event.request;
        const outcome = await this.#verify.execute({
          ...signInRequest(event),
          reference: privateChallengeParameters?.[REFERENCE],
          answer: typeof challengeAnswer === 'string' ? challengeAnswer : '',
        });
        return { event: answered(event, { answerCorrect: outcome.kind === 'verified' }), outcome };
      }
      default:
        event satisfies never;
        return { event, outcome: { kind: 'not-our-trigger' } };
    }
  }
}

/** The key, among the private challenge parameters, of the reference that finds the challenge. */
const REFERENCE = 'challenge';

function answered<E extends AuthChallengeEvent>(event: E, response: Partial<E['response']>): E {
  return { ...event, response: { ...event.response, ...response } };
}

function signInRequest({
  userPoolId,
  callerContext,
  userName,
  request,
}: AuthChallengeEvent): SignInRequest {
  const metadata = request.clientMetadata;
  return {
    scope: { userPoolId, clientId: callerContext.clientId, username: userName },
    userNotFound: request.userNotFound === true,
    resendRequested: metadata?.action === 'resend' || metadata?.resend === 'true',
  };
}

type Session = DefineAuthChallengeTriggerEvent['request']['session'];

function rounds(session: Session | null | undefined): Round[] {
  return (session ?? []).map(({ challengeName, challengeResult, challengeMetadata }) => ({
    challengeName,
    passed: challengeResult === true,
    // Cognito sends null for challenges that it made itself.
    reference: challengeMetadata ?? undefined,
  }));
}

function defineResponse(
  outcome: DefineOutcome,
): Partial<DefineAuthChallengeTriggerEvent['response']> {
  switch (outcome.kind) {
    case 'code-asked':
      return { challengeName: CUSTOM_CHALLENGE, issueTokens: false, failAuthentication: false };
    case 'password-asked':
      return { challengeName: PASSWORD_VERIFIER, issueTokens: false, failAuthentication: false };
    case 'tokens-issued':
      return { issueTokens: true, failAuthentication: false };
    case 'failed':
      return { issueTokens: false, failAuthentication: true };
  }
}

function createResponse(outcome: CreateOutcome): CreateAuthChallengeTriggerEvent['response'] {
  return {
    publicChallengeParameters: publicChallengeParameters(outcome),
    privateChallengeParameters: { [REFERENCE]: outcome.reference },
    challengeMetadata: outcome.reference,
  };
}
