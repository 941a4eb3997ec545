/** The whole function in several containers, on one DynamoDB table, one phone network and one clock. */
import type { Context } from 'aws-lambda';
import { HmacKeyRing } from '../../src/adapters/lib/hmac-key-ring.ts';
import { HmacOtpHasher } from '../../src/adapters/otp-hasher/hmac.ts';
import { createContainer, readConfig } from '../../src/container.ts';
import type { CodeBinding, OtpHasher } from '../../src/domain/ports/otp-hasher.ts';
import type { TriggerEvent } from '../../src/trigger-events.ts';
import { FakeSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { InMemoryUserDirectory } from '../fakes/in-memory-user-directory.ts';
import { InstantTimer } from '../fakes/instant-timer.ts';
import { interruptible } from '../fakes/interruptible.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import type { TestDynamoDb } from './dynamodb.ts';
import { DURABLE, ENV } from './function.ts';
import { pipelineOf } from './pipeline.ts';

export type Handler = (event: TriggerEvent, context: Context) => Promise<unknown>;

export interface FleetOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly containers?: number;
}

export async function createFleet(dynamoDb: TestDynamoDb, options: FleetOptions = {}) {
  const clock = new ManualClock();
  const gateway = interruptible(new FakeSmsGateway());
  const config = readConfig({ ...ENV, ...DURABLE, ...options.env });
  const comparisons: string[] = [];
  const stores = await dynamoDb.stores(options.containers ?? 3);
  const handlers: Handler[] = stores.map((store) => {
    const hasher = new HmacOtpHasher(new HmacKeyRing(config.hashKeys));
    const container = createContainer(config, {
      smsGateway: gateway,
      dynamoDb: store,
      clock,
      timer: new InstantTimer(),
      userDirectory: new InMemoryUserDirectory(),
      otpHasher: noting(comparisons, hasher),
    });
    return pipelineOf(container);
  });
  let calls = 0;
  return {
    clock,
    gateway,
    /** One handler for each container. */
    handlers,
    /** Serves each call by the next container, as Lambda may. */
    handler: ((event, context) => {
      calls += 1;
      return (handlers[calls % handlers.length] as Handler)(event, context);
    }) satisfies Handler,
    /** The answers that were compared with a code. */
    comparisons,
  };
}

export type Fleet = Awaited<ReturnType<typeof createFleet>>;

function noting(comparisons: string[], hasher: OtpHasher): OtpHasher {
  return {
    digest: (code, binding) => hasher.digest(code, binding),
    matches(code: string, binding: CodeBinding, digest: string) {
      comparisons.push(code);
      return hasher.matches(code, binding, digest);
    },
  };
}
