/** An endpoint for one test, spoken to in raw HTTP, with everything its triggers saw. */
import { decodeJwt } from 'jose';
import { expect } from 'vitest';
import { operations } from '../../../../deploy/local/cognito/operations.ts';
import type { TriggerEvent } from '../../../../deploy/local/cognito/trigger-events.ts';
import type { TriggerName } from '../../../../deploy/local/cognito/trigger-names.ts';
import type { LocalEndpoint, LocalEndpointOptions } from '../../../../deploy/local/endpoint.ts';
import type { LambdaHandler } from '../../../../deploy/local/lambda.ts';
import { ALICE, start } from '../running.ts';
import { CODE, textbookTriggers } from '../textbook-triggers.ts';
import { faultsIn } from './model.ts';

export const POOL = 'us-east-1_PhoneOtp';
export const CLIENT = 'phoneotp';
export const PASSWORD = 'Correct-horse-1';
export const SIGNED = { authorization: 'AWS4-HMAC-SHA256 Credential=local' };
export const START = Date.UTC(2025, 5, 1);
export const anyUuid: unknown = expect.stringMatching(
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
);

/** What tests read of an answer's body. */
export interface AnswerBody {
  readonly __type?: string;
  readonly message?: string;
  readonly Session?: string;
  readonly ChallengeName?: string;
  readonly ChallengeParameters?: Readonly<Record<string, string>>;
  readonly AuthenticationResult?: Tokens;
  readonly Username?: string;
  readonly UserAttributes?: readonly { readonly Name: string; readonly Value: string }[];
  readonly [member: string]: unknown;
}

export interface Tokens {
  readonly AccessToken: string;
  readonly IdToken: string;
  readonly RefreshToken: string;
  readonly ExpiresIn: number;
  readonly TokenType: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

export class World {
  readonly endpoint: LocalEndpoint;
  /** Every event a trigger got, in order. */
  readonly events: readonly TriggerEvent[];
  readonly #clock: { now: number };

  constructor(endpoint: LocalEndpoint, events: readonly TriggerEvent[], clock: { now: number }) {
    this.endpoint = endpoint;
    this.events = events;
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock.now;
  }

  wait(seconds: number): void {
    this.#clock.now += seconds * 1000;
  }

  /** Events of one trigger source, such as `DefineAuthChallenge_Authentication`. */
  eventsOf(trigger: string): readonly TriggerEvent[] {
    return this.events.filter(({ triggerSource }) => triggerSource.startsWith(trigger));
  }

  async post(body: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const response = await fetch(this.endpoint.url, { method: 'POST', body, headers });
    const { status, headers: answered } = response;
    return { status, headers: answered, body: (await response.json()) as AnswerBody };
  }

  async call(
    operation: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const answer = await this.post(JSON.stringify(body), {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      ...headers,
    });
    const output = operations.get(operation)?.model.output;
    if (answer.status === 200 && output !== undefined) {
      expect(faultsIn(answer.body, output)).toEqual([]);
    }
    return answer;
  }

  /** A call with AWS credentials. */
  admin(operation: string, body: object): Promise<Answer> {
    return this.call(operation, { UserPoolId: POOL, ...body }, SIGNED);
  }

  initiate(parameters: object = {}, members: object = {}): Promise<Answer> {
    return this.call('InitiateAuth', {
      AuthFlow: 'CUSTOM_AUTH',
      ClientId: CLIENT,
      AuthParameters: { USERNAME: ALICE, ...parameters },
      ...members,
    });
  }

  respond(before: Answer, answer: string, members: object = {}): Promise<Answer> {
    return this.call('RespondToAuthChallenge', {
      ClientId: CLIENT,
      ChallengeName: 'CUSTOM_CHALLENGE',
      Session: before.body.Session,
      ChallengeResponses: { USERNAME: ALICE, ANSWER: answer },
      ...members,
    });
  }

  signUp(username: string, members: object = {}): Promise<Answer> {
    return this.call('SignUp', {
      ClientId: CLIENT,
      Username: username,
      Password: PASSWORD,
      ...members,
    });
  }

  /** Signs {@link ALICE} in, or whoever is named. */
  async signIn(username = ALICE): Promise<Tokens> {
    const first = await this.initiate({ USERNAME: username });
    const ChallengeResponses = { USERNAME: username, ANSWER: CODE };
    const last = await this.respond(first, CODE, { ChallengeResponses });
    const tokens = last.body.AuthenticationResult;
    if (tokens === undefined) throw new Error(`No tokens: ${last.body.message}`);
    return tokens;
  }

  refresh(refreshToken: string): Promise<Answer> {
    return this.call('GetTokensFromRefreshToken', {
      ClientId: CLIENT,
      RefreshToken: refreshToken,
    });
  }

  /** A pool of its own, with an app client. Textbook triggers unless `settings` says otherwise. */
  async createPool(settings: object = {}, clientSettings: object = {}) {
    const LambdaConfig = this.textbookLambdaConfig();
    const created = await this.call(
      'CreateUserPool',
      { PoolName: 'Another', LambdaConfig, ...settings },
      SIGNED,
    );
    const { UserPool } = created.body as { UserPool?: { Id: string } };
    if (UserPool === undefined) throw new Error(created.body.message);
    const answer = await this.admin('CreateUserPoolClient', {
      UserPoolId: UserPool.Id,
      ClientName: 'Another',
      ...clientSettings,
    });
    const { UserPoolClient } = answer.body as {
      UserPoolClient?: { ClientId: string; ClientSecret: string };
    };
    if (UserPoolClient === undefined) throw new Error(answer.body.message);
    const { ClientId, ClientSecret } = UserPoolClient;
    return { UserPoolId: UserPool.Id, ClientId, ClientSecret };
  }

  textbookLambdaConfig(): Readonly<Record<string, string>> {
    const entries = Object.entries(textbookTriggers) as [TriggerName, LambdaHandler][];
    return Object.fromEntries(
      entries.map(([name, handler]) => [name, this.endpoint.register(`textbook-${name}`, handler)]),
    );
  }
}

export async function createWorld(options: LocalEndpointOptions = {}): Promise<World> {
  const events: TriggerEvent[] = [];
  const clock = { now: START };
  const { endpoint } = await start({
    now: () => clock.now,
    onTrigger: ({ event }) => events.push(event),
    ...options,
    triggers: { ...textbookTriggers, ...options.triggers },
  });
  return new World(endpoint, events, clock);
}

export function expectError(answer: Answer, code: string, message: string): void {
  expect({ status: answer.status, ...answer.body }).toEqual({ status: 400, __type: code, message });
}

export function attributesOf(answer: Answer): Readonly<Record<string, string>> {
  return Object.fromEntries((answer.body.UserAttributes ?? []).map((a) => [a.Name, a.Value]));
}

export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return decodeJwt(token);
}
