import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecencyMap } from '../../../../src/adapters/account-ledger/lib/recency-map.ts';

const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key: fc.nat(9), value: fc.nat() }),
  fc.record({ kind: fc.constant('delete' as const), key: fc.nat(9) }),
  fc.record({ kind: fc.constant('deleteOldest' as const) }),
);

describe('The map that knows its oldest entry', () => {
  it('holds what a list would that puts each entry that is set to its end', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const map = new RecencyMap<number, number>();
        let list: (readonly [key: number, value: number])[] = [];
        for (const done of steps) {
          if (done.kind === 'deleteOldest') {
            map.deleteOldest();
            list = list.slice(1);
            continue;
          }
          list = list.filter(([key]) => key !== done.key);
          if (done.kind === 'set') {
            map.set(done.key, done.value);
            list.push([done.key, done.value]);
          } else {
            map.delete(done.key);
          }
        }
        expect(map.size).toBe(list.length);
        expect(list.map(([key]) => map.get(key))).toEqual(list.map(([, value]) => value));
      }),
    );
  });

  it.each([
    ['was never asked for its oldest entry', () => {}],
    ['was asked for it once', (map: RecencyMap<number, object>) => map.deleteOldest()],
  ])('lets go of what was replaced, though it %s', async (_, ask) => {
    const map = new RecencyMap<number, object>();
    map.set(0, {});
    ask(map);
    const values: WeakRef<object>[] = [];
    for (let i = 0; i < 1000; i++) {
      const value = {};
      values.push(new WeakRef(value));
      map.set(i % 10, value);
    }
    await collectGarbage();
    expect(map.size).toBe(10);
    expect(values.filter((value) => value.deref() !== undefined)).toHaveLength(10);
  });
});

/** All that nothing refers to any more is gone then. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  // A new weak reference holds its object until the job is done that made it.
  await setImmediate();
  runInNewContext('gc')();
}
