/** A pool with a function and all that it needs, as they should be, for `npm run doctor` to look at. */
import { arn } from '../deploy/local/contract/all-settings.ts';
import { type Account, startAccount } from './account-server.ts';
import { STRONG_KEY } from './keys.ts';
import { createOperatorWorld, type Settings } from './operator-world.ts';

export const OURS = arn('phone-otp');
export const DOCTOR = 'deploy/doctor.ts';

export const GOOD_TABLE = {
  table: {
    TableName: 'phone-otp',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  },
  expiry: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' },
};

/** What a role may do that publishes to phones alone. */
export function decideWell(action: string, resource: string): string {
  const isTopic = action === 'sns:Publish' && resource.startsWith('arn:');
  return isTopic ? 'explicitDeny' : 'allowed';
}

const GOOD_ACCOUNT: Account = {
  tables: { 'phone-otp': GOOD_TABLE },
  isInSandbox: false,
  spendLimit: '500',
  webAcl: 'guard',
  decide: decideWell,
};

export const GOOD_VARIABLES = {
  OTP_HASH_KEY: STRONG_KEY,
  TABLE_NAME: 'phone-otp',
  SENDS_PER_HOUR: '1000',
};

export const GOOD_CLIENT = {
  ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  PreventUserExistenceErrors: 'ENABLED',
  AuthSessionValidity: 5,
  WriteAttributes: ['locale'],
};

export const GOOD_POOL = {
  UsernameAttributes: ['phone_number'],
  UserPoolTier: 'LITE',
  LambdaConfig: {
    DefineAuthChallenge: OURS,
    CreateAuthChallenge: OURS,
    VerifyAuthChallengeResponse: OURS,
  },
};

const GOOD_FUNCTION = {
  ...{ Timeout: 5, Runtime: 'nodejs24.x', MemorySize: 256 },
  Role: 'arn:aws:iam::000000000000:role/service-role/phone-otp-role',
};

export interface Sick extends Settings {
  readonly account?: Partial<Account>;
  readonly variables?: Readonly<Record<string, string>>;
}

/** All is as it should be but for what is said. */
export async function createWorld({ account, variables = GOOD_VARIABLES, ...settings }: Sick = {}) {
  const world = await createOperatorWorld({
    pool: { ...GOOD_POOL, ...settings.pool },
    client: { ...GOOD_CLIENT, ...settings.client },
    configuration: {
      ...GOOD_FUNCTION,
      Environment: { Variables: variables },
      ...settings.configuration,
    },
  });
  const server = await startAccount({ ...GOOD_ACCOUNT, ...account });
  const { poolArn, lambda } = world;
  const permission = (Sid: string, Condition?: object) => ({
    ...{ Sid, Effect: 'Allow', Principal: { Service: 'cognito-idp.amazonaws.com' } },
    ...{ Action: 'lambda:InvokeFunction', Resource: OURS, ...(Condition && { Condition }) },
  });
  lambda.statements.push(permission('ours', { ArnLike: { 'AWS:SourceArn': poolArn } }));
  return {
    ...world,
    account: server,
    permission,
    doctor: (...args: string[]) =>
      world.run(DOCTOR, ['--user-pool', world.userPoolId, ...args], server.env),
  };
}

/** Its lines, by what they begin with. */
export const toMend = (output: string) =>
  output.split('\n').filter((line) => line.startsWith('MEND'));
export const notRead = (output: string) =>
  output.split('\n').filter((line) => line.startsWith('?'));
