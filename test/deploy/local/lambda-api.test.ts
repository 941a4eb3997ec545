/** The Lambda side of the endpoint, and the operators' commands that read it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AddPermissionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  LambdaClient,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import {
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { describe, expect, onTestFinished, test } from 'vitest';
import { localClientConfig } from '../../../deploy/local/client-config.ts';
import { STRONG_KEY } from '../../support/keys.ts';
import { Program } from '../../support/program.ts';
import { start as startEndpoint } from './running.ts';

const POOL = 'us-east-1_PhoneOtp';
const POOL_ARN = `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${POOL}`;
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:phone-otp';
const PERMISSION = {
  FunctionName: 'phone-otp',
  StatementId: 'cognito',
  Action: 'lambda:InvokeFunction',
  Principal: 'cognito-idp.amazonaws.com',
  SourceArn: POOL_ARN,
  SourceAccount: '000000000000',
};

const handler = async (event: unknown) => event;
const triggers = {
  DefineAuthChallenge: handler,
  CreateAuthChallenge: handler,
  VerifyAuthChallengeResponse: handler,
};

async function start() {
  const { endpoint } = await startEndpoint({
    triggers: { ...triggers, PreSignUp: async (event: unknown) => event },
    // As that of `npm start`, which has nothing to mend.
    client: { authSessionValidityMinutes: 15, writeAttributes: ['locale'] },
    functionVariables: () => ({ OTP_HASH_KEY: STRONG_KEY, APP_NAME: 'MyApp' }),
  });
  const lambda = new LambdaClient(localClientConfig(endpoint.url));
  onTestFinished(() => lambda.destroy());
  return { endpoint, lambda };
}

describe('A function behind triggers', () => {
  test('is one function where it is behind all of custom auth, with its variables', async () => {
    const { lambda } = await start();
    const command = new GetFunctionConfigurationCommand({ FunctionName: 'phone-otp' });
    expect(await lambda.send(command)).toMatchObject({
      FunctionName: 'phone-otp',
      FunctionArn: FUNCTION_ARN,
      Runtime: 'nodejs24.x',
      Timeout: 5,
      Environment: { Variables: { APP_NAME: 'MyApp' } },
    });
  });

  test('goes by the name of its trigger elsewhere', async () => {
    const { lambda } = await start();
    const command = new GetFunctionConfigurationCommand({ FunctionName: 'PreSignUp' });
    expect((await lambda.send(command)).FunctionArn).toMatch(/:function:PreSignUp$/);
  });

  test('has no variables where nobody knows them', async () => {
    const { endpoint } = await startEndpoint({ triggers });
    const lambda = new LambdaClient(localClientConfig(endpoint.url));
    onTestFinished(() => lambda.destroy());
    const command = new GetFunctionConfigurationCommand({ FunctionName: FUNCTION_ARN });
    expect((await lambda.send(command)).Environment).toBeUndefined();
  });

  test('lets nobody call it until somebody is allowed to, and no more once that is taken back', async () => {
    const { lambda } = await start();
    const policy = new GetPolicyCommand({ FunctionName: 'phone-otp' });
    await expect(lambda.send(policy)).rejects.toThrow('The resource you requested does not exist.');
    await lambda.send(new AddPermissionCommand(PERMISSION));
    const { Policy = '' } = await lambda.send(policy);
    expect(JSON.parse(Policy).Statement).toEqual([
      {
        Sid: 'cognito',
        Effect: 'Allow',
        Principal: { Service: 'cognito-idp.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: FUNCTION_ARN,
        Condition: {
          StringEquals: { 'AWS:SourceAccount': '000000000000' },
          ArnLike: { 'AWS:SourceArn': POOL_ARN },
        },
      },
    ]);
    await lambda.send(new RemovePermissionCommand(PERMISSION));
    await expect(lambda.send(policy)).rejects.toThrow('The resource you requested does not exist.');
  });

  test('keeps what is for an alias apart', async () => {
    const { lambda } = await start();
    await lambda.send(new AddPermissionCommand({ ...PERMISSION, Qualifier: 'live' }));
    const policy = (Qualifier?: string) =>
      lambda.send(new GetPolicyCommand({ FunctionName: 'phone-otp', Qualifier }));
    expect((await policy('live')).Policy).toContain(`${FUNCTION_ARN}:live`);
    await expect(policy()).rejects.toThrow('does not exist');
  });

  test.each([
    ['ResourceNotFoundException', { FunctionName: 'other' }],
    ['InvalidParameterValueException', { StatementId: 'not an id' }],
    ['ResourceConflictException', {}],
  ])('refuses a permission by %s', async (name, wrong) => {
    const { lambda } = await start();
    await lambda.send(new AddPermissionCommand(PERMISSION));
    const command = new AddPermissionCommand({ ...PERMISSION, ...wrong });
    await expect(lambda.send(command)).rejects.toThrow(expect.objectContaining({ name }));
  });

  test('is told of to nobody who does not sign', async () => {
    const { endpoint } = await start();
    const path = '/2015-03-31/functions/phone-otp/configuration';
    const { status, headers } = await fetch(`${endpoint.url}${path}`);
    expect(status).toBe(403);
    expect(headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
  });
});

test('SNS tells of an account that is out of the sandbox and may spend something', async () => {
  const { endpoint } = await start();
  const sns = new SNSClient(localClientConfig(endpoint.url));
  onTestFinished(() => sns.destroy());
  expect(await sns.send(new GetSMSSandboxAccountStatusCommand())).toMatchObject({
    IsInSandbox: false,
  });
  const { attributes } = await sns.send(new GetSMSAttributesCommand());
  expect(attributes).toEqual({ MonthlySpendLimit: '1000' });
});

describe('An operator tries the commands on it', () => {
  async function startWorld() {
    const { endpoint } = await start();
    const directory = await mkdtemp(join(tmpdir(), 'operator-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const variables = {
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_PROFILE: undefined,
      INIT_CWD: directory,
    };
    return async (file: string, ...args: string[]) => {
      const program = new Program(`deploy/${file}.ts`, ['--user-pool', POOL, ...args], variables);
      return { code: await program.exited, output: program.output };
    };
  }

  test('attach says what it would do, and does it', async () => {
    const run = await startWorld();
    const attach = ['--function', 'phone-otp', '--client', 'phoneotp'];
    const tried = await run('attach', ...attach, '--dry-run');
    expect(tried).toMatchObject({ code: 0 });
    expect(tried.output).toContain(`may invoke it for ${POOL_ARN}`);
    expect(tried.output).toContain('Nothing was changed: this was a dry run.');
    expect((await run('attach', ...attach)).output).toContain('Done, and read back');
    expect((await run('attach', ...attach)).output).toBe(
      'Nothing to change: the function is attached.\n',
    );
  });

  test('doctor says what is, and the command that mends what should be otherwise', async () => {
    const run = await startWorld();
    const { output } = await run('doctor');
    expect(output).toContain(`ok    trigger CreateAuthChallenge calls ${FUNCTION_ARN}.\n`);
    expect(output).toMatch(
      /^MEND {2}permission does not let the pool call .*: npm run attach -- /m,
    );
    expect(output).toContain('ok    SMS by SNS in us-east-1 are out of the sandbox.\n');
  });
});
