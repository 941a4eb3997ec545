/** The end of a sign-in or a refresh: the triggers that run then, and the tokens. */
import type { CognitoService } from './service.ts';
import type { SignIn } from './sign-ins.ts';
import {
  noOverrides,
  readOverridesV1,
  readOverridesV2,
  type TokenOverrides,
} from './token-overrides.ts';
import { mintTokens, SELF_SERVICE_SCOPE } from './tokens.ts';
import {
  type ClientMetadata,
  type KnownCaller,
  postAuthenticationEvent,
  tokenGenerationEvent,
} from './trigger-events.ts';

export interface AuthenticationResult {
  readonly AccessToken: string;
  readonly ExpiresIn: number;
  readonly TokenType: 'Bearer';
  readonly RefreshToken?: string;
  readonly IdToken: string;
}

/** PostAuthentication, PreTokenGeneration, then the tokens of a new sign-in. */
export async function completeSignIn(
  service: CognitoService,
  caller: KnownCaller,
  clientMetadata: ClientMetadata,
): Promise<AuthenticationResult> {
  const event = postAuthenticationEvent(caller, clientMetadata);
  await service.triggers.runIfAttached(caller.pool, 'PostAuthentication', event);
  // That function may have changed the user, such as marked the number as verified.
  const user = caller.pool.user(caller.username) ?? caller.user;
  const signIn = service.signIns.start(caller.client, user, service.now());
  const tokens = await issueTokens(
    service,
    { ...caller, user },
    signIn,
    'Authentication',
    clientMetadata,
  );
  return { ...tokens, RefreshToken: service.signIns.issueRefreshToken(signIn) };
}

/** New tokens for a sign-in that goes on, without a refresh token. */
export async function issueTokens(
  service: CognitoService,
  caller: KnownCaller,
  signIn: SignIn,
  reason: 'Authentication' | 'RefreshTokens',
  clientMetadata: ClientMetadata,
): Promise<AuthenticationResult> {
  const event = tokenGenerationEvent(caller, reason, [SELF_SERVICE_SCOPE], clientMetadata);
  const response = await service.triggers.runIfAttached(caller.pool, 'PreTokenGeneration', event);
  const { idToken, accessToken } = await mintTokens({
    caller,
    signIn,
    overrides: response === undefined ? noOverrides : readOverrides(caller, response),
    issuer: service.issuerOf(caller.pool.id),
    now: service.now(),
  });
  return {
    AccessToken: accessToken,
    ExpiresIn: caller.client.accessTokenSeconds,
    TokenType: 'Bearer',
    IdToken: idToken,
  };
}

function readOverrides(
  { pool }: KnownCaller,
  response: Parameters<typeof readOverridesV1>[0],
): TokenOverrides {
  const v2 = pool.settings.preTokenGenerationVersion === 'V2_0';
  return v2 ? readOverridesV2(response) : readOverridesV1(response);
}
