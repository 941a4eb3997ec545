import { describe, expect, it } from 'vitest';
import type { Timer } from '../../../src/domain/ports/timer.ts';
import type { ManualClock } from '../../fakes/manual-clock.ts';
import { ManualTimer } from '../../fakes/manual-timer.ts';
import { SeededRandomSource } from '../../fakes/seeded-random-source.ts';
import { createDomain, createRequest, scope, stranger } from '../../support/domain.ts';
import { criticalDistance, kolmogorovSmirnov } from '../../support/kolmogorov-smirnov.ts';

const SAMPLES = 200;
const MEDIAN_MS = 180;
const SIGMA = 0.5;
/** What the store takes before each SMS: far more than it should, for it must not show. */
const STORE_MS = 80;

/** Latencies of remote calls, log-normal by the Box-Muller transform. */
function latenciesOf(seed: number): () => number {
  const random = new SeededRandomSource(seed);
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    return MEDIAN_MS * Math.exp(SIGMA * radius * Math.cos(2 * Math.PI * random.next()));
  };
}

/** What the first rounds of known and unknown users take, turn by turn in one container. */
async function measure(seed: number, timerOf: (clock: ManualClock) => Timer) {
  const domain = createDomain({ usualSendMs: 250, seed, timerOf });
  const { clock, createOnce, challenges, gateway } = domain;
  challenges.before('save', () => clock.advance(STORE_MS));
  const latency = latenciesOf(1000 + seed);
  gateway.before('send', () => clock.advance(latency()));
  const known: number[] = [];
  const unknown: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const someone = { scope: { ...scope, username: `user-${i}` } };
    for (const [user, times] of [
      [stranger(`nobody-${i}`), unknown],
      [someone, known],
    ] as const) {
      const start = clock.now();
      expect(await createOnce.execute(createRequest(domain, user))).toMatchObject({
        status: 'SENT',
      });
      times.push(clock.now() - start);
    }
  }
  expect(gateway.outbox).toHaveLength(SAMPLES);
  return {
    distance: kolmogorovSmirnov(known, unknown),
    critical: criticalDistance(known, unknown),
  };
}

const waiting = (clock: ManualClock) => new ManualTimer(clock);
const neverWaiting = (): Timer => ({ sleep: async () => {} });
const waitingTheMedian = (clock: ManualClock): Timer => ({
  sleep: () => new ManualTimer(clock).sleep(MEDIAN_MS),
});

describe.each([1, 2, 3, 4, 5])('The time of an answer, by seed %i', (seed) => {
  it('A23: does not tell known users from unknown ones', async () => {
    const { distance, critical } = await measure(seed, waiting);
    expect(distance).toBeLessThan(critical);
  });

  it('would tell if nobody waited', async () => {
    const { distance } = await measure(seed, neverWaiting);
    expect(distance).toBe(1);
  });

  it('would tell if everybody waited equally long', async () => {
    const { distance, critical } = await measure(seed, waitingTheMedian);
    expect(distance).toBeGreaterThan(2 * critical);
  });
});
