import { describe, expect, it } from 'vitest';
import { DynamoDbChallengeRepository } from '../src/adapters/challenge-repository/dynamodb.ts';
import { SessionChallengeRepository } from '../src/adapters/challenge-repository/session.ts';
import { DynamoDbConversionCounter } from '../src/adapters/conversion-counter/dynamodb.ts';
import { MemoryConversionCounter } from '../src/adapters/conversion-counter/memory.ts';
import { NoConversionCounter } from '../src/adapters/conversion-counter/none.ts';
import { DynamoDbFailureCounter } from '../src/adapters/failure-counter/dynamodb.ts';
import { MemoryFailureCounter } from '../src/adapters/failure-counter/memory.ts';
import { NoFailureCounter } from '../src/adapters/failure-counter/none.ts';
import { DynamoDbRateLimiter } from '../src/adapters/rate-limiter/dynamodb.ts';
import { MemoryRateLimiter } from '../src/adapters/rate-limiter/memory.ts';
import { NoRateLimiter } from '../src/adapters/rate-limiter/none.ts';
import { createContainer, openAdapters, readConfig } from '../src/container.ts';
import { CreateAuthChallenge } from '../src/domain/create-auth-challenge.ts';
import { CreateOnce } from '../src/domain/create-once.ts';
import { TOKENS } from '../src/tokens.ts';
import { ENV } from './support/function.ts';

async function containerFor(env: Readonly<Record<string, string>>) {
  const config = readConfig({ ...ENV, TABLE_NAME: 'phone-otp', ...env });
  return createContainer(config, await openAdapters(config));
}

describe('The container', () => {
  it.each([
    ['session', SessionChallengeRepository, CreateAuthChallenge],
    ['dynamodb', DynamoDbChallengeRepository, CreateOnce],
  ])('keeps challenges where CHALLENGE_REPOSITORY=%s says', async (name, repository, create) => {
    const container = await containerFor({ CHALLENGE_REPOSITORY: name });
    expect(container.get(TOKENS.challengeRepository)).toBeInstanceOf(repository);
    expect(container.get(TOKENS.openRound)).toBeInstanceOf(create);
  });

  it.each([
    ['none', NoRateLimiter, NoFailureCounter, NoConversionCounter],
    ['memory', MemoryRateLimiter, MemoryFailureCounter, MemoryConversionCounter],
    ['dynamodb', DynamoDbRateLimiter, DynamoDbFailureCounter, DynamoDbConversionCounter],
  ])('counts where RATE_LIMITER=%s says', async (name, limiter, failures, conversions) => {
    const container = await containerFor({ RATE_LIMITER: name });
    expect(container.get(TOKENS.rateLimiter)).toBeInstanceOf(limiter);
    expect(container.get(TOKENS.failureCounter)).toBeInstanceOf(failures);
    expect(container.get(TOKENS.conversionCounter)).toBeInstanceOf(conversions);
  });

  it('loads nothing for DynamoDB unless it is chosen', async () => {
    for (const env of [ENV, { ...ENV, RATE_LIMITER: 'memory' }]) {
      expect((await openAdapters(readConfig(env))).dynamoDb).toBeUndefined();
    }
  });
});
