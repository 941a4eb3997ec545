/** All that is looked at, one after the other, and what is found of it. */
import {
  CognitoIdentityProviderClient,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Config } from '../../../src/config/config.ts';
import { SECRET_VARIABLES } from '../../../src/config/environment.ts';
import { customAuthTriggers } from '../../local/cognito/trigger-names.ts';
import { type AwsConfig, awsConfig, type Place } from '../aws.ts';
import { PoolReader } from '../pool-reader.ts';
import { cognitoStatements, describeFunction } from '../trigger-function.ts';
import { examine, type Finding, note, type Read, readOrNot } from './finding.ts';
import { checkEnvironment, checkFunction, checkPermission } from './function-checks.ts';
import {
  attachCommand,
  checkClients,
  checkPlan,
  checkTriggers,
  checkUsernames,
  type PoolContext,
} from './pool-checks.ts';
import type { RoleContext } from './role-checks.ts';
import type { SecretArns } from './secret-checks.ts';
import { checkSms } from './sms-checks.ts';
import { checkTable } from './table-checks.ts';

/** What to look at, and where it is. */
export interface Patient extends Place {
  readonly userPoolId: string;
  /** App clients that sign users in by code; none where that is for their settings to tell. */
  readonly clientIds: readonly string[];
  /** Undefined for the one that the pool's triggers call. */
  readonly functionName: string | undefined;
}

/** @throws UsageError for a pool, a client or a function that is not there */
export async function checkUp(patient: Patient): Promise<readonly Finding[]> {
  const config = awsConfig(patient.userPoolId, patient);
  const cognito = new CognitoIdentityProviderClient(config);
  const lambda = new LambdaClient(config);
  const reader = new PoolReader(cognito, patient.userPoolId);

  const pool = await readOrNot('user pool', async () => (await reader.pool()).settings);
  const name = patient.functionName ?? triggerFunction(pool.is);
  const fn = await readFunction(lambda, name);
  const environment = environmentOf(fn.is);
  const context: PoolContext = {
    userPoolId: patient.userPoolId,
    functionName: fn.is?.FunctionArn ?? name,
    environment: environment.is,
  };
  return [
    ...pool.findings,
    ...(pool.is === undefined ? [] : [...checkUsernames(pool.is), ...checkPlan(pool.is)]),
    ...(await webAclFindings(pool.is?.Arn, config)),
    ...(pool.is === undefined ? [] : checkTriggers(pool.is, context)),
    ...(await examine('app clients', () => checkClients(reader, patient.clientIds, context))),
    ...fn.findings,
    ...(fn.is === undefined ? [] : checkFunction(fn.is, config.region)),
    ...(await permissionFindings(lambda, pool.is, fn.is, context)),
    ...environment.findings,
    ...(await environmentFindings(fn.is, pool.is?.Arn, environment.is, config)),
  ];
}

/** The function that a pool's triggers call, where nobody named one. */
function triggerFunction(pool: UserPoolType | undefined): string | undefined {
  const called = customAuthTriggers.map((trigger) => pool?.LambdaConfig?.[trigger]);
  return called.find((arn) => arn !== undefined);
}

async function readFunction(
  lambda: LambdaClient,
  name: string | undefined,
): Promise<Read<FunctionConfiguration>> {
  if (name === undefined) {
    const says = "is not known: no trigger calls one, and --function doesn't name one";
    return { is: undefined, findings: [note('function', says)] };
  }
  return readOrNot(`function ${name}`, () => describeFunction(lambda, name));
}

function environmentOf(fn: FunctionConfiguration | undefined): Read<Record<string, string>> {
  if (fn === undefined) return { is: undefined, findings: [] };
  const { Variables, Error: fault } = fn.Environment ?? {};
  if (fault === undefined) return { is: Variables ?? {}, findings: [] };
  const says = `can't be read: ${fault.ErrorCode}; needs kms:Decrypt on the function's key`;
  return { is: undefined, findings: [{ subject: 'environment', state: 'not read', says }] };
}

async function permissionFindings(
  lambda: LambdaClient,
  pool: UserPoolType | undefined,
  fn: FunctionConfiguration | undefined,
  context: PoolContext,
): Promise<readonly Finding[]> {
  const [arn, poolArn] = [fn?.FunctionArn, pool?.Arn];
  if (arn === undefined || poolArn === undefined) return [];
  return examine('permission', async () =>
    checkPermission(await cognitoStatements(lambda, arn), poolArn, arn, attachCommand(context)),
  );
}

async function webAclFindings(
  poolArn: string | undefined,
  config: AwsConfig,
): Promise<readonly Finding[]> {
  if (poolArn === undefined) return [];
  const { checkWebAcl } = await import('./web-acl-check.ts');
  return checkWebAcl(poolArn, config);
}

/** The settings, and what they lead to: secrets, the role, the table, and AWS's services for SMS. */
async function environmentFindings(
  fn: FunctionConfiguration | undefined,
  poolArn: string | undefined,
  environment: Readonly<Record<string, string>> | undefined,
  config: AwsConfig,
): Promise<readonly Finding[]> {
  if (fn === undefined || environment === undefined) return sendingFindings(undefined, {}, config);
  const { TABLE_NAME: table } = environment;
  const settings = await checkEnvironment(environment, fn.FunctionName ?? '', config.region);
  const secrets = await secretFindings(environment, config);
  const { FunctionArn: functionArn = '', Role: roleArn } = fn;
  const context = { functionArn, poolArn, settings: settings.is, table, secrets: secrets.is ?? {} };
  return [
    ...settings.findings,
    ...secrets.findings,
    ...(roleArn === undefined ? [] : await roleFindings({ ...context, roleArn }, config)),
    ...(table ? await checkTable(new DynamoDBClient(config), table, config.region) : []),
    ...(await sendingFindings(settings.is, environment, config)),
  ];
}

async function secretFindings(
  environment: Readonly<Record<string, string>>,
  config: AwsConfig,
): Promise<Read<SecretArns>> {
  const isAny = Object.values(SECRET_VARIABLES).some((variable) => environment[variable]);
  if (!isAny) return { is: {}, findings: [] };
  const { checkSecrets } = await import('./secret-checks.ts');
  return checkSecrets(environment, config);
}

async function roleFindings(context: RoleContext, config: AwsConfig): Promise<readonly Finding[]> {
  const { checkRole } = await import('./role-checks.ts');
  return checkRole(context, config);
}

/** SNS where a route sends by it, or may, and senders where they are known. */
async function sendingFindings(
  settings: Config | undefined,
  { SMS_ROUTES: routes, SMS_REGION }: Readonly<Record<string, string>>,
  config: AwsConfig,
): Promise<readonly Finding[]> {
  const sendsBySns = !routes || routes.includes('"sns"');
  const region = SMS_REGION || config.region;
  return [
    ...(sendsBySns ? await checkSms(new SNSClient({ ...config, region }), region) : []),
    ...(settings === undefined ? [] : await senderFindings(settings, config)),
  ];
}

async function senderFindings(settings: Config, config: AwsConfig): Promise<readonly Finding[]> {
  const { checkSenders } = await import('./sender-checks.ts');
  return checkSenders(settings, config);
}
