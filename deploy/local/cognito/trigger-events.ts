/** The events that trigger functions receive, key for key as Cognito builds them. */
import type { Json, JsonObject } from '../json.ts';
import type { AppClient } from './app-client.ts';
import type { User } from './user.ts';
import type { UserPool } from './user-pool.ts';

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

/** A caller who exists. */
export type KnownCaller = Caller & { readonly user: User };

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
      session: rounds(session),
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
      session: rounds(session),
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

export function preAuthenticationEvent(
  caller: Caller,
  validationData: ClientMetadata,
): TriggerEvent {
  return envelope(
    caller,
    'PreAuthentication_Authentication',
    {
      userAttributes: userAttributes(caller),
      validationData: validationData ?? null,
      ...userNotFound(caller),
    },
    {},
  );
}

export function postAuthenticationEvent(
  caller: KnownCaller,
  clientMetadata: ClientMetadata,
): TriggerEvent {
  return envelope(
    caller,
    'PostAuthentication_Authentication',
    {
      userAttributes: userAttributes(caller),
      newDeviceUsed: false,
      ...metadata(clientMetadata),
    },
    {},
  );
}

export interface NewcomerOrigin {
  readonly pool: UserPool;
  /** Undefined where an administrator makes the user, who has no app client. */
  readonly client: AppClient | undefined;
  readonly username: string;
}

export function preSignUpEvent(
  origin: NewcomerOrigin,
  attributes: ReadonlyMap<string, string>,
  validationData: ClientMetadata,
  clientMetadata: ClientMetadata,
): TriggerEvent {
  return envelope(
    origin,
    origin.client === undefined ? 'PreSignUp_AdminCreateUser' : 'PreSignUp_SignUp',
    {
      userAttributes: Object.fromEntries(attributes),
      validationData: validationData ?? null,
      ...metadata(clientMetadata),
    },
    { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  );
}

export function postConfirmationEvent(
  { pool, client }: Omit<NewcomerOrigin, 'username'>,
  user: User,
  confirmed: 'ConfirmSignUp' | 'ConfirmForgotPassword',
  clientMetadata: ClientMetadata,
): TriggerEvent {
  return envelope(
    { pool, client, username: user.username },
    `PostConfirmation_${confirmed}`,
    { userAttributes: userAttributes({ pool, user }), ...metadata(clientMetadata) },
    {},
  );
}

export function tokenGenerationEvent(
  caller: KnownCaller,
  reason: 'Authentication' | 'RefreshTokens',
  scopes: readonly string[],
  clientMetadata: ClientMetadata,
): TriggerEvent {
  const v2 = caller.pool.settings.preTokenGenerationVersion === 'V2_0';
  const { roles, preferred } = caller.pool.groups.rolesOf(caller.user.groups);
  const event = envelope(
    caller,
    `TokenGeneration_${reason}`,
    {
      userAttributes: userAttributes(caller),
      groupConfiguration: {
        groupsToOverride: caller.user.groups,
        iamRolesToOverride: roles,
        preferredRole: preferred ?? null,
      },
      ...(v2 ? { scopes } : {}),
      ...metadata(clientMetadata),
    },
    v2 ? { claimsAndScopeOverrideDetails: null } : { claimsOverrideDetails: null },
  );
  return v2 ? { ...event, version: '2' } : event;
}

function envelope(
  { pool, client, username }: NewcomerOrigin,
  triggerSource: string,
  request: JsonObject,
  response: JsonObject,
): TriggerEvent {
  return {
    version: '1',
    region: pool.region,
    userPoolId: pool.id,
    userName: username,
    callerContext: {
      awsSdkVersion: 'aws-sdk-unknown-unknown',
      clientId: client?.id ?? 'CLIENT_ID_NOT_APPLICABLE',
    },
    triggerSource,
    request,
    response,
  };
}

function rounds(session: readonly CompletedChallenge[]): readonly JsonObject[] {
  return session.map((round) => ({ ...round }));
}

/** All values are strings. An unknown user has none. */
function userAttributes({ pool, user }: Pick<Caller, 'pool' | 'user'>): Record<string, string> {
  if (user === undefined) return {};
  const aliases = [...pool.aliasesOf(user)].map(([name, value]) => [
    `cognito:${name}_alias`,
    value,
  ]);
  return {
    sub: user.sub,
    'cognito:user_status': user.status,
    ...Object.fromEntries(aliases),
    ...(user.tokensNotBefore === undefined
      ? {}
      : { 'cognito:token_nbf': `${user.tokensNotBefore}` }),
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
