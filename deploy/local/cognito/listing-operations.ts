/** What there is: users, pools and app clients. */
import {
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describeListedUser } from './describe-user.ts';
import { invalidParameter } from './errors.ts';
import { adminOperation } from './operation.ts';
import { pageOf } from './paging.ts';
import type { User } from './user.ts';
import { readUserFilter } from './user-filter.ts';

export const listingOperations = [
  adminOperation(ListUsersCommand, (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    const found = pool.users.filter(readUserFilter(input.Filter));
    const page = pageOf(found, ({ sub }) => sub, input.PaginationToken, input.Limit);
    checkHeldByAll(page.items, input.AttributesToGet);
    return {
      Users: page.items.map((user) => describeListedUser(user, input.AttributesToGet)),
      PaginationToken: page.next,
    };
  }),

  adminOperation(ListUserPoolsCommand, (service, input) => {
    const page = pageOf(service.pools.all, ({ id }) => id, input.NextToken, input.MaxResults);
    return {
      UserPools: page.items.map(({ settings }) => ({
        Id: settings.id,
        Name: settings.name,
        LambdaConfig: Object.fromEntries(settings.triggers),
        CreationDate: new Date(settings.createdAt),
        LastModifiedDate: new Date(settings.modifiedAt),
      })),
      NextToken: page.next,
    };
  }),

  adminOperation(ListUserPoolClientsCommand, (service, input) => {
    const clients = service.pools.clientsOf(input.UserPoolId);
    const page = pageOf(clients, ({ id }) => id, input.NextToken, input.MaxResults);
    return {
      UserPoolClients: page.items.map(({ id, name, userPoolId }) => ({
        ClientId: id,
        UserPoolId: userPoolId,
        ClientName: name,
      })),
      NextToken: page.next,
    };
  }),
];

/**
 * What is asked for must be set of every user that is listed.
 * @throws CognitoError InvalidParameterException
 */
function checkHeldByAll(users: readonly User[], names: readonly string[] = []): void {
  const isHeld = ({ attributes }: User, name: string) => name === 'sub' || attributes.has(name);
  if (users.every((user) => names.every((name) => isHeld(user, name)))) return;
  throw invalidParameter('One or more requested attributes do not exist.');
}
