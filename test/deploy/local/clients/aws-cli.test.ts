/** The AWS CLI, unmodified, against the endpoint. Debian's package awscli; CI must have it. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ALICE, start } from '../running.ts';
import { CODE, textbookTriggers } from '../textbook-triggers.ts';

const run = promisify(execFile);
const missing = spawnSync('aws', ['--version']).status !== 0;
const skipped = missing && process.env.CI === undefined;
const note = skipped ? ' (skipped: install the AWS CLI to run this)' : '';

/** Calls `aws cognito-idp …`, with settings of its own alone. */
async function aws(url: string, ...args: string[]) {
  const { stdout } = await run('aws', ['cognito-idp', ...args, '--output', 'json'], {
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_PAGER: '',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  return stdout === '' ? {} : JSON.parse(stdout);
}

describe.skipIf(skipped)(`The AWS CLI${note}`, () => {
  test('makes a user, signs in and reads the tokens’ owner', { timeout: 60_000 }, async () => {
    const { endpoint } = await start({ triggers: textbookTriggers });
    const { url, userPoolId, clientId } = endpoint;
    const call = (...args: string[]) => aws(url, ...args, '--endpoint-url', url);

    const pool = ['--user-pool-id', userPoolId];
    const user = await call('admin-get-user', ...pool, '--username', ALICE);
    expect(user).toMatchObject({ UserStatus: 'CONFIRMED', Enabled: true });

    const first = await call(
      ...['initiate-auth', '--client-id', clientId, '--auth-flow', 'CUSTOM_AUTH'],
      ...['--auth-parameters', `USERNAME=${ALICE}`],
    );
    expect(first).toMatchObject({
      ChallengeName: 'CUSTOM_CHALLENGE',
      ChallengeParameters: { message: 'Round 1' },
    });
    const last = await call(
      ...['respond-to-auth-challenge', '--client-id', clientId],
      ...['--challenge-name', 'CUSTOM_CHALLENGE', '--session', first.Session],
      ...['--challenge-responses', `USERNAME=${ALICE},ANSWER=${CODE}`],
    );
    const { AccessToken } = last.AuthenticationResult;
    expect(await call('get-user', '--access-token', AccessToken)).toMatchObject({
      Username: user.Username,
    });
  });

  test('understands a refusal', { timeout: 60_000 }, async () => {
    const { endpoint } = await start({ triggers: textbookTriggers });
    const { url } = endpoint;
    const refused = aws(
      url,
      ...['initiate-auth', '--client-id', 'nobody', '--auth-flow', 'CUSTOM_AUTH'],
      ...['--auth-parameters', `USERNAME=${ALICE}`, '--endpoint-url', url],
    );
    await expect(refused).rejects.toMatchObject({
      stderr: expect.stringMatching(
        /ResourceNotFoundException.*User pool client nobody does not exist\./,
      ),
    });
  });
});
