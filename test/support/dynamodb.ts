/** DynamoDB for the tests of one file, over its real protocol, with as many clients as containers are played. */
import { randomUUID } from 'node:crypto';
import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { localClientConfig } from '../../deploy/local/client-config.ts';
import { createTable, startLocalDynamoDb } from '../../deploy/local/dynamodb.ts';
import { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { DynamoDbTable } from '../../src/adapters/lib/dynamodb-table.ts';

/** More than the function allows: hundreds of calls at once are not what a container makes. */
export const PATIENCE_MS = 20_000;

export interface TestDynamoDb {
  url(): string;
  /** Of the newest table. */
  tableName(): string;
  /** A new table, and a store of its own for each of so many containers. */
  stores(containers?: number): Promise<[DynamoDbStore, ...DynamoDbStore[]]>;
  /** The newest table, to look into it. */
  table(): DynamoDbTable;
  /** All that is in the newest table, as DynamoDB keeps it. */
  items(): Promise<Record<string, AttributeValue>[]>;
}

interface Server {
  readonly url: string;
  close(): Promise<void>;
}

/** Enough to download DynamoDB Local, which the first suite on it may do. */
const START_TIMEOUT_MS = 120_000;

/** The same suites on dynalite, and on AWS's own DynamoDB Local where it is to be had. */
export function describeOnEachDynamoDb(suites: (dynamoDb: TestDynamoDb) => void): void {
  describe('on dynalite', () => suites(useDynamoDb()));
  const broker = inject('dynamoDbLocal');
  if (broker === undefined && process.env.CI) {
    throw new Error('In CI nothing is skipped: the global setup did not offer DynamoDB Local.');
  }
  describe.skipIf(broker === undefined)('on DynamoDB Local', () =>
    suites(useDynamoDb(() => sharedDynamoDbLocal(broker as string))),
  );
}

async function sharedDynamoDbLocal(broker: string): Promise<Server> {
  const answer = await fetch(broker);
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(text);
  }
  return { url: text, close: async () => {} };
}

/** @param start the server to use; dynalite if there is none. */
export function useDynamoDb(start: () => Promise<Server> = startLocalDynamoDb): TestDynamoDb {
  const open: { close(): void }[] = [];
  // Other files may be at work on the same server.
  const file = randomUUID();
  let server: Server;
  let tables = 0;
  beforeAll(async () => {
    server = await start();
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    for (const client of open) {
      client.close();
    }
    await server?.close();
  });

  const tableName = () => `table-${file}-${tables}`;
  const config = () => localClientConfig(server.url);
  const keep = <T extends { close(): void }>(client: T) => {
    open.push(client);
    return client;
  };
  return {
    url: () => server.url,
    tableName,
    async stores(containers = 2) {
      tables += 1;
      await createTable(server.url, tableName());
      const store = () => keep(new DynamoDbStore(tableName(), config(), PATIENCE_MS));
      return [store(), ...Array.from({ length: containers - 1 }, store)];
    },
    async items() {
      const client = new DynamoDBClient(config());
      const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName() }));
      client.destroy();
      return Items;
    },
    table: () => keep(new DynamoDbTable(tableName(), config(), PATIENCE_MS)),
  };
}
