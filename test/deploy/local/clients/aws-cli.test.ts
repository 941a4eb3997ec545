/** The AWS CLI, unmodified, as a process. On Debian it is the package `awscli`. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type AnswerBody, CLIENT, createWorld, POOL, type World } from '../contract/world.ts';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';

const installed = spawnSync('aws', ['--version']).status === 0;
const required = process.env.CI !== undefined;
if (!installed && !required) {
  process.stderr.write('Skipped: the tests of the AWS CLI need `aws` on PATH (Debian: awscli).\n');
}

async function aws({ endpoint }: World, operation: string, input: object): Promise<AnswerBody> {
  const { stdout } = await promisify(execFile)(
    'aws',
    [
      ...['cognito-idp', operation, '--cli-input-json', JSON.stringify(input)],
      ...['--endpoint-url', endpoint.url, '--region', 'us-east-1', '--output', 'json'],
    ],
    {
      // Without HOME: no settings of whoever runs the tests.
      env: {
        PATH: process.env.PATH,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_PAGER: '',
      },
    },
  );
  return stdout.trim() === '' ? {} : (JSON.parse(stdout) as AnswerBody);
}

describe.runIf(installed || required)('the AWS CLI', () => {
  test('signs in, reads the user, refreshes and signs out', async () => {
    const world = await createWorld();
    const first = await aws(world, 'initiate-auth', {
      AuthFlow: 'CUSTOM_AUTH',
      ClientId: CLIENT,
      AuthParameters: { USERNAME: ALICE },
    });
    expect(first.ChallengeParameters?.message).toBe('Round 1');
    const last = await aws(world, 'respond-to-auth-challenge', {
      ClientId: CLIENT,
      ChallengeName: 'CUSTOM_CHALLENGE',
      Session: first.Session,
      ChallengeResponses: { USERNAME: ALICE, ANSWER: CODE },
    });
    const { AccessToken = '', RefreshToken = '' } = last.AuthenticationResult ?? {};
    expect((await aws(world, 'get-user', { AccessToken })).UserAttributes).toContainEqual({
      Name: 'phone_number',
      Value: ALICE,
    });
    const refreshed = await aws(world, 'initiate-auth', {
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      ClientId: CLIENT,
      AuthParameters: { REFRESH_TOKEN: RefreshToken },
    });
    expect(refreshed.AuthenticationResult?.TokenType).toBe('Bearer');
    expect(await aws(world, 'global-sign-out', { AccessToken })).toEqual({});
    await expect(aws(world, 'get-user', { AccessToken })).rejects.toThrow(
      'An error occurred (NotAuthorizedException) when calling the GetUser operation: Access Token has been revoked',
    );
  });

  test('creates and reads users, with their dates', async () => {
    const world = await createWorld();
    await aws(world, 'admin-create-user', { UserPoolId: POOL, Username: '+12025550111' });
    const user = await aws(world, 'admin-get-user', { UserPoolId: POOL, Username: '+12025550111' });
    expect(user.UserStatus).toBe('FORCE_CHANGE_PASSWORD');
    // Version 1 prints epoch seconds, version 2 ISO 8601.
    const date = user.UserCreateDate;
    expect(typeof date === 'number' ? date * 1000 : Date.parse(String(date))).toBe(world.now);
  });
});
