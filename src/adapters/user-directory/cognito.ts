import type {
  CognitoIdentityProviderClient,
  UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Deadline } from '../../domain/deadline.ts';
import type { UserDirectory } from '../../domain/ports/user-directory.ts';
import type { SignInScope } from '../../domain/sign-in.ts';

/** Longer than Cognito usually takes, and short enough for the trigger's 5 seconds. */
const TIMEOUT_MS = 1500;

/** The only ways in that end with a code from a phone. `CUSTOM_AUTH_FLOW_ONLY` is the old name. */
const PROVING_FLOWS = new Set([
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'CUSTOM_AUTH_FLOW_ONLY',
]);

/** The user pool itself, over its own API. The SDK loads at the first call: most invocations need none. */
export class CognitoUserDirectory implements UserDirectory {
  readonly #proving = new Map<string, boolean>();
  #api: Promise<CognitoApi> | undefined;

  async provesPhoneAtEverySignIn(
    { userPoolId, clientId }: SignInScope,
    deadline: Deadline,
  ): Promise<boolean> {
    const known = this.#proving.get(clientId);
    if (known !== undefined) {
      return known;
    }
    const { sdk, client } = await this.#load();
    const command = new sdk.DescribeUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientId: clientId,
    });
    const { UserPoolClient } = await client.send(command, timeLimit(deadline));
    const proves = provesPhone(UserPoolClient);
    this.#proving.set(clientId, proves);
    return proves;
  }

  async markPhoneVerified(
    { userPoolId, username }: SignInScope,
    deadline: Deadline,
  ): Promise<void> {
    const { sdk, client } = await this.#load();
    const command = new sdk.AdminUpdateUserAttributesCommand({
      UserPoolId: userPoolId,
      Username: username,
      UserAttributes: [{ Name: 'phone_number_verified', Value: 'true' }],
    });
    await client.send(command, timeLimit(deadline));
  }

  #load(): Promise<CognitoApi> {
    this.#api ??= loadApi();
    return this.#api;
  }
}

interface CognitoApi {
  readonly sdk: typeof import('@aws-sdk/client-cognito-identity-provider');
  readonly client: CognitoIdentityProviderClient;
}

async function loadApi(): Promise<CognitoApi> {
  const sdk = await import('@aws-sdk/client-cognito-identity-provider');
  return { sdk, client: new sdk.CognitoIdentityProviderClient({ maxAttempts: 1 }) };
}

function timeLimit(deadline: Deadline): { abortSignal: AbortSignal } {
  const { timeLeft } = deadline.within(TIMEOUT_MS);
  // One that runs out at once would still let the request leave.
  return { abortSignal: timeLeft === 0 ? AbortSignal.abort() : AbortSignal.timeout(timeLeft) };
}

/** A hosted page counts as another way in: it takes passwords whatever the flows say. */
function provesPhone(client: UserPoolClientType | undefined): boolean {
  const flows = client?.ExplicitAuthFlows ?? [];
  return (
    flows.length > 0 &&
    flows.every((flow) => PROVING_FLOWS.has(flow)) &&
    client?.AllowedOAuthFlowsUserPoolClient !== true
  );
}
