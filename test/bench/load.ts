/**
 * Whole sign-ins by the thousand, a hundred at a time, in one process of the built function. Lambda gives a container
 * one event at a time: here whatever one sign-in could take from another, or leave behind, has the most chances to.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunction } from '../../deploy/bundling/bundle.ts';
import type { Held } from './load/function-process.ts';
import { type Load, type LoadResult, runLoad, STORES, STRETCH, type Store } from './load/run.ts';
import { growthOf, quantileOf } from './statistics.ts';
import type { Subject } from './subject.ts';
import type { Table } from './table.ts';

/** The same sign-ins at each run. */
const SEED = 1;

/** For each store. */
const MAX_MINUTES = 10;

/**
 * KiB that the heap may grow by with each thousand sign-ins. Where nothing is kept, it is about 0; a leak of 60 bytes a
 * sign-in, which there was, made it 59.
 */
const MAX_GROWTH_KIB = 24;

/** Enough to tell growth from what the heap differs by from one time to the next. */
const MIN_STRETCHES = 10;

/**
 * Sockets and timers that a container at rest may hold more of in the end than after the first thousand: connections to
 * DynamoDB that it keeps for the next event.
 */
const MAX_MORE_RESOURCES = 4;

/**
 * How each store is put under load. The ledger in memory keeps 10,000 accounts, and the map that it is made of grows
 * once more when so many have been replaced: both have happened before anything counts. dynalite answers few calls at
 * once within the 600 ms that the function gives each.
 */
const WAYS: Readonly<Record<Store, Pick<Load, 'eventsAtOnce' | 'begunBefore'>>> = {
  session: { eventsAtOnce: 100, begunBefore: 18_000 },
  dynamodb: { eventsAtOnce: 12 },
};

type Results = Readonly<Record<Store, LoadResult>>;

export const load: Subject = {
  about:
    'whole sign-ins, 100 at once in one process: ends with 1 if any goes wrong, or memory grows',
  runs: 10_000,
  async measure(_, runs, ended) {
    const bundle = await mkdtemp(join(tmpdir(), 'bench-load-'));
    // For what hangs: nothing else takes as long again.
    const limit = AbortSignal.timeout(STORES.length * 2 * MAX_MINUTES * 60_000);
    try {
      await bundleFunction(bundle);
      const results: Partial<Record<Store, LoadResult>> = {};
      for (const store of STORES) {
        results[store] = await runLoad({
          ...{ store, bundle, signIns: runs, atOnce: 100, seed: SEED },
          ...WAYS[store],
          ...(runs < MIN_STRETCHES * STRETCH && { begunBefore: 0 }),
          maxMinutes: MAX_MINUTES,
          ended: AbortSignal.any([ended, limit]),
        });
      }
      return report(runs, results as Results);
    } finally {
      await rm(bundle, { recursive: true, force: true });
    }
  },
};

function report(runs: number, results: Results) {
  return {
    tables: [sums(runs, results), times(results)],
    figures: { runs, seed: SEED, ...results },
    failures: STORES.flatMap((store) =>
      [...failuresOf(results[store]), ...growthFailures(results[store])].map(
        (failure) => `load, ${store}: ${failure}`,
      ),
    ),
  };
}

/** The first of them: when much goes wrong, it goes wrong in the same way. */
function failuresOf({ wrong }: LoadResult): string[] {
  const shown = wrong.slice(0, 10);
  const more = wrong.length - shown.length;
  return more > 0 ? [...shown, `… and ${more} more of the kind.`] : shown;
}

function growthFailures({ held }: LoadResult): string[] {
  const [first, last] = [held.at(0), held.at(-1)];
  if (first === undefined || last === undefined || held.length < MIN_STRETCHES) return [];
  const failures = [];
  const growth = heapGrowth(held);
  if (growth > MAX_GROWTH_KIB) {
    failures.push(
      `The heap grew by ${growth.toFixed(1)} KiB with each thousand sign-ins, and may by ${MAX_GROWTH_KIB}.`,
    );
  }
  for (const [name, count] of Object.entries(last.resources)) {
    const before = first.resources[name] ?? 0;
    if (count > before + MAX_MORE_RESOURCES) {
      failures.push(
        `There are ${count} ${name} open in the end, ${before} after the first thousand.`,
      );
    }
  }
  return failures;
}

/** KiB with each thousand sign-ins of the later half: in the first, V8 still compiles what runs often. */
function heapGrowth(held: readonly Held[]): number {
  const later = held.slice(Math.floor(held.length / 2));
  return growthOf(later.map(({ heapBytes }) => heapBytes)) / 1024;
}

function sums(runs: number, results: Results): Table {
  const row = (name: string, of: (result: LoadResult) => string) => [
    name,
    ...STORES.map((store) => of(results[store])),
  ];
  const heap = (held: Held | undefined) =>
    held === undefined ? '' : (held.heapBytes / 2 ** 20).toFixed(2);
  return {
    caption: `${runs} sign-ins with each store, 100 at a time; the heap is what a full collection leaves`,
    columns: ['', ...STORES],
    rows: [
      row('sign-ins a second', ({ endings, seconds }) => {
        const played = endings.tokens + endings.failed + endings.open;
        return (played / seconds).toFixed(0);
      }),
      row('ended in tokens', ({ endings }) => String(endings.tokens)),
      row('failed, as planned', ({ endings }) => String(endings.failed)),
      row('left open, as planned', ({ endings }) => String(endings.open)),
      row('SMS', ({ sms }) => String(sms)),
      row('otherwise than planned', ({ wrong }) => String(wrong.length)),
      row('heap after the first thousand, MiB', ({ held }) => heap(held.at(0))),
      row('heap after the last', ({ held }) => heap(held.at(-1))),
      row('growth with each thousand of the later half, KiB', ({ held }) =>
        held.length < MIN_STRETCHES ? '' : heapGrowth(held).toFixed(1),
      ),
      row('sockets and timers after the first', ({ held }) => resources(held.at(0))),
      row('sockets and timers after the last', ({ held }) => resources(held.at(-1))),
    ],
  };
}

function resources(held: Held | undefined): string {
  return held === undefined
    ? ''
    : String(Object.values(held.resources).reduce((sum, count) => sum + count, 0));
}

function times(results: Results): Table {
  const triggers = Object.keys(results.session.took) as (keyof LoadResult['took'])[];
  return {
    caption: 'Each event, ms, among so many at once',
    columns: ['', ...STORES.flatMap((store) => [`${store}: p50`, 'p99'])],
    rows: triggers.map((trigger) => [
      trigger.replace(/Auth.*/, ''),
      ...STORES.flatMap((store) => {
        const took = results[store].took[trigger] ?? [];
        return [quantileOf(took, 0.5).toFixed(1), quantileOf(took, 0.99).toFixed(1)];
      }),
    ]),
  };
}
