/** Routes each Cognito event to its use case: the only place that knows what an event looks like. */
import type {
  CreateAuthChallengeTriggerEvent,
  DefineAuthChallengeTriggerEvent,
  PostAuthenticationTriggerEvent,
  PreSignUpEmailTriggerEvent,
  VerifyAuthChallengeResponseTriggerEvent,
} from 'aws-lambda';
import type { AcceptSignUp, SignUpOutcome } from './domain/accept-sign-up.ts';
import type { ConfirmPhone, ConfirmPhoneOutcome } from './domain/confirm-phone.ts';
import type { CreateAuthChallenge } from './domain/create-auth-challenge.ts';
import type { CreateOnce } from './domain/create-once.ts';
import type { CreateOutcome } from './domain/create-outcome.ts';
import type { Deadline } from './domain/deadline.ts';
import type { DefineAuthChallenge, DefineOutcome } from './domain/define-auth-challenge.ts';
import {
  CUSTOM_CHALLENGE,
  PASSWORD_VERIFIER,
  type Round,
  type SignInRequest,
  type SignInScope,
} from './domain/sign-in.ts';
import type { VerifyAuthChallenge, VerifyOutcome } from './domain/verify-auth-challenge.ts';
import { publicChallengeParameters } from './public-parameters.ts';

/** What Cognito may send, by `triggerSource`: a sign-in's three events, and two around it. */
export type TriggerEvent =
  | AuthChallengeEvent
  | PreSignUpEmailTriggerEvent
  | PostAuthenticationTriggerEvent;

export type AuthChallengeEvent =
  | DefineAuthChallengeTriggerEvent
  | CreateAuthChallengeTriggerEvent
  | VerifyAuthChallengeResponseTriggerEvent;

export type Outcome =
  | DefineOutcome
  | CreateOutcome
  | VerifyOutcome
  | SignUpOutcome
  | ConfirmPhoneOutcome
  /** The function is attached to a trigger that it has nothing to say to. */
  | { readonly kind: 'not-our-trigger' };

export interface Dispatched {
  /** The whole event, its response filled in: Cognito refuses anything less. */
  readonly event: TriggerEvent;
  readonly outcome: Outcome;
}

export interface UseCases {
  readonly define: DefineAuthChallenge;
  readonly create: CreateAuthChallenge | CreateOnce;
  readonly verify: VerifyAuthChallenge;
  readonly acceptSignUp: AcceptSignUp;
  readonly confirmPhone: ConfirmPhone;
}

export class Dispatcher {
  readonly #useCases: UseCases;

  constructor(useCases: UseCases) {
    this.#useCases = useCases;
  }

  /** @param deadline by which the answer must be on its way back to Cognito. */
  async dispatch(event: TriggerEvent, deadline: Deadline): Promise<Dispatched> {
    switch (event.triggerSource) {
      case 'DefineAuthChallenge_Authentication': {
        const outcome = await this.#useCases.define.execute({
          ...signInRequest(event),
          rounds: rounds(event.request.session),
        });
        return { event: answered(event, defineResponse(outcome)), outcome };
      }
      case 'CreateAuthChallenge_Authentication': {
        const { userAttributes, session, clientMetadata } = event.request;
        const outcome = await this.#useCases.create.execute({
          ...signInRequest(event),
          rounds: rounds(session),
          phone: phoneOf(event),
          resendAttribute: userAttributes?.['custom:resend'] === 'true',
          locales: [clientMetadata?.locale, userAttributes?.locale],
          deadline,
        });
        return { event: answered(event, createResponse(outcome)), outcome };
      }
      case 'VerifyAuthChallengeResponse_Authentication': {
        const { challengeAnswer, privateChallengeParameters } = event.request;
        const outcome = await this.#useCases.verify.execute({
          ...signInRequest(event),
          reference: privateChallengeParameters?.[REFERENCE],
          phone: phoneOf(event),
          answer: typeof challengeAnswer === 'string' ? challengeAnswer : '',
        });
        return { event: answered(event, { answerCorrect: outcome.kind === 'verified' }), outcome };
      }
      case 'PreSignUp_SignUp': {
        const { number } = phoneOf(event);
        const outcome = this.#useCases.acceptSignUp.execute(number);
        const autoConfirmUser = outcome.kind === 'sign-up-accepted';
        return { event: answered(event, { autoConfirmUser }), outcome };
      }
      case 'PostAuthentication_Authentication': {
        const request = { scope: scopeOf(event), phone: phoneOf(event), deadline };
        return { event, outcome: await this.#useCases.confirmPhone.execute(request) };
      }
      default:
        event satisfies never;
        return { event, outcome: { kind: 'not-our-trigger' } };
    }
  }
}

/** The key, among the private challenge parameters, of the reference that finds the challenge. */
const REFERENCE = 'challenge';

function answered<E extends TriggerEvent>(event: E, response: Partial<E['response']>): E {
  return { ...event, response: { ...event.response, ...response } };
}

function scopeOf({ userPoolId, callerContext, userName }: TriggerEvent): SignInScope {
  return { userPoolId, clientId: callerContext.clientId, username: userName };
}

function phoneOf({ request: { userAttributes } }: TriggerEvent) {
  return {
    number: userAttributes?.phone_number,
    verified: userAttributes?.phone_number_verified?.toLowerCase() === 'true',
  };
}

function signInRequest(event: AuthChallengeEvent): SignInRequest {
  const { userNotFound, clientMetadata } = event.request;
  return {
    scope: scopeOf(event),
    userNotFound: userNotFound === true,
    resendRequested: clientMetadata?.action === 'resend' || clientMetadata?.resend === 'true',
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
