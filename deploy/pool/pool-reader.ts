/** A user pool and its app clients as Cognito describes them, and what of it this SDK does not know. */
import { buffer } from 'node:stream/consumers';
import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
  paginateListUserPoolClients,
  type UserPoolClientType,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { UsageError } from '../command-line.ts';
import { modelOf, type Shape } from '../local/cognito/model.ts';
import { isJsonObject } from '../local/json.ts';
import { answerTo, CallError } from './aws.ts';

export interface Described<T> {
  readonly settings: T;
  /** Settings that a newer SDK would tell, and this one can neither show nor send back. */
  readonly unknown: readonly string[];
}

/** Its methods are to be called one after the other: Cognito limits how often it may be asked. */
export class PoolReader {
  readonly #cognito: CognitoIdentityProviderClient;
  readonly #userPoolId: string;
  /** The latest answer as it was on the wire, before the SDK drops what it does not know. */
  #answer: unknown;

  constructor(cognito: CognitoIdentityProviderClient, userPoolId: string) {
    this.#cognito = cognito;
    this.#userPoolId = userPoolId;
    cognito.middlewareStack.add(
      (next) => async (args) => {
        const answered = await next(args);
        const response = answered.response as { statusCode: number; body: unknown };
        const bytes = await buffer(response.body as AsyncIterable<Uint8Array>);
        // The stream is spent: the SDK takes the bytes as well.
        response.body = bytes;
        this.#answer = response.statusCode === 200 ? JSON.parse(bytes.toString()) : undefined;
        return answered;
      },
      { step: 'deserialize', priority: 'low' },
    );
  }

  /** @throws CallError, or UsageError where there is no such pool */
  async pool(): Promise<Described<UserPoolType>> {
    const command = new DescribeUserPoolCommand({ UserPoolId: this.#userPoolId });
    const { UserPool: settings = {} } = await found(
      answerTo('cognito-idp:DescribeUserPool', this.#cognito.send(command)),
      `There is no user pool ${this.#userPoolId} there: check --user-pool and --region.`,
    );
    return { settings, unknown: unknownIn(this.#answer, modelOf(DescribeUserPoolCommand).output) };
  }

  /** @throws CallError, or UsageError where there is no such client */
  async client(ClientId: string): Promise<Described<UserPoolClientType>> {
    const ids = { UserPoolId: this.#userPoolId, ClientId };
    const command = new DescribeUserPoolClientCommand(ids);
    const { UserPoolClient: settings = {} } = await found(
      answerTo('cognito-idp:DescribeUserPoolClient', this.#cognito.send(command)),
      `User pool ${this.#userPoolId} has no app client ${ClientId}: check --client.`,
    );
    const { output } = modelOf(DescribeUserPoolClientCommand);
    return { settings, unknown: unknownIn(this.#answer, output) };
  }

  /** @throws CallError */
  async clientIds(): Promise<readonly string[]> {
    return answerTo('cognito-idp:ListUserPoolClients', this.#listClients());
  }

  /**
   * Which second factors the pool asks for; undefined where it asks for none. They have calls of
   * their own: UpdateUserPool takes only whether there are any.
   *
   * @throws CallError
   */
  async secondFactors({ MfaConfiguration = 'OFF' }: UserPoolType): Promise<object | undefined> {
    if (MfaConfiguration === 'OFF') return undefined;
    const command = new GetUserPoolMfaConfigCommand({ UserPoolId: this.#userPoolId });
    const { $metadata: _, ...factors } = await answerTo(
      'cognito-idp:GetUserPoolMfaConfig',
      this.#cognito.send(command),
    );
    return factors;
  }

  async #listClients(): Promise<readonly string[]> {
    const ids: string[] = [];
    const paging = { client: this.#cognito };
    const pages = paginateListUserPoolClients(paging, { UserPoolId: this.#userPoolId });
    for await (const { UserPoolClients: clients = [] } of pages) {
      ids.push(...clients.map(({ ClientId = '' }) => ClientId));
    }
    return ids;
  }
}

/**
 * The settings, where an update can send back all of them.
 *
 * @param losable unknown settings that the caller can do without.
 * @throws UsageError for others that an update would lose
 */
export function whole<T>({ settings, unknown }: Described<T>, losable: readonly string[]): T {
  const lost = unknown.filter((setting) => !losable.includes(setting));
  if (lost.length === 0) return settings;
  const options = lost.map((setting) => `--lose ${setting}`).join(' ');
  throw new UsageError(
    `Cognito has settings that this version of the AWS SDK does not know, and an update would lose: ${lost.join(', ')}. Bring @aws-sdk/client-cognito-identity-provider up to date, or go on without them: ${options}.`,
  );
}

/** @param missing what to say where there is no such thing. */
async function found<T>(answer: Promise<T>, missing: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CallError && error.fault === 'missing') throw new UsageError(missing);
    throw error;
  }
}

/** The paths of what the SDK's model does not have. */
function unknownIn(value: unknown, shape: Shape, path = ''): readonly string[] {
  if (Array.isArray(value) && shape.kind === 'list') {
    return [...new Set(value.flatMap((entry) => unknownIn(entry, shape.element, path)))];
  }
  if (!isJsonObject(value) || shape.kind !== 'structure') return [];
  return Object.entries(value).flatMap(([name, held]) => {
    const member = shape.members.find((known) => known.name === name);
    const inner = path === '' ? name : `${path}.${name}`;
    return member === undefined ? [inner] : unknownIn(held, member.shape, inner);
  });
}
