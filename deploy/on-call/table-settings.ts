/** What the function's table should be like, each setting with how it is read and how it is set. */
import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { EXPIRY_ATTRIBUTE, KEY_ATTRIBUTE } from '../../src/adapters/lib/dynamodb-item.ts';
import { UsageError } from '../command-line.ts';
import { answerIfAny, answerTo, CallError } from '../pool/aws.ts';

/** One setting of the table, and what came of it. */
export interface Setting {
  /** Such as `point-in-time recovery`. */
  readonly what: string;
  /** `was` if it was so before; `set` if it is so now; `not set` for the reason that `why` gives. */
  readonly state: 'was' | 'set' | 'not set';
  readonly why?: string;
}

/** Seconds that a table is given to come into being, to change, or to go. */
const WAITING = { maxWaitTime: 120, minDelay: 1, maxDelay: 5 };

/** A new table's backups begin some moments after it. */
const BACKUPS = { tries: 10, pauseMs: 3000 };

/**
 * Makes the table where there is none, and sets what is not set; changes nothing else of it.
 *
 * @throws CallError, or UsageError where it has another key
 */
export async function makeTable(
  dynamoDb: DynamoDBClient,
  name: string,
): Promise<readonly Setting[]> {
  const found = await findTable(dynamoDb, name);
  if (found === undefined) await create(dynamoDb, name);
  else checkKey(found, name);
  await untilActive(dynamoDb, name);
  const existed = found !== undefined;
  return [
    { what: `key ${KEY_ATTRIBUTE}`, state: existed ? 'was' : 'set' },
    onDemand(found),
    // One after the other: DynamoDB takes one change of a table at a time.
    await attempt('deletion protection', existed, () => protect(dynamoDb, name)),
    await attempt(`expiry by ${EXPIRY_ATTRIBUTE}`, true, () => letExpire(dynamoDb, name)),
    await attempt('point-in-time recovery', true, () => keepBackups(dynamoDb, name)),
  ];
}

/** One that is being deleted is waited for until it is gone. */
async function findTable(
  client: DynamoDBClient,
  TableName: string,
): Promise<TableDescription | undefined> {
  const table = await describe(client, TableName);
  if (table?.TableStatus !== 'DELETING') return table;
  const wait = waitUntilTableNotExists({ client, ...WAITING }, { TableName });
  await answerTo('dynamodb:DescribeTable', wait);
  return undefined;
}

async function describe(
  dynamoDb: DynamoDBClient,
  TableName: string,
): Promise<TableDescription | undefined> {
  const call = dynamoDb.send(new DescribeTableCommand({ TableName }));
  return (await answerIfAny('dynamodb:DescribeTable', call))?.Table;
}

async function create(dynamoDb: DynamoDBClient, TableName: string): Promise<void> {
  const call = dynamoDb.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: KEY_ATTRIBUTE, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: KEY_ATTRIBUTE, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
    }),
  );
  await answerTo('dynamodb:CreateTable', call);
}

/** @throws UsageError */
function checkKey({ KeySchema = [], AttributeDefinitions = [] }: TableDescription, name: string) {
  const [first] = KeySchema;
  const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === KEY_ATTRIBUTE);
  if (
    KeySchema.length === 1 &&
    first?.AttributeName === KEY_ATTRIBUTE &&
    type?.AttributeType === 'S'
  ) {
    return;
  }
  throw new UsageError(
    `There is a table ${name} with another key than ${KEY_ATTRIBUTE}, a string: take another name. Nothing was changed.`,
  );
}

async function untilActive(client: DynamoDBClient, TableName: string): Promise<void> {
  const wait = waitUntilTableExists({ client, ...WAITING }, { TableName });
  await answerTo('dynamodb:DescribeTable', wait);
}

/** How a table is paid for stays as it was: somebody may have bought capacity for it. */
function onDemand(found: TableDescription | undefined): Setting {
  const what = 'on demand';
  if (found === undefined) return { what, state: 'set' };
  return found.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST'
    ? { what, state: 'was' }
    : {
        what,
        state: 'not set',
        why: `it has a fixed capacity, which stays: aws dynamodb update-table --table-name ${found.TableName} --billing-mode PAY_PER_REQUEST`,
      };
}

/** @returns whether it was so before. */
type Change = () => Promise<boolean>;

/** @param existed whether what `change` finds was so before this command. */
async function attempt(what: string, existed: boolean, change: Change): Promise<Setting> {
  try {
    const wasSo = await change();
    return { what, state: wasSo && existed ? 'was' : 'set' };
  } catch (error) {
    if (!(error instanceof CallError || error instanceof UsageError)) throw error;
    return { what, state: 'not set', why: error.message };
  }
}

async function protect(dynamoDb: DynamoDBClient, TableName: string): Promise<boolean> {
  const isSo = async () =>
    (await describe(dynamoDb, TableName))?.DeletionProtectionEnabled === true;
  if (await isSo()) return true;
  const call = dynamoDb.send(
    new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }),
  );
  await answerTo('dynamodb:UpdateTable', call);
  await untilActive(dynamoDb, TableName);
  if (await isSo()) return false;
  throw new UsageError('It was set, and read back it is not.');
}

async function letExpire(dynamoDb: DynamoDBClient, TableName: string): Promise<boolean> {
  const described = await answerTo(
    'dynamodb:DescribeTimeToLive',
    dynamoDb.send(new DescribeTimeToLiveCommand({ TableName })),
  );
  const { TimeToLiveStatus: status, AttributeName: attribute } =
    described.TimeToLiveDescription ?? {};
  if (status === 'ENABLED' || status === 'ENABLING') {
    if (attribute === EXPIRY_ATTRIBUTE) return true;
    throw new UsageError(`Its items expire by ${attribute}: turn that off first.`);
  }
  const specification = { Enabled: true, AttributeName: EXPIRY_ATTRIBUTE };
  const call = dynamoDb.send(
    new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: specification }),
  );
  await answerTo('dynamodb:UpdateTimeToLive', call);
  return false;
}

async function keepBackups(dynamoDb: DynamoDBClient, TableName: string): Promise<boolean> {
  const described = await answerTo(
    'dynamodb:DescribeContinuousBackups',
    dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName })),
  );
  const { PointInTimeRecoveryDescription: recovery } = described.ContinuousBackupsDescription ?? {};
  if (recovery?.PointInTimeRecoveryStatus === 'ENABLED') return true;
  const specification = { PointInTimeRecoveryEnabled: true };
  const update = () =>
    answerTo(
      'dynamodb:UpdateContinuousBackups',
      dynamoDb.send(
        new UpdateContinuousBackupsCommand({
          TableName,
          PointInTimeRecoverySpecification: specification,
        }),
      ),
    );
  for (let tries = 1; ; tries++) {
    try {
      await update();
      return false;
    } catch (error) {
      const isEarly = error instanceof Error && /ContinuousBackupsUnavailable/.test(error.message);
      if (!isEarly || tries === BACKUPS.tries) throw error;
      await setTimeout(BACKUPS.pauseMs);
    }
  }
}
