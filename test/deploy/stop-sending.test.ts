/** `npm run stop-sending` and `npm run resume-sending`, run as the processes they are, beside two containers. */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useDynamoDb } from '../support/dynamodb.ts';
import { startFaultyDynamoDb } from '../support/dynamodb-faults.ts';
import { createFleet } from '../support/fleet.ts';
import { captureLog } from '../support/function.ts';
import { Program } from '../support/program.ts';
import {
  KNOWN_USER,
  SignInDriver,
  UNKNOWN_USER,
  userWithNumber,
} from '../support/sign-in-driver.ts';

const dynamoDb = useDynamoDb();

const NOBODY = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

async function run(
  command: 'stop' | 'resume',
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
) {
  const program = new Program(`deploy/${command}-sending.ts`, args, { ...NOBODY, ...env });
  return { code: await program.exited, output: program.output };
}

const here = () => ['--table', dynamoDb.tableName(), '--endpoint', dynamoDb.url()];
const stop = (...args: string[]) => run('stop', [...here(), ...args]);
const resume = (...args: string[]) => run('resume', [...here(), ...args]);

async function createWorld(env: Readonly<Record<string, string>> = {}) {
  const log = captureLog();
  const fleet = await createFleet(dynamoDb, { containers: 2, env });
  let last = 0;
  /** One new sign-in at each container, and what its client is told. */
  const statuses = async (user?: typeof KNOWN_USER) => {
    const told = [];
    for (const handler of fleet.handlers) {
      fleet.clock.advance(16_000);
      last += 1;
      const driver = new SignInDriver(handler, user ?? userWithNumber(`+6591234${500 + last}`));
      const step = await driver.start();
      told.push(step.kind === 'challenge' ? step.parameters.status : step.kind);
    }
    return told;
  };
  const refusals = () => log.lines().filter(({ outcome }) => outcome === 'throttled');
  return { fleet, statuses, refusals };
}

describe('npm run stop-sending', () => {
  it('A36: stops the SMS of every container at its next sign-in, until they are resumed', async () => {
    const { fleet, statuses, refusals } = await createWorld();
    expect(await statuses()).toEqual(['SENT', 'SENT']);
    expect(await stop()).toEqual({ code: 0, output: 'All SMS are stopped.\n' });
    expect(await statuses()).toEqual(['THROTTLED', 'THROTTLED']);
    expect(fleet.gateway.attempts).toBe(2);
    expect(refusals()).toMatchObject(Array(2).fill({ reason: 'sending-stopped', level: 'WARN' }));
    expect(await resume()).toEqual({ code: 0, output: 'SMS are sent to all countries.\n' });
    expect(await statuses()).toEqual(['SENT', 'SENT']);
  });

  it('A24: tells strangers what it tells users', async () => {
    const { statuses } = await createWorld({ HIDE_USER_EXISTENCE: 'true' });
    await stop();
    expect(await statuses(UNKNOWN_USER)).toEqual(await statuses());
  });

  it('A24: stops a country’s without a word, where user existence is hidden', async () => {
    const { fleet, statuses, refusals } = await createWorld({ HIDE_USER_EXISTENCE: 'true' });
    expect((await stop('--country', 'SG')).output).toBe(
      'SMS to SG are stopped; all others are sent.\n',
    );
    expect(await statuses()).toEqual(['SENT', 'SENT']);
    expect(fleet.gateway.attempts).toBe(0);
    expect(refusals()).toMatchObject(
      Array(2).fill({ reason: 'country-stopped', country: 'SG', status: 'SENT' }),
    );
    expect(await statuses(KNOWN_USER)).toEqual(['SENT', 'SENT']);
    expect(fleet.gateway.attempts).toBeGreaterThan(0);
  });

  it('lets a code be answered that is out', async () => {
    const { fleet } = await createWorld();
    const [first, second] = fleet.handlers;
    const driver = new SignInDriver(first ?? fleet.handler, userWithNumber('+6591234999'));
    await driver.start();
    await stop();
    expect(await driver.answer(fleet.gateway.lastCode)).toEqual({ kind: 'tokens' });
    expect(second).toBeDefined();
  });

  it('keeps a country stopped by its name when all others are resumed', async () => {
    await dynamoDb.stores(1);
    await stop('--country', 'SG');
    await stop('--country', 'MY');
    expect((await stop()).output).toBe(
      'All SMS are stopped. When that ends, those to MY, SG stay stopped.\n',
    );
    expect((await resume()).output).toBe('SMS to MY, SG are stopped; all others are sent.\n');
    expect(JSON.parse((await resume('--country', 'MY', '--json')).output)).toEqual({
      stopped: { all: false, countries: ['SG'] },
    });
  });

  it('says in one sentence what it takes', async () => {
    for (const [args, sentence] of [
      [['--endpoint', dynamoDb.url()], "--table takes the name of the function's table"],
      [['--table', 'a b'], '--table is "a b"; it takes'],
      [[...here(), '--country', 'Singapore'], '--country takes the ISO 3166-1 code'],
      [['--tabel', 'x'], 'see npm run stop-sending -- --help.'],
      [['--table', 'none', '--endpoint', dynamoDb.url()], 'There is no such table there'],
    ] as const) {
      const { code, output } = await run('stop', args);
      expect(code).toBe(1);
      expect(output.trim().split('\n')).toHaveLength(1);
      expect(output).toContain(sentence);
    }
  });

  it('says what it must be allowed to do, and goes by a profile', async () => {
    const faulty = await startFaultyDynamoDb(dynamoDb.url());
    onTestFinished(() => faulty.close());
    faulty.always({ status: 400, name: 'AccessDeniedException' });
    const file = join(tmpdir(), `credentials-${process.pid}`);
    await writeFile(file, '[ops]\naws_access_key_id = a\naws_secret_access_key = b\n');
    const place = ['--table', 'phone-otp', '--region', 'eu-west-1', '--profile', 'ops'];
    const { code, output } = await run('stop', place, {
      AWS_ENDPOINT_URL_DYNAMODB: faulty.url,
      AWS_SHARED_CREDENTIALS_FILE: file,
    });
    expect(code).toBe(1);
    expect(output).toMatch(
      /^DynamoDB refuses access: .* need dynamodb:UpdateItem on the table\.\n$/,
    );
  });

  it('asks for credentials where it has none', async () => {
    const place = ['--table', 'phone-otp', '--region', 'eu-west-1', '--profile', 'none'];
    const { code, output } = await run('stop', place, { AWS_EC2_METADATA_DISABLED: 'true' });
    expect(code).toBe(1);
    expect(output).toMatch(/There are no AWS credentials: .* --profile\.\n$/);
    expect(output).not.toContain('refuses');
  });

  it('explains itself', async () => {
    for (const command of ['stop', 'resume'] as const) {
      const { code, output } = await run(command, ['--help']);
      expect(code).toBe(0);
      expect(output).toContain(`npm run ${command}-sending -- --table NAME`);
      expect(output).toContain('Ends with 0 if it was done; with 1 if not.');
    }
  });
});
