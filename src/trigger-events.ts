/**
 * Cognito's trigger events and what use cases make of them: the only place that knows what an event
 * looks like, and what clients read of the answer.
 */
import type {
  CreateAuthChallengeTriggerEvent,
  DefineAuthChallengeTriggerEvent,
  PreSignUpEmailTriggerEvent,
  VerifyAuthChallengeResponseTriggerEvent,
} from 'aws-lambda';
import type { SignUpOutcome, SignUpRefusal, SignUpRequest } from './domain/accept-sign-up.ts';
import type { ChallengeStatus, CreateOutcome, ShownRound } from './domain/create-outcome.ts';
import type { CreateRequest } from './domain/create-request.ts';
import type { Deadline } from './domain/deadline.ts';
import type { DefineOutcome, DefineRequest } from './domain/define-auth-challenge.ts';
import type { Phone } from './domain/recipient.ts';
import {
  CUSTOM_CHALLENGE,
  PASSWORD_VERIFIER,
  type Round,
  type SignInRequest,
  type SignInScope,
} from './domain/sign-in.ts';
import type { VerifyOutcome } from './domain/verify-outcome.ts';
import type { VerifyRequest } from './domain/verify-request.ts';

/** What Cognito may send, by `triggerSource`: a sign-in's three events, and one before it. */
export type TriggerEvent = AuthChallengeEvent | PreSignUpEmailTriggerEvent;

/** The three events of a sign-in. */
export type AuthChallengeEvent =
  | DefineAuthChallengeTriggerEvent
  | CreateAuthChallengeTriggerEvent
  | VerifyAuthChallengeResponseTriggerEvent;

/** The key, among the private challenge parameters, of the reference that finds the challenge. */
const REFERENCE = 'challenge';

/** The key beside it of what tells the round from all others: Cognito hands it to Verify alone. */
const ROUND = 'round';

// From an event to what a use case is asked.

/** What Define is asked. */
export function defineRequest(event: DefineAuthChallengeTriggerEvent): DefineRequest {
  return { ...signInRequest(event), rounds: rounds(event.request.session) };
}

/** What Create is asked. */
export function createRequest(
  event: CreateAuthChallengeTriggerEvent,
  deadline: Deadline,
): CreateRequest {
  const { userAttributes, session, clientMetadata } = event.request;
  return {
    ...signInRequest(event),
    rounds: rounds(session),
    phone: phoneOf(event),
    resendAttribute: isWord(userAttributes?.['custom:resend'], 'true'),
    locales: [clientMetadata?.locale, userAttributes?.locale],
    deadline,
  };
}

/** What Verify is asked. */
export function verifyRequest(
  event: VerifyAuthChallengeResponseTriggerEvent,
  deadline: Deadline,
): VerifyRequest {
  const { challengeAnswer, privateChallengeParameters } = event.request;
  return {
    ...signInRequest(event),
    reference: privateChallengeParameters?.[REFERENCE],
    round: privateChallengeParameters?.[ROUND],
    phone: phoneOf(event),
    answer: typeof challengeAnswer === 'string' ? challengeAnswer : '',
    deadline,
  };
}

/** What *Pre sign-up* is asked. */
export function signUpRequest(event: PreSignUpEmailTriggerEvent): SignUpRequest {
  const { userAttributes } = event.request;
  return { phoneNumber: phoneOf(event).number, hasEmail: Boolean(userAttributes?.email) };
}

function signInRequest(event: AuthChallengeEvent): SignInRequest {
  const { userNotFound, clientMetadata } = event.request;
  return {
    scope: scopeOf(event),
    userNotFound: userNotFound === true,
    resendRequested:
      isWord(clientMetadata?.action, 'resend') || isWord(clientMetadata?.resend, 'true'),
  };
}

function scopeOf({ userPoolId, callerContext, userName }: TriggerEvent): SignInScope {
  return { userPoolId, clientId: callerContext.clientId, username: userName };
}

function phoneOf({ request: { userAttributes } }: TriggerEvent): Phone {
  return {
    number: userAttributes?.phone_number,
    verified: isWord(userAttributes?.phone_number_verified, 'true'),
  };
}

/** Clients write such words in any case, and whatever a client sends may be no text. */
function isWord(value: unknown, word: string): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === word;
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

// From an outcome to the whole event, its response filled in: Cognito refuses anything less.

/** The answer to Define. */
export function defineAnswer(
  event: DefineAuthChallengeTriggerEvent,
  outcome: DefineOutcome,
): TriggerEvent {
  const goOn = { issueTokens: false, failAuthentication: false };
  switch (outcome.kind) {
    case 'code-asked':
      return answered(event, { ...goOn, challengeName: CUSTOM_CHALLENGE });
    case 'password-asked':
      return answered(event, { ...goOn, challengeName: PASSWORD_VERIFIER });
    case 'tokens-issued':
      return answered(event, { issueTokens: true, failAuthentication: false });
    case 'failed':
      return answered(event, { issueTokens: false, failAuthentication: true });
  }
}

/** The answer to Create: what clients read, and what finds the challenge again. */
export function createAnswer(
  event: CreateAuthChallengeTriggerEvent,
  outcome: CreateOutcome,
): TriggerEvent {
  return answered(event, {
    publicChallengeParameters: publicChallengeParameters(outcome),
    privateChallengeParameters: { [REFERENCE]: outcome.reference, [ROUND]: outcome.round },
    challengeMetadata: outcome.reference,
  });
}

/** The answer to Verify. */
export function verifyAnswer(
  event: VerifyAuthChallengeResponseTriggerEvent,
  outcome: VerifyOutcome,
): TriggerEvent {
  return answered(event, { answerCorrect: isRight(outcome) });
}

function isRight(outcome: VerifyOutcome): boolean {
  return outcome.kind === 'answer-repeated' ? outcome.isRight : outcome.kind === 'verified';
}

/** A refusal is an error: Cognito takes one for it, and shows its text to the end user. */
export function signUpAnswer(
  event: PreSignUpEmailTriggerEvent,
  outcome: SignUpOutcome,
): TriggerEvent | SignUpRefusedError {
  switch (outcome.kind) {
    case 'sign-up-accepted':
      return answered(event, { autoConfirmUser: true });
    case 'sign-up-by-email':
      return event;
    case 'sign-up-refused':
      return new SignUpRefusedError(outcome.reason);
  }
}

/** Thrown in place of an answer: Cognito shows its text to whoever signs up. */
export class SignUpRefusedError extends Error {
  readonly code = 'SIGN_UP_REFUSED';

  constructor(reason: SignUpRefusal) {
    super(SIGN_UP_REFUSALS[reason]);
  }
}

const WRITTEN_WRONGLY =
  'Sign-up needs a phone number in international format, such as +14155550100';

const SIGN_UP_REFUSALS: Readonly<Record<SignUpRefusal, string>> = {
  'number-missing': WRITTEN_WRONGLY,
  'number-not-e164': WRITTEN_WRONGLY,
  'number-impossible': WRITTEN_WRONGLY,
  'number-special':
    'Sign-up needs a phone number of a person, not one of a premium or other service',
  'number-denied':
    'Sign-up needs a phone number that codes are sent to, which those of this country are not',
};

function answered<E extends TriggerEvent>(event: E, response: Partial<E['response']>): E {
  return { ...event, response: { ...event.response, ...response } };
}

/** `ChallengeParameters` as the client reads them. Cognito adds `USERNAME` and allows strings only. */
export interface PublicChallengeParameters extends Record<string, string> {
  /** What to tell the user, in English; `status` says the same to a program. */
  message: string;
  status: ChallengeStatus;
  CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS';
  /** The phone number without a digit, or, where user existence is not hidden, all but its last four. */
  CODE_DELIVERY_DESTINATION: string;
  codeLength: string;
  /** Seconds that the code is still accepted; 0 when a new one is needed. */
  expiresInSeconds: string;
  /** Wrong answers that are still allowed, this round's included. */
  attemptsRemaining: string;
  /** New codes that this sign-in may still ask for. */
  resendsRemaining: string;
  /** Seconds to wait before asking for a new code. */
  resendAfterSeconds: string;
}

const MESSAGES: Readonly<Record<ChallengeStatus, string>> = {
  SENT: 'Enter the OTP sent to your phone',
  INCORRECT: 'Incorrect code, please try again',
  RESENT: 'New OTP sent to your phone',
  RESEND_TOO_SOON: 'Please wait a moment before asking for a new code',
  RESEND_LIMIT: 'No more codes can be sent for this sign-in',
  THROTTLED: 'Too many codes were asked for, please try again later',
  EXPIRED: 'This code has expired, please ask for a new one',
  DELIVERY_FAILED: 'The code could not be sent, please ask for a new one',
};

/** What a client learns of a round: the contract with client developers. */
export function publicChallengeParameters(round: ShownRound): PublicChallengeParameters {
  return {
    message: MESSAGES[round.status],
    status: round.status,
    CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS',
    CODE_DELIVERY_DESTINATION: round.destination,
    codeLength: String(round.codeLength),
    // Rounded so that a client never promises more time than there is, nor offers a resend too early.
    expiresInSeconds: String(Math.floor(round.expiresInMs / 1000)),
    attemptsRemaining: String(round.attemptsRemaining),
    resendsRemaining: String(round.resendsRemaining),
    resendAfterSeconds: String(Math.ceil(round.resendAfterMs / 1000)),
  };
}

// From an event to what may be logged of it.

/** Whom a log line is about. */
export interface Subject {
  readonly trigger: string;
  readonly userPool: string;
  readonly appClient: string;
  /** Tells the user from all others. Not to be logged as it is. */
  readonly identity: string;
}

/** Whom an event is about. */
export function subjectOf(event: TriggerEvent): Subject {
  const { triggerSource, userPoolId, callerContext, userName, request } = event;
  return {
    trigger: triggerSource,
    userPool: userPoolId,
    appClient: callerContext.clientId,
    identity: request.userAttributes?.sub ?? userName,
  };
}

/** The event's outline: which fields it has and how long their text is. */
export function outlineEvent(event: TriggerEvent): Record<string, unknown> {
  const { version, region, userPoolId, callerContext, triggerSource, request } = event;
  return {
    version,
    region,
    userPoolId,
    callerContext,
    triggerSource,
    request: outline(request),
  };
}

// Their values are Cognito's own words; every other text may come from a user.
const PLAIN_FIELDS = new Set(['challengeName', 'challengeResult', 'userNotFound']);

// Maps whose very keys are the client's to choose.
const CLIENT_MAPS = new Set(['clientMetadata', 'validationData']);

function outline(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => outline(item));
  }
  if (typeof value === 'object' && value !== null) {
    if (CLIENT_MAPS.has(field)) {
      return `(${Object.keys(value).length} entries)`;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, held]) => [key, outline(held, key)]),
    );
  }
  return typeof value !== 'string' || PLAIN_FIELDS.has(field)
    ? value
    : `(${value.length} characters)`;
}
