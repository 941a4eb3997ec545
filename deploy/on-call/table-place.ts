/** The function's table, as the commands for the people on call are told of it and reach it. */
import { DynamoDbTable } from '../../src/adapters/lib/dynamodb-table.ts';
import { ABUSE_VARIABLES } from '../../src/config/abuse-limits.ts';
import { StoreError, type StoreFailure } from '../../src/domain/ports/store-error.ts';
import { readSettings, validOrThrow } from '../../src/settings.ts';
import { clientConfig, flawOfCredentials, type ServicePlace, UsageError } from '../command-line.ts';

/** The options that all of them take. */
export const PLACE_OPTIONS = {
  region: { type: 'string' },
  profile: { type: 'string' },
  endpoint: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Those options, for a command's help. */
export const PLACE_HELP = `  --region REGION   default: AWS_REGION, or the AWS profile's
  --profile NAME    of the AWS configuration files (default: the environment's credentials)
  --endpoint URL    another DynamoDB than the region's, such as a local one
  --json            one object of JSON, for programs
  --help            this text
`;

export interface TablePlace {
  readonly tableName: string;
  /** What the table's client goes by. */
  readonly client: ReturnType<typeof clientConfig>;
}

/** @throws UsageError, or ConfigError for what can't be a table's name */
export function readTablePlace(table: string | undefined, place: ServicePlace): TablePlace {
  const { TABLE_NAME: tableName } = validOrThrow(
    readSettings(
      { TABLE_NAME: ABUSE_VARIABLES.TABLE_NAME },
      { value: () => table || undefined, title: () => '--table' },
    ),
  );
  if (tableName === undefined) {
    throw new UsageError("--table takes the name of the function's table (its TABLE_NAME).");
  }
  return { tableName, client: clientConfig(place, 'http://127.0.0.1:8000') };
}

/** An operator can wait longer than a sign-in, and credentials may have to be fetched first. */
const PATIENCE_MS = 15_000;

/**
 * Does some work with the table.
 *
 * @param needs the actions that it takes, as IAM has them.
 * @throws UsageError for what the caller can mend of the table or the way to it
 */
export async function withTable<T>(
  { tableName, client }: TablePlace,
  needs: string,
  work: (table: DynamoDbTable) => Promise<T>,
): Promise<T> {
  const table = new DynamoDbTable(tableName, client, PATIENCE_MS);
  try {
    return await work(table);
  } catch (error) {
    throw error instanceof StoreError ? new UsageError(adviceOn(error, needs)) : error;
  } finally {
    table.close();
  }
}

function adviceOn({ failure, cause }: StoreError, needs: string): string {
  const missing = cause instanceof Error ? flawOfCredentials(cause) : undefined;
  return missing ?? advice(needs)[failure];
}

function advice(needs: string): Readonly<Record<StoreFailure, string>> {
  return {
    throttled: 'DynamoDB limits the rate of requests: try again in a moment.',
    'table-missing':
      'There is no such table there, or its key is another: check --table, and --region or --endpoint.',
    'access-denied': `DynamoDB refuses access: check the AWS credentials, which need ${needs} on the table.`,
    'timed-out': 'DynamoDB does not answer: check --region or --endpoint, and the network.',
    unavailable: 'DynamoDB can not be reached: check --region or --endpoint, and the network.',
  };
}
