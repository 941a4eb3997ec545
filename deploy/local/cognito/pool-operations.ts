/** Making, changing and deleting user pools. */
import {
  AddCustomAttributesCommand,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { alphanumeric } from './alphanumeric.ts';
import { invalidParameter } from './errors.ts';
import { adminOperation } from './operation.ts';
import { changePoolSettings, describePool, readPoolSettings } from './pool-settings.ts';
import { UserPool } from './user-pool.ts';

export const poolOperations = [
  adminOperation(CreateUserPoolCommand, (service, input) => {
    const id = `${service.region}_${alphanumeric(9)}`;
    const pool = new UserPool(readPoolSettings(id, input, service.now()));
    service.pools.addPool(pool);
    return { UserPool: describePool(pool.settings, pool.users.length) };
  }),

  adminOperation(DescribeUserPoolCommand, (service, input) => {
    const { settings, users } = service.pools.pool(input.UserPoolId);
    return { UserPool: describePool(settings, users.length) };
  }),

  /** What a call leaves out goes back to its default, as on AWS. */
  adminOperation(UpdateUserPoolCommand, (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    pool.settings = changePoolSettings(pool.settings, input, service.now());
    return {};
  }),

  adminOperation(DeleteUserPoolCommand, (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    if (pool.settings.options.DeletionProtection === 'ACTIVE') {
      throw invalidParameter(
        'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
      );
    }
    service.pools.deletePool(pool);
    return {};
  }),

  adminOperation(AddCustomAttributesCommand, (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    const schema = pool.settings.schema.withCustom(input.CustomAttributes);
    pool.settings = { ...pool.settings, schema, modifiedAt: service.now() };
    return {};
  }),
];
