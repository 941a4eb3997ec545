/** From the command that makes a review number to tokens over HTTP, without an SMS. */
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startLocalEndpoint } from '../../deploy/local/endpoint.ts';
import { useDynamoDb } from '../support/dynamodb.ts';
import { captureLog, createRealFunction, DURABLE, setEnv } from '../support/function.ts';
import { STRONG_KEY } from '../support/keys.ts';
import { Program } from '../support/program.ts';

const PHONE = '+12025550100';
const DAY = 86_400_000;

const dynamoDb = useDynamoDb();

/** What the command makes, its last day a month ahead. */
async function makeReviewNumber() {
  const until = new Date(Date.now() + 30 * DAY).toISOString().slice(0, 10);
  const args = ['--phone', PHONE, '--until', until, '--json'];
  const program = new Program('deploy/review-number.ts', args, { OTP_HASH_KEY: STRONG_KEY });
  await program.exited;
  return JSON.parse(program.stdout) as { readonly code: string; readonly entry: object };
}

async function createWorld(durable: boolean) {
  const { code, entry } = await makeReviewNumber();
  const log = captureLog();
  const endpoint = await startLocalEndpoint({
    users: [{ username: PHONE, attributes: { phone_number_verified: 'true' } }],
  });
  onTestFinished(() => endpoint.close());
  setEnv({
    AWS_ENDPOINT_URL_SNS: endpoint.url,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const [store] = durable ? await dynamoDb.stores(1) : [];
  const env = { ...(durable && DURABLE), REVIEW_NUMBERS: JSON.stringify([entry]) };
  const { handler, clock } = await createRealFunction({ env, now: Date.now() }, store);
  endpoint.attach({
    DefineAuthChallenge: handler,
    CreateAuthChallenge: handler,
    VerifyAuthChallengeResponse: handler,
  });
  const client = new CognitoIdentityProviderClient({ region: 'us-east-1', endpoint: endpoint.url });
  onTestFinished(() => client.destroy());
  const { clientId: ClientId, inbox } = endpoint;

  const begin = () =>
    client.send(
      new InitiateAuthCommand({
        AuthFlow: 'CUSTOM_AUTH',
        ClientId,
        AuthParameters: { USERNAME: PHONE },
      }),
    );
  const answer = (Session: string | undefined, given: string) =>
    client.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: 'CUSTOM_CHALLENGE',
        Session,
        ChallengeResponses: { USERNAME: PHONE, ANSWER: given },
      }),
    );
  return { code, clock, log, inbox, begin, answer };
}

describe.each([
  ['in the session', false],
  ['in DynamoDB', true],
])('A review number over HTTP, with all that is kept %s', (_, durable) => {
  it('signs in by the code that the command showed, without an SMS', async () => {
    const { code, log, inbox, begin, answer } = await createWorld(durable);
    const { Session, ChallengeParameters } = await begin();
    expect(ChallengeParameters).toMatchObject({ status: 'SENT', codeLength: '6' });
    const wrong = await answer(Session, code === '30582914' ? '30582915' : '30582914');
    expect(wrong.ChallengeParameters).toMatchObject({
      status: 'INCORRECT',
      attemptsRemaining: '2',
    });
    const { AuthenticationResult } = await answer(wrong.Session, code);
    expect(AuthenticationResult?.IdToken).toBeDefined();
    expect(inbox.messages).toEqual([]);
    expect(log.text()).not.toContain(code);
  });

  it('is sent an SMS once its last day is over', async () => {
    const { code, clock, inbox, begin, answer } = await createWorld(durable);
    clock.advance(31 * DAY);
    const { Session } = await begin();
    expect(inbox.messages).toHaveLength(1);
    expect(await answer(Session, code)).not.toHaveProperty('AuthenticationResult.IdToken');
  });
});
