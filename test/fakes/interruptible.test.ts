import { describe, expect, it } from 'vitest';
import { StoreError } from '../../src/domain/ports/store-error.ts';
import { interruptible } from './interruptible.ts';

/** A port of one method that answers later and one that answers at once. */
class Counter {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  async add(amount: number): Promise<number> {
    return this.addNow(amount);
  }

  addNow(amount: number): number {
    this.#count += amount;
    return this.#count;
  }
}

describe('An interruptible port', () => {
  it('is as it was until a call is interrupted', async () => {
    const counter = interruptible(new Counter());
    expect(await counter.add(2)).toBe(2);
    expect(counter.addNow(3)).toBe(5);
    expect(counter.count).toBe(5);
  });

  it('does something before each call', async () => {
    const counter = interruptible(new Counter());
    const seen: unknown[] = [];
    counter.before('addNow', (amount) => {
      seen.push([amount, counter.count]);
    });
    expect([counter.addNow(2), counter.addNow(3)]).toEqual([2, 5]);
    expect(seen).toEqual([
      [2, 0],
      [3, 2],
    ]);
  });

  it('makes the call when what comes before it is done, and not when it fails', async () => {
    const counter = interruptible(new Counter());
    const { promise, resolve } = Promise.withResolvers<void>();
    counter.before('add', () => promise);
    const adding = counter.add(2);
    expect(counter.count).toBe(0);
    resolve();
    expect(await adding).toBe(2);
    counter.before('add', () => Promise.reject(new Error('too late')));
    await expect(counter.add(2)).rejects.toThrow('too late');
    expect(counter.count).toBe(2);
  });

  it('does something after each call, whose caller hears of it only then', async () => {
    const counter = interruptible(new Counter());
    const seen: unknown[] = [];
    counter.after('add', (amount) => {
      seen.push([amount, counter.count]);
    });
    expect(await counter.add(2)).toBe(2);
    expect(seen).toEqual([[2, 2]]);
    counter.after('add', () => Promise.reject(new Error('too late')));
    await expect(counter.add(3)).rejects.toThrow('too late');
    expect(counter.count).toBe(5);
  });

  it('does something else in place of a call', () => {
    const counter = interruptible(new Counter());
    counter.instead('addNow', (amount) => -amount);
    expect(counter.addNow(2)).toBe(-2);
    expect(counter.count).toBe(0);
  });

  it('fails as a store does, or as it is told to', async () => {
    const counter = interruptible(new Counter());
    counter.fail('add');
    await expect(counter.add(2)).rejects.toThrow(StoreError);
    counter.fail('add', undefined);
    expect(await counter.add(2).catch((thrown) => [thrown])).toEqual([undefined]);
    expect(counter.count).toBe(0);
  });

  it('goes on when it is resumed; the newest interruption holds until then', async () => {
    const counter = interruptible(new Counter());
    const resumeOld = counter.fail('add', new Error('old'));
    const resume = counter.fail('add', new Error('new'));
    resumeOld();
    await expect(counter.add(2)).rejects.toThrow('new');
    resume();
    expect(await counter.add(2)).toBe(2);
  });

  it('leaves its other methods alone, and what it calls on itself', async () => {
    const counter = interruptible(new Counter());
    counter.instead('addNow', () => 0);
    expect(await counter.add(2)).toBe(2);
  });
});
