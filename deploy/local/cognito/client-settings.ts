/** What is set of an app client: read from a request, and shown. */
import type {
  CreateUserPoolClientRequest,
  UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { type AppClient, clientDefaults, type ShownSettings } from './app-client.ts';
import type { AttributeSchema } from './attribute-schema.ts';
import { invalidParameter } from './errors.ts';
import type { Checked } from './request-shape.ts';

/** What CreateUserPoolClient and UpdateUserPoolClient have in common. */
export type ClientInput = Omit<
  Checked<CreateUserPoolClientRequest>,
  'UserPoolId' | 'ClientName' | 'GenerateSecret' | 'ClientSecret'
>;

/** All of a client but who it is. */
export type ClientSettings = Omit<
  AppClient,
  'id' | 'name' | 'userPoolId' | 'secret' | 'createdAt' | 'modifiedAt'
>;

/** @throws CognitoError InvalidParameterException */
export function readClientSettings(input: ClientInput, schema: AttributeSchema): ClientSettings {
  const { TokenValidityUnits: units, RefreshTokenRotation: rotation } = input;
  checkAttributeNames('read', input.ReadAttributes, schema);
  checkAttributeNames('write', input.WriteAttributes, schema);
  const rotated = rotation?.Feature === 'ENABLED';
  return {
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
    readAttributes: input.ReadAttributes,
    writeAttributes: input.WriteAttributes,
    shown: readShown(input),
  };
}

export function describeClient(client: AppClient): Checked<UserPoolClientType> {
  return {
    UserPoolId: client.userPoolId,
    ClientName: client.name,
    ClientId: client.id,
    ClientSecret: client.secret,
    ClientType: 'REGULAR',
    CreationDate: new Date(client.createdAt),
    LastModifiedDate: new Date(client.modifiedAt),
    ...client.shown,
    ExplicitAuthFlows: client.authFlows,
    PreventUserExistenceErrors: client.preventUserExistenceErrors,
    EnableTokenRevocation: client.enableTokenRevocation,
    AuthSessionValidity: client.authSessionValidityMinutes,
    ReadAttributes: client.readAttributes,
    WriteAttributes: client.writeAttributes,
  };
}

/** How a client shows what was set in seconds. */
export function shownInSeconds({
  accessTokenSeconds,
  idTokenSeconds,
  refreshTokenSeconds,
  refreshTokenRotation: rotation,
}: Pick<
  AppClient,
  'accessTokenSeconds' | 'idTokenSeconds' | 'refreshTokenSeconds' | 'refreshTokenRotation'
>): ShownSettings {
  return {
    AccessTokenValidity: accessTokenSeconds,
    IdTokenValidity: idTokenSeconds,
    RefreshTokenValidity: refreshTokenSeconds,
    TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'seconds', RefreshToken: 'seconds' },
    RefreshTokenRotation: rotation && {
      Feature: 'ENABLED',
      RetryGracePeriodSeconds: rotation.graceSeconds,
    },
  };
}

/** 0 of a refresh token's lifetime means the default, as on AWS. */
function readShown(input: ClientInput): ShownSettings {
  const { shown } = clientDefaults;
  return {
    AccessTokenValidity: input.AccessTokenValidity,
    IdTokenValidity: input.IdTokenValidity,
    RefreshTokenValidity: input.RefreshTokenValidity || shown.RefreshTokenValidity,
    TokenValidityUnits: input.TokenValidityUnits ?? shown.TokenValidityUnits,
    RefreshTokenRotation: input.RefreshTokenRotation,
    SupportedIdentityProviders: input.SupportedIdentityProviders,
    CallbackURLs: input.CallbackURLs,
    LogoutURLs: input.LogoutURLs,
    DefaultRedirectURI: input.DefaultRedirectURI,
    AllowedOAuthFlows: input.AllowedOAuthFlows,
    AllowedOAuthScopes: input.AllowedOAuthScopes,
    AllowedOAuthFlowsUserPoolClient:
      input.AllowedOAuthFlowsUserPoolClient ?? shown.AllowedOAuthFlowsUserPoolClient,
    EnablePropagateAdditionalUserContextData:
      input.EnablePropagateAdditionalUserContextData ??
      shown.EnablePropagateAdditionalUserContextData,
  };
}

function checkAttributeNames(
  right: 'read' | 'write',
  names: readonly string[] = [],
  schema: AttributeSchema,
): void {
  if (names.every((name) => schema.has(name))) return;
  throw invalidParameter(`Invalid ${right} attributes specified while creating a client`);
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
