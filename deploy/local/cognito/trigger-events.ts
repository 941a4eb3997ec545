/** The events that trigger functions receive, key for key as Cognito builds them. */
import type { Json, JsonObject } from '../json.ts';
import type { AppClient } from './app-client.ts';
import type { User, UserPool } from './user-pool.ts';

/** The keys of a pool's LambdaConfig, which error texts use too. */
export const triggerNames = [
  'DefineAuthChallenge',
  'CreateAuthChallenge',
  'VerifyAuthChallengeResponse',
] as const;
export type TriggerName = (typeof triggerNames)[number];

export interface TriggerEvent {
  readonly version: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly userName: string;
  readonly callerContext: { readonly awsSdkVersion: string; readonly clientId: string };
  readonly triggerSource: string;
  readonly request: JsonObject;
  readonly response: JsonObject;
}

/** A challenge that has been answered. The keys stand in the order in which events show them. */
export interface CompletedChallenge {
  readonly challengeName: string;
  readonly challengeResult: boolean;
  readonly challengeMetadata: string | null;
}

/** Who signs in, and where. */
export interface Caller {
  readonly pool: UserPool;
  readonly client: AppClient;
  /** The canonical username; for an unknown user the made-up one. */
  readonly username: string;
  /** Undefined where nobody of that name exists. */
  readonly user: User | undefined;
}

/** ClientMetadata of the current call, undefined where it had none. */
export type ClientMetadata = Readonly<Record<string, string>> | undefined;

export function defineEvent(
  caller: Caller,
  session: readonly CompletedChallenge[],
  clientMetadata: ClientMetadata,
): TriggerEvent {
  return envelope(
    caller,
    'DefineAuthChallenge_Authentication',
    {
      userAttributes: userAttributes(caller),
      session: session.map((round) => ({ ...round })),
      ...userNotFound(caller),
      ...metadata(clientMetadata),
    },
    { challengeName: null, issueTokens: null, failAuthentication: null },
  );
}

export function createEvent(
  caller: Caller,
  challengeName: string,
  session: readonly CompletedChallenge[],
  clientMetadata: ClientMetadata,
): TriggerEvent {
  return envelope(
    caller,
    'CreateAuthChallenge_Authentication',
    {
      userAttributes: userAttributes(caller),
      challengeName,
      session: session.map((round) => ({ ...round })),
      ...userNotFound(caller),
      ...metadata(clientMetadata),
    },
    { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
  );
}

export function verifyEvent(
  caller: Caller,
  privateChallengeParameters: Readonly<Record<string, string>>,
  challengeAnswer: string,
  clientMetadata: ClientMetadata,
): TriggerEvent {
  return envelope(
    caller,
    'VerifyAuthChallengeResponse_Authentication',
    {
      userAttributes: userAttributes(caller),
      privateChallengeParameters,
      challengeAnswer,
      ...userNotFound(caller),
      ...metadata(clientMetadata),
    },
    { answerCorrect: null },
  );
}

function envelope(
  caller: Caller,
  triggerSource: string,
  request: JsonObject,
  response: JsonObject,
): TriggerEvent {
  return {
    version: '1',
    region: caller.pool.region,
    userPoolId: caller.pool.id,
    userName: caller.username,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: caller.client.id },
    triggerSource,
    request,
    response,
  };
}

/** All values are strings. An unknown user has none. */
function userAttributes({ pool, user }: Caller): Record<string, string> {
  if (user === undefined) return {};
  const aliases = [...pool.aliasesOf(user)].map(([name, value]) => [
    `cognito:${name}_alias`,
    value,
  ]);
  return {
    sub: user.sub,
    'cognito:user_status': user.status,
    ...Object.fromEntries(aliases),
    ...Object.fromEntries(user.attributes),
  };
}

/** The key exists only where the app client hides whether users exist. */
function userNotFound({ client, user }: Caller): Record<string, Json> {
  const hidden = client.preventUserExistenceErrors === 'ENABLED';
  return hidden ? { userNotFound: user === undefined } : {};
}

/** The key exists only where the call carried any: no client metadata and `{}` are the same. */
function metadata(clientMetadata: ClientMetadata): Record<string, Json> {
  const given = clientMetadata !== undefined && Object.keys(clientMetadata).length > 0;
  return given ? { clientMetadata } : {};
}
