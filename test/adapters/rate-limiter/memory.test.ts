import { describe, expect, it } from 'vitest';
import { MemoryRateLimiter } from '../../../src/adapters/rate-limiter/memory.ts';
import { describeRateLimiterContract } from '../../contracts/rate-limiter.contract.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';

describeRateLimiterContract('memory', () => {
  const clock = new ManualClock();
  return { limiters: [new MemoryRateLimiter(clock)], clock };
});

describe('MemoryRateLimiter', () => {
  it('forgets closed windows, not open ones, when there are very many', async () => {
    const clock = new ManualClock();
    const limiter = new MemoryRateLimiter(clock);
    const hourly = [{ max: 1, windowMs: 3_600_000 }];
    const daily = [{ max: 1, windowMs: 86_400_000 }];
    await limiter.take('kept', daily);
    for (let i = 0; i < 10_000; i++) {
      await limiter.take(`key ${i}`, hourly);
    }
    clock.advance(3_600_000);
    await limiter.take('one more', hourly);
    expect((await limiter.take('kept', daily)).kind).toBe('refused');
  });
});
