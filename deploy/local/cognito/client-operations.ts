/** Making, changing and deleting app clients. */
import {
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { alphanumeric } from './alphanumeric.ts';
import { describeClient, readClientSettings } from './client-settings.ts';
import { invalidParameter } from './errors.ts';
import { adminOperation } from './operation.ts';

export const clientOperations = [
  adminOperation(CreateUserPoolClientCommand, (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    if (input.GenerateSecret === true && input.ClientSecret !== undefined) {
      throw invalidParameter('Only one of GenerateSecret and ClientSecret can be set.');
    }
    const client = {
      id: alphanumeric(26),
      name: input.ClientName,
      userPoolId: pool.id,
      secret: input.GenerateSecret === true ? alphanumeric(51) : input.ClientSecret,
      ...readClientSettings(input, pool.settings.schema),
      createdAt: service.now(),
      modifiedAt: service.now(),
    };
    service.pools.setClient(client);
    return { UserPoolClient: describeClient(client) };
  }),

  adminOperation(DescribeUserPoolClientCommand, (service, input) => {
    const { client } = service.pools.client(input.ClientId, input.UserPoolId);
    return { UserPoolClient: describeClient(client) };
  }),

  /** What a call leaves out goes back to its default, as on AWS. */
  adminOperation(UpdateUserPoolClientCommand, (service, input) => {
    const { pool, client } = service.pools.client(input.ClientId, input.UserPoolId);
    const changed = {
      ...client,
      name: input.ClientName ?? client.name,
      ...readClientSettings(input, pool.settings.schema),
      modifiedAt: service.now(),
    };
    service.pools.setClient(changed);
    return { UserPoolClient: describeClient(changed) };
  }),

  adminOperation(DeleteUserPoolClientCommand, (service, input) => {
    service.pools.deleteClient(service.pools.client(input.ClientId, input.UserPoolId).client);
    return {};
  }),
];
