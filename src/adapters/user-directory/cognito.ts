import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { Deadline } from '../../domain/deadline.ts';
import type { UserDirectory } from '../../domain/ports/user-directory.ts';
import type { SignInScope } from '../../domain/sign-in.ts';

/** Longer than Cognito usually takes, and short enough for the trigger's 5 seconds. */
const TIMEOUT_MS = 1500;

/** The user pool itself, over its own API. The SDK loads at the first call: most invocations need none. */
export class CognitoUserDirectory implements UserDirectory {
  #api: Promise<CognitoApi> | undefined;

  async confirmPhone(
    { userPoolId, username }: SignInScope,
    number: string,
    deadline: Deadline,
  ): Promise<void> {
    const { sdk, client } = await this.#load();
    const command = new sdk.AdminUpdateUserAttributesCommand({
      UserPoolId: userPoolId,
      Username: username,
      UserAttributes: [
        { Name: 'phone_number', Value: number },
        { Name: 'phone_number_verified', Value: 'true' },
      ],
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
  const client = new sdk.CognitoIdentityProviderClient({
    maxAttempts: 1,
    // One that Cognito closed while Lambda had the container frozen would fail the next call.
    requestHandler: { httpsAgent: { keepAlive: false }, httpAgent: { keepAlive: false } },
  });
  return { sdk, client };
}

function timeLimit(deadline: Deadline): { abortSignal: AbortSignal } {
  const { timeLeft } = deadline.within(TIMEOUT_MS);
  // One that runs out at once would still let the request leave.
  return { abortSignal: timeLeft === 0 ? AbortSignal.abort() : AbortSignal.timeout(timeLeft) };
}
