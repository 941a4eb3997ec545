import { describe, expect, it } from 'vitest';
import { MemoryFailureCounter } from '../../../src/adapters/failure-counter/memory.ts';
import { describeFailureCounterContract } from '../../contracts/failure-counter.contract.ts';

describeFailureCounterContract('memory', () => [new MemoryFailureCounter()]);

describe('MemoryFailureCounter', () => {
  it('forgets what may be forgotten, and nothing else, when there are very many accounts', async () => {
    const none = { from: 0, below: 1 };
    const counter = new MemoryFailureCounter();
    await counter.add('blocked', none, 0);
    for (let i = 0; i < 10_000; i++) {
      await counter.add(`account ${i}`, none, 0, 1000);
    }
    await counter.add('one more', none, 2000, 9000);
    expect((await counter.read('blocked')).count).toBe(1);
    expect((await counter.read('account 5')).count).toBe(0);
  });
});
