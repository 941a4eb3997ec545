import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
import { type Answer, createWorld, expectError, POOL, SIGNED } from './world.ts';

interface Listed {
  readonly Username: string;
  readonly Attributes: readonly { readonly Name: string; readonly Value: string }[];
}
const usersIn = ({ body }: Answer) => body.Users as readonly Listed[];

describe('§2 ListUsers', () => {
  /** Ann, Anna and Ben, who is disabled. */
  async function createUsers() {
    const user = (username: string, given_name: string, family_name: string) => ({
      username,
      attributes: { given_name, family_name, email: `${username}@example.com` },
    });
    return createWorld({
      usernameAttributes: [],
      aliasAttributes: ['email'],
      users: [
        user('ann', 'Ann', 'O"Neill'),
        { ...user('anna', 'Anna', 'Berg'), status: 'UNCONFIRMED' },
        { ...user('ben', 'Ben', 'Berg'), enabled: false },
      ],
    });
  }

  const filters: readonly [string, readonly string[]][] = [
    ['', ['ann', 'anna', 'ben']],
    ['username = "ann"', ['ann']],
    ['username = "ANN"', []],
    ['given_name ^= "Ann"', ['ann', 'anna']],
    ['given_name="Ann"', ['ann']],
    ['"family_name" = "Berg"', ['anna', 'ben']],
    ['family_name = "O\\"Neill"', ['ann']],
    ['email ^= "b"', ['ben']],
    ['cognito:user_status = "confirmed"', ['ann', 'ben']],
    ['status = "Disabled"', ['ben']],
    ['phone_number = "+12025550100"', []],
  ];
  test.each(filters)('§2 with the filter %s finds %j', async (Filter, names) => {
    const world = await createUsers();
    const answer = await world.admin('ListUsers', { Filter });
    expect(usersIn(answer).map(({ Username }) => Username)).toEqual(names);
  });

  test.each([
    ['given_name', 'Error while parsing filter'],
    ['given_name = Ann', 'Error while parsing filter'],
    ['name = "b" and email = "d"', 'Error while parsing filter'],
    ['custom:level = "1"', 'Invalid search attribute: custom:level'],
  ])('§2 the filter %s is refused: %s', async (Filter, message) => {
    const world = await createUsers();
    const answer = await world.admin('ListUsers', { Filter });
    expectError(answer, 'InvalidParameterException', message);
  });

  test('§2 shows a user as AdminGetUser does, but for the name of the list', async () => {
    const world = await createWorld();
    const [user] = usersIn(await world.admin('ListUsers', {}));
    const { Attributes, ...rest } = user ?? {};
    const { body } = await world.admin('AdminGetUser', { Username: ALICE });
    expect({ ...rest, UserAttributes: Attributes }).toEqual(body);
  });

  test('§2 shows the attributes that were asked for', async () => {
    const world = await createUsers();
    const answer = await world.admin('ListUsers', { AttributesToGet: ['email'], Limit: 1 });
    expect(usersIn(answer)[0]?.Attributes).toEqual([{ Name: 'email', Value: 'ann@example.com' }]);
  });

  test('§2 shows none where none was asked for', async () => {
    const world = await createUsers();
    const answer = await world.admin('ListUsers', { AttributesToGet: [] });
    expect(usersIn(answer).flatMap(({ Attributes }) => Attributes)).toEqual([]);
  });

  test('§2 an attribute that is asked for must be set of all who are listed', async () => {
    const world = await createUsers();
    const UserAttributes = [{ Name: 'locale', Value: 'de' }];
    await world.admin('AdminUpdateUserAttributes', { Username: 'ann', UserAttributes });
    const list = (members: object) =>
      world.admin('ListUsers', { AttributesToGet: ['locale', 'sub'], ...members });
    expectError(
      await list({}),
      'InvalidParameterException',
      'One or more requested attributes do not exist.',
    );
    expect((await list({ Filter: 'username = "ann"' })).status).toBe(200);
  });

  test('§2 gives pages of Limit', async () => {
    const world = await createUsers();
    const first = await world.admin('ListUsers', { Limit: 2 });
    const { PaginationToken } = first.body;
    const second = await world.admin('ListUsers', { Limit: 2, PaginationToken });
    expect([usersIn(first).length, usersIn(second).length]).toEqual([2, 1]);
    expect(second.body).not.toHaveProperty('PaginationToken');
    expectError(
      await world.admin('ListUsers', { PaginationToken: 'made-up' }),
      'InvalidParameterException',
      'Invalid pagination token provided.',
    );
  });
});

describe('§2 ListUserPools', () => {
  test('§2 names the pools, page by page', async () => {
    const world = await createWorld();
    const { UserPoolId } = await world.createPool();
    const list = async (members: object) =>
      (await world.call('ListUserPools', { MaxResults: 1, ...members }, SIGNED)).body;
    const first = await list({});
    expect(first.UserPools).toEqual([expect.objectContaining({ Id: POOL, Name: 'Phone OTP' })]);
    const second = await list({ NextToken: first.NextToken });
    expect(second.UserPools).toEqual([expect.objectContaining({ Id: UserPoolId })]);
  });
});
