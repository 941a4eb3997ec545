import { describe, expect, it } from 'vitest';
import { Deadline } from '../../src/domain/deadline.ts';
import { createDomain, createRequest, type DomainOptions, policy } from '../support/domain.ts';

describe('A33: a send', () => {
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

  it('is given the provider’s time at most', async () => {
    expect(await sendTime({}, 4200)).toBe(policy.sendTimeoutMs);
  });

  it('is given less where the function has less', async () => {
    expect(await sendTime({}, 1000)).toBe(1000);
  });

  it('leaves the time that saving the challenge takes', async () => {
    expect(await sendTime({ reserveAfterSendMs: 300 }, 1000)).toBe(700);
  });
});
