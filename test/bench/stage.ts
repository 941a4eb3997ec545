/** What the subjects play on: the runtime client, the bundles, an SMS provider and a table, all on this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../deploy/local/dynamodb.ts';
import { installRuntimeClient, type RuntimeClient } from '../lambda/runtime-client.ts';
import { DURABLE } from '../support/function.ts';
import { userWithNumber } from '../support/sign-in-driver.ts';
import { type SnsServer, startSnsServer } from '../support/sns-server.ts';
import { type Circumstances, Deployment } from './deployment.ts';
import { type Bundles, bundleSides, type SideName } from './sides.ts';

export class Stage {
  readonly bundles: Bundles;
  readonly #client: RuntimeClient;
  readonly #sns: SnsServer;
  readonly #dynamoDb: LocalDynamoDb;
  readonly #folder: string;
  readonly #deployments = new Set<Deployment>();
  readonly #ended: AbortSignal;
  #users = 0;

  private constructor(parts: {
    readonly client: RuntimeClient;
    readonly sns: SnsServer;
    readonly dynamoDb: LocalDynamoDb;
    readonly folder: string;
    readonly bundles: Bundles;
    readonly ended: AbortSignal;
  }) {
    this.#client = parts.client;
    this.#sns = parts.sns;
    this.#dynamoDb = parts.dynamoDb;
    this.#folder = parts.folder;
    this.bundles = parts.bundles;
    this.#ended = parts.ended;
  }

  /** @param ended fails whatever is asked of a function from then on. */
  static async open(ended: AbortSignal): Promise<Stage> {
    const client = await installRuntimeClient();
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const sns = await startSnsServer();
    const dynamoDb = await startLocalDynamoDb(DURABLE.TABLE_NAME);
    const bundles = await bundleSides(folder, { snsUrl: sns.url, dynamoDbUrl: dynamoDb.url });
    return new Stage({ client, sns, dynamoDb, folder, bundles, ended });
  }

  /** Deploys a side anew: all its containers are yet to start. */
  async deploy(name: SideName, circumstances: Circumstances = {}): Promise<Deployment> {
    const deployment = await Deployment.create(this.bundles.sides[name], {
      client: this.#client,
      ended: this.#ended,
      ...circumstances,
    });
    this.#deployments.add(deployment);
    return deployment;
  }

  async retire(deployment: Deployment): Promise<void> {
    this.#deployments.delete(deployment);
    await deployment.close();
  }

  /** A known user whom nothing has been counted against: nothing waits on purpose. */
  newUser() {
    this.#users += 1;
    return userWithNumber(`+6591${String(this.#users).padStart(6, '0')}`);
  }

  /** The code in the newest SMS. */
  newestCode(): string {
    return this.#sns.requests.at(-1)?.get('Message')?.slice(-6) ?? '';
  }

  async close(): Promise<void> {
    await Promise.all([...this.#deployments].map((deployment) => this.retire(deployment)));
    await Promise.all([this.#sns.close(), this.#dynamoDb.close()]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
