import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
import { type Answer, claimsOf, createWorld, expectError, type World } from './world.ts';

const BOB = '+12025550111';
const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;

async function createWorldWithGroups(...groups: readonly object[]) {
  const world = await createWorld({ users: [{ username: ALICE }, { username: BOB }] });
  for (const group of groups) await world.admin('CreateGroup', group);
  return world;
}

const add = (world: World, GroupName: string, Username = ALICE) =>
  world.admin('AdminAddUserToGroup', { Username, GroupName });
const namesIn = ({ body }: Answer) =>
  (body.Groups as { GroupName: string }[]).map(({ GroupName }) => GroupName);

describe('§2 groups', () => {
  test('§2 a name is used once', async () => {
    const world = await createWorldWithGroups({ GroupName: 'staff' });
    expectError(
      await world.admin('CreateGroup', { GroupName: 'staff' }),
      'GroupExistsException',
      'A group with the name already exists.',
    );
  });

  test.each([
    ['GetGroup', {}],
    ['UpdateGroup', {}],
    ['DeleteGroup', {}],
    ['ListUsersInGroup', {}],
    ['AdminAddUserToGroup', { Username: ALICE }],
    ['AdminRemoveUserFromGroup', { Username: ALICE }],
  ])('§2 %s knows only groups that there are', async (operation, members) => {
    const world = await createWorld();
    expectError(
      await world.admin(operation, { GroupName: 'none', ...members }),
      'ResourceNotFoundException',
      'Group not found.',
    );
  });

  test('§2 UpdateGroup leaves what it is not told as it is', async () => {
    const world = await createWorldWithGroups({ GroupName: 'staff', Description: 'All' });
    const { body } = await world.admin('UpdateGroup', { GroupName: 'staff', Precedence: 2 });
    expect(body.Group).toMatchObject({ Description: 'All', Precedence: 2 });
  });

  test('§2 are listed page by page', async () => {
    const world = await createWorldWithGroups({ GroupName: 'a' }, { GroupName: 'b' });
    const first = await world.admin('ListGroups', { Limit: 1 });
    const second = await world.admin('ListGroups', { Limit: 1, NextToken: first.body.NextToken });
    expect([namesIn(first), namesIn(second)]).toEqual([['a'], ['b']]);
    expect(second.body).not.toHaveProperty('NextToken');
  });

  test('§2 a deleted group has nobody in it any more', async () => {
    const world = await createWorldWithGroups({ GroupName: 'staff' });
    await add(world, 'staff');
    expect((await world.admin('DeleteGroup', { GroupName: 'staff' })).body).toEqual({});
    const groups = await world.admin('AdminListGroupsForUser', { Username: ALICE });
    expect(namesIn(groups)).toEqual([]);
  });
});

describe('§2 who is in a group', () => {
  test('§2 is listed from both sides', async () => {
    const world = await createWorldWithGroups({ GroupName: 'staff' }, { GroupName: 'admins' });
    expect((await add(world, 'staff')).body).toEqual({});
    await add(world, 'staff');
    await add(world, 'admins');
    await add(world, 'staff', BOB);
    const groups = await world.admin('AdminListGroupsForUser', { Username: ALICE });
    expect(namesIn(groups)).toEqual(['staff', 'admins']);
    const { body } = await world.admin('ListUsersInGroup', { GroupName: 'staff' });
    expect(body.Users).toHaveLength(2);
  });

  test('§2 has it in both tokens, until taken out again', async () => {
    const world = await createWorldWithGroups({ GroupName: 'staff' });
    await add(world, 'staff');
    const { IdToken, AccessToken } = await world.signIn();
    for (const token of [IdToken, AccessToken]) {
      expect(claimsOf(token)['cognito:groups']).toEqual(['staff']);
    }
    await world.admin('AdminRemoveUserFromGroup', { Username: ALICE, GroupName: 'staff' });
    expect(claimsOf((await world.signIn()).IdToken)).not.toHaveProperty('cognito:groups');
  });
});

describe('§2 the roles of groups', () => {
  async function claimsWith(...precedences: readonly (number | undefined)[]) {
    const groups = precedences.map((Precedence, index) => ({
      GroupName: `g${index}`,
      RoleArn: role(`r${index}`),
      Precedence,
    }));
    const world = await createWorldWithGroups(...groups);
    for (const { GroupName } of groups) await add(world, GroupName);
    return claimsOf((await world.signIn()).IdToken);
  }

  test('§2 are in the id token, that of the lowest precedence preferred', async () => {
    const claims = await claimsWith(undefined, 5, 1);
    expect(claims['cognito:roles']).toEqual([role('r2'), role('r1'), role('r0')]);
    expect(claims['cognito:preferred_role']).toBe(role('r2'));
  });

  test('§2 two of one precedence leave none preferred', async () => {
    expect(await claimsWith(1, 1)).not.toHaveProperty('cognito:preferred_role');
  });
});
