/**
 * The custom-auth flow: Define decides, Create makes a challenge, Verify checks the answer, and
 * round again until Define issues tokens or fails the sign-in.
 */
import { incorrectUsernameOrPassword, unrecognizableOutput } from './errors.ts';
import type { CognitoService } from './service.ts';
import { mintTokens } from './tokens.ts';
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

/** What a Session string stands for: a sign-in that waits for an answer. Never leaves the server. */
export interface PendingSignIn {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly username: string;
  /** USERNAME as InitiateAuth got it, perhaps an alias; some clients keep sending that one. */
  readonly typedUsername: string;
  readonly history: readonly CompletedChallenge[];
  readonly challenge: CreatedChallenge;
}

export interface SignInStep {
  readonly caller: Caller;
  readonly typedUsername: string;
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

export interface AuthenticationResult {
  readonly AccessToken: string;
  readonly ExpiresIn: number;
  readonly TokenType: 'Bearer';
  readonly RefreshToken?: string;
  readonly IdToken: string;
}

/** Verify on an answer, then whatever comes next. A wrong answer is no error: Define decides. */
export async function answerCustomChallenge(
  service: CognitoService,
  step: SignInStep,
  challenge: CreatedChallenge,
  answer: string,
): Promise<AuthResponse> {
  const { caller, clientMetadata } = step;
  const event = verifyEvent(caller, challenge.privateParameters, answer, clientMetadata);
  const response = await service.triggers.run(caller.pool, 'VerifyAuthChallengeResponse', event);
  const completed: CompletedChallenge = {
    challengeName: 'CUSTOM_CHALLENGE',
    challengeResult: readVerifyResponse(response),
    challengeMetadata: challenge.metadata,
  };
  return takeNextStep(service, { ...step, history: [...step.history, completed] });
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
      if (decision.challengeName === 'CUSTOM_CHALLENGE') return createChallenge(service, step);
      throw unrecognizableOutput(`there is no challenge ${decision.challengeName} in this flow`);
  }
}

async function createChallenge(service: CognitoService, step: SignInStep): Promise<AuthResponse> {
  const { caller, history, clientMetadata } = step;
  const event = createEvent(caller, 'CUSTOM_CHALLENGE', history, clientMetadata);
  const response = await service.triggers.run(caller.pool, 'CreateAuthChallenge', event);
  const challenge = readCreateResponse(response, service.triggers.limits.strict);
  // USERNAME comes last: a public parameter of that name can't replace the real one.
  const ChallengeParameters = { ...challenge.publicParameters, USERNAME: caller.username };
  const pending = {
    userPoolId: caller.pool.id,
    clientId: caller.client.id,
    username: caller.username,
    typedUsername: step.typedUsername,
    history,
    challenge,
  };
  const Session = service.sessions.issue(
    pending,
    caller.client.authSessionValidityMinutes * 60_000,
  );
  return { ChallengeName: 'CUSTOM_CHALLENGE', ChallengeParameters, Session };
}

async function issueTokens(service: CognitoService, { caller }: SignInStep): Promise<AuthResponse> {
  const { pool, client, user } = caller;
  if (user === undefined) throw incorrectUsernameOrPassword();
  const now = service.now();
  const signIn = service.signIns.start(client, user, now);
  const issuer = service.issuerOf(pool.id);
  const tokens = await mintTokens({ pool, client, user, signIn, issuer }, now);
  return {
    ChallengeParameters: {},
    AuthenticationResult: {
      AccessToken: tokens.accessToken,
      ExpiresIn: client.accessTokenSeconds,
      TokenType: 'Bearer',
      RefreshToken: signIn.refreshToken,
      IdToken: tokens.idToken,
    },
  };
}
