/** The commands for a pool that exists, as deploy/README.md shows them, run one after the other. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startAccount } from '../support/account-server.ts';
import { STRONG_KEY } from '../support/keys.ts';
import { createOperatorWorld } from '../support/operator-world.ts';

const page = await readFile('deploy/README.md', 'utf8');
const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));

/** A line of a block, with the ids that it is written with. */
const COMMAND = /^ *npm run (attach|detach|doctor) -- (.+)$/gm;
const ITS_POOL = 'eu-west-1_AbCdEfGhI';
const ITS_CLIENT = '1example23456789';
const ITS_BACKUP = /eu-west-1_AbCdEfGhI\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.backup\.json/;

async function createWorld() {
  const world = await createOperatorWorld({
    pool: { UsernameAttributes: ['phone_number'] },
    client: {
      ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      AuthSessionValidity: 5,
      WriteAttributes: ['locale'],
    },
    configuration: {
      ...{ Timeout: 5, Runtime: 'nodejs24.x', MemorySize: 256 },
      Environment: { Variables: { OTP_HASH_KEY: STRONG_KEY } },
    },
  });
  const { env } = await startAccount({ tables: {}, isInSandbox: false, spendLimit: '500' });
  const { userPoolId, clientId, directory } = world;
  const run = async (name: string, options: string) => {
    const [backup = ''] = await readdir(directory);
    const args = options
      .replace(ITS_BACKUP, backup)
      .replace(ITS_POOL, userPoolId)
      .replace(ITS_CLIENT, clientId);
    const file = String(scripts[name]).replace('node ', '');
    return world.run(file, args.split(' '), env);
  };
  return { ...world, run };
}

describe('The page on AWS', () => {
  it('shows commands that attach the function, look at it, and go back', async () => {
    const { run, readPool } = await createWorld();
    const before = (await readPool()).LambdaConfig;
    const ends: (readonly [string, number | null, string])[] = [];
    for (const [, name = '', options = ''] of page.matchAll(COMMAND)) {
      const { code, output } = await run(name, options);
      ends.push([name, code, output.trim().split('\n').at(-1) ?? '']);
    }
    expect(ends).toEqual([
      ['attach', 0, expect.stringMatching(/^Done, and read back/)],
      ['attach', 0, expect.stringMatching(/^Nothing to change/)],
      ['attach', 0, expect.stringMatching(/^Nothing to change/)],
      ['doctor', 0, expect.stringMatching(/ 0 to mend\.$/)],
      ['detach', 0, 'Done, and read back.'],
      // What detach took away.
      ['doctor', 1, expect.stringMatching(/ 3 to mend\.$/)],
    ]);
    expect((await readPool()).LambdaConfig).toEqual(before);
  });
});
