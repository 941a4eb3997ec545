/**
 * The custom-auth flow: Define decides, Create makes a challenge, Verify checks the answer, and
 * round again until Define issues tokens or fails the sign-in. A password may come first.
 */
import {
  CognitoError,
  incorrectUsernameOrPassword,
  missingParameter,
  unrecognizableOutput,
} from './errors.ts';
import { type AuthenticationResult, completeSignIn } from './issue-tokens.ts';
import type { PendingChallenge } from './pending-sign-in.ts';
import type { CognitoService } from './service.ts';
import {
  decoyVerifier,
  isProof,
  type PasswordClaim,
  type SrpExchange,
  startExchange,
} from './srp.ts';
import {
  type Caller,
  type ClientMetadata,
  type CompletedChallenge,
  createEvent,
  defineEvent,
  verifyEvent,
} from './trigger-events.ts';
import {
  type CreatedChallenge,
  readCreateResponse,
  readDefineResponse,
  readVerifyResponse,
} from './trigger-response.ts';

export interface SignInStep {
  readonly caller: Caller;
  readonly typedUsername: string;
  /** The client's half of SRP, where InitiateAuth offered one. */
  readonly clientPublic: bigint | undefined;
  /** The challenges answered so far, oldest first. */
  readonly history: readonly CompletedChallenge[];
  readonly clientMetadata: ClientMetadata;
}

export type AuthResponse =
  | {
      readonly ChallengeName: string;
      readonly ChallengeParameters: Readonly<Record<string, string>>;
      readonly Session: string;
    }
  | {
      readonly ChallengeParameters: Readonly<Record<string, never>>;
      readonly AuthenticationResult: AuthenticationResult;
    };

/** An answer together with what it answers. */
export type ChallengeAnswer =
  | { readonly kind: 'custom'; readonly created: CreatedChallenge; readonly text: string }
  | { readonly kind: 'password'; readonly exchange: SrpExchange; readonly claim: PasswordClaim };

/** @throws CognitoError InvalidParameterException where the responses lack what the challenge asks */
export function readAnswer(
  challenge: PendingChallenge,
  responses: Readonly<Record<string, string>>,
): ChallengeAnswer {
  const response = (name: string) => {
    const value = responses[name];
    if (value === undefined) throw missingParameter(name);
    return value;
  };
  if (challenge.name === 'CUSTOM_CHALLENGE') {
    return { kind: 'custom', created: challenge.created, text: response('ANSWER') };
  }
  const claim = {
    timestamp: response('TIMESTAMP'),
    secretBlock: response('PASSWORD_CLAIM_SECRET_BLOCK'),
    signature: response('PASSWORD_CLAIM_SIGNATURE'),
  };
  return { kind: 'password', exchange: challenge.exchange, claim };
}

/** Checks an answer, then does whatever comes next. */
export async function answerChallenge(
  service: CognitoService,
  step: SignInStep,
  answer: ChallengeAnswer,
): Promise<AuthResponse> {
  const completed =
    answer.kind === 'custom'
      ? await completeCustomChallenge(service, step, answer.created, answer.text)
      : completePassword(step, answer.exchange, answer.claim);
  return takeNextStep(service, { ...step, history: [...step.history, completed] });
}

/** A wrong answer is no error: it is recorded, and Define decides. */
async function completeCustomChallenge(
  service: CognitoService,
  { caller, clientMetadata }: SignInStep,
  created: CreatedChallenge,
  text: string,
): Promise<CompletedChallenge> {
  const event = verifyEvent(caller, created.privateParameters, text, clientMetadata);
  const response = await service.triggers.run(caller.pool, 'VerifyAuthChallengeResponse', event);
  return {
    challengeName: 'CUSTOM_CHALLENGE',
    challengeResult: readVerifyResponse(response),
    challengeMetadata: created.metadata,
  };
}

/** A wrong password ends the sign-in without asking Define. */
function completePassword(
  { caller }: SignInStep,
  exchange: SrpExchange,
  claim: PasswordClaim,
): CompletedChallenge {
  if (!isProof(exchange, caller.pool.shortId, caller.username, claim)) {
    throw incorrectUsernameOrPassword();
  }
  return { challengeName: 'PASSWORD_VERIFIER', challengeResult: true, challengeMetadata: null };
}

/** Asks Define what comes next, and does it. */
export async function takeNextStep(
  service: CognitoService,
  step: SignInStep,
): Promise<AuthResponse> {
  const { caller, history, clientMetadata } = step;
  const event = defineEvent(caller, history, clientMetadata);
  const response = await service.triggers.run(caller.pool, 'DefineAuthChallenge', event);
  const decision = readDefineResponse(response);
  switch (decision.kind) {
    case 'fail':
      throw incorrectUsernameOrPassword();
    case 'issue-tokens':
      return issueTokens(service, step);
    case 'challenge':
      if (decision.challengeName === 'CUSTOM_CHALLENGE') return customChallenge(service, step);
      if (decision.challengeName === 'PASSWORD_VERIFIER') return passwordChallenge(service, step);
      throw unrecognizableOutput(
        `challengeName ${decision.challengeName} is neither CUSTOM_CHALLENGE nor PASSWORD_VERIFIER`,
      );
  }
}

async function customChallenge(service: CognitoService, step: SignInStep): Promise<AuthResponse> {
  const { caller, history, clientMetadata } = step;
  const event = createEvent(caller, 'CUSTOM_CHALLENGE', history, clientMetadata);
  const response = await service.triggers.run(caller.pool, 'CreateAuthChallenge', event);
  const created = readCreateResponse(response, service.triggers.limits.strict);
  return ask(service, step, { name: 'CUSTOM_CHALLENGE', created }, created.publicParameters);
}

/** No Create here: the service itself asks for the proof of the password. */
function passwordChallenge(service: CognitoService, step: SignInStep): AuthResponse {
  const { pool, username, user } = step.caller;
  if (step.clientPublic === undefined) {
    throw new CognitoError('InvalidParameterException', 'Missing required parameter SRP_A', {
      hint: 'Define asked for PASSWORD_VERIFIER, but the client started without SRP',
    });
  }
  const password = user?.password ?? decoyVerifier(pool.shortId, username);
  const exchange = startExchange(password, step.clientPublic);
  return ask(
    service,
    step,
    { name: 'PASSWORD_VERIFIER', exchange },
    {
      SALT: exchange.salt,
      SRP_B: exchange.serverPublic,
      SECRET_BLOCK: exchange.secretBlock,
      USER_ID_FOR_SRP: username,
    },
  );
}

function ask(
  service: CognitoService,
  { caller, typedUsername, clientPublic, history }: SignInStep,
  challenge: PendingChallenge,
  parameters: Readonly<Record<string, string>>,
): AuthResponse {
  const { client, username } = caller;
  const pending = {
    clientId: client.id,
    username,
    typedUsername,
    clientPublic,
    history,
    challenge,
  };
  return {
    ChallengeName: challenge.name,
    // USERNAME comes last: a public parameter of that name can't replace the real one.
    ChallengeParameters: { ...parameters, USERNAME: username },
    Session: service.sessions.issue(pending, client.authSessionValidityMinutes * 60_000),
  };
}

async function issueTokens(
  service: CognitoService,
  { caller, clientMetadata }: SignInStep,
): Promise<AuthResponse> {
  const { user } = caller;
  // Whatever Define says, nobody gets tokens for a user who doesn't exist.
  if (user === undefined) throw incorrectUsernameOrPassword();
  const result = await completeSignIn(service, { ...caller, user }, clientMetadata);
  return { ChallengeParameters: {}, AuthenticationResult: result };
}
