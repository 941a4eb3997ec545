/** A user pool that exists, its client and a function, for the commands that operators run on them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { onTestFinished } from 'vitest';
import { start } from '../deploy/local/running.ts';
import { startLambda } from './lambda-server.ts';
import { Program } from './program.ts';

export interface Settings {
  readonly pool?: object;
  readonly client?: object;
  /** What Lambda tells of the function. */
  readonly configuration?: object;
}

export async function createOperatorWorld({ pool, client, configuration }: Settings = {}) {
  const { endpoint, cognito } = await start();
  const lambda = await startLambda('phone-otp', configuration);
  const directory = await mkdtemp(join(tmpdir(), 'operator-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const created = await cognito.send(new CreateUserPoolCommand({ PoolName: 'theirs', ...pool }));
  const UserPoolId = created.UserPool?.Id ?? '';
  const addClient = async (settings: object) => {
    const ids = { UserPoolId, ClientName: 'web' };
    const command = new CreateUserPoolClientCommand({ ...ids, ...settings });
    return (await cognito.send(command)).UserPoolClient?.ClientId ?? '';
  };
  const clientId = await addClient({ ...client });
  const env = {
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_REGION: undefined,
    AWS_PROFILE: undefined,
    INIT_CWD: directory,
  };
  return {
    url: endpoint.url,
    cognito,
    lambda,
    directory,
    clientId,
    userPoolId: UserPoolId,
    poolArn: created.UserPool?.Arn ?? '',
    addClient,
    readPool: async () => {
      const command = new DescribeUserPoolCommand({ UserPoolId });
      return (await cognito.send(command)).UserPool ?? {};
    },
    readClient: async (ClientId = clientId) => {
      const command = new DescribeUserPoolClientCommand({ UserPoolId, ClientId });
      return (await cognito.send(command)).UserPoolClient ?? {};
    },
    /** Runs one of the commands to its end. */
    run: async (file: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}) => {
      const program = new Program(file, args, { ...env, ...variables });
      return { code: await program.exited, output: program.output, stdout: program.stdout };
    },
  };
}
