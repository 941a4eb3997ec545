/** `npm run detach`: takes back what `npm run attach` changed, by the backup that it wrote. */

import { resolve } from 'node:path';
import {
  CognitoIdentityProviderClient,
  type UpdateUserPoolClientRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { callerDirectory, parseOptions, typed, UsageError } from './command-line.ts';
import { awsConfig, type Place } from './pool/aws.ts';
import { type Backup, planWayBack, readBackup, type WayBack } from './pool/backup.ts';
import {
  type ChangesOf,
  carryOut,
  changesIn,
  differencesFrom,
  type Services,
} from './pool/plan.ts';
import { PoolReader, whole } from './pool/pool-reader.ts';
import { diff, runCommand } from './pool/report.ts';
import { cognitoStatements } from './pool/trigger-function.ts';
import { clientUpdate, poolUpdate } from './pool/updates.ts';

const HELP = `${typed('detach')} --backup FILE [options]

Takes back what attach changed of a user pool, its app clients and the function's
policy, by the backup that it wrote. What was changed since by others stays. Where attach
ran more than once, go back by its latest backup first.

Ends with 0 if it was done; with 1 if not, or if anything is different when it is read back.

  --backup FILE     that attach wrote
  --everything      put back every setting of the backup, also those changed since
  --lose SETTING    go on without a setting that this version of the SDK does not know;
                    may be repeated
  --dry-run         only show what would change
  --region REGION   default: the one that the pool's id begins with
  --profile NAME    of the AWS configuration files (default: the environment's credentials)
  --json            one object of JSON, for programs
  --help            this text
`;

interface Order extends Place {
  readonly backup: Backup;
  readonly everything: boolean;
  readonly losable: readonly string[];
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** @throws UsageError */
async function readOrder(args: string[]): Promise<Order | 'help'> {
  const { values } = parseOptions('detach', {
    args,
    options: {
      backup: { type: 'string', default: '' },
      everything: { type: 'boolean', default: false },
      lose: { type: 'string', multiple: true, default: [] },
      'dry-run': { type: 'boolean', default: false },
      region: { type: 'string' },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { backup, everything, lose, region, profile, json } = values;
  if (backup === '') throw new UsageError('--backup takes the file that attach wrote.');
  return {
    backup: await readBackup(resolve(callerDirectory(), backup)),
    everything,
    losable: lose,
    dryRun: values['dry-run'],
    region,
    profile,
    json,
  };
}

/** @throws CallError, UsageError */
async function plan({ backup, everything, losable }: Order, services: Services): Promise<WayBack> {
  const { reader, lambda } = services;
  const pool = whole(await reader.pool(), losable);
  const existing = new Set(await reader.clientIds());
  const clients: (UpdateUserPoolClientRequest | undefined)[] = [];
  for (const { before } of backup.clients) {
    const id = before.ClientId ?? '';
    const isThere = existing.has(id);
    clients.push(isThere ? clientUpdate(whole(await reader.client(id), losable)) : undefined);
  }
  const { permission } = backup;
  const statements =
    permission === undefined ? [] : await cognitoStatements(lambda, permission.functionArn);
  const now = {
    pool: poolUpdate(pool),
    clients,
    secondFactors: await reader.secondFactors(pool),
    isPermitted: statements.some(({ id }) => id === permission?.statementId),
  };
  return planWayBack(backup, now, everything);
}

interface Outcome {
  readonly changes: readonly ChangesOf[];
  readonly notes: readonly string[];
  /** What is not as planned, now that all is done. */
  readonly differences: readonly ChangesOf[];
}

/** @throws CallError, UsageError */
async function detach(order: Order, services: Services): Promise<Outcome> {
  const { plan: way, notes } = await plan(order, services);
  const changes = changesIn(way);
  if (!order.json && changes.length > 0) console.log(`${diff(changes)}\n`);
  if (order.dryRun || changes.length === 0) return { changes, notes, differences: [] };
  await carryOut(way, services);
  return { changes, notes, differences: await differencesFrom(way, services) };
}

function summary({ changes, notes, differences }: Outcome, { dryRun }: Order): string {
  if (changes.length === 0) {
    return notes.length === 0
      ? 'Nothing to change: all is as it was before attach.'
      : 'Nothing else to change.';
  }
  if (dryRun) return 'Nothing was changed: this was a dry run.';
  if (differences.length === 0) return 'Done, and read back.';
  return `Read back, not all is as planned:\n\n${diff(differences)}`;
}

await runCommand(async () => {
  const order = await readOrder(process.argv.slice(2));
  if (order === 'help') {
    console.log(HELP);
    return;
  }
  const userPoolId = order.backup.pool.before.UserPoolId ?? '';
  const config = awsConfig(userPoolId, order);
  const cognito = new CognitoIdentityProviderClient(config);
  const lambda = new LambdaClient(config);
  const services = { cognito, lambda, reader: new PoolReader(cognito, userPoolId) };
  const outcome = await detach(order, services);
  if (order.json) console.log(JSON.stringify(outcome, undefined, 2));
  else console.log([...outcome.notes, summary(outcome, order)].join('\n'));
  if (outcome.differences.length > 0) process.exitCode = 1;
});
