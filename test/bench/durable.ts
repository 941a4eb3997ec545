/** How often a sign-in with everything in DynamoDB waits for it. The same at each run, whatever the machine. */
import {
  BUDGETS,
  type EventRoundTrips,
  measureStoreUse,
  readsAndWrites,
} from '../support/store-round-trips.ts';
import type { Subject } from './subject.ts';
import type { Table } from './table.ts';

// They go to the terminal, which is for the tables here.
process.env.POWERTOOLS_METRICS_DISABLED = 'true';

export const durable: Subject = {
  about: 'DynamoDB: round trips one after the other by event, reads and writes',
  async measure() {
    const byDefault = await measureStoreUse();
    const withBudgets = await measureStoreUse(BUDGETS);
    const figures = { byDefault, withBudgets };
    return {
      tables: [
        roundTrips('A sign-in at the first try', byDefault.atFirstTry, withBudgets.atFirstTry),
        roundTrips(
          'A sign-in with a wrong answer and a resend',
          byDefault.withDetours,
          withBudgets.withDetours,
        ),
      ],
      figures,
    };
  },
};

function roundTrips(
  title: string,
  byDefault: readonly EventRoundTrips[],
  withBudgets: readonly EventRoundTrips[],
): Table {
  const columns = [byDefault, withBudgets];
  return {
    caption: `${title}: round trips to DynamoDB (and the calls that each is made of)`,
    columns: ['', 'by default', 'with both budgets'],
    rows: [
      ...byDefault.map(({ event }, i) => [
        event,
        ...columns.map((events) => describe(events[i]?.roundTrips ?? [])),
      ]),
      [
        'together',
        ...columns.map((events) => {
          const { reads, writes } = readsAndWrites(events);
          return `${events.flatMap(({ roundTrips }) => roundTrips).length} (${writes} writes, ${reads} reads)`;
        }),
      ],
    ],
  };
}

function describe(trips: EventRoundTrips['roundTrips']): string {
  const calls = trips.map((operations) => operations.length).join('+');
  return trips.length === 0 ? '0' : `${trips.length} (${calls})`;
}
