/** Cognito and the SMS provider over HTTP, and containers of the function behind them, for story after story. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { Context } from 'aws-lambda';
import { UserPools } from '../../deploy/local/cognito/user-pools.ts';
import {
  createClient,
  createPool,
  type LocalEndpoint,
  type SeedUser,
  startLocalEndpoint,
} from '../../deploy/local/endpoint.ts';
import type { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { createContainer } from '../../src/container/container.ts';
import { openAdapters, readConfig } from '../../src/container/open-adapters.ts';
import { handlerOf } from '../../src/create-handler.ts';
import type { Sms, SmsDeliveryError, SmsGateway } from '../../src/domain/ports/sms-gateway.ts';
import type { Handler } from '../../src/pipeline.ts';
import type { TriggerEvent } from '../../src/trigger-events.ts';
import { InstantTimer } from '../fakes/instant-timer.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { DURABLE, ENV } from '../support/function.ts';
import { OTHER_STRONG_KEY, STRONG_KEY } from '../support/keys.ts';
import { FragileLink } from './fragile-link.ts';

/** The keys of a container before, while and after one is replaced; neighbours are side by side for a while. */
export const KEY_STEPS = [
  [STRONG_KEY],
  [STRONG_KEY, OTHER_STRONG_KEY],
  [OTHER_STRONG_KEY, STRONG_KEY],
  [OTHER_STRONG_KEY],
] as const;

/** Minutes that Cognito keeps a round open: longer than a code is valid, so that clients see it expire. */
const ROUND_MINUTES = 15;

const LIMITS = {
  SENDS_PER_NUMBER: '8/10m,16/1d',
  LOCK_AFTER: '4',
  LOCK_SECONDS: '60',
};

/** The numbers that all containers keep to. */
export const { policy, abuse } = readConfig({ ...ENV, ...LIMITS });

/** What tells one container's settings from another's. */
export interface Version {
  readonly hides: boolean;
  readonly codeLength: number;
  /** Of {@link KEY_STEPS}. */
  readonly keyStep: number;
}

/** A code that was handed to the provider. */
export interface MadeCode {
  readonly code: string;
  /** That it went to. */
  readonly number: string;
  readonly at: number;
  /** By the container that counts its SMS. */
  readonly sender: object;
  /** What the function learned of it: nothing but that it is under way, for a start. */
  fate: 'under way' | 'accepted' | 'refused' | 'uncertain';
  used?: true;
}

/** A container of the function. */
export interface Box {
  readonly handler: Handler;
  readonly version: Version;
}

export class ClientStage {
  readonly clock = new ManualClock();
  readonly endpoint: LocalEndpoint;
  /** The function's way to the provider. */
  readonly smsLink: FragileLink;
  readonly sdk: CognitoIdentityProviderClient;
  /** Where everything is kept; in the session and in memory without it. */
  readonly store: DynamoDbStore | undefined;
  /** Answers Cognito's triggers. */
  serve: (event: TriggerEvent, context: Context) => Promise<unknown> = async (event) => event;
  readonly #boxes = new Map<string, Promise<Box>>();
  readonly #calls = new AsyncLocalStorage<MadeCode[]>();

  private constructor(
    clock: ManualClock,
    endpoint: LocalEndpoint,
    smsLink: FragileLink,
    store: DynamoDbStore | undefined,
  ) {
    this.clock = clock;
    this.endpoint = endpoint;
    this.smsLink = smsLink;
    this.store = store;
    this.sdk = new CognitoIdentityProviderClient({
      region: 'us-east-1',
      endpoint: endpoint.url,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  }

  static async open(store: DynamoDbStore | undefined): Promise<ClientStage> {
    const clock = new ManualClock();
    const endpoint = await startLocalEndpoint({ now: () => clock.now() });
    return new ClientStage(clock, endpoint, await FragileLink.open(endpoint.url), store);
  }

  async close(): Promise<void> {
    this.sdk.destroy();
    await this.smsLink.close();
    await this.endpoint.close();
  }

  get isDurable(): boolean {
    return this.store !== undefined;
  }

  /** Forgets all users, sign-ins and SMS, and has these users. A day goes by. */
  startOver(users: readonly SeedUser[]): void {
    this.clock.advance(86_400_000);
    this.smsLink.revive();
    this.endpoint.smsFault = undefined;
    const { userPoolId } = this.endpoint;
    const now = this.clock.now();
    const pools = new UserPools();
    pools.addPool(createPool({ poolId: userPoolId, users }, now));
    pools.setClient(createClient(userPoolId, { authSessionValidityMinutes: ROUND_MINUTES }, now));
    this.endpoint.startOver(pools);
    const handler = (event: unknown, context: unknown) =>
      this.serve(event as TriggerEvent, context as Context);
    this.endpoint.attach({
      DefineAuthChallenge: handler,
      CreateAuthChallenge: handler,
      VerifyAuthChallengeResponse: handler,
    });
  }

  /** Notes the codes that are handed to the provider meanwhile. */
  noting<T>(made: MadeCode[], work: () => Promise<T>): Promise<T> {
    return this.#calls.run(made, work);
  }

  /** The container of this version, whose memory lasts. */
  box(version: Version): Promise<Box> {
    const key = JSON.stringify(version);
    const box = this.#boxes.get(key) ?? this.#start(version);
    this.#boxes.set(key, box);
    return box;
  }

  async #start(version: Version): Promise<Box> {
    const { hides, codeLength, keyStep } = version;
    const config = readConfig({
      ...ENV,
      ...LIMITS,
      ...(this.isDurable && DURABLE),
      OTP_HASH_KEY: KEY_STEPS[keyStep]?.join(','),
      OTP_LOOKUP_KEY: STRONG_KEY,
      OTP_LENGTH: String(codeLength),
      HIDE_USER_EXISTENCE: String(hides),
    });
    const adapters = await openAdapters(config, this.clock);
    const container = createContainer(config, {
      ...adapters,
      smsGateway: this.#noteIn(adapters.smsGateway),
      dynamoDb: this.store,
      timer: new InstantTimer(),
    });
    return { handler: handlerOf(container), version };
  }

  #noteIn(gateway: SmsGateway): SmsGateway {
    // In DynamoDB all containers count together.
    const sender = this.isDurable ? this : {};
    return {
      send: async (sms: Sms) => {
        const code = /\d{6,10}(?!.*\d)/s.exec(sms.text)?.[0] ?? '';
        const made: MadeCode = {
          code,
          number: sms.to,
          at: this.clock.now(),
          sender,
          fate: 'under way',
        };
        this.#calls.getStore()?.push(made);
        try {
          const receipt = await gateway.send(sms);
          made.fate = 'accepted';
          return receipt;
        } catch (error) {
          made.fate = (error as SmsDeliveryError).mayHaveLeft ? 'uncertain' : 'refused';
          throw error;
        }
      },
    };
  }
}
