import { SystemClock } from '../../../src/adapters/clock/system.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { type ClockHarness, describeClockContract, systemTime } from '../clock.contract.ts';
import { altered, suitesOf } from './broken-port.ts';

const make =
  (changes: (clock: Clock) => Partial<Clock> = () => ({})) =>
  (): ClockHarness => ({ clock: altered(new SystemClock(), changes), ...systemTime() });

export const CLOCKS = suitesOf('clock', describeClockContract, make(), {
  'tells seconds': [
    'tells whole epoch milliseconds',
    make(() => ({ now: () => Math.floor(Date.now() / 1000) })),
  ],
  'tells fractions of milliseconds': [
    'tells whole epoch milliseconds',
    make(() => ({ now: () => Date.now() + 0.5 })),
  ],
  'counts fractions of milliseconds': [
    'counts whole milliseconds that go by',
    make(() => ({ elapsed: () => performance.now() + 0.5 })),
  ],
  'counts the seconds that go by': [
    'counts whole milliseconds that go by',
    make((clock) => ({ elapsed: () => Math.floor(clock.elapsed() / 1000) })),
  ],
  'counts by the time of day': [
    'counts on when somebody sets the time of day',
    make((clock) => ({ elapsed: () => clock.now() })),
  ],
});
