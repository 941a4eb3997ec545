/** Making user pools and app clients, as far as trying out a setting needs it. */
import { randomInt } from 'node:crypto';
import { type AppClient, clientDefaults, explicitAuthFlows } from './app-client.ts';
import { invalidParameter } from './errors.ts';
import { clientId, userPoolId } from './members.ts';
import { adminOperation } from './operation.ts';
import {
  flag,
  type Input,
  integer,
  list,
  oneOf,
  required,
  structure,
  text,
} from './request-shape.ts';
import { type TriggerName, triggerNames } from './trigger-names.ts';
import { UserPool, type UserPoolSettings } from './user-pool.ts';

const arn = () =>
  text({ min: 20, max: 2048, pattern: /arn:[\w+=/,.@-]+:lambda:[\w+=/,.@-]*:[0-9]*:.*/ });
const name = () => required(text({ min: 1, max: 128, pattern: /[\w\s+=,.@-]+/ }));
const signInAttributes = () => list(required(oneOf(['phone_number', 'email'])));
const timeUnit = () => oneOf(['seconds', 'minutes', 'hours', 'days']);

const lambdaConfig = structure({
  DefineAuthChallenge: arn(),
  CreateAuthChallenge: arn(),
  VerifyAuthChallengeResponse: arn(),
  PreSignUp: arn(),
  PostConfirmation: arn(),
  PreAuthentication: arn(),
  PostAuthentication: arn(),
  PreTokenGeneration: arn(),
  PreTokenGenerationConfig: structure({
    LambdaVersion: required(oneOf(['V1_0', 'V2_0'])),
    LambdaArn: required(arn()),
  }),
});

/** On one page of a list. */
const MOST_CLIENTS = 60;

const changeableShape = { LambdaConfig: lambdaConfig, AutoVerifiedAttributes: signInAttributes() };

export const poolOperations = {
  CreateUserPool: adminOperation(
    {
      ...changeableShape,
      PoolName: name(),
      UsernameAttributes: signInAttributes(),
      AliasAttributes: list(required(oneOf(['phone_number', 'email', 'preferred_username']))),
    },
    (service, input) => {
      const aliases = input.AliasAttributes ?? [];
      const pool = new UserPool({
        id: `local_${alphanumeric(9)}`,
        name: input.PoolName,
        usernameAttributes: input.UsernameAttributes ?? [],
        aliasAttributes: aliases.filter((alias) => alias !== 'preferred_username'),
        ...readChangeable(input),
      });
      service.pools.addPool(pool);
      return { UserPool: describePool(pool) };
    },
  ),

  DescribeUserPool: adminOperation({ UserPoolId: required(userPoolId()) }, (service, input) => ({
    UserPool: describePool(service.pools.pool(input.UserPoolId)),
  })),

  /** What a call leaves out goes back to its default, as on AWS. */
  UpdateUserPool: adminOperation(
    { ...changeableShape, UserPoolId: required(userPoolId()) },
    (service, input) => {
      const pool = service.pools.pool(input.UserPoolId);
      pool.settings = { ...pool.settings, ...readChangeable(input) };
      return {};
    },
  ),

  CreateUserPoolClient: adminOperation(
    {
      UserPoolId: required(userPoolId()),
      ClientName: name(),
      GenerateSecret: flag(),
      ExplicitAuthFlows: list(required(oneOf(explicitAuthFlows))),
      PreventUserExistenceErrors: oneOf(['LEGACY', 'ENABLED']),
      EnableTokenRevocation: flag(),
      AuthSessionValidity: integer(3, 15),
      AccessTokenValidity: integer(1, 86_400),
      IdTokenValidity: integer(1, 86_400),
      RefreshTokenValidity: integer(0, 315_360_000),
      TokenValidityUnits: structure({
        AccessToken: timeUnit(),
        IdToken: timeUnit(),
        RefreshToken: timeUnit(),
      }),
      RefreshTokenRotation: structure({
        Feature: required(oneOf(['ENABLED', 'DISABLED'])),
        RetryGracePeriodSeconds: integer(0, 60),
      }),
      WriteAttributes: list(required(text({ min: 1, max: 2048 }))),
      AllowedOAuthFlowsUserPoolClient: flag(),
    },
    (service, input) => {
      const pool = service.pools.pool(input.UserPoolId);
      const { TokenValidityUnits: units, RefreshTokenRotation: rotation } = input;
      const rotated = rotation?.Feature === 'ENABLED';
      const client: AppClient = {
        id: alphanumeric(26),
        name: input.ClientName,
        userPoolId: pool.id,
        secret: input.GenerateSecret === true ? alphanumeric(51) : undefined,
        authFlows: input.ExplicitAuthFlows ?? clientDefaults.authFlows,
        preventUserExistenceErrors:
          input.PreventUserExistenceErrors ?? clientDefaults.preventUserExistenceErrors,
        enableTokenRevocation: input.EnableTokenRevocation ?? clientDefaults.enableTokenRevocation,
        authSessionValidityMinutes:
          input.AuthSessionValidity ?? clientDefaults.authSessionValidityMinutes,
        accessTokenSeconds: shortLife('AccessToken', input.AccessTokenValidity, units?.AccessToken),
        idTokenSeconds: shortLife('IdToken', input.IdTokenValidity, units?.IdToken),
        refreshTokenSeconds: refreshLife(input.RefreshTokenValidity, units?.RefreshToken),
        refreshTokenRotation: rotated
          ? { graceSeconds: rotation.RetryGracePeriodSeconds ?? 0 }
          : undefined,
        writeAttributes: input.WriteAttributes,
        hostedPages: input.AllowedOAuthFlowsUserPoolClient ?? clientDefaults.hostedPages,
      };
      service.pools.addClient(client);
      return { UserPoolClient: describeClient(client) };
    },
  ),

  DescribeUserPoolClient: adminOperation(
    { UserPoolId: required(userPoolId()), ClientId: required(clientId()) },
    (service, input) => {
      const { client } = service.pools.client(input.ClientId, input.UserPoolId);
      return { UserPoolClient: describeClient(client) };
    },
  ),

  ListUserPoolClients: adminOperation(
    {
      UserPoolId: required(userPoolId()),
      MaxResults: integer(1, MOST_CLIENTS),
      NextToken: text({ min: 1, max: 131_072, pattern: /[\S]+/ }),
    },
    (service, input) => {
      const clients = service.pools.clientsOf(input.UserPoolId);
      const start = pageStart(clients, input.NextToken);
      const end = start + (input.MaxResults ?? MOST_CLIENTS);
      const next = clients[end]?.id;
      return {
        UserPoolClients: clients.slice(start, end).map(({ id, name, userPoolId }) => ({
          ClientId: id,
          UserPoolId: userPoolId,
          ClientName: name,
        })),
        ...(next === undefined ? {} : { NextToken: next }),
      };
    },
  ),
};

/** A token is the id of the client that its page begins with. */
function pageStart(clients: readonly AppClient[], token: string | undefined): number {
  if (token === undefined) return 0;
  const start = clients.findIndex(({ id }) => id === token);
  if (start === -1) throw invalidParameter('Invalid pagination token provided.');
  return start;
}

function readChangeable(
  input: Input<typeof changeableShape>,
): Pick<UserPoolSettings, 'triggers' | 'preTokenGenerationVersion' | 'verifiesPhoneNumber'> {
  const { LambdaConfig: config } = input;
  const triggers = new Map<TriggerName, string>();
  for (const trigger of triggerNames) {
    const attached = config?.[trigger];
    if (attached !== undefined) triggers.set(trigger, attached);
  }
  const versioned = config?.PreTokenGenerationConfig;
  if (versioned !== undefined) triggers.set('PreTokenGeneration', versioned.LambdaArn);
  return {
    triggers,
    preTokenGenerationVersion: versioned?.LambdaVersion ?? 'V1_0',
    verifiesPhoneNumber: input.AutoVerifiedAttributes?.includes('phone_number') ?? false,
  };
}

function describePool(pool: UserPool): object {
  const { id, name, usernameAttributes, aliasAttributes, triggers, ...settings } = pool.settings;
  const preTokenGeneration = triggers.get('PreTokenGeneration');
  return {
    Id: id,
    Name: name,
    Arn: `arn:aws:cognito-idp:${pool.region}:000000000000:userpool/${id}`,
    LambdaConfig: {
      ...Object.fromEntries(triggers),
      ...(preTokenGeneration === undefined
        ? {}
        : {
            PreTokenGenerationConfig: {
              LambdaVersion: settings.preTokenGenerationVersion,
              LambdaArn: preTokenGeneration,
            },
          }),
    },
    ...(usernameAttributes.length > 0 ? { UsernameAttributes: usernameAttributes } : {}),
    ...(aliasAttributes.length > 0 ? { AliasAttributes: aliasAttributes } : {}),
    AutoVerifiedAttributes: settings.verifiesPhoneNumber ? ['phone_number'] : [],
    EstimatedNumberOfUsers: pool.users.length,
  };
}

function describeClient(client: AppClient): object {
  const { refreshTokenRotation: rotation } = client;
  return {
    UserPoolId: client.userPoolId,
    ClientName: client.name,
    ClientId: client.id,
    ...(client.secret === undefined ? {} : { ClientSecret: client.secret }),
    ExplicitAuthFlows: client.authFlows,
    PreventUserExistenceErrors: client.preventUserExistenceErrors,
    EnableTokenRevocation: client.enableTokenRevocation,
    AuthSessionValidity: client.authSessionValidityMinutes,
    AccessTokenValidity: client.accessTokenSeconds,
    IdTokenValidity: client.idTokenSeconds,
    RefreshTokenValidity: client.refreshTokenSeconds,
    TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'seconds', RefreshToken: 'seconds' },
    ...(rotation === undefined
      ? {}
      : {
          RefreshTokenRotation: {
            Feature: 'ENABLED',
            RetryGracePeriodSeconds: rotation.graceSeconds,
          },
        }),
    ...(client.writeAttributes === undefined ? {} : { WriteAttributes: client.writeAttributes }),
    AllowedOAuthFlowsUserPoolClient: client.hostedPages,
  };
}

type TimeUnit = 'seconds' | 'minutes' | 'hours' | 'days';

const SECONDS: Readonly<Record<TimeUnit, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 60 * 60,
  days: 24 * 60 * 60,
};

function shortLife(what: string, value: number | undefined, unit: TimeUnit = 'hours'): number {
  const seconds = value === undefined ? clientDefaults.idTokenSeconds : value * SECONDS[unit];
  return within(what, seconds, 5 * SECONDS.minutes, SECONDS.days);
}

/** 0 means the default, as on AWS. */
function refreshLife(value = 0, unit: TimeUnit = 'days'): number {
  const seconds = value === 0 ? clientDefaults.refreshTokenSeconds : value * SECONDS[unit];
  return within('RefreshToken', seconds, SECONDS.hours, 3650 * SECONDS.days);
}

function within(what: string, seconds: number, min: number, max: number): number {
  if (seconds >= min && seconds <= max) return seconds;
  throw invalidParameter(`Invalid range for ${what} validity: ${min} to ${max} seconds.`);
}

/** The ids Cognito makes hold letters and digits only. */
function alphanumeric(length: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}
