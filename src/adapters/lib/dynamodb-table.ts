/** One DynamoDB table, for every adapter that keeps something in it. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  type ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { wholeMilliseconds } from '../../domain/deadline.ts';
import { StoreError, type StoreFailure } from '../../domain/ports/store-error.ts';
import { isThrottling, isUnauthorised } from './aws-errors.ts';
import { type Item, keyIn, keyOf, plain, substitutions } from './dynamodb-item.ts';
import { GatheredReads } from './gathered-reads.ts';
import { rehearse } from './rehearsal.ts';
import { STORE_TIMEOUT_MS } from './store-timeout.ts';

/**
 * How many items DynamoDB reads by one call.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
const MOST_KEYS = 100;

/** Milliseconds that a throttled partition is given before the second try. */
const PAUSE_MS = 50;

/** In every expression `#name` stands for the attribute `name`, and `:name` for `values.name`. */
export interface Change {
  readonly update: string;
  readonly condition?: string;
  readonly values?: Item;
}

/** What an item must meet for a write to happen; names and values as in {@link Change}. */
export interface Condition {
  readonly condition: string;
  readonly values: Item;
}

/** What came of a write. */
export type Written =
  /** The item as it is now. */
  | { readonly kind: 'done'; readonly item: Item }
  /** The condition was not met: the item as it was found, empty where there is none, and unchanged. */
  | { readonly kind: 'unmet'; readonly item: Item };

/** Every method throws a `StoreError`, and nothing else. A write that got no answer may be made twice: what must count once marks its own. */
export class DynamoDbTable {
  readonly #name: string;
  readonly #timeoutMs: number;
  readonly #client: DynamoDBClient;
  readonly #agents = {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
  };
  readonly #reads = new GatheredReads<Item>((keys) => this.#read(keys));

  /** @param clientConfig what differs from the environment's settings. */
  constructor(
    name: string,
    clientConfig: DynamoDBClientConfig = {},
    timeoutMs: number = STORE_TIMEOUT_MS,
  ) {
    this.#name = name;
    this.#timeoutMs = timeoutMs;
    // The SDK's own retries wait too long between tries for the time that an invocation has.
    this.#client = new DynamoDBClient({
      maxAttempts: 1,
      requestHandler: this.#agents,
      ...clientConfig,
    });
  }

  /** The item as the last write left it. Those that are asked for at the same time are read by one call, over one connection. */
  find(key: string): Promise<Item | undefined> {
    return this.#reads.find(key);
  }

  /** Changes the item, which comes into being if there is none. */
  async update(key: string, { update, condition, values }: Change): Promise<Written> {
    try {
      const { Attributes } = await this.#call((options) =>
        this.#client.send(
          new UpdateItemCommand({
            TableName: this.#name,
            Key: keyOf(key),
            UpdateExpression: update,
            ConditionExpression: condition,
            ...substitutions(`${update} ${condition ?? ''}`, values),
            ReturnValues: 'ALL_NEW',
            ...(condition !== undefined && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
          }),
          options,
        ),
      );
      return { kind: 'done', item: plain(Attributes ?? {}) };
    } catch (error) {
      if (!isUnmet(error)) {
        throw error;
      }
      // Without the item in the answer there is none, or the server does not know how to return it.
      const { Item: found } = error.cause;
      return { kind: 'unmet', item: found ? plain(found) : ((await this.find(key)) ?? {}) };
    }
  }

  /** @returns false if the item does not meet the condition; it stays. */
  async delete(key: string, only?: Condition): Promise<boolean> {
    try {
      await this.#call((options) =>
        this.#client.send(
          new DeleteItemCommand({
            TableName: this.#name,
            Key: keyOf(key),
            ConditionExpression: only?.condition,
            ...substitutions(only?.condition ?? '', only?.values),
          }),
          options,
        ),
      );
      return true;
    } catch (error) {
      if (isUnmet(error)) {
        return false;
      }
      throw error;
    }
  }

  /** Does what only a first call would have to wait for, without a call. Never rejects. */
  async prepare(): Promise<void> {
    const item = { TableName: this.#name, Key: keyOf('') };
    const read = new BatchGetItemCommand({
      RequestItems: { [this.#name]: { Keys: [keyOf('')], ConsistentRead: true } },
    });
    await rehearse(read, '{}', () => this.#client.send(read));
    const write = new UpdateItemCommand({ ...item, ...substitutions('#n :n', { n: 0 }) });
    await rehearse(write, '{}', () => this.#client.send(write));
  }

  /** Closes the connections that are open. */
  close(): void {
    this.#client.destroy();
  }

  async #read(keys: readonly string[]): Promise<ItemsByKey> {
    const [first, ...others] = keys;
    if (first !== undefined && others.length === 0) {
      const item = await this.#readOne(first);
      return new Map(item && [[first, item]]);
    }
    const batches = Array.from({ length: Math.ceil(keys.length / MOST_KEYS) }, (_, batch) =>
      this.#readBatch(keys.slice(batch * MOST_KEYS, (batch + 1) * MOST_KEYS)),
    );
    return new Map((await Promise.all(batches)).flatMap((items) => [...items]));
  }

  async #readOne(key: string): Promise<Item | undefined> {
    const { Item: found } = await this.#call((options) =>
      this.#client.send(
        new GetItemCommand({ TableName: this.#name, Key: keyOf(key), ConsistentRead: true }),
        options,
      ),
    );
    return found && plain(found);
  }

  async #readBatch(keys: readonly string[]): Promise<ItemsByKey> {
    const items = new Map<string, Item | StoreError>();
    let left = keys;
    const read = async (options: CallOptions) => {
      const { Responses, UnprocessedKeys } = await this.#client.send(
        new BatchGetItemCommand({
          RequestItems: { [this.#name]: { Keys: left.map(keyOf), ConsistentRead: true } },
        }),
        options,
      );
      // By whatever of its names it is called there: it is the only table.
      for (const found of Object.values(Responses ?? {}).flat()) {
        items.set(keyIn(found), plain(found));
      }
      left = Object.values(UnprocessedKeys ?? {}).flatMap(({ Keys = [] }) => Keys.map(keyIn));
      if (left.length > 0) {
        throw new KeysLeftOut(`DynamoDB left out ${left.length} of ${keys.length} items`);
      }
    };
    try {
      await this.#call(read);
    } catch (error) {
      // Whoever asked for another one that was read need not hear of it.
      for (const key of left) {
        items.set(key, error as StoreError);
      }
    }
    return items;
  }

  async #call<T>(request: Request<T>): Promise<T> {
    const end = AbortSignal.timeout(wholeMilliseconds(this.#timeoutMs));
    // Half of it: a connection that hangs must leave time for a new one.
    const firstEnd = AbortSignal.timeout(wholeMilliseconds(this.#timeoutMs / 2));
    try {
      return await request({ abortSignal: firstEnd });
    } catch (error) {
      if (!firstEnd.aborted && !mayPass(error)) {
        throw new StoreError(failureOf(error), error);
      }
      this.#closeIdle();
      await setTimeout(failureOf(error) === 'throttled' ? PAUSE_MS : 0);
    }
    try {
      return await request({ abortSignal: end });
    } catch (error) {
      throw new StoreError(end.aborted ? 'timed-out' : failureOf(error), error);
    }
  }

  /** Where one connection died while the container was frozen, the others likely did, too. */
  #closeIdle(): void {
    for (const { freeSockets } of Object.values(this.#agents)) {
      for (const socket of Object.values(freeSockets).flat()) {
        socket?.destroy();
      }
    }
  }
}

type ItemsByKey = ReadonlyMap<string, Item | StoreError>;

/** A partition of some items was throttled, which is no error of the whole call. */
class KeysLeftOut extends Error {
  override readonly name = 'ThrottlingException';
}

interface CallOptions {
  readonly abortSignal: AbortSignal;
}

type Request<T> = (options: CallOptions) => Promise<T>;

function isUnmet(
  error: unknown,
): error is StoreError & { readonly cause: ConditionalCheckFailedException } {
  return error instanceof StoreError && nameOf(error.cause) === 'ConditionalCheckFailedException';
}

function failureOf(error: unknown): StoreFailure {
  const name = nameOf(error);
  if (isThrottling(name)) {
    return 'throttled';
  }
  // What we send is valid, so that only a key of another schema can make DynamoDB think otherwise.
  if (name === 'ResourceNotFoundException' || name === 'ValidationException') {
    return 'table-missing';
  }
  return isUnauthorised(name) ? 'access-denied' : 'unavailable';
}

/**
 * Whether a second try may succeed: after throttling, a server's fault, a dropped connection, or a
 * wrong clock, which the SDK has set right by the answer's date. Anything else from 400 to 499
 * would be refused again.
 */
function mayPass(error: unknown): boolean {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
  const { httpStatusCode = 500, clockSkewCorrected = false } = (metadata ?? {}) as {
    readonly httpStatusCode?: number;
    readonly clockSkewCorrected?: boolean;
  };
  return clockSkewCorrected || httpStatusCode >= 500 || failureOf(error) === 'throttled';
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
