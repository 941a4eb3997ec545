/** `npm run attach`: lets the triggers of a user pool that exists call the function, and keeps all else as it is. */
import {
  CognitoIdentityProviderClient,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  callerDirectory,
  parseOptions,
  readUserPoolId,
  typed,
  UsageError,
} from './command-line.ts';
import { type Found, planAttachment, type Wishes } from './pool/attachment.ts';
import { awsConfig, type Place } from './pool/aws.ts';
import { writeBackup } from './pool/backup.ts';
import { mended, neededSessionMinutes, signInFaults } from './pool/client-rules.ts';
import {
  type ChangesOf,
  carryOut,
  changesIn,
  differencesFrom,
  type Services,
  titleOfClient,
} from './pool/plan.ts';
import { PoolReader, whole } from './pool/pool-reader.ts';
import { diff, runCommand } from './pool/report.ts';
import { cognitoStatements, describeFunction } from './pool/trigger-function.ts';

const HELP = `${typed('attach')} --user-pool ID --function ARN [options]

Attaches the function to a user pool that exists, as its Define, Create and Verify auth
challenge triggers, and lets the pool call it. Every other setting stays as it is: a
backup is written first, and all is read back in the end. What was interrupted can be
run again; detach goes back.

Ends with 0 if all is as it should be; with 1 if it was not done, or is different when it
is read back; with 2 if it was done, but a named client is not as it should be.

  --user-pool ID    such as eu-west-1_AbCdEfGhI
  --function ARN    the function's ARN or name, with a version or alias where it has one
  --client ID       an app client that signs users in by code: it is checked; may be repeated
  --mend-clients    also change those clients where they are not as they should be; a
                    password that one of them takes is then taken no longer
  --pre-sign-up     also attach it as Pre sign-up trigger
  --replace         also take the place of another function
  --lose SETTING    go on without a setting that this version of the SDK does not know;
                    may be repeated
  --dry-run         only show what would change
  --region REGION   default: the one that the pool's id begins with
  --profile NAME    of the AWS configuration files (default: the environment's credentials)
  --json            one object of JSON, for programs
  --help            this text
`;

interface Order extends Wishes, Place {
  readonly userPoolId: string;
  readonly functionName: string;
  readonly clientIds: readonly string[];
  readonly losable: readonly string[];
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** @throws UsageError */
function readOrder(args: string[]): Order | 'help' {
  const { values } = parseOptions('attach', {
    args,
    options: {
      'user-pool': { type: 'string' },
      function: { type: 'string' },
      client: { type: 'string', multiple: true, default: [] },
      'mend-clients': { type: 'boolean', default: false },
      'pre-sign-up': { type: 'boolean', default: false },
      replace: { type: 'boolean', default: false },
      lose: { type: 'string', multiple: true, default: [] },
      'dry-run': { type: 'boolean', default: false },
      region: { type: 'string' },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const userPoolId = readUserPoolId(values['user-pool']);
  const { function: functionName = '', client, lose, replace, json, region, profile } = values;
  if (functionName === '') {
    throw new UsageError("--function takes the function's ARN or name, such as phone-otp.");
  }
  if (values['mend-clients'] && client.length === 0) {
    throw new UsageError('--mend-clients mends the clients that --client names: name them.');
  }
  return {
    userPoolId,
    functionName,
    clientIds: [...new Set(client)],
    mendClients: values['mend-clients'],
    preSignUp: values['pre-sign-up'],
    replace,
    losable: lose,
    dryRun: values['dry-run'],
    region,
    profile,
    json,
  };
}

/** @throws CallError, or UsageError for what does not exist or would be lost */
async function find(order: Order, { reader, lambda }: Services): Promise<Found> {
  const { clientIds, functionName, losable } = order;
  const pool = whole(await reader.pool(), losable);
  const clients: UserPoolClientType[] = [];
  for (const id of clientIds) {
    clients.push(whole(await reader.client(id), losable));
  }
  const { FunctionArn: functionArn, Environment } = await describeFunction(lambda, functionName);
  const sessionMinutes = neededSessionMinutes(Environment?.Variables);
  const statements = await cognitoStatements(lambda, functionArn);
  const secondFactors = await reader.secondFactors(pool);
  return { pool, clients, functionArn, sessionMinutes, statements, secondFactors };
}

interface Outcome {
  readonly changes: readonly ChangesOf[];
  /** What is wrong with the named clients, and stays so; one sentence each. */
  readonly clientFaults: readonly string[];
  /** Where the backup is; undefined where nothing was changed. */
  readonly backup: string | undefined;
  /** What is not as planned, now that all is done. */
  readonly differences: readonly ChangesOf[];
}

/** @throws CallError, UsageError */
async function attach(order: Order, services: Services): Promise<Outcome> {
  const found = await find(order, services);
  const plan = planAttachment(found, order);
  const changes = changesIn(plan);
  const clientFaults = found.clients.flatMap((client) => faultsLeft(client, found, order));
  if (!order.json && changes.length > 0) console.log(`${diff(changes)}\n`);
  if (order.dryRun || changes.length === 0) {
    return { changes, clientFaults, backup: undefined, differences: [] };
  }
  const backup = await writeBackup(plan, callerDirectory(), new Date());
  // Before anything changes, so that it is known even where this goes no further.
  const say = order.json ? console.error : console.log;
  say(`Backup: ${backup}`);
  await carryOut(plan, services);
  return { changes, clientFaults, backup, differences: await differencesFrom(plan, services) };
}

function faultsLeft(
  client: UserPoolClientType,
  { pool, sessionMinutes }: Found,
  { mendClients }: Order,
): readonly string[] {
  const faults = signInFaults(
    mendClients ? mended(client, pool, sessionMinutes) : client,
    sessionMinutes,
  );
  if (faults.length === 0) return [];
  const hint = mendClients ? '' : ' (--mend-clients does what can be done here)';
  return [`${titleOfClient(client)} ${faults.join('; it ')}.${hint}`];
}

function summary({ changes, backup, differences }: Outcome, { dryRun }: Order): string {
  if (changes.length === 0) return 'Nothing to change: the function is attached.';
  if (dryRun) return 'Nothing was changed: this was a dry run.';
  if (differences.length === 0) {
    return `Done, and read back: all else is as it was. To go back: ${typed('detach')} --backup ${backup}`;
  }
  return `Read back, not all is as planned:\n\n${diff(differences)}\n\nTo go back: ${typed('detach')} --backup ${backup} --everything`;
}

await runCommand(async () => {
  const order = readOrder(process.argv.slice(2));
  if (order === 'help') {
    console.log(HELP);
    return;
  }
  const config = awsConfig(order.userPoolId, order);
  const cognito = new CognitoIdentityProviderClient(config);
  const lambda = new LambdaClient(config);
  const services = { cognito, lambda, reader: new PoolReader(cognito, order.userPoolId) };
  const outcome = await attach(order, services);
  const { clientFaults, differences } = outcome;
  if (order.json) console.log(JSON.stringify(outcome, undefined, 2));
  else console.log([...clientFaults, summary(outcome, order)].join('\n'));
  if (differences.length > 0) process.exitCode = 1;
  else if (clientFaults.length > 0) process.exitCode = 2;
});
