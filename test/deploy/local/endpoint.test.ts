import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  AdminUpdateUserAttributesCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { startLocalEndpoint } from '../../../deploy/local/endpoint.ts';
import { ALICE, type Running, start } from './running.ts';
import { CODE, create, define, textbookTriggers, verify } from './textbook-triggers.ts';

const CUSTOM_CHALLENGE = { ClientId: 'phoneotp', ChallengeName: 'CUSTOM_CHALLENGE' } as const;

function initiate({ cognito }: Running, username = ALICE) {
  return cognito.send(
    new InitiateAuthCommand({
      AuthFlow: 'CUSTOM_AUTH',
      ClientId: 'phoneotp',
      AuthParameters: { USERNAME: username },
    }),
  );
}

function respond({ cognito }: Running, Session: string | undefined, ANSWER: string) {
  const ChallengeResponses = { USERNAME: ALICE, ANSWER };
  return cognito.send(
    new RespondToAuthChallengeCommand({ ...CUSTOM_CHALLENGE, Session, ChallengeResponses }),
  );
}

describe('signing in with the AWS SDK', () => {
  test('a right answer gives tokens that verify against the published keys', async () => {
    const running = await start({ triggers: textbookTriggers });
    const first = await initiate(running);
    const { AuthenticationResult, ...rest } = await respond(running, first.Session, CODE);

    expect(rest).toMatchObject({ ChallengeParameters: {} });
    expect(rest.Session).toBeUndefined();
    const issuer = `${running.endpoint.url}/us-east-1_PhoneOtp`;
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const id = await jwtVerify(AuthenticationResult?.IdToken ?? '', keys, { issuer });
    const access = await jwtVerify(AuthenticationResult?.AccessToken ?? '', keys, { issuer });
    expect(id.payload).toMatchObject({ phone_number: ALICE, phone_number_verified: true });
    expect(access.payload).toMatchObject({ token_use: 'access', client_id: 'phoneotp' });
    expect(id.protectedHeader.kid).not.toBe(access.protectedHeader.kid);
  });

  test('a wrong answer leads to another round with a new session', async () => {
    const running = await start({ triggers: textbookTriggers });
    const first = await initiate(running);
    const second = await respond(running, first.Session, '000000');

    expect(second.ChallengeParameters?.message).toBe('Round 2');
    expect(second.Session).not.toBe(first.Session);
    const last = await respond(running, second.Session, CODE);
    expect(last.AuthenticationResult?.TokenType).toBe('Bearer');
  });

  test('three wrong answers end the sign-in', async () => {
    const running = await start({ triggers: textbookTriggers });
    const first = await initiate(running);
    const second = await respond(running, first.Session, '1');
    const third = await respond(running, second.Session, '2');

    await expect(respond(running, third.Session, '3')).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });

  test('an unknown user gets a challenge like anyone, and never tokens', async () => {
    const running = await start({ triggers: textbookTriggers });
    const stranger = await initiate(running, '+12025559999');
    const again = await initiate(running, '+12025559999');

    expect(stranger.ChallengeName).toBe('CUSTOM_CHALLENGE');
    expect(stranger.ChallengeParameters?.USERNAME).toBe(again.ChallengeParameters?.USERNAME);
  });

  test('the admin operations sign in too', async () => {
    const { cognito } = await start({ triggers: textbookTriggers });
    const UserPoolId = 'us-east-1_PhoneOtp';
    const first = await cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId,
        ClientId: 'phoneotp',
        AuthFlow: 'CUSTOM_AUTH',
        AuthParameters: { USERNAME: ALICE },
      }),
    );
    const last = await cognito.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId,
        ...CUSTOM_CHALLENGE,
        Session: first.Session,
        ChallengeResponses: { USERNAME: ALICE, ANSWER: CODE },
      }),
    );
    expect(last.AuthenticationResult?.AccessToken).toBeDefined();
  });
});

describe('users', () => {
  test('are created, read and changed', async () => {
    const { cognito } = await start();
    const UserPoolId = 'us-east-1_PhoneOtp';
    const { User } = await cognito.send(
      new AdminCreateUserCommand({ UserPoolId, Username: '+12025550111' }),
    );
    await cognito.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId,
        Username: '+12025550111',
        UserAttributes: [{ Name: 'custom:resend', Value: 'true' }],
      }),
    );
    const found = await cognito.send(
      new AdminGetUserCommand({ UserPoolId, Username: User?.Username }),
    );

    expect(User?.UserStatus).toBe('FORCE_CHANGE_PASSWORD');
    expect(found.Username).toBe(User?.Username);
    expect(found.UserAttributes).toEqual([
      { Name: 'sub', Value: User?.Username },
      { Name: 'phone_number', Value: '+12025550111' },
      { Name: 'phone_number_verified', Value: 'false' },
      { Name: 'custom:resend', Value: 'true' },
    ]);
  });
});

describe('starting and stopping', () => {
  test('a function can be attached after the start, when the address is known', async () => {
    const running = await start();
    await expect(initiate(running)).rejects.toThrow('trigger is not configured');

    running.endpoint.attach(textbookTriggers);
    expect(await initiate(running)).toMatchObject({ ChallengeName: 'CUSTOM_CHALLENGE' });
  });

  test('is healthy once users can sign in', async () => {
    const { endpoint } = await start();
    const health = async () => (await fetch(`${endpoint.url}/health`)).status;
    expect(await health()).toBe(503);
    endpoint.attach(textbookTriggers);
    expect(await health()).toBe(200);
  });

  test('at all addresses of the machine is reached by its own', async () => {
    const running = await start({ host: '0.0.0.0', triggers: textbookTriggers });
    expect(running.endpoint.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(await initiate(running)).toMatchObject({ ChallengeName: 'CUSTOM_CHALLENGE' });
  });

  test('closing does not wait for a function that hangs', async () => {
    const called = Promise.withResolvers<void>();
    const hang = () => {
      called.resolve();
      return new Promise(() => {});
    };
    const running = await start({
      triggers: {
        DefineAuthChallenge: hang,
        CreateAuthChallenge: create,
        VerifyAuthChallengeResponse: verify,
      },
    });
    const call = initiate(running).catch((error: unknown) => error);
    await called.promise;
    await running.endpoint.close();
    expect(await call).toBeInstanceOf(Error);
  });

  test('a port in use is an error with that code', async () => {
    const { endpoint } = await start();
    const port = Number(new URL(endpoint.url).port);
    await expect(startLocalEndpoint({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('a refused call is reported with a hint for the terminal', async () => {
    const hints: (string | undefined)[] = [];
    const running = await start({
      triggers: {
        DefineAuthChallenge: define,
        CreateAuthChallenge: create,
        VerifyAuthChallengeResponse: async (event: object) => ({
          ...event,
          response: { answerCorrect: 'true' },
        }),
      },
      onRefusal: (_operation, error) => hints.push(error.hint),
    });
    const first = await initiate(running);
    await expect(respond(running, first.Session, CODE)).rejects.toMatchObject({
      name: 'InvalidLambdaResponseException',
    });
    expect(hints).toEqual(['response.answerCorrect must be a boolean but is a string']);
  });
});
