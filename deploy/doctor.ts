/** `npm run doctor`: whether a user pool, its app clients, the function and what that needs are as they should be. */
import {
  CognitoIdentityProviderClient,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { parseOptions, readUserPoolId, typed } from './command-line.ts';
import { customAuthTriggers } from './local/cognito/trigger-names.ts';
import { awsConfig, CallError, type Place } from './pool/aws.ts';
import { examine, type Finding, lineOf, note, notRead } from './pool/doctor/finding.ts';
import { checkEnvironment, checkFunction, checkPermission } from './pool/doctor/function-checks.ts';
import {
  attachCommand,
  checkClients,
  checkTriggers,
  checkUsernames,
  type PoolContext,
} from './pool/doctor/pool-checks.ts';
import { checkSms } from './pool/doctor/sms-checks.ts';
import { checkTable } from './pool/doctor/table-checks.ts';
import { PoolReader } from './pool/pool-reader.ts';
import { runCommand } from './pool/report.ts';
import { cognitoStatements, describeFunction } from './pool/trigger-function.ts';

const HELP = `${typed('doctor')} --user-pool ID [options]

Looks at a user pool, its app clients and triggers, the function with its settings and
its permission, the table, and SMS by SNS. Prints a line for each: what is, what should
be, and what mends it. Changes nothing.

Ends with 0 if all is as it should be; with 1 if there is anything to mend; with 2 if not,
but something could not be read.

  --user-pool ID    such as eu-west-1_AbCdEfGhI
  --client ID       an app client that signs users in by code; may be repeated
                    (default: every one that can begin such a sign-in)
  --function ARN    the function's ARN or name (default: the one that the triggers call)
  --unread-ok       end with 0, too, where something could not be read
  --region REGION   default: the one that the pool's id begins with
  --profile NAME    of the AWS configuration files (default: the environment's credentials)
  --json            one object of JSON, for programs
  --help            this text

What the credentials may not read is a line of its own. All of it takes, to read alone:
cognito-idp:DescribeUserPool, DescribeUserPoolClient and ListUserPoolClients,
lambda:GetFunctionConfiguration and GetPolicy, dynamodb:DescribeTable and
DescribeTimeToLive, sns:GetSMSSandboxAccountStatus and GetSMSAttributes.
`;

interface Order extends Place {
  readonly userPoolId: string;
  readonly clientIds: readonly string[];
  readonly functionName: string | undefined;
  readonly unreadOk: boolean;
  readonly json: boolean;
}

/** @throws UsageError */
function readOrder(args: string[]): Order | 'help' {
  const { values } = parseOptions('doctor', {
    args,
    options: {
      'user-pool': { type: 'string' },
      client: { type: 'string', multiple: true, default: [] },
      function: { type: 'string' },
      'unread-ok': { type: 'boolean', default: false },
      region: { type: 'string' },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { client, function: functionName, region, profile, json } = values;
  const userPoolId = readUserPoolId(values['user-pool']);
  return {
    userPoolId,
    clientIds: [...new Set(client)],
    functionName,
    unreadOk: values['unread-ok'],
    region,
    profile,
    json,
  };
}

/** @throws UsageError for a pool, a client or a function that is not there */
async function checkUp(order: Order): Promise<readonly Finding[]> {
  const config = awsConfig(order.userPoolId, order);
  const cognito = new CognitoIdentityProviderClient(config);
  const lambda = new LambdaClient(config);
  const reader = new PoolReader(cognito, order.userPoolId);

  const pool = await readOrNot('user pool', async () => (await reader.pool()).settings);
  const name = order.functionName ?? triggerFunction(pool.is);
  const fn = await readFunction(lambda, name);
  const environment = environmentOf(fn.is);
  const context: PoolContext = {
    userPoolId: order.userPoolId,
    functionName: fn.is?.FunctionArn ?? name,
    environment: environment.is,
  };
  return [
    ...pool.findings,
    ...(pool.is === undefined ? [] : checkUsernames(pool.is)),
    ...(pool.is === undefined ? [] : checkTriggers(pool.is, context)),
    ...(await examine('app clients', () => checkClients(reader, order.clientIds, context))),
    ...fn.findings,
    ...(fn.is === undefined ? [] : checkFunction(fn.is, config.region)),
    ...(await permissionFindings(lambda, pool.is, fn.is, context)),
    ...environment.findings,
    ...(await environmentFindings(fn.is, environment.is, config)),
  ];
}

/** What could be read, or a line that says why not. */
interface Read<T> {
  readonly is: T | undefined;
  readonly findings: readonly Finding[];
}

async function readOrNot<T>(subject: string, read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { is: await read(), findings: [] };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { is: undefined, findings: [notRead(subject, error)] };
  }
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

/** The settings, and what they lead to: the table, and SNS where a route sends by it. */
async function environmentFindings(
  fn: FunctionConfiguration | undefined,
  environment: Readonly<Record<string, string>> | undefined,
  config: ReturnType<typeof awsConfig>,
): Promise<readonly Finding[]> {
  const { region } = config;
  const { TABLE_NAME: table, SMS_ROUTES: routes, SMS_REGION } = environment ?? {};
  const sendsBySns = !routes || routes.includes('"sns"');
  const smsRegion = SMS_REGION || region;
  return [
    ...(environment === undefined
      ? []
      : await checkEnvironment(environment, fn?.FunctionName ?? '', region)),
    ...(table ? await checkTable(new DynamoDBClient(config), table, region) : []),
    ...(sendsBySns
      ? await checkSms(new SNSClient({ ...config, region: smsRegion }), smsRegion)
      : []),
  ];
}

function summary(findings: readonly Finding[]): string {
  const count = (wanted: Finding['state']) =>
    findings.filter(({ state }) => state === wanted).length;
  const unread = count('not read');
  return `${count('good')} as they should be, ${count('to mend')} to mend${unread > 0 ? `, ${unread} not read` : ''}.`;
}

await runCommand(async () => {
  const order = readOrder(process.argv.slice(2));
  if (order === 'help') {
    console.log(HELP);
    return;
  }
  const findings = await checkUp(order);
  if (order.json) console.log(JSON.stringify({ findings }, undefined, 2));
  else console.log([...findings.map(lineOf), summary(findings)].join('\n'));
  const isAny = (wanted: Finding['state']) => findings.some(({ state }) => state === wanted);
  if (isAny('to mend')) process.exitCode = 1;
  else if (isAny('not read') && !order.unreadOk) process.exitCode = 2;
});
