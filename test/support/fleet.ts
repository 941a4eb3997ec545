/** The whole function in several containers, on one DynamoDB table, one phone network and one clock. */
import type { Context } from 'aws-lambda';
import { createContainer } from '../../src/container/container.ts';
import { readConfig } from '../../src/container/open-adapters.ts';
import { handlerOf } from '../../src/create-handler.ts';
import type { TriggerEvent } from '../../src/trigger-events.ts';
import { FakeSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { InMemoryUserDirectory } from '../fakes/in-memory-user-directory.ts';
import { InstantTimer } from '../fakes/instant-timer.ts';
import { interruptible } from '../fakes/interruptible.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import type { TestDynamoDb } from './dynamodb.ts';
import { DURABLE, ENV } from './function.ts';

export type Handler = (event: TriggerEvent, context: Context) => Promise<unknown>;

export interface FleetOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly containers?: number;
  /** One container for each, with settings of its own beside the common ones. */
  readonly envs?: readonly Readonly<Record<string, string>>[];
}

export async function createFleet(dynamoDb: TestDynamoDb, options: FleetOptions = {}) {
  const clock = new ManualClock();
  const gateway = interruptible(new FakeSmsGateway());
  const directory = new InMemoryUserDirectory();
  const { env, containers = 3, envs = Array<undefined>(containers).fill(undefined) } = options;
  const stores = await dynamoDb.stores(envs.length);
  const handlers: Handler[] = stores.map((store, i) => {
    const config = readConfig({ ...ENV, ...DURABLE, ...env, ...envs[i] }, {}, clock.now());
    const container = createContainer(config, {
      smsGateway: gateway,
      dynamoDb: store,
      clock,
      timer: new InstantTimer(),
      userDirectory: directory,
    });
    return handlerOf(container);
  });
  let calls = 0;
  return {
    clock,
    gateway,
    directory,
    /** One handler for each container. */
    handlers,
    /** Serves each call by the next container, as Lambda may. */
    handler: ((event, context) => {
      calls += 1;
      return (handlers[calls % handlers.length] as Handler)(event, context);
    }) satisfies Handler,
  };
}

export type Fleet = Awaited<ReturnType<typeof createFleet>>;
