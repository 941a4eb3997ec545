/** Who has a phone number in a user pool: the log and the table go by users, support by numbers. */
import {
  CognitoIdentityProviderClient,
  paginateListUserPoolClients,
  paginateListUsers,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import { clientConfig, type ServicePlace } from '../command-line.ts';
import { answerTo, awsConfig } from '../pool/aws.ts';

/** A user of the pool who has the number. */
export interface PoolUser {
  readonly username: string;
  /** Cognito's own id of the user, which pseudonyms are made of. */
  readonly sub: string;
  /** As the pool has it. */
  readonly number: string;
  /** Such as `CONFIRMED`. */
  readonly status: string;
  readonly isEnabled: boolean;
  readonly isVerified: boolean;
}

export interface PoolSearch {
  readonly userPoolId: string;
  readonly users: readonly PoolUser[];
  /** The pool's app clients, by their ids. */
  readonly clientIds: readonly string[];
}

/**
 * @param numbers the ways in which the number may be written.
 * @throws CallError, or UsageError where the place is none
 */
export async function searchPool(
  userPoolId: string,
  place: ServicePlace,
  numbers: readonly PhoneNumber[],
): Promise<PoolSearch> {
  const { region, profile } = place;
  const cognito = new CognitoIdentityProviderClient({
    ...awsConfig(userPoolId, { region, profile }),
    ...clientConfig(place, 'http://127.0.0.1:9229', '--pool-endpoint'),
  });
  try {
    const users = await answerTo('cognito-idp:ListUsers', listUsers(cognito, userPoolId, numbers));
    const clients = listClientIds(cognito, userPoolId);
    const clientIds = await answerTo('cognito-idp:ListUserPoolClients', clients);
    return { userPoolId, users, clientIds };
  } finally {
    cognito.destroy();
  }
}

async function listUsers(
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
  numbers: readonly PhoneNumber[],
): Promise<readonly PoolUser[]> {
  const users: PoolUser[] = [];
  for (const number of new Set(numbers)) {
    const request = { UserPoolId, Filter: `phone_number = "${number}"` };
    for await (const { Users = [] } of paginateListUsers({ client }, request)) {
      users.push(...Users.map(userOf));
    }
  }
  return users;
}

function userOf({ Username = '', Attributes = [], UserStatus, Enabled }: UserType): PoolUser {
  const attribute = (name: string) => Attributes.find(({ Name }) => Name === name)?.Value ?? '';
  return {
    username: Username,
    sub: attribute('sub'),
    number: attribute('phone_number'),
    status: UserStatus ?? 'UNKNOWN',
    isEnabled: Enabled !== false,
    isVerified: attribute('phone_number_verified') === 'true',
  };
}

async function listClientIds(
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of paginateListUserPoolClients({ client }, { UserPoolId })) {
    ids.push(...(page.UserPoolClients ?? []).map(({ ClientId = '' }) => ClientId));
  }
  return ids;
}
