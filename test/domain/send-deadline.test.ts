import { describe, expect, it } from 'vitest';
import { Deadline } from '../../src/domain/deadline.ts';
import {
  createDomain,
  createRequest,
  type DomainOptions,
  policy,
  stranger,
} from '../support/domain.ts';

describe('A33: a send', () => {
  /** How long the provider, and whoever waits as if for it, may take. */
  async function timesOf(options: DomainOptions, timeMs: number) {
    return { sendMs: await sendTime(options, timeMs), waitMs: await waitTime(options, timeMs) };
  }

  async function sendTime(options: DomainOptions, timeMs: number) {
    const domain = createDomain(options);
    let given = 0;
    domain.gateway.before('send', ({ deadline }) => {
      given = deadline.timeLeft;
    });
    await domain.create.execute(
      createRequest(domain, { deadline: Deadline.in(domain.clock, timeMs) }),
    );
    return given;
  }

  async function waitTime(options: DomainOptions, timeMs: number) {
    const domain = createDomain({ ...options, usualSendMs: 60_000 });
    const start = domain.clock.now();
    const nobody = { ...stranger(), deadline: Deadline.in(domain.clock, timeMs) };
    await domain.create.execute(createRequest(domain, nobody));
    return domain.clock.now() - start;
  }

  it('is given the provider’s time at most, and a decoy as much', async () => {
    const sendMs = policy.sendTimeoutMs;
    expect(await timesOf({}, 4200)).toEqual({ sendMs, waitMs: sendMs });
  });

  it('is given less where the function has less', async () => {
    expect(await timesOf({}, 1000)).toEqual({ sendMs: 1000, waitMs: 1000 });
  });

  it('leaves the time that saving the challenge takes', async () => {
    expect(await timesOf({ reserveAfterSendMs: 300 }, 1000)).toEqual({ sendMs: 700, waitMs: 700 });
  });
});
