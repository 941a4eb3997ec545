/** `npm start -- --durable`: the function keeps challenges, limits and locks in a DynamoDB of this process. */
import { startLocalDynamoDb } from './dynamodb.ts';
import { setDefaults } from './environment.ts';

export interface DurableStore {
  /** What it is, and where, for whoever started it. */
  readonly introduction: string;
  close(): Promise<void>;
}

/** Starts it and tells the function by its environment, wherever the caller did not set that. */
export async function openDurableStore(): Promise<DurableStore> {
  const { url, tableName, close } = await startLocalDynamoDb(process.env.TABLE_NAME || undefined);
  setDefaults({
    CHALLENGE_REPOSITORY: 'dynamodb',
    RATE_LIMITER: 'dynamodb',
    TABLE_NAME: tableName,
    AWS_ENDPOINT_URL_DYNAMODB: url,
  });
  const introduction = `DynamoDB is at ${url}
  table        ${tableName}`;
  return { introduction, close };
}
