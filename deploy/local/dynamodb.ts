/** A DynamoDB server in this process, in memory, with the one table that the function keeps things in. */
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { KEY_ATTRIBUTE } from '../../src/adapters/lib/dynamodb-item.ts';
import { localClientConfig } from './client-config.ts';

export interface LocalDynamoDb {
  readonly url: string;
  readonly tableName: string;
  close(): Promise<void>;
}

export async function startLocalDynamoDb(tableName = 'phone-otp'): Promise<LocalDynamoDb> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  await createTable(url, tableName);
  return {
    url,
    tableName,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function createTable(url: string, tableName: string): Promise<void> {
  const client = new DynamoDBClient(localClientConfig(url));
  try {
    await client.send(new CreateTableCommand(tableDefinition(tableName)));
  } finally {
    client.destroy();
  }
}

function tableDefinition(tableName: string): CreateTableCommandInput {
  return {
    TableName: tableName,
    AttributeDefinitions: [{ AttributeName: KEY_ATTRIBUTE, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: KEY_ATTRIBUTE, KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  };
}
