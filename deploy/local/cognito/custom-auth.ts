/**
 * The custom-auth flow: Define decides, Create makes a challenge, Verify checks the answer, and
 * round again until Define issues tokens or fails the sign-in. A password may come first.
 */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import type { ChallengeAnswer } from './challenge-answers.ts';
import {
  CognitoError,
  incorrectUsernameOrPassword,
  notAuthorized,
  unrecognizableOutput,
} from './errors.ts';
import { type AuthenticationResult, completeSignIn } from './issue-tokens.ts';
import { newPasswordParameters, setNewPassword } from './new-password.ts';
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
  type KnownCaller,
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
      readonly ChallengeName: ChallengeNameType;
      readonly ChallengeParameters: Readonly<Record<string, string>>;
      readonly Session: string;
    }
  | {
      readonly ChallengeParameters: Readonly<Record<string, never>>;
      readonly AuthenticationResult: AuthenticationResult;
    };

/** Checks an answer, then does whatever comes next. */
export async function answerChallenge(
  service: CognitoService,
  step: SignInStep,
  answer: ChallengeAnswer,
): Promise<AuthResponse> {
  switch (answer.kind) {
    case 'custom': {
      const completed = await completeCustomChallenge(service, step, answer.created, answer.text);
      return takeNextStep(service, withCompleted(step, completed));
    }
    case 'password': {
      const next = withCompleted(step, completePassword(service, step, answer));
      const temporary = step.caller.user?.status === 'FORCE_CHANGE_PASSWORD';
      return temporary ? newPasswordChallenge(service, next) : takeNextStep(service, next);
    }
    case 'new-password': {
      const user = setNewPassword(service, knownCaller(step), answer);
      return takeNextStep(service, { ...step, caller: { ...step.caller, user } });
    }
  }
}

function withCompleted(step: SignInStep, completed: CompletedChallenge): SignInStep {
  return { ...step, history: [...step.history, completed] };
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
  service: CognitoService,
  { caller }: SignInStep,
  { exchange, claim }: { readonly exchange: SrpExchange; readonly claim: PasswordClaim },
): CompletedChallenge {
  if (!isProof(exchange, caller.pool.shortId, caller.username, claim)) {
    throw incorrectUsernameOrPassword();
  }
  const expiresAt = caller.user?.passwordExpiresAt;
  if (expiresAt !== undefined && service.now() >= expiresAt) {
    throw notAuthorized('Temporary password has expired and must be reset by an administrator.');
  }
  return { challengeName: 'PASSWORD_VERIFIER', challengeResult: true, challengeMetadata: null };
}

/** Define does not hear of it: it is asked once the temporary password has been replaced. */
function newPasswordChallenge(service: CognitoService, step: SignInStep): AuthResponse {
  const parameters = newPasswordParameters(knownCaller(step));
  return ask(service, step, { name: 'NEW_PASSWORD_REQUIRED' }, parameters);
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

async function issueTokens(service: CognitoService, step: SignInStep): Promise<AuthResponse> {
  const result = await completeSignIn(service, knownCaller(step), step.clientMetadata);
  return { ChallengeParameters: {}, AuthenticationResult: result };
}

/** Whatever Define says, nobody gets anywhere as a user who doesn't exist. */
function knownCaller({ caller }: SignInStep): KnownCaller {
  const { user } = caller;
  if (user === undefined) throw incorrectUsernameOrPassword();
  return { ...caller, user };
}
