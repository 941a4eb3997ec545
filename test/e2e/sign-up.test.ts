/** From nothing to a verified number over HTTP: sign-up, first sign-in, and what it leaves in the record. */
import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startLocalEndpoint } from '../../deploy/local/endpoint.ts';
import { captureLog, createRealFunction, setEnv } from '../support/function.ts';

const PHONE = '+12025550123';

async function createWorld(env: Readonly<Record<string, string>> = {}) {
  captureLog();
  const endpoint = await startLocalEndpoint();
  onTestFinished(() => endpoint.close());
  setEnv({
    AWS_ENDPOINT_URL_SNS: endpoint.url,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const { handler } = await createRealFunction({
    env: { REQUIRE_VERIFIED_PHONE: 'false', ...env },
  });
  endpoint.attach({
    PreSignUp: handler,
    DefineAuthChallenge: handler,
    CreateAuthChallenge: handler,
    VerifyAuthChallengeResponse: handler,
  });
  const cognito = new CognitoIdentityProviderClient();
  onTestFinished(() => cognito.destroy());

  function signUp(Username: string) {
    return cognito.send(
      new SignUpCommand({
        ClientId: endpoint.clientId,
        Username,
        Password: 'Never-used-1',
        UserAttributes: [{ Name: 'phone_number', Value: Username }],
      }),
    );
  }

  async function signIn(): Promise<void> {
    const { clientId: ClientId } = endpoint;
    const AuthParameters = { USERNAME: PHONE };
    const { Session, ChallengeParameters } = await cognito.send(
      new InitiateAuthCommand({ AuthFlow: 'CUSTOM_AUTH', ClientId, AuthParameters }),
    );
    const USERNAME = ChallengeParameters?.USERNAME ?? PHONE;
    const ANSWER = endpoint.inbox.latest(PHONE)?.message.slice(-6) ?? 'no SMS';
    const { AuthenticationResult } = await cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        Session,
        ChallengeName: 'CUSTOM_CHALLENGE',
        ChallengeResponses: { USERNAME, ANSWER },
      }),
    );
    expect(AuthenticationResult?.AccessToken).toBeDefined();
  }

  async function verifiedMark(): Promise<string | undefined> {
    const { userPoolId: UserPoolId } = endpoint;
    const user = await cognito.send(new AdminGetUserCommand({ UserPoolId, Username: PHONE }));
    return user.UserAttributes?.find(({ Name }) => Name === 'phone_number_verified')?.Value;
  }

  return { signUp, signIn, verifiedMark };
}

describe('Signing up over HTTP', () => {
  it('confirms the user at once, and the number with the first right code', async () => {
    const { signUp, signIn, verifiedMark } = await createWorld({ CONFIRM_PHONE: 'true' });
    expect(await signUp(PHONE)).toMatchObject({ UserConfirmed: true });
    expect(await verifiedMark()).not.toBe('true');
    await signIn();
    expect(await verifiedMark()).toBe('true');
  });

  it('leaves the mark alone where CONFIRM_PHONE is unset', async () => {
    const { signUp, signIn, verifiedMark } = await createWorld();
    await signUp(PHONE);
    await signIn();
    expect(await verifiedMark()).not.toBe('true');
  });

  it('tells the user what is wrong with a number', async () => {
    const { signUp } = await createWorld();
    await expect(signUp('+12345')).rejects.toMatchObject({
      name: 'UserLambdaValidationException',
      message:
        'PreSignUp failed with error Sign-up needs a phone number in international format, such as +14155550100.',
    });
  });
});
