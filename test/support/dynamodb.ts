/** DynamoDB for the tests of one file, over its real protocol, with as many clients as containers are played. */
import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { localClientConfig } from '../../deploy/local/client-config.ts';
import {
  createTable,
  type LocalDynamoDb,
  startLocalDynamoDb,
} from '../../deploy/local/dynamodb.ts';
import { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { DynamoDbTable } from '../../src/adapters/dynamodb-table.ts';

/** More than the function allows: hundreds of calls at once are not what a container makes. */
const PATIENCE_MS = 20_000;

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

export function useDynamoDb(): TestDynamoDb {
  const open: { close(): void }[] = [];
  let server: LocalDynamoDb;
  let tables = 0;
  beforeAll(async () => {
    server = await startLocalDynamoDb();
  });
  afterAll(async () => {
    for (const client of open) {
      client.close();
    }
    await server.close();
  });

  const config = () => localClientConfig(server.url);
  const keep = <T extends { close(): void }>(client: T) => {
    open.push(client);
    return client;
  };
  return {
    url: () => server.url,
    tableName: () => `table-${tables}`,
    async stores(containers = 2) {
      tables += 1;
      await createTable(server.url, `table-${tables}`);
      const store = () => keep(new DynamoDbStore(`table-${tables}`, config(), PATIENCE_MS));
      return [store(), ...Array.from({ length: containers - 1 }, store)];
    },
    async items() {
      const client = new DynamoDBClient(config());
      const TableName = `table-${tables}`;
      const { Items = [] } = await client.send(new ScanCommand({ TableName }));
      client.destroy();
      return Items;
    },
    table: () => keep(new DynamoDbTable(`table-${tables}`, config(), PATIENCE_MS)),
  };
}
