/** An app client: what one application may do in a user pool, and how long its tokens live. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { notAuthorized } from './errors.ts';

export type ExistenceErrors = 'ENABLED' | 'LEGACY';

export const explicitAuthFlows = [
  'ADMIN_NO_SRP_AUTH',
  'CUSTOM_AUTH_FLOW_ONLY',
  'USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_AUTH',
] as const;
export type ExplicitAuthFlow = (typeof explicitAuthFlows)[number];

export interface AppClient {
  readonly id: string;
  readonly name: string;
  readonly userPoolId: string;
  readonly secret: string | undefined;
  readonly authFlows: readonly ExplicitAuthFlow[];
  readonly preventUserExistenceErrors: ExistenceErrors;
  readonly enableTokenRevocation: boolean;
  /** How long one session string is good for. */
  readonly authSessionValidityMinutes: number;
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  /** Where set, a refresh gives a new refresh token, and the old one works for the grace time. */
  readonly refreshTokenRotation: { readonly graceSeconds: number } | undefined;
  /** The attributes that users may write themselves; `undefined` where that was never said, so all. */
  readonly writeAttributes: readonly string[] | undefined;
  /** Whether Cognito's hosted pages may sign in for it. Only told back: there are none here. */
  readonly hostedPages: boolean;
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
  writeAttributes: undefined,
  hostedPages: false,
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
