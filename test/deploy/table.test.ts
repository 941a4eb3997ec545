/** `npm run table -- create`, run as the process it is. */
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { localClientConfig } from '../../deploy/local/client-config.ts';
import { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { describeOnEachDynamoDb, PATIENCE_MS } from '../support/dynamodb.ts';
import { Program } from '../support/program.ts';
import { startTables } from '../support/table-server.ts';

async function run(...args: string[]) {
  const program = new Program('deploy/table.ts', args, { AWS_REGION: undefined });
  return { code: await program.exited, output: program.output };
}

const create = (url: string, ...more: string[]) =>
  run('create', '--table', 'phone-otp', '--endpoint', url, ...more);

const KEYED = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
};

describe('npm run table -- create', () => {
  it('makes the table as it should be, and says so', async () => {
    const tables = await startTables();
    expect(await create(tables.url)).toEqual({
      code: 0,
      output: `table phone-otp
set  key pk
set  on demand
set  deletion protection
set  expiry by expiresAt
set  point-in-time recovery
`,
    });
    expect(tables.settings()).toMatchObject({
      ...KEYED,
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      expiry: { AttributeName: 'expiresAt' },
      backups: 'ENABLED',
    });
  });

  it('changes nothing a second time', async () => {
    const tables = await startTables();
    await create(tables.url);
    const made = [...tables.changes];
    const { code, output } = await create(tables.url, '--json');
    expect(code).toBe(0);
    expect(tables.changes).toEqual(made);
    expect(JSON.parse(output)).toMatchObject({
      table: 'phone-otp',
      settings: Array(5).fill({ state: 'was' }),
    });
  });

  it('sets what a table lacks, and goes on where it was interrupted', async () => {
    const tables = await startTables();
    tables.hold({ ...KEYED, BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } });
    tables.fail('UpdateTimeToLive', 'AccessDeniedException');
    const interrupted = await create(tables.url);
    expect(interrupted.code).toBe(2);
    expect(interrupted.output).toContain('ok   key pk\nok   on demand\nset  deletion protection\n');
    expect(interrupted.output).toContain(
      'NOT  expiry by expiresAt: AWS refuses access: the credentials need dynamodb:UpdateTimeToLive.\n',
    );
    const { code, output } = await create(tables.url);
    expect(code).toBe(0);
    expect(output).toContain('ok   deletion protection\nset  expiry by expiresAt\nok   point');
  });

  it('leaves what somebody has chosen: a fixed capacity, or another expiry', async () => {
    const tables = await startTables();
    tables.hold(
      { ...KEYED, TableName: 'phone-otp' },
      {
        TimeToLiveStatus: 'ENABLED',
        AttributeName: 'ttl',
      },
    );
    const { code, output } = await create(tables.url);
    expect(code).toBe(2);
    expect(output).toMatch(/^NOT {2}on demand: .* --table-name phone-otp --billing-mode /m);
    expect(output).toMatch(/^NOT {2}expiry by expiresAt: Its items expire by ttl: /m);
  });

  it('waits until a new table has backups', async () => {
    const tables = await startTables();
    tables.fail('UpdateContinuousBackups', 'ContinuousBackupsUnavailableException');
    expect((await create(tables.url)).code).toBe(0);
    expect(tables.settings()).toMatchObject({ backups: 'ENABLED' });
  });

  it('touches no table with another key', async () => {
    const tables = await startTables();
    tables.hold({ ...KEYED, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] });
    const { code, output } = await create(tables.url);
    expect(code).toBe(1);
    expect(output).toMatch(/^There is a table phone-otp with another key than pk, .*\n$/);
    expect(tables.changes).toEqual([]);
  });

  it('says in one sentence what it takes, and what it must be allowed to do', async () => {
    const tables = await startTables();
    tables.fail('CreateTable', 'AccessDeniedException');
    for (const [args, sentence] of [
      [['--table', 'phone-otp'], 'Say create: see npm run table -- --help.'],
      [['create'], "--table takes the name of the function's table"],
      [['create', '--table', 'a b'], '--table is "a b"; it takes'],
      [['create', '--table', 'phone-otp'], 'Say the region, such as --region eu-west-1.'],
      [['create', '--table', 'phone-otp', '--region', ''], 'Say the region, such as'],
      [
        ['create', '--table', 'phone-otp', '--endpoint', tables.url],
        'the credentials need dynamodb:CreateTable.',
      ],
    ] as const) {
      const { code, output } = await run(...args);
      expect(code).toBe(1);
      expect(output.trim().split('\n')).toHaveLength(1);
      expect(output).toContain(sentence);
    }
    expect((await run('--help')).output).toContain('npm run table -- create --table NAME');
  });
});

describeOnEachDynamoDb((dynamoDb) => {
  it('makes a table that the function works with, and says what this server can not do', async () => {
    await dynamoDb.stores(1);
    const client = new DynamoDBClient(localClientConfig(dynamoDb.url()));
    await client.send(new DeleteTableCommand({ TableName: dynamoDb.tableName() }));
    client.destroy();
    const args = ['create', '--table', dynamoDb.tableName(), '--endpoint', dynamoDb.url()];
    const { code, output } = await run(...args);
    expect(output).toContain('set  key pk\nset  on demand\n');
    // No local server keeps all of it.
    expect(code).toBe(2);
    expect(output).toMatch(/^NOT {2}point-in-time recovery: AWS refuses dynamodb:\w+: Unknown/m);
    const config = localClientConfig(dynamoDb.url());
    const store = new DynamoDbStore(dynamoDb.tableName(), config, PATIENCE_MS);
    expect(await store.smsTraffic().stop('SG')).toEqual(new Set(['SG']));
    store.close();
    expect((await run(...args)).output).toContain('ok   key pk\nok   on demand\n');
  });
});
