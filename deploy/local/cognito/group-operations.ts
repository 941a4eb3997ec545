/** Groups, and who is in them. */
import {
  AdminAddUserToGroupCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  type GroupType,
  ListGroupsCommand,
  ListUsersInGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describeListedUser } from './describe-user.ts';
import type { Group } from './groups.ts';
import { adminOperation } from './operation.ts';
import { pageOf } from './paging.ts';
import { findUser } from './user-operations.ts';
import type { UserPool } from './user-pool.ts';

export const groupOperations = [
  adminOperation(CreateGroupCommand, (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    const group = {
      name: input.GroupName,
      description: input.Description,
      precedence: input.Precedence,
      roleArn: input.RoleArn,
      createdAt: service.now(),
      modifiedAt: service.now(),
    };
    pool.groups.add(group);
    return { Group: describeGroup(pool, group) };
  }),

  adminOperation(GetGroupCommand, (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    return { Group: describeGroup(pool, pool.groups.get(input.GroupName)) };
  }),

  adminOperation(ListGroupsCommand, (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    const page = pageOf(pool.groups.all, nameOf, input.NextToken, input.Limit);
    return { Groups: page.items.map((group) => describeGroup(pool, group)), NextToken: page.next };
  }),

  /** What a call leaves out stays as it is. */
  adminOperation(UpdateGroupCommand, (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    const before = pool.groups.get(input.GroupName);
    const group = {
      ...before,
      description: input.Description ?? before.description,
      precedence: input.Precedence ?? before.precedence,
      roleArn: input.RoleArn ?? before.roleArn,
      modifiedAt: service.now(),
    };
    pool.groups.update(group);
    return { Group: describeGroup(pool, group) };
  }),

  adminOperation(DeleteGroupCommand, (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    const group = pool.groups.get(input.GroupName);
    pool.groups.delete(group);
    for (const user of pool.users) {
      if (!user.groups.includes(group.name)) continue;
      pool.update(user, { groups: without(user.groups, group) }, service.now());
    }
    return {};
  }),

  adminOperation(AdminAddUserToGroupCommand, (service, input) => {
    const { pool, user } = findUser(service, input);
    const { name } = pool.groups.get(input.GroupName);
    const groups = [...new Set([...user.groups, name])];
    pool.update(user, { groups }, service.now());
    return {};
  }),

  adminOperation(AdminRemoveUserFromGroupCommand, (service, input) => {
    const { pool, user } = findUser(service, input);
    const group = pool.groups.get(input.GroupName);
    pool.update(user, { groups: without(user.groups, group) }, service.now());
    return {};
  }),

  adminOperation(AdminListGroupsForUserCommand, (service, input) => {
    const { pool, user } = findUser(service, input);
    const groups = user.groups.map((name) => pool.groups.get(name));
    const page = pageOf(groups, nameOf, input.NextToken, input.Limit);
    return { Groups: page.items.map((group) => describeGroup(pool, group)), NextToken: page.next };
  }),

  adminOperation(ListUsersInGroupCommand, (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    const { name } = pool.groups.get(input.GroupName);
    const members = pool.users.filter(({ groups }) => groups.includes(name));
    const page = pageOf(members, ({ sub }) => sub, input.NextToken, input.Limit);
    return { Users: page.items.map((user) => describeListedUser(user)), NextToken: page.next };
  }),
];

const nameOf = ({ name }: Group) => name;

function without(names: readonly string[], { name }: Group): readonly string[] {
  return names.filter((other) => other !== name);
}

function describeGroup(pool: UserPool, group: Group): GroupType {
  return {
    GroupName: group.name,
    UserPoolId: pool.id,
    Description: group.description,
    RoleArn: group.roleArn,
    Precedence: group.precedence,
    LastModifiedDate: new Date(group.modifiedAt),
    CreationDate: new Date(group.createdAt),
  };
}
