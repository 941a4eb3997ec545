/** New tokens for a refresh token: the older flow of InitiateAuth, and GetTokensFromRefreshToken. */
import { GetTokensFromRefreshTokenCommand } from '@aws-sdk/client-cognito-identity-provider';
import { type AppClient, checkSecretHash } from './app-client.ts';
import { CognitoError, invalidParameter, missingParameter, notAuthorized } from './errors.ts';
import { type AuthenticationResult, issueTokens } from './issue-tokens.ts';
import { publicOperation } from './operation.ts';
import type { CognitoService } from './service.ts';
import type { SignIn } from './sign-ins.ts';
import type { ClientMetadata, KnownCaller } from './trigger-events.ts';
import type { ClientOfPool } from './user-pools.ts';

export interface RefreshResponse {
  readonly ChallengeParameters: Readonly<Record<string, never>>;
  readonly AuthenticationResult: AuthenticationResult;
}

export const refreshOperations = [
  publicOperation(GetTokensFromRefreshTokenCommand, async (service, input) => {
    const target = service.pools.client(input.ClientId);
    const { refreshTokenRotation } = target.client;
    // A client that rotates may not even have the flow that refreshes without.
    if (refreshTokenRotation === undefined) checkRefreshAllowed(target.client);
    checkClientSecret(target.client, input.ClientSecret);
    const { caller, signIn } = findSignIn(service, target, input.RefreshToken);
    const tokens = await refresh(service, caller, signIn, input.ClientMetadata);
    if (refreshTokenRotation === undefined) return { AuthenticationResult: tokens };
    // Another call may have rotated it meanwhile.
    findSignIn(service, target, input.RefreshToken);
    const RefreshToken = service.signIns.rotate(input.RefreshToken, signIn, service.now());
    return { AuthenticationResult: { ...tokens, RefreshToken } };
  }),
];

/** The flow REFRESH_TOKEN_AUTH of InitiateAuth and AdminInitiateAuth. */
export async function refreshTokenAuth(
  service: CognitoService,
  target: ClientOfPool,
  parameters: Readonly<Record<string, string>>,
): Promise<RefreshResponse> {
  checkRefreshAllowed(target.client);
  if (target.client.refreshTokenRotation !== undefined) {
    throw invalidParameter('Refresh token rotation is enabled: use GetTokensFromRefreshToken.');
  }
  const refreshToken = parameters.REFRESH_TOKEN;
  if (refreshToken === undefined) throw missingParameter('REFRESH_TOKEN');
  const { caller, signIn } = findSignIn(service, target, refreshToken);
  // This call names no user, so the hash is over the canonical username.
  checkSecretHash(target.client, caller.username, parameters.SECRET_HASH);
  const tokens = await refresh(service, caller, signIn, undefined);
  return { ChallengeParameters: {}, AuthenticationResult: tokens };
}

function refresh(
  service: CognitoService,
  caller: KnownCaller,
  signIn: SignIn,
  clientMetadata: ClientMetadata,
): Promise<AuthenticationResult> {
  return issueTokens(service, caller, signIn, 'RefreshTokens', clientMetadata);
}

function checkRefreshAllowed({ authFlows }: AppClient): void {
  // Clients with the older flow names may always refresh.
  const older = authFlows.some((flow) => !flow.startsWith('ALLOW_'));
  if (!older && !authFlows.includes('ALLOW_REFRESH_TOKEN_AUTH')) {
    throw invalidParameter('REFRESH_TOKEN_AUTH is not enabled for the client.');
  }
}

function checkClientSecret(client: AppClient, secret: string | undefined): void {
  if (client.secret !== undefined && secret !== client.secret) {
    throw notAuthorized(`Unable to verify secret for client ${client.id}`);
  }
}

function findSignIn(
  service: CognitoService,
  { pool, client }: ClientOfPool,
  refreshToken: string,
): { readonly caller: KnownCaller; readonly signIn: SignIn } {
  const entry = service.signIns.ofRefreshToken(refreshToken);
  const now = service.now();
  if (entry === undefined || entry.signIn.clientId !== client.id) {
    throw notAuthorized('Invalid Refresh Token');
  }
  const { signIn, replacedAt } = entry;
  if (service.signIns.isRevoked(signIn)) throw notAuthorized('Refresh Token has been revoked');
  if (now >= signIn.refreshExpiresAt) throw notAuthorized('Refresh Token has expired');
  const graceMs = (client.refreshTokenRotation?.graceSeconds ?? 0) * 1000;
  if (replacedAt !== undefined && now >= replacedAt + graceMs) {
    const message = 'Refresh Token has already been used';
    throw new CognitoError('RefreshTokenReuseException', message);
  }
  const user = pool.user(signIn.username);
  // Someone else may have taken the name of a user who is gone.
  if (user?.sub !== signIn.sub) throw notAuthorized('Invalid Refresh Token');
  if (!user.enabled) throw notAuthorized('User is disabled.');
  return { caller: { pool, client, username: user.username, user }, signIn };
}
