/** An app client: what one application may do in a user pool, and how long its tokens live. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type {
  ExplicitAuthFlowsType,
  UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { notAuthorized } from './errors.ts';
import type { Checked } from './request-shape.ts';

export type ExistenceErrors = 'ENABLED' | 'LEGACY';

/** What is only told back, as it was set: lifetimes in their own units, and hosted pages' addresses. */
export type ShownSettings = Pick<
  Checked<UserPoolClientType>,
  | 'AccessTokenValidity'
  | 'IdTokenValidity'
  | 'RefreshTokenValidity'
  | 'TokenValidityUnits'
  | 'RefreshTokenRotation'
  | 'SupportedIdentityProviders'
  | 'CallbackURLs'
  | 'LogoutURLs'
  | 'DefaultRedirectURI'
  | 'AllowedOAuthFlows'
  | 'AllowedOAuthScopes'
  | 'AllowedOAuthFlowsUserPoolClient'
  | 'EnablePropagateAdditionalUserContextData'
>;

export interface AppClient {
  readonly id: string;
  readonly name: string;
  readonly userPoolId: string;
  readonly secret: string | undefined;
  readonly authFlows: readonly ExplicitAuthFlowsType[];
  readonly preventUserExistenceErrors: ExistenceErrors;
  readonly enableTokenRevocation: boolean;
  /** How long one session string is good for. */
  readonly authSessionValidityMinutes: number;
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  /** Where set, a refresh gives a new refresh token, and the old one works for the grace time. */
  readonly refreshTokenRotation: { readonly graceSeconds: number } | undefined;
  /** The attributes that users may read and write; all standard ones where that was never said. */
  readonly readAttributes: readonly string[] | undefined;
  readonly writeAttributes: readonly string[] | undefined;
  readonly shown: ShownSettings;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** What a client gets that is created without saying more. */
export const clientDefaults = {
  secret: undefined,
  authFlows: ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'],
  preventUserExistenceErrors: 'LEGACY',
  enableTokenRevocation: true,
  authSessionValidityMinutes: 3,
  accessTokenSeconds: 60 * 60,
  idTokenSeconds: 60 * 60,
  refreshTokenSeconds: 30 * 24 * 60 * 60,
  refreshTokenRotation: undefined,
  readAttributes: undefined,
  writeAttributes: undefined,
  shown: {
    RefreshTokenValidity: 30,
    TokenValidityUnits: {},
    AllowedOAuthFlowsUserPoolClient: false,
    EnablePropagateAdditionalUserContextData: false,
  },
} as const satisfies Partial<AppClient>;

/**
 * @param username the USERNAME exactly as this call sent it
 * @throws CognitoError NotAuthorizedException
 */
export function checkSecretHash(
  client: AppClient,
  username: string,
  secretHash: string | undefined,
): void {
  if (client.secret === undefined) return;
  if (secretHash === undefined) {
    throw notAuthorized(
      `Client ${client.id} is configured with secret but SECRET_HASH was not received`,
    );
  }
  const expected = createHmac('sha256', client.secret)
    .update(username + client.id)
    .digest();
  const received = Buffer.from(secretHash, 'base64');
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) {
    throw notAuthorized(`Unable to verify secret hash for client ${client.id}`);
  }
}
