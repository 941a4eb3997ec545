import { setTimeout } from 'node:timers/promises';
import { SystemTimer } from '../../../src/adapters/timer/system.ts';
import type { Timer } from '../../../src/domain/ports/timer.ts';
import { describeTimerContract } from '../timer.contract.ts';
import { suitesOf } from './broken-port.ts';

const make = (timer: Timer) => () => {
  const start = performance.now();
  return { timer, elapsed: () => performance.now() - start };
};

export const TIMERS = suitesOf('timer', describeTimerContract, make(new SystemTimer()), {
  'does not wait': ['lets as much time pass', make({ sleep: async () => {} })],
  'wakes too early': [
    'lets as much time pass',
    make({ sleep: (milliseconds) => setTimeout(milliseconds / 2) }),
  ],
  'waits for a while at least': [
    'does not wait for 0 milliseconds',
    make({ sleep: (milliseconds) => setTimeout(Math.max(1100, milliseconds)) }),
  ],
  'waits for a negative time': [
    'does not wait for -1 milliseconds',
    make({ sleep: (milliseconds) => setTimeout(milliseconds < 0 ? 1100 : milliseconds) }),
  ],
  'holds up everybody else': [
    'lets others go on meanwhile',
    make({
      sleep: async (milliseconds) => {
        const end = performance.now() + milliseconds;
        while (performance.now() < end);
      },
    }),
  ],
});
