import { describe, expect, it } from 'vitest';
import { AnswerPace } from '../../../src/domain/abuse/answer-pace.ts';
import { Deadline } from '../../../src/domain/deadline.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { ManualTimer } from '../../fakes/manual-timer.ts';
import { SeededRandomSource } from '../../fakes/seeded-random-source.ts';
import { createDomain, createRequest, scope, stranger } from '../../support/domain.ts';
import {
  areaUnderCurve,
  criticalDistance,
  kolmogorovSmirnov,
} from '../../support/kolmogorov-smirnov.ts';

function createWorld(stepMs = 500) {
  const clock = new ManualClock();
  const pace = new AnswerPace(new ManualTimer(clock), stepMs);
  /** When an answer leaves that is ready after so long, of an invocation whose cold start took some of it. */
  const leavesAt = async (readyAt: number, coldStartMs = 0, timeMs = 4000) => {
    const deadline = Deadline.in(clock, timeMs, coldStartMs);
    clock.advance(readyAt - coldStartMs);
    await pace.keep(deadline);
    return deadline.timeSpent;
  };
  return { clock, pace, leavesAt };
}

describe('An answer', () => {
  it.each([
    [0, 0],
    [1, 50],
    [50, 50],
    [51, 100],
    [1720, 1750],
  ])('that is ready after %i ms leaves after %i', async (readyAt, at) => {
    expect(await createWorld().leavesAt(readyAt)).toBe(at);
  });

  it('leaves on a grid that begins with the cold start', async () => {
    expect(await createWorld().leavesAt(430, 407)).toBe(450);
  });

  it('A33: leaves at the deadline, where that comes first', async () => {
    expect(await createWorld().leavesAt(3930, 0, 3945)).toBe(3945);
  });

  it('leaves at once where nothing is hidden', async () => {
    expect(await createWorld(0).leavesAt(37)).toBe(37);
  });
});

describe('A send', () => {
  function send({ clock, pace }: ReturnType<typeof createWorld>, tookMs: number, beganAt = 40) {
    const deadline = Deadline.in(clock, 4000);
    clock.advance(beganAt);
    const begun = pace.begin(deadline);
    clock.advance(tookMs);
    return pace.note(begun, deadline);
  }

  it.each([
    [0, 500],
    [1, 550],
    [40, 550],
    [300, 800],
  ])('that begins after %i ms is due after %i: a whole step later', (beganAt, dueAt) => {
    expect(send(createWorld(), 10, beganAt)).toEqual({ dueAt });
  });

  it('is due then also where none takes place, and its answer waits for it', async () => {
    const { clock, pace } = createWorld();
    const deadline = Deadline.in(clock, 4000);
    clock.advance(300);
    await pace.keep(deadline, pace.begin(deadline));
    expect(deadline.timeSpent).toBe(800);
  });

  it('overruns its step where it ends after its answer was due', () => {
    const world = createWorld();
    expect(send(world, 510)).toEqual({ dueAt: 550 });
    expect(send(world, 511)).toEqual({ dueAt: 550, overran: true });
  });

  it('is told of once, when more than 2 % of fifty or more overran', () => {
    const world = createWorld();
    const tooMany = (tookMs: number) => send(world, tookMs).tooMany === true;
    expect([tooMany(900), tooMany(900)]).toEqual([false, false]);
    const others = Array.from({ length: 60 }, () => tooMany(50));
    expect(others.filter(Boolean)).toHaveLength(1);
    expect(others[47]).toBe(true);
    expect(tooMany(900)).toBe(false);
  });

  it('is not told of where one in a hundred did', () => {
    const world = createWorld();
    const told = Array.from(
      { length: 400 },
      (_, i) => send(world, i % 100 === 7 ? 900 : 50).tooMany,
    );
    expect(told).not.toContain(true);
  });

  it('overruns nothing where nothing is hidden', () => {
    expect(send(createWorld(0), 3000)).toEqual({ dueAt: 0 });
  });
});

const SAMPLES = 300;
const SIGMA = 0.35;
/** What the function and its store take themselves. */
const OWN_MS = 40;

/** Latencies of remote calls, log-normal by the Box-Muller transform. */
function latenciesOf(seed: number) {
  const random = new SeededRandomSource(seed);
  return (medianMs: number) => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    return medianMs * Math.exp(SIGMA * radius * Math.cos(2 * Math.PI * random.next()));
  };
}

/** What the first rounds of known and unknown users take, turn by turn. */
async function measure(
  medianOf: (sample: number) => number,
  { coldStartMs = 0, answerStepMs = 500, seed = 1 } = {},
) {
  const domain = createDomain({ hideUserExistence: true, answerStepMs });
  const { clock, createOnce, challenges, gateway } = domain;
  challenges.before('save', () => clock.advance(OWN_MS));
  const latency = latenciesOf(seed);
  let sample = 0;
  gateway.before('send', () => clock.advance(latency(medianOf(sample))));
  const known: number[] = [];
  const unknown: number[] = [];
  for (; sample < SAMPLES; sample++) {
    const someone = {
      scope: { ...scope, username: `user-${sample}` },
      phone: { number: `+1555${String(1_000_000 + sample)}`, verified: true },
    };
    for (const [user, times] of [
      [stranger(`nobody-${sample}`), unknown],
      [someone, known],
    ] as const) {
      const deadline = Deadline.in(clock, 4200 - coldStartMs, coldStartMs);
      const outcome = await createOnce.execute(createRequest(domain, { ...user, deadline }));
      expect(outcome.status).toBe('SENT');
      times.push(deadline.timeSpent);
    }
  }
  expect(gateway.outbox).toHaveLength(SAMPLES);
  return {
    auc: areaUnderCurve(known, unknown),
    distance: kolmogorovSmirnov(known, unknown),
    critical: criticalDistance(known, unknown),
  };
}

describe('A23: the time of an answer does not tell whether there is such a user', () => {
  it.each<[string, (sample: number) => number, object?]>([
    ['at a median of 60 ms', () => 60],
    ['at a median of 120 ms', () => 120],
    ['at a median of 250 ms', () => 250],
    ['in a cold container, at a median of 60 ms', () => 60, { coldStartMs: 260 }],
    ['in a cold container, at a median of 120 ms', () => 120, { coldStartMs: 260 }],
    ['in a cold container, at a median of 250 ms', () => 250, { coldStartMs: 260 }],
    ['where one route takes 50 ms, the other 350', (sample) => (sample % 2 === 0 ? 50 : 350)],
    ['when the provider has slowed down from 80 to 300 ms', (sample) => (sample < 150 ? 80 : 300)],
    ['at 500 ms, with a step of a second', () => 500, { answerStepMs: 1000 }],
  ])('%s', async (_, medianOf, options = {}) => {
    const { auc, distance, critical } = await measure(medianOf, options);
    expect(auc).toBeLessThanOrEqual(0.55);
    expect(distance).toBeLessThan(critical);
  });

  it('would, if answers left at once', async () => {
    const { auc, distance, critical } = await measure(() => 120, { answerStepMs: 0 });
    expect(auc).toBeGreaterThan(0.95);
    expect(distance).toBeGreaterThan(critical);
  });
});
