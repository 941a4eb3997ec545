/** Whole hours of SMS to one country, second by second, where suspect ones are refused. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createDomain, type Domain, seconds } from '../../support/domain.ts';

const MINUTE = seconds(60);
const HOUR = 60 * MINUTE;
const BUCKET = 5 * MINUTE;

/** Who asks for SMS: people, or a pump whose SMS nobody answers. */
interface Senders {
  /** By the minutes since the play began. */
  perMinute(minute: number): number;
  readonly answer: boolean;
}

interface Tally {
  readonly sentAt: number[];
  refused: number;
}

let domain: Domain;
/** When codes that were sent come back. */
let answers: Map<number, number[]>;
let asked: number;

beforeEach(() => {
  const unconverted = { action: 'refuse', allowance: 20, share: 0.7 } as const;
  domain = createDomain({ limits: { unconverted } });
  answers = new Map();
  asked = 0;
});

async function ask(): Promise<boolean> {
  asked += 1;
  const account = { name: `phone ${asked}`, known: true };
  const { sendLimits } = domain;
  const { kind } = await sendLimits.take(await sendLimits.look({ account, country: 'FR' }));
  return kind === 'allowed';
}

/** 17 of 20 people answer, after 10 to 60 seconds. */
function expectAnswer(count: number): void {
  if (count % 20 < 17) {
    const sentAt = domain.clock.now();
    const at = sentAt + seconds(10 + ((count * 13) % 51));
    answers.set(at, [...(answers.get(at) ?? []), sentAt]);
  }
}

/** @param send whether an SMS was sent; by the limits unless told otherwise. */
async function play(
  minutes: number,
  senders: readonly Senders[],
  send = ask,
): Promise<readonly Tally[]> {
  const { clock, traffic } = domain;
  const begin = clock.now();
  const tallies: Tally[] = senders.map(() => ({ sentAt: [], refused: 0 }));
  const due = senders.map(() => 0);
  while (clock.now() < begin + minutes * MINUTE) {
    for (const sentAt of answers.get(clock.now()) ?? []) {
      await traffic.countConverted('FR', sentAt);
    }
    answers.delete(clock.now());
    for (const [i, { perMinute, answer }] of senders.entries()) {
      const tally = tallies[i] as Tally;
      due[i] = (due[i] ?? 0) + perMinute((clock.now() - begin) / MINUTE) / 60;
      for (; (due[i] ?? 0) >= 1; due[i] = (due[i] ?? 0) - 1) {
        if (!(await send())) {
          tally.refused += 1;
          continue;
        }
        tally.sentAt.push(clock.now());
        if (answer) {
          expectAnswer(tally.sentAt.length);
        }
      }
    }
    clock.advance(seconds(1));
  }
  return tallies;
}

const people = (perMinute: number): Senders => ({ perMinute: () => perMinute, answer: true });
const pump = (perMinute: number): Senders => ({ perMinute: () => perMinute, answer: false });

/** What happened before the limits came to be. */
const history = (minutes: number, senders: Senders) =>
  play(minutes, [senders], async () => {
    await domain.traffic.reserve('FR', undefined, domain.clock.now());
    return true;
  });

const most = (sentAt: readonly number[], windowMs: number) =>
  Math.max(
    0,
    ...sentAt.map((from) => sentAt.filter((at) => at >= from && at < from + windowMs).length),
  );

function mostInABucket(sentAt: readonly number[]): number {
  const buckets = Map.groupBy(sentAt, (at) => Math.floor(at / BUCKET));
  return Math.max(0, ...[...buckets.values()].map(({ length }) => length));
}

describe('People', () => {
  it('lose none of 600 SMS a minute, at the full hour and at midnight', async () => {
    domain.clock.set(10 * HOUR - BUCKET);
    await history(60, people(600));
    // From 22:55 to 00:05.
    const [{ sentAt, refused } = none] = await play(70, [people(600)]);
    expect({ sent: sentAt.length, refused }).toEqual({ sent: 42_000, refused: 0 });
  });

  it('lose none when their SMS double every five minutes after a quiet night', async () => {
    const [night = none] = await play(6 * 60, [people(0.5)]);
    const growing = {
      ...people(0),
      perMinute: (minute: number) => Math.min(600, 2 ** (minute / 5)),
    };
    const [morning = none] = await play(55, [growing]);
    expect(night.refused + morning.refused).toBe(0);
    expect(morning.sentAt.length).toBeGreaterThan(8_000);
  });

  it('lose none when all come at once, on the morning after a busy day', async () => {
    await history(6 * 60, people(60));
    domain.clock.advance(10 * HOUR);
    const [{ refused } = none] = await play(20, [people(60)]);
    expect(refused).toBe(0);
  });

  it('lose some of a launch in a country where nobody has answered yet, for some minutes', async () => {
    const [first = none] = await play(5, [people(600)]);
    expect(first.refused).toBeGreaterThan(0);
    const [later = none] = await play(30, [people(600)]);
    expect(later.refused).toBe(0);
  });
});

describe('A pump', () => {
  it('A36: gets 21 SMS out of a quiet country, then two in five minutes, for as long as it goes on', async () => {
    const [{ sentAt } = none] = await play(3 * 60, [pump(60)]);
    const burst = sentAt.filter((at) => at < domain.clock.now() - 3 * HOUR + BUCKET);
    expect(burst).toHaveLength(21);
    expect(mostInABucket(sentAt.slice(21))).toBe(2);
  });

  it('A36: gets no more than five bursts a day, however patient it is', async () => {
    const patient = { ...pump(0), perMinute: (minute: number) => (minute % 70 < 1 ? 60 : 0) };
    const [{ sentAt } = none] = await play(23 * 60, [patient]);
    expect(sentAt.length).toBe(5 * 21 + 15 * 2);
  });

  it('A36: gets no more of a busy country than its answers vouch for', async () => {
    const hourly = 100;
    await history(2 * 60, people(hourly / 60));
    const [, { sentAt } = none] = await play(3 * 60, [people(hourly / 60), pump(60)]);
    const answered = 0.85 * hourly;
    expect(most(sentAt, BUCKET)).toBeLessThanOrEqual(answered + 21);
    // 70 % of all may go unanswered before it shows, and by then as many as are answered are under way.
    expect(most(sentAt, HOUR)).toBeLessThanOrEqual((0.7 / 0.3) * answered + answered + 21);
  });

  it('closes a quiet country for no more than five minutes', async () => {
    await play(1, [pump(60)]);
    const [{ refused } = none] = await play(4, [people(0.4)]);
    expect(refused).toBeGreaterThan(0);
    const [later = none] = await play(50, [people(0.4)]);
    expect(later.refused).toBe(0);
  });
});

const none: Tally = { sentAt: [], refused: 0 };
