import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DynamoDbAccountLedger } from '../../src/adapters/account-ledger/dynamodb.ts';
import { MemoryAccountLedger } from '../../src/adapters/account-ledger/memory.ts';
import { NoAccountLedger } from '../../src/adapters/account-ledger/none.ts';
import { DynamoDbChallengeRepository } from '../../src/adapters/challenge-repository/dynamodb.ts';
import { SessionChallengeRepository } from '../../src/adapters/challenge-repository/session.ts';
import { DynamoDbIdempotencyStore } from '../../src/adapters/idempotency-store/dynamodb.ts';
import { NoIdempotencyStore } from '../../src/adapters/idempotency-store/none.ts';
import { DynamoDbSmsTraffic } from '../../src/adapters/sms-traffic/dynamodb.ts';
import { MemorySmsTraffic } from '../../src/adapters/sms-traffic/memory.ts';
import { NoSmsTraffic } from '../../src/adapters/sms-traffic/none.ts';
import { createContainer } from '../../src/container/container.ts';
import { openAdapters, readConfig, readEnvironment } from '../../src/container/open-adapters.ts';
import { TOKENS } from '../../src/container/tokens.ts';
import { DURABLE, ENV } from '../support/function.ts';

async function containerFor(env: Readonly<Record<string, string>>) {
  const config = readConfig({ ...ENV, TABLE_NAME: 'phone-otp', ...env });
  return createContainer(config, await openAdapters(config));
}

describe('The container', () => {
  it.each([
    ['session', SessionChallengeRepository, NoIdempotencyStore],
    ['dynamodb', DynamoDbChallengeRepository, DynamoDbIdempotencyStore],
  ])('keeps challenges where CHALLENGE_REPOSITORY=%s says', async (name, repository, rounds) => {
    const container = await containerFor({ CHALLENGE_REPOSITORY: name });
    expect(container.get(TOKENS.challengeRepository)).toBeInstanceOf(repository);
    expect(container.get(TOKENS.idempotencyStore)).toBeInstanceOf(rounds);
  });

  it.each([
    ['none', NoAccountLedger, NoSmsTraffic],
    ['memory', MemoryAccountLedger, MemorySmsTraffic],
    ['dynamodb', DynamoDbAccountLedger, DynamoDbSmsTraffic],
  ])('counts where RATE_LIMITER=%s says', async (name, ledger, traffic) => {
    const container = await containerFor({ RATE_LIMITER: name });
    expect(container.get(TOKENS.accountLedger)).toBeInstanceOf(ledger);
    expect(container.get(TOKENS.smsTraffic)).toBeInstanceOf(traffic);
  });

  it('loads nothing for DynamoDB unless it is chosen', async () => {
    for (const env of [ENV, { ...ENV, RATE_LIMITER: 'memory' }]) {
      expect((await openAdapters(readConfig(env))).dynamoDb).toBeUndefined();
    }
  });

  it('is not made where the settings choose DynamoDB, which was not opened', async () => {
    const config = readConfig({ ...ENV, ...DURABLE });
    const adapters = { ...(await openAdapters(config)), dynamoDb: undefined };
    expect(() => createContainer(config, adapters)).toThrow('which was not opened');
  });
});

describe('The environment', () => {
  it('is filled in from the file of settings that it names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'settings-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const SETTINGS_FILE = join(folder, 'settings.json');
    await writeFile(SETTINGS_FILE, '{"OTP_LENGTH":8}');
    const env = { ...ENV, SETTINGS_FILE };
    expect(await readEnvironment(env)).toEqual({ ...env, OTP_LENGTH: '8' });
  });
});
